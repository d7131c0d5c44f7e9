"""A coordinator at a desk takes sessions away, stops another file, and does the same without scripts. Real gunicorn, real PostgreSQL."""

import datetime
from pathlib import Path

from django.db import connection, transaction
from playwright.sync_api import expect

from sessions.models import Export
from tests.browser.checks import looks_right, no_sideways_scroll
from tests.browser.conftest import DESK, NARROW, TABLET
from tests.factories import CardSessionFactory
from tests.sessions.exports.taking import going_on, read_csv

DAYS = "/sessions/exports/?view=inside&from=2026-07-01&to=2026-09-30"


def fill_in(page):
    page.get_by_label("Sessions row by row").check()
    page.get_by_label("CSV, for a spreadsheet or a program").check()
    page.get_by_label("What it is for").fill("To plan the winter")


def test_a_coordinator_takes_sessions_away(open_page, coordinator, site, tmp_path):
    CardSessionFactory.create_batch(3, site=site, held_on=datetime.date(2026, 9, 2))
    page = open_page(size=DESK, who=coordinator, touch=False)
    page.goto(DAYS)
    for size in [TABLET, NARROW, DESK]:
        page.set_viewport_size(size)
        no_sideways_scroll(page)
    looks_right(page)
    page.get_by_label("Sessions row by row").check()
    page.get_by_role("button", name="Make the file").click()
    page.get_by_role("alert").get_by_role("link", name="What it is for").click()
    looks_right(page)
    fill_in(page)

    with page.expect_download() as download:
        page.get_by_role("button", name="Make the file").click()

    assert download.value.suggested_filename == "not-for-sharing-sessions-2026-07-01-to-2026-09-30.csv"
    notes, rows = read_csv(Path(download.value.path()).read_bytes())
    assert (len(rows), notes[-1]) == (3, "# Rows,3")
    expect(page.get_by_role("status")).to_have_text("Complete: 3 rows.")
    looks_right(page)
    page.reload()
    expect(page.get_by_role("status")).to_have_text("Complete: 3 rows.")
    assert Export.objects.count() == 1 and going_on() == []


def test_without_scripts_a_button_begins_and_a_link_looks_again(open_page, coordinator, site):
    CardSessionFactory(site=site, held_on=datetime.date(2026, 9, 2))
    page = open_page(size=TABLET, who=coordinator, java_script_enabled=False)
    page.goto(DAYS)
    fill_in(page)
    page.get_by_role("button", name="Make the file").click()
    expect(page.get_by_role("status")).to_have_text("Ready to begin: about 1 row.")

    with page.expect_download() as download:
        page.get_by_role("button", name="Begin, and save the file").click()

    assert read_csv(Path(download.value.path()).read_bytes())[0][-1] == "# Rows,1"
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_role("status")).to_have_text("Complete: 1 row.")


def test_stop_ends_a_file_that_goes_on_and_the_browser_knows(open_page, coordinator, site):
    CardSessionFactory.create_batch(3, site=site, held_on=datetime.date(2026, 9, 2))
    page = open_page(size=DESK, who=coordinator, touch=False)
    page.goto(DAYS)
    fill_in(page)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE care_sessions_signpostgiven")  # so that its rows do not come
        with page.expect_download() as download:
            page.get_by_role("button", name="Make the file").click()
        page.get_by_role("button", name="Stop").click()
        assert download.value.failure() is not None

    expect(page.get_by_role("status").last).to_contain_text("The file is not whole: delete it.")
    assert Export.objects.get().state == "stopped" and going_on() == []
