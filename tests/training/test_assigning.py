"""Asking people to take modules: whom it reaches, what is left as it is, taking it back, and those who join later."""

import datetime
import threading

import pytest
from django.db import connection
from django.utils import timezone

from tests.factories import SiteFactory, UserFactory
from tests.training.factories import AssignmentFactory, CompletionFactory, CourseFactory, ModuleVersionFactory
from training.actions.assigning import (
    AlreadyWithdrawn,
    DayHasPassed,
    NobodyToAsk,
    Wanted,
    _assign_newcomers,
    assign_modules,
    assign_newcomers,
    plan,
    withdraw_assignment,
    withdraw_round,
)
from training.actions.completing import complete_module
from training.models import Assignment, AssignmentRound
from vein_care.accounts.models import AuditEvent, User

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture(autouse=True)
def today_of_this_test(monkeypatch):
    """A run may begin before midnight and end after it."""
    monkeypatch.setitem(globals(), "TODAY", timezone.localdate())


def days(number):
    return datetime.timedelta(days=number)


def ask(trainer, *versions, audience="everyone", **more):
    wanted = Wanted(modules=list(versions), audience=audience, **more)
    return assign_modules(wanted, organisation=trainer.organisation, by=trainer, today=TODAY)[0]


def asked_of(made):
    return sorted((row.person.display_name, row.module.slug) for row in made.assignments.select_related("person", "module"))


def leave(person):
    User.objects.filter(pk=person.pk).update(is_active=False, deactivated_at=timezone.now())


def test_everyone_means_all_who_are_active_in_the_own_service(trainer, worker, other_worker, stranger, why):
    leave(other_worker)

    made = ask(trainer, why)

    assert asked_of(made) == [("Jo Marsh", "why-vein-care"), ("Toni Hale", "why-vein-care")]


def test_a_site_means_those_whose_usual_site_it_is(trainer, worker, other_worker, site, why, peers):
    made = ask(trainer, why, peers, audience="site", site=site)

    assert asked_of(made) == [("Jo Marsh", "peers"), ("Jo Marsh", "why-vein-care")]


def test_a_role_means_all_who_hold_it(trainer, worker, other_worker, why):
    assert asked_of(ask(trainer, why, audience="role", role="worker")) == [("Jo Marsh", "why-vein-care"), ("Sam Reed", "why-vein-care")]


def test_chosen_people_of_another_service_are_not_reached(trainer, worker, stranger, why):
    assert asked_of(ask(trainer, why, audience="people", people=[worker, stranger])) == [("Jo Marsh", "why-vein-care")]


def test_a_round_keeps_what_was_asked_and_is_audited(trainer, worker, site, why):
    made = ask(trainer, why, audience="site", site=site, due_on=TODAY + days(14), note="Before the winter.")

    assert (made.due_on, made.note, made.site, list(made.modules.all())) == (TODAY + days(14), "Before the winter.", site, [why.module])
    assert [row.due_on for row in made.assignments.all()] == [TODAY + days(14)]
    event = AuditEvent.objects.get(type="module.assigned")
    assert event.details == {"modules": ["why-vein-care"], "people": 1, "kind": "site"}
    assert event.actor_id == trainer.pk


def test_what_somebody_has_been_asked_for_already_keeps_its_day(trainer, worker, why, peers):
    first = ask(trainer, why, audience="people", people=[worker], due_on=TODAY + days(3))

    second = ask(trainer, why, peers, audience="people", people=[worker], due_on=TODAY + days(30))

    assert asked_of(second) == [("Jo Marsh", "peers")]
    assert first.assignments.get().due_on == TODAY + days(3)


def test_what_somebody_has_done_is_not_asked_again_unless_told(trainer, worker, why):
    CompletionFactory(person=worker, version=why)

    with pytest.raises(NobodyToAsk, match="Nobody is left to ask"):
        ask(trainer, why, audience="people", people=[worker])
    assert asked_of(ask(trainer, why, audience="people", people=[worker], again=True)) == [("Jo Marsh", "why-vein-care")]


