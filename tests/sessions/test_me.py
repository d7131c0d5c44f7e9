"""me.json says who is at the tablet, and nothing of anybody else."""

import datetime
import json
import uuid

import pytest
from django.test import Client
from django.utils import timezone

from sessions import sealing, tablets, tickets
from sessions.deliver import deck_url
from sessions.models import Resource, SiteResource, SiteSignpost, Tablet, WorkerTicket
from tests.factories import (
    SiteFactory,
    SiteResourceFactory,
    SiteSignpostFactory,
    TabletFactory,
    UserFactory,
)
from tests.sessions.tablet import StandInTablet, signed_in
from vein_care.accounts.device_keys import device_key
from vein_care.accounts.roles import Role

pytestmark = pytest.mark.django_db

LINKS_OF_WORKERS = [
    {"label": "My work", "url": "/sessions/mine/"},
    {"label": "Write down afterwards", "url": "/sessions/new/"},
    {"label": "Record slip", "url": "/sessions/slip/"},
]

ME = "/deliver/me.json"


def me(user, token=None):
    headers = {} if token is None else {"Tablet-Token": token}
    return signed_in(user).get(ME, headers=headers)


def test_signed_out_people_are_told_where_to_sign_in(client):
    response = client.get(ME)

    assert response.status_code == 401
    assert response.json() == {"signed_in": False, "sign_in_url": "/accounts/login/?next=/deliver/"}
    assert "no-store" in response.headers["Cache-Control"]


def test_me_says_who_where_and_what_the_tablet_needs(release, worker, site, organisation):
    before = timezone.now()
    answer = me(worker, "new").json()

    tablet, ticket = Tablet.objects.get(), WorkerTicket.objects.get()
    token, server_time = answer["tablet"].pop("token"), answer.pop("server_time")
    assert answer == {
        "schema": 1,
        "worker": {"id": worker.pk, "display_name": "Jo Marsh", "initials": "JM"},
        "learner": device_key(worker),
        "can_deliver": True,
        "organisation": {"id": organisation.pk, "name": "Harbour Outreach"},
        "sites": [
            {
                "id": site.pk,
                "name": "Harbour van",
                "setting": "van",
                "time_zone": "Europe/London",
                "resources": list(Resource.objects.values_list("code", flat=True)),
                "signposts": answer["sites"][0]["signposts"],
                "support_contact": "",
            }
        ],
        "usual_site": site.pk,
        "tablet": {"id": str(tablet.pk)},
        "no_tablet": None,
        "tablet_workers": [worker.pk],
        "ticket": {"value": tickets.signed(ticket, organisation_id=organisation.pk), "expires_at": ticket.expires_at.isoformat()},
        "sealing_key": sealing.public_key(),
        "deck": {"release": 1, "url": deck_url()},
        "demo": False,
        "links": LINKS_OF_WORKERS,
        "services": [],
        "notices": [],
        "help": {
            "emergency_number": "999",
            "advice_number": "111",
            "out_of_hours": "",
            "safeguarding_contact": "",
            "needlestick_contact": "",
        },
    }
    assert Tablet.objects.get(token_hash=tablets.hash_of(token)) == tablet
    assert before <= datetime.datetime.fromisoformat(server_time) <= timezone.now()
    assert len(answer["sites"][0]["signposts"]) == 12


def test_me_is_never_kept(release, worker):
    assert "no-store" in me(worker).headers["Cache-Control"]


def test_without_the_header_no_tablet_is_made(release, worker):
    answer = me(worker).json()

    assert (answer["tablet"], answer["ticket"]) == (None, None)
    assert not Tablet.objects.exists()


def test_known_token_keeps_its_tablet_and_its_ticket(release, worker):
    first = me(worker, "new").json()

    again = me(worker, first["tablet"]["token"]).json()

    assert again["tablet"] == {"id": first["tablet"]["id"]}
    assert again["ticket"] == first["ticket"]
    assert (Tablet.objects.count(), WorkerTicket.objects.count()) == (1, 1)


