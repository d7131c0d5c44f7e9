"""Why a record was set aside, and that what a tablet sent may be emptied only once a session came of it. Nothing was set aside before."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_superusers_belong_to_no_organisation"),
        ("care_sessions", "0006_counter_tablets"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="quarantinedrecord",
            name="set_aside_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("double", "It is here already, in another record"),
                    ("trial", "A trial, nobody was there"),
                    ("unclear", "It cannot be told what happened"),
                    ("not_ours", "It is not about a session of ours"),
                    ("person_asked", "The person asked for it not to be kept"),
                ],
                db_default="",
                default="",
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="quarantinedrecord",
            name="payload",
            field=models.BinaryField(
                help_text="The opened record, byte for byte: it may hold what no database text can. Emptied 30 days after it was stored as a session."
            ),
        ),
        migrations.AddIndex(
            model_name="quarantinedrecord",
            index=models.Index(
                condition=models.Q(("resolved_at__isnull", False)),
                fields=["organisation", "-resolved_at", "-id"],
                name="care_sessions_quarantine_done",
            ),
        ),
        migrations.AddConstraint(
            model_name="quarantinedrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("resolution", "set_aside"), ("set_aside_reason__in", ["double", "trial", "unclear", "not_ours", "person_asked"])),
                    models.Q(models.Q(("resolution", "set_aside"), _negated=True), ("set_aside_reason", "")),
                    _connector="OR",
                ),
                name="care_sessions_quarantinedrecord_reason_with_set_aside",
            ),
        ),
        migrations.AddConstraint(
            model_name="quarantinedrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(("resolution", "stored"), models.Q(("payload", b""), _negated=True), _connector="OR"),
                name="care_sessions_quarantinedrecord_payload_until_stored",
            ),
        ),
    ]
