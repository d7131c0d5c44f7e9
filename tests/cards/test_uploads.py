"""Real files, made here: each bad one is refused with a sentence, and what is kept of a good one is harmless."""

import io
import threading
import warnings

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageChops

from cards import uploads
from tests.cards import bad_pictures as bad


def kept(data, name="picture.png"):
    return uploads.made_harmless(SimpleUploadedFile(name, data, content_type="image/png"))


REFUSED = {
    "SVG with a script": (lambda: bad.SVG_WITH_SCRIPT, "SVG or HTML"),
    "SVG with a declaration that reads a file": (lambda: bad.SVG_THAT_READS_FILES, "SVG or HTML"),
    "SVG behind a mark of byte order": (lambda: b"\xef\xbb\xbf  " + bad.SVG_WITH_SCRIPT, "SVG or HTML"),
    "page named as a picture": (lambda: bad.HTML, "SVG or HTML"),
    "HEIC named .png": (bad.heic, "not a PNG, JPEG or WebP"),
    "program": (lambda: b"MZ" + bytes(4_000), "not a PNG, JPEG or WebP"),
    "nothing but a signature": (lambda: b"\x89PNG\r\n\x1a\n", "not a PNG, JPEG or WebP"),
    "GIF with 500 frames": (lambda: bad.animated("GIF", frames=500, size=(40, 30)), "not a PNG, JPEG or WebP"),
    "WebP that moves": (lambda: bad.animated("WEBP", frames=3), "moves"),
    "PNG that moves": (lambda: bad.animated("PNG", frames=3), "moves"),
    "20,000 × 20,000 pixels": (bad.huge, "25 million pixels"),
    "header that claims 10⁹ pixels": (lambda: bad.png_that_claims(40_000, 25_000), "25 million pixels"),
    "just over the limit": (lambda: bad.png_that_claims(5_001, 5_000), "25 million pixels"),
    "one pixel": (lambda: bad.picture(size=(1, 1)), "too small"),
    "cut off in the middle": (bad.truncated, "damaged or cut off"),
    "nothing": (lambda: b"", "empty"),
    "9 MB": (lambda: bad.picture() + bytes(9_000_000), "larger than 8 MB"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_bad_file_is_refused_with_a_sentence(what):
    make, said = REFUSED[what]

    with pytest.raises(uploads.PictureRefused, match=said):
        kept(make())


def test_comment_that_unpacks_without_end_is_refused():
    with pytest.raises(uploads.PictureRefused):
        kept(bad.text_bomb())


def test_photo_of_a_telephone_that_keeps_a_preview_behind_it_is_one_picture():
    photo, preview = Image.new("RGB", (800, 600), "red"), Image.new("RGB", (400, 300), "blue")
    file = io.BytesIO()
    photo.save(file, "MPO", save_all=True, append_images=[preview])

    red, _green, blue = Image.open(io.BytesIO(kept(file.getvalue(), "photo.jpg"))).getpixel((500, 375))
    assert red > 200 > 60 > blue


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP"])
def test_good_picture_becomes_a_small_webp_of_four_by_three(format):
    body = kept(bad.picture(format, size=(1600, 1200)))

    image = Image.open(io.BytesIO(body))
    assert (image.format, image.size, len(body) < uploads.KEPT_BYTES) == ("WEBP", (1000, 750), True)


def test_position_camera_and_comment_are_gone():
    before = bad.with_position()
    assert Image.open(io.BytesIO(before)).getexif().get_ifd(0x8825)

    body = kept(before)

    image = Image.open(io.BytesIO(body))
    assert (dict(image.getexif()), b"Camera" in body, b"the van" in body, b"EXIF" in body) == ({}, False, False, False)


def test_tail_of_a_polyglot_is_gone():
    assert bad.HTML in bad.polyglot()

    assert b"script" not in kept(bad.polyglot())


def test_picture_of_another_shape_is_kept_whole_on_paper():
    image = Image.open(io.BytesIO(kept(bad.picture(size=(600, 1200))))).convert("RGB")

    edge = Image.new("RGB", (1, 1), image.getpixel((5, 5)))
    assert max(value for _low, value in ImageChops.difference(edge, Image.new("RGB", (1, 1), uploads.PAPER)).getextrema()) < 6
    assert image.getpixel((500, 5))[1] > image.getpixel((500, 5))[0]


def test_sideways_photo_is_turned_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    sideways = Image.new("RGB", (1200, 900), bad.GREY)
    sideways.paste(bad.GREEN, (0, 0, 600, 900))
    body = io.BytesIO()
    sideways.save(body, "JPEG", exif=exif)

    image = Image.open(io.BytesIO(kept(body.getvalue()))).convert("RGB")

    assert image.getpixel((500, 100))[0] < 80 < image.getpixel((500, 700))[0]


def test_see_through_parts_show_the_paper():
    clear = bad.picture(mode="RGBA", colour=(0, 0, 0, 0))

    pixel = Image.open(io.BytesIO(kept(clear))).convert("RGB").getpixel((500, 375))

    assert all(abs(have - want) < 6 for have, want in zip(pixel, uploads.PAPER, strict=True))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "CMYK"])
def test_every_way_of_keeping_colours_can_be_read(mode):
    if mode == "CMYK":
        data = bad.picture("JPEG", mode=mode, colour=(10, 20, 30, 40))
    else:
        data = bad.picture(mode=mode, colour=(200, 90) if mode == "LA" else 1)

    assert Image.open(io.BytesIO(kept(data))).size == (1000, 750)


def test_the_finest_noise_is_kept_small():
    body = io.BytesIO()
    Image.merge("RGB", [Image.effect_noise((1000, 750), 120) for _band in range(3)]).save(body, "PNG")

    assert len(kept(body.getvalue())) <= uploads.KEPT_BYTES


def test_header_that_claims_just_the_limit_with_little_behind_does_no_harm():
    assert len(kept(bad.png_that_claims(5_000, 5_000))) <= uploads.KEPT_BYTES


def test_pictures_made_at_the_same_time_leave_the_rest_of_the_server_alone():
    """Threads share one list of what to do about warnings: it must not change under the requests beside an upload."""
    data, seen = bad.picture("JPEG", size=(1600, 1200)), []
    threads = [threading.Thread(target=kept, args=[data]) for _number in range(3)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        before = list(warnings.filters)
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            seen.append(list(warnings.filters) == before)
        seen.append(list(warnings.filters) == before)

    assert all(seen)
