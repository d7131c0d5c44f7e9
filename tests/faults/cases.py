"""What a case is, and the list of them all."""

import contextlib
import json
import time
from dataclasses import dataclass

from playwright.sync_api import Error

from sessions import tickets
from tests.faults import facts
from tests.faults.browser import kill_browser, launch_with_profile
from tests.faults.comparison import Comparison, compare
from tests.faults.tablet import PATIENCE_SECONDS, SIZE, Device, now, opened
from vein_care.folders import private_folder

ALL = []
PAGES = {"viewport": SIZE, "has_touch": True, "locale": "en-GB", "timezone_id": "Europe/London", "reduced_motion": "reduce"}


@dataclass(frozen=True)
class Described:
    """name: in the table. run(case) does it; its docstring says what it does, for docs/reference/faults.md."""

    name: str
    idea: str
    what: str
    run: object


def case(name, *, what=None):
    """Add a function to the list. `what` takes the place of its docstring."""

    def add(function):
        add_case(name, function, what=what)
        return function

    return add


def add_case(name, function, *, what=None):
    said = what or function.__doc__
    idea = (function.__globals__["__doc__"] or "").strip().splitlines()[0].rstrip(".")
    ALL.append(Described(name, idea, " ".join(said.split()), function))


class Case:
    """One case under way: the world it happens in, its tablets, and what was saved on them."""

    def __init__(self, world):
        self.world = world
        self.network = world.network
        self.devices = []
        self.saved = []
        self.notes = []
        self.for_a_look = 0  # records that have to wait for a coordinator in the end
        self._contexts = []
        self._began = now()
        self._mark = facts.mark()
        facts.zones()

    # People and tablets

    def device(self, who="jo", *, open_it=True, clock_at=None, workers=False, directly=False):
        """A tablet on which somebody is signed in. clock_at: what its clock says, an aware datetime; the true time if None.

        workers: may a service worker be there? directly: without the network between.
        """
        url = f"http://localhost:{self.world.web.port}" if directly else self.network.url
        context = self.world.browser.new_context(base_url=url, service_workers="allow" if workers else "block", **PAGES)
        self._contexts.append(context)
        context.clock.install(time=clock_at)
        if who:
            self.sign_in(context, who, url=url)
        device = Device(self, context)
        if open_it:
            device.open()
        return device

    def device_of_its_own(self, profile, *, who="jo", waits=True):
        """A tablet whose browser is a process of its own, with its profile in this folder, so that it can be killed and started again."""
        context = launch_with_profile(self.world.playwright, profile, base_url=self.network.url, **PAGES)
        self._contexts.append(context)
        context.clock.install()
        if who:
            self.sign_in(context, who)
        return Device(self, context).open(waits=waits)

    def desk(self, who):
        """A page at a desk, where somebody is signed in."""
        context = self.world.browser.new_context(base_url=self.network.url, locale="en-GB")
        self._contexts.append(context)
        self.sign_in(context, who)
        return context.new_page()

    def kill_browser(self, profile):
        """As when the battery is pulled. Of this profile's browser only."""
        kill_browser(profile)
        for device in self.devices:
            if device.page and not device.page.is_closed():
                device.page = None

    def folder(self, name):
        return private_folder(self.world.folder / f"{name}-{len(self.devices)}-{time.monotonic_ns()}")

    def sign_in(self, context, who, *, url=None):
        """With the cookie that the sign-in form would have set."""
        context.add_cookies([self.world.session_cookie(who, url=url or self.network.url)])

    # What was saved

    def remember(self, entries):
        """Note the records in these entries with their content, whatever else is known under their numbers."""
        known = {each.opened for each in self.saved}
        found = [opened(entry, after=self._began) for entry in entries]
        self.saved += [each for each in found if each.opened not in known]

    def take_back(self, record_id):
        """Undo, or Change before it is saved anew: what was saved must not be anywhere."""
        self.saved = [each for each in self.saved if each.record_id != record_id]

    # What the server knows of them

    def tablet_row(self, device):
        from sessions.models import Tablet
        from sessions.tablets import hash_of

        return Tablet.objects.get(token_hash=hash_of(device.token))

    def ticket_in_last(self):
        """The number of the ticket in what was saved last."""
        return tickets.read(json.loads(self.saved[-1].opened)["ticket"]).ticket_id

    # The end

    @property
    def open_devices(self):
        return [device for device in self.devices if device.page and not device.page.is_closed()]

    def held(self):
        """Opened bytes of all that lies on tablets now."""
        return [opened(entry, after=self._began).opened for device in self.open_devices for entry in device.outbox()]

    def compared(self) -> Comparison:
        self.world.new_rows()
        return compare(self.saved, found=self.rows(), held=self.held(), for_a_look=self.for_a_look)

    def rows(self):
        return facts.rows_since(self._mark)

    def stored_count(self):
        from sessions.models import CardSession

        return CardSession.objects.filter(pk__gt=self._mark.session).count()

    def kept_for_a_look(self, count, *, rule=None):
        """So many records wait for a coordinator, because of this rule, now and in the end. A case that does not say so has none."""
        from sessions.models import QuarantinedRecord

        self.for_a_look = count
        self.world.new_rows()
        kept = QuarantinedRecord.objects.filter(pk__gt=self._mark.quarantined)
        rules = sorted(kept.values_list("rule", flat=True))
        expected = [rule] * count if rule else rules
        assert len(rules) == count and rules == expected, f"expected {count} for the coordinator ({rule}), and there are {rules}"

    def clock_flags(self):
        return sorted(row.clock_flag for row in self.rows())

    def end(self):
        for context in self._contexts:
            with contextlib.suppress(Error):  # one that was killed is closed already
                context.close()

    # Waiting

    def eventually(self, is_true, what, *, patience=PATIENCE_SECONDS):
        """Wait for something that no page shows. The pages go on meanwhile."""
        deadline = time.monotonic() + patience
        while not is_true():
            if time.monotonic() > deadline:
                raise AssertionError(f"waited in vain for {what}")
            self.a_moment()

    def a_moment(self, ms=50):
        """While pages go on, and what they report is heard."""
        self.world.pause.wait_for_timeout(ms)
