"""The coordinators' list of records that could be read but not accepted."""

import datetime
import json

import pytest
from django.urls import reverse
from django.utils import timezone

from sessions import quarantine
from sessions.models import QuarantinedRecord
from sessions.rules import RULES
from tests.factories import QuarantinedRecordFactory, SiteFactory, TabletFactory, UserFactory
from tests.sessions.tablet import full_session
from vein_care.accounts.roles import Role

pytestmark = pytest.mark.django_db

PAGE = "/sessions/looked-at/"


def payload(session):
    return json.dumps({"schema": 1, "session": session}).encode()


def listed(client, coordinator, page=""):
    client.force_login(coordinator)
    return client.get(PAGE + page)


@pytest.fixture
def own_tablet(organisation):
    return TabletFactory(organisation=organisation, label="Blue tablet")


def shown(record, organisation_id):
    return quarantine.present([record], organisation_id=organisation_id)[0]


def test_list_says_when_from_where_what_is_wrong_and_what_the_record_holds(client, coordinator, own_tablet, site):
    received = timezone.make_aware(datetime.datetime(2026, 11, 21, 20, 15))
    QuarantinedRecordFactory(
        tablet=own_tablet, received_at=received, field="session.setting", rule="unknown_code", payload=payload(full_session(site))
    )

    page = listed(client, coordinator).text

    for words in ["Setting: This server does not know this code.", "21 November 2026", "Blue tablet", "Harbour van", "Stopped early"]:
        assert words in page
    assert "Water ampoules × 10 (given), Filters (none left)" in page
    assert "Water, Hands and skin, Citric and vit C" in page
    assert "20:15" not in page


def test_empty_list_says_so(client, coordinator):
    assert "Nothing to look at." in listed(client, coordinator).text


def test_only_the_own_organisations_records_are_listed(client, coordinator, stranger, own_tablet):
    QuarantinedRecordFactory(tablet=TabletFactory(organisation=stranger.organisation, label="Their tablet"), rule="unknown_site")
    QuarantinedRecordFactory(tablet=own_tablet, rule="closed_site")

    page = listed(client, coordinator).text

    assert str(RULES["closed_site"]) in page
    assert "Their tablet" not in page
    assert str(RULES["unknown_site"]) not in page


def test_site_of_another_organisation_is_not_named(own_tablet, stranger, organisation):
    record = QuarantinedRecordFactory(tablet=own_tablet, payload=payload({"site": stranger.usual_site.pk}))

    assert shown(record, organisation.pk)["holds"] == [("Site", "not one of ours")]


def test_resolved_records_are_no_longer_listed(client, coordinator, own_tablet):
    QuarantinedRecordFactory(tablet=own_tablet, resolved_at=timezone.now(), resolved_by=coordinator, resolution="set_aside", set_aside_reason="trial")

    assert "Nothing to look at." in listed(client, coordinator).text


@pytest.mark.parametrize("role", [Role.WORKER, Role.TRAINER, Role.ADMINISTRATOR])
def test_other_roles_may_not_see_the_list(client, organisation, role):
    assert listed(client, UserFactory(organisation=organisation, roles=[role])).status_code == 403


def test_signed_out_people_are_sent_to_sign_in(client):
    response = client.get(PAGE)

    assert (response.status_code, response.url) == (302, f"{reverse('account_login')}?next={PAGE}")


def test_list_comes_in_pages_newest_first(client, coordinator, own_tablet):
    start = timezone.now() - datetime.timedelta(days=60)
    for number in range(30):
        QuarantinedRecordFactory(tablet=own_tablet, received_at=start + datetime.timedelta(days=number), rule="unknown_site")

    first, second = listed(client, coordinator), listed(client, coordinator, "?page=2")

    assert (first.text.count("<article"), second.text.count("<article")) == (25, 5)
    assert "Page 1 of 2" in first.text
    newest = start + datetime.timedelta(days=29)
    assert f'datetime="{timezone.localtime(newest):%Y-%m-%d}"' in first.text


@pytest.mark.parametrize("page", ["?page=0", "?page=-1", "?page=99999999999", "?page=x", "?page=%00"])
def test_strange_page_numbers_are_no_error(client, coordinator, own_tablet, page):
    QuarantinedRecordFactory(tablet=own_tablet)

    assert listed(client, coordinator, page).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_statements_of_the_list_are_constant(client, coordinator, own_tablet, site, count, django_assert_num_queries):
    for number in range(count):
        made = SiteFactory(organisation=site.organisation)
        QuarantinedRecordFactory(tablet=own_tablet, payload=payload(full_session(site) | {"site": made.pk, "moment": str(number)}))
    listed(client, coordinator)

    with django_assert_num_queries(7):
        client.get(PAGE)


def test_nothing_but_what_this_server_understands_is_shown(client, coordinator, own_tablet):
    words = "<script>Jo from the bridge</script>"
    session = {
        "site": words,
        "setting": words,
        "held_on": words,
        "part_of_day": words,
        "outcome": words,
        "areas": [words, "water", {"x": words}, 7],
        "resources": [{"code": words, "status": "given"}, words, {"code": "foil", "status": "given", "quantity": words}],
        "signposts": {"gp": words},
        "notes": words,
        words: words,
    }
    QuarantinedRecordFactory(tablet=own_tablet, payload=payload(session))

    page = listed(client, coordinator).text

    assert "bridge" not in page
    assert "Water, 3 entries not known here" in page
    assert "Foil (given), 2 entries not known here" in page


@pytest.mark.parametrize(
    "content",
    [
        b"[]",
        b"null",
        b"{}",
        b'{"session": 7}',
        b'{"session": {"site": 1e400}}',
        b'{"session": {"site": ' + b"9" * 5000 + b"}}",
        b'{"session": ' + b"[" * 900,
    ],
    ids=["list", "null", "empty", "number", "infinite", "huge", "cut off"],
)
def test_whatever_a_record_holds_the_list_is_shown(client, coordinator, own_tablet, content):
    QuarantinedRecordFactory(tablet=own_tablet, payload=content)

    assert listed(client, coordinator).status_code == 200


@pytest.mark.parametrize(
    ("said", "shown_as"), [("2026-11-20", [("Day", "20 November 2026")]), ("2026-02-30", []), ("9999-12-31", [("Day", "31 December 9999")])]
)
def test_day_is_shown_if_it_is_one(own_tablet, organisation, said, shown_as):
    record = QuarantinedRecordFactory(tablet=own_tablet, payload=payload({"held_on": said}))

    assert shown(record, organisation.pk)["holds"] == shown_as


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("session.site", "Site"),
        ("session.resources.0.code", "Handed over, entry 1"),
        ("session.areas.2", "Talked about, entry 3"),
        ("session", "Session"),
        ("record", "Record"),
        ("made.wall", "Clock of the tablet"),
        ("ticket", "Who delivered"),
        ("no_such_field", "Record"),
    ],
)
def test_path_of_a_field_in_words(path, words):
    assert quarantine.field_in_words(path) == words


def test_records_are_seen_by_their_own_organisation_only(worker, stranger, editor, own_tablet):
    record = QuarantinedRecordFactory(tablet=own_tablet)

    assert list(QuarantinedRecord.objects.visible_to(worker)) == [record]
    assert list(QuarantinedRecord.objects.visible_to(stranger)) == []
    assert list(QuarantinedRecord.objects.visible_to(editor)) == []
