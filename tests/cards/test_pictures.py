"""Each rule of the picture guide that a program can see, broken once."""

from pathlib import Path

import pytest

from cards.pictures import MAX_BYTES, check_picture

ART = Path(__file__).resolve().parents[2] / "static" / "art"
HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 600">'
SHAPE = '<rect width="800" height="600" fill="#F6EFE4"/>'


@pytest.fixture
def flaws_of(tmp_path):
    """Write a picture and return its flaws as "line rule"."""

    def flaws(svg):
        path = tmp_path / "picture.svg"
        path.write_bytes(svg if isinstance(svg, bytes) else svg.encode())
        return [f"{flaw.line} {flaw.rule}" for flaw in check_picture(path)]

    return flaws


def drawn(inside):
    return f"{HEAD}\n{inside}\n</svg>"


def test_a_picture_by_the_guide_has_no_flaws(flaws_of):
    inside = (
        "<title>Tap</title><desc>A tap</desc><defs><clipPath id='c'><circle r='4'/></clipPath></defs>"
        "<g stroke='#1F3A44' clip-path='url(#c)'><path d='M0 0h8'/><use href='#c'/></g><!-- a tap -->"
    )

    assert flaws_of('<?xml version="1.0" encoding="UTF-8"?>\n' + drawn(inside)) == []


@pytest.mark.parametrize(
    ("inside", "rule"),
    [
        ("<text>Hello</text>", "picture-text"),
        ("<g>Hello</g>", "picture-text"),
        ("<script>alert(1)</script>", "picture-script"),
        ("<script href='#a'/>", "picture-script"),
        ("<path onclick='alert(1)' d='M0 0'/>", "picture-script"),
        ("<path ONLOAD='alert(1)' d='M0 0'/>", "picture-script"),
        ("<use href='javascript:alert(1)'/>", "picture-script"),
        ("<animate/>", "picture-script"),
        ("<style>path{fill:red}</style>", "picture-style"),
        ("<path style='fill:red' d='M0 0'/>", "picture-style"),
        ("<path class='red' d='M0 0'/>", "picture-style"),
        ("<?xml-stylesheet href='a.css'?>", "picture-style"),
        ("<a><path d='M0 0'/></a>", "picture-link"),
        ("<use href='other.svg#tap'/>", "picture-link"),
        ("<use xmlns:x='http://www.w3.org/1999/xlink' x:href='https://example.org/a.svg#b'/>", "picture-link"),
        ("<path fill='url(https://example.org/a.svg#b)' d='M0 0'/>", "picture-link"),
        ("<path fill='URL( \"a.svg#b\")' d='M0 0'/>", "picture-link"),
        ("<g xml:base='https://example.org/'/>", "picture-link"),
        ("<image width='8'/>", "picture-embedded"),
        ("<foreignObject/>", "picture-embedded"),
        ("<filter id='f'/>", "picture-filter"),
        ("<SCRIPT/>", "picture-element"),
        ("<metadata/>", "picture-element"),
        ("<g xmlns:i='http://www.inkscape.org/namespaces/inkscape'/>", "picture-element"),
        ("<?php echo 1 ?>", "picture-element"),
    ],
)
def test_what_does_not_belong_in_a_picture_is_found_at_its_line(flaws_of, inside, rule):
    assert flaws_of(drawn(inside)) == [f"2 {rule}"]


def test_an_embedded_bitmap_is_found_by_its_element_and_by_its_address(flaws_of):
    assert flaws_of(drawn("<image href='data:image/png;base64,AAAA'/>")) == ["2 picture-embedded", "2 picture-link"]


@pytest.mark.parametrize(
    "attributes",
    ["viewBox='0 0 400 300'", "viewBox='0 0 600 800'", "", "viewBox='0 0 800 600' width='400' height='300'"],
)
def test_a_picture_of_another_size_is_found(flaws_of, attributes):
    assert flaws_of(f"<svg xmlns='http://www.w3.org/2000/svg' {attributes}>{SHAPE}</svg>") == ["1 picture-size"]


def test_a_picture_that_says_its_size_in_words_too_is_fine(flaws_of):
    assert flaws_of(HEAD.replace(">", " width='800' height='600'>") + "</svg>") == []


def test_a_picture_just_small_enough_is_fine_and_one_byte_more_is_not(flaws_of):
    padding = " " * (MAX_BYTES - len(drawn(SHAPE)))

    assert flaws_of(drawn(SHAPE) + padding) == []
    assert flaws_of(drawn(SHAPE) + padding + " ") == ["1 picture-bytes"]


def test_a_picture_that_is_cut_off_is_found_at_its_last_line(flaws_of):
    assert flaws_of(f"{HEAD}\n{SHAPE}\n") == ["3 picture-xml"]


def test_a_bitmap_with_the_wrong_name_is_found(flaws_of):
    assert flaws_of(b"\x89PNG\r\n\x1a\n\x00") == ["1 picture-xml"]


def test_an_empty_file_is_found(flaws_of):
    assert flaws_of("") == ["1 picture-xml"]


def test_a_page_instead_of_a_picture_is_found(flaws_of):
    assert flaws_of("<html><body/></html>") == ["1 picture-xml", "1 picture-size", "1 picture-element", "1 picture-element"]


def test_entities_that_would_grow_without_end_are_never_read(flaws_of):
    rings = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
    svg = f'<!DOCTYPE svg [<!ENTITY a0 "ha">{rings}]>\n{drawn("<desc>&a8;</desc>")}'

    assert flaws_of(svg) == ["1 picture-doctype"]


def test_a_picture_that_is_not_there_is_told_of(tmp_path):
    (flaw,) = check_picture(tmp_path / "tap.svg")

    assert (flaw.line, flaw.rule) == (1, "picture-missing")
    assert flaw.message == "There is no picture tap.svg. Add the picture, or correct the name."


def test_every_flaw_says_what_to_do(flaws_of, tmp_path):
    path = tmp_path / "picture.svg"
    path.write_text(drawn("<text>Hello</text>"), encoding="utf-8")

    (flaw,) = check_picture(path)

    assert flaw.message == "<text> is not for pictures. A picture carries no words; put them in the card's title, line or alt."


# The app's own icon is square and no card.
SHIPPED = sorted(path for path in ART.rglob("*.svg") if path.name != "icon.svg")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.relative_to(ART).as_posix())
def test_every_shipped_picture_keeps_the_guide(path):
    assert check_picture(path) == []
