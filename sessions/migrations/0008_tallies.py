"""Tallies: how many sessions there were of each kind, kept in the transaction that stores or voids a session.

docs/decisions/0050-counting.md says why so. The rule itself, what a session counts for, stands in ROWS and nowhere else.
"""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

# Each session as the rows it adds to the tallies: one for each measure and code. PostgreSQL reads this into the statement that asks,
# so that `WHERE session_id = ANY(...)` looks those sessions up, and a recount reads the tables from end to end.
# A session of which parts were recorded, but none is there, says so with a code of its own; NULL is "not recorded".
ROWS = """
CREATE FUNCTION care_sessions_tally_rows() RETURNS TABLE (
    session_id bigint, voided_at timestamptz, organisation_id bigint, day date, site_id bigint, setting_id varchar,
    measure varchar, code varchar, quantity bigint
) LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT s.id, s.voided_at, s.organisation_id, s.held_on, s.site_id, s.setting_id, said.measure::varchar, said.code::varchar, 0::bigint
    FROM care_sessions_cardsession AS s
    CROSS JOIN LATERAL (VALUES
        ('outcome', s.outcome, true),
        ('reason_' || s.outcome, s.reason_id, s.outcome <> 'held'),
        ('moment', s.moment_id, s.outcome IN ('held', 'cut_short')),
        ('length', s.length_band_id, s.outcome IN ('held', 'cut_short')),
        -- By phone or in a chat, nobody can say whether the place was private.
        ('private_space', CASE s.private_space WHEN true THEN 'yes' WHEN false THEN 'no' END,
            s.outcome IN ('held', 'cut_short') AND (s.private_space IS NOT NULL OR s.setting_id NOT IN ('phone', 'online_chat'))),
        ('area', CASE WHEN s.areas_recorded THEN 'none_of_these' END, s.outcome IN ('held', 'cut_short')
            AND NOT (s.areas_recorded AND EXISTS (SELECT FROM care_sessions_areadiscussed AS part WHERE part.session_id = s.id))),
        ('resource_given', CASE WHEN s.resources_recorded THEN 'nothing' END, s.outcome IN ('held', 'cut_short')
            AND NOT (s.resources_recorded AND EXISTS (SELECT FROM care_sessions_resourcegiven AS part WHERE part.session_id = s.id))),
        ('signpost', CASE WHEN s.signposts_recorded THEN 'none' END, s.outcome IN ('held', 'cut_short')
            AND NOT (s.signposts_recorded AND EXISTS (SELECT FROM care_sessions_signpostgiven AS part WHERE part.session_id = s.id)))
    ) AS said (measure, code, applies)
    WHERE said.applies

    UNION ALL
    SELECT s.id, s.voided_at, s.organisation_id, s.held_on, s.site_id, s.setting_id, said.measure::varchar, part.area_id, 0::bigint
    FROM care_sessions_cardsession AS s
    JOIN care_sessions_areadiscussed AS part ON part.session_id = s.id
    CROSS JOIN LATERAL (VALUES ('area', true), ('mattered_most', part.mattered_most)) AS said (measure, applies)
    WHERE said.applies AND s.outcome IN ('held', 'cut_short')

    UNION ALL
    -- A card counts once, however many of its versions were shown.
    SELECT DISTINCT s.id, s.voided_at, s.organisation_id, s.held_on, s.site_id, s.setting_id, 'card'::varchar, card.slug, 0::bigint
    FROM care_sessions_cardsession AS s
    JOIN care_sessions_cardshown AS part ON part.session_id = s.id
    JOIN cards_cardversion AS version ON version.id = part.card_version_id
    JOIN cards_card AS card ON card.id = version.card_id
    WHERE s.outcome IN ('held', 'cut_short')

    UNION ALL
    SELECT s.id, s.voided_at, s.organisation_id, s.held_on, s.site_id, s.setting_id, said.measure::varchar, part.resource_id, said.quantity
    FROM care_sessions_cardsession AS s
    JOIN care_sessions_resourcegiven AS part ON part.session_id = s.id
    CROSS JOIN LATERAL (VALUES
        ('resource_given', coalesce(part.quantity, 0)::bigint, part.status = 'given'),
        ('resource_given_uncounted', 0, part.status = 'given' AND part.quantity IS NULL),
        ('resource_not_wanted', 0, part.status = 'offered_not_wanted'),
        ('resource_none_left', 0, part.status = 'none_left')
    ) AS said (measure, quantity, applies)
    WHERE said.applies AND s.outcome IN ('held', 'cut_short')

    UNION ALL
    SELECT s.id, s.voided_at, s.organisation_id, s.held_on, s.site_id, s.setting_id, 'signpost'::varchar, part.kind_id, 0::bigint
    FROM care_sessions_cardsession AS s
    JOIN care_sessions_signpostgiven AS part ON part.session_id = s.id
    WHERE s.outcome IN ('held', 'cut_short')
$$;
"""

