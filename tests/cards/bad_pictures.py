"""Files that somebody might upload, made here: good ones and bad ones. Each builder returns the bytes of a whole file."""

import io
import struct
import zlib

from PIL import Image

GREEN, GREY = (40, 120, 90), (120, 120, 120)
WHERE = {1: "N", 2: (51.0, 27.0, 0.0), 3: "W", 4: (2.0, 35.0, 0.0)}
HTML = b"<html><script>alert(1)</script></html>"


def picture(format="PNG", *, size=(800, 600), mode="RGB", colour=GREEN, **how):
    body = io.BytesIO()
    Image.new(mode, size, colour).save(body, format, **how)
    return body.getvalue()


def with_position():
    """A JPEG with a place, a camera and a comment."""
    exif = Image.Exif()
    exif[0x010F] = "Camera of Jo"
    exif.get_ifd(0x8825).update(WHERE)
    return picture("JPEG", exif=exif, comment=b"taken at the van")


def polyglot():
    """A JPEG with a position, and a page hanging on its end."""
    return with_position() + HTML


def truncated():
    noise = io.BytesIO()
    Image.effect_noise((800, 600), 80).convert("RGB").save(noise, "PNG")
    return noise.getvalue()[: noise.tell() // 2]


def animated(format, *, frames, size=(400, 300)):
    body = io.BytesIO()
    first, *others = (Image.new("RGB", size, (number * 70 % 256, number * 40 % 256, 0)) for number in range(frames))
    first.save(body, format, save_all=True, append_images=others)
    return body.getvalue()


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_that_claims(width, height, *, rows=10):
    """A PNG with this size in its header, and hardly anything behind it."""
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    body = zlib.compress(bytes(rows * (width // 8 + 1)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def huge():
    """20,000 × 20,000 pixels of one colour: 50 MB decoded, some 50 kB as a file."""
    return png_that_claims(20_000, 20_000, rows=20_000)


def text_bomb():
    """A small PNG with a comment that unpacks to 64 MB."""
    whole = picture()
    comment = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(64_000_000)))
    return whole[:33] + comment + whole[33:]


def heic():
    return struct.pack(">I", 24) + b"ftypheic" + bytes(4) + b"mif1heic" + bytes(5_000)


SVG_WITH_SCRIPT = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 600"><script>alert(1)</script></svg>'
SVG_THAT_READS_FILES = (
    b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'
    b'<svg xmlns="http://www.w3.org/2000/svg"><text>&secret;</text></svg>'
)
