"""Two organisations on one installation see nothing of each other."""

from django.utils import timezone
from playwright.sync_api import expect

from sessions.models import CardSession, WorkerTicket
from sessions.models import Tablet as TabletRow
from tests.browser.conftest import DESK, at_the_cards, session_cookie
from tests.browser.tablet import Tablet
from tests.factories import UserFactory
from vein_care.accounts.roles import Role


def test_two_organisations_record_side_by_side_and_see_nothing_of_each_other(open_page, worker, stranger):
    ours, theirs = (Tablet(at_the_cards(open_page(clock=True, who=who))) for who in [worker, stranger])

    ours.talk_about("Water", site="Harbour van")
    theirs.talk_about("The place", site="Elsewhere site")
    for tablet in [ours, theirs]:
        tablet.save()
        tablet.let_it_go()
        tablet.is_received()

    recorded = CardSession.objects.values_list("organisation__name", "site__name", "areas__area")
    assert set(recorded) == {("Harbour Outreach", "Harbour van", "water"), ("Elsewhere Project", "Elsewhere site", "environment")}
    for tablet, other in [(ours, "Elsewhere"), (theirs, "Harbour")]:
        tablet.tap("Home")
        assert other not in tablet.page.content()
        assert other not in tablet.page.evaluate("fetch('/deliver/me.json').then(answer => answer.text())")


def test_each_coordinator_sees_only_records_of_their_own(open_page, worker, stranger, coordinator):
    their_coordinator = UserFactory(organisation=stranger.organisation, roles=[Role.COORDINATOR])
    ours, theirs = (Tablet(at_the_cards(open_page(clock=True, who=who))) for who in [worker, stranger])
    ours.talk_about("Water", site="Harbour van")
    theirs.talk_about("The place", site="Elsewhere site")
    ours.save()
    theirs.save()
    WorkerTicket.objects.update(revoked_at=timezone.now())
    for tablet in [ours, theirs]:
        tablet.let_it_go()
        tablet.is_received()

    for who, own, other in [(coordinator, "Water", "The place"), (their_coordinator, "The place", "Water")]:
        desk = open_page(who=who, size=DESK, touch=False)
        desk.goto("/sessions/looked-at/")
        expect(desk.get_by_role("article")).to_have_count(1)
        expect(desk.get_by_role("article")).to_contain_text(own)
        expect(desk.get_by_role("article")).not_to_contain_text(other)


def test_people_of_two_organisations_take_turns_on_one_device_which_stays_one_tablet_in_each(open_page, server, worker, stranger):
    tablet = Tablet(at_the_cards(open_page(clock=True)))
    # Before it knows that nobody is there, it might ask in the name of the first and be gone before the answer.
    expect(tablet.page.get_by_role("link", name="Sign in", exact=True)).to_be_visible()

    for who, site in [(worker, "Harbour van"), (stranger, "Elsewhere site"), (worker, "Harbour van")]:
        tablet.page.context.clear_cookies()
        tablet.page.context.add_cookies([session_cookie(who, url=server.url)])
        tablet.page.goto("/deliver/")
        tablet.talk_about("Water", site=site)
        tablet.save()
        tablet.let_it_go()
        tablet.is_received()
        tablet.tap("Home")

    assert sorted(TabletRow.objects.values_list("organisation__name", flat=True)) == ["Elsewhere Project", "Harbour Outreach"]
    assert CardSession.objects.filter(site__name="Harbour van").count() == 2
