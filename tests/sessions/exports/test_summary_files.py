"""The summary as a file: the numbers of the page, and what is not shown told apart from 0."""

import datetime

import pytest

from sessions.exports.columns import SUMMARY
from sessions.marks import Mark
from sessions.summaries.blocks import blocks
from sessions.summaries.filters import SummaryFilter
from sessions.summaries.shapes import Share
from tests.factories import CardSessionFactory, CardShownFactory, CardVersionFactory, ReleaseFactory, SiteFactory
from tests.sessions.exports.taking import DAYS, as_text, read_csv, read_table, read_xlsx, read_zip, take

NAMES = [column.name for column in SUMMARY]


@pytest.fixture
def figures(full_session):
    for outcome in ["held", "declined", "did_not_attend", "cut_short"]:
        CardSessionFactory(site=full_session.site, held_on=datetime.date(2026, 8, 5), outcome=outcome)


def of_page(coordinator, query):
    """{(block, group, code, label, figure): number or what stands in its place} of the page."""
    from django.http import QueryDict

    chosen = SummaryFilter(QueryDict(query), user=coordinator, today=datetime.date(2026, 11, 22)).chosen
    return {
        (block.name, str(row.group or ""), row.code or "", str(row.label), column.code): value.percent if isinstance(value, Share) else value
        for block in blocks(chosen)
        for row in block.all_rows
        for column, value in zip(block.columns, row.values, strict=True)
    }


def of_file(rows):
    return {(row["block"], row["group"], row["code"], row["label"], row["figure"]): shown(row) for row in rows}


def shown(row):
    if row["kind"] == "shown":
        return int(row["value"])
    assert row["value"] == ""
    return {"hidden": Mark.HIDDEN, "not_recorded": Mark.NOT_RECORDED, "does_not_apply": None}[row["kind"]]


@pytest.mark.parametrize(("query", "period"), [(DAYS, "1 July to 30 September 2026"), ("view=share&period=2026-q3", "July to September 2026")])
def test_every_figure_of_the_page_is_in_the_file_and_no_other(desk, figures, coordinator, query, period):
    notes, rows = read_csv(take(desk, what="summary", query=query))

    assert of_file(rows) == of_page(coordinator, query)
    assert list(rows[0]) == NAMES
    assert notes[-1] == f"# Rows,{len(rows)}"
    assert {row["period"] for row in rows} == {period}


def test_small_numbers_are_hidden_in_what_is_to_share(desk, figures):
    rows = read_csv(take(desk, what="summary", query="view=share&period=2026-q3"))[1]

    assert "hidden" in {row["kind"] for row in rows if row["block"] == "outcomes"}
    assert not [row for row in rows if row["kind"] == "shown" and row["unit"] in {"sessions", "items"} and 0 < int(row["value"]) < 8]


def test_all_three_files_say_the_same(desk, figures):
    plain = read_csv(take(desk, what="summary"))[1]
    zipped = read_table(read_zip(take(desk, what="summary", file_format="zip"))["summary.csv"])
    sheet = read_xlsx(take(desk, what="summary", file_format="xlsx"))

    assert plain == zipped
    assert sheet[0][: len(NAMES)] == NAMES
    assert [[as_text(value) for value in row.values()] for row in plain] == [row[: len(NAMES)] for row in sheet[1:]]


def test_names_of_sites_are_harmless_and_whole(desk, figures, organisation):
    """Programs pass over what stands behind a # outside of quotes."""
    for name in ["Van #2", "=1+1", 'the "Ark", below\nthe bridge']:
        CardSessionFactory(site=SiteFactory(organisation=organisation, name=name), held_on=datetime.date(2026, 8, 5))

    content = take(desk, what="summary")

    labels = {row["label"] for row in read_csv(content)[1] if row["block"] == "sites"}
    assert labels >= {"Van #2", "'=1+1", 'the "Ark", below\nthe bridge'}
    assert b'"Van #2"' in content


def test_titles_of_cards_and_the_place_that_was_chosen_are_harmless_and_whole_too(desk, figures, organisation):
    """With names of sites, these are all the words in a file that somebody at a service or an editor types."""
    odd, title = '=HYPERLINK("#x";\n1), ü', '+1, "#2"\n日本'
    site = SiteFactory(organisation=organisation, name=odd)
    version = CardVersionFactory(slug="odd-card", text__title=title)
    ReleaseFactory(versions=[version])
    CardShownFactory(session=CardSessionFactory(site=site, held_on=datetime.date(2026, 8, 5)), card_version=version)

    query = f"{DAYS}&site={site.pk}"
    plain = read_csv(take(desk, what="summary", query=query))[1]
    sheet = read_xlsx(take(desk, what="summary", query=query, file_format="xlsx"))
    codes = read_table(read_zip(take(desk, query=query, file_format="zip"))["codes.csv"])

    assert {row["place"] for row in plain} == {f"'{odd}"}
    assert {row["label"] for row in plain if row["code"] == "odd-card"} == {f"'{title}"}
    assert {row[NAMES.index("place")] for row in sheet[1:]} == {odd}
    assert {row[NAMES.index("label")] for row in sheet[1:] if row[NAMES.index("code")] == "odd-card"} == {title}
    assert [row["label"] for row in codes if row["code"] == "odd-card"] == [f"'{title}"]


def test_inside_it_is_marked_and_to_share_it_is_not(desk, figures):
    inside = read_csv(take(desk, what="summary"))[0]
    to_share = read_csv(take(desk, what="summary", query="view=share&period=2026-q3"))[0]

    assert inside[0] == "# Not for sharing. For use inside Harbour Outreach only."
    assert not any("Not for sharing" in note for note in to_share)
    assert "figures of Harbour Outreach" in to_share[1]
    assert "small numbers are hidden" in to_share[2]


def test_codes_of_the_last_columns_are_in_codes(desk, figures):
    files = read_zip(take(desk, what="summary", file_format="zip"))

    codes = {(line["list"], line["code"]) for line in read_table(files["codes.csv"])}
    for row in read_table(files["summary.csv"]):
        assert {("kind", row["kind"]), ("row_kind", row["row_kind"]), ("unit", row["unit"])} <= codes
