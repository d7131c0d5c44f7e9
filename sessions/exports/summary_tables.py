"""The summary as a table: one line for each figure of the page, in the same words and with the same totals."""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sessions.exports import codes
from sessions.exports import columns as column_table
from sessions.exports.contents import Contents, chosen_again, column_rows, left_out
from sessions.exports.tables import ListedTable
from sessions.marks import Mark
from sessions.summaries.blocks import blocks_of
from sessions.summaries.shapes import Share
from sessions.summaries.sources import source_of

SHOWN, DOES_NOT_APPLY = "shown", "does_not_apply"


def rows_of(chosen):
    """One list of values for each figure, in the order of the page. A constant number of statements."""
    return _rows(source_of(chosen))


def _rows(source):
    chosen = source.chosen
    about = [chosen.when_in_words, chosen.where_in_words]
    return [
        [block.name, row.code or "", str(row.group or ""), str(row.label), str(row.kind), column.code, column.unit, *_value(value), *about]
        for block in blocks_of(source)
        for row in block.all_rows
        for column, value in zip(block.columns, row.values, strict=True)
    ]


def _value(value):
    """(number, what it is): a number that is not shown is left blank, and the word beside it says why."""
    if value is None:
        return None, DOES_NOT_APPLY
    if isinstance(value, Mark):
        return None, value.value
    return (value.percent if isinstance(value, Share) else value), SHOWN


def of_summary(export):
    chosen = chosen_again(export)
    source = source_of(chosen)
    main = ListedTable("summary", column_table.SUMMARY, _rows(source))
    lists = codes.of_summary()
    title = _("Summary, %(about)s") % {"about": export.about}
    mark = _("Not for sharing. For use inside %(organisation)s only.") % {"organisation": chosen.organisation} if export.is_inside else ""
    tables = [main, ListedTable("codes", column_table.CODES, codes.rows(lists))]
    return Contents(
        stem=f"{'not-for-sharing-' if export.is_inside else ''}summary-{chosen.span.first}-to-{chosen.span.last}",
        title=title,
        sheet_name=_("Not for sharing") if export.is_inside else _("Summary"),
        main=main,
        sentences=[*([mark] if mark else []), title, *_about_summary(export, source)],
        is_inside=export.is_inside,
        expected=len(main.rows),
        mark=mark,
        readme=_readme(title, mark),
        tables=[*tables, ListedTable("columns", column_table.COLUMNS, column_rows(tables))],
        codes=lists,
    )


def _about_summary(export, source):
    chosen = source.chosen
    yield _("These are figures of %(service)s.") % {"service": chosen.organisation or _("all services together")}
    if chosen.is_to_share:
        yield _("To share: small numbers are hidden, and the others rounded to the nearest 5, each by itself. Rounded numbers do not add up exactly.")
        if source.left_out:
            yield source.left_out_in_words
    else:
        yield left_out(chosen).sentence
    yield _("A figure that is not shown is blank and never 0: the column kind says why.")
    yield _("Export %(number)s of %(day)s.") % {"number": export.pk, "day": date_format(timezone.localdate(export.asked_at), "j F Y")}


def _readme(title, mark):
    return [
        title,
        *(["", mark] if mark else []),
        "",
        _("Files: summary.csv has one line for each figure; columns.csv says what each column means, codes.csv what codes stand for."),
        _("Rows of one block do not always add up: a session counts once for each thing that was talked about or given in it."),
        _("datapackage.json says the same for programs (frictionlessdata.io), and how many rows each file has."),
    ]
