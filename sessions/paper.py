"""The questions of a session in the order in which paper and the afterwards form ask them, with a number for each and a letter for each answer.

Form and slip are made from this one place, so that what is ticked on paper is found on the screen under the same number and letter.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from sessions import reference
from sessions.models import CardSession, SiteResource

QUESTIONS = {
    "held_on": _("Date"),
    "part_of_day": _("Part of the day"),
    "site": _("Site"),
    "setting": _("Kind of place"),
    "outcome": _("What came of it"),
    "areas": _("Talked about"),
    "mattered_most": _("Mattered most, if one did"),
    "resources": _("Handed over"),
    "signposts": _("Pointed to"),
    "moment": _("What prompted it"),
    "private_space": _("Somewhere private to talk?"),
    "length_band": _("About how long"),
    "reason": _("Why it was not today, or why it stopped"),
}
NUMBERS = {name: number for number, name in enumerate(QUESTIONS, start=1)}
TABLES = {
    "setting": "settings",
    "areas": "areas",
    "mattered_most": "areas",
    "resources": "resources",
    "signposts": "signposts",
    "moment": "moments",
    "length_band": "lengths",
    "reason": "reasons",
}
CLOSED_LISTS = {"part_of_day": CardSession.PartOfDay, "outcome": CardSession.Outcome}
# What leaving a question blank says already.
NOT_ASKED = "not_asked"


@dataclass(frozen=True)
class Answer:
    """One box to tick. letter: its place in the list, which stays when others are retired."""

    code: str
    letter: str
    label: str
    line: str = ""

    @property
    def text(self):
        return f"{self.letter}) {self.label}" if self.letter else self.label


def question(name):
    """"6. Talked about\""""
    return f"{NUMBERS[name]}. {QUESTIONS[name]}"


def answers(name):
    """Every Answer that may be given to a question today, in order. "Not asked" is not among them: that is left blank."""
    if name in CLOSED_LISTS:
        return [Answer(code, _letter(place), str(label)) for place, (code, label) in enumerate(CLOSED_LISTS[name].choices)]
    codes = [code for code in reference.codes()[TABLES[name]].values() if code.code != NOT_ASKED]
    return [Answer(code.code, _letter(place), code.label, code.line) for place, code in enumerate(codes) if not code.is_retired]


def resources_at(site_id):
    """(what the site has, everything else), lists of Answer. A site that has not said what it has offers everything."""
    stocked = set(SiteResource.objects.order_by().filter(site=site_id).values_list("resource_id", flat=True)) if site_id else set()
    every = answers("resources")
    if not stocked:
        return every, []
    return [each for each in every if each.code in stocked], [each for each in every if each.code not in stocked]


def _letter(place):
    """a to z, then aa to az and so on."""
    before, last = divmod(place, 26)
    return (_letter(before - 1) if before else "") + chr(ord("a") + last)
