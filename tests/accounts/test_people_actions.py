"""What may be changed about people, what is refused, and what is written down about it."""

import threading

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.urls import reverse

from tests.accounts.conftest import browser_of
from tests.factories import InvitationFactory, UserFactory
from vein_care.accounts.actions import people
from vein_care.accounts.actions.people import LastAdministrator, LastSuperuser, OwnSecondStep
from vein_care.accounts.models import AuditEvent, User
from vein_care.accounts.roles import Role

pytestmark = pytest.mark.django_db

STILL_IN = 200
SENT_TO_SIGN_IN = 302


def last_event():
    return AuditEvent.objects.order_by("-pk").values_list("type", "actor_id", "target_id", "organisation_id")[0]


def change_roles(person, roles, *, by):
    person.roles = roles
    people.change_person(person=person, changed=["roles"], by=by)


def test_deactivating_ends_every_browser_and_open_link_of_that_person_and_of_nobody_else(worker, other_worker, administrator):
    theirs, anothers = browser_of(worker), browser_of(other_worker)
    link = InvitationFactory(organisation=worker.organisation, person=worker, roles=[])

    people.deactivate_person(person=worker, by=administrator)

    worker.refresh_from_db()
    link.refresh_from_db()
    assert (worker.is_active, worker.deactivated_at is not None) == (False, True)
    assert theirs.get(reverse("mfa_index")).status_code == SENT_TO_SIGN_IN
    assert anothers.get(reverse("mfa_index")).status_code == STILL_IN
    assert link.revoked_by == administrator
    assert last_event() == ("person.deactivated", administrator.pk, str(worker.pk), worker.organisation_id)


def test_deactivating_ends_the_links_that_somebody_made_and_nobody_else_s(administrator, organisation):
    colleague = UserFactory(organisation=organisation, roles=[Role.ADMINISTRATOR])
    made, another = (InvitationFactory(organisation=organisation, created_by=by) for by in [administrator, colleague])

    people.deactivate_person(person=administrator, by=colleague)

    made.refresh_from_db()
    another.refresh_from_db()
    assert (made.revoked_by, another.revoked_by) == (colleague, None)


def test_activating_again_does_not_revive_browsers_from_before(worker, administrator):
    old = browser_of(worker)
    people.deactivate_person(person=worker, by=administrator)

    people.activate_person(person=worker, by=administrator)

    worker.refresh_from_db()
    assert (worker.is_active, worker.deactivated_at) == (True, None)
    assert old.get(reverse("mfa_index")).status_code == SENT_TO_SIGN_IN
    assert last_event()[0] == "person.activated"


def test_doing_it_twice_writes_one_event(worker, administrator):
    for _ in range(2):
        people.deactivate_person(person=worker, by=administrator)
    for _ in range(2):
        people.activate_person(person=worker, by=administrator)

    assert list(AuditEvent.objects.order_by("pk").values_list("type", flat=True)) == ["person.deactivated", "person.activated"]


def test_last_administrator_cannot_leave_by_either_way(administrator, worker):
    with pytest.raises(LastAdministrator, match="Ade Quinn is the only one here who can let people in. Give somebody else that role first."):
        people.deactivate_person(person=administrator, by=administrator)
    with pytest.raises(LastAdministrator):
        change_roles(administrator, [Role.WORKER], by=administrator)

    administrator.refresh_from_db()
    assert (administrator.is_active, administrator.roles) == (True, ["administrator"])
    assert not AuditEvent.objects.exists()


def test_an_administrator_who_cannot_sign_in_does_not_count_as_another(administrator, organisation):
    gone = UserFactory(organisation=organisation, roles=[Role.ADMINISTRATOR])
    people.deactivate_person(person=gone, by=administrator)

    with pytest.raises(LastAdministrator):
        people.deactivate_person(person=administrator, by=administrator)


def test_an_administrator_elsewhere_does_not_count_as_another(administrator, elsewhere_administrator):
    with pytest.raises(LastAdministrator):
        people.deactivate_person(person=administrator, by=administrator)


def test_one_of_two_administrators_may_leave(administrator, organisation):
    UserFactory(organisation=organisation, roles=[Role.ADMINISTRATOR])

    change_roles(administrator, [Role.WORKER], by=administrator)

    administrator.refresh_from_db()
    assert administrator.roles == ["worker"]


def test_a_superuser_may_take_the_last_administrator_since_they_can_invite_the_next(administrator, superuser):
    people.deactivate_person(person=administrator, by=superuser)

    administrator.refresh_from_db()
    assert not administrator.is_active


def test_the_last_superuser_stays(superuser):
    with pytest.raises(LastSuperuser, match="nobody could run this"):
        people.deactivate_person(person=superuser, by=superuser)


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_take_each_others_role_at_once_leave_one(organisation):
    both = [UserFactory(organisation=organisation, roles=[Role.ADMINISTRATOR]) for _ in range(2)]
    begin, refused = threading.Barrier(2), []

    def take(role_of, by):
        try:
            begin.wait(60)
            change_roles(User.objects.get(pk=role_of.pk), [Role.WORKER], by=by)
        except LastAdministrator as refusal:
            refused.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=pair) for pair in [(both[0], both[1]), (both[1], both[0])]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert len(refused) == 1
    assert User.objects.filter(roles__contains=["administrator"]).count() == 1


def test_a_role_that_needs_a_second_step_ends_browsers_that_came_in_without(worker, administrator):
    theirs = browser_of(worker)

    change_roles(worker, [Role.WORKER, Role.COORDINATOR], by=administrator)

    assert theirs.get(reverse("mfa_index")).status_code == SENT_TO_SIGN_IN
    event = AuditEvent.objects.get(type="person.changed")
    assert event.details == {"changed": ["roles"], "roles": ["coordinator", "worker"], "roles_before": ["worker"]}


def test_another_name_ends_no_browser(worker, administrator):
    theirs = browser_of(worker)
    worker.display_name = "Jo Reed"

    people.change_person(person=worker, changed=["display_name"], by=administrator)

    assert theirs.get(reverse("mfa_index")).status_code == STILL_IN
    assert AuditEvent.objects.get(type="person.changed").details == {"changed": ["display_name"]}


def test_no_change_is_no_event(worker, administrator):
    people.change_person(person=worker, changed=[], by=administrator)

    assert not AuditEvent.objects.exists()


def test_removing_a_second_step_signs_out_and_leaves_a_note(coordinator, administrator):
    theirs = browser_of(coordinator)

    assert people.remove_second_step(person=coordinator, by=administrator)

    coordinator.refresh_from_db()
    assert not Authenticator.objects.filter(user=coordinator).exists()
    assert (coordinator.second_step_removed_by, coordinator.second_step_removed_at is not None) == (administrator, True)
    assert theirs.get(reverse("mfa_index")).status_code == SENT_TO_SIGN_IN
    assert last_event() == ("second_step.removed_by_administrator", administrator.pk, str(coordinator.pk), coordinator.organisation_id)


def test_removing_what_is_not_there_changes_nothing(worker, administrator):
    assert people.remove_second_step(person=worker, by=administrator) is False

    worker.refresh_from_db()
    assert worker.second_step_removed_at is None
    assert not AuditEvent.objects.exists()


def test_nobody_removes_their_own_second_step_this_way(administrator):
    with pytest.raises(OwnSecondStep, match="Ask a colleague with your role"):
        people.remove_second_step(person=administrator, by=administrator)

    assert Authenticator.objects.filter(user=administrator).exists()
