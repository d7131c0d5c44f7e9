"""Countries and time zones to choose from, as the time zone database lists them."""

import functools
from importlib import resources

from django.utils.translation import gettext as _

FIRST = "GB"


def _rows(name):
    text = resources.files("tzdata.zoneinfo").joinpath(name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]


@functools.cache
def countries():
    """[(two letters, name)] by name, with the country this was made for first."""
    found = sorted(((code, name) for code, name, *_rest in _rows("iso3166.tab")), key=lambda country: country[1])
    return sorted(found, key=lambda country: country[0] != FIRST)


@functools.cache
def _zones():
    """{country: [time zone]} in the order of the database, which puts the most populous first."""
    found = {}
    for country, _place, zone, *_comment in _rows("zone.tab"):
        found.setdefault(country, []).append(zone)
    return found


@functools.cache
def time_zones(country):
    """Choices for a select: the country's own time zones first, then all others by continent."""
    own = _zones().get(country, [])
    others = {}
    for zone in sorted({zone for zones in _zones().values() for zone in zones} - set(own)):
        others.setdefault(zone.partition("/")[0], []).append((zone, _label(zone)))
    groups = [(_("In your country"), [(zone, _label(zone)) for zone in own])] if own else []
    return [*groups, *sorted(others.items()), (_("Other"), [("UTC", "UTC")])]


def first_time_zone(country):
    return next(iter(_zones().get(country, [])), "Europe/London")


def _label(zone):
    return zone.replace("_", " ")
