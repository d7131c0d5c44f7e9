"""A record that could not be taken in: a coordinator puts it right and takes it in, or sets it aside. Once, and nothing is lost."""

import datetime
import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from sessions import quarantine, tickets
from sessions.models import CardSession, HandIn, QuarantinedRecord, Reason, Resource, Setting, SignpostKind, Tablet, WorkerTicket
from sessions.rules import RULES
from tests.browser.facts import facts_of
from tests.factories import QuarantinedRecordFactory, SiteFactory, TabletFactory, UserFactory
from tests.sessions.tablet import StandInTablet, changed, not_taken_up, rows, seal, tampered
from tests.sessions.test_afterwards import Controls, sentences
from vein_care.accounts.models import AuditEvent
from vein_care.accounts.roles import Role

pytestmark = pytest.mark.django_db

LIST, DONE = "/sessions/looked-at/", "/sessions/looked-at/dealt-with/"
FULL = {
    "outcome": "cut_short",
    "reason": "no_time_today",
    "moment": "routine_visit",
    "private_space": True,
    "length_band": "from_5_to_9",
    "areas": ["acids", "hygiene", "water"],
    "mattered_most": "water",
    "resources": [("filters", "none_left", None), ("water_ampoules", "given", 10)],
    "signposts": ["wound_care"],
    "cards": ["ampoule", "clean-hands"],
}


class Desk:
    """The coordinator's browser."""

    def __init__(self, coordinator):
        self.client = Client()
        self.client.force_login(coordinator)

    def open(self, record):
        return self.client.get(f"{LIST}{record.pk}/")

    def as_it_stands(self, record):
        """What the page's form would send, {name: value or list}."""
        sent = {}
        for name, value in Controls(self.open(record)).sent:
            sent.setdefault(name, []).append(value)
        return sent

    def accept(self, record, **put_right):
        return self.client.post(f"{LIST}{record.pk}/accept/", self.as_it_stands(record) | put_right)

    def set_aside(self, record, why="trial"):
        return self.client.post(f"{LIST}{record.pk}/set-aside/", {"why": why} if why else {})


@pytest.fixture
def desk(coordinator):
    return Desk(coordinator)


def quarantined(tablet, record=None, **changes):
    """Hand in a record that cannot be taken in; the (record, QuarantinedRecord)."""
    record = record or tablet.record(**changes)
    assert tablet.hand_in(record).status_code == 202
    return record, QuarantinedRecord.objects.get(hand_ins__record_id=record["record_id"], hand_ins__session=None)


def said(response):
    """The message after a redirect."""
    return [str(message) for message in response.wsgi_request._messages]


# Taking in


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


# Who delivered


@pytest.mark.parametrize("chosen", ["worker", "other_worker", "nobody"])
def test_ticket_that_proves_nothing_makes_the_coordinator_say_who_delivered(tablet, desk, worker, other_worker, chosen):
    record = tablet.record(ticket=tampered(tablet.ticket_value))
    _record, found = quarantined(tablet, record)
    person = {"worker": worker, "other_worker": other_worker}.get(chosen)

    unsaid = desk.accept(found, delivered_by="")
    desk.accept(found, delivered_by=str(person.pk) if person else "not_known")

    assert sentences(unsaid) == {"delivered_by": ["Choose who delivered it, or “Not known”."]}
    assert CardSession.objects.get().delivered_by == person


def test_ticket_that_was_withdrawn_is_a_hint_and_not_a_proof(tablet, desk, worker):
    WorkerTicket.objects.update(revoked_at=timezone.now())
    _record, found = quarantined(tablet)

    page = desk.open(found)
    desk.accept(found)

    assert page.context["form"]["delivered_by"].value() == str(worker.pk)
    assert CardSession.objects.get().delivered_by == worker


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.WORKER])
def test_only_workers_of_the_own_organisation_can_be_named(tablet, desk, stranger, organisation, role):
    outsider = stranger if role == Role.WORKER else UserFactory(organisation=organisation, roles=[role])
    _record, found = quarantined(tablet, tablet.record(ticket="forged"))

    response = desk.accept(found, delivered_by=str(outsider.pk))

    assert list(sentences(response)) == ["delivered_by"]
    assert outsider.display_name not in desk.open(found).text.partition("<main")[2]


