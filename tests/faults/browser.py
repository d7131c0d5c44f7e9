"""A browser with a profile on the disk, which can be killed like a tablet whose battery is pulled."""

import contextlib

import psutil

from tests.browser.chromium import ARGUMENTS, find_chromium, sandbox_arguments
from vein_care.database import outlived

PATIENCE_SECONDS = 10


def launch_with_profile(playwright, profile, **more):
    """A browser context whose cookies, caches and IndexedDB lie in the folder `profile`."""
    arguments = ARGUMENTS + sandbox_arguments()
    return playwright.chromium.launch_persistent_context(profile, executable_path=find_chromium(), args=arguments, headless=True, **more)


def kill_browser(profile):
    """End every process of the browser that has this profile, at once."""
    processes = [process for process in psutil.process_iter(["cmdline"]) if f"--user-data-dir={profile}" in (process.info["cmdline"] or [])]
    family = [*processes, *(child for process in processes for child in process.children(recursive=True))]
    if not family:
        raise AssertionError(f"no browser has the profile {profile}")
    for process in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    outlived(family, PATIENCE_SECONDS)
