"""Typed reading of settings from the environment, and the sentence a half-configured start gets."""

import os
import re
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def text(name, default=""):
    return os.environ.get(name, default).strip()


def flag(name, *, default=False):
    """True for 1, true, yes, on; false for 0, false, no, off and the empty string. Anything else stops the start."""
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}. Set it to 1 or 0.")


def number(name, *, default):
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} is {value!r}. Set it to a whole number.") from None


def words(name):
    """A comma-separated list, blanks left out."""
    return [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()]


def by_country(name):
    """Two numbers for each country, as {"GB": ("999", "111")}: for emergencies, and for advice or "" where there is none.

    Written GB=999/111,IE=112. Anything else stops the start: a wrong number here may cost somebody minutes.
    """
    found = {}
    for entry in words(name):
        match = re.fullmatch(r"([A-Z]{2})=([0-9 ]{2,20})(?:/([0-9 ]{2,20}))?", entry)
        if not match:
            raise ImproperlyConfigured(f"{name} has {entry!r}. Write each country as GB=999/111, or IE=112 where there is no number for advice.")
        found[match[1]] = (match[2].strip(), (match[3] or "").strip())
    return found


def require(*names):
    """Stop the start unless every named setting has a value; the sentence names all that are missing at once."""
    missing = [name for name in names if not text(name)]
    if missing:
        raise ImproperlyConfigured(
            f"Vein Care cannot start: set {', '.join(missing)} in the environment. docs/reference/settings.md says what each is for."
        )


def database(url):
    """Django's DATABASES entry for a postgresql:// address.

    A `host` in the query is a socket folder, as PostgreSQL's own tools write it; other query keys become connection options.
    Raises ImproperlyConfigured for anything but PostgreSQL.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ImproperlyConfigured("DATABASE_URL must begin with postgresql:// — Vein Care runs on PostgreSQL only.")
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", None) or unquote(parts.hostname or "")
    return {
        "ENGINE": "vein_care.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(options.pop("port", None) or parts.port or ""),
        "OPTIONS": options,
    }
