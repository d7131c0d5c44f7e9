"""What is in a file of sessions, row by row."""

import datetime

import pytest

from sessions.exports.columns import SESSION, WITH_DAY
from sessions.models import CardSession
from tests.factories import AreaDiscussedFactory, CardSessionFactory, QuarantinedRecordFactory, SiteFactory, TabletFactory
from tests.sessions.exports.conftest import RECORDED
from tests.sessions.exports.taking import as_text, ask, begin, read_csv, read_table, read_xlsx, read_zip, take

NAMES = [column.name for column in SESSION]
FULL = {
    "row": "1",
    "week": "2026-W36",
    "week_begins": "2026-08-31",
    "site": "Harbour van",
    "setting": "van",
    "part_of_day": "evening",
    "outcome": "held",
    "reason": "",
    "moment": "pain_or_vein_trouble",
    "private_space": "yes",
    "length": "from_5_to_9",
    "areas": "hygiene;water",
    "mattered_most": "hygiene",
    "cards": "ampoule;clean-hands",
    "resources_given": "naloxone:not_counted;water_ampoules:10",
    "resources_not_wanted": "foil",
    "resources_none_left": "filters",
    "signposts": "gp;wound_care",
    "deck_release": "1",
    "entry": "tablet",
    "clock": "right",
}
# Anything that a site could be called, and a spreadsheet, a delimiter or a reader could stumble over.
NAMES_OF_SITES = [
    "=1+1",
    "+44",
    "-2",
    "@sum",
    "\tbehind a tab",
    "\nbelow",
    "a,b;c",
    'the "Ark"',
    "two\nlines",
    "back\\slash \\N",
    "# not a note",
    "مركز الشارع",
    "wave 🌊 <b>&amp;",
    "_x0041_ and \x07",
    "＝wide",
    "  spaces  ",
    "\r\nboth",
]


def only_row(content):
    [row] = read_csv(content)[1]
    return row


def test_a_full_session_has_every_part_in_codes(desk, full_session):
    assert only_row(take(desk)) == FULL


def test_the_week_stands_in_place_of_the_day_unless_the_day_is_asked_for(desk, full_session):
    assert "2026-09-02" not in take(desk).decode()

    assert only_row(take(desk, with_day="on")) == FULL | {"day": "2026-09-02"}


def test_nothing_recorded_none_and_not_asked_are_told_apart(desk, site):
    CardSessionFactory(site=site, held_on=datetime.date(2026, 9, 2))
    CardSessionFactory(site=site, held_on=datetime.date(2026, 9, 9), **RECORDED)
    CardSessionFactory(site=site, held_on=datetime.date(2026, 9, 16), outcome="declined", reason_id="prefer_not_to_say")
    CardSessionFactory(site=site, held_on=datetime.date(2026, 9, 23), outcome="did_not_attend", setting_id="phone")

    rows = read_csv(take(desk))[1]

    parts = ["areas", "resources_given", "resources_not_wanted", "resources_none_left", "signposts"]
    assert [[row[part] for part in parts] for row in rows] == [["not_recorded"] * 5, ["none"] * 5, [""] * 5, [""] * 5]
    assert [row["reason"] for row in rows] == ["", "", "prefer_not_to_say", "not_recorded"]
    assert [row["moment"] for row in rows] == ["not_asked"] * 4
    assert [row["length"] for row in rows] == ["not_recorded", "not_recorded", "", ""]
    assert [row["private_space"] for row in rows] == ["not_recorded", "not_recorded", "", ""]
    assert [row["mattered_most"] for row in rows] == [""] * 4
    assert [row["cards"] for row in rows] == ["none"] * 4


def test_areas_of_which_none_mattered_most_say_so(desk, site):
    session = CardSessionFactory(site=site, held_on=datetime.date(2026, 9, 2), areas_recorded=True)
    AreaDiscussedFactory(session=session, area_id="acids")

    assert only_row(take(desk))["mattered_most"] == "not_recorded"


