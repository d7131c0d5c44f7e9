"""Rules that Django's constraints cannot say: the audit trail only grows, and a usual site is one of the own organisation."""

from django.db import migrations

REFUSE_CHANGE = """
CREATE FUNCTION vein_care_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% rows never change: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_NAME;
END $$;
"""

APPEND_ONLY = """
CREATE TRIGGER accounts_auditevent_append_only BEFORE UPDATE OR DELETE ON accounts_auditevent
    FOR EACH ROW EXECUTE FUNCTION vein_care_refuse_change();
"""

USUAL_SITE = """
ALTER TABLE accounts_user ADD CONSTRAINT accounts_user_usual_site_in_organisation
    FOREIGN KEY (usual_site_id, organisation_id) REFERENCES accounts_site (id, organisation_id) DEFERRABLE INITIALLY DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_organisations_sites_people_audit")]

    operations = [
        migrations.RunSQL(REFUSE_CHANGE, "DROP FUNCTION vein_care_refuse_change();"),
        migrations.RunSQL(APPEND_ONLY, "DROP TRIGGER accounts_auditevent_append_only ON accounts_auditevent;"),
        migrations.RunSQL(USUAL_SITE, "ALTER TABLE accounts_user DROP CONSTRAINT accounts_user_usual_site_in_organisation;"),
    ]
