"""The people of one service on the screen: found, changed, let back in."""

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.urls import reverse

from tests.accounts.conftest import browser_of
from tests.factories import InvitationFactory, SiteFactory, UserFactory
from vein_care.accounts.models import AuditEvent, Invitation
from vein_care.accounts.roles import Role

pytestmark = pytest.mark.django_db


def page(name, person_or_organisation, *more):
    organisation = getattr(person_or_organisation, "organisation", person_or_organisation)
    return reverse(f"accounts:{name}", args=[str(organisation.pk), *more])


def names_on(response):
    return [person.display_name for person in response.context["page"]]


def fields_of(person, **changes):
    fields = {"display_name": person.display_name, "initials": person.initials, "login_name": person.login_name, "email": person.email}
    return fields | {"roles": person.roles, "usual_site": person.usual_site_id or ""} | changes


@pytest.fixture
def crowd(organisation, site):
    """Three people who differ in everything one can look for."""
    UserFactory(organisation=organisation, display_name="Ann Ash", initials="AA", login_name="ann", roles=["worker"], usual_site=site)
    UserFactory(organisation=organisation, display_name="Bo Birch", initials="BB", login_name="bo", email="birch@example.org", roles=["trainer"])
    gone = UserFactory(organisation=organisation, display_name="Cy Cedar", initials="CC", login_name="cy", roles=["worker"])
    gone.is_active, gone.deactivated_at = False, gone.created_at
    gone.save()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Ade Quinn", "Ann Ash", "Bo Birch"]),
        ("?q=ash", ["Ann Ash"]),
        ("?q=birch@", ["Bo Birch"]),
        ("?q=bb", ["Bo Birch"]),
        ("?q=ann+ash", ["Ann Ash"]),
        ("?q=ann+birch", []),
        ("?q=%25", []),
        ("?role=trainer", ["Bo Birch"]),
        ("?role=nonsense", ["Ade Quinn", "Ann Ash", "Bo Birch"]),
        ("?site=SITE", ["Ann Ash"]),
        ("?site=99999999", ["Ade Quinn", "Ann Ash", "Bo Birch"]),
        ("?state=inactive", ["Cy Cedar"]),
        ("?state=all", ["Ade Quinn", "Ann Ash", "Bo Birch", "Cy Cedar"]),
        ("?page=99", ["Ade Quinn", "Ann Ash", "Bo Birch"]),
        ("?page=x&q=%00", ["Ade Quinn", "Ann Ash", "Bo Birch"]),
    ],
)
def test_people_are_found_by_name_role_site_and_state(at_desk, organisation, site, crowd, query, found):
    response = at_desk.get(page("person-list", organisation) + query.replace("SITE", str(site.pk)))

    assert names_on(response) == found


@pytest.mark.parametrize("count", [1, 3])
def test_people_cost_the_same_however_many(at_desk, organisation, site, django_assert_num_queries, count):
    UserFactory.create_batch(count, organisation=organisation, roles=["worker"], usual_site=site)
    UserFactory.create_batch(count, organisation=organisation, roles=["coordinator"])
    InvitationFactory.create_batch(count, organisation=organisation, created_by=at_desk.person)

    with django_assert_num_queries(8):
        response = at_desk.get(page("person-list", organisation))

    assert len(names_on(response)) == 2 * count + 1


def test_people_come_in_pages_that_keep_what_was_looked_for(at_desk, organisation):
    UserFactory.create_batch(60, organisation=organisation, roles=["worker"])

    first = at_desk.get(page("person-list", organisation) + "?role=worker")
    second = at_desk.get(page("person-list", organisation) + "?role=worker&page=2")

    assert (len(names_on(first)), len(names_on(second))) == (50, 10)
    assert "?role=worker&amp;page=2" in first.text


def test_nobody_of_another_service_is_on_the_list(at_desk, organisation, stranger):
    response = at_desk.get(page("person-list", organisation) + "?state=all")

    assert stranger.display_name not in response.text


def test_who_has_yet_to_set_up_a_second_step_is_marked(at_desk, organisation, worker):
    UserFactory(organisation=organisation, roles=["coordinator"], second_step=False)

    response = at_desk.get(page("person-list", organisation))

    assert response.text.count("No second step yet") == 1


