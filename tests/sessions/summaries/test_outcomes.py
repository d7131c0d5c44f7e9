"""The process outcomes: their figures, their definitions, and the page and the report that show them."""

import dataclasses
import datetime
import re

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sessions.marks import Mark
from sessions.periods import Span
from sessions.summaries.blocks import blocks_of
from sessions.summaries.filters import SummaryFilter
from sessions.summaries.outcomes import DEFINITIONS, process_outcomes
from sessions.summaries.sources import OFFERS, TAKEN_UP, source_of
from tests.factories import CardSessionFactory, OrganisationFactory, SiteFactory, UserFactory
from tests.sessions.counting.counts import count_now
from vein_care.folders import ROOT

pytestmark = pytest.mark.django_db
PAGE, REPORT = "/sessions/summary/outcomes/", "/sessions/summary/report/"


def source_for(user, query=""):
    count_now()
    return source_of(SummaryFilter(QueryDict(query), user=user, today=timezone.localdate()).chosen)


def outcomes_of(source):
    return {outcome.definition.code: outcome for outcome in process_outcomes(source, blocks_of(source))}


@pytest.fixture
def sessions(organisation, site):
    """sessions(site, held=3, declined=1): so many of each outcome; without a site at the usual one."""

    def make(at=site, **counts):
        for outcome, count in counts.items():
            CardSessionFactory.create_batch(count, site=at, outcome=outcome)

    return make


@pytest.fixture
def sites(organisation):
    return [SiteFactory(organisation=organisation, name=name) for name in ["Annex", "Bridge", "Castle"]]


def test_each_outcome_says_its_figure_out_of_the_offers_that_were_made(coordinator, sessions):
    sessions(held=3, cut_short=1, declined=2, did_not_attend=1, not_offered=5)

    found = outcomes_of(source_for(coordinator))

    assert {code: found[code].sentence for code in ["P1", "P3", "P5", "P6"]} == {
        "P1": "This service delivered, at 1 site.",
        "P3": "4 sessions were taken up.",
        "P5": "Of 7 offers, the person did not come to 1.",
        "P6": "Of 7 offers, the person said “not today” to 2.",
    }
    assert {found[code].sentence for code in ["M2", "O1"]} == {"We do not know this."}


def test_a_service_that_only_met_people_did_not_deliver(coordinator, sessions):
    sessions(not_offered=2, declined=1)

    assert outcomes_of(source_for(coordinator))["P1"].sentence == "No session was taken up here in these days."


def test_sessions_spread_over_sites_in_the_order_of_their_names(coordinator, sessions, sites):
    for site, count in zip(sites, [2, 9, 4], strict=True):
        sessions(site, held=count)

    found = outcomes_of(source_for(coordinator))["P3"]

    assert found.sentence == "15 sessions were taken up. At a site between 2 and 9, with 4 in the middle."
    assert [(row.label, row.values[0]) for row in found.block.rows] == [("Annex", 2), ("Bridge", 9), ("Castle", 4)]


def test_a_worker_is_in_no_figure(coordinator, sessions, sites, worker, client):
    CardSessionFactory.create_batch(9, site=sites[0], delivered_by=worker)
    count_now()
    client.force_login(coordinator)

    pages = [client.get(PAGE).text, client.get(f"{REPORT}?view=inside").text]

    # Whole words: two letters may stand side by side in the token of a form.
    named = re.compile(rf"\b({worker.display_name}|{worker.initials})\b")
    assert all("Annex" in page and not named.search(page) for page in pages)


def test_lengths_by_site_stay_inside(coordinator, sessions, sites):
    for site in sites:
        CardSessionFactory.create_batch(2, site=site, length_band_id="under_5")
    source = source_for(coordinator)

    inside = outcomes_of(source)["P3"].block
    shared = outcomes_of(dataclasses.replace(source, chosen=source.chosen.to_share()))["P3"].block

    assert [column.code for column in inside.columns] == [
        "taken_up",
        "under_5",
        "from_5_to_9",
        "from_10_to_19",
        "from_20",
        "length_not_recorded",
    ]
    assert inside.rows[0].values == (2, 2, 0, 0, 0, 0)
    assert [column.code for column in shared.columns] == ["taken_up"]


def test_hidden_figures_are_said_to_be_hidden_and_left_out_of_the_spread(coordinator, sessions, sites):
    for site in [*sites, SiteFactory(organisation=coordinator.organisation, name="Dock")]:
        sessions(site, held=10, declined=2)
    source = source_for(coordinator)
    figures = source.measures["outcome"]
    figures["declined"] = figures["declined"]._replace(sessions=Mark.HIDDEN)
    source.by_site[sites[0].pk][TAKEN_UP] = Mark.HIDDEN

    found = outcomes_of(source)

    assert found["P6"].sentence == "The number is hidden: it is small, or would give a small one away."
    assert found["P1"].sentence == "This service delivered, at 3 sites at least."
    assert found["P3"].sentence == "40 sessions were taken up. At a site between 10 and 10, with 10 in the middle. 1 site is hidden."


