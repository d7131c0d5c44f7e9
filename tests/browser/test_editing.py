"""Editors keep the deck right: draft, review by another, publish; tablets show it; recall; go back."""

import re

import pytest
from playwright.sync_api import expect

from cards.models import DeckRelease
from sessions.models import CardSession
from tests.browser.checks import axe, no_sideways_scroll
from tests.browser.conftest import LANDSCAPE, NARROW, TABLET, at_the_cards
from tests.browser.tablet import Tablet
from tests.cards import bad_pictures
from tests.factories import UserFactory
from vein_care.accounts.roles import Role

TITLE, CHANGED_TITLE = "Which water?", "Which water is there?"
NEWER = {"release": 2, "url": "/deliver/deck/newer.json"}


@pytest.fixture
def other_editor(server):
    return UserFactory(organisation=None, roles=[Role.EDITOR], display_name="Max Bond", initials="MB")


@pytest.fixture
def at_desk(open_page):
    """at_desk(who): a page at the deck, as an editor sees it."""

    def sit_down(who):
        page = open_page(size=LANDSCAPE, who=who, touch=False)
        page.goto("/deck/")
        return page

    return sit_down


@pytest.fixture
def forgets(running_server):
    """What a process remembers of the deck is seconds old at most. Call this instead of waiting for them."""
    _server, turn = running_server
    return lambda: turn.write_text(str(int(turn.read_text()) + 1))


def in_order(page):
    for size in [NARROW, TABLET, LANDSCAPE]:
        page.set_viewport_size(size)
        no_sideways_scroll(page)
    axe(page)


def write_a_draft(page):
    """A draft in which the card about water has another title, and the page of that card."""
    page.get_by_role("button", name="Begin a draft").click()
    page.get_by_role("link", name=TITLE).click()
    page.get_by_label("Title", exact=True).fill(CHANGED_TITLE)
    page.get_by_role("button", name="Save and check").click()
    expect(page.get_by_text("Saved in the draft.")).to_be_visible()


def publish_alone(page, reason):
    page.get_by_role("link", name="Publish", exact=True).click()
    page.get_by_label("Why without a second editor").fill(reason)
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text(re.compile("is published"))).to_be_visible()


def first_of_water(tablet):
    """What the card about water is called on this tablet, looked up without a session once the server has named the newest deck.

    It does so after that deck has come, as it usually does: only then is clear what may be shown again.
    """
    tablet.page.route("**/deliver/me.json", lambda route: (tablet.page.wait_for_timeout(500), route.continue_()))
    tablet.page.goto("/deliver/")
    expect(tablet.button("Start")).to_be_visible()
    tablet.touch(tablet.page.get_by_role("button", name="Just the cards"))
    tablet.open_area("Water")
    title = tablet.page.get_by_role("heading", level=1).locator("visible=true").first.inner_text()
    tablet.tap("Done")
    return title


def test_draft_review_publish_recall_and_back_while_a_session_keeps_its_cards(at_desk, open_page, worker, editor, other_editor, forgets):
    begun_before = Tablet(at_the_cards(open_page(clock=True, who=worker)))
    begun_before.start("Harbour van")
    begun_before.open_area("Water")
    begun_before.is_at(TITLE)
    eve = at_desk(editor)

    write_a_draft(eve)
    eve.get_by_role("link", name="Back to the draft").click()
    eve.get_by_role("button", name="Ask for a review").click()
    expect(eve.get_by_role("button", name=re.compile("I have read it"))).to_have_count(0)
    max_bond = at_desk(other_editor)
    max_bond.get_by_role("link", name="Draft by Eve Shaw").click()
    expect(max_bond.locator("ins")).to_have_text(["put in: water is there?"])
    max_bond.get_by_role("button", name="I have read it, and it is right").click()
    max_bond.get_by_role("link", name="Publish", exact=True).click()
    max_bond.get_by_role("button", name="Publish").click()
    expect(max_bond.get_by_text("Release 2 is published.")).to_be_visible()
    forgets()

    begun_before.tap("Turn over")
    begun_before.tap("Talked about")
    begun_before.tap("Finish")
    begun_before.save()
    begun_before.let_it_go()
    begun_before.is_received()
    session = CardSession.objects.get()
    assert session.deck_release.number == 1
    assert list(session.cards.values_list("card_version__card__slug", "card_version__number")) == [("ampoule", 1)]
    shows = Tablet(open_page(who=worker))
    assert first_of_water(shows) == CHANGED_TITLE

    max_bond.goto("/deck/cards/ampoule/")
    max_bond.get_by_role("link", name="Recall this card").click()
    max_bond.get_by_label("Why").fill("The title was misunderstood.")
    max_bond.get_by_role("button", name="Recall this card").click()
    expect(max_bond.get_by_text("The title was misunderstood.")).to_be_visible()
    forgets()
    assert first_of_water(shows) not in {TITLE, CHANGED_TITLE}

    max_bond.get_by_role("button", name="Show it again").click()
    max_bond.goto(f"/deck/releases/{DeckRelease.objects.get(number=1).pk}/")
    max_bond.get_by_role("link", name="Go back to this release").click()
    max_bond.get_by_label("Why").fill("The old title was better.")
    max_bond.get_by_role("button", name="Go back").click()
    expect(max_bond.get_by_text("Release 3 has the cards of release 1.")).to_be_visible()
    in_order(max_bond)
    forgets()
    assert first_of_water(shows) == TITLE


