"""What may be read of the counters: never fewer than eight answers, also by setting totals against each other."""

import datetime
import itertools
import random

import pytest

from sessions.feedback.reading import SHOWN_FROM, begun_on, end_of, feedback_figures
from sessions.periods import Span
from tests.factories import PersonFeedbackFactory, SiteFactory

pytestmark = pytest.mark.django_db


YEAR = Span(datetime.date(2025, 1, 1), datetime.date(2025, 12, 31))


def month(number):
    return datetime.date(2025, number, 1)


def answers(site, number, **counts):
    for answer, count in counts.items():
        PersonFeedbackFactory(site=site, month=month(number), answer=answer, count=count)


def test_seven_are_not_shown_and_eight_are_with_a_zero_for_what_nobody_said(site):
    answers(site, 1, yes=3, no=4)
    assert feedback_figures(YEAR, organisation=site.organisation) is None

    answers(site, 2, no=1)

    assert feedback_figures(YEAR, organisation=site.organisation, site=site) == {"yes": 3, "a_bit": 0, "no": 5}


def test_few_answers_wait_for_later_months(site):
    answers(site, 1, yes=3)
    answers(site, 2, yes=9)
    answers(site, 3, no=2)

    assert feedback_figures(Span(month(1), end_of(month(3))), organisation=site.organisation) == {"yes": 12, "a_bit": 0, "no": 0}
    assert feedback_figures(Span(month(2), end_of(month(3))), organisation=site.organisation) is None
    assert feedback_figures(Span(month(1), datetime.date(2025, 2, 27)), organisation=site.organisation) is None


def test_month_that_is_not_over_waits(site):
    today = datetime.date.today()
    PersonFeedbackFactory(site=site, month=today.replace(day=1), count=20)

    assert feedback_figures(Span(month(1), today), organisation=site.organisation) is None
    assert begun_on(datetime.date(2026, 3, 1)) == datetime.date(2026, 2, 1)
    assert begun_on(datetime.date(2026, 3, 2)) == datetime.date(2026, 3, 1)


def test_answers_of_another_organisation_are_not_among_them(site):
    other = SiteFactory()
    answers(other, 1, yes=20)

    assert feedback_figures(YEAR, organisation=site.organisation) is None
    assert feedback_figures(YEAR, organisation=site.organisation, site=other) is None


def test_no_two_totals_of_any_spans_and_sites_differ_by_fewer_than_eight_answers(organisation):
    chance = random.Random(7)
    sites = [SiteFactory(organisation=organisation) for _site in range(2)]
    for site, number in itertools.product(sites, range(1, 9)):
        answers(site, number, yes=chance.randint(1, 6), no=chance.randint(1, 3))
    spans = [Span(month(first), end_of(month(last))) for first, last in itertools.combinations_with_replacement(range(1, 9), 2)]
    totals = {
        sum((feedback_figures(span, organisation=organisation, site=site) or {}).values()) for span in spans for site in [None, *sites]
    }

    assert len(totals) > 10
    nested = [
        (feedback_figures(outer, organisation=organisation, site=site), feedback_figures(inner, organisation=organisation, site=site))
        for site in [None, *sites]
        for outer, inner in itertools.product(spans, repeat=2)
        if outer.first <= inner.first and inner.last <= outer.last
    ]
    left = {sum((outer or {}).values()) - sum((inner or {}).values()) for outer, inner in nested}
    assert not [count for count in left if 0 < count < SHOWN_FROM]


@pytest.mark.parametrize("sites", [1, 3])
def test_figures_take_one_statement(organisation, sites, django_assert_num_queries):
    for site in [SiteFactory(organisation=organisation) for _site in range(sites)]:
        answers(site, 1, yes=8)

    with django_assert_num_queries(1):
        assert feedback_figures(YEAR, organisation=organisation)["yes"] == 8 * sites
