"""sessions/own_data.py: whoever signs in can take away what is kept about them, and nothing of anyone else's."""

import pytest
from django.urls import reverse
from django.utils import timezone

from sessions import own_data
from tests.factories import (
    AreaDiscussedFactory,
    CardSessionFactory,
    CardShownFactory,
    HandInFactory,
    QuarantinedRecordFactory,
    ResourceGivenFactory,
    SignpostGivenFactory,
    TabletFactory,
    WorkerTicketFactory,
)
from vein_care.accounts import audit
from vein_care.accounts.models import AuditEvent

pytestmark = pytest.mark.django_db


def download(client, person):
    client.force_login(person)
    return client.post(reverse("sessions:my-data-file"))


def full_session(site, person):
    session = CardSessionFactory(site=site, delivered_by=person, areas_recorded=True, resources_recorded=True, signposts_recorded=True)
    AreaDiscussedFactory(session=session, mattered_most=True)
    ResourceGivenFactory(session=session, quantity=5)
    SignpostGivenFactory(session=session)
    CardShownFactory(session=session, card_version__slug="ampoule")
    HandInFactory(session=session)
    return session


def test_file_holds_the_account_and_every_session_in_codes(client, worker, site):
    session = full_session(site, worker)

    response = download(client, worker)

    told = response.json()
    assert response.headers["Content-Disposition"].startswith('attachment; filename="vein-care-my-data-')
    assert set(told) == {"taken_at", "account", "second_steps", "sessions", "records_to_look_at", "tablet_tickets", "events"}
    assert told["account"] | {"created_at": None} == {
        "login_name": worker.login_name,
        "email": "",
        "display_name": "Jo Marsh",
        "initials": "JM",
        "roles": ["worker"],
        "is_active": True,
        "is_superuser": False,
        "created_at": None,
        "deactivated_at": None,
        "last_login": told["account"]["last_login"],
        "organisation": "Harbour Outreach",
        "usual_site": "Harbour van",
    }
    held = told["sessions"][0]
    assert (held["id"], held["site"], held["setting"], held["held_on"]) == (session.pk, "Harbour van", "van", session.held_on.isoformat())
    assert (held["areas"], held["mattered_most"], held["signposts"], held["cards"]) == (["water"], "water", ["wound_care"], ["ampoule"])
    assert held["resources"] == [{"code": "water_ampoules", "status": "given", "quantity": 5}]


def test_nothing_of_anyone_else_is_in_the_file(client, worker, other_worker, site):
    full_session(site, other_worker)
    WorkerTicketFactory(user=other_worker, tablet__organisation=site.organisation)
    audit.record("site.changed", by=other_worker, target=site)

    told = download(client, worker).json()

    assert (told["sessions"], told["tablet_tickets"]) == ([], [])
    assert "site.changed" not in {event["type"] for event in told["events"]}
    assert "Sam Reed" not in str(told)


def test_tickets_and_waiting_records_are_named_without_anything_that_opens_a_way_in(client, worker):
    tablet = TabletFactory(organisation=worker.organisation, label="Van tablet")
    ticket = WorkerTicketFactory(user=worker, tablet=tablet)
    HandInFactory(ticket=ticket, fate="quarantined", quarantined_record=QuarantinedRecordFactory(tablet=tablet))

    response = download(client, worker)

    told = response.json()
    assert [entry["label"] for entry in told["tablet_tickets"]] == ["Van tablet"]
    assert [(entry["field"], entry["rule"]) for entry in told["records_to_look_at"]] == [("session.site", "unknown_site")]
    assert worker.password not in response.text or not worker.password
    assert str(ticket.pk) not in response.text
    assert bytes(tablet.token_hash).hex() not in response.text


def test_taking_a_copy_is_in_the_audit_trail_and_looking_at_the_page_is_not(client, worker):
    client.force_login(worker)

    client.get(reverse("sessions:my-data"))
    assert not AuditEvent.objects.filter(type="own_data.taken").exists()
    download(client, worker)

    event = AuditEvent.objects.get(type="own_data.taken")
    assert (event.actor_id, event.target_id, event.details) == (worker.pk, str(worker.pk), {"sessions": 0})


@pytest.mark.parametrize("sessions", [1, 3])
def test_file_query_count_is_constant(worker, site, sessions, django_assert_num_queries):
    for _number in range(sessions):
        session = CardSessionFactory(site=site, delivered_by=worker, areas_recorded=True)
        AreaDiscussedFactory(session=session)
        CardShownFactory(session=session)

    with django_assert_num_queries(11):
        told = own_data.gather(worker, now=timezone.now())

    assert len(told["sessions"]) == sessions
