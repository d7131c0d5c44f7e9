"""Count the sessions of an organisation some at a time: counting eight together costs hardly more than counting one.

Figures include what is noted and not counted yet, so nothing is seen later for it (docs/decisions/0050-counting.md). A void is counted at
once, with all that waits. `vein_care.count_every` sets another number than eight for a connection: 1 counts each session by itself.
"""

import importlib

from django.db import migrations

BEFORE = importlib.import_module("sessions.migrations.0008_tallies").COUNT_NOTED.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")

# By its number a session says whether it counts what waits: looking how many wait would cost as much as counting them.
COUNT_NOTED = """
CREATE OR REPLACE FUNCTION care_sessions_count_noted() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    counted text;
    this text := '/' || NEW.organisation_id || '/';
BEGIN
    IF NEW.voided_at IS NULL AND NEW.id % coalesce(nullif(current_setting('vein_care.count_every', true), '')::integer, 8) <> 0 THEN
        RETURN NULL;
    END IF;
    counted := coalesce(current_setting('vein_care.counted', true), '');
    IF position(this IN counted) = 0 AND care_sessions_may_count(NEW.organisation_id)
        AND care_sessions_count(NEW.organisation_id, 1000) < 1000
    THEN
        PERFORM set_config('vein_care.counted', counted || this, true);
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("care_sessions", "0011_exports")]

    operations = [migrations.RunSQL(COUNT_NOTED, BEFORE)]