# The four tallies that a day of a site in a setting is part of (Grain in sessions/models/counting.py).
PARTS_OF = """
CREATE FUNCTION care_sessions_parts_of(of_day date, of_site bigint, of_setting varchar) RETURNS TABLE (
    grain varchar, day date, site_id bigint, setting_id varchar
) LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT *
    FROM (VALUES
        ('day'::varchar, of_day, of_site, of_setting),
        ('month', date_trunc('month', of_day::timestamp)::date, of_site, of_setting),
        ('whole_day', of_day, NULL, NULL),
        ('whole_month', date_trunc('month', of_day::timestamp)::date, NULL, NULL)
    ) AS parts
$$;
"""

# Every session that is stored, and every one that is voided, is noted: 1 counts it, -1 takes it out. vein_care.counted names the organisations
# of which this transaction has counted all that is noted, so that it need not look again for each of its sessions; it ends with the
# transaction, and goes back with a savepoint.
NOTE = """
CREATE FUNCTION care_sessions_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO care_sessions_uncounted (organisation_id, session_id, change)
    VALUES (NEW.organisation_id, NEW.id, CASE WHEN NEW.voided_at IS NULL THEN 1 ELSE -1 END);
    IF current_setting('vein_care.counted', true) <> '' THEN
        PERFORM set_config('vein_care.counted', '', true);
    END IF;
    RETURN NULL;
END $$;
"""

# Of one organisation, one transaction counts at a time: two would wait for each other's rows, each for the other's flush to the disk.
# 1407202612 is any number that nobody else locks.
LOCK = """
CREATE FUNCTION care_sessions_may_count(of_organisation bigint) RETURNS boolean LANGUAGE sql VOLATILE AS $$
    SELECT pg_try_advisory_xact_lock(1407202612, of_organisation::integer)
$$;
CREATE FUNCTION care_sessions_wait_to_count(of_organisation bigint) RETURNS void LANGUAGE sql VOLATILE AS $$
    SELECT pg_advisory_xact_lock(1407202612, of_organisation::integer)
$$;
"""

# What is noted and not counted, as rows that figures add to the tallies.
UNCOUNTED = """
CREATE FUNCTION care_sessions_uncounted_rows(of_organisation bigint) RETURNS TABLE (
    day date, site_id bigint, setting_id varchar, measure varchar, code varchar, sessions integer, quantity bigint
) LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    noted bigint[] := ARRAY(SELECT session_id * change FROM care_sessions_uncounted WHERE organisation_id = of_organisation);
BEGIN
    IF cardinality(noted) > 0 THEN
        RETURN QUERY
        SELECT said.day, said.site_id, said.setting_id, said.measure, said.code, sign(number)::integer, (sign(number) * said.quantity)::bigint
        FROM care_sessions_tally_rows() AS said
        JOIN unnest(noted) AS number ON abs(number) = said.session_id
        WHERE said.session_id = ANY (ARRAY(SELECT abs(each) FROM unnest(noted) AS each));
    END IF;
END $$;
"""

