"""A coordinator at a desk or with a tablet: records that could not be taken in."""

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
