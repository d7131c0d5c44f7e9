"""Records that cannot be sent at once: kept, shown as what they are, and sent in the end, once."""

import re

from django.contrib.sessions.models import Session as SignIn
from django.utils import timezone
from playwright.sync_api import expect

from sessions.models import CardSession, QuarantinedRecord, WorkerTicket
from tests.browser.checks import looks_right
from tests.browser.conftest import DESK, PASSWORD, at_the_cards
from tests.browser.facts import eventually, nothing_but, stored_facts
from tests.browser.tablet import Tablet

HAND_IN = "**/sessions/records/"
LONG = "15:00"  # longer than any wait between two tries


def no_network(route):
    route.abort("internetdisconnected")


def test_what_waits_survives_a_reload_is_listed_on_this_tablet_and_after_a_lost_answer_leads_to_one_session_not_two(tablet, watcher):
    watcher.expect("Failed to load resource.*/sessions/records/")
    tablet.page.route(HAND_IN, lambda route: (route.fetch(), no_network(route)))
    tablet.talk_about("Water", site="Harbour van")
    tablet.save()
    tablet.let_it_go()
    tablet.sees("Sealed here. It goes to the server as soon as there is a connection.")
    assert CardSession.objects.count() == 1

    tablet.page.reload()
    tablet.tap("1 saved here, not sent yet")

    tablet.is_at("This tablet")
    row = tablet.page.get_by_role("listitem")
    expect(row).to_contain_text("Saved here, not sent yet")
    expect(row).to_have_text(re.compile("Today, (morning|afternoon|evening|night)"))
    tablet.page.unroute(HAND_IN)
    tablet.tap("Send now")
    tablet.sees("Nothing is waiting on this tablet.")
    expect(row).to_contain_text("Received")
    assert CardSession.objects.count() == 1


def test_a_sign_in_that_ran_out_does_not_stop_what_waits_and_received_is_said_once_the_server_has_answered(tablet, worker):
    waiting = []
    tablet.page.route(HAND_IN, lambda route: waiting.append(route))
    tablet.talk_about("Water", site="Harbour van")
    tablet.save()
    SignIn.objects.all().delete()

    tablet.let_it_go()

    tablet.sees("Sealed here, and being sent now.")
    expect(tablet.page.get_by_text("Received")).to_have_count(0)
    eventually(lambda: waiting, tablet.page)
    waiting[0].continue_()
    tablet.is_received()
    tablet.sees("The server has it, and this tablet has let it go.")
    assert CardSession.objects.get().delivered_by == worker


def test_an_open_session_waits_for_the_worker_to_sign_in_again(open_page, worker):
    worker.set_password(PASSWORD)
    worker.save()
    tablet = Tablet(at_the_cards(open_page(clock=True, who=worker)))
    tablet.talk_about("Water", site="Harbour van")
    SignIn.objects.all().delete()
    tablet.page.reload()
    tablet.sees("An open session is put away.")
    looks_right(tablet.page)
    tablet.touch(tablet.page.get_by_role("link", name="Sign in"))
    tablet.sign_in(worker.login_name, PASSWORD)

    tablet.tap("Go on with the session")
    tablet.tap("Finish")
    tablet.save()
    tablet.let_it_go()
    tablet.is_received()
    assert stored_facts() == nothing_but(areas=["water"], cards=["ampoule"])


def test_a_record_that_does_not_fit_is_kept_for_the_coordinator(tablet, coordinator, open_page):
    tablet.talk_about("Water", site="Harbour van")
    tablet.save()
    WorkerTicket.objects.update(revoked_at=timezone.now())

    tablet.let_it_go()

    tablet.is_received()
    tablet.sees("The server has it. Something in it did not fit, so the coordinator will look at it.")
    assert not CardSession.objects.exists()
    assert QuarantinedRecord.objects.get().organisation == coordinator.organisation
    desk = open_page(who=coordinator, size=DESK, touch=False)
    desk.goto("/")
    desk.get_by_role("navigation").get_by_role("link", name="Records to look at").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("Records to look at")
    expect(desk.get_by_role("main")).to_contain_text("The statement of who delivered has been withdrawn.")
    expect(desk.get_by_role("main")).to_contain_text("Water")
