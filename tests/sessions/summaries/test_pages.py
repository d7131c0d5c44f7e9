"""The summary page, as somebody asks for it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import CardSessionFactory, SiteFactory
from tests.sessions.counting.counts import count_now

pytestmark = pytest.mark.django_db
ADDRESS = "/sessions/summary/"


@pytest.fixture
def ask(client, coordinator):
    def ask(query="", *, as_who=coordinator):
        count_now()
        client.force_login(as_who)
        return client.get(f"{ADDRESS}{query}")

    return ask


def test_a_coordinator_reads_the_figures_of_their_service(ask, site):
    CardSessionFactory(site=site)
    CardSessionFactory(site=site, outcome="declined")
    CardSessionFactory()

    page = ask()

    assert page.status_code == 200
    assert "Of 2 offers, 1 was taken up." in page.text
    assert "so far, all sites and settings" in page.text
    assert page["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"


def test_days_without_anything_say_so_and_show_no_empty_tables(ask):
    page = ask("?from=2021-01-01&to=2021-01-31")

    assert "Nothing was written down for these days and places." in page.text
    assert "<table" not in page.text


@pytest.mark.parametrize(
    "query",
    [
        "?site=0&setting=moon&from=0001-01-01&to=9999-12-31&by=hour&view=x",
        "?site=1%27%20OR%201=1--&from=%00&to=%FF%FE",
        f"?site={'9' * 3000}&setting={'x' * 3000}&period={'q' * 3000}",
        "?from=2026-02-01&to=2026-01-01",
        "?site=1&site=2&from=2026-01-01&from=2026-02-01",
        "?view=share&period=9999-q9&site=-1&setting=van",
    ],
)
def test_nonsense_in_the_address_gets_a_sentence_and_never_an_error(ask, site, query):
    page = ask(query)

    assert page.status_code == 200
    assert "Please put this right" in page.text
    assert page.context["chosen"].span.days >= 1


def test_another_services_site_is_answered_as_one_that_does_not_exist(ask, site):
    elsewhere = SiteFactory(name="Elsewhere van")
    CardSessionFactory(site=elsewhere)

    page = ask(f"?site={elsewhere.pk}")

    assert "There is no such site here." in page.text
    assert "Elsewhere" not in page.text


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(("query", "most"), [("", 14), ("?view=share", 11)])
def test_statements_do_not_grow_with_sites_or_sessions(ask, client, organisation, number, site, query, most):
    for place in SiteFactory.create_batch(number, organisation=organisation):
        CardSessionFactory.create_batch(number, site=place)
    ask(query)

    with CaptureQueriesContext(connection) as statements:
        page = client.get(f"{ADDRESS}{query}")

    assert page.status_code == 200
    assert len(statements) == most, [each["sql"][:150] for each in statements]


def test_a_coordinators_home_leads_to_it(client, coordinator):
    client.force_login(coordinator)

    assert f'class="tile" href="{reverse("sessions:summary")}"' in client.get("/").text


def test_somebody_programme_wide_gets_what_is_to_share_only(ask, editor, site):
    CardSessionFactory(site=site)

    page = ask("?view=inside&from=2026-01-01", as_who=editor)

    assert page.context["chosen"].is_to_share
    assert "Harbour van" not in page.text
    assert 'name="from"' not in page.text
