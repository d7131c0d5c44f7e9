"""Many people behind one address: they sign in, and somebody who guesses there is stopped."""

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.urls import reverse

from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough passphrase"
DROP_IN = {"REMOTE_ADDR": "203.0.113.7"}


def tries(login_name, password):
    """(the browser, the answer) of one try from the drop-in's address."""
    browser = Client(**DROP_IN)
    return browser, browser.post(reverse("account_login"), {"login": login_name, "password": password})


def test_twenty_workers_sign_in_within_a_minute_while_a_guesser_on_their_address_is_stopped(organisation, fully_hashed):
    password = make_password(PASSWORD)
    workers = UserFactory.create_batch(20, organisation=organisation, roles=["worker"], password=password)
    victim = UserFactory(organisation=organisation, roles=["worker"], password=password)
    guesses = []

    for worker in workers:
        guesses.append(tries(victim.login_name, f"guess {worker.pk}")[1])
        browser, answer = tries(worker.login_name, PASSWORD)
        assert (answer.status_code, browser.session.get("_auth_user_id")) == (302, str(worker.pk))

    stopped = ["Too many tries for this account" in guess.text for guess in guesses]
    assert stopped == [False] * 5 + [True] * 15
