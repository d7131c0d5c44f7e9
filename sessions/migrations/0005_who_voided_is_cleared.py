"""Who voided a session is cleared with its other names, so a voided session may name nobody. A looser rule: rows need no change."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_invitations"),
        ("care_sessions", "0004_index_of_own_sessions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="cardsession",
            name="care_sessions_cardsession_voided_together",
        ),
        migrations.AlterField(
            model_name="cardsession",
            name="voided_by",
            field=models.ForeignKey(
                db_index=False,
                help_text="Empty, too, 13 months after the session.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="cardsession",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("voided_at", None), ("voided_by", None), ("voided_reason", "")),
                    models.Q(("voided_at__isnull", False), ("voided_reason__in", ["by_mistake", "twice", "trial", "person_asked"])),
                    _connector="OR",
                ),
                name="care_sessions_cardsession_voided_together",
            ),
        ),
    ]
