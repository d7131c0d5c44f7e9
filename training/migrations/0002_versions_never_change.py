"""What was taken stays what was taken: versions, their lessons and checks and the contents of published releases refuse change."""

from django.db import migrations

TABLES = ["training_moduleversion", "training_lesson", "training_check"]

PUBLISHED = """
CREATE FUNCTION training_refuse_change_when_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM training_courserelease WHERE id = COALESCE(OLD.release_id, NEW.release_id) AND published_at IS NOT NULL) THEN
        RAISE EXCEPTION 'The modules of a published release never change: % refused', TG_OP
            USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER training_coursereleasemodule_published_fixed BEFORE INSERT OR UPDATE OR DELETE ON training_coursereleasemodule
    FOR EACH ROW EXECUTE FUNCTION training_refuse_change_when_published();
"""

PUBLISHED_BACK = """
DROP TRIGGER training_coursereleasemodule_published_fixed ON training_coursereleasemodule;
DROP FUNCTION training_refuse_change_when_published();
"""


def refuse(table):
    name = f"{table}_immutable"
    return migrations.RunSQL(
        f"CREATE TRIGGER {name} BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION vein_care_refuse_change();",
        f"DROP TRIGGER {name} ON {table};",
    )


class Migration(migrations.Migration):
    dependencies = [("training", "0001_course_assignments_completions_events"), ("accounts", "0002_append_only_and_own_site")]

    operations = [*[refuse(table) for table in TABLES], migrations.RunSQL(PUBLISHED, PUBLISHED_BACK)]