def test_a_person_is_changed_and_the_change_written_down(at_desk, worker, administrator):
    response = at_desk.post(page("person-detail", worker, worker.pk), fields_of(worker, display_name="Jo Ｒeed", initials="JR"))

    worker.refresh_from_db()
    assert response.url == page("person-list", worker)
    assert (worker.display_name, worker.initials) == ("Jo Reed", "JR")
    assert AuditEvent.objects.get(type="person.changed").details == {"changed": ["display_name", "initials"]}


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("display_name", " ", "Enter a name."),
        ("initials", "ABCDE", "Use four letters at most."),
        ("login_name", "ｓAm", "Somebody has this login name already"),
        ("login_name", "jо", "Use the letters a to z"),
        ("login_name", "jo@home", "Use the letters a to z"),
        ("login_name", "", "Enter a login name, such as jo.marsh."),
        ("email", "SAM@Example.org", "Somebody has this e-mail already"),
        ("email", "ｓam@example.org", "Somebody has this e-mail already"),
        ("email", "s\u200bam@example.org", "Somebody has this e-mail already"),
        ("email", "sаm@example.org", "Enter an e-mail such as jo@example.org"),
        ("email", "sam@exаmple.org", "Use only plain letters in the e-mail"),
        ("email", "nonsense", "Enter an e-mail such as jo@example.org"),
        ("roles", ["editor"], "Select a valid choice"),
        ("roles", ["nonsense"], "Select a valid choice"),
        ("usual_site", "ELSEWHERE", "Select a valid choice"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_do(at_desk, worker, stranger, field, value, sentence):
    UserFactory(login_name="sam", email="sam@example.org")
    value = stranger.usual_site_id if value == "ELSEWHERE" else value

    response = at_desk.post(page("person-detail", worker, worker.pk), fields_of(worker, **{field: value}))

    assert response.status_code == 200
    assert sentence in response.text
    assert not AuditEvent.objects.filter(type="person.changed").exists()


@pytest.mark.parametrize("address", ["sam+cards@example.org", "s.am@example.org"])
def test_addresses_that_differ_in_a_plus_or_a_dot_are_two(at_desk, worker, address):
    UserFactory(email="sam@example.org")

    at_desk.post(page("person-detail", worker, worker.pk), fields_of(worker, email=address))

    worker.refresh_from_db()
    assert worker.email == address


def test_a_closed_site_cannot_become_somebodys_usual_one(at_desk, worker):
    closed = SiteFactory(organisation=worker.organisation, is_active=False)

    response = at_desk.post(page("person-detail", worker, worker.pk), fields_of(worker, usual_site=closed.pk))

    assert "Select a valid choice" in response.text


def test_the_last_administrator_is_told_why_on_the_page(at_desk, administrator):
    response = at_desk.post(page("person-detail", administrator, administrator.pk), fields_of(administrator, roles=["worker"]))

    assert "Ade Quinn is the only one here who can let people in" in response.text
    assert (
        "Ade Quinn is the only one here who can let people in"
        in at_desk.post(page("person-deactivate", administrator, administrator.pk), follow=True).text
    )


def test_deactivating_asks_first_and_can_be_taken_back(at_desk, worker):
    asked = at_desk.get(page("person-deactivate", worker, worker.pk))
    at_desk.post(page("person-deactivate", worker, worker.pk))
    worker.refresh_from_db()
    was_active = worker.is_active
    at_desk.post(page("person-activate", worker, worker.pk))
    worker.refresh_from_db()

    assert "Deactivate Jo Marsh?" in asked.text
    assert (was_active, worker.is_active) == (False, True)


def test_a_sign_in_link_is_shown_once_as_link_and_code(at_desk, worker):
    shown = at_desk.post(page("person-link", worker, worker.pk), follow=True)
    again = at_desk.get(shown.redirect_chain[-1][0])

    assert "http://testserver/join/?key=" in shown.text
    assert "<svg viewBox=" in shown.text
    assert "/join/?key=" not in again.text
    assert Invitation.objects.get().person == worker


def test_a_second_sign_in_link_ends_the_first(at_desk, worker):
    for _ in range(2):
        at_desk.post(page("person-link", worker, worker.pk))

    assert [link.revoked_at is None for link in Invitation.objects.order_by("pk")] == [False, True]


def test_somebody_deactivated_gets_no_sign_in_link(at_desk, worker):
    at_desk.post(page("person-deactivate", worker, worker.pk))

    response = at_desk.post(page("person-link", worker, worker.pk), follow=True)

    assert "Jo Marsh is not active. Activate them first." in response.text
    assert not Invitation.objects.exists()


def test_removing_a_second_step_tells_the_person_by_e_mail_and_at_the_next_sign_in(at_desk, coordinator, settings):
    settings.EMAIL_IS_SET_UP = True
    coordinator.email = "cass@example.org"
    coordinator.save()

    at_desk.post(page("person-second-step", coordinator, coordinator.pk))

    coordinator.refresh_from_db()
    assert not Authenticator.objects.filter(user=coordinator).exists()
    assert [(message.to, message.subject) for message in mail.outbox] == [(["cass@example.org"], "Your second step was removed")]
    assert "Ade Quinn removed the second step" in mail.outbox[0].body
    assert "Ade Quinn did it on" in browser_of(coordinator).get(reverse("mfa_index")).text


def test_the_own_second_step_is_not_removed_here(at_desk, administrator):
    response = at_desk.post(page("person-second-step", administrator, administrator.pk), follow=True)

    assert "Ask a colleague with your role" in response.text


def test_programme_wide_people_are_a_superusers_alone(at_desk, superuser, editor):
    address = reverse("accounts:person-list", args=["programme"])

    assert at_desk.get(address).status_code == 404
    assert names_on(browser_of(superuser).get(address)) == ["Eve Shaw", "Sol Root"]


def test_somebody_programme_wide_cannot_be_made_a_worker(superuser, editor):
    address = reverse("accounts:person-detail", args=["programme", editor.pk])

    response = browser_of(superuser).post(address, fields_of(editor, roles=[Role.WORKER]))

    assert "Select a valid choice" in response.text
