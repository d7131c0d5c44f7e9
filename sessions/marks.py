"""What stands where a figure is not: never a 0, and never left blank."""

import functools
from enum import Enum

from django.utils.formats import number_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _


class Mark(Enum):
    """HIDDEN: a small number that is not shown, or one that would give a small number away. NOT_RECORDED: nobody wrote anything down."""

    HIDDEN = "hidden"
    NOT_RECORDED = "not_recorded"

    @property
    def word(self):
        return WORDS[self]

    @property
    def sign(self):
        """Where there is no room for the word; whoever shows it says what it means."""
        return SIGNS[self]


WORDS = {Mark.HIDDEN: gettext_lazy("hidden"), Mark.NOT_RECORDED: gettext_lazy("not recorded")}
SIGNS = {Mark.HIDDEN: "*", Mark.NOT_RECORDED: "–"}


def in_words(value):
    """A whole number with its thousands apart, or the word of a mark."""
    if isinstance(value, Mark):
        return str(value.word)
    # Most figures are small, and a page has a thousand of them.
    return str(value) if value < 1000 else _with_thousands_apart(value, get_language())


@functools.lru_cache(maxsize=2048)
def _with_thousands_apart(value, language):
    """A page says each figure up to four times: in its picture, its table, and what is read out of both."""
    return number_format(value, use_l10n=True, force_grouping=True)


def in_short(value):
    """The same with a sign instead of a word."""
    return value.sign if isinstance(value, Mark) else in_words(value)


def what_signs_mean(values):
    """[(sign, sentence)] for the marks among these values, in a fixed order."""
    sentences = {
        Mark.HIDDEN: _("Hidden: a small number, or one that would give a small number away."),
        Mark.NOT_RECORDED: _("Not recorded: nobody wrote anything down, which is not the same as none."),
    }
    found = {value for value in values if isinstance(value, Mark)}
    return [(mark.sign, sentences[mark]) for mark in Mark if mark in found]
