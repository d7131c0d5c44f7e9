"""A tablet in the hands of a worker: the real page in Chromium, and what lies in its IndexedDB."""

import contextlib
import datetime
import os
import random
import re
import signal
import time
import uuid
from pathlib import Path

from playwright.sync_api import Error, expect

from tests.browser.tablet import Tablet
from tests.faults.facts import opened_record

HERE = Path(__file__).parent
READ_OUTBOX = (HERE / "reading.js").read_text()
SAVE_MANY = (HERE / "saving.js").read_text()
SIZE = {"width": 768, "height": 1024}
PATIENCE_MS = 15_000
PATIENCE_SECONDS = 20
UNDO_SECONDS = 61
REASONS = ["Not wanted", "Unwell today", "In a hurry", "Would rather not say", "Leave it blank and save"]


class Device:
    """One browser profile. `page` is the page that is open now; others may be opened beside it.

    case: the Case that is under way, which remembers what is saved here.
    """

    def __init__(self, case, context):
        self.case = case
        self.context = context
        self.page = None
        self._hands = None
        self._processes = set()
        context.set_default_timeout(PATIENCE_MS)
        case.devices.append(self)

    # Pages

    def open(self, *, waits=True):
        """Open the cards. waits: until the page knows who is there."""
        before = self.case.world.renderers()
        self.page = self.context.new_page()
        self.page.goto("/deliver/")
        self._processes = self.case.world.renderers() - before
        if waits:
            self.is_ready()
        return self

    def can_seal(self):
        """What the page loads when it is idle is here, so that the network may go."""
        self.page.evaluate("(url) => import(url).then(() => null)", self.case.world.static_url("js/sealing.js"))
        return self

    def is_ready(self):
        expect(self.page.locator("body")).to_have_attribute("data-screen", "home")
        expect(self.page.locator(".hero-wait")).to_be_hidden()

    def begins_by_pin(self, initials, pin):
        """Who is delivering? Their initials, and their PIN."""
        self.hands.touch(self.page.get_by_role("button", name=initials, exact=True).locator("visible=true"))
        expect(self.page.get_by_role("dialog", name=f"{initials}: your PIN")).to_be_visible()
        self.page.keyboard.type(pin)
        self.hands.sees(f"{initials} delivering · change")

    @property
    def hands(self):
        if self._hands is None or self._hands.page is not self.page:
            self._hands = Tablet(self.page)
        return self._hands

    def pass_time(self, seconds):
        """For the page; whatever was due meanwhile happens."""
        self.page.clock.fast_forward(int(seconds * 1000))

    # Saving

    def save(self, count=1):
        """Save offers that were not taken up, with two taps each. What is saved is read before it can be sent."""
        for _ in range(count):
            self.go_home()
            self.start_saving()
            self.hands.is_at("Saved on this tablet")
            self.remember_new()
        return self

    def start_saving(self):
        hands = self.hands
        hands.touch(self.page.get_by_role("button", name="Not today"))
        hands.touch(self.page.get_by_role("button", name="They said no"))
        hands.tap("Leave it blank and save")

    def save_talk(self, area="Water"):
        """A whole conversation, from Start to Save."""
        self.go_home()
        self.begin_talk(area)
        self.hands.save()
        self.remember_new()
        return self

    def begin_talk(self, area="Water"):
        self.go_home()
        hands = self.hands
        hands.tap("Start")
        where = self.page.get_by_role("dialog", name="Where are you today?")
        deck = hands.heading("Cards")
        expect(where.or_(deck).first).to_be_visible()
        if where.is_visible():
            hands.touch(where.get_by_role("button").filter(has_text=re.compile("van|Street|House")).first)
            self.page.wait_for_timeout(400)
        hands.open_area(area)
        hands.tap("Turn over")
        hands.tap("Talked about")
        hands.tap("Finish")
        hands.is_at("Wrap up")

    def save_many(self, count, *, hold_seconds=0, ticket=None, schema=None, record_ids=None, site=None):
        """Many whole conversations at once, by the page's own modules. They may be sent as soon as the page looks."""
        me = self.me()
        sessions = [made_up_session(me, site=site) for _ in range(count)]
        for session, record_id in zip(sessions, record_ids or [], strict=False):
            session["recordId"] = record_id
        names = ["js/outbox-store.js", "js/outbox.js", "js/sealing.js", "js/deliver/record.js"]
        more = {"holdMs": hold_seconds * 1000, "ticket": ticket, "schema": schema, "meUrl": "/deliver/me.json"}
        self.page.evaluate(SAVE_MANY, {"urls": [self.case.world.static_url(name) for name in names], "sessions": sessions, **more})
        self.remember_new(count)
        return self

    def me(self):
        """me.json as this page would get it now."""
        return self.page.evaluate(
            """async () => {
              const token = localStorage.getItem("vein-care-tablet")?.split(",")[0];
              return (await fetch("/deliver/me.json", { headers: token ? { "Tablet-Token": token } : {}, cache: "no-store" })).json();
            }"""
        )

    @property
    def token(self):
        return self.page.evaluate("localStorage.getItem('vein-care-tablet').split(',')[0]")

    # What lies here

    def outbox(self):
        return self.page.evaluate(READ_OUTBOX)

    def count(self):
        """How many records lie here, whatever becomes of them."""
        return self.page.evaluate(READ_OUTBOX, "count")

    def remember(self):
        """Read what was saved and note it, as long as it is still here."""
        entries = self.outbox()
        self.case.remember(entries)
        return entries

    def remember_new(self, count=1):
        """The page says that so many were saved. Note them; so many must have been added, and no more."""
        before = len(self.case.saved)
        self.remember()
        added = len(self.case.saved) - before
        assert added == count, f"{count} said to be saved, {added} written"

    def states(self):
        return sorted(entry["state"] for entry in self.outbox())

    # Sending

    def let_it_go(self):
        """The minute for Undo passes."""
        self.pass_time(UNDO_SECONDS)
        return self

    def send_now(self):
        """This tablet, Send now."""
        if not self.hands.heading("This tablet").is_visible():
            self.go_home()
            self.hands.tap("Menu")
            self.hands.touch(self.page.get_by_role("button", name="This tablet"))
            self.hands.is_at("This tablet")
        with contextlib.suppress(Error):  # it may go out of sight under the finger, when nothing waits any more
            self.hands.button("Send now").and_(self.page.locator(":enabled")).click(timeout=300)
        return self

    def try_again(self):
        """This tablet, Try again, for each record that needs attention."""
        if not self.hands.heading("This tablet").is_visible():
            self.send_now()
        self.case.eventually(self._tried_one, "nothing to need attention any more")
        return self

    def _tried_one(self):
        again = self.hands.button("Try again").locator("visible=true")
        if again.count():
            again.first.click()
        return "attention" not in self.states()

    def network_is_back(self):
        """What the browser tells a page when a connection is there again."""
        self.page.evaluate("dispatchEvent(new Event('online'))")
        return self

    def waits_for_attention(self, count=1):
        self.case.eventually(lambda: self.states().count("attention") == count, f"{count} to need attention")
        return self

    def has_tried(self):
        """A record was tried, the try has led to nothing, and it is still here."""
        self.case.eventually(lambda: any(entry["last_answer"] for entry in self.outbox()), "a try that led to nothing")
        return self

    def is_empty(self, *, nudging=True):
        """Wait until everything has gone. nudging: with a finger on Send now now and then, as back-off may take minutes."""
        deadline, next_nudge = time.monotonic() + PATIENCE_SECONDS, time.monotonic() + 0.3
        while self.count():
            if time.monotonic() > deadline:
                raise AssertionError(f"still on the tablet: {[(entry['state'], entry['last_answer']) for entry in self.outbox()]}")
            if nudging and time.monotonic() > next_nudge:
                self.send_now()
                next_nudge = time.monotonic() + 1
            self.page.wait_for_timeout(50)
        return self

    # Getting about

    def go_home(self):
        if self.page.locator("body").get_attribute("data-screen") == "home":
            return
        home = self.hands.button("Home")
        if home.is_visible():
            self.hands.touch(home)
        else:
            self.hands.touch(self.hands.button("Back"))
        expect(self.page.locator("body")).to_have_attribute("data-screen", "home")

    def sign_in_as(self, login_name, password):
        self.page.goto("/accounts/login/?next=/deliver/")
        self.hands.sign_in(login_name, password)
        self.is_ready()

    def crash(self):
        """The tab's process is killed."""
        ended = []
        self.page.on("crash", lambda page: ended.append(page))
        for pid in self._processes:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.case.eventually(lambda: ended, "the tab to end")
        self.page.close()
        self.page = None

    def anew(self):
        """Open the cards again in a new tab, after the last one is gone."""
        if self.page and not self.page.is_closed():
            self.page.close()
        return self.open()


