"""Headers and settings that keep a page from doing what we did not write."""

import pytest
from csp.decorators import csp_update
from csp.exceptions import CSPNonceError
from csp.utils import build_policy
from django.http import HttpResponse
from django.urls import reverse

from vein_care.middleware import ContentPolicyMiddleware

POLICY = (
    "base-uri 'none'; connect-src 'self'; default-src 'none'; form-action 'self'; frame-ancestors 'none'; "
    "img-src 'self'; manifest-src 'self'; script-src 'self'; style-src 'self'; worker-src 'self'"
)
OF_EVERY_ANSWER = ["X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy"]


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["account_login", "help", "written", "health", "deliver:shell"])
def test_content_policy_is_exactly_this(client, release, name):
    header = client.get(reverse(name)).headers["Content-Security-Policy"]

    assert "; ".join(sorted(header.split("; "))) == POLICY


@pytest.mark.django_db
def test_hand_ins_have_the_headers_of_every_other_answer_on_their_shorter_way(client, settings, monkeypatch):
    settings.SECURE_HSTS_SECONDS = 60
    long_way = client.get(reverse("health"), secure=True)
    path = reverse("sessions:record-hand-in")
    client.raise_request_exception = False
    answers = {
        405: client.get(path, secure=True),
        401: client.post(path, "", content_type="application/jose", secure=True),
        400: client.post(path, headers={"host": "elsewhere.example"}, secure=True),
    }
    monkeypatch.setattr("sessions.views._take_in", lambda *_, **__: 1 / 0)
    answers[500] = client.post(path, secure=True)

    for status, answer in answers.items():
        assert answer.status_code == status
        assert not answer.cookies
        for name in ["Content-Security-Policy", "X-Frame-Options", "Strict-Transport-Security", *OF_EVERY_ANSWER]:
            assert answer.headers[name] == long_way.headers[name], (status, name)
    for status in (401, 405, 500):
        assert int(answers[status].headers["Content-Length"]) == len(answers[status].content)


@pytest.mark.django_db
def test_hand_ins_over_plain_http_are_sent_to_https_like_everything_else(client, settings):
    settings.SECURE_SSL_REDIRECT = True

    answer = client.post(reverse("sessions:record-hand-in"))

    assert (answer.status_code, answer.url) == (301, "https://testserver/sessions/records/")


def test_an_answer_that_asks_for_another_policy_gets_it(rf):
    @csp_update({"img-src": ["blob:"]})
    def with_more(_request):
        return HttpResponse()

    def with_a_nonce(request):
        return HttpResponse(str(request.csp_nonce))

    def policy_of(view):
        request = rf.get("/")
        answer = ContentPolicyMiddleware(view)(request)
        return answer.headers["Content-Security-Policy"], answer.text, request

    usual, _nothing, request = policy_of(lambda _request: HttpResponse())
    assert "; ".join(sorted(usual.split("; "))) == POLICY
    with pytest.raises(CSPNonceError):
        str(request.csp_nonce)
    assert "img-src 'self' blob:" in policy_of(with_more)[0]
    other, nonce, _request = policy_of(with_a_nonce)
    assert nonce and other == build_policy(nonce=nonce)


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
