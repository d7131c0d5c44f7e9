from django.core.management.base import BaseCommand

from sessions.working_out import work_out_all


class Command(BaseCommand):
    help = "Work out the figures to share of this year and the last, of every organisation. Safe to repeat: what was worked out today stays."

    def handle(self, **options):
        count = sum(1 for _row in work_out_all())
        self.stdout.write(f"Worked out, or still good: {count} years of figures.")
