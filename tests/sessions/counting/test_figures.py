"""Reading the tallies: any span, one statement."""

import datetime
from datetime import date

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sessions.counting.figures import (
    Figure,
    by_setting,
    by_site,
    by_site_and_by_setting,
    figures,
    organisations_taking_up,
    over_time,
    parts,
    year_grid,
)
from sessions.models import CardSession, SummaryRules, Tally
from sessions.periods import Span
from tests.factories import CardSessionFactory, ResourceGivenFactory, SiteFactory, SummaryRulesFactory, TallyFactory
from tests.sessions.counting.counts import count_now

pytestmark = pytest.mark.django_db

ONE = Figure(1, 0)


def held(site, *days, outcome="held", setting="van"):
    for day in days:
        CardSessionFactory(site=site, held_on=day, outcome=outcome, setting_id=setting)
    count_now()


def outcomes(span, somewhere, **chosen):
    return figures(span, organisation=somewhere.organisation, **chosen).get("outcome", {})


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2026-01-01", "2026-03-31", ["+ months 2026-01-01 2026-03-01"]),
        ("2026-01-02", "2026-03-30", ["+ months 2026-01-01 2026-03-01", "- days 2026-01-01 2026-01-01", "- days 2026-03-31 2026-03-31"]),
        ("2026-01-30", "2026-03-03", ["+ months 2026-02-01 2026-02-01", "+ days 2026-01-30 2026-01-31", "+ days 2026-03-01 2026-03-03"]),
        ("2026-02-01", "2026-02-28", ["+ months 2026-02-01 2026-02-01"]),
        ("2026-02-03", "2026-02-26", ["+ months 2026-02-01 2026-02-01", "- days 2026-02-01 2026-02-02", "- days 2026-02-27 2026-02-28"]),
        ("2026-02-03", "2026-02-05", ["+ days 2026-02-03 2026-02-05"]),
        ("2026-01-31", "2026-02-01", ["+ days 2026-01-31 2026-01-31", "+ days 2026-02-01 2026-02-01"]),
        ("2025-12-31", "2026-01-31", ["+ months 2026-01-01 2026-01-01", "+ days 2025-12-31 2025-12-31"]),
    ],
)
def test_span_is_read_in_months_and_the_fewest_days_to_add_or_take_away(first, last, expected):
    found = parts(Span(date.fromisoformat(first), date.fromisoformat(last)))

    assert [f"{part.sign} {part.grain} {part.first} {part.last}" for part in found] == expected


@pytest.mark.parametrize(("first", "last"), [("2026-02-02", "2026-02-01"), ("0001-01-01", "2026-02-01"), ("2026-02-01", "9999-12-31")])
def test_span_that_cannot_be_is_refused(first, last):
    with pytest.raises(ValueError, match="There is no span"):
        parts(Span(date.fromisoformat(first), date.fromisoformat(last)))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dates(date(2025, 11, 1), date(2026, 3, 15)), st.integers(0, 120))
def test_any_span_finds_what_its_days_hold(site, first, length):
    days = [date(2025, 10, 31) + datetime.timedelta(days=7 * week) for week in range(25)]
    if not Tally.objects.exists():
        held(site, *days)
    span = Span(first, first + datetime.timedelta(days=length))

    within = sum(span.first <= day <= span.last for day in days)
    assert outcomes(span, site) == ({"held": Figure(within, 0)} if within else {})
    assert sum(each.get("held", 0) for each in over_time(span, organisation=site.organisation).values()) == within
    assert sum(each.get("held", 0) for each in over_time(span, by="month", organisation=site.organisation).values()) == within
    assert by_site(span, organisation=site.organisation) == ({site.pk: {"held": Figure(within, 0)}} if within else {})


def test_figures_are_of_one_organisation_and_what_was_chosen_of_it(site):
    other = SiteFactory(organisation=site.organisation)
    held(site, date(2026, 2, 3), setting="van")
    held(site, date(2026, 2, 3), setting="hostel")
    held(other, date(2026, 2, 3), setting="hostel")
    held(SiteFactory(), date(2026, 2, 3))
    february = Span(date(2026, 2, 1), date(2026, 2, 28))

    assert outcomes(february, site) == {"held": Figure(3, 0)}
    assert outcomes(february, site, site=site) == {"held": Figure(2, 0)}
    assert outcomes(february, site, setting="hostel") == {"held": Figure(2, 0)}
    assert outcomes(february, site, site=other.pk, setting="van") == {}
    assert by_site(february, organisation=site.organisation_id) == {site.pk: {"held": Figure(2, 0)}, other.pk: {"held": ONE}}
    assert by_site(february, organisation=site.organisation, setting="van") == {site.pk: {"held": ONE}}
    assert by_setting(february, organisation=site.organisation, site=site) == {"van": {"held": ONE}, "hostel": {"held": ONE}}
    together = by_site_and_by_setting(february, organisation=site.organisation)
    assert together == (by_site(february, organisation=site.organisation), by_setting(february, organisation=site.organisation))
    assert together[1] == {"van": {"held": ONE}, "hostel": {"held": Figure(2, 0)}}


