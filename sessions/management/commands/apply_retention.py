from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from sessions.counting import retention


class Command(BaseCommand):
    help = (
        "Delete sessions, with what was noted in them, that are older than their service keeps them. Totals stay. Only says what is due unless "
        "--apply is given. Safe to stop and to repeat."
    )

    def add_arguments(self, parser):
        parser.add_argument("--apply", action="store_true", help="Do it. It cannot be taken back.")
        parser.add_argument("--batch", type=int, default=retention.BATCH, help="Sessions deleted at a time (%(default)s).")

    def handle(self, *, apply, batch, **options):
        if batch < 1:
            raise CommandError("--batch takes a number from 1.")
        items = retention.due(timezone.localdate())
        for item in items:
            number = sum(retention.apply(item, batch=batch)) if apply else item.sessions.count()
            self.stdout.write(
                f"{item.rules.organisation}: {'deleted' if apply else 'would delete'} {number:,} sessions held before {item.before}, "
                f"{item.rules.keep_months} months ago. Their totals stay."
            )
        if not items:
            self.stdout.write("No service has settled how long it keeps its sessions, so nothing is deleted.")
        elif not apply:
            self.stdout.write("Nothing was changed. Add --apply to do it.")
