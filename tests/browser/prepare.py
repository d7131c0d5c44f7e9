"""Collect static files into a folder named after what is in them; prints that folder.

Run by tests.browser.serving. A run that goes on while a source changes keeps the files it began with.
"""

import shutil
import time
from pathlib import Path

import django

KEPT_SECONDS = 24 * 60 * 60


def main():
    django.setup()
    from django.conf import settings

    from vein_care.accounts.management.commands.prepare import collect_static_files, digest_of_sources

    forget_old_folders(settings.STATIC_ROOT)
    settings.STATIC_ROOT = settings.STATIC_ROOT / digest_of_sources()[:16]
    collect_static_files()
    settings.STATIC_ROOT.touch()
    print(settings.STATIC_ROOT)


def forget_old_folders(root: Path):
    for folder in root.glob("*/"):
        if folder.stat().st_mtime < time.time() - KEPT_SECONDS:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