def test_what_expired_or_was_done_in_an_older_version_is_asked_again(trainer, worker, other_worker, why):
    CompletionFactory(person=worker, version=why, completed_on=TODAY - days(800), expires_on=TODAY - days(70))
    CompletionFactory(person=other_worker, version=why)
    CourseFactory(versions=[newer := ModuleVersionFactory(slug="why-vein-care", number=2)])

    made = ask(trainer, newer, audience="role", role="worker")

    assert asked_of(made) == [("Jo Marsh", "why-vein-care"), ("Sam Reed", "why-vein-care")]


def test_the_plan_says_who_is_asked_who_has_it_who_has_done_it_and_who_cannot(trainer, worker, other_worker, coordinator, why):
    AssignmentFactory(person=worker, module=why.module, round__made_by=trainer)
    done = CompletionFactory(person=other_worker, version=why)
    leave(coordinator)
    nobody = UserFactory(organisation=trainer.organisation, roles=[])

    found = plan(Wanted([why], "everyone"), organisation=trainer.organisation, today=TODAY)

    assert ([person for person, _version in found.asked], [person for person, _version in found.open]) == ([trainer], [worker])
    assert ([person for person, _version in found.done], found.left_out) == ([done.person], [coordinator, nobody])
    assert Assignment.objects.count() == 1


def test_a_day_that_has_passed_is_refused_with_a_sentence(trainer, worker, why):
    with pytest.raises(DayHasPassed, match="Choose today or a later day"):
        ask(trainer, why, due_on=TODAY - days(1))
    assert not AssignmentRound.objects.exists()


def test_an_assignment_is_taken_back_once_with_its_reason(trainer, worker, why):
    asked = ask(trainer, why, audience="people", people=[worker]).assignments.get()

    withdraw_assignment(assignment=asked, by=trainer, reason="On leave.")

    asked.refresh_from_db()
    assert (asked.withdrawn_by, asked.withdrawn_reason) == (trainer, "On leave.")
    assert AuditEvent.objects.get(type="assignment.withdrawn").details == {"module": "why-vein-care", "reason": "On leave."}
    with pytest.raises(AlreadyWithdrawn):
        withdraw_assignment(assignment=asked, by=trainer, reason="Again.")


def test_a_round_taken_back_leaves_what_was_done(trainer, worker, other_worker, why):
    made = ask(trainer, why, audience="role", role="worker", also_newcomers=True)
    complete_module(person=worker, version=why, mode="online", completed_on=TODAY, by=worker)

    count = withdraw_round(round=made, by=trainer, reason="A slip.")

    assert count == 1
    assert [(row.person, row.withdrawn_reason) for row in made.assignments.order_by("pk")] == [(worker, ""), (other_worker, "A slip.")]
    with pytest.raises(AlreadyWithdrawn):
        withdraw_round(round=made, by=trainer, reason="Again.")
    UserFactory(organisation=trainer.organisation, roles=["worker"])
    assert assign_newcomers(now=timezone.now()) == 0


# Those who join later


@pytest.fixture
def going_on(trainer, worker, site, why):
    return ask(trainer, why, audience="site", site=site, due_on=TODAY + days(14), also_newcomers=True)


def test_somebody_who_joins_later_is_asked_once_and_has_as_many_days(going_on, organisation, site, why):
    later = timezone.now() + days(100)
    newcomer = UserFactory(organisation=organisation, usual_site=site, roles=["worker"], created_at=later - days(1))

    assert [assign_newcomers(now=later), assign_newcomers(now=later + days(1))] == [1, 0]

    asked = Assignment.objects.get(person=newcomer)
    assert (asked.round, asked.due_on) == (going_on, timezone.localdate(later) + days(14))
    assert AuditEvent.objects.filter(type="module.assigned").first().details == {"modules": ["why-vein-care"], "people": 1, "kind": "newcomers"}


