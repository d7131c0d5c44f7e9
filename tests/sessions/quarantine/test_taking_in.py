"""A coordinator puts a record right and takes it in: once, and nothing is lost."""

import datetime

import pytest
from django.utils import timezone

from sessions.models import CardSession, HandIn, QuarantinedRecord, Reason, Resource, Setting, SignpostKind
from tests.browser.facts import facts_of
from tests.sessions.quarantine.desk import FULL, LIST, quarantined
from tests.sessions.tablet import not_taken_up, rows
from tests.sessions.test_afterwards import sentences
from vein_care.accounts.models import AuditEvent

pytestmark = pytest.mark.django_db


def test_put_right_and_taken_in_it_is_the_session_the_tablet_meant(tablet, desk, worker, coordinator):
    record, found = quarantined(tablet, session={"setting": "spaceship"})

    response = desk.accept(found, setting="van")

    assert (response.status_code, response.url) == (302, LIST)
    session = CardSession.objects.get()
    assert facts_of(session) == FULL
    assert (session.site, session.setting_id, session.part_of_day, session.entry) == (tablet.site, "van", "evening", "tablet")
    assert (session.delivered_by, session.submitted_by, session.clock_flag) == (worker, coordinator, "unchecked")
    assert (session.deck_release.number, session.organisation) == (1, worker.organisation)
    found.refresh_from_db()
    assert (found.resolution, found.resolved_by, found.set_aside_reason) == ("stored", coordinator, "")
    event = AuditEvent.objects.get(type="record.taken_in")
    assert (event.actor_id, event.target_id, event.details) == (coordinator.pk, str(found.pk), {"rule": "unknown_code", "put_right": ["setting"]})


def test_tablet_that_sends_it_again_gets_a_receipt_and_makes_no_second_session(tablet, desk):
    record, found = quarantined(tablet, session={"setting": "spaceship"})
    desk.accept(found, setting="van")

    again = tablet.hand_in(record)

    assert (again.status_code, again.json()["receipt"]["fate"]) == (200, "stored")
    assert rows() == (1, 1)
    hand_in = HandIn.objects.get()
    assert (hand_in.fate, hand_in.session, hand_in.quarantined_record) == ("stored", CardSession.objects.get(), None)


def test_same_record_coming_again_while_the_page_is_open_changes_nothing(tablet, desk):
    record, found = quarantined(tablet, session={"setting": "spaceship"})
    sent = desk.as_it_stands(found) | {"setting": "van"}

    again = tablet.hand_in(record)
    desk.client.post(f"{LIST}{found.pk}/accept/", sent)

    assert again.status_code == 202
    assert rows() == (1, 1)


def test_what_is_not_put_right_is_asked_for_and_nothing_is_stored(tablet, desk):
    _record, found = quarantined(tablet, session={"setting": "spaceship"})

    response = desk.accept(found)

    assert response.status_code == 200
    assert sentences(response) == {"setting": ["Choose the kind of place."]}
    assert "Error: A record to look at" in response.text
    assert "Error: Error:" not in response.text
    assert rows() == (0, 1)


def test_what_the_database_alone_refuses_is_said_and_the_record_stays(rule_that_no_form_knows, tablet, desk, caplog):
    _record, found = quarantined(tablet, session={"setting": "spaceship"})

    refused = desk.accept(found, setting="van")

    assert (refused.status_code, refused.url) == (302, f"{LIST}{found.pk}/")
    assert "This could not be stored as it is, so it still waits here." in desk.open(found).text
    assert rows() == (0, 1)
    assert QuarantinedRecord.objects.unresolved().get() == found and HandIn.objects.get().fate == "quarantined"
    assert [entry.getMessage() for entry in caplog.records] == ["The form accepted a correction that the database refused: never_mind"]

    desk.accept(found, setting="van", moment="after_hospital")

    assert CardSession.objects.get().moment_id == "after_hospital"


