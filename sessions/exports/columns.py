"""The columns of every exported file: names, types, meanings, in one table. Names never change; new columns come at the end.

docs/reference/export-columns.md, columns.csv and datapackage.json of a ZIP are written from here.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

TEXT, WHOLE, DAY = "string", "integer", "date"

NOT_RECORDED, NONE = "not_recorded", "none"
BETWEEN, BEFORE_QUANTITY = ";", ":"
NOT_COUNTED = "not_counted"

WORDS = {
    NOT_RECORDED: _("Not recorded: it could have been, and was left blank"),
    NONE: _("None: it was recorded, and there was none"),
    NOT_COUNTED: _("Given, not counted"),
}


@dataclass(frozen=True)
class Column:
    """One column. codes: the list in codes.csv that its values are of. is_list: several codes in one cell, joined by a semicolon.

    words: which of WORDS may stand in place of a code. blank: what an empty cell means; "" where there is none.
    typed: whether people type it, so that a spreadsheet might take it for a formula.
    """

    name: str
    type: str
    meaning: str
    codes: str = ""
    words: tuple[str, ...] = ()
    blank: str = ""
    is_list: bool = False
    typed: bool = False
    width: int = 16


LIST_WORDS = (NONE, NOT_RECORDED)
NOT_TAKEN_UP = _("The offer was not taken up")

ROW = Column("row", WHOLE, _("Number of the row in this export. It says nothing about when a session was recorded, or by whom."), width=8)

SESSION = [
    ROW,
    Column("week", TEXT, _("Calendar week of the session, such as 2026-W47 (ISO 8601)."), width=10),
    Column("week_begins", DAY, _("Monday of that week."), width=12),
    Column("site", TEXT, _("Name of the site, as the service writes it."), typed=True, width=24),
    Column("setting", TEXT, _("Kind of place."), codes="setting"),
    Column("part_of_day", TEXT, _("Morning from 05:00, afternoon from 12:00, evening from 17:00, night from 22:00."), codes="part_of_day", width=12),
    Column("outcome", TEXT, _("What came of the offer. Taken up are held and cut_short."), codes="outcome"),
    Column("reason", TEXT, _("Why it was not taken up, or stopped early."), "reason", (NOT_RECORDED,), _("The session was held"), width=22),
    Column("moment", TEXT, _("What prompted the talk. not_asked: nobody asked, which is not the same as none."), codes="moment", width=22),
    Column("private_space", TEXT, _("Whether there was a private space."), "private_space", (NOT_RECORDED,), _("By phone or chat, or not taken up")),
    Column("length", TEXT, _("About how long it took, as said by the worker."), "length", (NOT_RECORDED,), NOT_TAKEN_UP, width=14),
    Column("areas", TEXT, _("Practice areas that were talked about."), "area", LIST_WORDS, NOT_TAKEN_UP, is_list=True, width=28),
    Column("mattered_most", TEXT, _("The one area that mattered most."), "area", (NOT_RECORDED,), _("Not taken up, or no area"), width=16),
    Column("cards", TEXT, _("Cards that were opened. Whether they were talked about is another question."), "card", (NONE,), is_list=True, width=28),
    Column(
        "resources_given",
        TEXT,
        _("What was handed over, each with its number: water_ampoules:10, or water_ampoules:not_counted."),
        "resource",
        (*LIST_WORDS, NOT_COUNTED),
        NOT_TAKEN_UP,
        is_list=True,
        width=32,
    ),
    Column("resources_not_wanted", TEXT, _("What was offered and not wanted."), "resource", LIST_WORDS, NOT_TAKEN_UP, is_list=True, width=22),
    Column("resources_none_left", TEXT, _("What was wanted, and had run out."), "resource", LIST_WORDS, NOT_TAKEN_UP, is_list=True, width=22),
    Column("signposts", TEXT, _("Kinds of service the person was told about."), "signpost", LIST_WORDS, NOT_TAKEN_UP, is_list=True, width=22),
    Column("deck_release", WHOLE, _("Number of the deck of cards."), blank=_("Written down without a deck"), width=12),
    Column("entry", TEXT, _("How it was recorded."), codes="entry", width=12),
    Column("clock", TEXT, _("Whether the tablet's clock was right when this was recorded."), codes="clock", width=12),
]
WITH_DAY = [Column("day", DAY, _("Day of the session. Only in exports that asked for it."), width=12)]

AREA = Column("area", TEXT, _("A practice area that was talked about."), codes="area")
PARTS = {
    "areas": [ROW, AREA, Column("mattered_most", TEXT, _("Whether this one mattered most."), codes="yes_no")],
    "cards": [ROW, Column("card", TEXT, _("A card that was opened."), codes="card"), Column("version", WHOLE, _("Which version of the card."))],
    "resources": [
        ROW,
        Column("resource", TEXT, _("Something handed over, or offered."), codes="resource"),
        Column("status", TEXT, _("Whether it was given, not wanted, or none was left."), codes="resource_status"),
        Column("quantity", WHOLE, _("How many were given."), blank=_("Not counted, or not given")),
    ],
    "signposts": [ROW, Column("signpost", TEXT, _("A kind of service the person was told about."), codes="signpost")],
}
CODES = [
    Column("list", TEXT, _("Which list the code is of.")),
    Column("code", TEXT, _("The code, as it stands in the files. A code never changes its meaning.")),
    Column("label", TEXT, _("What people see. Labels may change."), typed=True),
    Column("position", WHOLE, _("Its place in the list.")),
]
COLUMNS = [
    Column("file", TEXT, _("Which file the column is in.")),
    Column("column", TEXT, _("Name of the column.")),
    Column("type", TEXT, _("string, integer or date.")),
    Column("meaning", TEXT, _("What it says.")),
    Column("codes", TEXT, _("The list in codes.csv that its values are of."), blank=_("Not a code")),
    Column("words", TEXT, _("What may stand in place of a code."), blank=_("Nothing"), is_list=True),
    Column("blank", TEXT, _("What an empty cell means."), blank=_("There are no empty cells")),
]

SUMMARY = [
    Column("block", TEXT, _("Part of the summary, such as areas.")),
    Column("code", TEXT, _("Code of the row."), blank=_("The row has no code: a total, or not recorded"), width=26),
    Column("group", TEXT, _("What rows of a part are sorted under."), blank=_("They are not sorted"), typed=True),
    Column("label", TEXT, _("What the row is called on the page."), typed=True, width=34),
    Column("row_kind", TEXT, _("What the row says: an answer, not recorded, not asked, none, a total …"), codes="row_kind"),
    Column("figure", TEXT, _("Which figure of the row: sessions, items, and so on.")),
    Column("unit", TEXT, _("What is counted. share: whole per cent of sessions."), codes="unit"),
    Column("value", WHOLE, _("The number."), blank=_("There is none to show: kind says why"), width=10),
    Column("kind", TEXT, _("shown, hidden (a small number), not_recorded, or does_not_apply."), codes="kind"),
    Column("period", TEXT, _("The days that the figures are about."), width=26),
    Column("place", TEXT, _("The sites and settings that they are about."), typed=True, width=26),
]


def of_sessions(*, with_day):
    return SESSION + WITH_DAY if with_day else SESSION
