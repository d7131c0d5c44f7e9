"""manage.py recount: says what differs, puts it right, and leaves nobody waiting."""

from datetime import date
from threading import Thread

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction

from sessions.counting import recount
from sessions.models import Tally, Uncounted
from tests.factories import CardSessionFactory, ResourceGivenFactory, SummaryRulesFactory, TallyFactory
from tests.sessions.counting.counts import count_now, require_true, run
from vein_care.accounts.models import AuditEvent

DAY = date(2026, 2, 3)
FEBRUARY = date(2026, 2, 1)


def full_session(site, **fields):
    with transaction.atomic():
        session = CardSessionFactory(site=site, held_on=DAY, resources_recorded=True, **fields)
        ResourceGivenFactory(session=session, quantity=10)
    return session


@pytest.fixture
def counted(site):
    """Two sessions of one day, counted."""
    for _time in range(2):
        full_session(site)
    count_now()
    return site


@pytest.mark.django_db
def test_where_all_is_right_nothing_is_said_to_differ(counted, capsys):
    call_command("recount")

    said, progress = capsys.readouterr()
    assert said == "Every tally is what the sessions say.\n"
    assert progress == "Harbour Outreach: 1 of 1 months\n"
    assert not AuditEvent.objects.filter(type="tallies.repaired").exists()


@pytest.mark.django_db
def test_what_differs_is_said_in_words_and_left_as_it_is(counted, capsys):
    Tally.objects.filter(grain="day", measure="resource_given").update(sessions=5, quantity=7)

    with pytest.raises(CommandError, match="1 tally differ from the sessions. Nothing was changed. Add --repair") as ended:
        call_command("recount")

    assert ended.value.returncode == 1
    assert capsys.readouterr().out == (
        "Harbour Outreach, February 2026: 1 tally not what the sessions say.\n"
        "  2026-02-03, Harbour van, van: resource_given water_ampoules was 5 sessions, should be 2; things given were 7, should be 20\n"
    )
    assert Tally.objects.get(grain="day", measure="resource_given").sessions == 5


@pytest.mark.django_db
@pytest.mark.parametrize("grain", ["day", "month", "whole_day", "whole_month"])
def test_tally_of_any_grain_that_is_gone_or_wrong_or_too_many_is_put_right(counted, grain, capsys):
    Tally.objects.filter(grain=grain, measure="outcome").delete()
    Tally.objects.filter(grain=grain, measure="resource_given").update(quantity=1)
    wrong = Tally.objects.filter(grain=grain, measure="length").get()
    wrong.pk, wrong.code = None, "under_5"
    wrong.save(force_insert=True)

    call_command("recount", "--repair")

    require_true()
    assert capsys.readouterr().out.splitlines()[-1] == "3 tallies put right."
    event = AuditEvent.objects.get(type="tallies.repaired")
    assert (event.organisation_id, event.details) == (counted.organisation_id, {"month": "2026-02-01", "tallies": 3})
    call_command("recount")


@pytest.mark.django_db
def test_another_organisation_is_left_out_when_one_is_named(counted, capsys):
    TallyFactory()

    call_command("recount", "--organisation", counted.organisation_id)
    with pytest.raises(CommandError, match="There is no service number 0"):
        call_command("recount", "--organisation", 0)
    with pytest.raises(CommandError, match="1 tally differ"):
        call_command("recount")


@pytest.mark.django_db
def test_days_whose_sessions_are_not_kept_are_compared_with_their_own_days_only(counted):
    SummaryRulesFactory(organisation=counted.organisation, kept_from=date(2026, 3, 1))
    counted.organisation.summary_rules.refresh_from_db()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM care_sessions_resourcegiven; DELETE FROM care_sessions_cardsession")
    assert recount.differences(counted.organisation, FEBRUARY) == []

    Tally.objects.filter(grain="whole_month", measure="outcome").update(sessions=9)

    (found,) = recount.repair(counted.organisation, FEBRUARY)
    assert (found.grain, found.measure, found.sessions, found.sessions_should_be) == ("whole_month", "outcome", 9, 2)
    assert recount.differences(counted.organisation, FEBRUARY) == []


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_comparing_a_month_takes_as_many_statements_however_much_there_is(site, count, django_assert_num_queries):
    for _time in range(count):
        full_session(site)
    count_now()

    with django_assert_num_queries(4):  # two of them a savepoint's
        assert recount.differences(site.organisation, FEBRUARY) == []


@pytest.mark.django_db(transaction=True)
def test_hand_ins_go_on_while_tallies_are_put_right_and_are_counted(site):
    for _time in range(2):
        full_session(site)
    Tally.objects.filter(measure="outcome").update(sessions=40)

    with transaction.atomic():
        recount.repair(site.organisation, FEBRUARY)
        stored = Thread(target=record_and_leave, args=[site])
        stored.start()
        stored.join(timeout=60)
        assert not stored.is_alive(), "A session that was stored had to wait for the repair."
        assert Uncounted.objects.count() == 1

    assert recount.differences(site.organisation, FEBRUARY) == []
    run("SELECT care_sessions_count(%s, 1000)", [site.organisation_id])
    require_true()


@pytest.mark.django_db(transaction=True)
def test_session_that_is_noted_but_not_counted_is_no_difference(site):
    other = connections.create_connection("default")
    other.set_autocommit(False)
    with other.cursor() as cursor:
        cursor.execute("SELECT care_sessions_wait_to_count(%s)", [site.organisation_id])
    full_session(site)
    voided = full_session(site)
    type(voided).objects.filter(pk=voided.pk).update(voided_at="2026-02-04T12:00Z", voided_reason="twice")
    assert Uncounted.objects.count() == 3

    found = recount.differences(site.organisation, FEBRUARY)
    other.rollback()
    other.close()

    assert found == []
    assert recount.repair(site.organisation, FEBRUARY) == []
    assert Uncounted.objects.count() == 3


def record_and_leave(site):
    try:
        full_session(site)
    finally:
        connection.close()
