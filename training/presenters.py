"""How the trainers' pages put people's training into words."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from training.models import AssignmentRound
from training.state import SIGNS, State
from vein_care.accounts.roles import Role

LEGEND = {
    State.NOT_DONE_YET: gettext_lazy("Assigned, and the day has passed."),
    State.DUE_SOON: gettext_lazy("Assigned, and to be done within seven days."),
    State.STARTED: gettext_lazy("Begun on a screen."),
    State.ASSIGNED: gettext_lazy("Asked for, and not begun."),
    State.EXPIRED: gettext_lazy("Done, and no longer good: it is time to do it again."),
    State.OLDER_VERSION: gettext_lazy("Done, and the module has changed since. You decide under Refreshers whether it is to be done again."),
    State.DONE_ONLINE: gettext_lazy("Done on a screen, with the day."),
    State.DONE_FACE_TO_FACE: gettext_lazy("Done in a room with others, with the day."),
    State.NOT_ASSIGNED: gettext_lazy("Neither asked for nor begun."),
}


def legend():
    """(sign, word, what it means, code) of each state."""
    return [(SIGNS[state], state.label, LEGEND[state], state.value) for state in State]


def short_day(day, today):
    """3 Dec, with the year when it is another one."""
    return date_format(day, "j M" if day.year == today.year else "j M Y")


def day_in_words(standing, today):
    """What is said below a state, "" for nothing."""
    if standing.day is None:
        return ""
    day = short_day(standing.day, today)
    if standing.state == State.NOT_DONE_YET:
        return _("was for %(day)s") % {"day": day}
    if standing.state in {State.DUE_SOON, State.STARTED, State.ASSIGNED}:
        return _("by %(day)s") % {"day": day}
    return _("since %(day)s") % {"day": day} if standing.state == State.EXPIRED else day


class Cells:
    """Sign, word and day of each Standing as HTML. Equal ones are put together once: a page has thousands, and few differ."""

    def __init__(self, today):
        self.today, self.made = today, {}
        self.frames = {state: self._frame(state) for state in State}

    def inside(self, standing):
        if standing not in self.made:
            before, after = self.frames[standing.state]
            self.made[standing] = before + conditional_escape(day_in_words(standing, self.today)) + after
        return self.made[standing]

    def row(self, standings):
        return mark_safe("".join([f"<td>{self.inside(standing)}</td>" for standing in standings]))  # each part is escaped

    def _frame(self, state):
        """What stands before and after the day."""
        words = {"state": state.value, "sign": SIGNS[state], "word": state.label}
        before = format_html(
            '<span class="state" data-state="{state}"><b aria-hidden="true">{sign}</b> <span>{word}<small>', **words
        )
        return before, mark_safe("</small></span></span>")


@dataclass(frozen=True)
class Line:
    """A row of the grid as the page shows it."""

    person: object
    url: str
    cells: str


def present_grid(grid, *, today):
    cells = Cells(today)
    list_url = reverse("training:grid")
    return [Line(person, f"{list_url}{person.pk}/", cells.row(standings)) for person, standings in grid.rows]


def audience_in_words(made):
    """Whom a round was for: "Everyone of Mill Street"."""
    match made.audience:
        case AssignmentRound.Audience.SITE:
            return _("Everyone of %(site)s") % {"site": made.site}
        case AssignmentRound.Audience.ROLE:
            return _("Everyone with the role %(role)s") % {"role": Role(made.role).label}
        case AssignmentRound.Audience.PEOPLE:
            return _("Chosen people")
    return _("Everyone here")


def modules_in_words(made, titles, *, at_most=4):
    """The titles of a round's modules in the order of the course, the first few. titles: of `titles_of`; `made.modules` is read beforehand."""
    of_round = {module.pk for module in made.modules.all()}
    titles = [title for pk, title in titles.items() if pk in of_round]
    if len(titles) <= at_most:
        return " · ".join(titles)
    return _("%(titles)s and %(count)s more") % {"titles": " · ".join(titles[: at_most - 1]), "count": len(titles) - at_most + 1}
