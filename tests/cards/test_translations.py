"""Fronts in other languages: from file to tablet, and each rule of their files broken once."""

import dataclasses
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from cards import actions, content_files, deckfile, payload
from cards.models import CardText
from cards.translations import NAMES, flaws
from tests.factories import CardVersionFactory

VALUES = {
    "slug": "ampoule",
    "language": "pl",
    "title": "Jaka woda?",
    "line": "Nowa ampułka.",
    "alt": "Ampułka.",
    "translated_on": date(2026, 11, 21),
    "reviewer": "",
}
AREAS = {"ampoule": "water"}
BROKEN = {
    "a word missing": ({"title": None}, "part-missing"),
    "an empty word": ({"line": " "}, "part-missing"),
    "a part nobody knows": ({"say": "Powiedz"}, "unknown-part"),
    "a title too long": ({"title": "jeden dwa trzy cztery pięć sześć siedem"}, "title-too-long"),
    "a line too long": ({"line": "słowo " * 15}, "line-too-long"),
    "a character that no database keeps": ({"line": "Nowa\x00"}, "control-character"),
    "too many characters": ({"alt": "a" * 301}, "too-many-characters"),
    "a card that is not there": ({"slug": "no-such-card"}, "unknown-card"),
    "another language inside": ({"language": "ro"}, "language-differs"),
    "no date": ({"translated_on": "yesterday"}, "bad-date"),
    "a reviewer that is no name": ({"reviewer": 7}, "wrong-kind"),
}


@pytest.fixture(scope="module")
def shipped():
    return deckfile.read_deck(content_files.CONTENT_DIR, pictures=content_files.PICTURES_DIR).cards


def test_a_whole_file_keeps_every_rule():
    assert list(flaws(VALUES, file="pl/water/ampoule.md", areas=AREAS)) == []


@pytest.mark.parametrize("name", BROKEN)
def test_each_rule_is_told_by_name(name):
    changes, rule = BROKEN[name]
    values = {part: value for part, value in (VALUES | changes).items() if value is not None}

    assert rule in [flaw.rule for flaw in flaws(values, file="pl/water/ampoule.md", areas=AREAS)]


def test_a_language_without_a_name_is_told():
    values = VALUES | {"language": "xx"}

    assert [flaw.rule for flaw in flaws(values, file="xx/water/ampoule.md", areas=AREAS)] == ["unknown-language"]


def test_the_short_deck_is_there_in_polish_and_romanian(shipped):
    short = [card for card in shipped if card.short]

    assert sorted(NAMES) == ["pl", "ro"]
    assert [[front.language for front in card.translations] for card in short] == [["pl", "ro"]] * 10


@pytest.mark.django_db
def test_loaded_they_are_drafts_with_a_front_only(shipped):
    actions.load_deck(shipped)

    fronts = CardText.objects.exclude(language=content_files.LANGUAGE)
    assert fronts.count() == 20
    assert set(fronts.values_list("say", "ask_first", "ask_second", "offer", "how_sure", "reviewer")) == {("",) * 6}
    assert all(front.is_draft_translation for front in fronts)
    assert not any(text.is_draft_translation for text in CardText.objects.filter(language=content_files.LANGUAGE))


@pytest.mark.django_db
def test_tablets_get_them_with_the_word_draft(shipped):
    deck = payload.deck(actions.load_deck(shipped))

    card = next(card for card in deck["cards"] if card["slug"] == "ampoule")
    assert list(card["texts"]) == ["en-GB", "pl", "ro"]
    assert card["texts"]["ro"] == {
        "title": "Ce apă?",
        "line": "Apa ajunge în venă, așa că pe primul loc e o fiolă nouă, sterilă.",
        "alt": "O fiolă mare de apă sterilă între un ceainic și un robinet din care curge apă într-o cană.",
        "draft": True,
    }
    assert card["evidence"]["text"]


@pytest.mark.django_db
def test_a_reviewed_one_is_no_draft_and_a_new_version(shipped):
    actions.load_deck(shipped)
    card = next(card for card in shipped if card.translations)
    polish, romanian = card.translations
    reviewed = dataclasses.replace(card, translations=(dataclasses.replace(polish, reviewer="A. Nowak"), romanian))

    draft = actions.load_deck([reviewed if each is card else each for each in shipped])

    texts = draft.versions.get(card__slug=card.slug).texts
    assert [texts.get(language=language).is_draft_translation for language in ("pl", "ro")] == [False, True]
    assert draft.versions.get(card__slug=card.slug).number == 2


@pytest.mark.django_db
def test_a_card_without_any_keeps_the_digest_it_had(shipped):
    card = next(card for card in shipped if not card.translations)

    assert actions.digest_of(card) == actions.digest_of(dataclasses.replace(card, translations=()))


@pytest.mark.django_db
def test_the_database_keeps_them_as_they_are():
    text = CardVersionFactory(slug="ampoule", area="water").texts.get()

    with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
        CardText.objects.filter(pk=text.pk).update(reviewer="Somebody")
