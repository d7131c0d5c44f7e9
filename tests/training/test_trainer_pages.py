"""The trainers' pages: the grid with its filters and files, one person, assigning and taking back; and what another service never sees."""

import csv
import datetime
import io
import re
import zipfile

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories import SiteFactory, UserFactory
from tests.training.factories import AssignmentFactory, AssignmentRoundFactory, CompletionFactory, CourseFactory, TrainingEventFactory
from training.models import Assignment, AssignmentRound, Completion
from training.presenters import LEGEND
from training.state import State
from vein_care.accounts.models import AuditEvent, User

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture(autouse=True)
def today_of_this_test(monkeypatch):
    """A run may begin before midnight and end after it."""
    monkeypatch.setitem(globals(), "TODAY", timezone.localdate())


def days(number):
    return datetime.timedelta(days=number)


@pytest.fixture
def desk(trainer):
    return signed_in(trainer)


def signed_in(person):
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def names(response):
    return [line.person.display_name for line in response.context["lines"]]


# The grid


@pytest.fixture
def some(organisation, worker, other_worker, why, peers):
    """Jo has done Why vein care; Sam has not done it yet."""
    CompletionFactory(person=worker, version=why)
    AssignmentFactory(person=other_worker, module=why.module, due_on=TODAY - days(2), round__made_by=worker)


def test_the_grid_shows_sign_word_and_day(desk, some):
    page = desk.get(reverse("training:grid")).text

    assert '<b aria-hidden="true">✓</b> <span>Done online<small>' in page
    assert '<b aria-hidden="true">!</b> <span>Not done yet<small>was for' in page
    assert "1 person here has done at least one module." in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Jo Marsh", "Sam Reed", "Toni Hale"]),
        ("?q=sam", ["Sam Reed"]),
        ("?role=worker", ["Jo Marsh", "Sam Reed"]),
        ("?state=not_done_yet", ["Sam Reed"]),
        ("?state=done_online&module=why-vein-care", ["Jo Marsh"]),
        ("?state=done_online&module=peers", []),
        ("?site=nonsense&role=king&state=late&module=none&page=99", ["Jo Marsh", "Sam Reed", "Toni Hale"]),
        ("?q=%00", ["Jo Marsh", "Sam Reed", "Toni Hale"]),
    ],
)
def test_the_address_says_what_is_shown_and_nonsense_is_left_out(desk, some, query, found):
    response = desk.get(f"{reverse('training:grid')}{query}")

    assert names(response) == found


def test_a_site_and_a_module_narrow_the_grid(desk, some, site):
    response = desk.get(f"{reverse('training:grid')}?site={site.pk}&module=peers")

    assert names(response) == ["Jo Marsh"]
    assert [version.title for version, _done in response.context["modules"]] == ["Peers"]


@pytest.mark.parametrize("people", [1, 3])
def test_the_grid_asks_as_much_for_few_as_for_many(desk, organisation, course, people, django_assert_num_queries):
    for person in UserFactory.create_batch(people, organisation=organisation, usual_site=SiteFactory(organisation=organisation)):
        AssignmentFactory(person=person, module=course.versions.first().module, round__made_by=person)

    with django_assert_num_queries(12):
        assert len(names(desk.get(reverse("training:grid")))) == people + 1


def test_without_a_course_the_page_says_so(desk):
    assert "There is no course yet" in desk.get(reverse("training:grid")).text


def test_every_state_is_explained():
    assert set(LEGEND) == set(State)


# Files


def table(response):
    text = b"".join(response.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))


def test_what_is_shown_can_be_taken_as_csv_and_is_audited(desk, trainer, some):
    rows = table(desk.post(f"{reverse('training:grid-csv')}?role=worker"))

    assert rows[0] == ["Name", "Login name", "Usual site", "Roles", "Why vein care", "Why vein care: day", "Peers", "Peers: day"]
    assert rows[1][0::2] == ["Jo Marsh", "Harbour van", "Done online", "Not assigned"]
    assert rows[1][5] == TODAY.isoformat()
    assert rows[2][4:6] == ["Not done yet", (TODAY - days(2)).isoformat()]
    assert rows[3] == ["Rows", "2"]
    event = AuditEvent.objects.get(type="training_grid.exported")
    assert (event.actor_id, event.details) == (trainer.pk, {"kind": "csv", "people": 2})