def test_neither_those_from_before_nor_those_of_other_sites_nor_the_inactive_are_newcomers(going_on, organisation, site, worker):
    later = timezone.now() + days(2)
    UserFactory(organisation=organisation, usual_site=site, roles=["worker"], created_at=timezone.now() - days(400))
    UserFactory(organisation=organisation, usual_site=SiteFactory(organisation=organisation), roles=["worker"], created_at=later)
    UserFactory(organisation=organisation, usual_site=site, roles=["worker"], created_at=later, is_active=False, deactivated_at=later)
    UserFactory(usual_site=None, created_at=later)

    assert assign_newcomers(now=later) == 0


def test_a_newcomer_without_a_role_is_asked_as_soon_as_they_have_one(going_on, organisation, site):
    later = timezone.now() + days(2)
    newcomer = UserFactory(organisation=organisation, usual_site=site, created_at=later)
    before = assign_newcomers(now=later)
    User.objects.filter(pk=newcomer.pk).update(roles=["worker"])

    assert (before, assign_newcomers(now=later + days(1))) == (0, 1)


def test_a_round_for_newcomers_alone_is_possible(trainer, worker, why):
    CompletionFactory(person=worker, version=why)

    made = ask(trainer, why, audience="role", role="worker", also_newcomers=True)

    assert made.assignments.count() == 0


def test_the_button_pressed_twice_makes_one_round_for_newcomers(trainer, worker, why, peers):
    ask(trainer, why, audience="role", role="worker", also_newcomers=True)

    with pytest.raises(NobodyToAsk, match="whoever joins later is asked already"):
        ask(trainer, why, audience="role", role="worker", also_newcomers=True)
    ask(trainer, why, peers, audience="role", role="worker", also_newcomers=True)

    assert AssignmentRound.objects.count() == 2


@pytest.fixture
def newcomer(going_on, organisation, site):
    return UserFactory(organisation=organisation, usual_site=site, roles=["worker"], created_at=timezone.now() + days(1))


@pytest.mark.parametrize("became", ["expired", "an older version"])
def test_what_a_newcomer_had_done_by_themself_is_not_asked_for_years_later(newcomer, why, became):
    CompletionFactory(person=newcomer, version=why, completed_on=TODAY, expires_on=TODAY + days(700))
    if became == "an older version":
        CourseFactory(versions=[ModuleVersionFactory(slug="why-vein-care", number=2)])

    assert assign_newcomers(now=timezone.now() + days(800 if became == "expired" else 30)) == 0


def test_what_was_taken_back_from_a_newcomer_is_not_asked_by_another_round(newcomer, trainer, why):
    ask(trainer, why, audience="everyone", also_newcomers=True)
    Assignment.objects.filter(person=newcomer).update(withdrawn_at=timezone.now(), withdrawn_by=trainer, withdrawn_reason="On leave.")

    assert assign_newcomers(now=timezone.now() + days(30)) == 0


def test_a_round_taken_back_while_newcomers_are_asked_asks_nobody(newcomer, going_on, trainer, why, peers):
    first = ask(trainer, peers, audience="everyone", also_newcomers=True)
    AssignmentRound.objects.filter(pk=first.pk).update(made_at=timezone.now() - days(3))
    listed = list(AssignmentRound.objects.select_related("organisation", "site").order_by("pk"))
    for made in listed:
        withdraw_round(round=made, by=trainer, reason="A slip.")

    assert [_assign_newcomers(made, now=timezone.now() + days(30)) for made in listed] == [0, 0]


# At once


@pytest.mark.django_db(transaction=True)
def test_two_trainers_who_ask_the_same_at_once_ask_once(trainer, worker, why):
    outcomes, ready = [], threading.Barrier(2)

    def press():
        try:
            ready.wait(60)
            ask(trainer, why, audience="people", people=[worker])
            outcomes.append("asked")
        except NobodyToAsk:
            outcomes.append("nobody left")
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _trainer in "12"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert sorted(outcomes) == ["asked", "nobody left"]
    assert Assignment.objects.count() == 1
