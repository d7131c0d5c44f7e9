import django.db.models.deletion
import vein_care.accounts.validators
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_contacts'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='second_step_removed_at',
            field=models.DateTimeField(blank=True, editable=False, help_text='Until the person has been told.', null=True),
        ),
        migrations.AddField(
            model_name='user',
            name='second_step_removed_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='user',
            name='sessions_ended',
            field=models.PositiveIntegerField(db_default=0, default=0, editable=False, help_text='Raised by one to end every web session at once.'),
        ),
        migrations.AlterField(
            model_name='user',
            name='email',
            field=models.EmailField(blank=True, default='', max_length=254, validators=[vein_care.accounts.validators.check_email_letters], verbose_name='e-mail'),
        ),
        migrations.AlterField(
            model_name='user',
            name='login_name',
            field=models.CharField(help_text='What this person types to sign in, such as jo.marsh.', max_length=60, unique=True, validators=[vein_care.accounts.validators.check_login_name], verbose_name='login name'),
        ),
        migrations.AlterField(
            model_name='user',
            name='usual_site',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='usual_people', to='accounts.site', verbose_name='usual site'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('login_name__regex', '^[A-Za-z0-9][A-Za-z0-9._-]*$')), name='accounts_user_login_name_plain'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('email__regex', '^[!-~]*$')), name='accounts_user_email_plain'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('second_step_removed_by', None), ('second_step_removed_at__isnull', False), _connector='OR'), name='accounts_user_second_step_removed_by_with_at'),
        ),
    ]
