"""Everything that cases happen in: servers, network, browser, keys, and the people of the demo. Worlds know nothing of each other."""

import contextlib
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
from playwright.sync_api import expect, sync_playwright

from tests.browser.chromium import launch_chromium
from tests.faults.network import Network
from tests.faults.servers import Database, Web
from vein_care.folders import DATA, ROOT, one_at_a_time, private_folder
from vein_care.problems import Problem

PATIENCE_MS = 15_000
NO_LIMIT = str(10**12)


class World:
    """network.url is where tablets find the server, whether there is one or not. number: tells it from the others of this clone."""

    def __init__(self, folder, *, number=1):
        self.folder = folder
        self.database = Database(folder, number=number)
        self.web = Web(folder)
        self.network = Network()
        self.playwright = None
        self.browser = None
        self.pause = None  # a blank page, to wait with when no other is open
        self.environment = {
            "DATABASE_URL": self.database.url,
            "SECRET_KEY": secrets.token_urlsafe(48),
            "SEALING_KEYS_DIR": str(private_folder(folder / "sealing-keys")),
            "STATIC_ROOT": str(private_folder(DATA / "faults") / f"static-{number}"),
            "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
            "VEIN_CARE_DEMO": "1",
            "DEMO_WITHOUT_MFA": "1",
            "DEBUG": "0",
            "DJANGO_SETTINGS_MODULE": "vein_care.settings",
            # One worker begins on as many tablets here as there are cases.
            "TABLETS_PER_HOUR": NO_LIMIT,
            "VEIN_CARE_TEST_TURN": str(folder / "turn"),
            "VEIN_CARE_FAULTS": str(folder),
        }
        self.web_environment = self.environment

    def build(self):
        (self.folder / "turn").write_text("0")
        self.database.make_anew()
        done = subprocess.run(
            [sys.executable, "manage.py", "prepare"], cwd=ROOT, env=os.environ | self.environment, capture_output=True, text=True
        )
        if done.returncode:
            raise Problem(f"The server could not be prepared:\n{done.stdout}{done.stderr}")
        os.environ.update(self.environment)
        # The browser's driver has an event loop in this thread, and Django has to be told that waiting here is fine.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
        import django

        django.setup()
        import tests.browser.conftest  # noqa: F401  sets how long a page may take; this takes its place

        expect.set_options(timeout=PATIENCE_MS)
        self.start_web()

    # The server

    def start_web(self, environment=None):
        self.web_environment = environment or self.environment
        self.web.start(self.web_environment)
        self.network.upstream = self.web.port

    def stop_web(self):
        self.web.stop()
        self.network.upstream = None

    def kill_web(self):
        self.web.kill()
        self.network.upstream = None

    def new_rows(self):
        """Connections of this process do not outlive a stop of PostgreSQL."""
        from django.db import connection

        connection.close()

    def forget_rows(self):
        """The web processes look again at codes, sites and releases, which they remember for some seconds."""
        turn = self.folder / "turn"
        turn.write_text(str(int(turn.read_text()) + 1))

    def as_usual(self):
        """After a case: whatever it did, the next one finds everything running."""
        self.network.as_usual()
        for name in ("hold-answers", "committed"):
            (self.folder / name).unlink(missing_ok=True)
        self.database.start()
        self.new_rows()
        if self.web_environment is not self.environment:
            self.stop_web()
        if not self.web.is_running:
            self.start_web()

    # What tablets are given

    def session_cookie(self, login_name, *, url):
        from tests.browser.conftest import session_cookie
        from vein_care.accounts.models import User

        return session_cookie(User.objects.get(login_name=login_name), url=url)

    def renderers(self):
        """Numbers of the processes of this browser's tabs."""
        family = psutil.Process().children(recursive=True)
        return {process.pid for process in family if is_renderer(process)}

    def static_url(self, name):
        """The address of a static file, as the server that runs now gives it."""
        from vein_care.storage import HashedStaticFilesStorage

        return HashedStaticFilesStorage(location=self.web_environment["STATIC_ROOT"], base_url="/static/").url(name)

    @property
    def keys(self):
        return Path(self.environment["SEALING_KEYS_DIR"])

    @contextlib.contextmanager
    def without_key(self, kid):
        """A key that is not there for a while, such as one that was not restored from its backup."""
        path, away = self.keys / f"{kid}.json", self.folder / f"{kid}.json"
        shutil.move(path, away)
        try:
            yield
        finally:
            shutil.move(away, path)


def is_renderer(process):
    try:
        return "--type=renderer" in process.cmdline()
    except psutil.Error:
        return False


@contextlib.contextmanager
def running_world(number=1):
    """Raises Problem when something is missing on this machine."""
    private_folder(DATA / "faults")
    with one_at_a_time(DATA / "faults" / f"lock-{number}"), tempfile.TemporaryDirectory(prefix="vein-care-faults-") as name:
        folder = Path(name)
        world = World(folder, number=number)
        try:
            world.build()
            with sync_playwright() as playwright:
                world.playwright = playwright
                world.browser = launch_chromium(playwright)
                world.pause = world.browser.new_page()
                yield world
                world.browser.close()
        finally:
            world.network.close()
            if world.web.is_running:
                world.web.stop()
            world.database.stop()
