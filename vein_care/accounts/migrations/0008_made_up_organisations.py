"""Which organisations were made up, so that no made-up sessions ever get among real ones. It is said once, when one is made."""

from django.db import migrations, models

STAYS = """
CREATE FUNCTION accounts_organisation_made_up_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'whether an organisation is made up is said when it is made'
        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE TRIGGER accounts_organisation_made_up_stays BEFORE UPDATE OF is_made_up ON accounts_organisation
    FOR EACH ROW WHEN (OLD.is_made_up <> NEW.is_made_up) EXECUTE FUNCTION accounts_organisation_made_up_stays();
"""

STAYS_BACK = """
DROP TRIGGER accounts_organisation_made_up_stays ON accounts_organisation;
DROP FUNCTION accounts_organisation_made_up_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_superusers_belong_to_no_organisation")]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="is_made_up",
            field=models.BooleanField(
                db_default=False,
                default=False,
                editable=False,
                help_text="Made for a demo or a trial: nothing in it is about anybody. Never changes.",
            ),
        ),
        migrations.RunSQL(STAYS, STAYS_BACK),
    ]