def test_second_worker_on_the_same_tablet_gets_an_own_ticket(release, worker, other_worker):
    first = me(worker, "new").json()

    second = me(other_worker, first["tablet"]["token"]).json()

    assert second["tablet"] == {"id": first["tablet"]["id"]}
    assert second["ticket"]["value"] != first["ticket"]["value"]


@pytest.mark.parametrize("token", ["A" * 43, "nonsense", "é" * 43, "x" * 5000])
def test_token_that_is_not_known_here_is_replaced(release, worker, token):
    answer = me(worker, token).json()

    assert Tablet.objects.get(token_hash=tablets.hash_of(answer["tablet"]["token"])).organisation == worker.organisation


def test_token_of_another_organisation_is_replaced_and_theirs_stays(release, worker, stranger):
    theirs = me(stranger, "new").json()["tablet"]

    ours = me(worker, theirs["token"]).json()["tablet"]

    assert ours["id"] != theirs["id"]
    assert Tablet.objects.get(pk=ours["id"]).organisation == worker.organisation
    assert Tablet.objects.get(pk=theirs["id"]).organisation == stranger.organisation


def test_revoked_tablet_stays_revoked_whoever_signs_in(release, worker):
    token = me(worker, "new").json()["tablet"]["token"]
    Tablet.objects.update(revoked_at=timezone.now())

    answer = me(worker, token).json()

    assert (answer["tablet"], answer["ticket"], answer["no_tablet"]) == (None, None, "revoked")
    assert Tablet.objects.count() == 1


def test_two_organisations_that_take_turns_on_a_device_keep_one_tablet_each(release, worker, stranger):
    ours = me(worker, "new").json()["tablet"]
    theirs = me(stranger, ours["token"]).json()["tablet"]
    kept = f"{theirs['token']},{ours['token']}"

    again, once_more = me(worker, kept).json()["tablet"], me(stranger, kept).json()["tablet"]

    assert again == ours
    assert once_more == {"id": theirs["id"]}
    assert Tablet.objects.count() == 2


def test_revoked_tablet_stays_revoked_beside_the_token_of_another_organisation(release, worker, stranger):
    ours = me(worker, "new").json()["tablet"]
    theirs = me(stranger, ours["token"]).json()["tablet"]
    Tablet.objects.filter(pk=ours["id"]).update(revoked_at=timezone.now())

    answer = me(worker, f"{theirs['token']},{ours['token']}").json()

    assert (answer["tablet"], answer["no_tablet"]) == (None, "revoked")


def test_one_person_begins_on_so_many_new_tablets_an_hour_and_is_told_so(release, worker, other_worker, settings):
    settings.TABLETS_PER_HOUR = 2
    first = me(worker, "new").json()["tablet"]
    me(worker, "new")

    refused = me(worker, "new").json()

    assert (refused["can_deliver"], refused["tablet"], refused["ticket"], refused["no_tablet"]) == (True, None, None, "too_many")
    assert Tablet.objects.count() == 2
    assert me(worker, first["token"]).json()["tablet"] == {"id": first["id"]}
    assert me(other_worker, "new").json()["tablet"]["token"]
    Tablet.objects.update(created_at=timezone.now() - datetime.timedelta(hours=1))
    assert me(worker, "new").json()["tablet"]["token"]


@pytest.mark.parametrize("role", [Role.TRAINER, Role.COORDINATOR, Role.ADMINISTRATOR])
def test_those_who_do_not_deliver_get_no_tablet_and_no_ticket(release, organisation, site, role):
    answer = me(UserFactory(organisation=organisation, roles=[role]), "new").json()

    assert (answer["can_deliver"], answer["tablet"], answer["ticket"], answer["sites"]) == (False, None, None, [])
    assert not Tablet.objects.exists()


def test_programme_wide_people_can_look_at_the_cards_only(release, editor, site):
    answer = me(editor, "new").json()

    assert (answer["can_deliver"], answer["organisation"], answer["sites"], answer["tablet"]) == (False, None, [], None)


def test_worker_of_a_closed_organisation_cannot_deliver(release, worker, organisation):
    organisation.is_active = False
    organisation.save()

    assert me(worker, "new").json()["can_deliver"] is False


