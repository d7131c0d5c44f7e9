"""Codes, sites and published releases as plain data, remembered briefly: what a record may refer to."""

import zoneinfo
from dataclasses import dataclass

from django.db.models import F, Value

from cards.models import DeckReleaseCard, PracticeArea
from sessions.models import LengthBand, Moment, Reason, Resource, Setting, SignpostKind
from vein_care import memory
from vein_care.accounts.models import Site

TABLES = {
    "areas": PracticeArea,
    "lengths": LengthBand,
    "moments": Moment,
    "reasons": Reason,
    "resources": Resource,
    "settings": Setting,
    "signposts": SignpostKind,
}


@dataclass(frozen=True)
class Code:
    """One row of a code table. `line` is how to use a resource, and empty for everything else."""

    code: str
    label: str
    is_retired: bool
    line: str = ""


@dataclass(frozen=True)
class Place:
    """What a record needs to know of a site. is_open: the site and its organisation are active."""

    id: int
    organisation_id: int
    time_zone: str
    is_open: bool

    @property
    def zone(self):
        return zoneinfo.ZoneInfo(self.time_zone)


@dataclass(frozen=True)
class Release:
    """A published deck: its row and {(slug, version number): row of the card version}."""

    id: int
    versions: dict


@memory.remembered(seconds=15)
def codes():
    """{table: {code: Code}} of all code tables, in the order in which they are shown. One statement."""
    parts = [_rows(name, model) for name, model in TABLES.items()]
    found = {name: {} for name in TABLES}
    for name, _position, code, label, is_retired, line in sorted(parts[0].union(*parts[1:], all=True)):
        found[name][code] = Code(code, label, is_retired, line)
    return found


def _rows(name, model):
    line = F("line") if model is Resource else Value("")
    return model.objects.order_by().values_list(Value(name), "position", "code", "label", "is_retired", line)


def offered(table):
    """The codes of a table that may be chosen today, as a list of Code."""
    return [code for code in codes()[table].values() if not code.is_retired]


@memory.remembered(seconds=15)
def places():
    """{id: Place} of all sites. One statement."""
    rows = Site.objects.order_by().values_list("pk", "organisation_id", "time_zone", "is_active", "organisation__is_active")
    return {pk: Place(pk, organisation, zone, is_active and of_active) for pk, organisation, zone, is_active, of_active in rows}


def forget():
    """Ask for codes and sites again: somebody may have changed them a moment ago."""
    codes.forget()
    places.forget()


_releases = memory.kept_for_good()


def release(number):
    """The published Release of that number, or None. Releases never change, so a known one is not asked for again."""
    if number not in _releases:
        rows = DeckReleaseCard.objects.filter(release__number=number, release__published_at__isnull=False)
        cards = list(rows.values_list("release_id", "version__card__slug", "version__number", "version_id"))
        if not cards:
            return None
        _releases[number] = Release(cards[0][0], {(slug, version): row for _release, slug, version, row in cards})
    return _releases[number]