def test_a_number_that_is_shown_is_said_where_that_of_all_offers_is_hidden(coordinator, sessions):
    sessions(held=3, did_not_attend=15)
    source = source_for(coordinator)
    source.measures["outcome"][OFFERS] = source.measures["outcome"][OFFERS]._replace(sessions=Mark.HIDDEN)

    found = outcomes_of(source)

    assert found["P5"].sentence == "The person did not come to 15 offers. How many offers there were is hidden."
    assert found["P6"].sentence == "The number is hidden: it is small, or would give a small one away."


def test_where_even_the_whole_is_hidden_nothing_is_said_of_delivering(coordinator, sessions):
    sessions(held=2)
    source = source_for(coordinator)
    source.measures["outcome"][TAKEN_UP] = source.measures["outcome"][TAKEN_UP]._replace(sessions=Mark.HIDDEN)

    found = outcomes_of(dataclasses.replace(source, chosen=source.chosen.to_share()))

    assert found["P1"].sentence == "The number of sessions is hidden, so this is not said here."
    assert found["P3"].sentence == "The number of sessions is hidden."


def test_programme_wide_organisations_count_from_their_first_session_on(editor, sessions, organisation):
    last_year = (timezone.localdate() - datetime.timedelta(days=1)).year - 1  # on 1 January it is not over everywhere
    for outcome, year in [("held", last_year), ("cut_short", last_year), ("declined", last_year), ("held", last_year - 1)]:
        CardSessionFactory(site=SiteFactory(organisation=OrganisationFactory()), outcome=outcome, held_on=datetime.date(year, 5, 4))

    assert outcomes_of(source_for(editor, f"period={last_year}"))["P1"].sentence == "2 organisations delivered."
    assert outcomes_of(source_for(editor, f"period={last_year}&setting=prison_or_custody"))["P1"].sentence == "0 organisations delivered."


def test_definitions_in_the_documentation_are_those_on_the_page():
    document = " ".join((ROOT / "docs" / "reference" / "process-outcomes.md").read_text().split())

    for each in DEFINITIONS:
        said = f"## {each.code}: {each.heading} {each.means} * **Counted:** {each.counted} * **Not counted:** {each.left_out}"
        assert said in document, each.code


# The pages


@pytest.fixture
def signed_in(client, coordinator):
    client.force_login(coordinator)
    return client


def test_page_shows_every_outcome_with_what_counts_and_what_does_not(signed_in, sessions):
    sessions(held=3)
    count_now()

    page = signed_in.get(PAGE)

    assert [outcome.definition.code for outcome in page.context["outcomes"]] == [each.code for each in DEFINITIONS]
    assert page.text.count("<dt>Not counted</dt>") == len(DEFINITIONS)
    assert "3 sessions were taken up." in page.text


def test_report_is_to_share_unless_the_view_inside_is_asked_for(signed_in, site):
    shared, inside = signed_in.get(REPORT).text, signed_in.get(f"{REPORT}?view=inside").text

    assert ('<article class="report" data-view="share"' in shared, "Not for sharing" in shared) == (True, False)
    assert ('<article class="report" data-view="inside"' in inside, "<b>Not for sharing</b>" in inside) == (True, True)


def test_report_holds_what_the_summary_holds_and_says_what_it_is_about(signed_in, coordinator, sessions, site):
    sessions(held=3, declined=1)
    today = timezone.localdate()
    first = (today - datetime.timedelta(days=1)).replace(month=1, day=1)  # the sessions are of yesterday
    asked = f"view=inside&from={first}&to={today}&site={site.pk}"

    report = signed_in.get(f"{REPORT}?{asked}")

    assert report.context["blocks"] == blocks_of(source_for(coordinator, asked))
    assert [f'id="report-{block.name}"' in report.text for block in report.context["blocks"]] == [True] * len(report.context["blocks"])
    for words in ["Of 4 offers, 3 were taken up.", str(Span(first, today)), "Harbour van", "These are sessions, not people", "What the words mean"]:
        assert words in report.text


def test_a_report_with_bad_values_in_its_address_says_so_and_is_there(signed_in, site):
    page = signed_in.get(f"{REPORT}?view=inside&from=0001-01-01&site=0&setting=';--")

    assert page.status_code == 200
    assert "There is no such site here." in page.text


@pytest.mark.parametrize("address", [PAGE, f"{REPORT}?view=inside"])
def test_pages_ask_the_database_as_often_for_five_sites_as_for_two(signed_in, organisation, sessions, address):
    counts = []
    for number in [2, 3]:
        for site in SiteFactory.create_batch(number, organisation=organisation):
            sessions(site, held=number, declined=number)
        UserFactory.create_batch(number, organisation=organisation)
        count_now()
        signed_in.get(address)
        with CaptureQueriesContext(connection) as statements:
            signed_in.get(address)
        counts.append(len(statements))

    assert counts[0] == counts[1]