# Put what is noted into the tallies, the oldest first, and return how many were noted. The caller holds the lock.
# The generic plan is kept: reading the rule into a plan takes longer than counting a session by it. It was made when tables may have been
# nearly empty, and the one of what is noted always looks so, though it is long with rows that are gone: so it takes indexes whatever their size.
# For what is taken away the proposed row says how much is added (nothing): a row with less than nothing would be refused before PostgreSQL
# looks whether there is one already. A tally that was wrong before does not keep anybody from voiding; a recount tells of it.
COUNT = """
CREATE FUNCTION care_sessions_count(of_organisation bigint, most integer) RETURNS integer
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    noted bigint[];
BEGIN
    WITH taken AS (
        DELETE FROM care_sessions_uncounted
        WHERE ctid = ANY (ARRAY(SELECT ctid FROM care_sessions_uncounted WHERE organisation_id = of_organisation ORDER BY id LIMIT most))
        RETURNING session_id * change AS number
    )
    SELECT array_agg(number) INTO noted FROM taken;
    IF noted IS NULL THEN
        RETURN 0;
    END IF;
    IF 0 < ALL (noted) THEN
        INSERT INTO care_sessions_tally AS kept (organisation_id, grain, measure, day, site_id, setting_id, code, sessions, quantity)
        SELECT gained.organisation_id, part.grain, gained.measure, part.day, part.site_id, part.setting_id, gained.code,
            count(*), sum(gained.quantity)
        FROM care_sessions_tally_rows() AS gained
        CROSS JOIN LATERAL care_sessions_parts_of(gained.day, gained.site_id, gained.setting_id) AS part
        WHERE gained.session_id = ANY (noted)
        GROUP BY 1, 2, 3, 4, 5, 6, 7
        ORDER BY 1, 2, 3, 4, 5, 6, 7
        ON CONFLICT (organisation_id, grain, measure, day, site_id, setting_id, code)
        DO UPDATE SET sessions = kept.sessions + EXCLUDED.sessions, quantity = kept.quantity + EXCLUDED.quantity;
    ELSE
        WITH change AS MATERIALIZED (
            SELECT changed.organisation_id, part.grain, changed.measure, part.day, part.site_id, part.setting_id, changed.code,
                sum(sign(number)) AS sessions, sum(sign(number) * changed.quantity) AS quantity
            FROM care_sessions_tally_rows() AS changed
            JOIN unnest(noted) AS number ON abs(number) = changed.session_id
            CROSS JOIN LATERAL care_sessions_parts_of(changed.day, changed.site_id, changed.setting_id) AS part
            WHERE changed.session_id = ANY (ARRAY(SELECT abs(each) FROM unnest(noted) AS each))
            GROUP BY 1, 2, 3, 4, 5, 6, 7
        )
        INSERT INTO care_sessions_tally AS kept (organisation_id, grain, measure, day, site_id, setting_id, code, sessions, quantity)
        SELECT organisation_id, grain, measure, day, site_id, setting_id, code, greatest(sessions, 0), greatest(quantity, 0)
        FROM change
        WHERE sessions <> 0 OR quantity <> 0
        ORDER BY 1, 2, 3, 4, 5, 6, 7
        ON CONFLICT (organisation_id, grain, measure, day, site_id, setting_id, code)
        DO UPDATE SET (sessions, quantity) = (
            SELECT greatest(kept.sessions + change.sessions, 0), greatest(kept.quantity + change.quantity, 0)
            FROM change
            WHERE (change.organisation_id, change.grain, change.measure, change.day)
                = (kept.organisation_id, kept.grain, kept.measure, kept.day)
                AND (change.site_id, change.setting_id, change.code) IS NOT DISTINCT FROM (kept.site_id, kept.setting_id, kept.code)
        );
    END IF;
    RETURN cardinality(noted);
END $$;
"""

# At the commit: count what is noted, or leave it to whoever is counting and to those who come after. The lock goes with the transaction,
# after what it did can be seen. However much is waiting, nobody counts more than a thousand at once.
COUNT_NOTED = """
CREATE FUNCTION care_sessions_count_noted() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    counted text := coalesce(current_setting('vein_care.counted', true), '');
    this text := '/' || NEW.organisation_id || '/';
BEGIN
    IF position(this IN counted) = 0 AND care_sessions_may_count(NEW.organisation_id)
        AND care_sessions_count(NEW.organisation_id, 1000) < 1000
    THEN
        PERFORM set_config('vein_care.counted', counted || this, true);
    END IF;
    RETURN NULL;
END $$;
"""

# Of one moment, triggers run in the order of their names: a session is noted before it is counted, also where constraints are immediate.
# Deleting a session (retention) leaves the tallies as they are.
TRIGGERS = {
    "care_sessions_cardsession_1_note_new": """
        CREATE TRIGGER care_sessions_cardsession_1_note_new AFTER INSERT ON care_sessions_cardsession
        FOR EACH ROW WHEN (NEW.voided_at IS NULL) EXECUTE FUNCTION care_sessions_note();
    """,
    "care_sessions_cardsession_1_note_voided": """
        CREATE TRIGGER care_sessions_cardsession_1_note_voided AFTER UPDATE OF voided_at ON care_sessions_cardsession
        FOR EACH ROW WHEN ((OLD.voided_at IS NULL) <> (NEW.voided_at IS NULL)) EXECUTE FUNCTION care_sessions_note();
    """,
    "care_sessions_cardsession_2_count_new": """
        CREATE CONSTRAINT TRIGGER care_sessions_cardsession_2_count_new AFTER INSERT ON care_sessions_cardsession
        DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW WHEN (NEW.voided_at IS NULL) EXECUTE FUNCTION care_sessions_count_noted();
    """,
    "care_sessions_cardsession_2_count_voided": """
        CREATE CONSTRAINT TRIGGER care_sessions_cardsession_2_count_voided AFTER UPDATE OF voided_at ON care_sessions_cardsession
        DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW WHEN ((OLD.voided_at IS NULL) <> (NEW.voided_at IS NULL)) EXECUTE FUNCTION care_sessions_count_noted();
    """,
}

