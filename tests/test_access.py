"""Every address × every role × own and other organisation × every method, against the table in tests/access.py."""

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.access import ACTORS, PUBLIC, ROWS
from tests.factories import HelpPageFactory, LocalServiceFactory, TabletFactory, UserFactory

pytestmark = pytest.mark.django_db

METHODS = ["get", "head", "options", "post", "put", "patch", "delete"]


def every_address():
    def walk(patterns, namespaces=()):
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, (*namespaces, pattern.namespace) if pattern.namespace else namespaces)
            elif isinstance(pattern, URLPattern):
                yield ":".join([*namespaces, pattern.name or f"unnamed {pattern.pattern}"])

    return sorted(walk(get_resolver().url_patterns))


@pytest.fixture
def addresses(release, organisation):
    """Name of an argument builder → the parts of the address."""
    from sessions.deliver import deck_url

    made = {
        "organisation": [organisation.pk],
        "service": [organisation.pk, LocalServiceFactory(organisation=organisation).pk],
        "tablet": [organisation.pk, TabletFactory(organisation=organisation).pk],
        "help_page": [HelpPageFactory().slug],
    }
    own = {builder: lambda name, parts=parts: reverse(name, args=parts) for builder, parts in made.items()}
    return {"": lambda name: reverse(name), "deck": lambda name: deck_url()} | own


@pytest.fixture
def actors(worker, trainer, coordinator, administrator, editor, stranger):
    superuser = UserFactory(is_superuser=True, organisation=None, roles=[])
    people = {"signed_out": None, "worker": worker, "trainer": trainer, "coordinator": coordinator, "administrator": administrator}
    return people | {"editor": editor, "superuser": superuser, "stranger": stranger}


def sign_in(client, person):
    client.logout()
    if person is not None:
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")


def expected_status(row, actor, method):
    if method in {"get", "head"}:
        fallback = row.everyone if row.public or actor != "signed_out" else 302
        return row.get.get(actor, fallback)
    if method == "post" and row.post is not None:
        if isinstance(row.post, dict):
            return row.post.get(actor, row.post.get("signed_in"))
        return row.post
    if method == "options":
        return None
    return 405 if row.public or actor != "signed_out" else 302


def test_every_address_has_a_row_and_every_row_an_address():
    assert every_address() == sorted(ROWS)


def test_public_addresses_are_this_short_list():
    assert PUBLIC == [
        "account_inactive",
        "account_login",
        "account_logout",
        "deliver:deck",
        "deliver:me",
        "deliver:shell",
        "health",
        "help",
        "local-help",
        "sessions:record-hand-in",
        "written",
    ]


@pytest.mark.parametrize("actor", ACTORS)
@pytest.mark.parametrize("name", sorted(ROWS))
def test_address_answers_as_the_table_says(client, actors, addresses, name, actor):
    row = ROWS[name]
    address = addresses[row.arguments](name)
    answers, expected = {}, {}
    for method in METHODS:
        sign_in(client, actors[actor])
        answers[method] = getattr(client, method)(address).status_code
        expected[method] = expected_status(row, actor, method)
        if expected[method] is None:
            expected[method] = answers[method]

    assert answers == expected
    assert answers["options"] < 500


def test_signed_out_people_are_sent_to_sign_in_and_back(client):
    response = client.get(reverse("home"))

    assert response.url == f"{reverse('account_login')}?next=/"


def test_unknown_address_is_a_plain_404_page(client):
    response = client.get("/no/such/page/")

    assert response.status_code == 404
    assert "Nothing here" in response.text
