"""docs/images/: what `make shots` leaves there."""

import re

from tests.shots.studio import MAIN_SCREENS, SIZES
from vein_care.folders import ROOT

IMAGES = ROOT / "docs" / "images"
MOST_BYTES = 6_000_000


def test_every_picture_that_a_document_shows_is_there():
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    shown = [(document, address) for document in documents for address in re.findall(r"!\[[^\]]*\]\(([^)#]+)\)", document.read_text())]

    assert shown
    assert [f"{document.name}: {address}" for document, address in shown if not (document.parent / address).is_file()] == []


def test_the_main_screens_are_there_at_every_size_in_light_and_dark():
    wanted = {f"{screen}-{width}-{theme}.png" for screen in MAIN_SCREENS for width in SIZES for theme in ["light", "dark"]}

    assert wanted - {picture.name for picture in IMAGES.glob("*.png")} == set()


def test_the_contact_sheets_and_the_deck_on_paper_are_there():
    wanted = {f"pictures-{look}.png" for look in ["light", "dark", "grey"]} | {"print-cards.pdf", "print-overview.pdf"}

    assert wanted - {each.name for each in IMAGES.iterdir()} == set()


def test_all_pictures_together_stay_small():
    assert sum(picture.stat().st_size for picture in IMAGES.iterdir()) < MOST_BYTES
