"""The role table of design.md §6, written out a second time as the expectation."""

import pytest

from tests.factories import UserFactory
from vein_care.accounts import roles
from vein_care.accounts.roles import Role

EXPECTED = {
    "care_sessions.deliver_session": {Role.WORKER},
    "care_sessions.void_own_session": {Role.WORKER},
    "training.take_training": set(Role),
    "accounts.view_own_data": set(Role),
    "training.assign_module": {Role.TRAINER},
    "training.run_event": {Role.TRAINER},
    "training.view_training_state": {Role.TRAINER},
    "care_sessions.view_summary": {Role.COORDINATOR},
    "care_sessions.view_programme_summary": {Role.EDITOR},
    "care_sessions.export_sessions": {Role.COORDINATOR},
    "care_sessions.view_quarantine": {Role.COORDINATOR},
    "care_sessions.resolve_quarantine": {Role.COORDINATOR},
    "care_sessions.print_feedback_poster": {Role.COORDINATOR, Role.ADMINISTRATOR},
    "care_sessions.manage_feedback_pages": {Role.ADMINISTRATOR},
    "care_sessions.manage_summary_rules": {Role.ADMINISTRATOR},
    "care_sessions.void_any_session": {Role.COORDINATOR},
    "accounts.manage_people": {Role.ADMINISTRATOR},
    "accounts.manage_sites": {Role.ADMINISTRATOR},
    "accounts.view_audit_trail": {Role.ADMINISTRATOR},
    "care_sessions.manage_stock": {Role.ADMINISTRATOR},
    "care_sessions.manage_local_services": {Role.ADMINISTRATOR},
    "care_sessions.manage_notices": {Role.ADMINISTRATOR},
    "care_sessions.manage_tablets": {Role.ADMINISTRATOR},
    "cards.edit_card": {Role.EDITOR},
    "cards.review_card": {Role.EDITOR},
    "cards.publish_release": {Role.EDITOR},
    "cards.recall_card": {Role.EDITOR},
    "training.edit_module": {Role.EDITOR},
    "training.review_module": {Role.EDITOR},
    "training.publish_module": {Role.EDITOR},
}


def test_every_permission_has_an_expectation():
    assert set(EXPECTED) == roles.ALL_PERMISSIONS


@pytest.mark.parametrize("permission", sorted(EXPECTED))
def test_exactly_these_roles_hold_the_permission(permission):
    holders = {role for role in Role if UserFactory.build(roles=[role], organisation=None).has_perm(permission)}

    assert holders == EXPECTED[permission]


def test_roles_add_up():
    user = UserFactory.build(roles=[Role.WORKER, Role.COORDINATOR], organisation=None)

    assert user.has_perms(["care_sessions.deliver_session", "care_sessions.view_summary"])


def test_nobody_inactive_may_do_anything():
    user = UserFactory.build(roles=list(Role), is_active=False, organisation=None)

    assert not any(user.has_perm(permission) for permission in EXPECTED)
    assert not user.has_module_perms("cards")


def test_superuser_may_do_everything():
    assert UserFactory.build(roles=[], is_superuser=True, organisation=None).has_perms(sorted(EXPECTED))
