"""What the address of a summary asks for, right or wrong."""

import datetime

import pytest
from django.http import QueryDict

from sessions.periods import Span
from sessions.summaries.filters import INSIDE, SHARE, SummaryFilter
from tests.factories import SiteFactory

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2026, 11, 22)
USUAL = Span(datetime.date(2026, 7, 1), TODAY)


@pytest.fixture
def read(coordinator, site):
    def read(query="", *, user=coordinator):
        return SummaryFilter(QueryDict(query), user=user, today=TODAY)

    return read


def span(first, last):
    return Span(datetime.date.fromisoformat(first), datetime.date.fromisoformat(last))


def test_nothing_asked_for_is_the_view_inside_from_the_last_full_quarter_on(read):
    form = read()

    assert form.is_valid()
    assert (form.chosen.view, form.chosen.span, form.chosen.by) == (INSIDE, USUAL, "week")
    assert form.chosen.in_words == "1 July to 22 November 2026, so far, all sites and settings"
    assert 'value="2026-07-01"' in str(form["from"])


def test_what_was_chosen_says_itself_in_an_address_that_is_read_the_same(read, site):
    chosen = read(f"from=2026-04-01&to=2026-06-30&by=month&site={site.pk}&setting=van").chosen

    assert chosen.in_words == "1 April to 30 June 2026, Harbour van, only: Van"
    assert read(chosen.query).chosen == chosen


def test_a_period_to_share_says_itself_in_an_address_too(read, site):
    chosen = read(f"view=share&period=2026-q2&site={site.pk}").chosen

    assert (chosen.view, chosen.span, chosen.by) == (SHARE, span("2026-04-01", "2026-06-30"), "month")
    assert chosen.in_words == "April to June 2026, Harbour van"
    assert read(chosen.query).chosen == chosen


def test_long_spans_are_cut_in_months_unless_weeks_are_asked_for(read):
    assert read("from=2025-11-01").chosen.by == "month"
    assert read("from=2025-11-01&by=week").chosen.by == "week"


