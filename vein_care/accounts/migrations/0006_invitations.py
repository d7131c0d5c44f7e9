import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.lookups
import django.utils.timezone
import vein_care.accounts.models.invitations
import vein_care.accounts.validators
from django.conf import settings
from django.db import migrations, models

# No invitation can pair a site with another organisation.
USUAL_SITE = """
ALTER TABLE accounts_invitation ADD CONSTRAINT accounts_invitation_usual_site_in_organisation
    FOREIGN KEY (usual_site_id, organisation_id) REFERENCES accounts_site (id, organisation_id) DEFERRABLE INITIALLY DEFERRED;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_second_step_and_plain_names'),
    ]

    operations = [
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_hash', models.BinaryField(help_text='SHA-256 of the token.', max_length=32)),
                ('display_name', models.CharField(blank=True, default='', max_length=80, verbose_name='name')),
                ('email', models.EmailField(blank=True, default='', max_length=254, validators=[vein_care.accounts.validators.check_email_letters], verbose_name='e-mail')),
                ('roles', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('worker', 'Worker'), ('trainer', 'Trainer'), ('coordinator', 'Coordinator'), ('administrator', 'Administrator'), ('editor', 'Editor')], max_length=20), blank=True, default=list, size=None)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('expires_at', models.DateTimeField(default=vein_care.accounts.models.invitations.in_seven_days)),
                ('used_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['-created_at', '-id'],
            },
        ),
        migrations.AddField(
            model_name='invitation',
            name='created_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='invitation',
            name='organisation',
            field=models.ForeignKey(help_text='Empty for programme-wide people.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='accounts.organisation'),
        ),
        migrations.AddField(
            model_name='invitation',
            name='person',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sign_in_links', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='invitation',
            name='revoked_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='invitation',
            name='used_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='invitation',
            name='usual_site',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.site', verbose_name='usual site'),
        ),
        migrations.AddIndex(
            model_name='invitation',
            index=models.Index(fields=['organisation', '-created_at'], name='accounts_invitation_org_at'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.UniqueConstraint(fields=('token_hash',), name='accounts_invitation_token_unique'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.Exact(models.Func(models.F('token_hash'), function='octet_length', output_field=models.IntegerField()), 32), name='accounts_invitation_token_is_hashed'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('created_at'))), name='accounts_invitation_expires_later'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('used_at', None), ('used_by', None)), models.Q(('used_at__isnull', False), ('used_by__isnull', False)), _connector='OR'), name='accounts_invitation_used_at_with_by'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('revoked_at', None), ('revoked_by', None)), models.Q(('revoked_at__isnull', False), ('revoked_by__isnull', False)), _connector='OR'), name='accounts_invitation_revoked_at_with_by'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.CheckConstraint(condition=models.Q(('used_at', None), ('revoked_at', None), _connector='OR'), name='accounts_invitation_used_or_revoked'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.CheckConstraint(condition=models.Q(('roles__contained_by', ['worker', 'trainer', 'coordinator', 'administrator', 'editor'])), name='accounts_invitation_roles_known'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('roles__overlap', ['administrator', 'coordinator', 'trainer', 'worker']), _negated=True), ('organisation__isnull', False), _connector='OR'), name='accounts_invitation_role_needs_organisation'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('roles__overlap', ['editor']), _negated=True), ('organisation', None), _connector='OR'), name='accounts_invitation_editor_is_programme_wide'),
        ),
        migrations.RunSQL(USUAL_SITE, "ALTER TABLE accounts_invitation DROP CONSTRAINT accounts_invitation_usual_site_in_organisation;"),
    ]
