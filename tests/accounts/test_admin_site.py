"""Django's admin site: for superusers behind the second step, for reading, under our content policy."""

import pytest
from django.contrib import admin
from django.urls import NoReverseMatch, reverse

from tests.accounts.conftest import browser_of
from tests.factories import InvitationFactory, UserFactory
from tests.vein_care.test_security import POLICY
from vein_care.accounts import audit
from vein_care.accounts.models import AuditEvent, Organisation

pytestmark = pytest.mark.django_db

TABLES = ["auditevent", "invitation", "organisation", "site", "user"]


@pytest.fixture
def at_admin(superuser):
    return browser_of(superuser)


def test_only_these_tables_are_there():
    assert sorted(model._meta.model_name for model in admin.site._registry) == TABLES


@pytest.mark.parametrize("table", TABLES)
def test_lists_and_rows_open_and_show_no_secret(at_admin, superuser, organisation, site, table):
    InvitationFactory(organisation=organisation)
    event = audit.record("person.changed", by=superuser, target=superuser)
    row = {"organisation": organisation, "site": site, "user": superuser, "auditevent": event}.get(table) or organisation.invitations.get()

    listed = at_admin.get(reverse(f"admin:accounts_{table}_changelist"))
    opened = at_admin.get(reverse(f"admin:accounts_{table}_change", args=[row.pk]))

    assert (listed.status_code, opened.status_code) == (200, 200)
    assert "; ".join(sorted(opened.headers["Content-Security-Policy"].split("; "))) == POLICY
    assert "<script>" not in opened.text
    assert " style=" not in opened.text
    assert "token_hash" not in opened.text
    assert "id_password" not in opened.text


@pytest.mark.parametrize("table", TABLES)
def test_nothing_is_added_or_deleted(at_admin, organisation, superuser, table):
    assert at_admin.get(reverse(f"admin:accounts_{table}_add")).status_code == 403
    assert at_admin.post(reverse(f"admin:accounts_{table}_delete", args=[organisation.pk])).status_code in {302, 403}
    assert Organisation.objects.filter(pk=organisation.pk).exists()


def test_a_person_cannot_be_changed_there(at_admin, worker):
    response = at_admin.post(reverse("admin:accounts_user_change", args=[worker.pk]), {"display_name": "Other", "is_superuser": "on"})

    worker.refresh_from_db()
    assert (response.status_code, worker.display_name, worker.is_superuser) == (403, "Jo Marsh", False)


def test_closing_a_service_is_written_down(at_admin, organisation):
    at_admin.post(reverse("admin:accounts_organisation_change", args=[organisation.pk]), {})

    organisation.refresh_from_db()
    assert not organisation.is_active
    assert AuditEvent.objects.get(type="organisation.changed").details == {"changed": ["is_active"]}


def test_there_is_one_way_to_sign_in(client, coordinator):
    signed_out = client.get(reverse("admin:login"))
    wrong_role = browser_of(coordinator).get(reverse("admin:index"), follow=True)

    assert signed_out.url.startswith(reverse("account_login"))
    assert wrong_role.status_code == 403


def test_a_superuser_without_a_second_step_sees_nothing():
    superuser = UserFactory(is_superuser=True, organisation=None, second_step=False)

    for name in ["admin:index", "admin:accounts_user_changelist"]:
        assert browser_of(superuser).get(reverse(name)).url == reverse("mfa_index")


def test_keys_of_second_steps_have_no_page():
    with pytest.raises(NoReverseMatch):
        reverse("admin:mfa_authenticator_changelist")
