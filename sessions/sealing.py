"""The keys that records are sealed to, and opening what was sealed.

Compact JWE, ECDH-ES with A256GCM over P-256: fixed here, never taken from what was sent. A private key is a file `<kid>.json` in
SEALING_KEYS_DIR, readable by its owner alone. The newest one (kids begin with the date) is given to tablets; older ones stay for
records that were sealed before. A file's time of change says when its key last opened something, to the day.
"""

import datetime
import json
import os
import re
import secrets
import tempfile
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from joserfc import jwe
from joserfc.jwk import ECKey
from joserfc.util import urlsafe_b64decode

ALGORITHM = "ECDH-ES"
ENCRYPTION = "A256GCM"
HEADER_NAMES = {"alg", "enc", "kid", "epk"}
KID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
KID_TIME = "%Y%m%dT%H%M%S%f"
LONGEST_HEADER = 1024
A_DAY = 24 * 60 * 60
MADE_WITHIN = datetime.timedelta(minutes=1)


class UnknownKey(Exception):
    """Sealed to a key that is not here."""


class BrokenSeal(Exception):
    """Not sealed as it should be, or changed on the way."""


class _Registry(jwe.JWERegistry):
    """joserfc stops at 64 kB of ciphertext; what may be sent is decided before (hand_in.LARGEST_SEALED)."""

    max_ciphertext_length = 256 * 1024


REGISTRY = _Registry(algorithms=[ALGORITHM, ENCRYPTION])


def ensure_key():
    """Make a first key if there is none. Returns the kid of the newest."""
    return newest_kid() or make_key()


def make_key():
    """Make a key, which is the newest from now on. Returns its kid."""
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    kid = f"{timezone.now().astimezone(datetime.UTC).strftime(KID_TIME)}-{secrets.token_hex(4)}"
    key = ECKey.generate_key("P-256", {"kid": kid, "use": "enc", "alg": ALGORITHM}, private=True)
    # mkstemp gives mode 600; the rename lets nobody see half a key.
    handle, unfinished = tempfile.mkstemp(dir=folder, suffix=".new")
    try:
        with os.fdopen(handle, "w") as file:
            json.dump(key.as_dict(private=True), file)
        if os.geteuid() == 0:
            # Made by root, it has to be read by whom the service runs as, and that is whose folder it is.
            os.chown(unfinished, folder.stat().st_uid, folder.stat().st_gid)
        os.rename(unfinished, folder / f"{kid}.json")
    except OSError:
        os.unlink(unfinished)
        raise
    return kid


def newest_kid():
    """The kid of the key that tablets seal to, or None before the first."""
    return max((path.stem for path in _key_files()), default=None)


def _key_files():
    return [path for path in _folder().glob("*.json") if KID.fullmatch(path.stem)]


def require_key():
    """The kid of the newest key. Raises ImproperlyConfigured when there is none.

    Serving never makes a key by itself: in a folder that was not mounted, what is sealed to it would be lost with it.
    """
    kid = newest_kid()
    if kid is None:
        raise ImproperlyConfigured(f"There is no sealing key in {_folder()}. Restore the folder; the very first key: 'manage.py make_sealing_key'.")
    return kid


def public_key():
    """The newest key for tablets, as a JWK without its private part. Raises ImproperlyConfigured when there is none."""
    public = _key(_folder() / f"{require_key()}.json").as_dict(private=False)
    return {name: public[name] for name in ("kty", "crv", "x", "y", "kid")} | {"alg": ALGORITHM}


def open_sealed(sealed):
    """The bytes that were sealed into this compact JWE (bytes). Raises UnknownKey or BrokenSeal."""
    path = _folder() / f"{_kid(sealed)}.json"
    try:
        key = _key(path)
    except FileNotFoundError:
        raise UnknownKey from None
    try:
        opened = jwe.decrypt_compact(sealed, key, registry=REGISTRY).plaintext
    except Exception:  # Whatever a library says to hostile bytes, they are not a sealed record.
        raise BrokenSeal from None
    if opened is None:
        raise BrokenSeal
    _note_use(path)
    return opened


def _kid(sealed):
    """The key id in the protected header, once the header asks for exactly what we do."""
    encoded, dot, _rest = sealed.partition(b".")
    if not dot or len(encoded) > LONGEST_HEADER:
        raise BrokenSeal
    try:
        header = json.loads(urlsafe_b64decode(encoded))
    except (ValueError, RecursionError):
        raise BrokenSeal from None
    if not isinstance(header, dict) or header.get("alg") != ALGORITHM or header.get("enc") != ENCRYPTION or header.keys() - HEADER_NAMES:
        raise BrokenSeal
    kid = header.get("kid")
    if not isinstance(kid, str) or not KID.fullmatch(kid):
        raise UnknownKey
    return kid


def _key(path):
    """The key in a file, parsed once per process. A file that was taken away is no key any more: FileNotFoundError."""
    return _parsed(path, path.stat().st_ino)


@lru_cache(maxsize=16)
def _parsed(path, _inode):
    return ECKey.import_key(json.loads(path.read_text()))


_noted = {}


def _note_use(path):
    """Touch the file of a key that opened something, at most once a day per process. A read-only folder is no reason to fail."""
    now = time.time()
    if now - _noted.get(path, 0) < A_DAY:
        return
    _noted[path] = now
    try:
        os.utime(path)
    except OSError:
        return


@dataclass(frozen=True)
class KeptKey:
    """A private key in the folder. made_at: None if its kid does not begin with a time. replaced_at: when the next one was made, None for the
    newest. used_at: when it last opened something, to the day; when it was made, if it never did."""

    kid: str
    made_at: datetime.datetime | None
    replaced_at: datetime.datetime | None
    used_at: datetime.datetime

    @property
    def is_newest(self):
        return self.replaced_at is None

    @property
    def is_used(self):
        """Has it opened something after it was made? What it opened in its first minute is not told from being made."""
        return self.made_at is None or self.used_at > self.made_at + MADE_WITHIN


def kept_keys():
    """Every KeptKey, the newest first."""
    paths = sorted(_key_files(), reverse=True)
    found, replaced_at = [], None
    for path in paths:
        made_at = _made_at(path.stem)
        used_at = datetime.datetime.fromtimestamp(path.stat().st_mtime, datetime.UTC)
        found.append(KeptKey(path.stem, made_at, replaced_at, used_at))
        # A key of which nobody knows when it was made says nothing about the one before it: that counts as replaced just now.
        replaced_at = made_at or timezone.now()
    return found


def _made_at(kid):
    try:
        return datetime.datetime.strptime(kid.partition("-")[0], KID_TIME).replace(tzinfo=datetime.UTC)
    except ValueError:
        return None


def remove_key(kid):
    """Take a key away for good: what is sealed to it can be read by nobody from now on. Raises OSError."""
    (_folder() / f"{kid}.json").unlink()


def _folder():
    return Path(settings.SEALING_KEYS_DIR)
