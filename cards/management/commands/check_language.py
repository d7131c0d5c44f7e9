from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cards.language.check import check


class Command(BaseCommand):
    help = (
        "Check every text that people see: words that hurt, goals, orders, amounts, titles, reading age, length. "
        "Names file, line and what to say instead."
    )
    requires_system_checks = []

    def handle(self, *args, **options):
        flaws, count = check(settings.BASE_DIR)
        for flaw in flaws:
            self.stdout.write(str(flaw))
        if flaws:
            raise CommandError(f"{len(flaws)} to put right, in {count} texts.")
        self.stdout.write(f"{count} texts read, nothing to put right.")
