"""The view to share: nothing exact, nothing small, and it says so."""

import calendar
import dataclasses
import datetime
import re

import pytest
from django.http import QueryDict

from sessions.counting.figures import Figure
from sessions.marks import Mark
from sessions.models import SummaryRules
from sessions.shared_figures import Shared
from sessions.summaries import outcomes, sentences, tiles
from sessions.summaries.blocks import blocks_of
from sessions.summaries.filters import SummaryFilter
from sessions.summaries.sources import OFFERS, TAKEN_UP, hide_what_contradicts, source_of
from tests.factories import CardSessionFactory, CardShownFactory, CardVersionFactory, OrganisationFactory, ReleaseFactory, SiteFactory
from tests.sessions.counting.counts import count_now

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2026, 11, 22)
AUGUST = datetime.date(2026, 8, 12)


@pytest.fixture
def source(coordinator):
    def source(query="", *, user=coordinator):
        count_now()
        return source_of(SummaryFilter(QueryDict(f"view=share&{query}"), user=user, today=TODAY).chosen)

    return source


def had(site, outcome="held", *, times, **facts):
    CardSessionFactory.create_batch(times, site=site, held_on=AUGUST, outcome=outcome, **facts)


def by_label(source, name):
    [block] = [block for block in blocks_of(source) if block.name == name]
    return {str(row.label): row.values for row in block.all_rows}, block


def test_numbers_are_rounded_and_small_ones_hidden_with_no_shares_beside_them(source, site):
    had(site, "held", times=31)
    had(site, "declined", times=3)
    had(site, "did_not_attend", times=12)

    rows, block = by_label(source("period=2026-q3"), "outcomes")

    assert rows["Held"] == (30,)
    assert rows["Not today"] == (Mark.HIDDEN,)
    assert [column.code for column in block.columns] == ["sessions"]
    assert block.has_hidden


def test_no_exact_number_is_on_the_page(client, coordinator, site):
    had(site, "held", times=31, length_band_id="under_5", private_space=True)
    count_now()
    client.force_login(coordinator)

    text = client.get("/sessions/summary/?view=share&period=2026-q3").text

    assert "Of 30 offers, 30 were taken up." in text
    assert ">31<" not in text
    assert not re.search(rf" 31 (?!{'|'.join(calendar.month_name[1:])})", text)  # days of the calendar are no numbers of sessions
    assert "Worked out on" in text
    assert "Numbers under 8 are not shown" in text
    assert "Ran out this week" not in text


def test_a_sum_or_difference_of_rounded_numbers_is_never_said(source, site):
    had(site, "held", times=31, private_space=True)
    found = source("period=2026-q3")

    rows, _block = by_label(found, "private-space")

    assert "Does not apply: phone or chat" not in rows
    assert len(tiles.tiles(found)) == 2


def test_what_came_up_most_is_said_of_the_numbers_shown(source, site):
    had(site, "held", times=31, moment_id="after_hospital")
    had(site, "held", times=20, moment_id="other")
    had(site, "held", times=3, moment_id="new_to_injecting")
    had(site, "held", times=4, moment_id="routine_visit")

    _rows, block = by_label(source("period=2026-q3"), "moments")

    assert block.sentence == "Most often: Back from hospital, in 30 sessions. This is of the numbers that are shown."


@pytest.mark.parametrize(
    ("offers", "sentence"),
    [
        (3, "How many offers there were is hidden: the number is small, or would give a small one away."),
        (0, "No offers were written down."),
        (31, "Of 30 offers, 30 were taken up."),
    ],
)
def test_the_headline_never_says_a_small_number(source, site, offers, sentence):
    had(site, times=offers)

    assert sentences.headline(source("period=2026-q3")) == sentence


def test_a_year_of_one_site_is_cut_into_quarters_and_a_quarter_of_all_into_months(source, site):
    had(site, times=31)

    year, _block = by_label(source(f"period=2025&site={site.pk}"), "over-time")
    quarter, _block = by_label(source("period=2026-q3"), "over-time")

    assert list(year) == ["January to March 2025", "April to June 2025", "July to September 2025", "October to December 2025"]
    assert quarter == {"July 2026": (0, 0), "August 2026": (30, 30), "September 2026": (0, 0)}


def test_programme_wide_figures_are_of_all_services_and_name_none(source, client, editor, site):
    had(site, times=31)
    elsewhere = SiteFactory(organisation=OrganisationFactory(name="Elsewhere Project"), name="Elsewhere van")
    had(elsewhere, times=20)
    had(SiteFactory(), times=2)

    found = source("period=2026-q3", user=editor)
    client.force_login(editor)
    text = client.get("/sessions/summary/?period=2026-q3").text

    assert sentences.headline(found) == "Of 50 offers, 50 were taken up."
    assert found.left_out == 1
    assert "What 1 service hides is not counted in" in text
    assert "Elsewhere" not in text
    assert "Harbour" not in text


