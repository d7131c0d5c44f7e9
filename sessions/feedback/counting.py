"""One answer more: one statement, which adds to the counter, remembers the form for a few hours, and forgets older forms."""

import datetime
import enum

from django.conf import settings
from django.db import connection

from sessions.feedback.forms_once import ANSWERABLE_FOR
from sessions.models import AnsweredForm

HOUR = datetime.timedelta(hours=1)
# Until no form that was answered then could be sent once more.
REMEMBERED_FOR = ANSWERABLE_FOR + HOUR


class Outcome(enum.Enum):
    COUNTED = "counted"
    BEFORE = "before"  # this form was answered already, and counted then
    TOO_MANY = "too many"  # this site has had as many answers as it can have within an hour
    NOT_HERE = "not here"  # unknown or switched off


# In the "once" part a second tap at the same moment waits for the first one, and then finds that its form is known.
ADD = """
WITH page AS (
    SELECT page.site_id, date_trunc('month', %(now)s AT TIME ZONE site.time_zone)::date AS month, (
        SELECT count(*) FROM care_sessions_answeredform AS form WHERE form.site_id = page.site_id AND form.hour = %(hour)s
    ) >= %(most)s AS is_full
    FROM care_sessions_feedbackpage AS page
    JOIN accounts_site AS site ON site.id = page.site_id AND site.is_active
    JOIN accounts_organisation AS organisation ON organisation.id = site.organisation_id AND organisation.is_active
    WHERE page.code = %(code)s AND page.is_open
), forgotten AS (
    DELETE FROM care_sessions_answeredform WHERE digest IN (
        SELECT digest FROM care_sessions_answeredform WHERE hour < %(forget_before)s LIMIT 100 FOR UPDATE SKIP LOCKED
    )
), once AS (
    INSERT INTO care_sessions_answeredform (digest, site_id, hour) SELECT %(digest)s, site_id, %(hour)s FROM page WHERE NOT is_full
    ON CONFLICT (digest) DO NOTHING RETURNING site_id
), counted AS (
    INSERT INTO care_sessions_personfeedback (site_id, month, answer, count) SELECT site_id, month, %(answer)s, 1 FROM once JOIN page USING (site_id)
    ON CONFLICT (site_id, month, answer) DO UPDATE SET count = care_sessions_personfeedback.count + 1 RETURNING 1
)
SELECT EXISTS (SELECT FROM counted), (SELECT is_full FROM page), EXISTS (SELECT FROM care_sessions_answeredform WHERE digest = %(digest)s)
"""


def add_answer(*, code, answer, digest, now):
    """Count an answer about the site with this code, and say what became of it (Outcome). One statement.

    digest: of the form, from forms_once.digest_of.
    """
    hour = now.replace(minute=0, second=0, microsecond=0)
    values = {"code": code, "answer": answer, "digest": digest, "now": now, "hour": hour}
    limits = {"most": settings.FEEDBACK_PER_HOUR, "forget_before": forgotten_before(now)}
    with connection.cursor() as cursor:
        cursor.execute(ADD, values | limits)
        is_counted, is_full, is_known = cursor.fetchone()
    if is_counted:
        return Outcome.COUNTED
    if is_full is None:
        return Outcome.NOT_HERE
    return Outcome.TOO_MANY if is_full and not is_known else Outcome.BEFORE


def forgotten_before(now):
    """The moment before whose hour no form is remembered."""
    return now - REMEMBERED_FOR - HOUR


def forms_to_forget(now):
    """Those that an hour without answers has left behind: manage.py clear_times deletes them."""
    return AnsweredForm.objects.filter(hour__lt=forgotten_before(now))