def test_two_editors_on_one_card_lose_nothing(at_desk, open_page, editor, other_editor):
    eve, max_bond = at_desk(editor), open_page(size=LANDSCAPE, who=other_editor, touch=False)
    write_a_draft(eve)
    max_bond.goto(eve.url)
    eve.get_by_label("Line", exact=True).fill("A new ampoule, says Eve.")
    eve.get_by_role("button", name="Save and check").click()

    max_bond.get_by_label("Line", exact=True).fill("A new ampoule, says Max.")
    max_bond.get_by_role("button", name="Save and check").click()

    expect(max_bond.get_by_role("alert")).to_contain_text("Eve Shaw saved this card at")
    expect(max_bond.get_by_label("Line", exact=True)).to_have_value("A new ampoule, says Max.")
    in_order(max_bond)
    max_bond.get_by_role("button", name="Save and check").click()
    expect(max_bond.get_by_text("Saved in the draft.")).to_be_visible()


def test_uploaded_picture_shows_on_the_tablet(at_desk, open_page, worker, editor, forgets):
    page = at_desk(editor)
    write_a_draft(page)
    page.get_by_role("link", name="Upload another picture").click()
    upload = {"name": "ampoule.png", "mimeType": "image/png", "buffer": bad_pictures.SVG_WITH_SCRIPT}
    page.get_by_label("Picture", exact=True).set_input_files(upload)
    page.get_by_label("It shows no wound").check()
    page.get_by_role("button", name="Put it into the draft").click()
    expect(page.get_by_role("alert")).to_contain_text("Save it as PNG")
    in_order(page)
    page.get_by_label("Picture", exact=True).set_input_files(upload | {"buffer": bad_pictures.picture(size=(1200, 900))})
    page.get_by_role("button", name="Put it into the draft").click()
    expect(page.get_by_text("The picture is in the draft.")).to_be_visible()
    page.get_by_role("link", name="Draft by Eve Shaw").click()
    expect(page.get_by_role("link", name="Publish", exact=True)).to_be_visible()
    in_order(page)
    publish_alone(page, "The picture was wrong.")
    forgets()

    tablet = Tablet(at_the_cards(open_page(clock=True, who=worker)))
    tablet.touch(tablet.page.get_by_role("button", name="Just the cards"))
    tablet.open_area("Water")
    picture = tablet.page.locator("img[src*='/deck/pictures/']").locator("visible=true").first
    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("naturalWidth", 1000)


def test_pages_of_editors_are_in_order(at_desk, editor):
    page = at_desk(editor)
    in_order(page)
    write_a_draft(page)
    page.get_by_label("Say", exact=True).fill("Addicts use clean needles.")
    page.get_by_role("button", name="Save and check").click()
    expect(page.get_by_text("The language check has")).to_be_visible()
    in_order(page)
    draft = DeckRelease.objects.get(number=None).pk
    for address in ["", "publish/", "readers/", "discard/"]:
        page.goto(f"/deck/releases/{draft}/{address}")
        in_order(page)
    for address in ["ampoule/", "ampoule/recall/"]:
        page.goto(f"/deck/cards/{address}")
        in_order(page)


def test_a_deck_that_comes_after_start_waits_until_the_session_is_over(open_page, worker, site):
    """On a slow network Start and the newest deck come at the same moment. A record names cards of one release only."""
    page = open_page(clock=True, who=worker)
    held = []
    page.route("**/deliver/me.json", lambda route: route.fulfill(response=(me := route.fetch()), json=me.json() | {"deck": NEWER}))
    page.route(f"**{NEWER['url']}", lambda route: held.append(route))
    tablet = Tablet(at_the_cards(page))
    tablet.start(site.name)
    [waiting] = held
    deck = page.evaluate("fetch(document.body.dataset.deckUrl).then((it) => it.json())")
    with page.expect_response(f"**{NEWER['url']}") as came:
        waiting.fulfill(json=deck | {"release": NEWER["release"]})
    came.value.finished()
    tablet.look()

    tablet.open_area("Water")
    tablet.tap("Turn over")
    tablet.tap("Talked about")
    tablet.tap("Finish")
    tablet.save()
    tablet.let_it_go()
    tablet.is_received()

    assert CardSession.objects.get().cards.count() == 1