# What is here already. In the end the checks of foreign keys are done, or the table could not be altered in the same transaction.
BACK_FILL = """
INSERT INTO care_sessions_tally (organisation_id, grain, measure, day, site_id, setting_id, code, sessions, quantity)
WITH days AS (
    SELECT organisation_id, measure, day, site_id, setting_id, code, count(*) AS sessions, sum(quantity) AS quantity
    FROM care_sessions_tally_rows()
    WHERE voided_at IS NULL
    GROUP BY organisation_id, measure, day, site_id, setting_id, code
)
SELECT days.organisation_id, part.grain, days.measure, part.day, part.site_id, part.setting_id, days.code, sum(sessions), sum(quantity)
FROM days CROSS JOIN LATERAL care_sessions_parts_of(days.day, days.site_id, days.setting_id) AS part
GROUP BY 1, 2, 3, 4, 5, 6, 7
ORDER BY 1, 2, 3, 4, 5, 6, 7;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_superusers_belong_to_no_organisation"),
        ("care_sessions", "0007_set_aside_reason"),
    ]

    operations = [
        migrations.CreateModel(
            name="SummaryRules",
            fields=[
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="summary_rules",
                        serialize=False,
                        to="accounts.organisation",
                    ),
                ),
                (
                    "hide_below",
                    models.PositiveSmallIntegerField(
                        default=8,
                        help_text="Smaller numbers are hidden in everything that is meant to be shared.",
                        validators=[django.core.validators.MinValueValidator(5), django.core.validators.MaxValueValidator(50)],
                        verbose_name="hide numbers below",
                    ),
                ),
                (
                    "keep_months",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Older sessions are deleted; their totals stay. Empty: nothing is deleted.",
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(240)],
                        verbose_name="keep sessions for so many months",
                    ),
                ),
                (
                    "kept_from",
                    models.DateField(blank=True, editable=False, help_text="The first day whose sessions are still kept. Empty: all are.", null=True),
                ),
            ],
            options={
                "verbose_name_plural": "summary rules",
                "ordering": ["organisation"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("hide_below__gte", 5), ("hide_below__lte", 50)), name="care_sessions_summaryrules_hide_below_in_range"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("keep_months", None), models.Q(("keep_months__gte", 1), ("keep_months__lte", 240)), _connector="OR"),
                        name="care_sessions_summaryrules_keep_months_in_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kept_from", None), ("kept_from__day", 1), _connector="OR"),
                        name="care_sessions_summaryrules_kept_from_first",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "grain",
                    models.CharField(
                        choices=[
                            ("day", "One day of a site in a setting"),
                            ("month", "A month of a site in a setting"),
                            ("whole_day", "One day of the whole organisation"),
                            ("whole_month", "A month of the whole organisation"),
                        ],
                        max_length=11,
                    ),
                ),
                ("day", models.DateField(help_text="The day, or the first of the month.")),
                (
                    "measure",
                    models.CharField(
                        choices=[
                            ("outcome", "Outcome"),
                            ("reason_declined", "Why not today"),
                            ("reason_did_not_attend", "Why they did not come"),
                            ("reason_not_offered", "Why it was not offered"),
                            ("reason_cut_short", "Why it stopped early"),
                            ("area", "Talked about"),
                            ("mattered_most", "Mattered most"),
                            ("card", "Cards shown"),
                            ("resource_given", "Given"),
                            ("resource_given_uncounted", "Given, not counted"),
                            ("resource_not_wanted", "Not wanted"),
                            ("resource_none_left", "None left"),
                            ("signpost", "Told about"),
                            ("moment", "What prompted it"),
                            ("length", "About how long"),
                            ("private_space", "Somewhere private"),
                        ],
                        max_length=24,
                    ),
                ),
                ("code", models.CharField(help_text="What the sessions said. Empty: not recorded.", max_length=60, null=True)),
                ("sessions", models.PositiveIntegerField(help_text="How many sessions.")),
                ("quantity", models.PositiveBigIntegerField(default=0, help_text="How many things were given in them, where they were counted.")),
                (
                    "organisation",
                    models.ForeignKey(
                        db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation"
                    ),
                ),
                (
                    "setting",
                    models.ForeignKey(
                        db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="care_sessions.setting"
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        help_text="Empty: all sites and settings.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.site",
                    ),
                ),
            ],
            options={
                "ordering": ["organisation", "grain", "measure", "day", "site", "setting", "code"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "grain", "measure", "day", "site", "setting", "code"),
                        name="care_sessions_tally_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("grain__in", ["day", "month", "whole_day", "whole_month"])), name="care_sessions_tally_grain_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("grain__in", ["day", "month"]), ("setting__isnull", False), ("site__isnull", False)),
                            models.Q(("grain__in", ["whole_day", "whole_month"]), ("setting", None), ("site", None)),
                            _connector="OR",
                        ),
                        name="care_sessions_tally_site_unless_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("grain__in", ["day", "whole_day"]), ("day__day", 1), _connector="OR"),
                        name="care_sessions_tally_month_begins_on_first",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "measure__in",
                                [
                                    "outcome",
                                    "reason_declined",
                                    "reason_did_not_attend",
                                    "reason_not_offered",
                                    "reason_cut_short",
                                    "area",
                                    "mattered_most",
                                    "card",
                                    "resource_given",
                                    "resource_given_uncounted",
                                    "resource_not_wanted",
                                    "resource_none_left",
                                    "signpost",
                                    "moment",
                                    "length",
                                    "private_space",
                                ],
                            )
                        ),
                        name="care_sessions_tally_measure_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quantity", 0), ("measure", "resource_given"), _connector="OR"),
                        name="care_sessions_tally_quantity_of_given",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Uncounted",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("change", models.SmallIntegerField(help_text="1: counts from now on. -1: does not any more.")),
                (
                    "organisation",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="care_sessions.cardsession",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "uncounted",
                "ordering": ["id"],
                "indexes": [models.Index(fields=["organisation", "id"], name="care_sessions_uncounted_org")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("change__in", [1, -1])), name="care_sessions_uncounted_one_more_or_less")
                ],
            },
        ),
        # The tallies are written over and over: room on each page lets a new version of a row lie beside the old, and no index is touched.
        migrations.RunSQL("ALTER TABLE care_sessions_tally SET (fillfactor = 70);", migrations.RunSQL.noop),
        # No row pairs a site with another organisation than its own.
        migrations.RunSQL(
            "ALTER TABLE care_sessions_tally ADD CONSTRAINT care_sessions_tally_site_in_organisation "
            "FOREIGN KEY (site_id, organisation_id) REFERENCES accounts_site (id, organisation_id) DEFERRABLE INITIALLY DEFERRED;",
            "ALTER TABLE care_sessions_tally DROP CONSTRAINT care_sessions_tally_site_in_organisation;",
        ),
        migrations.RunSQL(ROWS, "DROP FUNCTION care_sessions_tally_rows();"),
        migrations.RunSQL(PARTS_OF, "DROP FUNCTION care_sessions_parts_of(date, bigint, varchar);"),
        migrations.RunSQL(UNCOUNTED, "DROP FUNCTION care_sessions_uncounted_rows(bigint);"),
        migrations.RunSQL(NOTE, "DROP FUNCTION care_sessions_note();"),
        migrations.RunSQL(LOCK, "DROP FUNCTION care_sessions_may_count(bigint); DROP FUNCTION care_sessions_wait_to_count(bigint);"),
        migrations.RunSQL(COUNT, "DROP FUNCTION care_sessions_count(bigint, integer);"),
        migrations.RunSQL(COUNT_NOTED, "DROP FUNCTION care_sessions_count_noted();"),
        *[migrations.RunSQL(made, f"DROP TRIGGER {name} ON care_sessions_cardsession;") for name, made in TRIGGERS.items()],
        # Last: since the triggers were made, nobody else can store a session until this is committed, so none is missed or counted twice.
        migrations.RunSQL(BACK_FILL, migrations.RunSQL.noop),
    ]
