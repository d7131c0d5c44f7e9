"""Made-up people and sessions: only for a demo, only into an empty database, and only once."""

import time
from collections import Counter
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from cards.models import CardDraft, DeckRelease, DeckReleaseCard
from sessions import demo
from sessions.models import (
    AreaDiscussed,
    CardSession,
    CardShown,
    FeedbackPage,
    HelpPage,
    LocalService,
    Notice,
    PersonFeedback,
    ResourceGiven,
    SiteResource,
)
from tests.factories import OrganisationFactory
from vein_care.accounts.first_run import progress_of
from vein_care.accounts.models import Organisation, Site, User
from vein_care.accounts.roles import Role
from vein_care.accounts.scope import Scope

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo_on(settings):
    settings.VEIN_CARE_DEMO = True


def seed():
    said = StringIO()
    call_command("seed_demo", stdout=said)
    return said.getvalue()


def test_only_a_demo_is_filled():
    with pytest.raises(CommandError, match="VEIN_CARE_DEMO=1"):
        seed()

    assert not Organisation.objects.exists()


def test_database_in_use_is_left_alone(demo_on):
    OrganisationFactory()

    assert seed() == "The demo is already set up.\n"
    assert (Organisation.objects.count(), User.objects.count(), CardSession.objects.count()) == (1, 0, 0)


def test_second_run_changes_nothing(demo_on):
    first = seed()
    before = CardSession.objects.count(), User.objects.count()

    assert first == "Made 2 organisations, 9 people and 400 sessions.\n"
    assert seed() == "The demo is already set up.\n"
    assert (CardSession.objects.count(), User.objects.count()) == before


def test_there_is_somebody_for_every_role_and_two_workers_and_two_editors(demo_on, release):
    seed()

    harbour = Organisation.objects.get(name="Harbour Outreach (made-up)")
    roles = Counter(role for user in User.objects.filter(organisation=harbour) for role in user.roles)
    assert roles == {Role.WORKER: 2, Role.TRAINER: 1, Role.COORDINATOR: 1, Role.ADMINISTRATOR: 1}
    assert User.objects.filter(organisation=None, roles=[Role.EDITOR]).count() == 2
    others = User.objects.exclude(organisation=harbour).exclude(organisation=None)
    assert sorted(role for user in others for role in user.roles) == [Role.COORDINATOR, Role.WORKER]


def test_sites_are_of_different_kinds_and_stock_eight_to_twelve(demo_on):
    seed()

    harbour = Site.objects.filter(organisation__name__startswith="Harbour")
    assert dict(harbour.values_list("name", "kind")) == {"Harbour van": "van", "Mill Street": "place", "Evening round": "round", "Chat line": "chat"}
    stocked = Counter(SiteResource.objects.values_list("site", flat=True))
    assert len(stocked) == Site.objects.count() == 5
    assert all(8 <= count <= 12 for count in stocked.values())


def test_everyone_listed_can_sign_in(demo_on, release, client):
    seed()

    for login_name, _who in demo.LOGINS:
        response = client.post(reverse("account_login"), {"login": login_name, "password": demo.PASSWORD})
        assert response.status_code == 302, login_name
        client.post(reverse("account_logout"))


def test_sessions_are_spread_over_the_year_the_sites_and_everything_else(demo_on, release):
    seed()

    sessions = CardSession.objects.all()
    assert sessions.count() == 400
    assert set(sessions.values_list("site", flat=True)) == set(Site.objects.values_list("pk", flat=True))
    assert set(sessions.values_list("outcome", flat=True)) == set(CardSession.Outcome.values)
    assert len(set(sessions.values_list("held_on__year", "held_on__month"))) >= 12
    for part in [AreaDiscussed, CardShown, ResourceGiven]:
        assert part.objects.count() > 50


def test_there_are_no_more_answers_than_talks_and_people_were_there_from_the_first_day_on(demo_on, release):
    seed()

    since = PersonFeedback.objects.earliest("month").month
    taken_up = CardSession.objects.filter(organisation__name__startswith="Harbour", held_on__gte=since, outcome__in=["held", "cut_short"])
    assert 8 <= sum(PersonFeedback.objects.values_list("count", flat=True)) <= taken_up.count()
    assert User.objects.latest("created_at").created_at.date() <= CardSession.objects.earliest("held_on").held_on


def test_made_up_sessions_are_the_same_every_time(demo_on, release):
    def drawn():
        seed()
        rows = list(CardSession.objects.order_by("pk").values_list("site__name", "held_on", "outcome", "moment", "delivered_by__login_name"))
        for model in [CardSession, LocalService, Notice, HelpPage, CardDraft, FeedbackPage, PersonFeedback]:
            model.objects.all().delete()
        DeckReleaseCard.objects.filter(release__in=DeckRelease.objects.drafts()).delete()
        DeckRelease.objects.drafts().delete()
        User.objects.all().delete()
        SiteResource.objects.all().delete()
        Site.objects.all().delete()
        Organisation.objects.all().delete()
        return rows

    assert drawn() == drawn()


def test_seeding_is_quick(demo_on, release):
    start = time.process_time()

    seed()

    assert time.process_time() - start < 5


def test_getting_started_is_complete_in_both_services(demo_on, release):
    seed()

    for organisation in Organisation.objects.all():
        progress = progress_of(Scope(organisation))
        assert [step.title for step in progress.steps if not step.is_done and not step.is_optional] == []
    assert progress_of(Scope(Organisation.objects.get(name__startswith="Harbour"))).done_count == 6
    assert not Site.objects.filter(support_contact="").exists()
