"""Pictures by the digest of their bytes: kept once each, and the address a reader finds them at."""

import hashlib

from django.templatetags.static import static
from django.urls import reverse

from cards import content_files
from cards.models import Picture


def store(body, content_type):
    """The Picture of these bytes, made unless it is there already."""
    digest = hashlib.sha256(body).hexdigest()
    return Picture.objects.get_or_create(digest=digest, defaults={"content_type": content_type, "body": body})[0]


def store_shipped(name, *, folder=content_files.PICTURES_DIR):
    return store((folder / name).read_bytes(), Picture.Kind.SVG)


def url_of(version):
    """Where the picture of a card version is.

    A shipped file that still has the bytes of this version comes as a static file, which is compressed ahead and known to tablets. Any
    other picture comes from the database: uploaded ones, and those of earlier versions whose file has been drawn anew since.
    """
    if version.drawing_id is None or version.drawing_id == _digest_of_file(version.picture):
        return static(f"art/{version.picture}")
    return url_of_digest(version.drawing_id)


def url_of_digest(digest):
    return reverse("cards:picture", args=[digest])


_digests = {}


def _digest_of_file(name):
    """The digest of a shipped file as it lies there now, read again only when it was written anew; "" without one."""
    path = content_files.PICTURES_DIR / name
    try:
        changed_at = path.stat().st_mtime_ns
    except OSError:
        return ""
    if _digests.get(name, (None, None))[0] != changed_at:
        _digests[name] = (changed_at, hashlib.sha256(path.read_bytes()).hexdigest())
    return _digests[name][1]
