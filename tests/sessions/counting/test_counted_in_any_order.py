"""Whatever happens to records, and in whatever order, the tallies are what a full recount says, with what was deleted since added to it."""

import datetime
from collections import Counter

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sessions import voiding
from sessions.counting import recount, retention
from sessions.models import CardSession, QuarantinedRecord, SummaryRules
from tests.factories import CardVersionFactory, OrganisationFactory, ReleaseFactory, SiteFactory, UserFactory
from tests.sessions.counting.counts import KEPT, RECOUNTED, count_now, rows
from tests.sessions.tablet import StandInTablet, not_taken_up
from vein_care import memory
from vein_care.accounts.roles import Role

TALLIES_CASES = settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
which = st.integers(0, 1000)
SESSIONS = {
    "full": {},
    "nothing recorded": {"areas_recorded": False, "areas": [], "mattered_most": None, "resources_recorded": False, "resources": []},
    "nothing there": {"outcome": "held", "reason": None, "areas": [], "mattered_most": None, "resources": [], "signposts": []},
    "not today": not_taken_up(reason="illness"),
    "by phone": {"setting": "phone", "private_space": None, "resources": [{"code": "foil", "status": "given", "quantity": None}]},
}
STEPS = st.one_of(
    st.tuples(st.just("record"), st.sampled_from(sorted(SESSIONS)), st.integers(0, 120)),
    st.tuples(st.just("repeat"), which),
    st.tuples(st.just("void"), which),
    st.tuples(st.just("void_and_write_anew"), which),
    st.tuples(st.just("not_acceptable"), st.integers(0, 120)),
    st.tuples(st.just("deal_with"), which, st.sampled_from(["accept", "set-aside"])),
    st.tuples(st.just("roll_back"), st.integers(0, 120)),
    st.tuples(st.just("retain"), st.integers(1, 4)),
    st.tuples(st.just("commit")),
)


class History:
    """A service whose sessions come in, and what must have become of them. `gone` is what deleted sessions counted for."""

    def __init__(self):
        memory.forget()
        ReleaseFactory(versions=[CardVersionFactory(slug="ampoule", area="water"), CardVersionFactory(slug="clean-hands", area="hygiene")])
        self.site = SiteFactory(organisation=OrganisationFactory())
        self.organisation = self.site.organisation
        worker = UserFactory(organisation=self.organisation, roles=[Role.WORKER])
        self.coordinator = UserFactory(organisation=self.organisation, roles=[Role.COORDINATOR])
        self.desk = Client()
        self.desk.force_login(self.coordinator)
        self.tablet = StandInTablet(Client(), worker, self.site)
        self.records, self.gone = [], Counter()

    def record(self, kind, days_ago, **changes):
        day = timezone.localdate() - datetime.timedelta(days=days_ago)
        record = self.tablet.record(session=SESSIONS[kind] | {"held_on": day.isoformat()} | changes)
        self.records.append(record)
        return self.tablet.hand_in(record)

    def repeat(self, number):
        if self.records:
            self.tablet.hand_in(self.records[number % len(self.records)])

    def void(self, number):
        standing = CardSession.objects.counted().order_by("pk")
        if standing:
            session = standing[number % len(standing)]
            voiding.void_any_session(session=session, reason="by_mistake", by=self.coordinator, now=timezone.now())

    def void_and_write_anew(self, number):
        self.void(number)
        self.record("full", number % 90)

    def not_acceptable(self, days_ago):
        assert self.record("full", days_ago, setting="spaceship").status_code == 202

    def deal_with(self, number, press):
        waits = QuarantinedRecord.objects.unresolved().order_by("pk")
        if waits:
            row = waits[number % len(waits)]
            answers = {"held_on": timezone.localdate().isoformat(), "part_of_day": "evening", "site": self.site.pk, "setting": "van"}
            answers |= {"outcome": "held", "delivered_by": "not_known", "why": "double"}
            assert self.desk.post(f"/sessions/looked-at/{row.pk}/{press}/", answers).status_code == 302

    def roll_back(self, days_ago):
        with transaction.atomic():
            self.record("full", days_ago)
            self.records.pop()
            transaction.set_rollback(True)

    def retain(self, months):
        count_now()
        rules, _made = SummaryRules.objects.update_or_create(pk=self.organisation.pk, defaults={"keep_months": months})
        before = figures_of(RECOUNTED)
        for item in retention.due(timezone.localdate()):
            list(retention.apply(item, batch=2))
        before.subtract(figures_of(RECOUNTED))
        self.gone.update(before)

    def commit(self):
        count_now()

    def require_true(self):
        count_now()
        should_be = figures_of(RECOUNTED)
        should_be.update(self.gone)
        assert +figures_of(KEPT) == +should_be
        assert [each for month in recount.months(self.organisation) for each in recount.differences(self.organisation, month)] == []


def figures_of(statement):
    """{(key of a tally, what): number}"""
    figures = Counter()
    for *key, sessions, quantity in rows(statement):
        figures[*key, "sessions"], figures[*key, "quantity"] = sessions, quantity
    return figures


@pytest.mark.django_db
@TALLIES_CASES
@given(st.lists(STEPS, min_size=4, max_size=14))
def test_tallies_equal_a_recount_whatever_happened(steps):
    with transaction.atomic():
        history = History()
        for name, *arguments in steps:
            getattr(history, name)(*arguments)
        history.require_true()
        transaction.set_rollback(True)
    memory.forget()
