"""From an empty installation to the first session: what is done and what comes next follows from what is there."""

import pytest
from django.core.management import call_command
from django.urls import reverse

from tests.accounts.conftest import browser_of
from tests.accounts.test_people import page
from tests.accounts.test_sites import CONTACTS
from tests.factories import CardSessionFactory, InvitationFactory, OrganisationFactory, SiteFactory, SiteResourceFactory, UserFactory
from vein_care.accounts.first_run import progress_for, progress_of
from vein_care.accounts.models import Organisation, User
from vein_care.accounts.scope import Scope

pytestmark = pytest.mark.django_db


def done(organisation):
    return [step.title for step in progress_of(Scope(organisation)).steps if step.is_done]


def next_title(organisation):
    step = progress_of(Scope(organisation)).next_step
    return step and step.title


def test_createsuperuser_makes_somebody_who_can_begin(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "a long enough password")
    call_command("createsuperuser", interactive=False, login_name="root", verbosity=0)

    assert User.objects.values_list("login_name", "initials", "is_superuser", "organisation").get() == ("root", "RO", True, None)


def test_an_empty_installation_begins_with_the_service(superuser):
    response = browser_of(superuser).get(reverse("home"))

    assert "Getting started" in response.text
    assert reverse("accounts:organisation-new") in response.text


def test_steps_are_done_as_things_come_to_be_there(superuser):
    organisation = OrganisationFactory()
    seen = [next_title(organisation)]
    site = SiteFactory(organisation=organisation)
    seen.append(next_title(organisation))
    Organisation.objects.update(**CONTACTS)
    organisation.refresh_from_db()
    seen.append(next_title(organisation))
    InvitationFactory(organisation=organisation, created_by=superuser)
    seen.append(next_title(organisation))
    CardSessionFactory(site=site)
    seen.append(next_title(organisation))

    assert seen == ["Sites", "Contacts for when something happens", "Workers", "First session", None]
    assert progress_of(Scope(organisation)).is_finished


def test_what_can_wait_does_not_stop_the_list_and_is_ticked_when_done(superuser):
    organisation = OrganisationFactory()
    site = SiteFactory(organisation=organisation)
    before = done(organisation)
    SiteResourceFactory(site=site)
    InvitationFactory(organisation=organisation, roles=["administrator"], created_by=superuser)

    assert before == ["Sites"]
    assert done(organisation) == ["Sites", "What each site has, and where it points people", "An administrator"]


def test_a_closed_site_a_withdrawn_invitation_and_somebody_gone_do_not_count(superuser, administrator):
    organisation = OrganisationFactory()
    SiteFactory(organisation=organisation, is_active=False)
    gone = UserFactory(organisation=organisation, roles=["worker"])
    gone.is_active, gone.deactivated_at = False, gone.created_at
    gone.save()
    InvitationFactory(organisation=organisation, revoked_at=gone.created_at, revoked_by=superuser, created_by=superuser)

    assert done(organisation) == []


def test_who_has_joined_and_who_is_awaited_is_said(at_desk, organisation, worker, administrator):
    InvitationFactory.create_batch(2, organisation=organisation, created_by=administrator)

    response = at_desk.get(page("getting-started", organisation))

    assert "1 has joined, 2 invited, not here yet" in response.text


def test_home_shows_the_next_step_until_there_is_none(at_desk, organisation, site, worker):
    Organisation.objects.update(**CONTACTS)
    before = at_desk.get(reverse("home")).text
    CardSessionFactory(site=site)

    after = at_desk.get(reverse("home")).text

    assert "Ready for the first session" in before
    assert "Ready for the first session" not in after
    assert "Getting started" not in after


def test_home_of_others_says_nothing_about_setting_up(coordinator):
    assert "Getting started" not in browser_of(coordinator).get(reverse("home")).text


def test_an_administrator_who_also_delivers_goes_to_the_cards_once_everything_is_there(organisation, site):
    both = UserFactory(organisation=organisation, roles=["worker", "administrator"])
    before = browser_of(both).get(reverse("home"))
    Organisation.objects.update(**CONTACTS)
    CardSessionFactory(site=site)

    after = browser_of(both).get(reverse("home"))

    assert (before.status_code, after.url) == (200, reverse("deliver:shell"))


def test_a_superuser_is_led_through_the_newest_service(superuser, organisation):
    newest = OrganisationFactory()

    assert progress_for(superuser).scope.organisation == newest


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_much_there_is(at_desk, organisation, administrator, django_assert_num_queries, count):
    SiteFactory.create_batch(count, organisation=organisation)
    UserFactory.create_batch(count, organisation=organisation, roles=["worker"])
    InvitationFactory.create_batch(count, organisation=organisation, created_by=administrator)

    with django_assert_num_queries(11):
        at_desk.get(page("getting-started", organisation))
