"""Figures to share, from sessions that were stored: worked out once a day, read by period, site and setting."""

import datetime
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.core.management import call_command
from django.db import connection

from sessions import shared_figures
from sessions.marks import Mark
from sessions.models import CardSession, SharedFigures
from sessions.periods import MONTH, QUARTER, YEAR, Period
from sessions.shared_figures import shared
from sessions.working_out import worked_out
from tests.factories import CardSessionFactory, OrganisationFactory, PersonFeedbackFactory, SiteFactory, SummaryRulesFactory
from tests.sessions.counting.counts import count_now

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 21)
JULY, THIRD_QUARTER, LAST_YEAR = Period(MONTH, 2026, 7), Period(QUARTER, 2026, 3), Period(YEAR, 2025)
HIDDEN = Mark.HIDDEN


def store(site, count, day, **said):
    """As many sessions of one day that say the same."""
    made = [CardSessionFactory.build(site=site, organisation=site.organisation, held_on=day, **said) for _ in range(count)]
    CardSession.objects.bulk_create(made)
    count_now()


def outcome(found, code):
    return found.figures["outcome"].get(code).sessions


def test_month_shows_rounded_numbers_hides_small_ones_and_shows_zero(site):
    store(site, 41, date(2026, 7, 6))
    store(site, 12, date(2026, 7, 7), outcome="declined")
    store(site, 3, date(2026, 7, 8), outcome="not_offered")

    found = shared(JULY, organisation=site.organisation, today=TODAY)

    assert {code: outcome(found, code) for code in ("offers", "taken_up", "held", "declined", "did_not_attend", "not_offered")} == {
        "offers": 55,
        "taken_up": 40,
        "held": 40,
        "declined": 10,
        "did_not_attend": 0,
        "not_offered": HIDDEN,
    }
    assert (found.worked_out_on, found.hide_below, found.left_out) == (TODAY, 8, 0)


def test_quarter_is_shown_by_site_and_by_setting_and_over_its_months(site):
    other = SiteFactory(organisation=site.organisation)
    store(site, 30, date(2026, 7, 6))
    store(other, 20, date(2026, 9, 6), setting_id="hostel")

    found = shared(THIRD_QUARTER, organisation=site.organisation, today=TODAY)

    assert {key: codes["held"] for key, codes in found.by_site.items()} == {site.pk: 30, other.pk: 20}
    assert {key: codes["held"] for key, codes in found.by_setting.items()} == {"van": 30, "hostel": 20}
    assert {first: codes["offers"] for first, codes in found.over_time.items()} == {date(2026, 7, 1): 30, date(2026, 8, 1): 0, date(2026, 9, 1): 20}
    assert outcome(shared(THIRD_QUARTER, organisation=site.organisation, site=other, today=TODAY), "held") == 20
    assert outcome(shared(THIRD_QUARTER, organisation=site.organisation, setting="van", today=TODAY), "held") == 30


def test_year_of_one_site_is_shown_over_its_quarters(site):
    store(site, 30, date(2025, 2, 6))
    store(site, 10, date(2025, 12, 6))

    found = shared(LAST_YEAR, organisation=site.organisation, site=site, today=TODAY)

    assert found.cut == QUARTER
    assert [(first.month, codes["taken_up"]) for first, codes in found.over_time.items()] == [(1, 30), (4, 0), (7, 0), (10, 10)]
    assert found.by_site == found.by_setting == {}


def test_what_was_not_recorded_keeps_its_own_row(site):
    store(site, 20, date(2026, 7, 6))

    found = shared(JULY, organisation=site.organisation, today=TODAY)

    assert {measure: found.figures[measure].get(None).sessions for measure in ("area", "resource_given", "signpost", "length")} == {
        "area": 20,
        "resource_given": 20,
        "signpost": 20,
        "length": 20,
    }


