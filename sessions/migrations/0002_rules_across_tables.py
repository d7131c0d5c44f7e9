"""Rules that Django's constraints cannot say: pairs that belong together, and parts only where a session says they were recorded."""

from django.db import migrations

# (table, columns, target): no row pairs a site or a tablet with another organisation than its own.
PAIRS = {
    "care_sessions_cardsession_site_in_organisation": ("care_sessions_cardsession", "site_id, organisation_id", "accounts_site"),
    "care_sessions_tablet_site_in_organisation": ("care_sessions_tablet", "site_id, organisation_id", "accounts_site"),
    "care_sessions_quarantinedrecord_tablet_in_organisation": (
        "care_sessions_quarantinedrecord",
        "tablet_id, organisation_id",
        "care_sessions_tablet",
    ),
}

# {table: flag}: a part may exist only while its session's flag is set.
PARTS = {
    "care_sessions_areadiscussed": "areas_recorded",
    "care_sessions_resourcegiven": "resources_recorded",
    "care_sessions_signpostgiven": "signposts_recorded",
}


def pair(name):
    table, columns, target = PAIRS[name]
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({columns}) REFERENCES {target} (id, organisation_id) "
        "DEFERRABLE INITIALLY DEFERRED;",
        f"ALTER TABLE {table} DROP CONSTRAINT {name};",
    )


def only_when_recorded(table):
    """Refuse a part whose session says that nothing of the kind was recorded.

    FOR SHARE makes a concurrent change of the flag wait, so the two triggers cannot both look away.
    """
    name = f"{table}_only_when_recorded"
    return migrations.RunSQL(
        f"""
        CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM 1 FROM care_sessions_cardsession WHERE id = NEW.session_id AND {PARTS[table]} FOR SHARE;
            IF NOT FOUND THEN
                RAISE EXCEPTION 'the session says that {PARTS[table]} is false'
                    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER {name} BEFORE INSERT OR UPDATE OF session_id ON {table} FOR EACH ROW EXECUTE FUNCTION {name}();
        """,
        f"DROP TRIGGER {name} ON {table}; DROP FUNCTION {name}();",
    )


FLAG_STAYS = """
CREATE FUNCTION care_sessions_cardsession_recorded_while_parts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT NEW.areas_recorded AND EXISTS (SELECT 1 FROM care_sessions_areadiscussed WHERE session_id = NEW.id)
        OR NOT NEW.resources_recorded AND EXISTS (SELECT 1 FROM care_sessions_resourcegiven WHERE session_id = NEW.id)
        OR NOT NEW.signposts_recorded AND EXISTS (SELECT 1 FROM care_sessions_signpostgiven WHERE session_id = NEW.id)
    THEN
        RAISE EXCEPTION 'the session has parts of a kind that it would say was not recorded'
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER care_sessions_cardsession_recorded_while_parts
    BEFORE UPDATE OF areas_recorded, resources_recorded, signposts_recorded ON care_sessions_cardsession
    FOR EACH ROW EXECUTE FUNCTION care_sessions_cardsession_recorded_while_parts();
"""

FLAG_STAYS_BACK = """
DROP TRIGGER care_sessions_cardsession_recorded_while_parts ON care_sessions_cardsession;
DROP FUNCTION care_sessions_cardsession_recorded_while_parts();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("care_sessions", "0001_sessions_tablets_hand_ins"),
        ("accounts", "0001_organisations_sites_people_audit"),
    ]

    operations = [
        *[pair(name) for name in PAIRS],
        *[only_when_recorded(table) for table in PARTS],
        migrations.RunSQL(FLAG_STAYS, FLAG_STAYS_BACK),
    ]
