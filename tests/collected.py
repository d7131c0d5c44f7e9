"""Static files as production serves them, collected once for all processes and runs on the same sources."""

from django.test import override_settings

from vein_care.accounts.management.commands.prepare import collect_static_files, digest_of_sources
from vein_care.folders import DATA, one_at_a_time, private_folder


def collected_static_files():
    """The folder, the very one that browser tests serve (tests/browser/prepare.py). Whoever changes a file there changes it for all."""
    root = private_folder(private_folder(DATA / "browser-tests") / "static")
    with one_at_a_time(DATA / "browser-tests" / "prepare.lock"):
        folder = root / digest_of_sources()[:16]
        with override_settings(STATIC_ROOT=folder):
            folder.mkdir(exist_ok=True)
            collect_static_files()
        folder.touch()  # or it would be forgotten as an old one
    return folder