def test_ticket_that_was_good_is_not_asked_about_after_the_worker_left(tablet, desk, worker):
    _record, found = quarantined(tablet, session={"setting": "spaceship"})
    worker.is_active, worker.deactivated_at = False, timezone.now()
    worker.save()

    desk.accept(found, setting="van", delivered_by="not_known")

    assert CardSession.objects.get().delivered_by == worker


def test_record_of_a_counter_tablet_names_nobody_and_nobody_is_asked_for(tablet, desk):
    Tablet.objects.update(is_counter=True, site=tablet.site)
    _ticket, value = tickets.issue(user=None, tablet=tablet.row, now=timezone.now())
    _record, found = quarantined(tablet, tablet.record(ticket=value, session={"setting": "spaceship"}))

    desk.accept(found, setting="van")

    assert CardSession.objects.get().delivered_by is None


def test_newer_record_with_a_revoked_ticket_does_not_slip_through_unasked(tablet, desk):
    WorkerTicket.objects.update(revoked_at=timezone.now())
    _record, found = quarantined(tablet, tablet.record(schema=2))

    assert "delivered_by" in desk.open(found).context["form"].fields


def test_newer_record_with_a_good_ticket_is_under_its_workers_name(tablet, desk, worker):
    _record, found = quarantined(tablet, tablet.record(schema=2))

    desk.accept(found)

    assert CardSession.objects.get().delivered_by == worker


# Other content under a known number


def test_other_content_of_a_stored_record_cannot_be_taken_in_only_set_aside(tablet, desk):
    record = tablet.record()
    tablet.hand_in(record)
    _record, found = quarantined(tablet, changed(record, "session.moment", "after_hospital"))

    page = desk.open(found)
    refused = desk.client.post(f"{LIST}{found.pk}/accept/", {"held_on": timezone.localdate().isoformat()})

    assert page.context["form"] is None
    assert "A session with the same number counts already." in page.text
    assert "Nothing in particular" in page.text and "Back from hospital" in page.text
    assert refused.status_code == 200
    assert rows() == (1, 1)
    assert desk.set_aside(found, "double").status_code == 302


def test_session_of_another_organisation_under_the_same_number_is_not_shown(client, tablet, desk, stranger):
    away = StandInTablet(client, stranger, stranger.usual_site)
    theirs = away.record(session={"moment": "after_hospital"})
    away.hand_in(theirs)
    _record, found = quarantined(tablet, tablet.record(record_id=theirs["record_id"]))

    page = desk.open(found).text

    assert "A session with the same number counts already." in page
    assert "or is another service" in page and "Back from hospital" not in page


def test_form_sent_for_a_number_that_counts_already_stores_nothing(tablet, desk, coordinator):
    """The other one was taken in while this page was open."""
    record, first = quarantined(tablet, session={"setting": "spaceship"})
    tablet.hand_in(changed(record, "session.moment", "after_hospital"))
    second = QuarantinedRecord.objects.exclude(pk=first.pk).get()
    sent = desk.as_it_stands(second) | {"setting": "van"}
    page = desk.open(second).text
    desk.accept(first, setting="van")

    response = desk.client.post(f"{LIST}{second.pk}/accept/", sent)

    assert "Another record with the same number" in page
    assert (response.status_code, response.url) == (302, f"{LIST}{second.pk}/")
    assert said(response)[-1] == "A session with the same number was stored already. Set this one aside."
    assert rows() == (1, 2)
    second.refresh_from_db()
    assert second.resolved_at is None
    assert AuditEvent.objects.filter(type="record.taken_in").count() == 1


def test_repeat_of_the_content_that_was_not_taken_in_is_still_answered_as_kept(tablet, desk):
    record, first = quarantined(tablet, session={"setting": "spaceship"})
    other = changed(record, "session.moment", "after_hospital")
    tablet.hand_in(other)
    desk.accept(first, setting="van")

    answers = [tablet.hand_in(each).status_code for each in [record, other]]

    assert answers == [200, 202]
    assert rows() == (1, 2)


# Setting aside


@pytest.mark.parametrize("why", QuarantinedRecord.SetAsideReason.values)
def test_set_aside_with_a_reason_it_is_kept_and_counts_nowhere(tablet, desk, coordinator, why):
    record, found = quarantined(tablet, session={"setting": "spaceship"})
    before = bytes(found.payload)

    desk.set_aside(found, why)

    found.refresh_from_db()
    assert (found.resolution, found.set_aside_reason, found.resolved_by, bytes(found.payload)) == ("set_aside", why, coordinator, before)
    assert tablet.hand_in(record).status_code == 202
    assert rows() == (0, 1)
    event = AuditEvent.objects.get(type="record.set_aside")
    assert (event.actor_id, event.details) == (coordinator.pk, {"rule": "unknown_code", "why": why})


