"""Takes the screenshots in docs/images/ anew: every screen and state of the demo, in a real browser, contact sheets of all pictures, and
the deck as it prints. And those of the app in the course, static/training/screens/.

    make shots                            those that the repository keeps
    python -m tests.shots --course        those in the course alone
    python -m tests.shots --all FOLDER    every screen at every size in light and dark, and long ones whole, to look through

The other two need the settings of `python -m vein_care.local with`. The database, keys and sessions are made for it and removed afterwards.
"""

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.chromium import launch_chromium
from tests.browser.serving import database_url, serving, surroundings
from tests.shots.course import walk_for_the_course
from tests.shots.database import connected, execute
from tests.shots.scenes import walk
from tests.shots.sheets import contact_sheets
from tests.shots.studio import SIZES, Studio
from vein_care.folders import ROOT
from vein_care.problems import Problem, said_plainly

NAME = "vein_care_shots"
IMAGES = ROOT / "docs" / "images"


@said_plainly
def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", type=Path, metavar="FOLDER")
    parser.add_argument("--course", action="store_true")
    wanted = parser.parse_args(arguments)
    folder = wanted.all
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the database is dropped on the way out
    with own_database() as address, demo() as server, sync_playwright() as playwright:
        browser = launch_chromium(playwright)
        if not wanted.course:
            take_all(browser, server, address, folder=folder or IMAGES, everything=bool(folder))
        if not folder:
            print("\nIn the course")
            walk_for_the_course(browser, server)
        browser.close()
    return 0


def take_all(browser, server, address, *, folder, everything):
    folder.mkdir(parents=True, exist_ok=True)
    contact_sheets(browser, folder)
    for width, size in SIZES.items():
        print(f"\n{size['width']} × {size['height']}")
        walk(Studio(browser, server, width=width, size=size, folder=folder, everything=everything), address)
    weigh(folder)


@contextlib.contextmanager
def own_database():
    """Make a database beside the one of DATABASE_URL, yield its address, and drop it."""
    with contextlib.closing(connected(os.environ["DATABASE_URL"])) as server:
        execute(server, f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        execute(server, f"CREATE DATABASE {NAME}")
        try:
            yield database_url(NAME)
        finally:
            execute(server, f"DROP DATABASE {NAME} WITH (FORCE)")


@contextlib.contextmanager
def demo():
    """A server with the demo's people and sessions, as `make run` has it."""
    with tempfile.TemporaryDirectory(prefix="vein-care-shots-") as name:
        environment = surroundings(database=NAME, folder=Path(name))
        done = subprocess.run([sys.executable, "manage.py", "prepare"], cwd=ROOT, env=environment, capture_output=True, text=True)
        if done.returncode:
            raise Problem(f"The demo could not be set up:\n{done.stdout}{done.stderr}")
        with serving(Path(name), environment=environment) as server:
            yield server


def weigh(folder):
    pictures = sorted(folder.glob("*.png"))
    total = sum(picture.stat().st_size for picture in pictures)
    print(f"\n{len(pictures)} pictures in {folder}, {total / 1_000_000:.1f} MB")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
