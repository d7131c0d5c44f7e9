"""What people say about the talk: counters, the public address of each site, and forms answered within the last hours."""

import django.db.models.deletion
import django.db.models.lookups
import sessions.models.feedback
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0007_superusers_belong_to_no_organisation'),
        ('care_sessions', '0008_tallies'),
    ]

    operations = [
        migrations.CreateModel(
            name='FeedbackPage',
            fields=[
                ('site', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='feedback_page', serialize=False, to='accounts.site')),
                ('code', models.CharField(default=sessions.models.feedback.new_code, help_text='Last part of the public address, drawn at random.', max_length=12)),
                ('is_open', models.BooleanField(default=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('code',), name='care_sessions_feedbackpage_code_once'), models.CheckConstraint(condition=models.Q(('code__regex', '^[abcdefghjkmnpqrstuvwxyz23456789]{12}$')), name='care_sessions_feedbackpage_code_is_drawn')],
            },
        ),
        migrations.CreateModel(
            name='AnsweredForm',
            fields=[
                ('digest', models.BinaryField(help_text="SHA-256 of the form's own number.", max_length=32, primary_key=True, serialize=False)),
                ('hour', models.DateTimeField(help_text='The hour it was answered in. The row goes a few hours later.')),
                ('site', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.site')),
            ],
            options={
                'indexes': [models.Index(fields=['site', 'hour'], name='care_sessions_answered_hour')],
                'constraints': [models.CheckConstraint(condition=django.db.models.lookups.Exact(models.Func(models.F('digest'), function='octet_length', output_field=models.IntegerField()), 32), name='care_sessions_answeredform_digest_is_sha256')],
            },
        ),
        migrations.CreateModel(
            name='PersonFeedback',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField(help_text="Its first day, in the site's time zone.")),
                ('answer', models.CharField(choices=[('yes', 'Yes'), ('a_bit', 'A bit'), ('no', 'No')], help_text='Whether the talk was any use.', max_length=5)),
                ('count', models.PositiveIntegerField()),
                ('site', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.site')),
            ],
            options={
                'ordering': ['site', 'month', 'answer'],
                'constraints': [models.UniqueConstraint(fields=('site', 'month', 'answer'), name='care_sessions_personfeedback_once'), models.CheckConstraint(condition=models.Q(('month__day', 1)), name='care_sessions_personfeedback_month_is_its_first_day'), models.CheckConstraint(condition=models.Q(('answer__in', ['yes', 'a_bit', 'no'])), name='care_sessions_personfeedback_answer_known'), models.CheckConstraint(condition=models.Q(('count__gte', 1)), name='care_sessions_personfeedback_counts_somebody')],
            },
        ),
    ]
