"""Local services, notices, and the public addresses of help pages."""

import datetime
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_invitations'),
        ('care_sessions', '0002_rules_across_tables'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HelpPage',
            fields=[
                ('organisation', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='accounts.organisation')),
                ('slug', models.CharField(help_text='The last part of the address, such as harbour-outreach.', max_length=40, validators=[django.core.validators.RegexValidator('^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$', 'Use small letters a to z, digits and dashes, such as harbour-outreach.')], verbose_name='address')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('slug',), name='care_sessions_helppage_slug_once'), models.CheckConstraint(condition=models.Q(('slug__regex', '^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$')), name='care_sessions_helppage_slug_is_plain')],
            },
        ),
        migrations.CreateModel(
            name='LocalService',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('phone', models.CharField(blank=True, default='', max_length=40, validators=[django.core.validators.RegexValidator('^(\\+?[0-9][0-9 ()./-]{1,38})?$', 'Enter a number to call, such as 0117 496 0000.')], verbose_name='phone')),
                ('hours', models.CharField(blank=True, default='', help_text='Such as Monday to Friday, 9 to 5.', max_length=120, verbose_name='when it is open')),
                ('walk_in', models.BooleanField(blank=True, help_text='Empty: not known.', null=True, verbose_name='can people just walk in?')),
                ('link', models.CharField(blank=True, default='', max_length=200, validators=[django.core.validators.RegexValidator('^(https?://[^\\s/]+\\.[^\\s]+)?$', 'Enter a whole address, beginning with https://.')], verbose_name='website')),
                ('checked_on', models.DateField(help_text='When somebody last made sure that all this is right.', verbose_name='last checked')),
                ('is_active', models.BooleanField(default=True, verbose_name='shown on tablets')),
                ('kind', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='care_sessions.signpostkind', verbose_name='what it offers')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('site', models.ForeignKey(blank=True, db_constraint=False, db_index=False, help_text='Empty: for all sites.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.site', verbose_name='near which site')),
            ],
            options={
                'ordering': ['kind__position', django.db.models.functions.text.Lower('name'), 'id'],
                'constraints': [models.UniqueConstraint(models.F('organisation'), models.F('site'), models.F('kind'), django.db.models.functions.text.Lower('name'), name='care_sessions_localservice_name_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='care_sessions_localservice_has_name'), models.CheckConstraint(condition=models.Q(('phone__regex', '^(\\+?[0-9][0-9 ()./-]{1,38})?$')), name='care_sessions_localservice_phone_can_be_called'), models.CheckConstraint(condition=models.Q(('link__regex', '^(https?://[^\\s/]+\\.[^\\s]+)?$')), name='care_sessions_localservice_link_is_web_address')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=300, verbose_name='notice')),
                ('starts_on', models.DateField(verbose_name='first day')),
                ('ends_on', models.DateField(verbose_name='last day')),
                ('created_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(help_text='Taken down, or replaced by a newer one.', null=True)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('organisation',), name='care_sessions_notice_one_standing'), models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='care_sessions_notice_has_text'), models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='care_sessions_notice_ends_after_it_starts'), models.CheckConstraint(condition=models.Q(('ends_on__lte', django.db.models.expressions.CombinedExpression(models.F('starts_on'), '+', models.Value(datetime.timedelta(days=92))))), name='care_sessions_notice_ends_in_time'), models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at', None), ('withdrawn_by', None)), models.Q(('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False)), _connector='OR'), name='care_sessions_notice_withdrawn_together')],
            },
        ),
        # No row pairs a site with another organisation than its own.
        migrations.RunSQL(
            "ALTER TABLE care_sessions_localservice ADD CONSTRAINT care_sessions_localservice_site_in_organisation "
            "FOREIGN KEY (site_id, organisation_id) REFERENCES accounts_site (id, organisation_id) DEFERRABLE INITIALLY DEFERRED;",
            "ALTER TABLE care_sessions_localservice DROP CONSTRAINT care_sessions_localservice_site_in_organisation;",
        ),
    ]
