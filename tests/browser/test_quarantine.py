"""A coordinator at a desk or with a tablet: records that could not be taken in, and the rescue file of a tablet that cannot send."""

import json
import uuid

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from sessions.models import CardSession, QuarantinedRecord
from tests.browser.checks import looks_right, no_sideways_scroll
from tests.browser.conftest import DESK, NARROW, TABLET
from tests.factories import HandInFactory, QuarantinedRecordFactory, TabletFactory
from tests.sessions.tablet import full_session


@pytest.fixture
def strange_record(organisation, stocked_site):
    """One whose setting nobody knows and whose ticket proves nothing."""
    session = full_session(stocked_site) | {"setting": "spaceship", "cards": [], "deck_release": None}
    record = {"schema": 1, "record_id": str(uuid.uuid4()), "ticket": "forged", "session": session}
    found = QuarantinedRecordFactory(
        tablet=TabletFactory(organisation=organisation, label="Blue tablet"),
        received_at=timezone.now(),
        field="ticket",
        rule="forged",
        payload=json.dumps(record).encode(),
    )
    HandInFactory(record_id=record["record_id"], fate="quarantined", quarantined_record=found)
    return found


def test_a_coordinator_puts_a_record_right_and_takes_it_in(open_page, coordinator, worker, server, strange_record):
    page = open_page(size=DESK, who=coordinator, touch=False)
    page.goto("/sessions/looked-at/")
    looks_right(page)
    page.get_by_role("link", name="Put right or set aside").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Who delivered: The statement of who delivered was not made by this server.")
    for size in [TABLET, NARROW, DESK]:
        page.set_viewport_size(size)
        no_sideways_scroll(page)
    looks_right(page)

    page.get_by_role("button", name="Accept").click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    looks_right(page)
    summary.get_by_role("link", name="Who delivered it").click()
    expect(page.get_by_label("Who delivered it")).to_be_focused()
    page.get_by_label("Who delivered it").select_option(label="Jo Marsh")
    page.get_by_label("Kind of place").select_option("van")
    page.get_by_role("button", name="Accept").click()

    expect(page.get_by_role("main")).to_contain_text("Nothing to look at.")
    assert CardSession.objects.get().delivered_by == worker


def test_a_coordinator_sets_a_record_aside_and_finds_it_again(open_page, coordinator, server, strange_record):
    page = open_page(size=TABLET, who=coordinator)
    page.goto(f"/sessions/looked-at/{strange_record.pk}/")
    page.get_by_role("button", name="Set aside").click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    summary.get_by_role("link").click()
    page.get_by_label("A trial, nobody was there").check()
    page.get_by_role("button", name="Set aside").click()
    page.get_by_role("link", name="Dealt with").click()
    expect(page.get_by_role("main")).to_contain_text("Set aside – A trial, nobody was there")
    looks_right(page)
    page.get_by_role("main").get_by_role("link", name="Who delivered").click()

    expect(page.get_by_role("main")).to_contain_text("By Cass Lowe")
    looks_right(page)
    assert QuarantinedRecord.objects.get().resolution == "set_aside"


def test_a_coordinator_hands_in_a_rescue_file(open_page, coordinator, server):
    """Nothing chosen, something else, and a file whose two records no key here opens."""
    page = open_page(size=TABLET, who=coordinator)
    page.goto("/")
    page.get_by_role("main").get_by_role("link", name="Rescue file").click()
    expect(page.get_by_role("button", name="Hand in")).to_be_visible()
    looks_right(page)
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("alert")).to_be_focused()
    looks_right(page)
    choose(page, b"shopping list")
    expect(page.get_by_role("alert")).to_contain_text("This is not a rescue file.")

    header = {"vein_care_rescue": 1, "origin": "https://elsewhere.example", "saved_on": "2026-11-22", "records": 3}
    choose(page, "\n".join(json.dumps(line) for line in [header, *[{"record_id": "", "sealed": "a.b.c.d.e"}] * 2]).encode())

    expect(page.get_by_role("heading", name="Done")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("2 records could not be opened")
    expect(page.get_by_role("main")).to_contain_text("1 record that should be in this file is not in it")
    for size in [NARROW, DESK]:
        page.set_viewport_size(size)
        no_sideways_scroll(page)
    looks_right(page)


def choose(page, content):
    page.get_by_label("Rescue file").set_input_files({"name": "cards-rescue.jsonl", "mimeType": "text/plain", "buffer": content})
    page.get_by_role("button", name="Hand in").click()
