"""The rules of people and places hold in the database, whatever the code does."""

import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from django.utils import timezone

from tests.factories import OrganisationFactory, SiteFactory, UserFactory
from vein_care.accounts import audit
from vein_care.accounts.models import AuditEvent, Organisation, Site, User
from vein_care.accounts.roles import Role

pytestmark = pytest.mark.django_db


def breaks(constraint):
    """The block must be refused by PostgreSQL under exactly this rule."""
    return pytest.raises((IntegrityError, InternalError), match=constraint)


def check_now():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_two_organisations_cannot_differ_only_in_case():
    OrganisationFactory(name="Harbour")

    with breaks("accounts_organisation_name_unique"):
        OrganisationFactory(name="HARBOUR")


def test_country_is_two_letters():
    with breaks("accounts_organisation_country_two_letters"):
        OrganisationFactory(country="gb")


def test_two_sites_of_an_organisation_cannot_share_a_name():
    site = SiteFactory(name="Mill Street")

    with breaks("accounts_site_name_unique_in_organisation"):
        SiteFactory(name="mill street", organisation=site.organisation)


def test_two_organisations_may_use_the_same_site_name():
    SiteFactory(name="Mill Street")
    SiteFactory(name="Mill Street")

    assert Site.objects.filter(name="Mill Street").count() == 2


def test_site_kind_is_known():
    with breaks("accounts_site_kind_known"):
        SiteFactory(kind="boat")


def test_site_and_organisation_pair_is_unique():
    site = SiteFactory()

    with breaks("accounts_site_id_organisation_unique|accounts_site_pkey"), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_site (id, organisation_id, name, kind, time_zone, is_active) VALUES (%s, %s, 'x', 'van', 'UTC', true)",
            [site.pk, site.organisation_id],
        )


def test_login_names_cannot_differ_only_in_case():
    UserFactory(login_name="jo")

    with breaks("accounts_user_login_name_unique"):
        UserFactory(login_name="JO")


def test_emails_cannot_differ_only_in_case_but_may_be_missing():
    UserFactory(email="")
    UserFactory(email="")
    UserFactory(email="jo@example.org")

    with breaks("accounts_user_email_unique"):
        UserFactory(email="Jo@Example.org")


def test_roles_are_known():
    with breaks("accounts_user_roles_known"):
        UserFactory(roles=["boss"])


@pytest.mark.parametrize(("is_active", "has_date"), [(True, True), (False, False)])
def test_deactivated_people_and_only_they_have_a_date(is_active, has_date):
    with breaks("accounts_user_deactivated_at_when_inactive"):
        UserFactory(is_active=is_active, deactivated_at=timezone.now() if has_date else None)


@pytest.mark.parametrize("role", [Role.WORKER, Role.TRAINER, Role.COORDINATOR, Role.ADMINISTRATOR])
def test_roles_of_one_service_need_an_organisation(role):
    with breaks("accounts_user_role_needs_organisation"):
        UserFactory(roles=[role], organisation=None)


def test_editor_belongs_to_no_organisation():
    with breaks("accounts_user_editor_is_programme_wide"):
        UserFactory(roles=[Role.EDITOR], organisation=OrganisationFactory())


def test_superuser_belongs_to_no_organisation():
    with breaks("accounts_user_superuser_is_of_no_organisation"):
        UserFactory(roles=[], is_superuser=True, organisation=OrganisationFactory())


def test_usual_site_needs_an_organisation():
    with breaks("accounts_user_usual_site_needs_organisation"):
        UserFactory(roles=[], organisation=None, usual_site=SiteFactory())


def test_usual_site_is_one_of_the_own_organisation():
    with breaks("accounts_user_usual_site_in_organisation"), transaction.atomic():
        UserFactory(organisation=OrganisationFactory(), usual_site=SiteFactory())
        check_now()


def test_audit_event_cannot_be_changed():
    event = audit.record("thing.done")

    with breaks("auditevent rows never change: UPDATE refused"), transaction.atomic():
        AuditEvent.objects.filter(pk=event.pk).update(type="thing.undone")


def test_audit_event_cannot_be_deleted():
    event = audit.record("thing.done")

    with breaks("auditevent rows never change: DELETE refused"), transaction.atomic():
        AuditEvent.objects.filter(pk=event.pk).delete()


def test_audit_event_takes_the_organisation_of_its_target():
    site = SiteFactory()

    event = audit.record("site.closed", target=site, reason="moved")

    assert (event.organisation_id, event.target_type, event.target_id, event.details) == (
        site.organisation_id,
        "accounts.Site",
        str(site.pk),
        {"reason": "moved"},
    )


def test_people_see_their_own_organisation_only(worker, stranger):
    assert set(Organisation.objects.visible_to(worker)) == {worker.organisation}
    assert stranger not in User.objects.visible_to(worker)
    assert not Site.objects.visible_to(worker).exclude(organisation=worker.organisation).exists()


def test_programme_wide_people_see_no_sites_and_only_themselves(editor, worker):
    SiteFactory(organisation=worker.organisation)

    assert list(Site.objects.visible_to(editor)) == []
    assert list(User.objects.visible_to(editor)) == [editor]


def test_audit_trail_is_seen_by_the_own_organisation_only(worker, stranger, editor):
    audit.record("thing.done", by=stranger)
    own = audit.record("thing.done", by=worker)

    assert list(AuditEvent.objects.visible_to(worker)) == [own]
    assert list(AuditEvent.objects.visible_to(editor)) == []


def test_time_zone_must_exist():
    with pytest.raises(Exception, match="Europe/London"):
        SiteFactory.build(time_zone="Mars/Olympus", organisation=OrganisationFactory()).full_clean()
