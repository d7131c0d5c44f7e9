"""A ZIP as a program reads it that knows nothing but datapackage.json: types, keys, codes, and the totals of the page."""

import datetime
import json
import zipfile

import duckdb
import pytest
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from sessions.summaries.blocks import blocks
from sessions.summaries.filters import SummaryFilter
from tests.factories import AreaDiscussedFactory, CardSessionFactory, ResourceGivenFactory, SiteFactory
from tests.sessions.exports.taking import DAYS, take

READ = "header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"'"
TYPES = {"string": "VARCHAR", "integer": "BIGINT", "date": "DATE"}


@pytest.fixture
def package(desk, full_session, tmp_path):
    """(what datapackage.json says, a database with its tables), as described there and read without guessing."""
    more_sessions(full_session.site)
    path = tmp_path / "export.zip"
    path.write_bytes(take(desk, file_format="zip", with_day="on"))
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path)
    described = json.loads((tmp_path / "datapackage.json").read_text())
    database = duckdb.connect()
    for table in described["resources"]:
        columns = {field["name"]: TYPES[field["type"]] for field in table["schema"]["fields"]}
        database.execute(f"CREATE TABLE {table['name']} AS FROM read_csv(?, columns = ?, {READ})", [str(tmp_path / table["path"]), columns])
    return described, database


@transaction.atomic
def more_sessions(site):
    day = datetime.date(2026, 7, 7)
    for outcome in ["held", "cut_short", "declined", "did_not_attend", "not_offered"]:
        CardSessionFactory(site=site, held_on=day, outcome=outcome)
    other = SiteFactory(organisation=site.organisation, name='=Ark, "the #2"\nbelow')
    for area in ["water", "acids"]:
        session = CardSessionFactory(site=other, held_on=day, areas_recorded=True, resources_recorded=True)
        AreaDiscussedFactory(session=session, area_id=area)
        ResourceGivenFactory(session=session, resource_id="water_ampoules", quantity=5)


def test_every_table_has_as_many_rows_as_it_says(package):
    described, database = package

    found = {table["name"]: database.execute(f"SELECT count(*) FROM {table['name']}").fetchone()[0] for table in described["resources"]}

    assert found == {table["name"]: table["rowCount"] for table in described["resources"]}
    assert found["sessions"] == 8


def test_keys_are_unique_and_lead_to_their_rows(package):
    described, database = package

    for table in described["resources"]:
        if key := table["schema"].get("primaryKey"):
            names = ", ".join([key] if isinstance(key, str) else key)
            assert database.execute(f"SELECT {names} FROM {table['name']} GROUP BY ALL HAVING count(*) > 1").fetchall() == []
        for link in table["schema"].get("foreignKeys", []):
            other = link["reference"]
            lost = f"FROM {table['name']} ANTI JOIN {other['resource']} USING ({link['fields']})"
            assert database.execute(lost).fetchall() == []


def test_every_code_is_in_the_list_that_its_column_names(package):
    described, database = package

    looked_up = 0
    for table in described["resources"]:
        for field in [field for field in table["schema"]["fields"] if "codeList" in field]:
            values = f"SELECT DISTINCT unnest(string_split({field['name']}, ';')) AS value FROM {table['name']}"
            words = "', '".join(field.get("words", {}))
            unknown = database.execute(
                f"SELECT value FROM ({values}) WHERE value NOT IN ('{words}') "
                f"AND split_part(value, ':', 1) NOT IN (SELECT code FROM codes WHERE list = '{field['codeList']}')"
            ).fetchall()
            assert unknown == [], field["name"]
            looked_up += 1
    assert looked_up == 22


def test_fields_that_must_not_be_blank_are_not(package):
    described, database = package

    for table in described["resources"]:
        for field in table["schema"]["fields"]:
            if field.get("constraints", {}).get("required"):
                blanks = f"SELECT count(*) FROM {table['name']} WHERE \"{field['name']}\" IS NULL"
                assert database.execute(blanks).fetchone() == (0,), field["name"]


def test_totals_are_those_of_the_page(package, coordinator):
    _described, database = package
    chosen = SummaryFilter(QueryDict(DAYS), user=coordinator, today=timezone.localdate()).chosen
    page = {block.name: {row.code: row.values[0] for row in block.all_rows} for block in blocks(chosen)}

    outcomes = dict(database.execute("SELECT outcome, count(*) FROM sessions GROUP BY outcome").fetchall())
    areas = dict(database.execute("SELECT area, count(*) FROM areas GROUP BY area").fetchall())
    signposts = dict(database.execute("SELECT signpost, count(*) FROM signposts GROUP BY signpost").fetchall())
    given = dict(database.execute("SELECT resource, count(*) FROM resources WHERE status = 'given' GROUP BY resource").fetchall())

    assert outcomes == of_codes(page["outcomes"], outcomes)
    assert areas == of_codes(page["areas"], areas) == {"acids": 1, "hygiene": 1, "water": 2}
    assert signposts == of_codes(page["signposts"], signposts)
    assert given == of_codes(page["resources"], given) == {"naloxone": 1, "water_ampoules": 3}


def of_codes(figures, wanted):
    return {code: figures[code] for code in wanted}


def test_a_plain_csv_is_read_past_its_notes(desk, full_session, tmp_path):
    more_sessions(full_session.site)
    path = tmp_path / "export.csv"
    path.write_bytes(take(desk))

    table = duckdb.sql(f"SELECT row, week_begins, site FROM read_csv('{path}', comment = '#')")
    rows = table.fetchall()

    assert [str(kind) for kind in table.types] == ["BIGINT", "DATE", "VARCHAR"]
    assert len(rows) == 8
    assert {site for _row, _day, site in rows} == {"Harbour van", "'=Ark, \"the #2\"\nbelow"}
