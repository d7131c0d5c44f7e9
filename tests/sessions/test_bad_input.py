"""What is not acceptable in a record, field by field: it is kept, and the receipt names the field and the rule."""

import datetime
import json
import math
import uuid

import pytest
from django.conf import settings
from django.utils import timezone

from cards.models import DeckRelease
from sessions import rules
from sessions.clocks import held_at
from sessions.forms import check_session
from sessions.models import CardSession, QuarantinedRecord, Resource
from tests.sessions.tablet import changed, iso, not_taken_up, seal
from vein_care import memory

pytestmark = pytest.mark.django_db

HUGE = 10**18
MEDIUM = 2**63


def day(offset):
    return (timezone.localdate() + datetime.timedelta(days=offset)).isoformat()


# (path to change, value, field and rule in the answer); `...` takes the field away.
CASES = [
    ("schema", ..., "schema", "required"),
    ("schema", None, "schema", "type"),
    ("schema", True, "schema", "type"),
    ("schema", "1", "schema", "type"),
    ("schema", 1.0, "schema", "type"),
    ("schema", 0, "schema", "unknown_schema"),
    ("schema", -1, "schema", "unknown_schema"),
    ("schema", 2, "schema", "newer_schema"),
    ("ticket", ..., "ticket", "required"),
    ("ticket", None, "ticket", "forged"),
    ("ticket", {"user": 1}, "ticket", "forged"),
    ("made", ..., "made", "required"),
    ("made", None, "made", "type"),
    ("made", [], "made", "type"),
    ("made.wall", ..., "made.wall", "not_a_time"),
    ("made.wall", 0, "made.wall", "not_a_time"),
    ("made.wall", "yesterday", "made.wall", "not_a_time"),
    ("made.wall", "2026-11-21T20:15:00", "made.wall", "not_a_time"),
    ("made.boot", ..., "made.boot", "type"),
    ("made.boot", "", "made.boot", "type"),
    ("made.boot", "x" * 65, "made.boot", "type"),
    ("made.boot", "Jo from the bridge", "made.boot", "type"),
    ("made.elapsed_ms", ..., "made.elapsed_ms", "type"),
    ("made.elapsed_ms", -1, "made.elapsed_ms", "type"),
    ("made.elapsed_ms", 1.5, "made.elapsed_ms", "type"),
    ("made.elapsed_ms", True, "made.elapsed_ms", "type"),
    ("made.elapsed_ms", HUGE, "made.elapsed_ms", "type"),
    ("made.place", "Mill Street", "made", "unknown_field"),
    ("name", "somebody", "record", "unknown_field"),
    ("session", ..., "session", "required"),
    ("session", None, "session", "type"),
    ("session", [], "session", "type"),
    ("session", "held", "session", "type"),
    ("session.notes", "had a bad day", "session", "unknown_field"),
    ("session.Jo Marsh", 1, "session", "unknown_field"),
    ("session.site", ..., "session.site", "required"),
    ("session.site", None, "session.site", "required"),
    ("session.site", "3", "session.site", "type"),
    ("session.site", True, "session.site", "type"),
    ("session.site", 3.0, "session.site", "type"),
    ("session.site", math.nan, "session.site", "type"),
    ("session.site", math.inf, "session.site", "type"),
    ("session.site", 0, "session.site", "unknown_site"),
    ("session.site", -1, "session.site", "unknown_site"),
    ("session.site", 999_999, "session.site", "unknown_site"),
    ("session.site", HUGE, "session.site", "unknown_site"),
    ("session.setting", ..., "session.setting", "required"),
    ("session.setting", 7, "session.setting", "type"),
    ("session.setting", ["van"], "session.setting", "type"),
    ("session.setting", "", "session.setting", "unknown_code"),
    ("session.setting", "Van", "session.setting", "unknown_code"),
    ("session.setting", "van\x00", "session.setting", "unknown_code"),
    ("session.setting", "\ud800", "session.setting", "unknown_code"),
    ("session.setting", "v" * 10_000, "session.setting", "unknown_code"),
    ("session.held_on", ..., "session.held_on", "required"),
    ("session.held_on", 20261121, "session.held_on", "type"),
    ("session.held_on", "21/11/2026", "session.held_on", "not_a_date"),
    ("session.held_on", "20261121", "session.held_on", "not_a_date"),
    ("session.held_on", "2026-02-30", "session.held_on", "not_a_date"),
    ("session.held_on", "2026-W47-6", "session.held_on", "not_a_date"),
    ("session.held_on", "0000-00-00", "session.held_on", "not_a_date"),
    ("session.held_on", "٢٠٢٦-١١-٢١", "session.held_on", "not_a_date"),
    ("session.held_on", "2026-11-21T20:00", "session.held_on", "not_a_date"),
    ("session.held_on", "1970-01-01", "session.held_on", "too_old"),
    ("session.held_on", "0001-01-01", "session.held_on", "too_old"),
    ("session.held_on", lambda: day(-402), "session.held_on", "too_old"),
    ("session.held_on", lambda: day(2), "session.held_on", "in_future"),
    ("session.held_on", lambda: day(365), "session.held_on", "in_future"),
    ("session.held_on", "9999-12-31", "session.held_on", "in_future"),
    ("session.part_of_day", ..., "session.part_of_day", "required"),
    ("session.part_of_day", 20, "session.part_of_day", "type"),
    ("session.part_of_day", "20:15", "session.part_of_day", "unknown_code"),
    ("session.outcome", ..., "session.outcome", "required"),
    ("session.outcome", "excellent", "session.outcome", "unknown_code"),
    ("session.outcome", "held", "session.reason", "reason_with_outcome"),
    ("session.reason", "because", "session.reason", "unknown_code"),
    ("session.reason", False, "session.reason", "type"),
    ("session.moment", ..., "session.moment", "required"),
    ("session.moment", None, "session.moment", "required"),
    ("session.moment", "birthday", "session.moment", "unknown_code"),
    ("session.private_space", "yes", "session.private_space", "type"),
    ("session.private_space", 1, "session.private_space", "type"),
    ("session.length_band", "long", "session.length_band", "unknown_code"),
    ("session.length_band", 5, "session.length_band", "type"),
    ("session.areas_recorded", ..., "session.areas_recorded", "required"),
    ("session.areas_recorded", 1, "session.areas_recorded", "type"),
    ("session.areas_recorded", False, "session.areas", "not_recorded"),
    ("session.areas", ..., "session.areas", "required"),
    ("session.areas", None, "session.areas", "required"),
    ("session.areas", {}, "session.areas", "type"),
    ("session.areas", "water", "session.areas", "type"),
    ("session.areas", ["water", "water"], "session.areas.1", "duplicate"),
    ("session.areas", ["water", "weather"], "session.areas.1", "unknown_code"),
    ("session.areas", ["water", None], "session.areas.1", "type"),
    ("session.areas", ["water", ["acids"]], "session.areas.1", "type"),
    ("session.areas", ["water"] * 201, "session.areas", "too_many"),
    ("session.areas", ["acids"], "session.mattered_most", "not_among_areas"),
    ("session.areas", [], "session.mattered_most", "not_among_areas"),
    ("session.mattered_most", "weather", "session.mattered_most", "unknown_code"),
    ("session.mattered_most", ["water"], "session.mattered_most", "type"),
    ("session.cards", ..., "session.cards", "required"),
    ("session.cards", [{"slug": "ampoule", "version": 2}], "session.cards.0", "card_not_in_release"),
    ("session.cards.1.slug", "no-such-card", "session.cards.1", "card_not_in_release"),
    ("session.cards.1.slug", "\ud800", "session.cards.1", "card_not_in_release"),
    ("session.cards.1.slug", 7, "session.cards.1.slug", "type"),
    ("session.cards.1.version", "1", "session.cards.1.version", "type"),
    ("session.cards.1.version", True, "session.cards.1.version", "type"),
    ("session.cards.1.version", HUGE, "session.cards.1", "card_not_in_release"),
    ("session.cards.1.version", ..., "session.cards.1.version", "type"),
    ("session.cards.1.note", "liked it", "session.cards.1", "unknown_field"),
    ("session.cards", ["ampoule"], "session.cards.0", "type"),
    ("session.cards", [{"slug": "ampoule", "version": 1}] * 2, "session.cards.1", "duplicate"),
    ("session.deck_release", ..., "session.deck_release", "required"),
    ("session.deck_release", None, "session.deck_release", "required"),
    ("session.deck_release", "1", "session.deck_release", "type"),
    ("session.deck_release", 0, "session.deck_release", "unknown_release"),
    ("session.deck_release", 99, "session.deck_release", "unknown_release"),
    ("session.deck_release", MEDIUM, "session.deck_release", "unknown_release"),
    ("session.resources_recorded", None, "session.resources_recorded", "required"),
    ("session.resources_recorded", False, "session.resources", "not_recorded"),
    ("session.resources", "many", "session.resources", "type"),
    ("session.resources", ["foil"], "session.resources.0", "type"),
    ("session.resources.0.code", ..., "session.resources.0.code", "type"),
    ("session.resources.0.code", "gold", "session.resources.0.code", "unknown_code"),
    ("session.resources.0.code", 5, "session.resources.0.code", "type"),
    ("session.resources.0.status", ..., "session.resources.0.status", "type"),
    ("session.resources.0.status", "thrown", "session.resources.0.status", "unknown_code"),
    ("session.resources.0.quantity", 0, "session.resources.0.quantity", "quantity"),
    ("session.resources.0.quantity", -5, "session.resources.0.quantity", "quantity"),
    ("session.resources.0.quantity", 10_001, "session.resources.0.quantity", "quantity"),
    ("session.resources.0.quantity", HUGE, "session.resources.0.quantity", "quantity"),
    ("session.resources.0.quantity", 1.5, "session.resources.0.quantity", "type"),
    ("session.resources.0.quantity", True, "session.resources.0.quantity", "type"),
    ("session.resources.0.quantity", "10", "session.resources.0.quantity", "type"),
    ("session.resources.0.quantity", math.nan, "session.resources.0.quantity", "type"),
    ("session.resources.1.quantity", 1, "session.resources.1.quantity", "quantity"),
    ("session.resources.1.code", "water_ampoules", "session.resources.1", "duplicate"),
    ("session.resources.0.for", "a friend", "session.resources.0", "unknown_field"),
    ("session.signposts_recorded", False, "session.signposts", "not_recorded"),
    ("session.signposts", ["gp", "gp"], "session.signposts.1", "duplicate"),
    ("session.signposts", ["somewhere nice"], "session.signposts.0", "unknown_code"),
]


