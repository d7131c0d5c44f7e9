"""Training: the grid of a large service, taking away what was done, and working out who is to be reminded. Last, because it adds people."""

import datetime
import os
import subprocess
import sys
import time
from statistics import median

from tests.benchmarks.client import WrongAnswer
from tests.benchmarks.desk import page_times, statements_of
from tests.benchmarks.lines import Line, at_most, tell, under
from tests.browser.serving import serving
from vein_care.folders import ROOT

PEOPLE = 500
MODULES = 12
COMPLETIONS = 100_000
REMINDERS = 10_000
GRID = "/training/people/"
SERVICE = "Large service (made-up)"

# In a process of its own, which has answered before: what it grows by is what the export takes.
EXPORT = """
import django, psutil
django.setup()
from django.test import Client
from vein_care.accounts.models import User
client = Client()
client.force_login(User.objects.get(login_name="large-trainer"))
client.get("/training/events/")
taken = lambda: psutil.Process().memory_info().rss / 1e6
before, most, size, last = taken(), 0, 0, b""
for piece in client.post("/training/people/completions.csv").streaming_content:
    most, size, last = max(most, taken()), size + len(piece), piece
print(size, last.split()[-1].decode(), most - before)
"""


def measure(folder):
    from training.grid import current_modules

    if len(current_modules()) != MODULES:
        raise WrongAnswer(f"The course has {len(current_modules())} modules, not {MODULES}.")
    trainer = large_service()
    few = statements_of(trainer, f"{GRID}?all=1")
    tell(f"adding {PEOPLE} people")
    people = add_people(trainer.organisation, PEOPLE - 1, has_mail=False)
    add_training(trainer, people)
    yield from grid_lines(folder, trainer, few)
    yield from export_lines(trainer, people)
    yield from reminder_lines(trainer)


def large_service():
    """A trainer alone in a service."""
    from vein_care.accounts.models import Organisation, User

    organisation = Organisation.objects.create(name=SERVICE)
    return User.objects.create(
        organisation=organisation, login_name="large-trainer", display_name="Lou Grand", initials="LG", roles=["trainer"], password="!"
    )


def add_people(organisation, count, *, has_mail):
    from vein_care.accounts.models import User

    prefix = "mail" if has_mail else "large"
    return User.objects.bulk_create(
        User(
            organisation=organisation,
            login_name=f"{prefix}-{number}",
            display_name=f"Person {number}",
            initials="PN",
            roles=["worker"],
            email=f"{prefix}-{number}@example.org" if has_mail else "",
            password="!",
        )
        for number in range(count)
    )


def add_training(trainer, people):
    """For everybody and every module something: asked, asked and begun, done one way or the other, expired."""
    from training.actions.completing import new_code
    from training.grid import current_modules
    from training.models import Assignment, AssignmentRound, Completion, LearningPlace

    modules, today = current_modules(), datetime.date.today()
    made = AssignmentRound.objects.create(organisation=trainer.organisation, audience="everyone", made_by=trainer)
    asked, done, begun = [], [], []
    for number, person in enumerate(people):
        for place, version in enumerate(modules):
            kind, day = (number + place) % 5, today - datetime.timedelta(days=(7 * number + place) % 400)
            common = {"organisation": trainer.organisation, "person": person}
            if kind < 2:
                due = day + datetime.timedelta(days=380)
                asked.append(Assignment(**common, round=made, module_id=version.module_id, due_on=due))
            if kind == 1:
                begun.append(LearningPlace(person=person, version=version))
            if kind > 2:
                mode = "online" if kind == 3 else "face_to_face"
                expires = day + datetime.timedelta(days=730 if number % 9 else 1)
                facts = {"mode": mode, "completed_on": day, "expires_on": expires, "code": new_code(), "recorded_by": person}
                done.append(Completion(**common, version=version, **facts))
    for model, rows in [(Assignment, asked), (LearningPlace, begun), (Completion, done)]:
        model.objects.bulk_create(rows)


def grid_lines(folder, trainer, few):
    with serving(folder, environment=os.environ) as server:
        addresses = [f"{GRID}?all=1", GRID, f"{GRID}?all=1&state=not_done_yet"]
        times = [median(page_times(server.port, trainer, each, shows=b"Person ")) for each in addresses]
    yield Line(f"grid, {PEOPLE} people × {MODULES} modules, all on one page", times[0], "ms", at_most(300))
    yield Line("grid, the slower of its first page and a filter", max(times[1:]), "ms", at_most(300))
    yield Line("grid, statements as with one person", statements_of(trainer, f"{GRID}?all=1"), "statements", at_most(few))


# Taking it away


def export_lines(trainer, people):
    tell(f"storing {COMPLETIONS:,} completions")
    store_completions(trainer, people)
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-c", EXPORT], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True, env=os.environ)
    took = time.monotonic() - began
    size, rows, more = done.stdout.split()
    if int(rows.rsplit(",", 1)[-1]) < COMPLETIONS:
        raise WrongAnswer(f"The export ends with {rows}.")
    tell(f"the export has {int(size) / 1e6:.1f} MB")
    yield Line(f"export of {COMPLETIONS:,} completions, memory it takes", float(more), "MB", under(100))
    yield Line(f"export of {COMPLETIONS:,} completions", took, "s")


def store_completions(trainer, people):
    """Old ones, on so many days that no two of a person are the same."""
    from training.actions.completing import new_code
    from training.grid import current_modules
    from training.models import Completion

    modules, first = current_modules(), datetime.date(2000, 1, 1)
    expired = datetime.date(2020, 1, 1)
    rows = (
        Completion(
            organisation=trainer.organisation,
            person=people[number % len(people)],
            version=modules[number % MODULES],
            mode="online",
            completed_on=first + datetime.timedelta(days=number // len(people)),
            expires_on=expired,
            code=new_code(),
            recorded_by=trainer,
        )
        for number in range(COMPLETIONS)
    )
    Completion.objects.bulk_create(rows, batch_size=2000)


# Reminding


def reminder_lines(trainer):
    from django.utils import timezone

    from training.actions.reminding import send_reminders
    from training.grid import current_modules
    from training.models import Assignment, AssignmentRound
    from training.reminders import due_mails

    tell(f"asking {REMINDERS:,} people")
    people = add_people(trainer.organisation, REMINDERS, has_mail=True)
    [version, *_others] = current_modules()
    made = AssignmentRound.objects.create(organisation=trainer.organisation, audience="everyone", made_by=trainer)
    due_on = timezone.localdate() + datetime.timedelta(days=3)
    common = {"organisation": trainer.organisation, "round": made, "module_id": version.module_id, "due_on": due_on}
    Assignment.objects.bulk_create((Assignment(**common, person=person) for person in people), batch_size=2000)
    began = time.monotonic()
    found = due_mails(now=timezone.now())
    took = time.monotonic() - began
    if len(found) != REMINDERS:
        raise WrongAnswer(f"{len(found):,} reminders were worked out instead of {REMINDERS:,}.")
    yield Line(f"{REMINDERS:,} reminders worked out", took, "s", under(10))
    began = time.monotonic()
    sent = send_reminders(now=timezone.now()).sent
    yield Line(f"{sent:,} e-mails claimed and written, none sent", time.monotonic() - began, "s")