def test_a_name_that_looks_like_a_formula_does_nothing_in_a_spreadsheet(desk, organisation, course):
    UserFactory(organisation=organisation, display_name="=1+1")

    assert ["'=1+1"] in [row[:1] for row in table(desk.post(reverse("training:grid-csv")))]
    sheet = zipfile.ZipFile(io.BytesIO(desk.post(reverse("training:grid-xlsx")).content))
    assert "<f>" not in sheet.read("xl/worksheets/sheet1.xml").decode()


def test_the_spreadsheet_holds_days_as_days(desk, some):
    sheet = zipfile.ZipFile(io.BytesIO(desk.post(reverse("training:grid-xlsx")).content)).read("xl/worksheets/sheet1.xml").decode()

    number = (TODAY - datetime.date(1899, 12, 30)).days
    assert f"<v>{number}</v>" in sheet
    assert "Not done yet" in sheet


def test_everything_done_can_be_taken_with_what_was_taken_back(desk, trainer, worker, stranger, why):
    CompletionFactory(person=worker, version=why, mode="face_to_face", recorded_by=trainer)
    gone = CompletionFactory(person=worker, version=why, withdrawn_at=timezone.now(), withdrawn_by=trainer, withdrawn_reason="A slip.")
    CompletionFactory(person=stranger, version=why)

    rows = table(desk.post(reverse("training:completions-csv")))

    assert [row[0] for row in rows] == ["Name", "Jo Marsh", "Jo Marsh", "Rows"]
    assert rows[1][2:8] == ["why-vein-care", "Why vein care", "1", "Face to face", TODAY.isoformat(), ""]
    assert rows[1][11:] == ["Toni Hale", "no", "", ""]
    assert rows[2][13:] == [timezone.localdate(gone.withdrawn_at).isoformat(), "A slip."]
    assert AuditEvent.objects.filter(type="completions.exported", organisation_id=trainer.organisation_id).count() == 1


def test_days_in_the_file_are_those_of_the_calendar_here(desk, worker, why):
    CompletionFactory(person=worker, version=why, recorded_at=datetime.datetime(2026, 7, 1, 23, 30, tzinfo=datetime.UTC))

    assert table(desk.post(reverse("training:completions-csv")))[1][10] == "2026-07-02"


# One person


def test_what_another_service_wrote_down_stays_there_when_somebody_moves_here(desk, worker, why, peers, trainer_elsewhere):
    there = {"organisation": trainer_elsewhere.organisation, "person": worker}
    gone = {"withdrawn_at": timezone.now(), "withdrawn_by": trainer_elsewhere}
    asked = AssignmentRoundFactory(organisation=trainer_elsewhere.organisation, made_by=trainer_elsewhere, note="SECRET note")
    AssignmentFactory(**there, module=why.module, round=asked)
    AssignmentFactory(**there, module=peers.module, round=asked, **gone, withdrawn_reason="SECRET reason")
    event = TrainingEventFactory(organisation=trainer_elsewhere.organisation, made_by=trainer_elsewhere, title="SECRET event")
    CompletionFactory(**there, version=why, mode="face_to_face", event=event, recorded_by=trainer_elsewhere)
    CompletionFactory(**there, version=peers, **gone, withdrawn_reason="SECRET slip")

    page = desk.get(reverse("training:person", args=[worker.pk])).text

    assert "SECRET" not in page
    assert trainer_elsewhere.display_name not in page
    assert page.count("by another service") == 3
    assert page.count("Face to face, at another service") == 1


def test_a_persons_page_shows_what_is_asked_what_was_done_and_what_was_taken_back(desk, trainer, worker, why, peers):
    asked = AssignmentFactory(person=worker, module=peers.module, due_on=TODAY + days(3), round__made_by=trainer, round__note="Before the winter.")
    done = CompletionFactory(person=worker, version=why, after_withdrawal=True)
    gone = {"withdrawn_at": timezone.now(), "withdrawn_by": trainer, "withdrawn_reason": "The wrong day."}
    CompletionFactory(person=worker, version=peers, completed_on=TODAY - days(9), **gone)

    page = desk.get(reverse("training:person", args=[worker.pk])).text

    assert "Due soon" in page
    assert "“Before the winter.”" in page
    assert "Finished after it was taken back" in page
    assert "by Toni Hale: The wrong day." in page
    assert reverse("training:completion-withdraw", args=[worker.pk, done.pk]) in page
    assert reverse("training:assignment-withdraw", args=[worker.pk, asked.pk]) in page