def shown(value):
    """Without an address in memory, which would differ between processes that share out the tests."""
    return "a day" if callable(value) else ascii(value)[:40]


@pytest.mark.parametrize(("path", "value", "field", "rule"), CASES, ids=[f"{path} = {shown(value)}" for path, value, *_rest in CASES])
def test_bad_field_is_named_with_its_rule_and_the_record_is_kept(tablet, path, value, field, rule):
    record = changed(tablet.record(), path, value() if callable(value) else value)

    response = tablet.hand_in(record)

    assert response.status_code == 202
    answer = response.json()
    assert (answer["field"], answer["rule"], answer["message"]) == (field, rule, str(rules.RULES[rule]))
    assert answer["receipt"]["record_id"] == record["record_id"]
    kept = QuarantinedRecord.objects.get()
    assert (kept.field, kept.rule) == (field, rule)
    assert not CardSession.objects.exists()


def test_every_rule_of_a_session_is_broken_somewhere():
    """Rules broken elsewhere: by sites and codes below, by tickets in test_tickets.py and test_rescue.py, by the database in test_hand_in.py."""
    elsewhere = {"retired_code", "closed_site", "other_organisation", "not_taken_up", "refused_by_database", "other_content"}
    tickets = {"unknown", "expired", "revoked", "other_tablet", "revoked_tablet", "worker_inactive", "not_a_worker"}

    assert {rule for *_case, rule in CASES} | elsewhere | tickets == set(rules.RULES)


