"""Letting people in by a link that works once: made, shown, sent, renewed, withdrawn, used."""

import datetime
import threading

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from tests.accounts.conftest import browser_of
from tests.accounts.test_models import breaks, check_now
from tests.accounts.test_people import page
from tests.factories import InvitationFactory, OrganisationFactory, SiteFactory, UserFactory
from vein_care.accounts.actions import invitations, people
from vein_care.accounts.actions.invitations import Unusable
from vein_care.accounts.models import AuditEvent, Invitation, User

pytestmark = pytest.mark.django_db

PASSWORD = "three words together"
ADDRESS = "/join/"


def opened(client, token="the-token"):
    return client.get(ADDRESS, {"key": token})


def joined(client, token="the-token", **changes):
    fields = {"display_name": "Alex Rowe", "initials": "AR", "login_name": "alex", "email": "", "password": PASSWORD}
    return client.post(ADDRESS, fields | {"key": token} | changes)


@pytest.fixture
def invitation(organisation, site, administrator):
    return InvitationFactory(organisation=organisation, usual_site=site, created_by=administrator, token="the-token")


@pytest.fixture
def link(worker, administrator):
    """A sign-in link for Jo, who is locked out."""
    return InvitationFactory(organisation=worker.organisation, person=worker, roles=[], created_by=administrator, token="the-token")


# Making them


def test_an_invitation_is_shown_as_link_and_code_and_kept_as_a_hash(at_desk, organisation, site, administrator):
    fields = {"display_name": "Alex Rowe", "email": "", "roles": ["worker"], "usual_site": site.pk}

    shown = at_desk.post(page("invite", organisation), fields, follow=True)

    made = Invitation.objects.get()
    token = shown.context["url"].partition("key=")[2]
    assert (made.display_name, made.roles, made.usual_site, made.created_by) == ("Alex Rowe", ["worker"], site, administrator)
    assert made.expires_at - made.created_at == pytest.approx(datetime.timedelta(days=7), abs=datetime.timedelta(seconds=1))
    assert shown.context["url"] in shown.text.replace("&amp;", "&")
    assert shown.headers["Cache-Control"].count("no-store") == 1
    assert token.encode() not in bytes(made.token_hash)
    assert invitations.find(token) == made


def test_the_link_is_not_shown_again(at_desk, organisation):
    shown = at_desk.post(page("invite", organisation), {"display_name": "Alex", "roles": ["worker"]}, follow=True)

    again = at_desk.get(shown.redirect_chain[-1][0])

    assert "key=" not in again.text
    assert "Make a new link" in again.text


def test_an_invitation_goes_out_by_e_mail_when_there_is_a_server(at_desk, organisation, settings):
    settings.EMAIL_IS_SET_UP = True
    fields = {"display_name": "Alex Rowe", "email": "alex@example.org", "roles": ["worker"]}

    shown = at_desk.post(page("invite", organisation), fields, follow=True)

    [message] = mail.outbox
    assert message.to == ["alex@example.org"]
    assert shown.context["url"] in message.body
    assert "Ade Quinn invites you to use the cards of Vein Care with Harbour Outreach" in message.body
    assert "Sent to alex@example.org." in shown.text


def test_without_a_server_nothing_is_sent_and_nothing_said_to_be(at_desk, organisation):
    fields = {"display_name": "Alex Rowe", "email": "alex@example.org", "roles": ["worker"]}

    shown = at_desk.post(page("invite", organisation), fields, follow=True)

    assert mail.outbox == []
    assert "Sent to" not in shown.text


def test_an_e_mail_server_that_fails_leaves_the_link_on_the_screen(at_desk, organisation, settings):
    settings.EMAIL_IS_SET_UP = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    fields = {"display_name": "Alex Rowe", "email": "alex@example.org", "roles": ["worker"]}

    shown = at_desk.post(page("invite", organisation), fields, follow=True)

    assert "/join/?key=" in shown.text
    assert "Sent to" not in shown.text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"display_name": ""}, "Enter a name."),
        ({"roles": []}, "Choose at least one."),
        ({"roles": ["editor"]}, "Select a valid choice"),
        ({"email": "JO@example.org"}, "Somebody has this e-mail already. If they are locked out"),
        ({"usual_site": "99999999"}, "Select a valid choice"),
    ],
)
def test_an_invitation_that_cannot_be_is_refused(at_desk, organisation, changes, sentence):
    UserFactory(email="jo@example.org")

    response = at_desk.post(page("invite", organisation), {"display_name": "Alex", "roles": ["worker"]} | changes)

    assert sentence in response.text
    assert not Invitation.objects.exists()


