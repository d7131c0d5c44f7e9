"""What was shown stays what was shown: versions, their texts and the contents of published releases refuse change."""

from django.db import migrations

TABLES = ["cards_cardversion", "cards_cardtext"]

PUBLISHED = """
CREATE FUNCTION cards_refuse_change_when_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM cards_deckrelease WHERE id = COALESCE(OLD.release_id, NEW.release_id) AND published_at IS NOT NULL) THEN
        RAISE EXCEPTION 'The cards of a published release never change: % refused', TG_OP
            USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER cards_deckreleasecard_published_fixed BEFORE INSERT OR UPDATE OR DELETE ON cards_deckreleasecard
    FOR EACH ROW EXECUTE FUNCTION cards_refuse_change_when_published();
"""

PUBLISHED_BACK = """
DROP TRIGGER cards_deckreleasecard_published_fixed ON cards_deckreleasecard;
DROP FUNCTION cards_refuse_change_when_published();
"""


def refuse(table):
    name = f"{table}_immutable"
    return migrations.RunSQL(
        f"CREATE TRIGGER {name} BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION vein_care_refuse_change();",
        f"DROP TRIGGER {name} ON {table};",
    )


class Migration(migrations.Migration):
    dependencies = [("cards", "0001_areas_cards_releases"), ("accounts", "0002_append_only_and_own_site")]

    operations = [*[refuse(table) for table in TABLES], migrations.RunSQL(PUBLISHED, PUBLISHED_BACK)]