@pytest.mark.parametrize("flag", ["areas_recorded", "resources_recorded", "signposts_recorded"])
@pytest.mark.parametrize("outcome", ["declined", "did_not_attend", "not_offered"])
def test_nothing_is_recorded_for_an_offer_not_taken_up(tablet, outcome, flag):
    response = tablet.hand_in(tablet.record(session=not_taken_up(outcome=outcome, **{flag: True})))

    assert (response.status_code, response.json()["field"], response.json()["rule"]) == (202, f"session.{flag}", "not_taken_up")


def test_retired_code_is_named(tablet):
    Resource.objects.filter(code="water_ampoules").update(is_retired=True)

    response = tablet.hand_in(tablet.record())

    assert (response.status_code, response.json()["field"], response.json()["rule"]) == (202, "session.resources.0.code", "retired_code")


def test_code_taken_back_into_use_is_good_at_once(tablet):
    Resource.objects.filter(code="water_ampoules").update(is_retired=True)
    tablet.hand_in(tablet.record())
    Resource.objects.filter(code="water_ampoules").update(is_retired=False)

    assert tablet.hand_in(tablet.record()).status_code == 201


def test_closed_site_is_named(tablet, site):
    site.is_active = False
    site.save()

    response = tablet.hand_in(tablet.record())

    assert (response.status_code, response.json()["field"], response.json()["rule"]) == (202, "session.site", "closed_site")


