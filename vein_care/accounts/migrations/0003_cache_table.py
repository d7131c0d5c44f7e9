"""The table of Django's database cache, which counts tries at signing in. `createcachetable` would be one more command to forget."""

from django.db import migrations

CREATE = """
CREATE TABLE IF NOT EXISTS vein_care_cache (
    cache_key varchar(255) PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX IF NOT EXISTS vein_care_cache_expires ON vein_care_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_append_only_and_own_site")]

    operations = [migrations.RunSQL(CREATE, "DROP TABLE vein_care_cache;")]