def test_coordinator_who_delivers_gets_the_link_to_the_list(release, organisation):
    both = UserFactory(organisation=organisation, roles=[Role.WORKER, Role.COORDINATOR])

    assert me(both).json()["links"] == [
        *LINKS_OF_WORKERS,
        {"label": "Summary", "url": "/sessions/summary/"},
        {"label": "Sessions", "url": "/sessions/all/"},
        {"label": "Records to look at", "url": "/sessions/looked-at/"},
        {"label": "Rescue file", "url": "/sessions/rescue/"},
    ]


def test_demo_is_marked(release, worker, settings):
    settings.VEIN_CARE_DEMO = True

    assert me(worker).json()["demo"] is True


@pytest.mark.parametrize(("kind", "setting"), [("place", "fixed_site"), ("van", "van"), ("round", "outreach_street"), ("chat", "online_chat")])
def test_kind_of_a_site_says_which_setting_is_usual(release, worker, organisation, kind, setting):
    made = SiteFactory(organisation=organisation, kind=kind)

    assert next(site["setting"] for site in me(worker).json()["sites"] if site["id"] == made.pk) == setting


def test_site_offers_what_it_stocks_and_points_to_in_the_usual_order(release, worker, site):
    for code in ["naloxone", "water_ampoules", "foil"]:
        SiteResourceFactory(site=site, resource_id=code)
    for code in ["gp", "wound_care"]:
        SiteSignpostFactory(site=site, kind_id=code)
    Resource.objects.filter(code="foil").update(is_retired=True)

    answer = me(worker).json()["sites"][0]

    assert answer["resources"] == ["water_ampoules", "naloxone"]
    assert answer["signposts"] == ["wound_care", "gp"]


def test_each_site_says_whom_its_workers_can_call(release, worker, organisation, site):
    site.support_contact = "Kim, 0117 496 0130"
    site.save()
    SiteFactory(organisation=organisation, name="Quay Street", support_contact="Pat, 0117 496 0131")

    answer = me(worker).json()["sites"]

    assert {each["name"]: each["support_contact"] for each in answer} == {"Harbour van": "Kim, 0117 496 0130", "Quay Street": "Pat, 0117 496 0131"}


def test_closed_sites_are_left_out_and_a_closed_usual_site_is_none(release, worker, site):
    site.is_active = False
    site.save()

    answer = me(worker).json()

    assert (answer["sites"], answer["usual_site"]) == ([], None)


def test_me_shows_nothing_of_another_organisation(release, worker, stranger):
    elsewhere = stranger.usual_site
    SiteResource.objects.create(site=elsewhere, resource_id="foil")
    SiteSignpost.objects.create(site=elsewhere, kind_id="gp")
    elsewhere.support_contact = "Their contact"
    elsewhere.save()
    theirs = TabletFactory(organisation=stranger.organisation, label="Their tablet")
    tickets.issue(user=stranger, tablet=theirs, now=timezone.now())

    answer = me(worker, "new").json()

    said = json.dumps(answer)
    for secret in ["Elsewhere", "Robin", '"RF"', "Their tablet", "Their contact", str(theirs.pk)]:
        assert secret not in said
    assert [site["id"] for site in answer["sites"]] == [worker.usual_site_id]


@pytest.mark.parametrize("sites", [1, 3])
def test_statements_of_me_are_constant(release, worker, organisation, sites, django_assert_num_queries):
    for _number in range(sites):
        SiteResourceFactory(site=SiteFactory(organisation=organisation))
    token = me(worker, "new").json()["tablet"]["token"]
    client = signed_in(worker)

    with django_assert_num_queries(11):
        assert client.get(ME, headers={"Tablet-Token": token}).status_code == 200


def test_what_me_gives_is_enough_to_hand_in(release, worker, site):
    answer = me(worker, "new").json()
    tablet = StandInTablet(Client(), worker, site)
    tablet.token, tablet.ticket_value = answer["tablet"]["token"], answer["ticket"]["value"]

    response = tablet.hand_in(tablet.record(record_id=str(uuid.uuid4())))

    assert response.status_code == 201