def test_a_completion_is_taken_back_with_a_reason_and_its_assignment_is_open_again(desk, worker, trainer, why):
    asked = AssignmentFactory(person=worker, module=why.module, round__made_by=trainer)
    done = CompletionFactory(person=worker, version=why)
    Assignment.objects.filter(pk=asked.pk).update(completion=done)
    address = reverse("training:completion-withdraw", args=[worker.pk, done.pk])

    assert "Say in a few words why." in desk.post(address, {"reason": " "}).text
    assert desk.post(address, {"reason": "It was somebody else."}).url == reverse("training:person", args=[worker.pk])

    done.refresh_from_db()
    assert (done.withdrawn_by, done.withdrawn_reason) == (trainer, "It was somebody else.")
    assert Assignment.objects.open().get() == asked
    assert desk.post(address, {"reason": "Again."}).status_code == 404


def test_one_assignment_is_taken_back_with_a_reason(desk, worker, trainer, why):
    asked = AssignmentFactory(person=worker, module=why.module, round__made_by=trainer)
    address = reverse("training:assignment-withdraw", args=[worker.pk, asked.pk])

    desk.post(address, {"reason": "On leave."})
    again = desk.post(address, {"reason": "Again."}, follow=True)

    asked.refresh_from_db()
    assert asked.withdrawn_reason == "On leave."
    assert "Nothing to take back" in again.text


def test_a_completion_of_an_earlier_service_is_seen_and_not_taken_back_here(desk, worker, stranger, why):
    done = CompletionFactory(person=worker, organisation=stranger.organisation, version=why)

    address = reverse("training:completion-withdraw", args=[worker.pk, done.pk])
    assert address not in desk.get(reverse("training:person", args=[worker.pk])).text
    assert desk.post(address, {"reason": "Mine."}).status_code == 404


# Assigning


def assign(desk, **fields):
    return desk.post(reverse("training:assign"), {"modules": ["why-vein-care"], "audience": "everyone"} | fields)


def test_the_next_page_says_whom_it_reaches_and_changes_nothing(desk, some):
    page = assign(desk, due_on=(TODAY + days(14)).isoformat(), note="Before the winter.").text

    assert "1 person is asked" in page
    assert "Asked for already, and the day stays: 1" in page
    assert "Done already, and still good: 1" in page
    assert "Before the winter." in page
    assert Assignment.objects.count() == 1


def test_when_it_is_what_was_meant_they_are_asked(desk, trainer, some):
    response = assign(desk, sure="1", note="Before the winter.", due_on=(TODAY + days(14)).isoformat())

    made = AssignmentRound.objects.get(made_by=trainer)
    assert response.url == reverse("training:round", args=[made.pk])
    assert [row.person for row in made.assignments.all()] == [trainer]
    assert "Done: 1 person is asked." in desk.get(response.url).text


def test_a_change_of_mind_keeps_everything_that_was_typed(desk, some, worker):
    page = assign(desk, change="1", audience="people", people=[worker.pk], note="Before the winter.", due_on=TODAY.isoformat()).text

    assert 'value="Before the winter."' in page
    assert re.search(rf'name="people" value="{worker.pk}"[^>]*checked', page)
    assert f'value="{TODAY.isoformat()}"' in page
    assert "Error:" not in page


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"modules": []}, "Choose at least one module."),
        ({"modules": ["no-such-module"]}, "no-such-module"),
        ({"audience": ""}, "Say who is asked."),
        ({"audience": "the-world"}, "Choose one of these."),
        ({"audience": "people"}, "Choose at least one person."),
        ({"audience": "site"}, "Choose a site."),
        ({"audience": "role"}, "Choose a role."),
        ({"audience": "role", "role": "king"}, "Choose a role from the list."),
        ({"audience": "people", "people": ["x"]}, "Choose people from the list."),
        ({"due_on": (TODAY - days(1)).isoformat()}, "That day has passed."),
        ({"due_on": "soon"}, "Enter the day as a date"),
        ({"due_on": "9999-12-31"}, "Look at the year."),
        ({"note": "x" * 301}, "300"),
    ],
)
def test_what_cannot_be_is_said_on_the_form(desk, some, fields, said):
    page = assign(desk, sure="1", **fields)

    assert said in page.text
    assert "Error:" in page.text
    assert AssignmentRound.objects.count() == 1


