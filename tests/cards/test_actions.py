"""Loading the shipped deck: release 1 at first, a draft when files changed, nothing when nothing changed."""

import dataclasses
import datetime

import pytest
from django.core.management import call_command

from cards import actions, content_files, deckfile
from cards.models import CardText, CardVersion, DeckRelease
from cards.payload import deck
from tests.factories import CardVersionFactory, ReleaseFactory
from vein_care.accounts.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def shipped():
    return deckfile.read_deck(content_files.CONTENT_DIR, pictures=content_files.PICTURES_DIR).cards


def test_empty_database_gets_release_one(shipped):
    release = actions.load_deck(shipped)

    assert (release.number, release.versions.count()) == (1, len(shipped))
    assert DeckRelease.objects.current() == release
    assert not release.is_clinically_reviewed
    assert AuditEvent.objects.get(type="deck.published").details == {"number": 1}


def test_every_area_has_a_card_in_the_short_deck(shipped):
    assert {file.area for file in shipped if file.short} == set(content_files.areas())


def test_loading_again_changes_nothing(shipped):
    actions.load_deck(shipped)
    before = CardVersion.objects.count(), CardText.objects.count(), DeckRelease.objects.count()

    assert actions.load_deck(shipped) is None
    assert (CardVersion.objects.count(), CardText.objects.count(), DeckRelease.objects.count()) == before


def test_changed_file_becomes_a_new_version_in_a_draft(shipped):
    first = actions.load_deck(shipped)
    changed = dataclasses.replace(shipped[0], title="Another title")

    draft = actions.load_deck([changed, *shipped[1:]])

    assert (draft.number, draft.published_at) == (None, None)
    assert DeckRelease.objects.current() == first
    assert CardVersion.objects.filter(card__slug=changed.slug).count() == 2
    assert draft.versions.get(card__slug=changed.slug).texts.get(language="en-GB").title == "Another title"
    assert first.versions.get(card__slug=changed.slug).texts.get(language="en-GB").title == shipped[0].title


def test_the_same_change_makes_one_draft_only(shipped):
    actions.load_deck(shipped)
    changed = dataclasses.replace(shipped[0], line="Another line.")
    actions.load_deck([changed, *shipped[1:]])

    assert actions.load_deck([changed, *shipped[1:]]) is None
    assert DeckRelease.objects.filter(number=None).count() == 1


def test_changed_picture_is_a_change_too(shipped, tmp_path):
    (tmp_path / shipped[0].picture).write_text("<svg/>")

    assert actions.digest_of(shipped[0], pictures=tmp_path) != actions.digest_of(shipped[0])


def test_publishing_twice_is_refused_with_a_sentence(shipped, editor):
    release = actions.load_deck(shipped)

    with pytest.raises(actions.AlreadyPublished, match="published already"):
        actions.publish_release(release=release, by=editor)


def test_published_draft_gets_the_next_number_and_its_editor(shipped, editor):
    actions.load_deck(shipped)
    draft = actions.load_deck([dataclasses.replace(shipped[0], line="Another line."), *shipped[1:]])

    actions.publish_release(release=draft, by=editor, reason="The line was wrong.")

    assert (draft.number, draft.published_by, draft.reason_alone) == (2, editor, "The line was wrong.")
    assert DeckRelease.objects.current() == draft


def test_deck_for_tablets_holds_both_sides_of_every_card(shipped, django_assert_num_queries):
    release = actions.load_deck(shipped)

    with django_assert_num_queries(3):
        payload = deck(release)

    assert [card["slug"] for card in payload["cards"]] == [file.slug for file in shipped]
    assert payload["cards"][0]["texts"]["en-GB"] == {
        "title": shipped[0].title,
        "line": shipped[0].line,
        "alt": shipped[0].alt,
        "say": shipped[0].say,
        "ask": list(shipped[0].ask),
        "offer": shipped[0].offer,
    }
    assert [area["code"] for area in payload["areas"]] == list(content_files.areas())
    assert payload["recalled"] == []


def test_recalled_card_is_named_in_the_deck(shipped, editor):
    release = actions.load_deck(shipped)
    card = release.versions.first().card

    actions.recall_card(card=card, by=editor, reason="The picture misleads.")

    assert deck(release)["recalled"] == [card.slug]


def test_command_says_what_it_did(capsys):
    call_command("load_deck")
    call_command("load_deck")

    out = capsys.readouterr().out.splitlines()
    assert out[0].startswith("Loaded ") and out[0].endswith("as release 1.")
    assert out[1] == "The deck is as shipped; nothing to load."


def test_day_of_a_release_is_that_of_the_desk_also_after_midnight():
    release = ReleaseFactory()
    release.published_at = datetime.datetime(2026, 7, 1, 23, 30, tzinfo=datetime.UTC)

    assert deck(release)["published_on"] == "2026-07-02"


def test_source_that_an_upgrade_took_out_of_the_table_keeps_no_tablet_from_its_deck():
    release = ReleaseFactory(versions=[CardVersionFactory(sources=["NHSI", "GONE"])])

    assert [source["label"] for source in deck(release)["cards"][0]["sources"]] == [content_files.sources()["NHSI"]["label"], "GONE"]