def test_private_space_does_not_apply_to_a_phone_call(desk, site):
    CardSessionFactory(site=site, held_on=datetime.date(2026, 9, 2), setting_id="phone")

    assert only_row(take(desk))["private_space"] == ""


def test_what_is_voided_waits_or_belongs_to_others_is_left_out_and_counted(desk, site, full_session, coordinator):
    CardSessionFactory(site=site, held_on=full_session.held_on, voided_at=datetime.datetime.now(datetime.UTC), voided_reason="trial")
    CardSessionFactory(held_on=full_session.held_on)
    CardSessionFactory(site=site, held_on=datetime.date(2026, 10, 1))
    QuarantinedRecordFactory(tablet=TabletFactory(organisation=site.organisation))

    notes, rows = read_csv(take(desk))

    assert rows == [FULL]
    assert "# Left out: 1 voided session of these days and 1 record that waits to be looked at whatever its day." in notes
    assert notes[-1] == "# Rows,1"


def test_a_site_and_a_setting_narrow_it(desk, site, full_session):
    other = SiteFactory(organisation=site.organisation, name="Mill Street")
    CardSessionFactory(site=other, held_on=full_session.held_on, setting_id="hostel")
    days = "view=inside&from=2026-07-01&to=2026-09-30"

    assert [row["site"] for row in read_csv(take(desk, query=f"{days}&site={other.pk}"))[1]] == ["Mill Street"]
    assert [row["site"] for row in read_csv(take(desk, query=f"{days}&setting=van"))[1]] == ["Harbour van"]


def test_a_week_that_the_days_cut_has_only_those_days(desk, site):
    for day in [31, 25]:
        CardSessionFactory(site=site, held_on=datetime.date(2026, 8, day))
    CardSessionFactory(site=site, held_on=datetime.date(2026, 9, 2))

    rows = read_csv(take(desk, query="view=inside&from=2026-08-26&to=2026-09-01"))[1]

    assert [(row["week"], row["week_begins"]) for row in rows] == [("2026-W36", "2026-08-31")]


def test_weeks_around_new_year_are_those_of_the_calendar(desk, site):
    for day in [datetime.date(2024, 12, 29), datetime.date(2024, 12, 30), datetime.date(2025, 1, 1)]:
        CardSessionFactory(site=site, held_on=day)

    rows = read_csv(take(desk, query="view=inside&from=2024-12-01&to=2025-01-31"))[1]

    assert [row["week"] for row in rows] == ["2024-W52", "2025-W01", "2025-W01"]


@pytest.mark.parametrize("file_format", ["csv", "zip"])
def test_no_name_of_a_site_is_taken_for_a_formula_or_ends_its_cell(desk, organisation, file_format):
    for name in NAMES_OF_SITES:
        CardSessionFactory(site=SiteFactory(organisation=organisation, name=name), held_on=datetime.date(2026, 9, 2))

    content = take(desk, file_format=file_format)

    rows = read_csv(content)[1] if file_format == "csv" else read_table(read_zip(content)["sessions.csv"])
    harmless = [f"'{name}" if name[0] in "=+-@\t\r\n＝" else name for name in NAMES_OF_SITES]
    assert sorted(row["site"] for row in rows) == sorted(harmless)


def test_a_workbook_has_every_name_as_it_is(desk, organisation):
    for name in NAMES_OF_SITES:
        CardSessionFactory(site=SiteFactory(organisation=organisation, name=name), held_on=datetime.date(2026, 9, 2))

    rows = read_xlsx(take(desk, file_format="xlsx"))

    assert sorted(row[3] for row in rows[1:]) == sorted(NAMES_OF_SITES)


