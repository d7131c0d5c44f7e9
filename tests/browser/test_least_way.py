"""The main job, as quickly as it can be done: what is tapped on the tablet is in PostgreSQL."""

import re

import pytest
from playwright.sync_api import expect

from sessions.models import CardSession
from tests.browser.conftest import LANDSCAPE, PASSWORD, PHONE, TABLET
from tests.browser.facts import eventually, facts_of, nothing_but, now_in_london, stored_facts
from tests.browser.tablet import Tablet
from tests.factories import SiteFactory


def test_after_start_five_taps_record_what_was_talked_about(tablet, worker, site):
    for count, size in enumerate([TABLET, LANDSCAPE, PHONE], start=1):
        tablet.page.set_viewport_size(size)
        tablet.start(site="Harbour van" if count == 1 else None)
        before, tablet.taps = now_in_london(), 0

        tablet.open_area("Water")
        tablet.tap("Turn over")
        tablet.tap("Talked about")
        tablet.tap("Finish")
        tablet.tap("Save")

        assert tablet.taps == 5
        tablet.is_at("Saved on this tablet")
        assert CardSession.objects.count() == count - 1
        tablet.let_it_go()
        tablet.is_received()
        tablet.tap("Home")
        session = CardSession.objects.latest("pk")
        assert facts_of(session) == nothing_but(areas=["water"], cards=["ampoule"])
        assert (session.site, session.organisation, session.setting_id) == (site, site.organisation, "van")
        assert (session.delivered_by, session.submitted_by) == (worker, worker)
        assert (session.held_on, session.part_of_day) in {before, now_in_london()}
        assert (session.entry, session.clock_flag, session.deck_release.number) == ("tablet", "", 1)


def test_a_worker_signs_in_on_the_form_and_comes_to_the_cards(open_page, worker):
    worker.set_password(PASSWORD)
    worker.save()
    page = open_page()
    tablet = Tablet(page)
    page.goto("/deliver/")

    tablet.touch(page.get_by_role("link", name="Sign in", exact=True))
    tablet.sign_in(worker.login_name, PASSWORD)

    tablet.talk_about("Water", site="Harbour van")
    tablet.save()
    tablet.tap("Start new")
    tablet.is_at("Cards")
    eventually(CardSession.objects.exists, page)
    assert stored_facts() == nothing_but(areas=["water"], cards=["ampoule"])


@pytest.fixture
def quay_street(organisation):
    """A second site, there before the tablet is opened."""
    return SiteFactory(organisation=organisation, name="Quay Street", kind="place")


def test_the_site_is_asked_once_a_day_and_can_be_changed_from_home(quay_street, tablet):
    tablet.start(site="Harbour van")
    tablet.tap("Finish")
    tablet.save()
    tablet.tap("Start new")
    tablet.is_at("Cards")
    tablet.tap("Back")
    tablet.tap("Leave it without saving")
    tablet.tap("Leave without saving")

    tablet.touch(tablet.page.get_by_role("button", name=re.compile("^Harbour van")))
    tablet.choose_site("Quay Street")

    expect(tablet.page.get_by_role("button", name=re.compile("^Quay Street"))).to_be_visible()
    tablet.start()
    tablet.tap("Finish")
    tablet.sees("Quay Street · At the service")


def test_finish_leads_to_wrap_up_from_every_screen_of_a_session(tablet):
    tablet.start(site="Harbour van")

    for way in [[], ["The place"], ["The place", "Turn over"], ["Get help now"], ["What we write down"]]:
        for name in way:
            control = re.compile(f"^{name}")
            tablet.touch(tablet.page.get_by_role("button", name=control).or_(tablet.page.get_by_role("link", name=control)))
        tablet.tap("Finish")
        tablet.is_at("Wrap up")
        expect(tablet.button("Save")).to_be_in_viewport()
        tablet.tap("Back to cards")
        tablet.is_at("Cards")
