"""Many who record at the same moment, over real connections: nobody waits for another's tally, and everything is counted, once."""

import contextlib
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from sessions.counting.figures import Figure, by_setting, by_site, figures, over_time, year_grid
from sessions.models import CardSession, Tally, Uncounted
from sessions.periods import Span
from tests.factories import AreaDiscussedFactory, CardSessionFactory, OrganisationFactory, ResourceGivenFactory, SiteFactory
from tests.sessions.counting.counts import require_true, run

pytestmark = pytest.mark.django_db(transaction=True)

DAY = date(2026, 2, 3)
FEBRUARY = Span(date(2026, 2, 1), date(2026, 2, 28))


@contextlib.contextmanager
def somebody_counting(organisation):
    """Another transaction, which is counting sessions of this organisation, and does not end."""
    other = connections.create_connection("default")
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT care_sessions_wait_to_count(%s)", [organisation.pk])
        yield
    finally:
        other.rollback()
        other.close()


def all_at_once(works):
    """Do each of these in a thread and a connection of its own, beginning together."""
    start = Barrier(len(works))

    def do(work):
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '120s'")
            start.wait()
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(do, works))


def test_session_stored_while_another_is_counted_is_in_the_figures_at_once(site):
    with somebody_counting(site.organisation):
        ResourceGivenFactory(session=CardSessionFactory(site=site, held_on=DAY, resources_recorded=True), quantity=7)
        ResourceGivenFactory(session=CardSessionFactory(site=site, held_on=DAY, resources_recorded=True), quantity=1)

        assert not Tally.objects.exists()
        assert Uncounted.objects.count() == 2
        assert figures(FEBRUARY, organisation=site.organisation)["resource_given"] == {"water_ampoules": Figure(2, 8)}
        assert by_site(FEBRUARY, organisation=site.organisation) == {site.pk: {"held": Figure(2, 0)}}
        assert by_setting(FEBRUARY, organisation=site.organisation, site=site) == {"van": {"held": Figure(2, 0)}}
        assert over_time(FEBRUARY, by="month", organisation=site.organisation) == {date(2026, 2, 1): {"held": 2}}
        grid = year_grid(2026, organisation=site.organisation)["outcome"]["held"]
        assert (grid.months[1], grid.sites[site.pk][0], grid.settings["van"][0]) == (Figure(2, 0),) * 3


def test_sessions_are_counted_some_at_a_time_and_are_in_the_figures_before(site):
    run("SELECT set_config('vein_care.count_every', '', false)")
    try:
        for number in range(1, 20):
            last = CardSessionFactory(site=site, held_on=DAY)
            assert figures(FEBRUARY, organisation=site.organisation)["outcome"] == {"held": Figure(number, 0)}
        assert Uncounted.objects.count() == last.pk % 8
        CardSession.objects.filter(pk=last.pk).update(voided_at=timezone.now(), voided_reason="twice")
        assert not Uncounted.objects.exists()
    finally:
        run("SELECT set_config('vein_care.count_every', '1', false)")
    require_true()


def test_whoever_is_counted_next_takes_along_what_waits(site):
    with somebody_counting(site.organisation):
        waits = CardSessionFactory(site=site)
        AreaDiscussedFactory(session=CardSessionFactory(site=site, areas_recorded=True))
        CardSession.objects.filter(pk=waits.pk).update(voided_at=timezone.now(), voided_reason="twice")

    CardSessionFactory(site=site)

    assert not Uncounted.objects.exists()
    assert Tally.objects.get(grain="month", measure="outcome").sessions == 2
    require_true()


def test_void_is_seen_in_the_figures_though_it_is_not_counted_yet(site):
    stays, goes = (CardSessionFactory(site=site, held_on=DAY) for _time in range(2))

    with somebody_counting(site.organisation):
        CardSession.objects.filter(pk=goes.pk).update(voided_at=timezone.now(), voided_reason="twice")

        assert Tally.objects.get(grain="day", measure="outcome").sessions == 2
        assert figures(FEBRUARY, organisation=site.organisation)["outcome"] == {"held": Figure(1, 0)}
    assert stays.pk


def test_another_organisation_is_counted_meanwhile(site):
    with somebody_counting(site.organisation):
        CardSessionFactory()

        assert not Uncounted.objects.exists()


def test_many_who_record_at_one_site_are_all_counted(site):
    def record():
        for _time in range(15):
            with transaction.atomic():
                AreaDiscussedFactory(session=CardSessionFactory(site=site, areas_recorded=True, held_on=DAY))

    all_at_once([record] * 8)

    assert figures(FEBRUARY, organisation=site.organisation)["outcome"] == {"held": Figure(120, 0)}
    run("SELECT care_sessions_count(%s, 1000)", [site.organisation_id])
    require_true()


def test_transactions_of_many_sessions_in_any_order_do_not_stand_in_each_others_way():
    sites = [SiteFactory(organisation=organisation) for organisation in [OrganisationFactory(), OrganisationFactory()] for _time in range(2)]

    def record(order):
        for _time in range(5):
            with transaction.atomic():
                made = [CardSessionFactory(site=site, held_on=DAY) for site in order for _time in range(3)]
                CardSession.objects.filter(pk=made[0].pk).update(voided_at=timezone.now(), voided_reason="twice")

    all_at_once([lambda order=order: record(order) for order in [sites, sites[::-1], sites[2:] + sites[:2], sites[1::-1]]])

    for organisation in {site.organisation_id for site in sites}:
        run("SELECT care_sessions_count(%s, 1000)", [organisation])
    assert not Uncounted.objects.exists()
    require_true()
