"""manage.py apply_retention: old sessions go, their totals and the fingerprints of what was handed in stay."""

import datetime
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.utils import timezone

from sessions.counting import recount, retention
from sessions.models import AreaDiscussed, CardSession, HandIn, QuarantinedRecord, SummaryRules, Tally, Uncounted
from tests.factories import (
    AreaDiscussedFactory,
    CardSessionFactory,
    CardShownFactory,
    HandInFactory,
    QuarantinedRecordFactory,
    ResourceGivenFactory,
    SignpostGivenFactory,
    SiteFactory,
    SummaryRulesFactory,
)
from tests.sessions.counting.counts import KEPT, count_now, rows
from vein_care.accounts.models import AuditEvent

NOW = datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC)
OLD, KEPT_DAY = date(2026, 7, 31), date(2026, 8, 1)


@pytest.fixture
def rules(site):
    """Three months are kept: on 21 November, August, September and October in whole."""
    return SummaryRulesFactory(organisation=site.organisation, keep_months=3)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def full_session(site, day):
    session = CardSessionFactory(site=site, held_on=day, areas_recorded=True, resources_recorded=True, signposts_recorded=True)
    for factory in [AreaDiscussedFactory, CardShownFactory, ResourceGivenFactory, SignpostGivenFactory]:
        factory(session=session)
    HandInFactory(session=session)
    return session


@pytest.mark.django_db
def test_dry_run_says_what_is_due_and_changes_nothing(rules, site, capsys):
    full_session(site, OLD)
    full_session(site, KEPT_DAY)

    call_command("apply_retention")

    assert capsys.readouterr().out == (
        "Harbour Outreach: would delete 1 sessions held before 2026-08-01, 3 months ago. Their totals stay.\n"
        "Nothing was changed. Add --apply to do it.\n"
    )
    assert CardSession.objects.count() == 2
    assert SummaryRules.objects.get().kept_from is None


@pytest.mark.django_db
def test_old_sessions_go_and_their_totals_and_fingerprints_stay(rules, site, capsys):
    for day in [OLD, OLD, date(2025, 1, 1), KEPT_DAY]:
        full_session(site, day)
    elsewhere = full_session(SiteFactory(), OLD)
    waiting = QuarantinedRecordFactory(organisation=site.organisation, tablet=None)
    count_now()
    before = rows(KEPT)

    call_command("apply_retention", "--apply", "--batch", "2")

    assert sorted(CardSession.objects.values_list("held_on", flat=True)) == [elsewhere.held_on, KEPT_DAY]
    assert AreaDiscussed.objects.count() == 2
    count_now()
    assert rows(KEPT) == before
    assert HandIn.objects.filter(fate="stored", session=None).count() == 3
    assert QuarantinedRecord.objects.get() == waiting
    assert SummaryRules.objects.get().kept_from == KEPT_DAY
    assert capsys.readouterr().out == "Harbour Outreach: deleted 3 sessions held before 2026-08-01, 3 months ago. Their totals stay.\n"
    events = AuditEvent.objects.filter(organisation_id=site.organisation_id).order_by("pk").values_list("type", "details")
    assert list(events) == [
        ("sessions.kept_from", {"kept_from": "2026-08-01", "keep_months": 3}),
        ("sessions.deleted", {"sessions": 2, "before": "2026-08-01"}),
        ("sessions.deleted", {"sessions": 1, "before": "2026-08-01"}),
    ]
    call_command("recount")


@pytest.mark.django_db
def test_run_that_was_cut_short_leaves_nothing_that_looks_wrong_and_the_next_goes_on(rules, site):
    for _time in range(3):
        full_session(site, OLD)
    count_now()
    (item,) = retention.due(NOW.date())

    gone = next(retention.apply(item, batch=1))

    assert (gone, CardSession.objects.count()) == (1, 2)
    assert [each for month in recount.months(site.organisation) for each in recount.differences(site.organisation, month)] == []
    assert sum(retention.apply(item)) == 2


@pytest.mark.django_db
@pytest.mark.parametrize("keep_months", [None, 24])
def test_run_stops_where_somebody_settles_otherwise_meanwhile(rules, site, keep_months):
    for _time in range(3):
        full_session(site, OLD)
    (item,) = retention.due(NOW.date())
    run = retention.apply(item, batch=1)
    next(run)

    SummaryRules.objects.update(keep_months=keep_months)

    assert list(run) == list(retention.apply(item)) == []
    assert CardSession.objects.count() == 2


@pytest.mark.django_db
def test_late_record_of_an_old_day_is_counted_and_goes_at_the_next_run(rules, site):
    call_command("apply_retention", "--apply")
    full_session(site, OLD)
    count_now()
    assert Tally.objects.get(grain="day", measure="outcome").sessions == 1

    call_command("apply_retention", "--apply")

    assert not CardSession.objects.exists()
    assert Tally.objects.get(grain="day", measure="outcome").sessions == 1
    assert AuditEvent.objects.filter(type="sessions.kept_from").count() == 1


@pytest.mark.django_db
def test_what_is_deleted_stays_so_where_more_is_kept_from_now_on(rules, site):
    call_command("apply_retention", "--apply")
    SummaryRules.objects.update(keep_months=24)

    call_command("apply_retention", "--apply")

    assert SummaryRules.objects.get().kept_from == KEPT_DAY


@pytest.mark.django_db
def test_nothing_is_deleted_where_nobody_has_settled_how_long(site, capsys):
    SummaryRulesFactory(organisation=site.organisation)
    full_session(site, date(2020, 1, 1))

    call_command("apply_retention", "--apply")

    assert CardSession.objects.exists()
    assert capsys.readouterr().out == "No service has settled how long it keeps its sessions, so nothing is deleted.\n"
    with pytest.raises(CommandError, match="--batch takes a number from 1"):
        call_command("apply_retention", "--batch", "0")


@pytest.mark.django_db(transaction=True)
def test_session_that_is_noted_but_not_counted_is_counted_before_it_goes(rules, site):
    other = connections.create_connection("default")
    other.set_autocommit(False)
    with other.cursor() as cursor:
        cursor.execute("SELECT care_sessions_wait_to_count(%s)", [site.organisation_id])
    CardSessionFactory(site=site, held_on=OLD)
    assert (Uncounted.objects.count(), Tally.objects.count()) == (1, 0)
    other.rollback()
    other.close()

    call_command("apply_retention", "--apply")

    assert (CardSession.objects.count(), Uncounted.objects.count()) == (0, 0)
    assert Tally.objects.get(grain="day", measure="outcome").sessions == 1
