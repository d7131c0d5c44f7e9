from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from sessions import demo


class Command(BaseCommand):
    help = "Fill an empty database with made-up people and sessions. Only under VEIN_CARE_DEMO=1."

    def handle(self, *args, **options):
        if not settings.VEIN_CARE_DEMO:
            raise CommandError("Made-up data is for a demo only. Set VEIN_CARE_DEMO=1 if this is one.")
        try:
            demo.seed()
        except demo.AlreadySetUp:
            self.stdout.write("The demo is already set up.")
        else:
            self.stdout.write(f"Made {len(demo.SITES)} organisations, {len(demo.PEOPLE)} people and {demo.SESSIONS} sessions.")
