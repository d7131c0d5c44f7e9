"""Headers and settings that keep a page from doing what we did not write."""

import pytest
from django.urls import reverse

POLICY = (
    "base-uri 'none'; connect-src 'self'; default-src 'none'; form-action 'self'; frame-ancestors 'none'; "
    "img-src 'self'; manifest-src 'self'; script-src 'self'; style-src 'self'; worker-src 'self'"
)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["account_login", "help", "written", "health", "deliver:shell"])
def test_content_policy_is_exactly_this(client, release, name):
    header = client.get(reverse(name)).headers["Content-Security-Policy"]

    assert "; ".join(sorted(header.split("; "))) == POLICY


@pytest.mark.django_db
def test_pages_cannot_be_framed_or_sniffed_and_tell_no_other_site_where_one_was(client):
    headers = client.get(reverse("help")).headers

    assert (headers["X-Frame-Options"], headers["X-Content-Type-Options"], headers["Referrer-Policy"]) == ("DENY", "nosniff", "same-origin")


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["help", "written", "health"])
def test_public_pages_set_no_cookie(client, name):
    assert client.get(reverse(name)).cookies == {}


@pytest.mark.django_db
def test_health_says_when_the_database_is_down(client, monkeypatch):
    from django.db import OperationalError, connection

    def refuse():
        raise OperationalError("down")

    monkeypatch.setattr(connection, "cursor", refuse)

    response = client.get(reverse("health"))

    assert (response.status_code, response.json()) == (503, {"database": "down"})
