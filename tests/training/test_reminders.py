"""Reminders under a moving clock: what is said when, to whom, and that nothing is said twice."""

import datetime
import smtplib
import threading
import time

import pytest
from django.core import mail
from django.core.mail.backends import locmem
from django.core.mail.message import sanitize_address
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from tests.factories import UserFactory
from tests.training.factories import AssignmentFactory, AssignmentRoundFactory, CompletionFactory, CourseFactory
from training.actions.assigning import withdraw_assignment
from training.actions.completing import complete_module
from training.actions.reminding import send_reminders
from training.models import Assignment, OwnChoices, Reminder, ReminderMail
from training.reminders import due_mails, kind_due
from vein_care.mail import MayHaveArrived

pytestmark = pytest.mark.django_db
DUE = datetime.date(2026, 12, 1)


def at(days, hour=6):
    """So many days after the day by which it should be done."""
    return datetime.datetime.combine(DUE + datetime.timedelta(days=days), datetime.time(hour), tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def mail_server(settings):
    """Sends to mail.outbox."""
    settings.EMAIL_IS_SET_UP, settings.EMAIL_BACKEND = True, "django.core.mail.backends.locmem.EmailBackend"
    settings.PUBLIC_ADDRESS = "https://cards.example.org"


class Refusing(locmem.EmailBackend):
    """A mail server that refuses, the way it says in `error`."""

    error = smtplib.SMTPServerDisconnected("gone")
    asked = 0

    def send_messages(self, messages):
        type(self).asked += 1
        raise self.error


class RefusesOne(locmem.EmailBackend):
    def send_messages(self, messages):
        if messages[0].to == ["jo@example.org"]:
            raise smtplib.SMTPRecipientsRefused({"jo@example.org": (550, b"no such person")})
        return super().send_messages(messages)


class Slow(locmem.EmailBackend):
    def send_messages(self, messages):
        time.sleep(0.05)
        return super().send_messages(messages)


def use(settings, backend):
    Refusing.asked = 0
    settings.EMAIL_BACKEND = f"{__name__}.{backend.__name__}"


@pytest.fixture
def jo(worker):
    worker.email = "jo@example.org"
    worker.save()
    return worker


@pytest.fixture
def asked(jo, why, trainer):
    return AssignmentFactory(person=jo, module=why.module, due_on=DUE, round=AssignmentRoundFactory(organisation=jo.organisation, made_by=trainer))


def days_on_which_mail_goes(first, last):
    """{days after the day: text of the e-mail} of one run a day."""
    sent = {}
    for days in range(first, last + 1):
        mail.outbox.clear()
        send_reminders(now=at(days))
        if mail.outbox:
            [message] = mail.outbox
            sent[days] = message.body
    return sent


def test_once_before_the_day_on_it_and_three_times_a_week_apart_after_it(asked):
    sent = days_on_which_mail_goes(-40, 60)

    assert list(sent) == [-7, 0, 7, 14, 21]
    assert "- Why vein care: to be done by Tuesday 1 December. About 10 minutes." in sent[-7]
    assert "- Why vein care: to be done by today." in sent[0]
    assert "- Why vein care: was meant for 1 December, and is not done yet." in sent[7]


def test_the_mail_leads_to_the_training_and_to_where_reminders_are_turned_off(asked):
    send_reminders(now=at(-7))

    [message] = mail.outbox
    assert (message.to, message.subject) == (["jo@example.org"], "Training: something for you")
    assert message.body.startswith("Hello Jo Marsh,")
    assert "Your training: https://cards.example.org/training/\n" in message.body
    assert "No more of these e-mails: https://cards.example.org/training/#reminders\n" in message.body


def test_without_an_address_of_the_service_it_says_where_to_look(asked, settings):
    settings.PUBLIC_ADDRESS = ""

    send_reminders(now=at(-7))

    assert "You find it in Vein Care under Training." in mail.outbox[0].body


def test_what_is_assigned_late_is_said_at_the_next_run_and_once(asked):
    assert list(days_on_which_mail_goes(-3, -1)) == [-3]


def test_a_run_that_was_missed_is_made_up_for_and_a_week_stays_a_week(asked):
    days = [-5, -4, 12, 13, 15, 18, 19, 21, 26, 27]
    sent = [day for day in days if send_reminders(now=at(day)).sent]

    assert sent == [-5, 12, 19, 26]


def test_once_it_is_done_nothing_more_is_said(asked, jo, why):
    days_on_which_mail_goes(-7, 3)
    complete_module(person=jo, version=why, mode="online", completed_on=DUE, by=jo)

    assert days_on_which_mail_goes(4, 30) == {}


def test_once_it_is_taken_back_nothing_more_is_said(asked, trainer):
    withdraw_assignment(assignment=asked, by=trainer, reason="On leave.")

    assert days_on_which_mail_goes(-7, 30) == {}


def test_an_assignment_without_a_day_is_not_spoken_of(asked):
    Assignment.objects.update(due_on=None)

    assert days_on_which_mail_goes(-7, 30) == {}


def test_what_expires_is_said_once_within_thirty_days(jo, why):
    CompletionFactory(person=jo, version=why, completed_on=DUE - datetime.timedelta(days=700), expires_on=DUE)

    sent = days_on_which_mail_goes(-40, 5)

    assert list(sent) == [-30]
    assert "- Why vein care: what you have done is good until 1 December 2026. You can take it again any time." in sent[-30]


def test_what_was_done_again_does_not_expire(jo, why):
    CompletionFactory(person=jo, version=why, completed_on=DUE - datetime.timedelta(days=700), expires_on=DUE)
    CompletionFactory(person=jo, version=why, completed_on=DUE - datetime.timedelta(days=60), expires_on=DUE + datetime.timedelta(days=600))

    assert days_on_which_mail_goes(-40, 5) == {}


def test_what_was_done_online_and_in_a_room_on_one_day_expires_once(jo, why):
    for mode in ["online", "face_to_face"]:
        CompletionFactory(person=jo, version=why, mode=mode, completed_on=DUE - datetime.timedelta(days=700), expires_on=DUE)

    assert len(due_mails(now=at(-10))[jo.pk]) == 1


def test_one_mail_lists_everything_of_a_day(jo, asked, peers, trainer):
    AssignmentFactory(person=jo, module=peers.module, due_on=DUE - datetime.timedelta(days=7), round__made_by=trainer)
    CompletionFactory(person=jo, version=peers, completed_on=datetime.date(2025, 1, 1), expires_on=DUE + datetime.timedelta(days=9))

    assert send_reminders(now=at(-7)).sent == 1

    [message] = mail.outbox
    assert message.subject == "Training: some things for you"
    assert [line.split(":")[0] for line in message.body.splitlines() if line.startswith("- ")] == ["- Peers", "- Why vein care", "- Peers"]


def test_who_has_no_address_is_inactive_wants_none_or_could_not_open_it_gets_none(asked, jo, why, trainer):
    others = UserFactory.create_batch(4, organisation=jo.organisation, roles=["worker"])
    for number, person in enumerate(others):
        person.email = "" if number == 0 else f"{number}@example.org"
        person.save()
        AssignmentFactory(person=person, module=why.module, due_on=DUE, round=asked.round)
    OwnChoices.objects.create(person=others[1], reminders_muted_at=timezone.now())
    OwnChoices.objects.create(person=jo, is_peer=True)
    others[2].is_active, others[2].deactivated_at = False, timezone.now()
    others[2].save()
    others[3].roles = []
    others[3].save()

    assert send_reminders(now=at(-7)).sent == 1
    assert [message.to for message in mail.outbox] == [["jo@example.org"]]


def test_who_turns_them_on_again_hears_what_is_true_then(asked, jo):
    choices = OwnChoices.objects.create(person=jo, reminders_muted_at=timezone.now())
    assert days_on_which_mail_goes(-7, 5) == {}
    choices.reminders_muted_at = None
    choices.save()

    assert list(days_on_which_mail_goes(6, 8)) == [7]


def test_a_second_run_on_the_same_day_sends_nothing(asked):
    assert [send_reminders(now=at(-7)).sent, send_reminders(now=at(-7, hour=20)).sent] == [1, 0]


@pytest.mark.parametrize("error", [smtplib.SMTPServerDisconnected("gone"), TimeoutError("slow"), ConnectionRefusedError("closed")])
def test_a_mail_server_that_refuses_leaves_it_for_the_next_run(asked, settings, monkeypatch, error):
    monkeypatch.setattr(Refusing, "error", error)
    use(settings, Refusing)

    assert (send_reminders(now=at(-7)).sent, ReminderMail.objects.count(), Reminder.objects.count()) == (0, 0, 0)

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send_reminders(now=at(-6)).sent == 1


def test_a_mail_server_that_falls_silent_with_the_message_in_its_hands_is_not_given_it_twice(asked, settings, monkeypatch):
    monkeypatch.setattr(Refusing, "error", MayHaveArrived("slow"))
    use(settings, Refusing)
    outcome = send_reminders(now=at(-7))
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    assert (outcome.sent, outcome.refused, outcome.in_doubt) == (0, 0, 1)
    assert list(days_on_which_mail_goes(-6, 1)) == [0]


def test_one_address_that_is_refused_does_not_stop_the_others(asked, why, settings):
    other = UserFactory(organisation=asked.organisation, roles=["worker"], email="sam@example.org")
    AssignmentFactory(person=other, module=why.module, due_on=DUE, round=asked.round)
    use(settings, RefusesOne)

    outcome = send_reminders(now=at(-7))

    assert (outcome.sent, outcome.refused, outcome.gave_up) == (1, 1, False)
    assert [message.to for message in mail.outbox] == [["sam@example.org"]]


class WhileItSends(locmem.EmailBackend):
    """A slow mail server: while the first e-mail goes, `happens` happens."""

    happens = []

    def send_messages(self, messages):
        while self.happens:
            self.happens.pop()()
        return super().send_messages(messages)


@pytest.mark.parametrize("what", ["done", "taken back"])
def test_what_was_done_or_taken_back_while_others_were_sent_is_not_said(asked, why, trainer, settings, what):
    late = AssignmentFactory(person=UserFactory(roles=["worker"], email="zoe@example.org"), module=why.module, due_on=DUE)
    deeds = {
        "done": lambda: complete_module(person=late.person, version=why, mode="online", completed_on=DUE, by=late.person),
        "taken back": lambda: withdraw_assignment(assignment=late, by=trainer, reason="A mistake."),
    }
    WhileItSends.happens = [deeds[what]]
    use(settings, WhileItSends)

    send_reminders(now=at(0))

    assert [sent.to for sent in mail.outbox] == [["jo@example.org"]]
    assert ReminderMail.objects.count() == 1


class ReadsAddresses(locmem.EmailBackend):
    """Takes addresses apart, as the backend for a mail server does."""

    def send_messages(self, messages):
        sanitize_address(messages[0].to[0], "utf-8")
        return super().send_messages(messages)


def test_an_address_that_cannot_be_one_does_not_stop_the_others(asked, why, settings):
    use(settings, ReadsAddresses)
    long_ago = UserFactory(roles=["worker"], email=f"sam@{'x' * 64}.org")
    for person in [long_ago, UserFactory(roles=["worker"], email="a,b@example.org"), UserFactory(roles=["worker"], email="zoe@example.org")]:
        AssignmentFactory(person=person, module=why.module, due_on=DUE)

    outcome = send_reminders(now=at(0))

    assert [sent.to for sent in mail.outbox] == [["jo@example.org"], ["zoe@example.org"]]
    assert (outcome.sent, outcome.refused, outcome.gave_up) == (2, 2, False)


def test_a_dead_mail_server_is_not_asked_for_everybody(asked, why, settings):
    for number in range(6):
        person = UserFactory(organisation=asked.organisation, roles=["worker"], email=f"{number}@example.org")
        AssignmentFactory(person=person, module=why.module, due_on=DUE, round=asked.round)
    use(settings, Refusing)

    outcome = send_reminders(now=at(-7))

    assert (outcome.sent, outcome.refused, outcome.gave_up, Refusing.asked) == (0, 3, True, 3)
    assert not ReminderMail.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_send_each_mail_once(course, why, trainer, settings):
    made = AssignmentRoundFactory(organisation=trainer.organisation, made_by=trainer)
    for number in range(12):
        person = UserFactory(organisation=trainer.organisation, roles=["worker"], email=f"{number:02}@example.org")
        AssignmentFactory(person=person, module=why.module, due_on=DUE, round=made)
    use(settings, Slow)
    mail.outbox.clear()
    ready, outcomes = threading.Barrier(2), []

    def run():
        try:
            ready.wait(60)
            outcomes.append(send_reminders(now=at(-7)))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _run in "12"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert sorted(message.to[0] for message in mail.outbox) == [f"{number:02}@example.org" for number in range(12)]
    assert sum(outcome.sent for outcome in outcomes) == 12
    assert ReminderMail.objects.exclude(sent_at=None).count() == 12


@pytest.mark.parametrize("people", [1, 3])
def test_working_out_what_is_due_asks_as_much_for_few_as_for_many(course, why, trainer, people, django_assert_num_queries):
    for number in range(people):
        person = UserFactory(organisation=trainer.organisation, roles=["worker"], email=f"{number}@example.org")
        AssignmentFactory(person=person, module=why.module, due_on=DUE, round__made_by=trainer)

    with django_assert_num_queries(4):
        assert len(due_mails(now=at(-7))) == people


# In the app, and the command


def test_a_week_has_seven_days_on_either_side():
    found = {days: kind_due(DUE, DUE + datetime.timedelta(days=days)) for days in [-8, -7, -1, 0, 1, 6, 7, 13, 14, 21, 27, 28]}

    kinds = [None, "due_soon", "due_soon", "due_today", None, None, "after_1", "after_1", "after_2", "after_3", "after_3", None]
    assert list(found.values()) == kinds


def test_the_command_says_what_it_did(asked, capsys):
    Assignment.objects.update(due_on=timezone.localdate())

    call_command("send_training_reminders")

    assert "E-mails sent: 1." in capsys.readouterr().out


def test_without_a_mail_server_the_command_says_so_and_claims_nothing(asked, settings, capsys):
    settings.EMAIL_IS_SET_UP = False
    Assignment.objects.update(due_on=timezone.localdate())

    call_command("send_training_reminders")

    assert "No mail server is set up" in capsys.readouterr().out
    assert not ReminderMail.objects.exists()


def test_a_dead_mail_server_ends_the_command_with_an_error(asked, why, settings):
    for number in range(3):
        person = UserFactory(organisation=asked.organisation, roles=["worker"], email=f"{number}@example.org")
        AssignmentFactory(person=person, module=why.module, round=asked.round)
    Assignment.objects.update(due_on=timezone.localdate())
    use(settings, Refusing)

    with pytest.raises(CommandError, match="did not answer"):
        call_command("send_training_reminders")


def test_a_module_that_left_the_course_is_not_spoken_of(asked, peers):
    CourseFactory(versions=[peers])

    assert days_on_which_mail_goes(-7, 30) == {}


def test_ones_own_file_says_which_reminders_went_out(asked, jo, client):
    send_reminders(now=at(-7))
    client.force_login(jo, backend="allauth.account.auth_backends.AuthenticationBackend")

    [sent] = client.post(reverse("training:my-file")).json()["reminders"]

    assert (sent["day"], sent["about"]) == ("2026-11-24", ["due_soon"])