@pytest.mark.parametrize(
    ("query", "field", "sentence", "shown"),
    [
        ("from=2026-13-40", "from", "Enter a day such as 2026-11-22.", USUAL),
        ("from=0001-01-01", "from", "Choose a day from 1 January 2020 on.", USUAL),
        ("to=9999-12-31", "to", "Choose a day up to 31 December 2026.", USUAL),
        ("from=9999-12-31", "from", "Choose a day up to 31 December 2026.", USUAL),
        ("to=0001-01-01", "to", "Choose a day from 1 January 2020 on.", USUAL),
        ("from=2026-09-01&to=2026-08-01", "to", "The last day is before the first.", span("2026-09-01", "2026-11-22")),
        ("from=nonsense&to=2025-02-10", "from", "Enter a day such as", span("2025-01-01", "2025-02-10")),
        ("from=2026-01-01&from=2026-02-01", "from", "This is in the address more than once.", USUAL),
        ("from=%00", "from", "Enter a day such as", USUAL),
        ("site=0", "site", "There is no such site here.", USUAL),
        ("site=1;DROP TABLE x", "site", "There is no such site here.", USUAL),
        ("site=' OR 1=1 --", "site", "There is no such site here.", USUAL),
        ("site=99999999999999999999999", "site", "There is no such site here.", USUAL),
        (f"site={'x' * 3000}", "site", "There is no such site here.", USUAL),
        ("setting=moon", "setting", "There is no such setting.", USUAL),
        (f"setting={'van' * 1000}", "setting", "There is no such setting.", USUAL),
        ("by=hour", "by", "Choose weeks or months.", USUAL),
        ("by=week&from=2020-01-01", "by", "Weeks are shown for two years at most.", span("2020-01-01", "2026-11-22")),
        ("view=secret", "view", "There are two views", USUAL),
        ("view=share&period=2026-q4", "period", "a year or a quarter that is over, or a month of such a quarter.", span("2026-07-01", "2026-09-30")),
        ("view=share&period=0001", "period", "a year or a quarter that is over, or a month of such a quarter.", span("2026-07-01", "2026-09-30")),
        ("view=share&period=2025&period=2024", "period", "more than once", span("2026-07-01", "2026-09-30")),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_the_rest_is_shown(read, query, field, sentence, shown):
    form = read(query)

    assert list(form.errors) == [field]
    assert sentence in form.errors[field][0]
    assert (form.chosen.span, form.chosen.site, form.chosen.setting) == (shown, None, None)


def test_nothing_else_is_lost_when_one_field_is_wrong(read, site):
    form = read(f"from=never&to=2026-10-31&site={site.pk}&setting=van&by=month")

    assert (form.chosen.site, form.chosen.setting.code, form.chosen.by) == (site, "van", "month")
    assert 'value="never"' in str(form["from"])
    assert 'value="2026-10-31"' in str(form["to"])


def test_the_end_alone_begins_with_its_quarter_when_that_is_long_ago(read):
    form = read("to=2025-02-10")

    assert form.is_valid()
    assert form.chosen.span == span("2025-01-01", "2025-02-10")


def test_another_services_site_is_as_unknown_as_none(read):
    elsewhere = SiteFactory(name="Elsewhere van")

    form = read(f"site={elsewhere.pk}")

    assert form.errors == read("site=0").errors
    assert "Elsewhere van" not in str(form["site"])


def test_a_closed_site_can_be_looked_at(read, site):
    site.is_active = False
    site.save()

    form = read(f"site={site.pk}")

    assert form.chosen.site == site
    assert "Harbour van (closed)" in str(form["site"])


def test_site_and_setting_together_are_not_shared(read, site):
    form = read(f"view=share&site={site.pk}&setting=van")

    assert list(form.errors) == ["setting"]
    assert (form.chosen.site, form.chosen.setting) == (site, None)


def test_one_month_is_shared_for_the_whole_service_only(read, site):
    form = read(f"view=share&period=2026-08&site={site.pk}")

    assert list(form.errors) == ["site"]
    assert form.chosen.in_words == "August 2026, all sites and settings"


def test_programme_wide_there_is_only_the_view_to_share_by_quarter_and_year(read, editor, site):
    form = read(f"view=inside&from=2026-01-05&site={site.pk}&setting=van", user=editor)

    assert form.is_valid()
    assert (form.chosen.view, form.chosen.organisation, form.chosen.site, form.chosen.setting.code) == (SHARE, None, None, "van")
    assert form.chosen.in_words == "July to September 2026, all services, only: Van"
    assert list(read("view=share&period=2026-08", user=editor).errors) == ["period"]


@pytest.mark.parametrize(
    ("query", "period"),
    [
        ("", "2026-q3"),
        ("from=2026-07-01&to=2026-09-30", "2026-q3"),
        ("from=2025-01-01&to=2025-12-31", "2025"),
        ("from=2026-08-01&to=2026-08-31", "2026-08"),
        ("from=2026-10-01&to=2026-12-31", "2026-q3"),
        ("from=2020-01-01&to=2020-01-02", "2026-q3"),
    ],
)
def test_the_view_to_share_begins_with_the_nearest_period_that_is_over(read, query, period):
    shared = read(query).chosen.to_share()

    assert shared.period.code == period
    assert read(shared.query).chosen == shared


def test_from_the_view_to_share_back_to_the_same_days_inside(read, site):
    shared = read(f"view=share&period=2026-q2&site={site.pk}").chosen

    assert shared.inside().in_words == "1 April to 30 June 2026, Harbour van"


def test_what_ended_yesterday_may_go_on_elsewhere_and_is_shared_a_day_later(coordinator):
    def shared_on(day):
        return SummaryFilter(QueryDict("view=share"), user=coordinator, today=datetime.date(2026, 10, day)).chosen.period.code

    assert (shared_on(1), shared_on(2)) == ("2026-q2", "2026-q3")


def test_a_month_is_shared_once_its_quarter_is_over(read):
    assert list(read("view=share&period=2026-10").errors) == ["period"]
    assert read("view=share&period=2026-09").chosen.period.code == "2026-09"