def test_draft_release_is_unknown(tablet):
    DeckRelease.objects.create()

    response = tablet.hand_in(tablet.record(session={"deck_release": 2}))

    assert (response.status_code, response.json()["rule"]) == (202, "unknown_release")


@pytest.mark.parametrize("digits", ["9" * 19, "9" * 20, "9" * 5000, "-" + "9" * 5000, "1e400", "-1e400", "NaN", "Infinity"])
@pytest.mark.parametrize("field", ['"quantity": 10', '"site": SITE', '"deck_release": 1'])
def test_numbers_of_any_size_are_kept_not_choked_on(tablet, field, digits):
    name, value = field.split(": ")
    text = json.dumps(tablet.record())
    before = f"{name}: {tablet.site.pk if value == 'SITE' else value}"
    assert before in text

    response = tablet.send(seal(text.replace(before, f"{name}: {digits}")))

    assert response.status_code == 202


def test_deep_but_readable_is_kept(tablet):
    deep = "[" * 300 + "]" * 300

    response = tablet.send(seal(json.dumps(tablet.record()).replace('"held_on": ', f'"deep": {deep}, "held_on": ')))

    assert (response.status_code, response.json()["rule"]) == (202, "unknown_field")


def test_first_problem_in_the_order_of_the_record_is_named(tablet):
    response = tablet.hand_in(tablet.record(session={"signposts": 1, "moment": 1, "setting": 1}))

    assert response.json()["field"] == "session.setting"


@pytest.mark.parametrize("name", ["reason", "private_space", "length_band", "mattered_most"])
def test_what_may_be_blank_may_be_missing(tablet, name):
    assert tablet.hand_in(changed(tablet.record(), f"session.{name}", ...)).status_code == 201


def test_deck_may_be_missing_when_no_card_was_shown(tablet):
    assert tablet.hand_in(tablet.record(session={"cards": [], "deck_release": None})).status_code == 201


# Dates and clocks, through the whole way in.


def at(tablet, moment, *, says=None, boot="page-1", elapsed_ms=0, **session):
    """A record whose tablet says it was made at `says` (its own clock)."""
    says = says or moment
    local = says.astimezone(tablet.site.zone)
    session = {"held_on": local.date().isoformat(), "part_of_day": "evening"} | session
    return tablet.record(made={"wall": iso(says), "boot": boot, "elapsed_ms": elapsed_ms}, session=session)


def clock(moment, elapsed="page-2:0"):
    return {"Tablet-Now": iso(moment), "Tablet-Elapsed": elapsed}


def true_place(tablet, moment):
    return held_at(moment, tablet.site.zone)


