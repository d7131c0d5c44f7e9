"""What a tablet loads, shell and deck: the same for everyone."""

import gzip
import re

import brotli
import pytest

from sessions import deliver
from sessions.codes import REASONS_ASKED
from sessions.deliver import deck_url
from sessions.models import CardSession, Reason, Resource
from tests.factories import CardVersionFactory, ReleaseFactory
from tests.sessions.tablet import signed_in
from vein_care import memory

pytestmark = pytest.mark.django_db

SHELL = "/deliver/"


# The shell.


def test_shell_is_byte_identical_for_everyone_and_between_processes(release, client, worker, other_worker, stranger, coordinator):
    askers = [client, *map(signed_in, [worker, other_worker, stranger, coordinator])]

    answers = [asker.get(SHELL) for asker in askers]
    memory.forget()
    answers.append(client.get(SHELL))

    assert len({answer.content for answer in answers}) == 1
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.headers["ETag"] for answer in answers}) == 1


def test_shell_looks_at_no_cookie_and_sets_none(release, worker, django_assert_num_queries):
    client = signed_in(worker)
    client.get(SHELL)

    with django_assert_num_queries(0):
        response = client.get(SHELL)

    assert response.cookies == {}
    assert response.headers["Vary"] == "Accept-Encoding"
    assert response.headers["Cache-Control"] == "no-cache"


def test_shell_names_nobody(release, worker, site):
    page = signed_in(worker).get(SHELL).text

    for secret in [worker.display_name, site.name, worker.organisation.name, "csrfmiddlewaretoken"]:
        assert secret not in page


def test_shell_that_is_here_already_is_not_sent_again(release, client):
    etag = client.get(SHELL).headers["ETag"]

    response = client.get(SHELL, headers={"If-None-Match": etag})

    assert (response.status_code, response.content) == (304, b"")


@pytest.mark.parametrize(("accepted", "encoding", "unpack"), [("gzip, br", "br", brotli.decompress), ("gzip", "gzip", gzip.decompress)])
def test_shell_comes_compressed_to_those_who_can(release, client, accepted, encoding, unpack):
    plain = client.get(SHELL)

    packed = client.get(SHELL, headers={"Accept-Encoding": accepted})

    assert packed.headers["Content-Encoding"] == encoding
    assert unpack(packed.content) == plain.content
    assert packed.headers["ETag"] == plain.headers["ETag"]


def test_shell_holds_deck_address_and_every_code_in_use(release, client):
    Resource.objects.filter(code="foil").update(is_retired=True)

    page = client.get(SHELL).text

    assert f'data-deck-url="{deck_url()}"' in page
    for code in ["water", "wound_care", "competing_priorities", "routine_visit", "fixed_site", "under_5", "naloxone"]:
        assert f'data-code="{code}"' in page
    assert 'data-code="foil"' not in page


@pytest.mark.parametrize("outcome", CardSession.OUTCOMES_WITH_REASON)
def test_shell_holds_the_reasons_of_every_outcome_in_their_order(release, client, outcome):
    Reason.objects.filter(code="no_time_today").update(is_retired=True)

    page = client.get(SHELL).text

    rows = page.partition(f'<ul data-list="reasons_{outcome}">')[2].partition("</ul>")[0]
    assert re.findall(r'data-code="(\w+)"', rows) == [code for code in REASONS_ASKED[outcome] if code != "no_time_today"]


@pytest.mark.parametrize(("demo", "required"), [(False, True), (True, True), (True, False)])
def test_strip_of_a_demo_says_when_signing_in_needs_no_second_step(release, client, settings, demo, required):
    settings.VEIN_CARE_DEMO, settings.SECOND_STEP_REQUIRED = demo, required

    page = client.get(SHELL).text

    assert ("Signing in needs no second step here." in page) == (demo and not required)


def test_shell_before_the_first_deck_has_no_address(client):
    response = client.get(SHELL)

    assert (response.status_code, 'data-deck-url=""' in response.text) == (200, True)


# The deck.


def test_deck_is_under_the_digest_of_its_bytes_and_kept_for_ever(release, client):
    response = client.get(deck_url())

    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/json")
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers["Vary"] == "Accept-Encoding"
    assert response.cookies == {}


def test_deck_holds_areas_cards_and_resources(release, client):
    deck = client.get(deck_url()).json()

    assert (deck["schema"], deck["release"], deck["recalled"]) == (1, release.number, [])
    assert len(deck["areas"]) == 10
    assert [card["slug"] for card in deck["cards"]] == ["ampoule", "clean-hands"]
    water = next(item for item in deck["resources"] if item["code"] == "water_ampoules")
    assert water["label"] == "Water ampoules"
    assert water["line"]
    assert water["picture"].endswith("art/resources/water_ampoules.svg")
    assert [item["code"] for item in deck["resources"]] == list(Resource.objects.values_list("code", flat=True))


def test_new_release_has_a_new_address_and_the_last_one_stays(release, client):
    before = deck_url()
    ReleaseFactory(versions=[CardVersionFactory(slug="another")])
    memory.forget()
    client.get(before)

    assert deck_url() != before
    assert client.get(deck_url()).json()["release"] == 2


def test_deck_published_by_another_process_is_found_at_once(release, client):
    client.get(deck_url())
    ReleaseFactory(versions=[CardVersionFactory(slug="another")])
    remembered = deck_url()
    deliver.current_deck.forget()
    theirs = deck_url()
    deliver._decks.pop(theirs.removeprefix("/deliver/deck/").removesuffix(".json"))

    assert theirs != remembered
    assert client.get(theirs).json()["release"] == 2
    assert client.get(remembered).json()["release"] == 1


@pytest.mark.parametrize("digest", ["0" * 32, "x", "é", "a" * 3000])
def test_unknown_deck_is_404(release, client, digest):
    assert client.get(f"/deliver/deck/{digest}.json").status_code == 404


def test_page_of_the_tablet_has_no_indentation(client, release):
    """A fiftieth of what is sent, for nobody: the page is within a few hundred bytes of what a first load may weigh."""
    lines = client.get("/deliver/").text.splitlines()

    assert not [line for line in lines if line != line.lstrip() or not line]
