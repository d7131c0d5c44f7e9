"""What was shown stays what was shown: the database refuses to change versions, texts and published releases."""

import pytest
from django.db import IntegrityError, InternalError, transaction
from django.utils import timezone

from cards.models import Card, CardText, CardVersion, DeckRelease, DeckReleaseCard, PracticeArea

pytestmark = pytest.mark.django_db


def breaks(constraint):
    return pytest.raises((IntegrityError, InternalError), match=constraint)


def make_version(slug="one", number=1, **fields):
    card, _made = Card.objects.get_or_create(slug=slug, defaults={"area_id": "water"})
    values = {"picture": "x.svg", "strength": "GUID", "sources": ["NHSI"], "reviewed_on": "2026-11-21", "country": "GB", "digest": "0"}
    return CardVersion.objects.create(card=card, number=number, **values | fields)


def make_text(version, language="en-GB", **fields):
    values = dict.fromkeys(["title", "line", "alt", "say", "ask_first", "ask_second", "offer", "how_sure"], "words")
    return CardText.objects.create(version=version, language=language, **values | fields)


def published_release(*versions, number=1):
    release = DeckRelease.objects.create()
    for position, version in enumerate(versions, start=1):
        DeckReleaseCard.objects.create(release=release, version=version, position=position)
    DeckRelease.objects.filter(pk=release.pk).update(number=number, published_at=timezone.now())
    return DeckRelease.objects.get(pk=release.pk)


def test_the_ten_practice_areas_are_there_in_the_order_of_the_deck():
    codes = list(PracticeArea.objects.values_list("code", flat=True))

    assert codes == [
        "environment",
        "hygiene",
        "acids",
        "water",
        "equipment_reuse",
        "sharing",
        "vein_care",
        "site_rotation",
        "missed_hits",
        "seeking_care",
    ]


def test_version_numbers_of_a_card_are_unique():
    make_version()

    with breaks("cards_cardversion_number_unique"):
        make_version()


def test_version_numbers_begin_at_one():
    with breaks("cards_cardversion_number_from_one"):
        make_version(number=0)


def test_strength_is_one_of_the_evidence_tags():
    with breaks("cards_cardversion_strength_known"):
        make_version(strength="SURE")


def test_version_needs_a_source():
    with breaks("cards_cardversion_has_source"):
        make_version(sources=[])


def test_one_text_per_language():
    version = make_version()
    make_text(version)

    with breaks("cards_cardtext_language_unique"):
        make_text(version)


@pytest.mark.parametrize("part", ["title", "line", "alt"])
def test_front_of_a_card_is_complete(part):
    version = make_version()

    with breaks("cards_cardtext_front_complete"):
        make_text(version, **{part: ""})


def test_version_cannot_be_changed():
    version = make_version()

    with breaks("cardversion rows never change: UPDATE refused"):
        CardVersion.objects.filter(pk=version.pk).update(picture="y.svg")


def test_version_cannot_be_deleted():
    version = make_version()

    with breaks("cardversion rows never change: DELETE refused"):
        version.delete()


def test_text_cannot_be_changed():
    text = make_text(make_version())

    with breaks("cardtext rows never change: UPDATE refused"):
        CardText.objects.filter(pk=text.pk).update(title="Another")


@pytest.mark.parametrize("half", [{"number": 1}, {"published_at": timezone.now()}])
def test_release_has_number_and_date_or_neither(half):
    with breaks("cards_deckrelease_number_and_published_at_together"):
        DeckRelease.objects.create(**half)


def test_reviewer_and_date_go_together():
    with breaks("cards_deckrelease_reviewer_and_date_together"):
        DeckRelease.objects.create(clinician="Somebody")


def test_version_is_in_a_release_once():
    version = make_version()
    release = DeckRelease.objects.create()
    DeckReleaseCard.objects.create(release=release, version=version, position=1)

    with breaks("cards_deckreleasecard_version_once"):
        DeckReleaseCard.objects.create(release=release, version=version, position=2)


def test_place_in_a_release_is_taken_once():
    release = DeckRelease.objects.create()
    DeckReleaseCard.objects.create(release=release, version=make_version("one"), position=1)

    with breaks("cards_deckreleasecard_position_unique"):
        DeckReleaseCard.objects.create(release=release, version=make_version("two"), position=1)


@pytest.mark.parametrize("change", ["add", "move", "remove"])
def test_cards_of_a_published_release_are_fixed(change):
    release = published_release(make_version("one"))
    place = release.places.get()
    changes = {
        "add": lambda: DeckReleaseCard.objects.create(release=release, version=make_version("two"), position=2),
        "move": lambda: DeckReleaseCard.objects.filter(pk=place.pk).update(position=2),
        "remove": lambda: place.delete(),
    }

    with breaks("cards of a published release never change"), transaction.atomic():
        changes[change]()


def test_release_is_clinically_reviewed_only_with_both_names():
    assert not DeckRelease(clinician="A nurse").is_clinically_reviewed
    assert not DeckRelease(lived_experience="A person").is_clinically_reviewed
    assert DeckRelease(clinician="A nurse", lived_experience="A person").is_clinically_reviewed


def test_current_release_is_the_newest_published_one():
    assert DeckRelease.objects.current() is None
    published_release(make_version("one"), number=1)
    newest = published_release(make_version("two"), number=2)
    DeckRelease.objects.create()

    assert DeckRelease.objects.current() == newest
