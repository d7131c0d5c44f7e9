"""A picture is what its digest says: stored ones refuse change, as versions and texts do."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cards", "0003_editing_pictures_recall"), ("accounts", "0002_append_only_and_own_site")]

    operations = [
        migrations.RunSQL(
            "CREATE TRIGGER cards_picture_immutable BEFORE UPDATE OR DELETE ON cards_picture "
            "FOR EACH ROW EXECUTE FUNCTION vein_care_refuse_change();",
            "DROP TRIGGER cards_picture_immutable ON cards_picture;",
        )
    ]
