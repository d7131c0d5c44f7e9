"""The list of tablets, and what revoking one means."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from sessions.models import CardSession, Tablet
from tests.factories import TabletFactory
from vein_care.accounts.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client, administrator):
    client.force_login(administrator)

    def ask(name, *parts, method="get", organisation=administrator.organisation, **data):
        return getattr(client, method)(reverse(f"sessions:{name}", args=[organisation.pk, *parts]), data)

    return ask


def test_last_contact_is_a_day_and_never_a_time(page, organisation):
    called_at = datetime.datetime(2026, 11, 21, 20, 47, tzinfo=datetime.UTC)
    found = TabletFactory(organisation=organisation, label="Van 1", last_contact_at=called_at, unsent=3)

    texts = [page("tablet-list").text, page("tablet-detail", found.pk).text, page("tablet-revoke", found.pk).text]

    for text in texts:
        assert "21 November 2026" in text
        assert ":47" not in text
    assert "3 records waited on it" in texts[0]
    assert "3 records were waiting on it" in texts[2]


def test_tablet_gets_a_name(page, organisation):
    found = TabletFactory(organisation=organisation)

    page("tablet-detail", found.pk, method="post", label="Van 1")

    found.refresh_from_db()
    assert found.label == "Van 1"
    assert AuditEvent.objects.get(type="tablet.named").target_id == str(found.pk)


def test_asking_what_revoking_means_changes_nothing(page, organisation):
    found = TabletFactory(organisation=organisation)

    response = page("tablet-revoke", found.pk)

    found.refresh_from_db()
    assert found.revoked_at is None
    assert "They stay on the tablet, sealed." in response.text


def test_revoking_twice_keeps_the_first_day_and_one_line_in_the_audit_trail(page, organisation, administrator):
    found = TabletFactory(organisation=organisation)

    page("tablet-revoke", found.pk, method="post")
    revoked_at = Tablet.objects.get().revoked_at
    page("tablet-revoke", found.pk, method="post")

    found.refresh_from_db()
    assert (found.revoked_at, found.revoked_by) == (revoked_at, administrator)
    assert AuditEvent.objects.filter(type="tablet.revoked").count() == 1


def test_what_waited_on_a_revoked_tablet_goes_once_it_is_allowed_again(tablet, page):
    """As the page that asks promises: nothing is lost and nothing doubled."""
    record = tablet.record()
    page("tablet-revoke", tablet.row.pk, method="post")
    refused = tablet.hand_in(record)
    page("tablet-allow", tablet.row.pk, method="post")
    taken = tablet.hand_in(record)

    assert (refused.status_code, refused.json()["error"]) == (401, "revoked_tablet")
    assert taken.status_code == 201
    assert CardSession.objects.count() == 1
    assert AuditEvent.objects.filter(type="tablet.allowed").count() == 1


def test_another_organisations_tablets_do_not_exist_for_an_administrator(page):
    elsewhere = TabletFactory(label="Their van")

    answers = [
        page("tablet-list", organisation=elsewhere.organisation),
        page("tablet-detail", elsewhere.pk),
        page("tablet-revoke", elsewhere.pk, method="post"),
        page("tablet-allow", elsewhere.pk, method="post"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert "Their van" not in page("tablet-list").text


@pytest.mark.parametrize("count", [1, 3])
def test_tablet_list_query_count_is_constant(page, organisation, count, django_assert_num_queries):
    TabletFactory.create_batch(count, organisation=organisation, last_contact_at=timezone.now())
    page("tablet-list")

    with django_assert_num_queries(7):
        response = page("tablet-list")

    assert response.text.count("Last contact") == count