def test_another_measure_can_be_asked_for_by_site(site):
    ResourceGivenFactory(session=CardSessionFactory(site=site, resources_recorded=True, held_on=date(2026, 2, 3)), quantity=5)
    count_now()
    february = Span(date(2026, 2, 1), date(2026, 2, 28))

    assert by_site(february, organisation=site.organisation, measure="resource_given") == {site.pk: {"water_ampoules": Figure(1, 5)}}


def test_weeks_begin_on_monday_and_empty_ones_are_there(site):
    held(site, date(2026, 2, 1), date(2026, 2, 2), date(2026, 2, 17))

    found = over_time(Span(date(2026, 1, 31), date(2026, 2, 17)), by="week", organisation=site.organisation)

    assert found == {date(2026, 1, 26): {"held": 1}, date(2026, 2, 2): {"held": 1}, date(2026, 2, 9): {}, date(2026, 2, 16): {"held": 1}}
    assert list(found) == sorted(found)


def test_months_count_only_days_of_the_span(site):
    held(site, date(2026, 1, 30), date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 2), outcome="declined")

    found = over_time(Span(date(2026, 1, 31), date(2026, 3, 1)), by="month", organisation=site.organisation)

    assert found == {date(2026, 1, 1): {"declined": 1}, date(2026, 2, 1): {"declined": 1}, date(2026, 3, 1): {"declined": 1}}


def test_year_grid_holds_months_and_the_quarters_of_sites_and_settings(site):
    held(site, date(2026, 1, 30), date(2026, 3, 31), date(2026, 12, 31))
    held(site, date(2026, 4, 1), setting="hostel")
    held(site, date(2025, 12, 31))

    found = year_grid(2026, organisation=site.organisation)["outcome"]["held"]

    assert [figure.sessions for figure in found.months] == [1, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1]
    assert {pk: [figure.sessions for figure in quarters] for pk, quarters in found.sites.items()} == {site.pk: [2, 1, 0, 1]}
    assert {code: [figure.sessions for figure in quarters] for code, quarters in found.settings.items()} == {
        "van": [2, 0, 0, 1],
        "hostel": [0, 1, 0, 0],
    }


@pytest.mark.parametrize("count", [1, 3])
def test_every_reading_is_one_statement(site, count, django_assert_num_queries):
    for _number in range(count):
        held(SiteFactory(organisation=site.organisation), date(2026, 2, 3), date(2026, 2, 10))
    span, organisation = Span(date(2026, 1, 5), date(2026, 4, 7)), site.organisation

    for reading in [figures, by_site, by_setting, by_site_and_by_setting, over_time]:
        with django_assert_num_queries(1):
            reading(span, organisation=organisation)
    with django_assert_num_queries(1):
        year_grid(2026, organisation=organisation)


def test_tally_of_nothing_is_not_shown(site):
    TallyFactory(site=site, sessions=0, day=date(2026, 2, 1), grain="month")

    assert figures(Span(date(2026, 2, 1), date(2026, 2, 28)), organisation=site.organisation) == {}


def test_organisation_without_rules_has_the_usual_ones(organisation):
    rules = SummaryRules.objects.of(organisation.pk)
    assert (rules.organisation_id, rules.hide_below, rules.keep_months, rules.kept_from) == (organisation.pk, 8, None, None)

    SummaryRulesFactory(organisation=organisation, hide_below=10)
    assert SummaryRules.objects.of(organisation.pk).hide_below == 10


def test_organisation_takes_part_from_its_first_session_on_counted_or_not():
    february = Span(date(2026, 2, 1), date(2026, 2, 28))
    CardSessionFactory(held_on=february.last, outcome="declined")
    CardSessionFactory(held_on=date(2026, 3, 1))
    waits = CardSessionFactory(held_on=february.first)
    setting = waits.setting_id

    assert organisations_taking_up(february) == 1
    count_now()
    assert organisations_taking_up(february) == organisations_taking_up(february, setting=setting) == 1
    assert organisations_taking_up(february, setting="prison_or_custody") == 0
    CardSession.objects.filter(pk=waits.pk).update(voided_at=timezone.now(), voided_reason="twice")
    assert organisations_taking_up(february) == 0
