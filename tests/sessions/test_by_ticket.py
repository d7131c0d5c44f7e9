"""Who is at a tablet by a ticket instead of a login, and how a login ends that somebody has left behind."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sessions import tablets, tickets
from sessions.models import CardSession, Tablet, WorkerTicket
from tests.factories import SiteFactory
from tests.sessions.tablet import StandInTablet, tampered
from vein_care.accounts.models import AuditEvent

pytestmark = pytest.mark.django_db

ME = "/deliver/me.json"
OUT = "/deliver/sign-out/"


@pytest.fixture
def tablet(release, client, worker, site):
    return StandInTablet(client, worker, site)


def ask(tablet, *, client=None, ticket=None, token=None):
    headers = {"Worker-Ticket": ticket or tablet.ticket_value, "Tablet-Token": tablet.token if token is None else token}
    return (client or Client()).get(ME, headers=headers)


def test_ticket_says_who_is_here_without_a_login(tablet, worker, site):
    said = ask(tablet).json()

    assert said["worker"] == {"id": worker.pk, "display_name": worker.display_name, "initials": worker.initials}
    assert [found["id"] for found in said["sites"]] == [site.pk]
    assert said["ticket"]["value"] == tablet.ticket_value
    assert said["tablet"] == {"id": str(tablet.row.pk), "token": tablet.token}
    assert said["links"] == []


def test_ticket_counts_whoever_is_signed_in_and_no_cookie_is_looked_at(tablet, worker, other_worker):
    client = Client()
    client.force_login(other_worker)

    answer = ask(tablet, client=client)

    assert answer.json()["worker"]["id"] == worker.pk
    assert "Cookie" not in answer.headers.get("Vary", "")


def test_ticket_that_is_half_over_is_renewed(tablet, settings):
    settings.WORKER_TICKET_DAYS = 30
    WorkerTicket.objects.update(expires_at=timezone.now() + datetime.timedelta(days=14))
    old = tickets.signed(WorkerTicket.objects.get(), organisation_id=tablet.row.organisation_id)

    said = ask(tablet, ticket=old).json()["ticket"]

    assert said["value"] != old
    assert datetime.datetime.fromisoformat(said["expires_at"]) > timezone.now() + datetime.timedelta(days=29)


def worker_left(tablet):
    tablet.worker.is_active, tablet.worker.deactivated_at = False, timezone.now()
    tablet.worker.save()


def role_is_gone(tablet):
    tablet.worker.roles = ["trainer"]
    tablet.worker.save()


REFUSED = {
    "worker left": worker_left,
    "role is gone": role_is_gone,
    "ticket withdrawn": lambda tablet: WorkerTicket.objects.update(revoked_at=timezone.now()),
    "ticket over": lambda tablet: WorkerTicket.objects.update(issued_at=timezone.now() - datetime.timedelta(days=40), expires_at=timezone.now()),
    "ticket gone": lambda tablet: WorkerTicket.objects.all().delete(),
    "tablet revoked": lambda tablet: Tablet.objects.update(revoked_at=timezone.now()),
    "service closed": lambda tablet: type(tablet.site.organisation).objects.update(is_active=False),
}


@pytest.mark.parametrize("name", REFUSED)
def test_ticket_that_is_good_no_more_is_refused_so_that_the_tablet_forgets_it(tablet, name):
    REFUSED[name](tablet)

    answer = ask(tablet)

    assert answer.status_code == 401
    assert answer.json() == {"signed_in": False, "sign_in_url": "/accounts/login/?next=/deliver/", "ticket": "refused"}


def test_ticket_that_is_forged_or_on_another_tablet_is_refused(tablet, organisation):
    _other, other_token = tablets.make_tablet(organisation=organisation, now=timezone.now())

    answers = [ask(tablet, ticket=tampered(tablet.ticket_value)), ask(tablet, ticket="{}"), ask(tablet, token=other_token), ask(tablet, token="")]

    assert [answer.status_code for answer in answers] == [401] * 4


def test_tablet_learns_whose_pins_may_go_on_working_on_it(tablet, other_worker, stranger):
    now = timezone.now()
    tickets.issue(user=other_worker, tablet=tablet.row, now=now)
    assert ask(tablet).json()["tablet_workers"] == sorted([tablet.worker.pk, other_worker.pk])

    for name in ["worker left", "role is gone"]:
        REFUSED[name](Standing(other_worker))
        assert ask(tablet).json()["tablet_workers"] == [tablet.worker.pk]
        other_worker.is_active, other_worker.deactivated_at, other_worker.roles = True, None, ["worker"]
        other_worker.save()
    WorkerTicket.objects.filter(user=other_worker).update(issued_at=now - datetime.timedelta(days=40), expires_at=now)

    assert ask(tablet).json()["tablet_workers"] == [tablet.worker.pk]


class Standing:
    """Somebody of whom REFUSED speaks as of the worker of a tablet."""

    def __init__(self, worker):
        self.worker = worker


def test_asking_by_ticket_takes_the_same_number_of_statements_with_one_and_three_sites(tablet, organisation, django_assert_max_num_queries):
    ask(tablet)

    with django_assert_max_num_queries(10) as one:
        ask(tablet)
    SiteFactory.create_batch(2, organisation=organisation)
    with django_assert_max_num_queries(10) as three:
        ask(tablet)

    assert len(one) == len(three)


# Ending a login from the tablet.


def is_signed_in(client):
    return client.get(ME).status_code == 200


@pytest.mark.parametrize(
    ("wish", "stays"), [("out {me}", False), ("out {other}", True), ("keep {me}", True), ("keep {other}", False), ("keep counter", False)]
)
def test_wish_of_the_tablet_ends_the_login_it_concerns_and_no_other(release, worker, other_worker, wish, stays):
    client = Client(enforce_csrf_checks=True)
    client.force_login(worker)

    answer = client.post(OUT, headers={"Sign-Out": wish.format(me=worker.pk, other=other_worker.pk)})

    assert answer.status_code == 204
    assert is_signed_in(client) is stays
    assert AuditEvent.objects.filter(type="person.signed_out").count() == (0 if stays else 1)


@pytest.mark.parametrize("wish", ["", "out", "out counter", "keep", "keep x", "out 12 13", "all 1", "out -1"])
def test_without_a_clear_wish_nobody_is_signed_out(release, worker, wish):
    client = Client()
    client.force_login(worker)

    answer = client.post(OUT, headers={"Sign-Out": wish})

    assert answer.status_code == 400
    assert is_signed_in(client)


# Counter tablets.


@pytest.fixture
def code(client, administrator, organisation, site, release):
    """What the administrator's page showed for a tablet at the worker's site."""
    client.force_login(administrator)
    page = client.post(reverse("sessions:counter-tablet-new", args=[organisation.pk]), {"site": site.pk, "label": "Counter 1"}, follow=True)
    return page.text.partition("#counter=")[2].partition("<")[0]


def take_up(code):
    return Client().post("/deliver/counter/", {"code": code}, content_type="application/json")


def test_counter_tablet_takes_up_its_place_once_and_names_nobody(code, site):
    said, again = take_up(code).json(), take_up(code)

    assert (said["worker"], said["usual_site"], [found["id"] for found in said["sites"]]) == (None, site.pk, [site.pk])
    assert again.status_code == 404
    assert "Ask your administrator for a new one." in again.json()["message"]
    tablet = Tablet.objects.get()
    assert (tablet.label, tablet.is_counter, tablet.enrol_hash) == ("Counter 1", True, None)
    assert list(AuditEvent.objects.filter(type__startswith="tablet.").values_list("type", flat=True).order_by("id")) == [
        "tablet.counter_expected",
        "tablet.counter_enrolled",
    ]


def test_record_of_a_counter_tablet_is_stored_under_nobodys_name(code, worker, site):

    said = take_up(code).json()
    tablet = StandInTablet(Client(), worker, site)
    tablet.token = said["tablet"]["token"]

    answer = tablet.hand_in(tablet.record(ticket=said["ticket"]["value"]))

    assert answer.status_code == 201
    stored = CardSession.objects.get()
    assert (stored.delivered_by, stored.submitted_by, stored.site) == (None, None, site)


def test_counter_tablet_is_known_again_by_its_ticket(code):
    said = take_up(code).json()

    again = Client().get(ME, headers={"Worker-Ticket": said["ticket"]["value"], "Tablet-Token": said["tablet"]["token"]})

    assert again.json()["worker"] is None
    assert again.json()["ticket"] == said["ticket"]


def test_ticket_of_a_counter_tablet_ends_with_its_site(code, site):
    said = take_up(code).json()
    site.is_active = False
    site.save()

    again = Client().get(ME, headers={"Worker-Ticket": said["ticket"]["value"], "Tablet-Token": said["tablet"]["token"]})

    assert again.status_code == 401


@pytest.mark.parametrize("body", ["", "{", "[]", '{"code": 7}', '{"code": "short"}', "[" * 5000])
def test_what_is_no_code_gets_a_sentence(release, body):
    answer = Client().post("/deliver/counter/", body, content_type="application/json")

    assert answer.status_code == 404
    assert answer.json()["error"] == "unknown_code"


def test_code_runs_out_after_a_day_and_does_nothing_on_a_revoked_tablet(code):
    Tablet.objects.update(enrol_until=timezone.now())
    late = take_up(code)
    Tablet.objects.update(enrol_until=timezone.now() + datetime.timedelta(hours=1), revoked_at=timezone.now())

    assert (late.status_code, take_up(code).status_code) == (404, 404)


def test_before_its_code_is_used_nothing_can_be_handed_in(code, client, worker, site):
    tablet = StandInTablet(Client(), worker, site)
    tablet.token = code

    assert tablet.hand_in(tablet.record()).status_code == 401


def test_new_code_ends_what_the_device_before_had(code, client, organisation, worker, site):
    first = take_up(code).json()
    page = client.post(reverse("sessions:counter-tablet-again", args=[organisation.pk, Tablet.objects.get().pk]), follow=True)
    second = take_up(page.text.partition("#counter=")[2].partition("<")[0])

    assert second.status_code == 200
    before = Client().get(ME, headers={"Worker-Ticket": first["ticket"]["value"], "Tablet-Token": first["tablet"]["token"]})
    assert before.status_code == 401


def test_code_is_shown_once(code, client, organisation):
    page = client.get(reverse("sessions:tablet-detail", args=[organisation.pk, Tablet.objects.get().pk]))

    assert code not in page.text


def test_site_of_another_service_is_refused(client, administrator, organisation, stranger):

    client.force_login(administrator)
    elsewhere = SiteFactory(organisation=stranger.organisation)

    page = client.post(reverse("sessions:counter-tablet-new", args=[organisation.pk]), {"site": elsewhere.pk, "label": ""})

    assert page.status_code == 200
    assert Tablet.objects.count() == 0


def test_another_services_tablet_gets_no_code(client, administrator, organisation, stranger):
    tablet, _token = tablets.make_tablet(organisation=stranger.organisation, now=timezone.now())
    client.force_login(administrator)

    assert client.post(reverse("sessions:counter-tablet-again", args=[organisation.pk, tablet.pk])).status_code == 404
