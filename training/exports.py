"""The grid and the completions of a service as tables to take away."""

from django.utils import timezone
from django.utils.translation import gettext as _

from training.models import Completion

BATCH = 2000
COMPLETION = [
    "person__display_name",
    "person__login_name",
    "version__module__slug",
    "version__title",
    "version__number",
    "mode",
    "completed_on",
    "expires_on",
    "event__title",
    "event__held_on",
    "recorded_at",
    "recorded_by__display_name",
    "after_withdrawal",
    "withdrawn_at",
    "withdrawn_reason",
]


def grid_columns(grid):
    modules = [part for version in grid.modules for part in (version.title, _("%(title)s: day") % {"title": version.title})]
    return [_("Name"), _("Login name"), _("Usual site"), _("Roles"), *modules]


def grid_rows(grid):
    """A row for each person: where they are with each module, and the day that goes with it."""
    for person, standings in grid.rows:
        places = [part for standing in standings for part in (str(standing.state.label), standing.day)]
        site = person.usual_site.name if person.usual_site else ""
        yield [person.display_name, person.login_name, site, ", ".join(map(str, person.role_labels)), *places]


def completion_columns():
    return [
        _("Name"),
        _("Login name"),
        _("Module"),
        _("Title"),
        _("Version"),
        _("How"),
        _("Done on"),
        _("No longer good from"),
        _("Event"),
        _("Date of the event"),
        _("Entered on"),
        _("Entered by"),
        _("Finished after it was taken back"),
        _("Taken back on"),
        _("Why taken back"),
    ]


def completion_rows(completions):
    """A row for each completion, in the order in which they were entered, some thousand at a time; also those that were taken back."""
    modes = {mode.value: str(mode.label) for mode in Completion.Mode}
    last = 0
    while batch := list(completions.filter(pk__gt=last).order_by("pk").values_list("pk", *COMPLETION)[:BATCH]):
        for pk, *row in batch:
            last = pk
            row[5] = modes[row[5]]
            row[10] = timezone.localdate(row[10])
            row[13] = row[13] and timezone.localdate(row[13])
            yield row
