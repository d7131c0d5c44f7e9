import datetime

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from training.numbers import trained


class Command(BaseCommand):
    help = "Say how many organisations and how many people had done at least one module that was good on a day: two numbers."

    def add_arguments(self, parser):
        parser.add_argument("--on", metavar="YYYY-MM-DD", help="The day; today unless told.")

    def handle(self, *, on, **options):
        try:
            day = datetime.date.fromisoformat(on) if on else timezone.localdate()
        except ValueError as error:
            raise CommandError("--on takes a day such as 2026-11-22.") from error
        found = trained(on=day)
        self.stdout.write(f"On {day.isoformat()}: organisations trained {found.organisations}, people trained {found.individuals}.")
