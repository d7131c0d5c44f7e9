"""Bring static files, tables, cards, the course and demo data up to date."""

import hashlib

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils.module_loading import import_string

from vein_care.accounts.models import Organisation
from vein_care.folders import ROOT


class Command(BaseCommand):
    help = "Bring static files, tables, cards, the course and (in a demo) the demo data up to date. Safe to repeat, and quick when nothing changed."
    requires_system_checks = []  # tests/vein_care/test_tidiness.py runs them all

    def handle(self, **options):
        if not settings.DEBUG:
            collect_static_files()
        call_command("migrate", interactive=False, verbosity=0)
        import_string("sessions.sealing.ensure_key")()  # by name: accounts knows no other app
        call_command("load_deck")
        call_command("load_course")
        if settings.VEIN_CARE_DEMO and not Organisation.objects.exists():
            call_command("seed_demo")
        if settings.VEIN_CARE_DEMO:
            call_command("seed_training_demo")


def collect_static_files():
    """Run collectstatic unless it ran on the very same sources before."""
    stamp = settings.STATIC_ROOT / ".sources"
    sources = digest_of_sources()
    if stamp.is_file() and stamp.read_text() == sources:
        return
    stamp.unlink(missing_ok=True)
    # Only a demo throws old files away: in production a tablet may still ask for them.
    call_command("collectstatic", interactive=False, clear=settings.VEIN_CARE_DEMO, verbosity=0)
    stamp.write_text(sources)


def digest_of_sources():
    """A digest over every static file and over what decides how it is stored."""
    digest = hashlib.sha256()
    for path in [ROOT / "requirements.txt", ROOT / "vein_care" / "settings.py", ROOT / "vein_care" / "storage.py"]:
        digest.update(path.read_bytes())
    for finder in get_finders():
        for name, storage in finder.list([]):
            with storage.open(name) as file:
                content = file.read()
            digest.update(f"\0{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()
