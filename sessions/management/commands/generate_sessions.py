import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cards.models import DeckRelease
from sessions.counting import generating


class Command(BaseCommand):
    help = (
        "Make a service of its own with so many made-up sessions, to see how the product does with them. Only under VEIN_CARE_DEMO=1, and never "
        "in a database with a service that was not made up. Other use of the database waits meanwhile."
    )

    def add_arguments(self, parser):
        parser.add_argument("count", type=int, help="How many sessions.")
        parser.add_argument("--sites", type=int, default=20, help="Over how many sites (%(default)s).")
        parser.add_argument("--years", type=float, default=1, help="Over how many years up to today (%(default)s).")

    def handle(self, *, count, sites, years, **options):
        if not settings.VEIN_CARE_DEMO:
            raise CommandError("Made-up data is for a demo only. Set VEIN_CARE_DEMO=1 if this is one.")
        if not (1 <= count <= 100_000_000 and 1 <= sites <= 1000 and 0 < years <= 5):
            raise CommandError("Give from 1 to 100,000,000 sessions, from 1 to 1,000 sites, and at most 5 years.")
        if DeckRelease.objects.current() is None:
            raise CommandError("There are no cards yet. Run load_deck first.")
        started = time.monotonic()
        try:
            organisation = generating.generate(count, sites=sites, years=years)
        except generating.NotPossible as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"Made “{organisation.name}”, number {organisation.pk}, with {sites} sites, in {time.monotonic() - started:.0f} seconds.")
