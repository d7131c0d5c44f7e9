"""Uploaded pictures: what is let in, and the harmless bitmap that is kept of it.

Nothing of the file itself is kept: it is decoded, put on the paper colour at 4 by 3, and encoded anew, so that positions, comments, names and
whatever hangs on its end are gone. SVG is refused: as a text that a browser runs it would have to be trusted, and the app's own drawings
are checked when they ship.
"""

import io
import struct
import zlib

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from vein_care.accounts.actions.refusals import Refused

MAX_BYTES = 8_000_000
MAX_PIXELS = 25_000_000
SMALLEST = (400, 300)
SIZES = [(1000, 750), (640, 480), (400, 300)]
SIZE = SIZES[0]
PAPER = (246, 239, 228)
KEPT_BYTES = 90_000
QUALITIES = (80, 70, 60, 45, 30)
FORMATS = ("PNG", "JPEG", "WEBP")
# What decoders raise on files made to hurt them, or cut off.
BROKEN = (OSError, ValueError, SyntaxError, TypeError, LookupError, EOFError, OverflowError, struct.error, zlib.error)


class PictureRefused(Refused):
    """The file is not a picture that can be shown."""


def made_harmless(file):
    """WebP bytes of 1000 by 750, or less, made from an uploaded file. Raises PictureRefused with a sentence.

    file: a binary file with `size`. Its name and the type it claims are not looked at.
    """
    if not file.size:
        raise PictureRefused(_("This file is empty. Choose the picture again."))
    if file.size > MAX_BYTES:
        raise PictureRefused(_("This file is larger than 8 MB. Save it smaller, then choose it again."))
    data = file.read()
    _refuse_drawings(data)
    return _encoded(_on_paper(_opened(data)))


def _refuse_drawings(data):
    start = data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<?xml", b"<svg", b"<!doctype", b"<!--", b"<html")):
        raise PictureRefused(_("This is a drawing or a page made of text (SVG or HTML), and those are not taken. Save it as PNG, then choose that."))


def _opened(data):
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureRefused(_too_many_pixels()) from None
    except (*BROKEN, Warning):
        raise PictureRefused(_("This is not a PNG, JPEG or WebP picture, whatever its name says. Save it as one of these.")) from None
    if image.width * image.height > MAX_PIXELS:
        raise PictureRefused(_too_many_pixels())
    if image.width < SMALLEST[0] or image.height < SMALLEST[1]:
        raise PictureRefused(_("This picture is too small: it needs at least 400 by 300 pixels."))
    # A telephone may keep a preview or a map of brightness behind its photo (MPO); the photo is the first.
    if getattr(image, "n_frames", 1) > 1 and image.format != "MPO":
        raise PictureRefused(_("This picture moves. A card needs one that stands still."))
    return image


def _too_many_pixels():
    return _("This picture has more than 25 million pixels. Save it smaller, 2000 by 1500 is plenty, then choose it again.")


def _on_paper(image):
    """The picture the right way up, whole, on the paper colour of the cards."""
    try:
        image.draft("RGB", (SIZE[0] * 2, SIZE[1] * 2))
        image.load()
        upright = ImageOps.exif_transpose(image)
        has_holes = upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info
        flat = upright.convert("RGBA" if has_holes else "RGB")
        fitted = ImageOps.contain(flat, SIZE)
    except (*BROKEN, Warning, MemoryError):
        raise PictureRefused(_("This picture is damaged or cut off. Save it anew, then choose it again.")) from None
    paper = Image.new("RGB", SIZE, PAPER)
    place = ((SIZE[0] - fitted.width) // 2, (SIZE[1] - fitted.height) // 2)
    paper.paste(fitted, place, fitted if has_holes else None)
    return paper


def _encoded(image):
    """At the best quality that stays small; where none does, as with noise, with fewer pixels."""
    for size in SIZES:
        image = image if image.size == size else image.resize(size)
        for quality in QUALITIES:
            body = io.BytesIO()
            image.save(body, "WEBP", quality=quality, method=4, exif=b"", icc_profile=b"")
            if body.tell() <= KEPT_BYTES:
                return body.getvalue()
    raise PictureRefused(_("This picture is too full of fine detail to be seen on a card. Choose a plainer one."))
