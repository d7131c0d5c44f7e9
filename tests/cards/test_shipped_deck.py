"""The deck that the product comes with, as it is read from its files."""

from pathlib import Path

import pytest

from cards.deckfile import read_deck

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def shipped():
    """The real files, which keep every rule or cannot be read at all."""
    return read_deck(REPOSITORY / "cards" / "content", pictures=REPOSITORY / "static" / "art")


def test_the_shipped_deck_has_the_ten_practice_areas_in_order(shipped):
    assert [area.code for area in shipped.areas] == [
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


def test_each_area_of_the_shipped_deck_has_a_card_in_the_short_deck(shipped):
    assert [card.area for card in shipped.cards if card.short] == [area.code for area in shipped.areas]


def test_the_shipped_deck_names_everything_that_can_be_handed_over(shipped):
    assert {resource.code for resource in shipped.resources} == {
        "hand_sanitiser",
        "hand_wipes",
        "pre_injection_swabs",
        "dry_pads",
        "water_ampoules",
        "citric_packets",
        "street_kit",
        "leaflet_1_bacterial_infections",
        "leaflet_2_abscesses_ulcers",
        "leaflet_3_street_safety",
        "needles_syringes",
        "filters",
        "cookers",
        "vitamin_c_packets",
        "tourniquet",
        "foil",
        "sharps_bin",
        "naloxone",
        "other",
    }


def test_every_shipped_card_names_something_to_hand_over(shipped):
    assert [card.slug for card in shipped.cards if not card.hand_over] == []
