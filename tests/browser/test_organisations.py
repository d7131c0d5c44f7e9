"""Two organisations on one installation see nothing of each other."""

from django.utils import timezone
from playwright.sync_api import expect

from sessions.models import CardSession, WorkerTicket
from tests.browser.conftest import DESK, at_the_cards
from tests.browser.tablet import Tablet
from tests.factories import UserFactory
from vein_care.accounts.roles import Role


def test_two_organisations_record_side_by_side_and_nobody_of_one_sees_anything_of_the_other(open_page, worker, stranger, coordinator):
    ours, theirs = (Tablet(at_the_cards(open_page(clock=True, who=who))) for who in [worker, stranger])

    ours.talk_about("Water", site="Harbour van")
    theirs.talk_about("The place", site="Elsewhere site")
    for tablet in [ours, theirs]:
        tablet.save()
        tablet.let_it_go()
        tablet.is_received()

    recorded = CardSession.objects.values_list("organisation__name", "site__name", "areas__area")
    assert set(recorded) == {("Harbour Outreach", "Harbour van", "water"), ("Elsewhere Project", "Elsewhere site", "environment")}
    WorkerTicket.objects.update(revoked_at=timezone.now())
    for tablet, other, area in [(ours, "Elsewhere", "Water"), (theirs, "Harbour", "The place")]:
        tablet.tap("Home")
        assert other not in tablet.page.content()
        assert other not in tablet.page.evaluate("fetch('/deliver/me.json').then(answer => answer.text())")
        record_what_does_not_fit(tablet, area)
    their_coordinator = UserFactory(organisation=stranger.organisation, roles=[Role.COORDINATOR])
    for who, own, other in [(coordinator, "Water", "The place"), (their_coordinator, "The place", "Water")]:
        desk = open_page(who=who, size=DESK, touch=False)
        desk.goto("/sessions/looked-at/")
        expect(desk.get_by_role("article")).to_have_count(1)
        expect(desk.get_by_role("article")).to_contain_text(own)
        expect(desk.get_by_role("article")).not_to_contain_text(other)


def record_what_does_not_fit(tablet, area):
    tablet.start()
    tablet.tap("Finish")
    tablet.tap(area, within=tablet.group("Talked about"))
    tablet.save()
    tablet.let_it_go()
    tablet.is_received()
