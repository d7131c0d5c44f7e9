from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from training.actions.assigning import assign_newcomers
from training.actions.reminding import send_reminders


class Command(BaseCommand):
    help = (
        "Once a day: ask those who joined after a round of training that goes on, and send one e-mail to everybody who is to be reminded. "
        "Safe to repeat and to run twice at once: nobody gets the same reminder twice."
    )

    def handle(self, **options):
        now = timezone.now()
        self.stdout.write(f"Modules assigned to people who joined: {assign_newcomers(now=now)}.")
        if not settings.EMAIL_IS_SET_UP:
            self.stdout.write("No mail server is set up (EMAIL_HOST): no reminder was sent. People see their training in the app.")
            return
        outcome = send_reminders(now=now)
        self.stdout.write(f"E-mails sent: {outcome.sent}. Refused by the mail server and left for the next run: {outcome.refused}.")
        if outcome.in_doubt:
            self.stdout.write(f"Handed over, and the mail server fell silent: {outcome.in_doubt}. They may have arrived, and are not sent again.")
        if outcome.gave_up:
            raise CommandError("The mail server did not answer. What is left is tried again at the next run.")