def test_nothing_is_said_about_the_parts_of_a_small_number(site):
    store(site, 3, date(2026, 7, 6))

    found = shared(JULY, organisation=site.organisation, today=TODAY)

    assert outcome(found, "offers") is HIDDEN
    assert found.figures["moment"].get("routine_visit").sessions is HIDDEN
    assert outcome(found, "declined") is HIDDEN
    assert outcome(found, "not_offered") == 0
    assert found.over_time[date(2026, 7, 1)]["declined"] is HIDDEN


@pytest.mark.parametrize(
    "period", [Period(MONTH, 2026, 11), Period(MONTH, 2026, 10), Period(QUARTER, 2026, 4), Period(YEAR, 2026), Period(MONTH, 2027, 1)]
)
def test_period_that_is_not_over_has_nothing_in_it(site, period):
    store(site, 30, date(2026, 11, 6))

    found = shared(period, organisation=site.organisation, today=TODAY)

    assert (found.figures, found.by_site, found.over_time) == ({}, {}, {})


def test_months_are_shared_once_their_quarter_is_over_everywhere(site):
    store(site, 30, date(2026, 7, 6))

    assert shared(JULY, organisation=site.organisation, today=date(2026, 10, 1)).figures == {}
    assert outcome(shared(JULY, organisation=site.organisation, today=date(2026, 10, 2)), "held") == 30


@pytest.mark.parametrize(
    ("period", "chosen"), [(JULY, {"site": 1}), (JULY, {"setting": "van"}), (LAST_YEAR, {"site": 1, "setting": "van"})]
)
def test_finer_cuts_than_the_grid_has_are_refused(site, period, chosen):
    with pytest.raises(ValueError, match="at most"):
        shared(period, organisation=site.organisation, today=TODAY, **chosen)


def test_site_of_another_organisation_has_nothing(site):
    store(site, 30, date(2026, 7, 6))
    elsewhere = SiteFactory()

    found = shared(THIRD_QUARTER, organisation=elsewhere.organisation, site=site, today=TODAY)

    assert found.figures == {}


def test_same_day_gives_the_same_answer_and_the_next_day_the_new_one(site):
    store(site, 30, date(2026, 7, 6))
    assert outcome(shared(JULY, organisation=site.organisation, today=TODAY), "held") == 30
    store(site, 30, date(2026, 7, 7))

    assert outcome(shared(JULY, organisation=site.organisation, today=TODAY), "held") == 30
    assert outcome(shared(JULY, organisation=site.organisation, today=TODAY + datetime.timedelta(days=1)), "held") == 60


def test_changed_rule_holds_at_once(site):
    store(site, 30, date(2026, 7, 6))
    shared(JULY, organisation=site.organisation, today=TODAY)
    SummaryRulesFactory(organisation=site.organisation, hide_below=50)

    found = shared(JULY, organisation=site.organisation, today=TODAY)

    assert (outcome(found, "held"), found.hide_below) == (HIDDEN, 50)


def test_unchanged_figures_are_not_worked_out_again(site, django_assert_num_queries):
    store(site, 30, date(2026, 7, 6))
    shared(JULY, organisation=site.organisation, today=TODAY)
    before = SharedFigures.objects.get()

    shared(JULY, organisation=site.organisation, today=TODAY + datetime.timedelta(days=1))

    after = SharedFigures.objects.get()
    assert (after.digest, after.worked_out_on) == (before.digest, TODAY + datetime.timedelta(days=1))


@pytest.mark.parametrize("sites", [1, 3])
def test_reading_takes_two_statements_however_much_there_is(site, sites, django_assert_num_queries):
    for each in [site, *(SiteFactory(organisation=site.organisation) for _ in range(sites - 1))]:
        store(each, 30, date(2026, 7, 6))
    shared(THIRD_QUARTER, organisation=site.organisation, today=TODAY)

    with django_assert_num_queries(2):
        shared(THIRD_QUARTER, organisation=site.organisation, today=TODAY)


# All organisations


