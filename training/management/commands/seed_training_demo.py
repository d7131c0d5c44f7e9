from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from training import demo


class Command(BaseCommand):
    help = "Add made-up training to the made-up people of a demo. Only under VEIN_CARE_DEMO=1. Does nothing where there is some already."

    def handle(self, **options):
        if not settings.VEIN_CARE_DEMO:
            raise CommandError("Made-up data is for a demo only. Set VEIN_CARE_DEMO=1 if this is one.")
        try:
            demo.seed(now=timezone.now())
        except demo.NothingToShow:
            self.stdout.write("No training was made up: its people or the course are missing, or there is some already.")
        else:
            self.stdout.write("Made training for the made-up people.")