@pytest.mark.parametrize("why", ["", "because Jo said so"])
def test_setting_aside_asks_for_one_of_the_reasons(tablet, desk, why):
    _record, found = quarantined(tablet, session={"setting": "spaceship"})

    response = desk.set_aside(found, why)

    assert response.status_code == 200
    assert list(response.context["aside"].errors) == ["why"]
    found.refresh_from_db()
    assert found.resolved_at is None


@pytest.mark.parametrize("first", ["accept", "set_aside"])
@pytest.mark.parametrize("second", ["accept", "set_aside"])
def test_dealing_with_it_twice_counts_once_and_the_second_is_told(tablet, desk, first, second):
    _record, found = quarantined(tablet, session={"setting": "spaceship"})
    sent = {"accept": desk.as_it_stands(found) | {"setting": "van"}, "set_aside": {"why": "trial"}}
    addresses = {"accept": f"{LIST}{found.pk}/accept/", "set_aside": f"{LIST}{found.pk}/set-aside/"}
    desk.client.post(addresses[first], sent[first])
    after_first = rows()

    response = desk.client.post(addresses[second], sent[second])

    assert (response.status_code, response.url) == (302, f"{LIST}{found.pk}/")
    assert said(response)[-1] == "Somebody has dealt with this already."
    assert rows() == after_first
    assert AuditEvent.objects.filter(type__startswith="record.").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_coordinators_at_once_make_one_session(tablet, desk, organisation):
    _record, found = quarantined(tablet, session={"setting": "spaceship"})
    sent = desk.as_it_stands(found) | {"setting": "van"}
    desks = [desk, Desk(UserFactory(organisation=organisation, roles=[Role.COORDINATOR]))] * 3
    start = Barrier(len(desks))

    def press(each):
        start.wait()
        try:
            return each.client.post(f"{LIST}{found.pk}/accept/", sent).url
        finally:
            connection.close()

    with ThreadPoolExecutor(len(desks)) as pool:
        went_to = sorted(pool.map(press, desks))

    assert went_to == [LIST] + [f"{LIST}{found.pk}/"] * 5
    assert rows() == (1, 1)
    assert AuditEvent.objects.filter(type="record.taken_in").count() == 1


# What the pages show


def test_what_was_done_by_whom_and_when_can_be_seen_afterwards(tablet, desk):
    _record, stored = quarantined(tablet, session={"setting": "spaceship"})
    desk.accept(stored, setting="van")
    _record, aside = quarantined(tablet, session={"moment": "eclipse"})
    desk.set_aside(aside, "trial")

    listed, waiting = desk.client.get(DONE).text, desk.client.get(LIST).text
    pages = desk.open(stored).text, desk.open(aside).text

    assert "Put right and stored" in listed
    assert "Set aside – A trial, nobody was there" in listed
    assert listed.count("Cass Lowe, ") == 2
    assert "Nothing to look at." in waiting
    for page in pages:
        assert "By Cass Lowe, " in page
        assert "/accept/" not in page and "/set-aside/" not in page


def test_page_of_a_record_that_was_emptied_since_still_says_what_was_done(desk, organisation, coordinator):
    found = QuarantinedRecordFactory(
        tablet=TabletFactory(organisation=organisation), payload=b"", resolution="stored", resolved_at=timezone.now(), resolved_by=coordinator
    )

    assert "Put right and stored" in desk.open(found).text


def test_page_says_in_words_what_is_wrong_and_what_to_do(tablet, desk):
    _record, found = quarantined(tablet, session={"setting": "spaceship"})

    page = desk.open(found).text

    for words in ["Setting: This server does not know this code.", "Choose what fits best below, or leave it out.", "Jo Marsh", "Cards shown"]:
        assert words in page


def test_every_rule_has_a_way_on_in_words():
    fields = {"ticket": {"forged", "unknown", "expired", "revoked", "other_tablet", "worker_inactive", "not_a_worker", "revoked_tablet"}}
    for rule in RULES:
        field = next((name for name, rules in fields.items() if rule in rules), "session.site")
        sentence = str(quarantine.what_to_do(QuarantinedRecord(field=field, rule=rule)))
        assert sentence.endswith(".") and len(sentence) < 160


