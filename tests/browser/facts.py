"""A stored session as plain facts, so that a test can compare all of it at once with what was tapped."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sessions.models import CardSession

NOTHING = {
    "outcome": "held",
    "reason": None,
    "moment": "not_asked",
    "private_space": None,
    "length_band": None,
    "areas": "not recorded",
    "mattered_most": None,
    "resources": "not recorded",
    "signposts": "not recorded",
    "cards": [],
}
PARTS_OF_DAY = {"night": [22, 23, 0, 1, 2, 3, 4], "morning": range(5, 12), "afternoon": range(12, 17), "evening": range(17, 22)}


def stored_facts():
    """The facts of the only session there is, without when and where and by whom it was recorded."""
    return facts_of(CardSession.objects.get())


def facts_of(session):
    """What a worker tapped: lists of codes, "not recorded" for what was left blank."""
    return {
        "outcome": session.outcome,
        "reason": session.reason_id,
        "moment": session.moment_id,
        "private_space": session.private_space,
        "length_band": session.length_band_id,
        "areas": _list(session.areas_recorded, session.areas.values_list("area_id", flat=True)),
        "mattered_most": session.areas.filter(mattered_most=True).values_list("area_id", flat=True).first(),
        "resources": _list(session.resources_recorded, session.resources.values_list("resource_id", "status", "quantity")),
        "signposts": _list(session.signposts_recorded, session.signposts.values_list("kind_id", flat=True)),
        "cards": sorted(session.cards.values_list("card_version__card__slug", flat=True)),
    }


def nothing_but(**facts):
    """The facts of a session in which everything was left blank, except these."""
    return NOTHING | facts


def now_in_london():
    """(date, part of day) at the site, as the record should have it."""
    now = datetime.now(ZoneInfo("Europe/London"))
    return now.date(), next(part for part, hours in PARTS_OF_DAY.items() if now.hour in hours)


def eventually(is_true, page, *, patience_ms=8000):
    """Wait for the database when the page has nothing to show for it. The page goes on meanwhile."""
    for _ in range(patience_ms // 100):
        if is_true():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it did not happen")


def _list(recorded, values):
    return sorted(values) if recorded else "not recorded"