@pytest.mark.parametrize("hours", [5, -5, 365 * 24, -20_000 * 24])
def test_clock_that_is_off_is_corrected_and_flagged(tablet, hours):
    now, off = timezone.now(), datetime.timedelta(hours=hours)

    response = tablet.send(seal(at(tablet, now, says=now + off)), headers=clock(now + off))

    session = CardSession.objects.get()
    assert response.status_code == 201
    assert (session.held_on, session.part_of_day) == true_place(tablet, now)
    assert session.clock_flag == "corrected"


def test_clock_in_1970_put_right_meanwhile_is_corrected_by_the_counter(tablet):
    now, then = timezone.now(), datetime.datetime(1970, 1, 1, 2, tzinfo=datetime.UTC)
    record = at(tablet, now, says=then, elapsed_ms=1000)

    response = tablet.send(seal(record), headers=clock(now, "page-1:3601000"))

    session = CardSession.objects.get()
    assert response.status_code == 201
    assert (session.held_on, session.part_of_day) == true_place(tablet, now - datetime.timedelta(hours=1))


def test_clock_in_1970_that_nobody_can_correct_is_kept_for_the_coordinator(tablet):
    then = datetime.datetime(1970, 1, 1, 2, tzinfo=datetime.UTC)

    response = tablet.send(seal(at(tablet, then)), headers=clock(timezone.now()))

    assert (response.status_code, response.json()["field"], response.json()["rule"]) == (202, "session.held_on", "too_old")


def test_record_that_waited_for_weeks_keeps_its_day(tablet):
    made = timezone.now() - datetime.timedelta(days=25)

    response = tablet.send(seal(at(tablet, made)), headers=clock(timezone.now(), "page-1:700000"))

    session = CardSession.objects.get()
    assert response.status_code == 201
    assert session.held_on == made.astimezone(tablet.site.zone).date()
    assert (session.part_of_day, session.clock_flag) == ("evening", "")


def test_tablet_that_says_nothing_of_its_clock_is_stored_and_flagged(tablet):
    response = tablet.send(seal(tablet.record()), headers={"Tablet-Now": "", "Tablet-Elapsed": ""})

    assert response.status_code == 201
    assert CardSession.objects.get().clock_flag == "unchecked"


@pytest.mark.parametrize(
    "headers",
    [{"Tablet-Now": "x" * 5000}, {"Tablet-Elapsed": "\xff:\xff"}, {"Tablet-Now": "2026-11-21T99:99:99Z", "Tablet-Elapsed": "::::"}],
)
def test_strange_clock_headers_are_no_reason_to_refuse(tablet, headers):
    assert tablet.send(seal(tablet.record()), headers=headers).status_code == 201


@pytest.mark.parametrize(("days_ago", "status"), [(0, 201), (399, 201), (402, 202)])
def test_oldest_record_is_a_setting(tablet, days_ago, status):
    assert tablet.hand_in(tablet.record(session={"held_on": day(-days_ago)})).status_code == status


def test_tablet_some_minutes_ahead_at_midnight_is_not_in_the_future(tablet, site):
    before_midnight = datetime.datetime(2026, 11, 21, 23, 55, tzinfo=site.zone)
    session = tablet.record(session={"held_on": "2026-11-22", "part_of_day": "night"})["session"]

    form = check_session(session, organisation_id=site.organisation_id, now=before_midnight)

    assert form.problems() == []


def test_day_is_that_of_the_sites_zone(tablet, site):
    site.time_zone = "Pacific/Auckland"
    site.save()
    memory.forget()
    now = timezone.now()
    off = datetime.timedelta(days=30)

    tablet.send(seal(at(tablet, now, says=now - off)), headers=clock(now - off))

    session = CardSession.objects.get()
    assert (session.held_on, session.part_of_day) == true_place(tablet, now)


def test_record_ids_that_are_free_are_free(tablet):
    assert tablet.hand_in(tablet.record(record_id=str(uuid.uuid4()))).status_code == 201


def test_every_rule_is_in_the_reference():
    reference = (settings.BASE_DIR / "docs" / "reference" / "hand-in.md").read_text()

    assert [rule for rule in rules.RULES if f"`{rule}`" not in reference] == []