def test_notes_of_a_service_with_an_odd_name_stay_in_one_cell(desk, full_session, organisation):
    organisation.name = 'Harbour, "=1+1;\n=2'
    organisation.save()

    notes, rows = read_csv(take(desk))

    assert notes[0] == "# Not for sharing. For use inside Harbour =1+1 =2 only."
    assert rows == [FULL]


def test_all_three_files_say_the_same(desk, full_session, site):
    for outcome in ["declined", "cut_short"]:
        CardSessionFactory(site=site, held_on=datetime.date(2026, 9, 9), outcome=outcome)

    plain = read_csv(take(desk, with_day="on"))[1]
    zipped = read_table(read_zip(take(desk, file_format="zip", with_day="on"))["sessions.csv"])
    sheet = read_xlsx(take(desk, file_format="xlsx", with_day="on"))

    def comparable(rows):
        return sorted([tuple(as_text(value) for name, value in row.items() if name != "row") for row in rows], key=str)

    names = NAMES + [column.name for column in WITH_DAY]
    days = {"week_begins", "day"}
    as_days = [
        {name: day_of(value) if name in days else value for name, value in zip(names, row, strict=True)} for row in sheet[1:]
    ]
    assert sheet[0] == names
    assert comparable(plain) == comparable(zipped) == comparable(as_days)


def day_of(number):
    """A day as a workbook counts it."""
    return (datetime.date(1899, 12, 30) + datetime.timedelta(days=int(number))).isoformat()


def test_a_workbook_says_how_many_rows_it_has_and_that_it_is_not_for_sharing(desk, full_session):
    about = read_xlsx(take(desk, file_format="xlsx"), sheet=2)

    assert about[0][0] == "Not for sharing. For use inside Harbour Outreach only."
    assert about[-1][:2] == ["Rows", "1"]


def test_the_name_of_every_file_says_that_it_is_not_for_sharing(desk, full_session):
    for suffix in ["csv", "xlsx", "zip"]:
        answer = begin(desk, ask(desk, file_format=suffix))

        assert answer["Content-Disposition"] == f'attachment; filename="not-for-sharing-sessions-2026-07-01-to-2026-09-30.{suffix}"'
        answer.getvalue()


def test_a_row_has_the_same_number_in_all_files_of_a_zip(desk, full_session, site):
    other = CardSessionFactory(site=site, held_on=datetime.date(2026, 9, 3), areas_recorded=True)
    AreaDiscussedFactory(session=other, area_id="acids")

    files = read_zip(take(desk, file_format="zip"))

    areas_of = {}
    for line in read_table(files["areas.csv"]):
        areas_of.setdefault(line["row"], []).append(line["area"])
    assert {row["row"]: row["areas"] for row in read_table(files["sessions.csv"])} == {row: ";".join(areas) for row, areas in areas_of.items()}
    assert read_table(files["cards.csv"])[0].keys() == {"row", "card", "version"}
    assert [line["quantity"] for line in read_table(files["resources.csv"])] == ["", "", "", "10"]


def test_neither_rows_nor_their_order_lead_to_a_record(desk, many_sessions):
    """The sessions of one week were stored in an order; the first ten of them stand anywhere in the file, not together."""
    first = [session.pk for session in many_sessions if session.held_on == datetime.date(2026, 9, 7)][:10]
    CardSession.objects.filter(pk__in=first).update(setting_id="hostel")

    rows = read_csv(take(desk))[1]

    places = [place for place, row in enumerate(rows[:100]) if row["setting"] == "hostel"]
    assert len(places) == 10 and places[-1] - places[0] > 20
    assert [row["row"] for row in rows] == [str(number) for number in range(1, 201)]


def test_no_sessions_are_a_file_with_headings_and_no_rows(desk):
    notes, rows = read_csv(take(desk))

    assert (notes[-1], rows) == ("# Rows,0", [])
    assert len(read_xlsx(take(desk, file_format="xlsx"))) == 1
    assert read_table(read_zip(take(desk, file_format="zip"))["sessions.csv"]) == []
