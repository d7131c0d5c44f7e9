"""Files that somebody took away, and a small index by which what is left out of them is counted."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0007_superusers_belong_to_no_organisation'),
        ('cards', '0006_release_published_has_number'),
        ('care_sessions', '0010_shared_figures'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Export',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField()),
                ('what', models.CharField(choices=[('sessions', 'Sessions, row by row'), ('summary', 'Summary')], max_length=8)),
                ('file_format', models.CharField(choices=[('csv', 'CSV'), ('xlsx', 'Spreadsheet (XLSX)'), ('zip', 'ZIP for programs')], max_length=4)),
                ('query', models.CharField(help_text='What it is about, as in the address of the summary.', max_length=200)),
                ('about', models.CharField(help_text='The same in words.', max_length=200)),
                ('is_inside', models.BooleanField(help_text='Every figure, not for sharing.')),
                ('with_day', models.BooleanField(default=False, help_text='With the day of each session, not only the week.')),
                ('reason', models.CharField(blank=True, default='', help_text='What it is for, as somebody wrote it; asked for with sessions.', max_length=200)),
                ('expected', models.PositiveIntegerField(help_text='How many rows it will have, about.')),
                ('state', models.CharField(choices=[('ready', 'Not begun'), ('running', 'Under way'), ('complete', 'Complete'), ('stopped', 'Stopped'), ('broken_off', 'Broken off')], default='ready', max_length=10)),
                ('why', models.CharField(blank=True, choices=[('reader', 'Whoever took it went away'), ('standstill', 'Nothing was taken of it for a while'), ('database', 'The database ended it'), ('server', 'The web server ended it'), ('rows', 'More rows came in than a spreadsheet holds')], default='', help_text='Why it broke off.', max_length=10)),
                ('rows', models.PositiveIntegerField(default=0, help_text='Rows sent.')),
                ('is_to_stop', models.BooleanField(default=False, help_text='Somebody pressed Stop.')),
                ('began_at', models.DateTimeField(null=True)),
                ('seen_at', models.DateTimeField(help_text='When it was last known to go on.', null=True)),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.AddIndex(
            model_name='cardsession',
            index=models.Index(condition=models.Q(('voided_at__isnull', False)), fields=['organisation', 'held_on'], name='care_sessions_session_voided'),
        ),
        migrations.AddField(
            model_name='export',
            name='asked_by',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='export',
            name='organisation',
            field=models.ForeignKey(db_index=False, help_text='Empty: of all services, to share.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation'),
        ),
        migrations.AddIndex(
            model_name='export',
            index=models.Index(fields=['organisation', '-id'], name='care_sessions_export_of_org'),
        ),
        migrations.AddIndex(
            model_name='export',
            index=models.Index(condition=models.Q(('state', 'running')), fields=['organisation'], name='care_sessions_export_running'),
        ),
        migrations.AddConstraint(
            model_name='export',
            constraint=models.CheckConstraint(condition=models.Q(('what__in', ['sessions', 'summary'])), name='care_sessions_export_what_known'),
        ),
        migrations.AddConstraint(
            model_name='export',
            constraint=models.CheckConstraint(condition=models.Q(('file_format__in', ['csv', 'xlsx', 'zip'])), name='care_sessions_export_format_known'),
        ),
        migrations.AddConstraint(
            model_name='export',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('what', 'sessions'), _negated=True), ('with_day', False)), models.Q(('is_inside', True), ('what', 'sessions'), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='care_sessions_export_sessions_inside_with_reason'),
        ),
        migrations.AddConstraint(
            model_name='export',
            constraint=models.CheckConstraint(condition=models.Q(('is_inside', False), ('organisation__isnull', False), _connector='OR'), name='care_sessions_export_inside_of_one'),
        ),
        migrations.AddConstraint(
            model_name='export',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('began_at', None), ('ended_at', None), ('rows', 0), ('seen_at', None), ('state', 'ready')), models.Q(('began_at__isnull', False), ('ended_at', None), ('seen_at__isnull', False), ('state', 'running')), models.Q(('began_at__isnull', False), ('ended_at__isnull', False), ('seen_at__isnull', False), ('state__in', ['complete', 'stopped', 'broken_off']), ('ended_at__gte', models.F('began_at'))), _connector='OR'), name='care_sessions_export_times_of_state'),
        ),
        migrations.AddConstraint(
            model_name='export',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'broken_off'), ('why__in', ['reader', 'standstill', 'database', 'server', 'rows'])), models.Q(models.Q(('state', 'broken_off'), _negated=True), ('why', '')), _connector='OR'), name='care_sessions_export_why_broken_off'),
        ),
    ]
