"""Chromium as the browser tests, the screenshots and the benchmarks start it: the one of this machine, kept to this machine."""

import os
import shutil
from pathlib import Path

from vein_care.problems import Problem

NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"]
HOW_TO_INSTALL = "On Debian or Ubuntu: sudo apt install chromium. If it lies elsewhere: CHROMIUM=/path/to/chromium make test"
# Plain http on a name that is not this machine's own: what a tablet sees when somebody forgot https.
INSECURE_HOST = "tablet.test"
# Chromium draws its own address bar's lists as web pages, in processes of their own beside each window, and keeps another ready for the
# next address: almost half of what a test costs.
FOR_PEOPLE = ["WebUIOmniboxPopup", "WebUIOmniboxFullPopup", "WebUIOmniboxAimPopup", "SpareRendererForSitePerProcess"]
# A second --disable-features takes the place of the first, so that what Playwright itself switches off is named again.
PLAYWRIGHTS_OWN = [
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "TcpPortRandomizationWin",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
    "msForceBrowserSignIn",
    "msEdgeUpdateLaunchServicesPreferredVersion",
]
ARGUMENTS = [
    f"--disable-features={','.join(PLAYWRIGHTS_OWN + FOR_PEOPLE)}",
    f"--host-resolver-rules=MAP {INSECURE_HOST} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
]


def launch_chromium(playwright):
    """Start it without a window. Raises Problem, with how to install it, when there is none."""
    return playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS + sandbox_arguments())


def find_chromium():
    """The program: what CHROMIUM says, else the first of the usual names."""
    wanted = os.environ.get("CHROMIUM", "").strip()
    found = next(filter(None, map(shutil.which, [wanted] if wanted else NAMES)), None)
    if found:
        return found
    if wanted:
        raise Problem(f"CHROMIUM is {wanted!r}, and there is no such program. {HOW_TO_INSTALL}")
    raise Problem(f"This needs the browser Chromium, and there is none here. {HOW_TO_INSTALL}")


def sandbox_arguments():
    """Chromium refuses its sandbox to root; in a container /dev/shm may be too small for a page."""
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    return arguments if Path("/dev/shm").is_dir() else [*arguments, "--disable-dev-shm-usage"]
