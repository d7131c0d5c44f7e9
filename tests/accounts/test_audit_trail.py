"""The audit trail on the screen: filtered, in pages, of the own service alone."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.accounts.conftest import browser_of
from tests.accounts.test_people import page
from tests.factories import InvitationFactory, SiteFactory, UserFactory
from vein_care.accounts import audit
from vein_care.accounts.audit_labels import LABELS
from vein_care.accounts.models import AuditEvent
from vein_care.folders import ROOT

pytestmark = pytest.mark.django_db


def whats(response):
    return [event["what"] for event in response.context["events"]]


@pytest.fixture
def trail(organisation, administrator, worker):
    """Three events on three days: the oldest first."""
    now = timezone.now()
    rows = [("person.changed", administrator, 30), ("person.joined", worker, 10), ("site.closed", administrator, 0)]
    for what, who, days_ago in rows:
        AuditEvent.objects.create(
            at=now - datetime.timedelta(days=days_ago),
            type=what,
            actor_id=who.pk,
            actor_name=str(who),
            organisation_id=organisation.pk,
            target_type="accounts.User",
            target_id=str(worker.pk),
            details={"changed": ["usual_site"], "invited_by": administrator.pk, "known": True},
        )
    return page("audit-trail", organisation)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Site closed", "Joined", "Person changed", "Signed in"]),
        ("?who=marsh", ["Joined"]),
        ("?what=site.closed", ["Site closed"]),
        ("?what=nonsense&who=quinn", ["Site closed", "Person changed", "Signed in"]),
        ("?since=DAY-15&what=person.joined", ["Joined"]),
        ("?until=DAY-20", ["Person changed"]),
        ("?since=DAY-20&until=DAY-5", ["Joined"]),
        ("?until=9999-12-31&what=site.closed", ["Site closed"]),
        ("?since=nonsense&before=-1&who=marsh", ["Joined"]),
        ("?who=%00&before=99999999999999999999&what=person.joined", ["Joined"]),
    ],
)
def test_events_are_found_by_who_what_and_when(at_desk, trail, query, found):
    for days in [5, 15, 20]:
        query = query.replace(f"DAY-{days}", str(timezone.localdate() - datetime.timedelta(days=days)))

    assert whats(at_desk.get(trail + query)) == found


def test_events_are_put_into_words(at_desk, trail):
    event = at_desk.get(trail + "?what=person.joined").context["events"][0]

    assert (event["who"], event["target"]) == ("Jo Marsh", "Jo Marsh")
    assert event["details"] == "changed: usual site; invited by: Ade Quinn; known: yes"


def test_an_event_nobody_has_put_into_words_shows_its_code(at_desk, organisation, administrator):
    audit.record("thing.happened", by=administrator, organisation_id=organisation.pk)

    assert whats(at_desk.get(page("audit-trail", organisation) + "?who=quinn"))[0] == "thing.happened"


def test_nothing_of_another_service_is_in_it(at_desk, organisation, elsewhere_administrator):
    audit.record("person.changed", by=elsewhere_administrator, target=elsewhere_administrator)

    assert "Odd Elsewhere" not in at_desk.get(page("audit-trail", organisation)).text


def test_older_pages_begin_below_the_last_event_shown(at_desk, organisation, administrator):
    for number in range(120):
        audit.record("person.changed", by=administrator, organisation_id=organisation.pk, number=number)
    address = page("audit-trail", organisation)

    first = at_desk.get(address + "?what=person.changed")
    second = at_desk.get(f"{address}?{first.context['older']}")
    third = at_desk.get(f"{address}?{second.context['older']}")

    assert [len(whats(each)) for each in [first, second, third]] == [50, 50, 20]
    assert third.context["older"] is None
    seen = [event["id"] for each in [first, second, third] for event in each.context["events"]]
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == 120


@pytest.mark.parametrize("count", [1, 3])
def test_events_cost_the_same_however_many(at_desk, organisation, administrator, django_assert_num_queries, count):
    for _ in range(count):
        targets = [SiteFactory(organisation=organisation), UserFactory(organisation=organisation), InvitationFactory(organisation=organisation)]
        for target in targets:
            audit.record("person.changed", by=administrator, target=target)
    audit.record("organisation.changed", by=administrator, target=organisation, organisation_id=organisation.pk)

    with django_assert_num_queries(9):
        at_desk.get(page("audit-trail", organisation))


def test_a_superuser_sees_the_trail_of_a_service_and_of_programme_wide_people(superuser, organisation, editor):
    audit.record("person.changed", by=editor, target=editor)

    response = browser_of(superuser).get(reverse("accounts:audit-trail", args=["programme"]))

    assert "Person changed" in whats(response)


def test_every_event_of_the_code_has_a_label():
    """What is recorded anywhere is found in the source; a new event without a label would show its code to an administrator."""
    found = set()
    for app in ["vein_care", "cards", "sessions", "training"]:
        for path in (ROOT / app).rglob("*.py"):
            found |= set(re.findall(r"""(?:audit\.)?record\(\s*"([a-z_]+\.[a-z_]+)\"""", path.read_text()))

    assert "person.joined" in found
    assert found - set(LABELS) == set()