def test_an_editor_is_invited_programme_wide(superuser, client):
    address = reverse("accounts:invite", args=["programme"])

    shown = browser_of(superuser).post(address, {"display_name": "Eve", "roles": ["editor"]}, follow=True)
    joined(client, shown.context["url"].partition("key=")[2], login_name="eve")

    editor = User.objects.get(login_name="eve")
    assert (editor.roles, editor.organisation) == (["editor"], None)


def test_a_new_link_ends_the_old_one(at_desk, invitation, client):
    shown = at_desk.post(page("invitation-renew", invitation, invitation.pk), follow=True)

    assert "This link is not complete, or there is a newer one" in opened(client).text
    assert opened(client, shown.context["url"].partition("key=")[2]).status_code == 200


def test_a_used_invitation_gets_no_new_link(at_desk, invitation, client):
    joined(client)

    response = at_desk.post(page("invitation-renew", invitation, invitation.pk), follow=True)

    assert "This link was used or withdrawn. Make a new invitation." in response.text


def test_withdrawing_an_invitation_that_was_just_used_says_so(at_desk, invitation, client):
    joined(client)

    response = at_desk.post(page("invitation-revoke", invitation, invitation.pk), follow=True)

    assert "This link was used a moment ago. If that was the wrong person, deactivate them." in response.text
    assert not AuditEvent.objects.filter(type="invitation.revoked").exists()


@pytest.mark.parametrize("count", [1, 3])
def test_waiting_invitations_cost_the_same_however_many(at_desk, organisation, site, django_assert_num_queries, count):
    InvitationFactory.create_batch(count, organisation=organisation, usual_site=site)

    with django_assert_num_queries(6):
        response = at_desk.get(page("invitation-list", organisation))

    assert response.text.count("Alex Rowe") == count


# Using them


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
            begin.wait(5)
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
        thread.join(10)

    assert sorted(answers) == ["This link has been used already. It works once only.", "in"]
    assert User.objects.filter(login_name__in=["first", "second"]).count() == 1
    assert invitation.organisation.people.count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_who_choose_the_same_login_name_at_once_one_is_asked_for_another():
    made = [InvitationFactory(token=f"token {number}") for number in range(2)]
    begin, answers = threading.Barrier(2), []

    def use(invitation):
        try:
            begin.wait(5)
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
        thread.join(10)

    assert sorted(answers) == ["Somebody has just taken this login name or e-mail. Choose another.", "in"]
    assert Invitation.objects.filter(used_at=None).count() == 1


def test_somebody_who_tries_many_links_is_slowed_down_while_a_real_one_still_opens(client, invitation):
    statuses = [opened(client, f"guess {number}").status_code for number in range(21)]

    assert statuses == [404] * 20 + [429]
    assert opened(client).status_code == 200


# What the table itself refuses


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"token_hash": b"short"}, "accounts_invitation_token_is_hashed"),
        ({"expires_at": timezone.now() - datetime.timedelta(days=1)}, "accounts_invitation_expires_later"),
        ({"used_at": timezone.now()}, "accounts_invitation_used_at_with_by"),
        ({"revoked_at": timezone.now()}, "accounts_invitation_revoked_at_with_by"),
        ({"roles": ["boss"]}, "accounts_invitation_roles_known"),
        ({"roles": ["editor"]}, "accounts_invitation_editor_is_programme_wide"),
    ],
)
def test_the_table_refuses(fields, rule):
    with breaks(rule):
        InvitationFactory(**fields)


def test_the_table_refuses_a_role_without_its_organisation(administrator):
    with breaks("accounts_invitation_role_needs_organisation"):
        InvitationFactory(organisation=None, created_by=administrator)


def test_the_table_refuses_two_invitations_with_one_token():
    InvitationFactory(token="the-token")

    with breaks("accounts_invitation_token_unique"):
        InvitationFactory(token="the-token")


def test_the_table_refuses_both_used_and_withdrawn(administrator):
    now = timezone.now()

    with breaks("accounts_invitation_used_or_revoked"):
        InvitationFactory(used_at=now, used_by=administrator, revoked_at=now, revoked_by=administrator)


def test_the_table_refuses_a_site_of_another_organisation():
    with breaks("accounts_invitation_usual_site_in_organisation"):
        InvitationFactory(organisation=OrganisationFactory(), usual_site=SiteFactory())
        check_now()
