"""My work asks for the newest sessions of one worker."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_invitations'),
        ('cards', '0002_versions_never_change'),
        ('care_sessions', '0003_local_services_notices_help_pages'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='cardsession',
            index=models.Index(condition=models.Q(('delivered_by__isnull', False)), fields=['delivered_by', 'held_on'], name='care_sessions_session_worker'),
        ),
    ]