def test_programme_adds_up_what_each_service_would_show(site):
    small, large = SiteFactory(), SiteFactory()
    store(site, 30, date(2026, 7, 6))
    store(large, 22, date(2026, 7, 6))
    store(small, 3, date(2026, 7, 6))

    found = shared(THIRD_QUARTER, today=TODAY)

    assert (outcome(found, "held"), found.left_out) == (50, 1)
    assert found.by_setting["van"]["offers"] == 50
    assert found.by_site == {}
    assert outcome(shared(THIRD_QUARTER, setting="van", today=TODAY), "held") == 50


def test_programme_hides_what_every_service_hides(site):
    store(site, 3, date(2026, 7, 6))
    store(SiteFactory(), 5, date(2026, 7, 6))

    found = shared(THIRD_QUARTER, today=TODAY)

    assert (outcome(found, "held"), found.left_out) == (HIDDEN, 2)


def test_programme_reads_what_was_worked_out_before(site, django_assert_num_queries):
    OrganisationFactory()
    store(site, 30, date(2026, 7, 6))
    shared(THIRD_QUARTER, today=TODAY)

    with django_assert_num_queries(4):
        found = shared(THIRD_QUARTER, today=TODAY + datetime.timedelta(days=1))

    assert (outcome(found, "held"), found.worked_out_on) == (30, TODAY)


def test_programme_hides_at_once_what_a_service_no_longer_shows(site):
    store(site, 12, date(2026, 7, 6))
    shared(THIRD_QUARTER, today=TODAY)
    SummaryRulesFactory(organisation=site.organisation, hide_below=20)

    found = shared(THIRD_QUARTER, today=TODAY)

    assert (outcome(found, "held"), found.left_out) == (HIDDEN, 1)


# What people say


def test_feedback_is_shown_by_the_same_rules(site):
    for answer, count in (("yes", 21), ("a_bit", 9), ("no", 8)):
        PersonFeedbackFactory(site=site, month=date(2026, 7, 1), answer=answer, count=count)

    found = shared(THIRD_QUARTER, organisation=site.organisation, today=TODAY)

    assert {code: figure.sessions for code, figure in found.figures["feedback"].items()} == {"yes": 20, "a_bit": 10, "no": 10, "answers": 40}
    assert shared(THIRD_QUARTER, organisation=site.organisation, site=site, today=TODAY).figures["feedback"].get("yes").sessions == 20


def test_feedback_of_fewer_than_eight_is_hidden_whole(site):
    PersonFeedbackFactory(site=site, month=date(2026, 7, 1), answer="yes", count=7)

    found = shared(JULY, organisation=site.organisation, today=TODAY)

    assert {found.figures["feedback"].get(code).sessions for code in ("yes", "a_bit", "no", "answers")} == {HIDDEN}


# Working out


def test_timer_works_out_this_year_and_the_last_of_every_organisation(site, capsys):
    OrganisationFactory()

    call_command("work_out_figures")
    call_command("work_out_figures")

    assert SharedFigures.objects.count() == 4
    assert "4 years of figures" in capsys.readouterr().out


def test_log_says_how_many_hidden_figures_have_no_proof_and_no_figure(site, caplog):
    caplog.set_level("INFO", logger="sessions.working_out")

    worked_out(site.organisation_id, 2025, today=TODAY)

    said = f"Figures to share of organisation {site.organisation_id} in 2025 worked out; hidden without a proof: 0"
    assert [record.getMessage() for record in caplog.records] == [said]


@pytest.mark.django_db(transaction=True)
def test_two_at_once_get_one_result():
    site = SiteFactory()
    store(site, 30, date(2026, 7, 6))

    def ask(_nth):
        try:
            return outcome(shared(JULY, organisation=site.organisation_id, today=TODAY), "held")
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(ask, range(4)))

    assert answers == [30] * 4
    assert SharedFigures.objects.count() == 1


def test_sum_of_parts_that_are_hidden_is_hidden_only_where_nothing_is_shown():
    assert [shared_figures.plus(*pair) for pair in [(0, 0), (0, HIDDEN), (HIDDEN, HIDDEN), (10, HIDDEN), (10, 5)]] == [0, HIDDEN, HIDDEN, 10, 15]
