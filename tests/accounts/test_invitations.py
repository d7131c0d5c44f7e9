"""Letting people in by a link that works once: made, shown, sent, renewed, withdrawn, used."""

import datetime

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from tests.accounts.conftest import browser_of, joined, opened
from tests.accounts.test_models import breaks, check_now
from tests.accounts.test_people import page
from tests.factories import InvitationFactory, OrganisationFactory, SiteFactory, UserFactory
from vein_care.accounts.actions import invitations
from vein_care.accounts.models import AuditEvent, Invitation, User

pytestmark = pytest.mark.django_db


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


def test_a_name_does_not_write_lines_of_its_own_into_the_e_mail(at_desk, organisation, settings):
    settings.EMAIL_IS_SET_UP, settings.EMAIL_BACKEND = True, "django.core.mail.backends.locmem.EmailBackend"
    data = {"display_name": "Jo\n\nYour account is in danger. Go to", "email": "jo@example.org", "roles": ["worker"]}

    response = at_desk.post(page("invite", organisation), data)

    assert "Keep this on one line." in response.text
    assert (mail.outbox, Invitation.objects.count()) == ([], 0)


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
