"""The second step at sign-in: nothing opens without it for those who need it; codes work once, and with a clock that is a minute off."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client
from django.urls import reverse

from tests.access import PUBLIC, ROWS
from tests.accounts.conftest import browser_of
from tests.factories import TOTP_SECRET, UserFactory
from tests.test_access import addresses, every_address  # noqa: F401  a fixture
from vein_care.accounts.models import AuditEvent, User
from vein_care.accounts.roles import WITH_SECOND_STEP, Role
from vein_care.accounts.second_step import OPEN

pytestmark = pytest.mark.django_db

GARBAGE = ["", "{}", "[]", "null", "x", '{"id": 1}', '{"response": {"userHandle": []}}', '{"rawId": "AA", "id": "AA", "type": "x", "response": 5}']
PASSWORD = "a long enough passphrase"


def code(*, steps_off=0, secret=TOTP_SECRET):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps_off))


def with_password(person):
    person.set_password(PASSWORD)
    person.save()
    return person


def signs_in(client, person):
    return client.post(reverse("account_login"), {"login": person.login_name, "password": PASSWORD})


@pytest.fixture
def cass(coordinator):
    return with_password(coordinator)


@pytest.fixture
def without(organisation):
    """A coordinator who has yet to set up a second step."""
    return with_password(UserFactory(organisation=organisation, roles=[Role.COORDINATOR], second_step=False))


def test_the_roles_that_need_it_are_all_but_the_workers():
    assert {role.value for role in WITH_SECOND_STEP} == {"trainer", "coordinator", "administrator", "editor"}


@pytest.mark.parametrize("role", ["trainer", "coordinator", "administrator", "editor", "superuser"])
def test_no_page_opens_without(addresses, organisation, role):  # noqa: F811
    person = UserFactory(
        organisation=None if role in {"editor", "superuser"} else organisation,
        roles=[] if role == "superuser" else [role],
        is_superuser=role == "superuser",
        second_step=False,
    )
    browser = browser_of(person)
    sent_elsewhere = []

    for name in sorted(set(every_address()) - set(PUBLIC) - OPEN):
        response = browser.get(addresses[ROWS[name].arguments](name))
        if (response.status_code, response.headers.get("Location")) != (302, reverse("mfa_index")):
            sent_elsewhere.append(name)

    assert sent_elsewhere == []


def test_posting_opens_nothing_either(without, organisation, worker):
    without.roles = ["administrator"]
    without.save()

    response = browser_of(without).post(reverse("accounts:person-deactivate", args=[str(organisation.pk), worker.pk]))

    worker.refresh_from_db()
    assert (response.url, worker.is_active) == (reverse("mfa_index"), True)


def test_public_pages_are_shown_as_to_anyone(without, release):
    browser = browser_of(without)

    assert browser.get(reverse("deliver:me")).status_code == 401
    assert without.display_name not in browser.get(reverse("help")).text


def test_what_stays_open_is_this_short_list():
    assert sorted(OPEN) == [
        "account_login",
        "account_logout",
        "account_reauthenticate",
        "accounts:note-read",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_authenticate",
        "mfa_index",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
    ]


def test_workers_need_none(worker):
    assert browser_of(worker).get(reverse("mfa_index")).status_code == 200
    assert browser_of(worker).get(reverse("home")).url == reverse("deliver:shell")


def test_a_demo_can_do_without_and_says_so_on_every_page(without, settings):
    settings.SECOND_STEP_REQUIRED, settings.VEIN_CARE_DEMO = False, True

    response = browser_of(without).get(reverse("home"))

    assert response.status_code == 200
    assert "Signing in needs no second step here." in response.text


@pytest.mark.parametrize(
    ("demo", "without_mfa", "required"), [("1", None, False), ("1", "0", True), ("1", "1", False), ("0", "1", True), ("0", None, True)]
)
def test_only_a_demo_can_switch_it_off(demo, without_mfa, required):
    import os
    import subprocess
    import sys

    environment = os.environ | {"VEIN_CARE_DEMO": demo} | ({} if without_mfa is None else {"DEMO_WITHOUT_MFA": without_mfa})
    if without_mfa is None:
        environment.pop("DEMO_WITHOUT_MFA", None)
    program = "from vein_care import settings; print(settings.SECOND_STEP_REQUIRED)"
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == str(required)


# Setting up


def test_setting_up_an_app_goes_on_to_the_codes_and_then_everything_opens(client, without):
    signs_in(client, without)
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret

    response = client.post(reverse("mfa_activate_totp"), {"code": code(secret=secret)}, follow=True)

    assert secret in page.text
    assert "<svg viewBox=" in page.text
    assert response.redirect_chain[-1][0] == reverse("mfa_view_recovery_codes")
    assert len(response.context["unused_codes"]) == 10
    assert client.get(reverse("home")).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_setting_up_the_first_ends_other_browsers_that_came_in_without(client, without):
    other = Client()
    signs_in(other, without)
    signs_in(client, without)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret

    client.post(reverse("mfa_activate_totp"), {"code": code(secret=secret)})

    assert client.get(reverse("home")).status_code == 200
    assert reverse("account_login") in other.get(reverse("home")).url


def test_a_wrong_code_says_what_to_try(client, without):
    signs_in(client, without)
    client.get(reverse("mfa_activate_totp"))

    response = client.post(reverse("mfa_activate_totp"), {"code": "000000"})

    assert "Check the time on your phone, wait for the next code and try again." in response.text
    assert not Authenticator.objects.filter(user=without).exists()


def test_somebody_signed_in_for_long_shows_again_who_they_are(client, without, monkeypatch):
    signs_in(client, without)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 11 * 60)

    response = client.get(reverse("mfa_activate_totp"))

    assert response.url.startswith(reverse("account_reauthenticate"))


# Signing in


def test_password_and_code_sign_in(client, cass):
    first = signs_in(client, cass)
    asked = client.get(first.url)
    second = client.post(first.url, {"code": code()})

    assert first.url == reverse("mfa_authenticate")
    assert "Use your passkey" not in asked.text
    assert second.url == reverse("home")
    assert client.session["_auth_user_id"] == str(cass.pk)


def test_the_password_alone_signs_nobody_in(client, cass):
    signs_in(client, cass)

    assert "_auth_user_id" not in client.session
    assert reverse("account_login") in client.get(reverse("home")).url


@pytest.mark.parametrize("steps_off", [-2, -1, 1, 2])
def test_a_clock_that_is_a_minute_off_signs_in(client, cass, steps_off, monkeypatch):
    signs_in(client, cass)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)  # or a step could end between writing the code and reading it

    assert client.post(reverse("mfa_authenticate"), {"code": code(steps_off=steps_off)}).status_code == 302


@pytest.mark.parametrize("steps_off", [-4, 4])
def test_a_clock_that_is_two_minutes_off_does_not_and_is_told_why(client, cass, steps_off):
    signs_in(client, cass)

    response = client.post(reverse("mfa_authenticate"), {"code": code(steps_off=steps_off)})

    assert "Check the time on your phone" in response.text


@pytest.mark.parametrize("spaced", [False, True])
def test_a_code_works_once_however_it_is_written(cass, spaced, monkeypatch):
    used = code()
    first, second = Client(), Client()
    signs_in(first, cass)
    first.post(reverse("mfa_authenticate"), {"code": used})
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 45)  # allauth itself has forgotten the code by now
    signs_in(second, cass)

    second.post(reverse("mfa_authenticate"), {"code": f"{used[:3]} {used[3:]}" if spaced else used})

    assert "_auth_user_id" not in second.session


def test_a_recovery_code_stands_in_for_a_lost_phone_once(client, cass):
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    [spare, *_rest] = RecoveryCodes.activate(cass).generate_codes()
    second = Client()
    signs_in(client, cass)
    signs_in(second, cass)

    client.post(reverse("mfa_authenticate"), {"code": spare})
    second.post(reverse("mfa_authenticate"), {"code": spare})

    assert client.session["_auth_user_id"] == str(cass.pk)
    assert "_auth_user_id" not in second.session
    assert AuditEvent.objects.filter(type="second_step.code_used", actor_id=cass.pk).count() == 1


def test_a_guesser_of_codes_is_stopped(client, cass):
    signs_in(client, cass)

    answers = [client.post(reverse("mfa_authenticate"), {"code": f"{guess:06}"}).text for guess in range(6)]
    right = client.post(reverse("mfa_authenticate"), {"code": code()})

    assert "Too many tries for this account" in answers[-1]
    assert right.status_code == 200
    assert AuditEvent.objects.filter(type="second_step.failed", target_id=str(cass.pk)).count() == 5


def test_garbage_from_a_passkey_is_refused_in_words(client, cass):
    signs_in(client, cass)

    for credential in GARBAGE:
        assert client.post(reverse("mfa_authenticate"), {"credential": credential}).status_code == 200


def test_a_made_up_passkey_is_not_taken(client, cass):
    signs_in(client, cass)
    client.post(reverse("mfa_authenticate"), {"code": code()})

    for credential in GARBAGE:
        response = client.post(reverse("mfa_add_webauthn"), {"name": "Key", "credential": credential})
        assert (response.status_code, Authenticator.objects.filter(type="webauthn").exists()) == (200, False)


# Losing it


def test_who_lost_theirs_is_told_who_removed_it_and_sets_up_a_new_one(client, cass, administrator, django_capture_on_commit_callbacks):
    from vein_care.accounts.actions.people import remove_second_step

    remove_second_step(person=cass, by=administrator)

    first = signs_in(client, cass)
    told = client.get(first.url)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mfa_activate_totp"), {"code": code(secret=secret)})

    assert first.url == reverse("mfa_index")
    assert "Ade Quinn did it on" in told.text
    assert "Ade Quinn" not in client.get(reverse("mfa_index")).text
    assert User.objects.get(pk=cass.pk).second_step_removed_at is None


def test_a_worker_is_told_and_may_go_on_without(client, worker, administrator):
    from vein_care.accounts.actions.people import remove_second_step

    Authenticator.objects.create(user=with_password(worker), type="totp", data={"secret": TOTP_SECRET})
    remove_second_step(person=worker, by=administrator)

    first = signs_in(client, worker)
    told = client.get(first.url)
    after = client.post(reverse("accounts:note-read"))

    assert (first.url, after.url) == (reverse("mfa_index"), reverse("home"))
    assert "I have read this" in told.text
    assert "did it on" not in client.get(reverse("mfa_index")).text


def test_removing_the_only_one_leads_to_setting_up_another(client, cass):
    signs_in(client, cass)
    client.post(reverse("mfa_authenticate"), {"code": code()})

    client.post(reverse("mfa_deactivate_totp"))

    assert client.get(reverse("home")).url == reverse("mfa_index")
    assert AuditEvent.objects.filter(type="second_step.removed", actor_id=cass.pk).count() == 1


# The password


def test_changing_the_password_keeps_this_browser_and_ends_the_others(client, worker):
    other = browser_of(with_password(worker))
    signs_in(client, worker)

    response = client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": "another long passphrase"}, follow=True)

    worker.refresh_from_db()
    assert worker.check_password("another long passphrase")
    assert "Your password is changed." in response.text
    assert reverse("account_login") in other.get(reverse("mfa_index")).url
    assert AuditEvent.objects.filter(type="person.password_changed").count() == 1


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"oldpassword": "wrong", "password1": "another long passphrase"}, "That is not your password."),
        ({"oldpassword": PASSWORD, "password1": "short"}, "This password is too short."),
        ({"oldpassword": "", "password1": ""}, "Choose a password."),
    ],
)
def test_a_password_that_cannot_be_is_refused(client, worker, fields, sentence):
    signs_in(client, with_password(worker))

    assert sentence in client.post(reverse("account_change_password"), fields).text