def test_nothing_but_what_is_understood_is_on_the_page_or_in_its_form(tablet, desk):
    words = "<script>Jo from the bridge</script>"
    session = {"site": words, "setting": words, "areas": [words], "resources": [{"code": words, "status": "given"}], words: words}
    _record, found = quarantined(tablet, session=session)

    assert "bridge" not in desk.open(found).text


@pytest.mark.parametrize(
    "content",
    [b"[]", b'"words"', b"\xff\xfe", b'{"session": {"site": 1e400, "cards": {"slug": []}}}', b'{"ticket": {}, "made": 7, "session": []}'],
    ids=["list", "words", "binary", "infinite", "wrong kinds"],
)
def test_whatever_a_record_holds_its_page_is_shown_and_it_can_be_set_aside(desk, organisation, content):
    found = QuarantinedRecordFactory(tablet=TabletFactory(organisation=organisation), payload=content)

    assert desk.open(found).status_code == 200
    assert desk.client.post(f"{LIST}{found.pk}/accept/", {}).status_code == 200
    assert desk.set_aside(found).status_code == 302


def test_what_the_page_sends_may_be_anything(tablet, desk):
    _record, found = quarantined(tablet, session={"setting": "spaceship"})

    for name in ["site", "held_on", "resources-foil-quantity", "resources-\x00-status", "delivered_by", "areas", "private_space"]:
        response = desk.accept(found, **{name: "\x00'\"<9999999999999999999999"})
        assert response.status_code == 200

    assert rows() == (0, 1)


def test_other_organisations_records_do_not_exist(tablet, stranger):
    _record, found = quarantined(tablet, session={"setting": "spaceship"})
    theirs = Desk(UserFactory(organisation=stranger.organisation, roles=[Role.COORDINATOR]))

    statuses = [theirs.open(found).status_code, theirs.set_aside(found).status_code]
    statuses += [theirs.client.post(f"{LIST}{found.pk}/accept/", {}).status_code]

    assert statuses == [404, 404, 404]
    assert "Set aside" not in theirs.client.get(DONE).text


def test_record_under_another_organisations_ticket_is_put_right_there(client, stranger, tablet):
    """Their ticket, our tablet: kept for them, and their coordinator says who delivered."""
    away = StandInTablet(client, stranger, stranger.usual_site)
    tablet.hand_in(tablet.record(ticket=away.ticket_value, session={"site": stranger.usual_site.pk}))
    found = QuarantinedRecord.objects.get()
    theirs = Desk(UserFactory(organisation=stranger.organisation, roles=[Role.COORDINATOR]))

    theirs.accept(found)

    assert (CardSession.objects.get().organisation, CardSession.objects.get().delivered_by) == (stranger.organisation, stranger)


@pytest.mark.parametrize("count", [1, 3])
def test_statements_of_a_page_are_constant(tablet, desk, site, count, django_assert_num_queries):
    SiteFactory.create_batch(count, organisation=site.organisation)
    UserFactory.create_batch(count, organisation=site.organisation, roles=[Role.WORKER])
    resources = [{"code": code, "status": "given"} for code in ["foil", "filters", "cookers"][:count]]
    _record, found = quarantined(tablet, session={"setting": "spaceship", "resources": resources})
    desk.open(found)

    with django_assert_num_queries(12):
        desk.open(found)


@pytest.mark.parametrize("count", [1, 3])
def test_statements_of_the_list_of_those_dealt_with_are_constant(tablet, desk, count, django_assert_num_queries):
    for _number in range(count):
        desk.set_aside(quarantined(tablet, session={"setting": "spaceship"})[1])
    desk.client.get(DONE)

    with django_assert_num_queries(7):
        desk.client.get(DONE)


def test_content_is_in_no_address_and_no_log_line(tablet, desk, caplog):
    _record, found = quarantined(tablet, session={"setting": "spaceship"})

    desk.accept(found)
    desk.accept(found, setting="van")

    assert caplog.text == ""


def test_a_seal_is_enough_to_tell_the_same_record(tablet, desk):
    """Sealed anew, the bytes differ and the record is the same."""
    record, found = quarantined(tablet, session={"setting": "spaceship"})
    desk.accept(found, setting="van")

    assert tablet.send(seal(json.dumps(record))).status_code == 200
