from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from sessions import clearing
from sessions.feedback.counting import forms_to_forget


class Command(BaseCommand):
    help = (
        "Take away time and ticket of hand-ins, and what is left of records that were put right, after HAND_IN_TIMES_DAYS; "
        "and the names on sessions after WORKER_NAMES_MONTHS; and forget which forms were answered hours ago. "
        "Only says what is due unless --yes is given. Safe to repeat."
    )

    def add_arguments(self, parser):
        parser.add_argument("--yes", action="store_true", help="Do it. It cannot be taken back.")
        parser.add_argument("--batch", type=int, default=clearing.BATCH, help="Rows changed at a time (%(default)s).")

    def handle(self, *, yes, batch, **options):
        if batch < 1:
            raise CommandError("--batch takes a number from 1.")
        now = timezone.now()
        counts = clearing.clear(now, batch=batch) if yes else clearing.count_due(now)
        forms = forms_to_forget(now)
        form_count = forms.delete()[0] if yes else forms.count()
        verb = "Cleared" if yes else "Would clear"
        self.stdout.write(
            f"{verb} time and ticket of {counts['hand_ins']} hand-ins older than {settings.HAND_IN_TIMES_DAYS} days, "
            f"the contents of {counts['taken_in']} records that were put right and stored longer ago than that, "
            f"and the names on {counts['sessions']} sessions older than {settings.WORKER_NAMES_MONTHS} months; "
            f"{'forgot' if yes else 'would forget'} {form_count} answered forms of hours ago."
        )
        if not yes:
            self.stdout.write("Nothing was changed. Add --yes to do it.")
