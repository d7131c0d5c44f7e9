"""Every address × every role × own and other organisation × every method, against the table in tests/access.py."""

import copy
from functools import cache

import pytest
from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from cards import editing, stored_pictures
from sessions.models import FeedbackPage
from tests.access import ACTORS, PUBLIC, ROWS
from tests.factories import (
    CardSessionFactory,
    ExportFactory,
    HandInFactory,
    HelpPageFactory,
    InvitationFactory,
    LocalServiceFactory,
    QuarantinedRecordFactory,
    TabletFactory,
    UserFactory,
)
from tests.training.factories import (
    AssignmentFactory,
    CompletionFactory,
    CourseFactory,
    ModuleFactory,
    ModuleVersionFactory,
    TrainingEventFactory,
)
from training.actions.course import COURSE

pytestmark = pytest.mark.django_db

METHODS = ["get", "head", "options", "post", "put", "patch", "delete"]


def every_address():
    def walk(patterns, namespaces=()):
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                if pattern.namespace == "admin":
                    yield "admin:index"  # one row for the whole admin site
                else:
                    yield from walk(pattern.url_patterns, (*namespaces, pattern.namespace) if pattern.namespace else namespaces)
            elif isinstance(pattern, URLPattern):
                yield ":".join([*namespaces, pattern.name or f"unnamed {pattern.pattern}"])

    return sorted(walk(get_resolver().url_patterns))


def draft_of_course():
    CourseFactory()
    return COURSE.begin_draft(by=UserFactory(organisation=None, roles=["editor"]))


@pytest.fixture
def addresses(release, organisation, site, worker, coordinator):
    """Name of an argument builder → what makes the address, and what lies there, when it is asked for."""
    from sessions.deliver import deck_url

    person = cache(lambda: UserFactory(organisation=organisation, roles=["worker"]))
    tablet = cache(lambda: TabletFactory(organisation=organisation))
    draft = cache(lambda: editing.begin_draft(by=UserFactory(organisation=None, roles=["editor"])))
    own = str(organisation.pk)
    return {
        "": lambda name: reverse(name),
        "deck": lambda name: deck_url(),
        "service": lambda name: reverse(name, args=[own]),
        "site": lambda name: reverse(name, args=[own, site.pk]),
        "site_alone": lambda name: reverse(name, args=[site.pk]),
        "person": lambda name: reverse(name, args=[own, person().pk]),
        "invitation": lambda name: reverse(name, args=[own, InvitationFactory(organisation=organisation).pk]),
        "own_session": lambda name: reverse(name, args=[_own_session(site, worker).pk]),
        "quarantined": lambda name: reverse(name, args=[QuarantinedRecordFactory(tablet=tablet()).pk]),
        "local_service": lambda name: reverse(name, args=[own, LocalServiceFactory(organisation=organisation).pk]),
        "tablet": lambda name: reverse(name, args=[own, tablet().pk]),
        "counter_tablet": lambda name: reverse(name, args=[own, TabletFactory(organisation=organisation, site=site, is_counter=True).pk]),
        "feedback_poster": lambda name: reverse(name, args=[own, FeedbackPage.objects.get_or_create(site=site)[0].pk]),
        "feedback_page": lambda name: reverse(name, args=[FeedbackPage.objects.get_or_create(site=site)[0].code]),
        "help_page": lambda name: reverse(name, args=[HelpPageFactory().slug]),
        "shown_card": lambda name: reverse(name, args=["ampoule"]),
        "code_of_card": lambda name: f"{reverse(name)}?cards=ampoule",
        "picture": lambda name: reverse(name, args=[stored_pictures.store(b"<svg/>", "image/svg+xml").digest]),
        "card": lambda name: reverse(name, args=["ampoule"]),
        "draft": lambda name: reverse(name, args=[draft().pk]),
        "published": lambda name: reverse(name, args=[release.pk]),
        "card_of_draft": lambda name: reverse(name, args=[draft().pk, "ampoule"]),
        "export": lambda name: reverse(name, args=[ExportFactory(organisation=organisation, asked_by=coordinator).pk]),
        "no_passkey": lambda name: reverse(name, args=[1]),
        **_addresses_of_training(organisation, person, worker),
    }


def _own_session(site, worker):
    return HandInFactory(session=CardSessionFactory(site=site, delivered_by=worker)).session


