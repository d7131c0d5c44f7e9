"""docs/images/: what `make shots` leaves there."""

import re

from PIL import Image

from tests.shots.course import MOST_BYTES_EACH, PICTURES, PIXELS_WIDE, SCREENS_OF_THE_COURSE
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


def test_every_screen_that_a_lesson_shows_is_there_and_every_one_is_shown():
    lessons = [*(ROOT / "training" / "content" / "en-GB").rglob("*.md")]
    shown = {name for lesson in lessons for name in re.findall(r"\]\(screen:([a-z-]+)\)", lesson.read_text())}

    assert shown == {picture.stem for picture in SCREENS_OF_THE_COURSE.glob("*.webp")}
    assert shown == {name for name, _width, _height in PICTURES.values()}


def test_the_screens_in_the_course_are_small_enough_for_a_phone_out_of_doors():
    for picture in SCREENS_OF_THE_COURSE.iterdir():
        assert picture.stat().st_size <= MOST_BYTES_EACH, picture.name
        with Image.open(picture) as image:
            assert image.width <= max(PIXELS_WIDE), picture.name
