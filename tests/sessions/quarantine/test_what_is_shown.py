"""What pages of records that could not be taken in show, and to whom."""

import json

import pytest
from django.utils import timezone

from sessions import quarantine
from sessions.models import CardSession, QuarantinedRecord
from sessions.rules import RULES
from tests.factories import QuarantinedRecordFactory, SiteFactory, TabletFactory, UserFactory
from tests.sessions.quarantine.desk import DONE, LIST, Desk, quarantined
from tests.sessions.tablet import StandInTablet, rows, seal
from vein_care.accounts.roles import Role

pytestmark = pytest.mark.django_db


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
