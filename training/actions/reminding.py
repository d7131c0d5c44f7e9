"""E-mails about training: one to a person on a day, never twice.

A row in ReminderMail is a claim: it is there, with its lines, before the e-mail is sent, and the database lets nobody make a second one. So of two
runs at once one sends. When the mail server refuses, the claim is taken away, and the next run tries again. A run that is killed between
the two leaves its claim, and so does a mail server that falls silent after it was handed the message: that one e-mail may be missing, but is
not sent twice.
"""

import logging
import smtplib
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import ngettext

from training.models import Assignment, Completion, Reminder, ReminderMail
from training.reminders import due_mails, reached_by_mail
from vein_care.mail import MayHaveArrived

log = logging.getLogger(__name__)

# Refused by the server for this one e-mail: the next may go. Anything else says that the server is not well.
OF_ONE_MAIL = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, smtplib.SMTPSenderRefused, ValueError)
FAILURES_IN_A_ROW = 3
PEOPLE_AT_A_TIME = 500


@dataclass
class Outcome:
    """What became of a run.

    in_doubt: may have arrived or not, and are not tried again. gave_up: the mail server did not answer, and the rest waits for the next run.
    """

    sent: int = 0
    refused: int = 0
    in_doubt: int = 0
    gave_up: bool = False


def send_reminders(*, now):
    """Send every e-mail that is due and has not gone; returns the Outcome."""
    day, outcome, failures = timezone.localdate(now), Outcome(), 0
    connection = get_connection()
    for person, worked_out in _people_with(due_mails(now=now)):
        lines = _still_true(worked_out)
        mail = _claim(person, day, lines) if lines else None
        if mail is None:
            continue
        try:
            _send(person, lines, day, connection)
        except (OSError, ValueError) as error:  # smtplib's errors are OSErrors; an address that cannot be one is a ValueError
            _note(mail, outcome, error)
            failures = 0 if isinstance(error, OF_ONE_MAIL) else failures + 1
            _close(connection)
            if failures == FAILURES_IN_A_ROW:
                outcome.gave_up = True
                break
        else:
            ReminderMail.objects.filter(pk=mail.pk).update(sent_at=timezone.now())
            outcome.sent, failures = outcome.sent + 1, 0
    _close(connection)
    return outcome


def _note(mail, outcome, error):
    if isinstance(error, MayHaveArrived):
        outcome.in_doubt += 1
        log.warning("A reminder may have arrived or not, and is not tried again: %s", error)
        return
    mail.delete()
    outcome.refused += 1
    log.warning("A reminder was not sent and is tried again: %s", type(error).__name__)


def _people_with(mails):
    """(person, lines), some hundred people read at a time; not of those who left or turned reminders off since it was worked out."""
    ids = sorted(mails)
    for start in range(0, len(ids), PEOPLE_AT_A_TIME):
        for person in reached_by_mail().filter(pk__in=ids[start : start + PEOPLE_AT_A_TIME]).order_by("pk"):
            yield person, mails[person.pk]


def _still_true(lines):
    """Those of them that nobody has done or taken back since: thousands of e-mails take a slow mail server an hour."""
    asked = Assignment.objects.open().filter(pk__in=[line.assignment_id for line in lines if line.assignment_id])
    done = Completion.objects.standing().filter(pk__in=[line.completion_id for line in lines if line.completion_id])
    assignments, completions = set(asked.values_list("pk", flat=True)), set(done.values_list("pk", flat=True))
    return [line for line in lines if line.assignment_id in assignments or line.completion_id in completions]


def _claim(person, day, lines):
    """The ReminderMail that this run alone may send, or None when another run has it, or any line of it."""
    try:
        with transaction.atomic():
            mail = ReminderMail.objects.create(person=person, day=day)
            Reminder.objects.bulk_create(
                Reminder(mail=mail, kind=line.kind, assignment_id=line.assignment_id, completion_id=line.completion_id) for line in lines
            )
    except IntegrityError:
        return None
    return mail


def _send(person, lines, day, connection):
    connection.open()  # does nothing while it is open: one connection for all
    text = render_to_string("training/mail/reminder.txt", {"person": person, "lines": lines, "address": settings.PUBLIC_ADDRESS, "today": day})
    subject = ngettext("Training: something for you", "Training: some things for you", len(lines))
    connection.send_messages([EmailMessage(subject, text, settings.DEFAULT_FROM_EMAIL, [person.email], connection=connection)])


def _close(connection):
    try:
        connection.close()
    except OSError as error:
        log.info("The mail server had closed the connection: %s", type(error).__name__)
