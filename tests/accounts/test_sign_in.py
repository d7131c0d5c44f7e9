"""Signing in: by login name or e-mail, with sentences that help, and limits that stop a guesser and nobody else."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from tests.factories import UserFactory
from vein_care.accounts.models import AuditEvent

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough passphrase"


@pytest.fixture(autouse=True)
def fresh_counts():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def jo():
    user = UserFactory(login_name="jo", email="jo@example.org")
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(client, login, password=PASSWORD, **data):
    return client.post(reverse("account_login"), {"login": login, "password": password, **data})


@pytest.mark.parametrize("login", ["jo", "JO", "jo@example.org", "Jo@Example.org", "  jo "])
def test_login_name_and_email_both_work_in_any_case(client, jo, login):
    response = sign_in(client, login)

    assert (response.status_code, response.url) == (302, reverse("home"))
    assert client.session["_auth_user_id"] == str(jo.pk)


def test_passwords_cost_a_guesser_46_mib_each_and_older_ones_are_kept_anew(client, jo, fully_hashed):
    kept_at_less = jo.password

    sign_in(client, "jo")

    jo.refresh_from_db()
    assert not kept_at_less.startswith("argon2$argon2id$v=19$m=47104,t=1,p=1$")
    assert jo.password.startswith("argon2$argon2id$v=19$m=47104,t=1,p=1$")


def test_signing_in_returns_to_where_one_was_going(client, jo):
    response = sign_in(client, "jo", next="/deliver/")

    assert response.url == "/deliver/"


def test_another_site_is_no_place_to_return_to(client, jo):
    response = sign_in(client, "jo", next="https://elsewhere.example/")

    assert response.url == reverse("home")


@pytest.mark.parametrize(
    ("login", "password", "sentence"),
    [
        ("", PASSWORD, "Enter your login name or your e-mail."),
        ("jo", "", "Enter your password."),
        ("jo", "wrong", "That login name and password do not go together. Check both and try again."),
        ("jo@example.org", "wrong", "That e-mail and password do not go together. Check both and try again."),
        ("nobody", "wrong", "That login name and password do not go together. Check both and try again."),
    ],
)
def test_refused_sign_in_says_what_to_do(client, jo, login, password, sentence):
    response = sign_in(client, login, password)

    assert response.status_code == 200
    assert sentence in response.text
    assert "<title>Error: " in " ".join(response.text.split())


def test_nobody_inactive_signs_in(client, jo):
    from django.utils import timezone

    jo.is_active, jo.deactivated_at = False, timezone.now()
    jo.save()

    sign_in(client, "jo")

    assert "_auth_user_id" not in client.session


def test_guesser_is_stopped_while_others_behind_the_address_sign_in(client, jo):
    sam = UserFactory(login_name="sam")
    sam.set_password(PASSWORD)
    sam.save()

    for _ in range(6):
        refused = sign_in(client, "jo", "guess")
    jo_with_right_password = sign_in(client, "jo")
    sam_signs_in = sign_in(client, "sam")

    assert "Too many tries for this account" in refused.text
    assert "Too many tries for this account" in jo_with_right_password.text
    assert sam_signs_in.status_code == 302


@pytest.mark.parametrize(
    "disguise",
    [
        lambda number: {"HTTP_HOST": f"testserver:{8000 + number}"},
        lambda number: {"HTTP_HOST": ["testserver", "localhost"][number % 2]},
        lambda number: {"login": ["jo", "jo@example.org", "JO@example.org", "Jo"][number % 4]},
    ],
    ids=["another port in the address", "another name of the server", "login name and e-mail in turn"],
)
def test_guesser_has_five_tries_at_an_account_however_it_is_addressed(client, jo, disguise):
    sentences = []
    for number in range(6):
        changes = {"login": "jo"} | disguise(number)
        login = changes.pop("login")
        response = client.post(reverse("account_login"), {"login": login, "password": f"guess number {number}"}, **changes)
        sentences.append(response.context["form"].non_field_errors()[0][:14])

    assert (sentences.count("Too many tries"), sentences[-1]) == (1, "Too many tries")


def test_sign_in_out_and_failure_are_in_the_audit_trail(client, jo):
    sign_in(client, "jo", "wrong")
    sign_in(client, "jo")
    client.post(reverse("account_logout"))

    events = AuditEvent.objects.order_by("id").values_list("type", "target_id", "organisation_id")
    assert list(events) == [
        ("person.sign_in_failed", str(jo.pk), jo.organisation_id),
        ("person.signed_in", str(jo.pk), jo.organisation_id),
        ("person.signed_out", str(jo.pk), jo.organisation_id),
    ]


def test_what_a_failed_sign_in_typed_is_not_kept(client, jo):
    sign_in(client, "my secret typed in the wrong field", "wrong")

    event = AuditEvent.objects.get()
    assert (event.target_id, event.actor_name, event.details) == ("", "", {"known": False})


def test_nobody_signs_up_by_themselves(client):
    assert client.get("/accounts/signup/").status_code in {302, 404}
    assert not any("signup" in str(pattern.pattern) for pattern in __import__("vein_care.urls", fromlist=["x"]).urlpatterns)


def test_signing_out_asks_first_and_says_that_records_are_safe(client, jo):
    client.force_login(jo, backend="allauth.account.auth_backends.AuthenticationBackend")

    page = client.get(reverse("account_logout"))

    assert "Records that wait to be sent stay safe" in page.text
    assert client.session["_auth_user_id"]
