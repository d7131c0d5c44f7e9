"""What was talked about leaves no trace where it does not belong: in addresses, in the server's log, in error pages."""

from urllib.parse import urlsplit

import pytest
from django.db import connection

from sessions.models import CardSession, QuarantinedRecord
from tests.browser.checks import axe

CONTENT = ["missed_hits", "When it misses", "water_ampoules", "asked_for_equipment", "wound_care", "from_5_to_9", "no_time_today"]


@pytest.fixture
def said_from_here(server):
    """What the server has written to its log since this test began, as a function."""
    before = len(server.said())
    return lambda: server.said()[before:]


def whole_session(tablet):
    tablet.talk_about("When it misses", site="Harbour van")
    tablet.tap("More: Water ampoules")
    tablet.tap("Came for equipment")
    tablet.tap("Wound care", within=tablet.group("Pointed to"))
    tablet.tap("5 to 9 minutes")
    tablet.tap("Stopped early")
    tablet.tap("No time today")
    tablet.save()
    tablet.let_it_go()


def test_no_address_and_no_line_of_the_log_holds_what_was_talked_about(stocked_site, tablet, addresses, said_from_here, new_devices):
    whole_session(tablet)
    tablet.is_received()

    assert CardSession.objects.count() == 1
    # Pictures of cards and of things to hand over are loaded whether they were shown or not.
    asked_for = {address for address in addresses if not urlsplit(address).path.startswith("/static/art/")}
    assert {urlsplit(address).query for address in asked_for} == {""}
    assert [word for word in CONTENT if word in " ".join(asked_for) + said_from_here()] == []
    assert tablet.page.url.endswith("/deliver/")


@pytest.fixture
def broken_database(transactional_db):
    """A database that refuses a session's parts with a message that quotes them, as PostgreSQL does."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE care_sessions_areadiscussed RENAME TO somewhere_else")
        yield
        cursor.execute("ALTER TABLE somewhere_else RENAME TO care_sessions_areadiscussed")


def test_when_the_server_breaks_its_log_and_its_answer_do_not_quote_the_record(broken_database, stocked_site, tablet, watcher, said_from_here):
    watcher.expect("status of 500 .*/sessions/records/")
    answers = []
    tablet.page.on("response", lambda response: "/sessions/records/" in response.url and answers.append(response))

    whole_session(tablet)
    tablet.sees("Sealed here. It goes to the server as soon as there is a connection.")

    assert [answer.status for answer in answers] == [500]
    assert [word for word in CONTENT if word in answers[0].text()] == []
    assert said_from_here(), "a server that breaks has to say so"
    assert [word for word in CONTENT if word in said_from_here()] == []
    assert not QuarantinedRecord.objects.exists()


def test_an_error_page_does_not_repeat_what_was_asked_for(desk_page, watcher):
    watcher.expect("status of 404")

    answer = desk_page.goto("/sessions/missed_hits/?area=water_ampoules&x=<b>wound_care</b>")

    assert answer.status == 404
    assert [word for word in CONTENT if word in desk_page.content()] == []
    axe(desk_page)
