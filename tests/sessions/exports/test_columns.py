"""Columns of files that other people's programs read: they stay as they are."""

from sessions.exports import reference
from sessions.exports.columns import PARTS, SESSION, SUMMARY, WITH_DAY
from vein_care.folders import ROOT

PAGE = ROOT / "docs" / "reference" / "export-columns.md"


def names(columns):
    return " ".join(column.name for column in columns)


def test_the_page_of_columns_is_what_the_table_says():
    assert PAGE.read_text(encoding="utf-8") == reference.render(), "Run manage.py export_columns and commit the page."


def test_names_of_columns_are_these_and_new_ones_come_at_the_end():
    assert names(SESSION) == (
        "row week week_begins site setting part_of_day outcome reason moment private_space length areas mattered_most cards resources_given "
        "resources_not_wanted resources_none_left signposts deck_release entry clock"
    )
    assert names(WITH_DAY) == "day"
    assert {name: names(columns) for name, columns in PARTS.items()} == {
        "areas": "row area mattered_most",
        "cards": "row card version",
        "resources": "row resource status quantity",
        "signposts": "row signpost",
    }
    assert names(SUMMARY) == "block code group label row_kind figure unit value kind period place"


def test_no_column_is_about_a_worker_a_person_or_a_record():
    everything = " ".join([names(SESSION), names(WITH_DAY), names(SUMMARY), *map(names, PARTS.values())])

    assert not {"worker", "delivered_by", "submitted_by", "record_id", "session_id", "id", "received_at", "tablet"} & set(everything.split())
