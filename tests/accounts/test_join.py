"""Using a link: who comes in, as what, and everything that does nothing."""

import datetime
import threading

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from tests.accounts.conftest import ADDRESS, PASSWORD, browser_of, joined, opened
from tests.factories import InvitationFactory, UserFactory
from vein_care.accounts.actions import invitations, people
from vein_care.accounts.actions.invitations import Unusable
from vein_care.accounts.models import AuditEvent, Invitation, User

pytestmark = pytest.mark.django_db


def test_opening_an_invitation_says_who_invites_as_what_and_uses_nothing_up(client, invitation):
    for _ in range(3):
        response = opened(client)

    text = " ".join(response.text.split())
    assert "You are invited to Harbour Outreach" in text
    assert "As: Worker, Harbour van" in text
    assert response.context["form"].initial == {"display_name": "Alex Rowe", "initials": "AR", "login_name": "alex.rowe", "email": ""}
    invitation.refresh_from_db()
    assert (invitation.used_at, User.objects.filter(login_name="alex").exists()) == (None, False)


def test_joining_makes_the_person_and_signs_them_in(client, invitation, site, organisation):
    response = joined(client, roles=["administrator"], organisation="999", is_superuser="1")

    person = User.objects.get(login_name="alex")
    assert (person.roles, person.organisation, person.usual_site, person.is_superuser) == (["worker"], organisation, site, False)
    assert person.check_password(PASSWORD)
    assert client.session["_auth_user_id"] == str(person.pk)
    assert response.url == reverse("home")
    invitation.refresh_from_db()
    assert invitation.used_by == person
    events = AuditEvent.objects.order_by("pk").values_list("type", "actor_id", "organisation_id")
    assert list(events) == [("person.joined", person.pk, organisation.pk), ("person.signed_in", person.pk, organisation.pk)]


def test_who_joins_with_a_role_that_needs_a_second_step_sets_it_up_first(client, invitation):
    Invitation.objects.update(roles=["administrator"])

    joined(client)

    assert client.get(reverse("home")).url == reverse("mfa_index")


def test_a_code_photographed_by_somebody_else_does_nothing_after_use(client, invitation):
    joined(client)
    somebody_else = browser_of(None)

    seen = opened(somebody_else)
    tried = joined(somebody_else, login_name="thief")

    assert (seen.status_code, tried.status_code) == (410, 410)
    assert "This link has been used already. It works once only." in seen.text
    assert "Alex" not in seen.text
    assert not User.objects.filter(login_name="thief").exists()
    assert AuditEvent.objects.get(type="invitation.refused").details == {"why": "used"}


def end_by_time(invitation):
    Invitation.objects.update(created_at=timezone.now() - datetime.timedelta(days=8), expires_at=timezone.now() - datetime.timedelta(seconds=1))


def end_by_hand(invitation):
    invitations.revoke(invitation=invitation, by=invitation.created_by)


def close_the_service(invitation):
    invitation.organisation.is_active = False
    invitation.organisation.save()


@pytest.mark.parametrize(
    ("end", "sentence"),
    [
        (end_by_time, "This link was good for seven days, and they are over. Ask your service&#x27;s administrator for a new one."),
        (end_by_hand, "This link was withdrawn. Ask your service&#x27;s administrator for a new one."),
        (close_the_service, "This service does not use Vein Care any more."),
    ],
)
def test_an_invitation_that_is_over_says_why_and_lets_nobody_in(client, invitation, end, sentence):
    end(invitation)

    for response in [opened(client), joined(client)]:
        assert response.status_code == 410
        assert sentence in response.text
    assert not User.objects.filter(login_name="alex").exists()


def test_a_sign_in_link_for_somebody_deactivated_meanwhile_lets_nobody_in(client, link, worker, administrator):
    worker.is_active, worker.deactivated_at = False, timezone.now()
    worker.save()

    response = client.post(ADDRESS, {"key": "the-token", "password": PASSWORD})

    worker.refresh_from_db()
    assert (response.status_code, "This account is not active." in response.text) == (410, True)
    assert not worker.check_password(PASSWORD)


def test_a_deactivated_persons_link_was_withdrawn_with_them(client, link, worker, administrator):
    people.deactivate_person(person=worker, by=administrator)

    assert "This link was withdrawn." in opened(client).text


@pytest.mark.parametrize("token", ["", "x", "the-token ", "\x00", "é" * 500])
def test_an_unknown_link_says_what_to_do(client, invitation, token):
    response = opened(client, token)

    assert (response.status_code, "This link is not complete" in response.text) == (404, True)


