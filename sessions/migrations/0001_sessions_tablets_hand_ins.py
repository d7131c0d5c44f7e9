"""Sessions and their parts, code tables, what sites offer, tablets with their tickets, hand-ins and quarantine."""

import datetime
import uuid

import django.db.models.deletion
import django.db.models.lookups
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0003_cache_table"),
        ("cards", "0002_versions_never_change"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LengthBand",
            fields=[
                ("code", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("label", models.CharField(max_length=60, verbose_name="label")),
                ("position", models.PositiveSmallIntegerField()),
                ("is_retired", models.BooleanField(default=False, help_text="No longer offered, and refused in new records.")),
            ],
            options={
                "ordering": ["position"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Moment",
            fields=[
                ("code", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("label", models.CharField(max_length=60, verbose_name="label")),
                ("position", models.PositiveSmallIntegerField()),
                ("is_retired", models.BooleanField(default=False, help_text="No longer offered, and refused in new records.")),
            ],
            options={
                "ordering": ["position"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Reason",
            fields=[
                ("code", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("label", models.CharField(max_length=60, verbose_name="label")),
                ("position", models.PositiveSmallIntegerField()),
                ("is_retired", models.BooleanField(default=False, help_text="No longer offered, and refused in new records.")),
            ],
            options={
                "ordering": ["position"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Resource",
            fields=[
                ("code", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("label", models.CharField(max_length=60, verbose_name="label")),
                ("position", models.PositiveSmallIntegerField()),
                ("is_retired", models.BooleanField(default=False, help_text="No longer offered, and refused in new records.")),
                ("line", models.CharField(help_text="How to use it, in one short sentence to say aloud.", max_length=140, verbose_name="line")),
            ],
            options={
                "ordering": ["position"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Setting",
            fields=[
                ("code", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("label", models.CharField(max_length=60, verbose_name="label")),
                ("position", models.PositiveSmallIntegerField()),
                ("is_retired", models.BooleanField(default=False, help_text="No longer offered, and refused in new records.")),
            ],
            options={
                "ordering": ["position"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="SignpostKind",
            fields=[
                ("code", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("label", models.CharField(max_length=60, verbose_name="label")),
                ("position", models.PositiveSmallIntegerField()),
                ("is_retired", models.BooleanField(default=False, help_text="No longer offered, and refused in new records.")),
            ],
            options={
                "ordering": ["position"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CardSession",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("held_on", models.DateField(help_text="In the site's time zone.")),
                (
                    "part_of_day",
                    models.CharField(
                        choices=[("morning", "Morning"), ("afternoon", "Afternoon"), ("evening", "Evening"), ("night", "Night")], max_length=9
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("held", "Held"),
                            ("cut_short", "Stopped early"),
                            ("declined", "Not today"),
                            ("did_not_attend", "Did not come"),
                            ("not_offered", "Not offered"),
                        ],
                        max_length=14,
                    ),
                ),
                ("private_space", models.BooleanField(help_text="Empty: not recorded.", null=True)),
                ("areas_recorded", models.BooleanField(help_text="Yes with no areas: none of them was talked about.")),
                ("resources_recorded", models.BooleanField(help_text="Yes with no resources: nothing was handed over.")),
                ("signposts_recorded", models.BooleanField(help_text="Yes with no signposts: none was given.")),
                ("entry", models.CharField(choices=[("tablet", "On a tablet"), ("afterwards", "Afterwards, on a form")], max_length=10)),
                (
                    "clock_flag",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "The tablet's clock was right"),
                            ("corrected", "Date and part of day were corrected for the tablet's clock"),
                            ("unchecked", "The tablet's clock could not be checked"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                ("voided_at", models.DateTimeField(null=True)),
                (
                    "voided_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("by_mistake", "Saved by mistake"),
                            ("twice", "Written down twice"),
                            ("trial", "A trial, nobody was there"),
                            ("person_asked", "The person asked for it not to be kept"),
                        ],
                        default="",
                        max_length=12,
                    ),
                ),
                (
                    "deck_release",
                    models.ForeignKey(
                        db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cards.deckrelease"
                    ),
                ),
                (
                    "delivered_by",
                    models.ForeignKey(
                        db_index=False,
                        help_text="Empty for a counter tablet, and after 13 months.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation"
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.site"
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        db_index=False,
                        help_text="Who entered it; empty for a counter tablet.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "voided_by",
                    models.ForeignKey(
                        db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "length_band",
                    models.ForeignKey(
                        db_index=False,
                        help_text="Empty: not recorded.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="care_sessions.lengthband",
                    ),
                ),
                (
                    "moment",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="care_sessions.moment"),
                ),
                (
                    "reason",
                    models.ForeignKey(
                        db_index=False,
                        help_text="Empty: not recorded.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="care_sessions.reason",
                    ),
                ),
                (
                    "setting",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="care_sessions.setting"),
                ),
            ],
            options={
                "ordering": ["-held_on", "-id"],
            },
        ),
        migrations.CreateModel(
            name="SignpostGiven",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "session",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="signposts", to="care_sessions.cardsession"
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="care_sessions.signpostkind"),
                ),
            ],
            options={
                "ordering": ["session", "kind__position"],
            },
        ),
        migrations.CreateModel(
            name="SiteResource",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "resource",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="care_sessions.resource"),
                ),
                ("site", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="stock", to="accounts.site")),
            ],
            options={
                "ordering": ["site", "resource__position"],
            },
        ),
        migrations.CreateModel(
            name="SiteSignpost",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="care_sessions.signpostkind"),
                ),
                (
                    "site",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="signposts", to="accounts.site"),
                ),
            ],
            options={
                "ordering": ["site", "kind__position"],
            },
        ),
        migrations.CreateModel(
            name="Tablet",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "label",
                    models.CharField(
                        blank=True, default="", help_text="What it says on the back of the tablet.", max_length=40, verbose_name="label"
                    ),
                ),
                ("token_hash", models.BinaryField(help_text="SHA-256 of the token.", max_length=32)),
                (
                    "is_counter",
                    models.BooleanField(
                        default=False, help_text="Used by whoever is at the counter; records name nobody.", verbose_name="counter tablet"
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("last_contact_at", models.DateTimeField(null=True)),
                ("unsent", models.PositiveIntegerField(help_text="Records waiting on the tablet when it last called.", null=True)),
                ("window_started_at", models.DateTimeField(help_text="Begin of the hour over which hand-ins are counted.", null=True)),
                ("window_records", models.PositiveIntegerField(default=0)),
                ("window_bytes", models.PositiveBigIntegerField(default=0)),
                ("revoked_at", models.DateTimeField(null=True)),
                ("organisation", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation")),
                (
                    "revoked_by",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "site",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.site",
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="QuarantinedRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("received_at", models.DateTimeField()),
                ("payload", models.BinaryField(help_text="The opened record, byte for byte: it may hold what no database text can.")),
                ("field", models.CharField(help_text="Path of the first field that was not accepted, such as session.site.", max_length=80)),
                ("rule", models.CharField(help_text="Which rule refused it: a code of sessions/rules.py.", max_length=40)),
                ("resolved_at", models.DateTimeField(null=True)),
                (
                    "resolution",
                    models.CharField(blank=True, choices=[("stored", "Put right and stored"), ("set_aside", "Set aside")], default="", max_length=9),
                ),
                (
                    "organisation",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation"),
                ),
                (
                    "resolved_by",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "tablet",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="care_sessions.tablet",
                    ),
                ),
            ],
            options={
                "ordering": ["-received_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="WorkerTicket",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("issued_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "revoked_by",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                ("tablet", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="tickets", to="care_sessions.tablet")),
                (
                    "user",
                    models.ForeignKey(
                        help_text="Empty on a counter tablet.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-issued_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="HandIn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("record_id", models.UUIDField(help_text="Made by the tablet.")),
                ("digest", models.BinaryField(help_text="SHA-256 of the opened record and whose ticket it carried.", max_length=32)),
                ("fate", models.CharField(choices=[("stored", "Stored"), ("quarantined", "Kept for a coordinator to look at")], max_length=11)),
                ("received_at", models.DateTimeField(help_text="Cleared after 30 days.", null=True)),
                (
                    "session",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="hand_ins",
                        to="care_sessions.cardsession",
                    ),
                ),
                (
                    "quarantined_record",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="hand_ins",
                        to="care_sessions.quarantinedrecord",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        db_index=False,
                        help_text="Cleared after 30 days.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="care_sessions.workerticket",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="AreaDiscussed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("mattered_most", models.BooleanField(default=False)),
                ("area", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cards.practicearea")),
                (
                    "session",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="areas", to="care_sessions.cardsession"
                    ),
                ),
            ],
            options={
                "ordering": ["session", "area__position"],
                "constraints": [
                    models.UniqueConstraint(fields=("session", "area"), name="care_sessions_areadiscussed_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("mattered_most", True)), fields=("session",), name="care_sessions_areadiscussed_one_mattered_most"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CardShown",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "card_version",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cards.cardversion"),
                ),
                (
                    "session",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="cards", to="care_sessions.cardsession"
                    ),
                ),
            ],
            options={
                "ordering": ["session", "card_version"],
                "constraints": [models.UniqueConstraint(fields=("session", "card_version"), name="care_sessions_cardshown_once")],
            },
        ),
        migrations.CreateModel(
            name="ResourceGiven",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(choices=[("given", "Given"), ("offered_not_wanted", "Not wanted"), ("none_left", "None left")], max_length=18),
                ),
                ("quantity", models.PositiveIntegerField(help_text="Empty: given, not counted.", null=True)),
                (
                    "resource",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="care_sessions.resource"),
                ),
                (
                    "session",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="resources", to="care_sessions.cardsession"
                    ),
                ),
            ],
            options={
                "ordering": ["session", "resource__position"],
                "constraints": [
                    models.UniqueConstraint(fields=("session", "resource"), name="care_sessions_resourcegiven_once"),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["given", "offered_not_wanted", "none_left"])),
                        name="care_sessions_resourcegiven_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("quantity", None), models.Q(("quantity__gte", 1), ("quantity__lte", 10000), ("status", "given")), _connector="OR"
                        ),
                        name="care_sessions_resourcegiven_quantity_when_given",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="cardsession",
            index=models.Index(fields=["organisation", "held_on"], name="care_sessions_session_org_day"),
        ),
        migrations.AddConstraint(
            model_name="cardsession",
            constraint=models.CheckConstraint(
                condition=models.Q(("held_on__gte", datetime.date(2020, 1, 1))), name="care_sessions_cardsession_held_on_plausible"
            ),
        ),
        migrations.AddConstraint(
            model_name="cardsession",
            constraint=models.CheckConstraint(
                condition=models.Q(("part_of_day__in", ["morning", "afternoon", "evening", "night"])),
                name="care_sessions_cardsession_part_of_day_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="cardsession",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["held", "cut_short", "declined", "did_not_attend", "not_offered"])),
                name="care_sessions_cardsession_outcome_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="cardsession",
            constraint=models.CheckConstraint(
                condition=models.Q(("entry__in", ["tablet", "afterwards"])), name="care_sessions_cardsession_entry_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="cardsession",
            constraint=models.CheckConstraint(
                condition=models.Q(("clock_flag__in", ["", "corrected", "unchecked"])), name="care_sessions_cardsession_clock_flag_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="cardsession",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", None), ("outcome__in", ["cut_short", "declined", "did_not_attend", "not_offered"]), _connector="OR"),
                name="care_sessions_cardsession_reason_with_outcome",
            ),
        ),
        migrations.AddConstraint(
            model_name="cardsession",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("outcome__in", ["held", "cut_short"]),
                    models.Q(("areas_recorded", False), ("resources_recorded", False), ("signposts_recorded", False)),
                    _connector="OR",
                ),
                name="care_sessions_cardsession_recorded_when_taken_up",
            ),
        ),
        migrations.AddConstraint(
            model_name="cardsession",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("voided_at", None), ("voided_by", None), ("voided_reason", "")),
                    models.Q(
                        ("voided_at__isnull", False),
                        ("voided_by__isnull", False),
                        ("voided_reason__in", ["by_mistake", "twice", "trial", "person_asked"]),
                    ),
                    _connector="OR",
                ),
                name="care_sessions_cardsession_voided_together",
            ),
        ),
        migrations.AddConstraint(
            model_name="signpostgiven",
            constraint=models.UniqueConstraint(fields=("session", "kind"), name="care_sessions_signpostgiven_once"),
        ),
        migrations.AddConstraint(
            model_name="siteresource",
            constraint=models.UniqueConstraint(fields=("site", "resource"), name="care_sessions_siteresource_once"),
        ),
        migrations.AddConstraint(
            model_name="sitesignpost",
            constraint=models.UniqueConstraint(fields=("site", "kind"), name="care_sessions_sitesignpost_once"),
        ),
        migrations.AddConstraint(
            model_name="tablet",
            constraint=models.UniqueConstraint(fields=("token_hash",), name="care_sessions_tablet_token_unique"),
        ),
        migrations.AddConstraint(
            model_name="tablet",
            constraint=models.UniqueConstraint(fields=("id", "organisation"), name="care_sessions_tablet_id_organisation_unique"),
        ),
        migrations.AddConstraint(
            model_name="tablet",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.Exact(
                    models.Func(models.F("token_hash"), function="octet_length", output_field=models.IntegerField()), 32
                ),
                name="care_sessions_tablet_token_is_hashed",
            ),
        ),
        migrations.AddConstraint(
            model_name="tablet",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_counter", False), ("site__isnull", False), _connector="OR"), name="care_sessions_tablet_counter_has_site"
            ),
        ),
        migrations.AddConstraint(
            model_name="tablet",
            constraint=models.CheckConstraint(
                condition=models.Q(("revoked_by", None), ("revoked_at__isnull", False), _connector="OR"),
                name="care_sessions_tablet_revoked_by_with_at",
            ),
        ),
        migrations.AddIndex(
            model_name="quarantinedrecord",
            index=models.Index(fields=["organisation", "-received_at", "-id"], name="care_sessions_quarantine_org"),
        ),
        migrations.AddIndex(
            model_name="quarantinedrecord",
            index=models.Index(condition=models.Q(("resolved_at", None)), fields=["tablet"], name="care_sessions_quarantine_open"),
        ),
        migrations.AddConstraint(
            model_name="quarantinedrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(("field__regex", "^[a-z_]+(\\.[a-z_0-9]+)*$")), name="care_sessions_quarantinedrecord_field_is_path"
            ),
        ),
        migrations.AddConstraint(
            model_name="quarantinedrecord",
            constraint=models.CheckConstraint(condition=models.Q(("rule__regex", "^[a-z_]+$")), name="care_sessions_quarantinedrecord_rule_is_code"),
        ),
        migrations.AddConstraint(
            model_name="quarantinedrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("resolution", ""), ("resolved_at", None), ("resolved_by", None)),
                    models.Q(("resolution__in", ["stored", "set_aside"]), ("resolved_at__isnull", False), ("resolved_by__isnull", False)),
                    _connector="OR",
                ),
                name="care_sessions_quarantinedrecord_resolved_together",
            ),
        ),
        migrations.AddConstraint(
            model_name="workerticket",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("issued_at"))), name="care_sessions_workerticket_expires_later"
            ),
        ),
        migrations.AddConstraint(
            model_name="workerticket",
            constraint=models.CheckConstraint(
                condition=models.Q(("revoked_by", None), ("revoked_at__isnull", False), _connector="OR"),
                name="care_sessions_workerticket_revoked_by_with_at",
            ),
        ),
        migrations.AddConstraint(
            model_name="handin",
            constraint=models.UniqueConstraint(fields=("record_id", "digest"), name="care_sessions_handin_content_once"),
        ),
        migrations.AddConstraint(
            model_name="handin",
            constraint=models.UniqueConstraint(
                condition=models.Q(("fate", "stored")), fields=("record_id",), name="care_sessions_handin_stored_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="handin",
            constraint=models.UniqueConstraint(fields=("session",), name="care_sessions_handin_session_once"),
        ),
        migrations.AddConstraint(
            model_name="handin",
            constraint=models.UniqueConstraint(fields=("quarantined_record",), name="care_sessions_handin_quarantine_once"),
        ),
        migrations.AddConstraint(
            model_name="handin",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.Exact(
                    models.Func(models.F("digest"), function="octet_length", output_field=models.IntegerField()), 32
                ),
                name="care_sessions_handin_digest_is_sha256",
            ),
        ),
        migrations.AddConstraint(
            model_name="handin",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("fate", "stored"), ("quarantined_record", None)), models.Q(("fate", "quarantined"), ("session", None)), _connector="OR"
                ),
                name="care_sessions_handin_points_at_its_fate",
            ),
        ),
    ]