def test_day_that_a_coordinator_corrects_is_flagged(tablet, desk):
    _record, found = quarantined(tablet, session={"held_on": "2009-01-01"})
    yesterday = timezone.localdate() - datetime.timedelta(days=1)

    assert sentences(desk.accept(found))["held_on"]
    desk.accept(found, held_on=yesterday.isoformat())

    session = CardSession.objects.get()
    assert (session.held_on, session.clock_flag) == (yesterday, "corrected")


def test_day_long_ago_and_a_site_closed_since_are_taken_in_as_they_are(tablet, desk):
    tablet.site.is_active = False
    tablet.site.save()
    _record, found = quarantined(tablet, session={"held_on": "2024-02-29"})
    page = desk.open(found).text

    desk.accept(found)

    assert "Harbour van (closed)" in page
    session = CardSession.objects.get()
    assert (session.site, session.held_on) == (tablet.site, datetime.date(2024, 2, 29))


def test_day_that_has_not_come_is_not_taken_in(tablet, desk):
    _record, found = quarantined(tablet, session={"held_on": "2199-01-01"})

    response = desk.accept(found)

    assert list(sentences(response)) == ["held_on"]


def test_entries_not_known_here_are_left_out_and_the_rest_is_kept(tablet, desk):
    foil = {"code": "foil", "status": "given", "quantity": 10**6}
    resources = [{"code": "laser", "status": "given"}, foil, {"code": "filters", "status": "none_left"}]
    cards = [{"slug": "ampoule", "version": 1}, {"slug": "gone", "version": 3}]
    session = {"areas": ["water", "moon", 7], "mattered_most": "moon", "resources": resources, "signposts": ["gp", {}], "cards": cards}
    _record, found = quarantined(tablet, session=session)

    desk.accept(found)

    assert facts_of(CardSession.objects.get()) == FULL | {
        "areas": ["water"],
        "mattered_most": None,
        "resources": [("filters", "none_left", None), ("foil", "given", None)],
        "signposts": ["gp"],
        "cards": ["ampoule"],
    }


def test_none_of_these_stays_none_and_blank_stays_blank(tablet, desk):
    session = {"setting": "spaceship", "areas": [], "mattered_most": None, "resources": [], "signposts_recorded": False, "signposts": []}
    _record, found = quarantined(tablet, session=session)

    desk.accept(found, setting="van")

    facts = facts_of(CardSession.objects.get())
    assert (facts["areas"], facts["resources"], facts["signposts"]) == ([], [], "not recorded")


def test_offer_that_was_not_taken_up_is_taken_in(tablet, desk):
    _record, found = quarantined(tablet, session=not_taken_up(reason="illness", setting="spaceship"))

    desk.accept(found, setting="van")

    session = CardSession.objects.get()
    assert (session.outcome, session.reason_id, session.areas_recorded) == ("declined", "illness", False)


def test_codes_retired_meanwhile_are_what_it_was_and_can_stay(tablet, desk):
    retire(Resource, "filters"), retire(Reason, "no_time_today"), retire(SignpostKind, "wound_care"), retire(Setting, "van")
    _record, found = quarantined(tablet)
    page = desk.open(found).text

    desk.accept(found)

    assert found.rule == "retired_code"
    assert page.count("(no longer in use)") == 3 and "Filters" in page
    assert facts_of(CardSession.objects.get()) == FULL
    assert CardSession.objects.get().setting_id == "van"


def test_retired_code_that_the_record_does_not_have_is_not_taken(tablet, desk):
    retire(Setting, "fixed_site"), retire(Resource, "foil")
    _record, found = quarantined(tablet, session={"setting": "spaceship"})

    response = desk.accept(found, **{"setting": "fixed_site", "resources-foil-status": "given"})

    assert sorted(sentences(response)) == ["resources", "setting"]


def retire(table, code):
    table.objects.filter(code=code).update(is_retired=True)
