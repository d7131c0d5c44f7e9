"""Is this input acceptable? Rules that several forms and models share."""

import functools
import re
import unicodedata
import zoneinfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

LOGIN_NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
EMAIL = r"^[!-~]*$"


@functools.cache
def known_time_zones():
    return frozenset(zoneinfo.available_timezones())


def check_time_zone(name):
    """Raise ValidationError unless this is a time zone name such as Europe/London."""
    if name not in known_time_zones():
        raise ValidationError(_("Choose a time zone from the list, such as Europe/London."), code="time_zone")


def check_login_name(name):
    """Raise ValidationError unless every letter can be typed on any keyboard, so that no two names look alike.

    An @ is left out on purpose: what has one is taken for an e-mail at sign-in.
    """
    if not re.fullmatch(LOGIN_NAME, name):
        raise ValidationError(_("Use the letters a to z, digits, dots, dashes and underscores, and begin with a letter or digit."), code="login_name")


def check_email_letters(address):
    """Raise ValidationError for letters beyond ASCII: a Cyrillic а in an address cannot be told from ours."""
    if not re.fullmatch(EMAIL, address):
        raise ValidationError(_("Use only plain letters in the e-mail. One of these looks like a plain letter but is another."), code="email")


def plain(text):
    """Text as it is kept: wide and composed letters brought to their usual form, edges trimmed, nothing invisible inside."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", text) if unicodedata.category(letter) != "Cf").strip()


def check_one_line(text):
    if any(unicodedata.category(letter) == "Cc" for letter in text):
        raise ValidationError(_("Keep this on one line."), code="one_line")