def made_up_session(me, *, site=None, chance=random):
    """A session as state.js has it, with something in every part."""
    place = chance.choice(me["sites"])
    resources = chance.sample(place["resources"], 2)
    areas = chance.sample(["environment", "hygiene", "acids", "water", "sharing", "vein_care"], 2)
    return {
        "recordId": str(uuid.uuid4()),
        "worker": me["worker"]["id"],
        "site": site or place["id"],
        "setting": place["setting"],
        "outcome": "held",
        "reason": None,
        "moment": "routine_visit",
        "privateSpace": None,
        "lengthBand": chance.choice([None, "under_5", "from_5_to_9"]),
        "shown": [{"slug": "ampoule", "version": 1, "area": "water"}],
        "deck": {"release": 1, "url": ""},
        "areas": areas,
        "mattered": areas[0],
        "resources": {
            resources[0]: {"status": "given", "quantity": chance.choice([1, 5, 10])},
            resources[1]: {"status": "none_left", "quantity": None},
        },
        "signposts": chance.sample(place["signposts"], 1),
        "held": None,
        "changing": False,
    }


def now():
    return datetime.datetime.now(datetime.UTC)


def opened(entry, *, after):
    """after: when its case began. The page's clock is put on by the time for Undo before it is sent, and makes a record seem so much older."""
    after -= datetime.timedelta(seconds=UNDO_SECONDS)
    return opened_record(entry["sealed"], after=after, before=now(), organisation=entry.get("organisation"))