def test_somebody_signed_in_is_asked_to_sign_out_first_and_uses_nothing_up(invitation, stranger):
    theirs = browser_of(stranger)

    seen = opened(theirs)
    tried = joined(theirs)

    assert "Robin Far is signed in here" in seen.text
    assert "This link invites somebody new to Harbour Outreach." in seen.text
    assert tried.status_code == 403
    invitation.refresh_from_db()
    assert invitation.used_at is None


def test_signing_out_from_there_leads_back_to_the_invitation(invitation, stranger):
    theirs = browser_of(stranger)

    response = theirs.post(reverse("account_logout"), {"next": "/join/?key=the-token"}, follow=True)

    assert "You are invited to Harbour Outreach" in " ".join(response.text.split())


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"password": ""}, "Choose a password."),
        ({"password": "short"}, "This password is too short."),
        ({"password": "1234567890"}, "This password is too common."),
        ({"password": "alexander.rowe", "login_name": "alexander.rowe"}, "too similar"),
        ({"login_name": "JO"}, "Somebody has this login name already"),
        ({"login_name": "аlex"}, "Use the letters a to z"),
        ({"email": "JO@example.org"}, "Somebody has this e-mail already"),
        ({"initials": ""}, "Enter initials, such as JM."),
        ({"display_name": "\u200b"}, "Enter a name."),
    ],
)
def test_what_cannot_be_chosen_is_said_and_uses_nothing_up(client, invitation, changes, sentence):
    UserFactory(login_name="jo", email="jo@example.org")

    response = joined(client, **changes)

    assert sentence in response.text
    assert not User.objects.filter(login_name__startswith="alex").exists()
    assert "the-token" in response.text


def test_a_site_closed_meanwhile_is_left_out(client, invitation, site):
    site.is_active = False
    site.save()

    joined(client)

    assert User.objects.get(login_name="alex").usual_site is None


def test_a_sign_in_link_sets_a_new_password_ends_other_browsers_and_works_once(client, link, worker):
    elsewhere = browser_of(worker)

    seen = opened(client)
    client.post(ADDRESS, {"key": "the-token", "password": PASSWORD})
    again = opened(browser_of(None))

    worker.refresh_from_db()
    assert "Your login name is still <b>" in seen.text
    assert worker.check_password(PASSWORD)
    assert client.session["_auth_user_id"] == str(worker.pk)
    assert elsewhere.get(reverse("mfa_index")).status_code == 302
    assert "used already" in again.text
    assert AuditEvent.objects.filter(type="person.password_chosen", actor_id=worker.pk).count() == 1


def test_a_sign_in_link_stands_for_the_password_not_for_the_second_step(client, coordinator, administrator):
    InvitationFactory(organisation=coordinator.organisation, person=coordinator, roles=[], created_by=administrator, token="the-token")

    response = client.post(ADDRESS, {"key": "the-token", "password": PASSWORD})

    assert response.url == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session
    assert Authenticator.objects.filter(user=coordinator).exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_use_an_invitation_at_once_one_gets_in():
    invitation = InvitationFactory(token="the-token")
    begin, answers = threading.Barrier(2), []

    def use(login_name):
        try:
            found = invitations.find("the-token")
            begin.wait(60)
            person = User(login_name=login_name, display_name="Alex", initials="A")
            invitations.join(invitation=found, person=person, password=PASSWORD, now=timezone.now())
            answers.append("in")
        except Unusable as refusal:
            answers.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=use, args=[name]) for name in ["first", "second"]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert sorted(answers) == ["This link has been used already. It works once only.", "in"]
    assert User.objects.filter(login_name__in=["first", "second"]).count() == 1
    assert invitation.organisation.people.count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_who_choose_the_same_login_name_at_once_one_is_asked_for_another():
    made = [InvitationFactory(token=f"token {number}") for number in range(2)]
    begin, answers = threading.Barrier(2), []

    def use(invitation):
        try:
            begin.wait(60)
            person = User(login_name="same", display_name="Alex", initials="A")
            invitations.join(invitation=invitation, person=person, password=PASSWORD, now=timezone.now())
            answers.append("in")
        except invitations.NameTaken as refusal:
            answers.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=use, args=[one]) for one in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert sorted(answers) == ["Somebody has just taken this login name or e-mail. Choose another.", "in"]
    assert Invitation.objects.filter(used_at=None).count() == 1


def test_somebody_who_tries_many_links_is_slowed_down_while_a_real_one_still_opens(client, invitation):
    statuses = [opened(client, f"guess {number}").status_code for number in range(21)]

    assert statuses == [404] * 20 + [429]
    assert opened(client).status_code == 200