def test_somebody_of_another_service_cannot_be_chosen_and_is_not_named(desk, course, stranger):
    page = assign(desk, sure="1", audience="people", people=[stranger.pk])

    assert "is not in the list any more" in page.text
    assert "Robin Far" not in page.text
    assert not AssignmentRound.objects.exists()


def test_another_services_site_cannot_be_chosen(desk, course, stranger):
    assert "Choose a site from the list." in assign(desk, audience="site", site=stranger.usual_site.pk).text


def test_somebody_who_left_meanwhile_is_named_as_left_out(desk, worker, other_worker, course):
    User.objects.filter(pk=other_worker.pk).update(is_active=False, deactivated_at=timezone.now())

    page = assign(desk, audience="people", people=[worker.pk, other_worker.pk]).text

    assert "Left out, because they are not active or have no role: 1" in page


def test_when_nobody_is_left_to_ask_the_page_says_so(desk, worker, why):
    CompletionFactory(person=worker, version=why)

    page = assign(desk, audience="people", people=[worker.pk])
    refused = assign(desk, audience="people", people=[worker.pk], sure="1")

    assert "Nobody is left to ask" in page.text
    assert 'name="sure"' not in page.text
    assert "Nobody is left to ask" in refused.text


@pytest.mark.parametrize("rounds", [1, 3])
def test_the_list_of_what_was_assigned_asks_as_much_for_few_as_for_many(desk, trainer, course, rounds, django_assert_num_queries):
    for _round in range(rounds):
        AssignmentFactory(person=trainer, module__slug=f"module-{_round}", round__made_by=trainer).round.modules.add(course.versions.first().module)

    with django_assert_num_queries(9):
        assert len(desk.get(reverse("training:round-list")).context["lines"]) == rounds


def test_a_module_that_left_the_course_keeps_its_title(desk, trainer, worker, why, peers):
    made = AssignmentFactory(person=worker, module=peers.module, round__made_by=trainer).round
    made.modules.add(peers.module)
    CourseFactory(versions=[why])

    listed, page = [desk.get(reverse(f"training:{name}", args=args)).text for name, args in [("round-list", []), ("person", [worker.pk])]]

    assert f">{peers.title}</a>" in listed
    assert f"<b>{peers.title}</b>" in page
    assert "What was asked for is not part of the course any more." in desk.get(reverse("training:round", args=[made.pk])).text


def test_a_round_is_taken_back_with_a_reason(desk, trainer, why):
    made = AssignmentFactory(person=trainer, module=why.module, round__made_by=trainer).round
    made.modules.add(why.module)
    address = reverse("training:round-withdraw", args=[made.pk])

    assert "1 assignment is open." in desk.get(address).text
    page = desk.post(address, {"reason": "A slip."}, follow=True).text

    assert "Taken back: 1 assignment was open." in page
    assert "by Toni Hale: A slip." in page


# Another service


@pytest.mark.parametrize("name", ["person", "completion-withdraw", "assignment-withdraw", "round", "round-withdraw"])
def test_another_services_people_and_rounds_do_not_exist(trainer_elsewhere, worker, trainer, why, name):
    asked = AssignmentFactory(person=worker, module=why.module, round__made_by=trainer)
    done = CompletionFactory(person=worker, version=why)
    numbers = {"completion-withdraw": [worker.pk, done.pk], "assignment-withdraw": [worker.pk, asked.pk], "person": [worker.pk]}
    address = reverse(f"training:{name}", args=numbers.get(name, [asked.round.pk]))

    elsewhere = signed_in(trainer_elsewhere)

    assert [elsewhere.get(address).status_code, elsewhere.head(address).status_code] == [404, 404]


def test_somebody_elses_completion_is_not_taken_back_under_another_name(desk, worker, other_worker, why):
    done = CompletionFactory(person=other_worker, version=why)

    assert desk.post(reverse("training:completion-withdraw", args=[worker.pk, done.pk]), {"reason": "x"}).status_code == 404
    assert Completion.objects.standing().count() == 1


def test_another_services_grid_and_files_hold_nobody_of_ours(trainer_elsewhere, some):
    elsewhere = signed_in(trainer_elsewhere)

    assert names(elsewhere.get(reverse("training:grid"))) == ["Una Fern"]
    assert [row[0] for row in table(elsewhere.post(reverse("training:grid-csv")))] == ["Name", "Una Fern", "Rows"]
    assert [row[0] for row in table(elsewhere.post(reverse("training:completions-csv")))] == ["Name", "Rows"]
