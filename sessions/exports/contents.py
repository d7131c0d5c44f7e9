"""What is in the file of one export: its tables, and the sentences that say what it is."""

from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sessions.exports import codes, statements
from sessions.exports import columns as column_table
from sessions.exports.tables import CopiedTable, ListedTable, Numbers
from sessions.models import CardSession, QuarantinedRecord, SummaryRules
from sessions.summaries.filters import SummaryFilter


@dataclass
class Contents:
    """stem: of the name of the file. sentences: what a reader should know, one line each. expected: how many rows, about."""

    stem: str
    title: str
    sheet_name: str
    main: object
    sentences: list[str]
    is_inside: bool
    expected: int
    mark: str = ""
    readme: list[str] = field(default_factory=list)
    tables: list = field(default_factory=list)
    codes: dict = field(default_factory=dict)


@dataclass(frozen=True)
class LeftOut:
    """What does not count, and so is in no file. quarantined: of the whole organisation, since their days and sites are not known for sure."""

    voided: int
    quarantined: int

    @property
    def sentence(self):
        voided = ngettext("%(count)s voided session", "%(count)s voided sessions", self.voided) % {"count": self.voided}
        waiting = ngettext(
            "%(count)s record that waits to be looked at, whatever its day",
            "%(count)s records that wait to be looked at, whatever their days",
            self.quarantined,
        )
        return _("Left out: %(voided)s of these days, and %(waiting)s.") % {
            "voided": voided,
            "waiting": waiting % {"count": self.quarantined},
        }


def chosen_again(export):
    """What the export is about, as its row says it."""
    return SummaryFilter(QueryDict(export.query), user=export.asked_by, today=timezone.localdate(export.asked_at)).chosen


def selection_of(chosen, *, with_day):
    return statements.Selection(
        chosen.organisation.pk, chosen.span.first, chosen.span.last, site_id=chosen.site_id, setting=chosen.setting_code, with_day=with_day
    )


def left_out(chosen):
    """Two statements, each by an index of its own."""
    rows = CardSession.objects.filter(organisation=chosen.organisation, held_on__range=(chosen.span.first, chosen.span.last))
    if chosen.site:
        rows = rows.filter(site=chosen.site)
    if chosen.setting:
        rows = rows.filter(setting=chosen.setting_code)
    waiting = QuarantinedRecord.objects.filter(organisation=chosen.organisation).unresolved()
    return LeftOut(rows.filter(voided_at__isnull=False).count(), waiting.count())


def gone_before(chosen):
    """The first day whose sessions are still kept, where some of the days that were asked for are before it; else None."""
    kept_from = SummaryRules.objects.of(chosen.organisation.pk).kept_from
    return kept_from if kept_from and chosen.span.first < kept_from else None


def of_sessions(export, snapshot):
    """Sessions row by row, read from `snapshot`."""
    chosen = chosen_again(export)
    selection = selection_of(chosen, with_day=export.with_day)
    numbers, lists = Numbers(snapshot, selection), codes.of_sessions()

    def copied(name, columns, template):
        return CopiedTable(name, columns, template, snapshot, selection, numbers)

    main = copied("sessions", column_table.of_sessions(with_day=export.with_day), statements.SESSIONS)
    parts = [copied(name, columns, statements.PARTS[name]) for name, columns in column_table.PARTS.items()]
    tables = [main, *parts, ListedTable("codes", column_table.CODES, codes.rows(lists))]
    mark = _("Not for sharing. For use inside %(organisation)s only.") % {"organisation": chosen.organisation}
    title = _("Sessions, %(about)s") % {"about": export.about}
    return Contents(
        stem=f"not-for-sharing-sessions-{chosen.span.first}-to-{chosen.span.last}",
        title=title,
        sheet_name=_("Not for sharing"),
        main=main,
        sentences=[mark, title, *_about_sessions(export, chosen), _asked(export)],
        is_inside=True,
        expected=export.expected,
        mark=mark,
        readme=_readme(mark, title, tables),
        tables=[*tables, ListedTable("columns", column_table.COLUMNS, column_rows(tables))],
        codes=lists,
    )


def _about_sessions(export, chosen):
    yield left_out(chosen).sentence
    if kept_from := gone_before(chosen):
        yield _("Sessions before %(day)s are deleted; their totals are in the summary.") % {"day": date_format(kept_from, "j F Y")}
    if export.with_day:
        yield _("With the day of each session. Such rows can point at a person: keep this file to yourself, and delete it when it has served.")
    else:
        yield _("Such rows can point at a person: keep this file to yourself, and delete it when it has served.")
    yield _("An empty cell is never 0: each column says what it means.")


def _asked(export):
    return _("Export %(number)s of %(day)s. What it is for: %(reason)s") % {
        "number": export.pk,
        "day": date_format(timezone.localdate(export.asked_at), "j F Y"),
        "reason": export.reason,
    }


def column_rows(tables):
    """Lines of columns.csv, the data dictionary of a ZIP."""
    return [[f"{table.name}.csv", *described(column)] for table in tables for column in table.columns]


def described(column):
    blank = _(column.blank) if column.blank else ""
    return [column.name, column.type, _(column.meaning), column.codes, column_table.BETWEEN.join(column.words), blank]


def _readme(mark, title, tables):
    names = ", ".join(f"{table.name}.csv" for table in tables)
    return [
        title,
        "",
        mark,
        "",
        _("Files: %(names)s; columns.csv says what each column means, and datapackage.json the same for programs (frictionlessdata.io).")
        % {"names": names},
        _("A row has the same number in all files. It is a number in this export only, and says nothing about order."),
        _("Codes stand for themselves; codes.csv has their labels, list by list. datapackage.json names the list of each column as codeList."),
        _("Several codes in one cell are joined by a semicolon. areas.csv, cards.csv, resources.csv and signposts.csv have one to a line."),
        _("not_recorded: could have been, and was left blank. none: was recorded, and there was none. not_asked: nobody asked."),
        _("An empty cell is none of these, and never 0: columns.csv says what it means."),
        _("A text that begins like a formula has an apostrophe before it, so that a spreadsheet leaves it alone."),
        _("How many rows each file has stands in datapackage.json as rowCount."),
    ]