@pytest.mark.parametrize("outcome", ["held", "cut_short", "declined", "did_not_attend"])
def test_pages_of_a_few_offers_look_the_same_whatever_came_of_them(source, site, release, outcome):
    """Every part that is hidden on one page and 0 on another would say what became of them."""
    had(site, outcome, times=3)
    found = source("period=2026-q3")

    shown = {
        (block.name, row.code, value)
        for block in blocks_of(found)
        for row in block.all_rows
        for value in row.values
        if block.name not in ("training", "sites", "settings", "over-time") and row.code != "not_offered"
    }
    apart = {code for _name, code, value in shown if value not in (Mark.HIDDEN, None)}

    # Why nothing was offered is said apart: it is no part of the offers.
    assert apart == {row.code for block in blocks_of(found) if block.name == "reasons" for row in block.all_rows}
    assert {sentence for sentence in (block.sentence for block in blocks_of(found)) if sentence.startswith(("No ", "Nobody wrote"))} == set()
    assert found.sessions("reason_not_offered", None) == 0


def test_a_large_number_that_is_hidden_is_not_called_small_nor_a_hidden_place_one_that_delivers(source, site):
    other = SiteFactory(organisation=site.organisation)
    had(site, "held", times=300)
    had(other, "declined", times=3)

    assert "few" not in sentences.headline(source(f"period=2026-q3&site={site.pk}"))
    assert outcomes._delivering(source("period=2026-q3")) == "This service delivered, at 1 site at least."
    assert outcomes._delivering(source(f"period=2026-q3&site={other.pk}")) == "The number of sessions is hidden, so this is not said here."


def test_a_month_that_is_hidden_is_not_taken_for_one_without_offers(source, site):
    had(site, times=3)

    _rows, block = by_label(source("period=2026-q3"), "over-time")

    assert block.sentence == "Too much is hidden to say when there were most."


def test_where_offers_are_hidden_the_headline_still_says_how_many_were_taken_up(source, site):
    had(site, "held", times=31)
    had(site, "declined", times=12)
    found = source("period=2026-q3")
    found.measures["outcome"][OFFERS] = Figure(Mark.HIDDEN, Mark.HIDDEN)

    assert sentences.headline(found) == "30 sessions were taken up. How many offers there were is hidden."


@pytest.mark.parametrize(("offers", "shown"), [(30, Mark.HIDDEN), (35, 35), (40, 40), (Mark.HIDDEN, Mark.HIDDEN)])
def test_programme_wide_fewer_offers_than_were_taken_up_are_never_said(offers, shown):
    """Of one service offers are hidden, of another they are not: their sum is of fewer services than the sum of what was taken up."""
    month = datetime.date(2026, 7, 1)
    both = {OFFERS: offers, TAKEN_UP: 35}
    figures = {"outcome": {code: Figure(count) for code, count in both.items()}}
    found = Shared(figures, by_setting={"van": {**both}}, over_time={month: {**both}})

    hide_what_contradicts(found)

    assert found.figures["outcome"][OFFERS].sessions == found.by_setting["van"][OFFERS] == found.over_time[month][OFFERS] == shown
    assert found.figures["outcome"][TAKEN_UP].sessions == 35


def test_programme_wide_no_threshold_is_named_since_each_service_has_its_own(client, editor, site):
    SummaryRules.objects.create(organisation=site.organisation, hide_below=20)
    had(site, times=31)
    had(SiteFactory(), times=9)
    count_now()
    client.force_login(editor)

    text = client.get("/sessions/summary/?period=2026-q3").text

    assert "Of 40 offers" in text
    assert "Numbers under" not in text
    assert "Fewer than" not in text
    assert "Each service hides its small numbers before they are added up" in text


def test_many_cards_that_are_hidden_stand_in_one_line_and_in_files_each_by_itself(client, coordinator, site):
    sessions = CardSessionFactory.create_batch(31, site=site, held_on=AUGUST)
    cards = [CardVersionFactory(slug=f"card-{number}", text__title=f"Card {number}") for number in range(6)]
    ReleaseFactory(versions=cards)
    for session, card in zip(sessions, cards, strict=False):
        CardShownFactory(session=session, card_version=card)
    count_now()
    client.force_login(coordinator)

    page = client.get("/sessions/summary/?view=share&period=2026-q3")

    [block] = [block for column in page.context["columns"] for block in column if block.name == "cards"]
    assert [row.label for row in block.withheld] == [f"Card {number}" for number in range(6)]
    assert "6 are hidden." in page.text
    assert [row.values for row in block.all_rows] == [(Mark.HIDDEN,)] * 6
    assert block.table_rows == ()


def test_months_stay_in_their_place_however_many_are_hidden(source, site):
    had(site, times=31)

    _rows, block = by_label(source("period=2025"), "over-time")
    hidden = dataclasses.replace(block, rows=tuple(dataclasses.replace(row, values=(Mark.HIDDEN, Mark.HIDDEN)) for row in block.rows))

    assert hidden.withheld == ()
    assert hidden.table_rows == hidden.rows
