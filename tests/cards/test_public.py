"""Cards as public pages: what they show, that they know nobody, and what an old or mistyped address says."""

import pytest
from django.urls import reverse

from cards import actions, public
from cards.models import Card, CardText
from tests.factories import CardVersionFactory, ReleaseFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def shared(db):
    ampoule = CardVersionFactory(
        slug="ampoule",
        area="water",
        hand_over=["water_ampoules"],
        text__title="Which water?",
        text__line="It goes in with it.",
        text__offer="A new one.",
    )
    CardText.objects.create(version=ampoule, language="pl", title="Jaka woda?", line="Nowa ampułka.", alt="Ampułka.")
    return ReleaseFactory(versions=[ampoule, CardVersionFactory(slug="dry-pad", area="hygiene", text__title="The dry pad")])


def recall(slug):
    editor = UserFactory(organisation=None, roles=["editor"])
    actions.recall_card(card=Card.objects.get(slug=slug), by=editor, reason="The picture misleads.")


def card_page(client, slug="ampoule", **query):
    return client.get(reverse("public-card", args=[slug]), query)


def test_a_card_shows_its_front_what_can_help_and_its_sources(client, shared):
    text = card_page(client).text

    for words in ["Which water?", "It goes in with it.", "A new one.", "Water ampoules", "NHS Inform", "Reviewed November 2026.", "call <a"]:
        assert words in text


def test_a_card_knows_nobody(client, shared, worker):
    plain = card_page(client)
    client.force_login(worker)
    signed_in = card_page(client)

    assert plain.content == signed_in.content
    assert not signed_in.cookies
    assert "Cookie" not in signed_in.headers.get("Vary", "")
    assert "<script" not in plain.text
    assert "csrf" not in plain.text


@pytest.mark.parametrize("address", ["/c/ampoule/", "/c/", "/c/?cards=ampoule,dry-pad", "/c/no-such-card/"])
def test_no_page_is_indexed_and_a_link_preview_is_neutral(client, shared, address):
    response = client.get(address)

    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert '<meta property="og:title" content="Cards">' in response.text
    assert "og:image" not in response.text


def test_an_unchanged_page_is_not_sent_again(client, shared):
    etag = card_page(client).headers["ETag"]

    assert client.get("/c/ampoule/", headers={"If-None-Match": etag}).status_code == 304
    assert card_page(client).headers["Cache-Control"] == "public, no-cache"


def test_a_card_in_polish_says_that_it_is_a_draft(client, shared):
    polish = card_page(client, lang="pl").text
    english = card_page(client).text

    assert '<h1 lang="pl">Jaka woda?</h1>' in polish
    assert "Draft translation, not yet reviewed" in polish
    assert '<h1 lang="en-GB">Which water?</h1>' in english
    assert "Draft translation" not in english
    assert '<a href="/c/ampoule/?lang=pl" lang="pl" hreflang="pl" aria-current="true">Polski</a>' in polish
    assert "Română" not in polish


@pytest.mark.parametrize("language", ["ro", "xx", "<b>"])
def test_a_language_that_is_not_there_shows_english(client, shared, language):
    assert '<h1 lang="en-GB">Which water?</h1>' in card_page(client, lang=language).text


def test_a_card_without_translations_offers_no_switch(client, shared):
    assert "public-languages" not in card_page(client, "dry-pad").text


def test_an_unknown_address_says_so_and_shows_a_way_on(client, shared):
    response = card_page(client, "no-such-card")

    assert response.status_code == 404
    assert "There is no card at this address." in response.text
    assert 'href="/c/">Look at all cards' in response.text


def test_a_recalled_card_is_gone_at_once(client, shared):
    recall("ampoule")

    assert card_page(client).status_code == 410
    assert "This card is not shown any more." in card_page(client).text
    assert "Which water?" not in client.get("/c/").text


def test_a_card_of_an_older_release_is_gone(client, shared):
    ReleaseFactory(versions=[CardVersionFactory(slug="lemon", area="acids")])

    assert card_page(client).status_code == 410
    assert card_page(client, "lemon").status_code == 200


def test_a_card_that_was_never_published_is_not_found(client, shared):
    CardVersionFactory(slug="secret-draft", area="acids")

    assert card_page(client, "secret-draft").status_code == 404


def test_all_cards_stand_by_area(client, shared):
    text = client.get("/c/").text

    assert text.index("Hands and skin") < text.index("The dry pad") < text.index("Which water?")


def test_those_talked_about_stand_in_their_order_and_no_others(client, shared):
    text = client.get("/c/?cards=ampoule,dry-pad,ampoule").text

    assert text.index("Which water?") < text.index("The dry pad")
    assert text.count("Which water?") == 1
    assert "not shown any more" not in text
    assert "The dry pad" not in client.get("/c/?cards=ampoule").text


def test_those_talked_about_say_when_one_is_gone(client, shared):
    assert "A card that was here is not shown any more." in client.get("/c/?cards=ampoule,gone").text


def test_before_the_first_release_the_page_says_so(client):
    assert "There are no cards here yet." in client.get("/c/").text


@pytest.mark.parametrize("query", ["", "?cards=", "?cards=gone", "?cards=ampoule,gone", "?cards=https://elsewhere.example"])
def test_no_code_is_made_for_anything_but_cards(client, shared, query):
    assert client.get(f"/c/code.svg{query}").status_code == 404


def test_a_code_is_a_picture_without_a_cookie(client, shared):
    response = client.get("/c/code.svg?cards=ampoule")

    assert response.headers["Content-Type"] == "image/svg+xml"
    assert response.text.startswith("<svg")
    assert not response.cookies


@pytest.mark.parametrize(
    ("slugs", "language", "address"),
    [
        (["ampoule"], "", "/c/ampoule/"),
        (["ampoule"], "pl", "/c/ampoule/?lang=pl"),
        (["ampoule", "dry-pad"], "", "/c/?cards=ampoule,dry-pad"),
        (["ampoule", "dry-pad"], "ro", "/c/?cards=ampoule,dry-pad&lang=ro"),
        (["ampoule"], "xx", "/c/ampoule/"),
    ],
)
def test_an_address_names_cards_and_language_and_nothing_else(slugs, language, address):
    assert public.address_of(slugs, language) == address


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow(client, django_assert_num_queries, count):
    ReleaseFactory(versions=[CardVersionFactory(area="water") for _ in range(count)])

    with django_assert_num_queries(4):
        client.get("/c/")
    address = reverse("public-card", args=[Card.objects.first().slug])
    with django_assert_num_queries(3):
        client.get(address)