def _addresses_of_training(organisation, person, worker):
    """person() is the learner."""
    asked = cache(lambda: AssignmentFactory(person=person(), module=ModuleFactory(slug="asked")))
    return {
        "course": lambda name: reverse(name, args=[CourseFactory().pk]),
        "course_draft": lambda name: reverse(name, args=[draft_of_course().pk]),
        "module_of_draft": lambda name: reverse(name, args=[draft_of_course().pk, "peers"]),
        "event": lambda name: reverse(name, args=[TrainingEventFactory(organisation=organisation).pk]),
        "learner": lambda name: reverse(name, args=[person().pk]),
        "learners_completion": lambda name: reverse(name, args=[person().pk, CompletionFactory(person=person()).pk]),
        "learners_assignment": lambda name: reverse(name, args=[person().pk, asked().pk]),
        "module_version": lambda name: reverse(name, args=[CourseFactory().versions.first().pk]),
        "round": lambda name: reverse(name, args=[asked().round.pk]),
        "lesson": lambda name: reverse(name, args=[_course_with("why-vein-care"), 1, 1]),
        "module": lambda name: reverse(name, args=[_course_with("why-vein-care")]),
        "completion_of_worker": lambda name: reverse(name, args=[CompletionFactory(person=worker).pk]),
    }


def _course_with(slug):
    """The slug of a module that is in the course."""
    CourseFactory(versions=[ModuleVersionFactory(slug=slug)])
    return slug


@pytest.fixture(autouse=True)
def who_is_signed_in_stands_in_the_cookie(settings):
    """One statement less for each of thousands of requests. Which addresses open is the same wherever sign-ins are kept."""
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"


@pytest.fixture(autouse=True)
def who_is_signed_in_is_read_once(monkeypatch):
    """Another statement less, with all that Django does to make an object of what it answers. Each request gets an object of its own."""
    read = cache(AuthenticationBackend().get_user)
    monkeypatch.setattr(AuthenticationBackend, "get_user", lambda _backend, number: copy.copy(read(number)))


@pytest.fixture
def actors(worker, trainer, coordinator, administrator, editor, stranger):
    superuser = UserFactory(is_superuser=True, organisation=None, roles=[])
    people = {"signed_out": None, "worker": worker, "trainer": trainer, "coordinator": coordinator, "administrator": administrator}
    return people | {"editor": editor, "superuser": superuser, "stranger": stranger}


def stay_signed_in(client, person):
    """Sign in, unless that is so already: some addresses sign out."""
    cookie = client.cookies.get(settings.SESSION_COOKIE_NAME)
    if person is not None and not (cookie and cookie.value):
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
        "accounts:join",
        "cards:picture",
        "certificate-check",
        "deliver:counter",
        "deliver:deck",
        "deliver:manifest",
        "deliver:me",
        "deliver:shell",
        "deliver:sign-out",
        "deliver:worker",
        "health",
        "help",
        "local-help",
        "mfa_authenticate",
        "public-card",
        "public-cards",
        "public-code",
        "say",
        "say-tapped",
        "sessions:record-hand-in",
        "training:me",
        "written",
    ]


@pytest.mark.parametrize("name", sorted(ROWS))
def test_address_answers_everybody_as_the_table_says(actors, addresses, name):
    address = addresses[ROWS[name].arguments](name)

    answers = {actor: answers_to(actors[actor], address, methods_of(name)) for actor in ACTORS}

    assert answers == {actor: expected_answers(name, actor, answers[actor]) for actor in ACTORS}
    assert all(answer["options"] < 500 for answer in answers.values())


def methods_of(name):
    return ["get", "head", "options"] if name == "admin:index" else METHODS


def answers_to(person, address, methods):
    """Method → status, one after the other on one device. What they change is undone, so that everybody finds the same."""
    client, answers = Client(), {}
    with transaction.atomic():
        for method in methods:
            stay_signed_in(client, person)
            answer = getattr(client, method)(address)
            answers[method] = answer.status_code
            if answer.streaming:
                answer.getvalue()
        transaction.set_rollback(True)
    return answers


def expected_answers(name, actor, answers):
    """Where the table leaves open what is answered, whatever was."""
    expected = {method: expected_status(ROWS[name], actor, method) for method in answers}
    return {method: answers[method] if status is None else status for method, status in expected.items()}


def test_signed_out_people_are_sent_to_sign_in_and_back(client):
    response = client.get(reverse("home"))

    assert response.url == f"{reverse('account_login')}?next=/"


def test_unknown_address_is_a_plain_404_page(client):
    response = client.get("/no/such/page/")

    assert response.status_code == 404
    assert "Nothing here" in response.text
