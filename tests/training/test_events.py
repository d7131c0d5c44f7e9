"""Planning a face-to-face event, inviting, changing, calling it off, and the pages for it. Who may open them is in tests/access.py."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import SiteFactory, UserFactory
from tests.training.factories import AttendanceFactory, CourseFactory, ModuleVersionFactory, TrainingEventFactory
from training.events import events_of
from training.models import Attendance, Completion, TrainingEvent
from vein_care.accounts.models import AuditEvent

pytestmark = pytest.mark.django_db

A_DAY = datetime.timedelta(days=1)


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def course(db):
    return CourseFactory()


@pytest.fixture
def peers(course):
    return course.versions.get(module__slug="peers").module


@pytest.fixture
def desk(client, trainer):
    client.force_login(trainer)
    return client


@pytest.fixture
def event(course, organisation, trainer, peers, worker, today):
    """Today, about one module; Jo is invited."""
    event = TrainingEventFactory(organisation=organisation, made_by=trainer, held_on=today)
    event.modules.set([peers])
    AttendanceFactory(event=event, person=worker)
    return event


def page(name, event):
    return reverse(f"training:event-{name}", args=[event.pk])


def facts(module, today, **changed):
    typed = {"title": "Peers, face to face", "modules": [module.pk], "held_on": today + A_DAY, "place": "Mill Street", "audience": "everyone"}
    return typed | changed


def errors(response):
    return {name: list(said) for name, said in response.context["form"].errors.items()}


def marks(event, *, was=None, do="save", **states):
    """What the page of attendance sends. states: login name → state."""
    listed = {each.person.login_name: each.person for each in event.attendances.select_related("person")}
    everyone = listed | {person.login_name: person for person in event.organisation.people.filter(login_name__in=states)}
    was = dict.fromkeys(listed, "") if was is None else was
    opened_with = " ".join(f"{everyone[name].pk}:{state}" for name, state in was.items())
    return {"do": do, "was": opened_with, "others_was": 0} | {f"mark-{everyone[name].pk}": state for name, state in states.items()}


def states(event):
    return dict(Attendance.objects.filter(event=event).values_list("person__display_name", "state"))


# Planning


@pytest.mark.parametrize(
    ("audience", "names"),
    [
        ("everyone", {"Jo Marsh", "Sam Reed", "Toni Hale"}),
        ("site", {"Jo Marsh"}),
        ("role:worker", {"Jo Marsh", "Sam Reed"}),
        ("people", set()),
    ],
)
def test_an_event_invites_people_a_site_a_role_or_everyone_who_is_active_here(
    desk, peers, worker, other_worker, stranger, site, today, audience, names
):
    UserFactory(organisation=worker.organisation, display_name="Long Gone", is_active=False, deactivated_at=timezone.now(), usual_site=site)

    response = desk.post(reverse("training:event-new"), facts(peers, today, audience=f"site:{site.pk}" if audience == "site" else audience))

    event = TrainingEvent.objects.get()
    assert response.url == page("people" if audience == "people" else "detail", event)
    assert set(states(event)) == names
    assert (event.organisation, list(event.modules.all()), event.held_on) == (worker.organisation, [peers], today + A_DAY)
    assert AuditEvent.objects.get(type="event.planned").details == {"modules": ["peers"], "people": len(names)}


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"title": ""}, "title", "Enter what it is called."),
        ({"modules": []}, "modules", "Choose at least one module."),
        ({"modules": ["999"]}, "modules", "Choose modules from this list."),
        ({"modules": ["peers"]}, "modules", "Choose modules from this list."),
        ({"held_on": ""}, "held_on", "Enter the day."),
        ({"held_on": "2026-02-30"}, "held_on", "Enter a day, such as 2026-12-03."),
        ({"held_on": "1926-12-03"}, "held_on", "Enter a day of the last year or of the next two. Is the year right?"),
        ({"held_on": "2126-12-03"}, "held_on", "Enter a day of the last year or of the next two. Is the year right?"),
        ({"begins_at": "25:00"}, "begins_at", "Enter a time, such as 09:30, or leave it empty."),
        ({"place": ""}, "place", "Enter where it is held."),
        ({"audience": ""}, "audience", "Choose who is invited."),
        ({"audience": "site:"}, "audience", "Choose one of this list."),
        ({"audience": "role:editor"}, "audience", "Choose one of this list."),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_what_was_typed_stays(desk, peers, today, changed, field, said):
    response = desk.post(reverse("training:event-new"), facts(peers, today, note="Lunch is there.", **changed))

    assert errors(response) == {field: [said]}
    assert "Lunch is there." in response.text
    assert not TrainingEvent.objects.exists()


def test_another_services_site_cannot_be_invited(desk, peers, today, stranger):
    response = desk.post(reverse("training:event-new"), facts(peers, today, audience=f"site:{stranger.usual_site_id}"))

    assert "audience" in errors(response)
    assert not TrainingEvent.objects.exists()


def test_a_day_that_has_passed_can_be_written_down_and_marked(desk, peers, today, worker):
    desk.post(reverse("training:event-new"), facts(peers, today, held_on=today - 3 * A_DAY))

    event = TrainingEvent.objects.get()
    assert "Mark who was there" in desk.get(page("detail", event)).text


def test_only_modules_of_the_course_as_it_is_can_be_chosen(desk, course, today):
    unpublished = ModuleVersionFactory(slug="not-yet")

    response = desk.post(reverse("training:event-new"), facts(unpublished.module, today))

    assert "modules" in errors(response)


# Changing


def test_a_change_is_stored_and_traced(desk, event, course, today):
    both = [version.module_id for version in course.versions.all()]
    desk.post(page("edit", event), facts(event.modules.get(), today, title="Another", modules=both))

    event.refresh_from_db()
    assert (event.title, event.modules.count(), event.held_on) == ("Another", 2, today + A_DAY)
    assert set(AuditEvent.objects.get(type="event.changed").details["changed"]) >= {"title", "modules", "held_on"}


def test_day_and_modules_stay_once_attendance_was_saved(desk, event, course, today):
    desk.post(page("attendance", event), marks(event, **{event.attendances.get().person.login_name: "attended"}))
    both = [version.module_id for version in course.versions.all()]

    desk.post(page("edit", event), facts(event.modules.get(), today, title="Another", modules=both))

    event.refresh_from_db()
    assert (event.title, event.modules.count(), event.held_on) == ("Another", 1, today)


def test_what_was_covered_is_corrected_with_a_reason_that_stays_on_the_page(desk, event, worker, course):
    assert desk.get(page("coverage", event)).url == page("edit", event)
    desk.post(page("attendance", event), marks(event, **{worker.login_name: "attended"}))
    why = course.versions.get(module__slug="why-vein-care").module

    assert errors(desk.post(page("coverage", event), {"reason": ""})).keys() == {"modules", "reason"}
    said = desk.post(page("coverage", event), {"modules": [why.pk], "reason": "We turned it round."}, follow=True).text

    assert "Covered as well: Why vein care" in said
    assert "Not covered: Peers" in said
    assert "We turned it round." in said
    assert list(Completion.objects.standing().values_list("version__module__slug", flat=True)) == ["why-vein-care"]


def test_of_two_trainers_who_correct_what_was_covered_the_second_is_told(desk, event, worker, course):
    desk.post(page("attendance", event), marks(event, **{worker.login_name: "attended"}))
    why, peers = (course.versions.get(module__slug=slug).module.pk for slug in ["why-vein-care", "peers"])
    opened = desk.get(page("coverage", event)).context["form"].initial["revision"]
    desk.post(page("coverage", event), {"modules": [why], "reason": "We turned it round.", "revision": opened})

    told = desk.post(page("coverage", event), {"modules": [why, peers], "reason": "Both.", "revision": opened})

    assert [said[:30] for said in told.context["form"].non_field_errors()] == ["Somebody else saved this event"]
    assert list(event.modules.values_list("pk", flat=True)) == [why]
    desk.post(page("coverage", event), {"modules": [why, peers], "reason": "Both.", "revision": told.context["form"]["revision"].value()})
    assert event.modules.count() == 2


def test_the_list_of_people_can_be_changed_and_who_was_marked_stays_on_it(desk, event, worker, other_worker, trainer):
    desk.post(page("attendance", event), marks(event, **{worker.login_name: "attended"}))

    desk.post(page("people", event), {"people": [other_worker.pk, trainer.pk]})
    desk.post(page("people", event), {"people": [other_worker.pk]})

    assert states(event) == {"Jo Marsh": "attended", "Sam Reed": ""}


def test_of_two_trainers_who_change_one_event_the_second_is_told_and_loses_nothing(desk, event, today):
    opened = desk.get(page("edit", event)).context["form"].initial["revision"]
    typed = facts(event.modules.get(), today, held_on=today, title="Half a day", revision=opened)
    desk.post(page("edit", event), typed | {"title": event.title, "held_on": today + 5 * A_DAY})

    told = desk.post(page("edit", event), typed)

    [said] = told.context["form"].non_field_errors()
    assert said.startswith("Somebody else saved this event after you opened the page. It now says: Vein care, face to face, ")
    assert 'value="Half a day"' in told.text
    event.refresh_from_db()
    assert (event.title, event.held_on) == ("Vein care, face to face", today + 5 * A_DAY)

    desk.post(page("edit", event), typed | {"revision": told.context["form"]["revision"].value()})
    event.refresh_from_db()
    assert (event.title, event.held_on) == ("Half a day", today)


@pytest.mark.parametrize("nonsense", ["x", "9" * 30, "-1", "=1", "\0"])
def test_a_page_of_an_event_with_a_nonsense_revision_is_to_be_looked_at_again(desk, event, today, nonsense):
    response = desk.post(page("edit", event), facts(event.modules.get(), today, title="Another", revision=nonsense))

    assert response.status_code == 200
    event.refresh_from_db()
    assert event.title == "Vein care, face to face"


def test_whom_another_trainer_invited_meanwhile_stays_invited_and_whom_they_took_off_stays_off(desk, event, worker, other_worker, trainer):
    listed = desk.get(page("people", event)).context["listed"]
    desk.post(page("people", event), {"people": [other_worker.pk], "listed": listed})

    desk.post(page("people", event), {"people": [worker.pk, trainer.pk], "listed": listed})

    assert set(states(event)) == {"Sam Reed", "Toni Hale"}


@pytest.mark.parametrize("listed", ["x", "9" * 5000, "-1", "", "\0", "1:2"])
def test_a_nonsense_list_takes_nobody_off(desk, event, other_worker, listed):
    desk.post(page("people", event), {"people": [other_worker.pk], "listed": listed})

    assert set(states(event)) == {"Jo Marsh", "Sam Reed"}


@pytest.mark.parametrize("sent", ["9" * 30, "9" * 5000, "-1", "\0"])
def test_numbers_that_no_person_can_have_are_told(desk, event, sent):
    assert errors(desk.post(page("people", event), {"people": [sent]})).keys() == {"people"}


def test_the_button_pressed_twice_plans_one_event(desk, peers, course, today):
    desk.post(reverse("training:event-new"), facts(peers, today))
    again = desk.post(reverse("training:event-new"), facts(peers, today), follow=True)
    desk.post(reverse("training:event-new"), facts(peers, today, begins_at="14:00"))
    desk.post(reverse("training:event-new"), facts(course.versions.get(module__slug="why-vein-care").module, today))

    assert "Peers, face to face is on the list already: it was saved a moment ago." in again.text
    assert TrainingEvent.objects.count() == 3


@pytest.mark.parametrize("send", ["stranger", "nobody"])
def test_people_of_another_service_cannot_be_invited(desk, event, worker, stranger, send):
    sent = {"stranger": stranger.pk, "nobody": "x"}[send]

    response = desk.post(page("people", event), {"people": [worker.pk, sent]})

    assert "people" in errors(response)
    assert set(states(event)) == {"Jo Marsh"}


def test_an_event_is_called_off_with_a_reason_and_stays_so(desk, event):
    assert errors(desk.post(page("cancel", event), {"reason": " "})) == {"reason": ["Say in a few words why it is called off."]}

    desk.post(page("cancel", event), {"reason": "The room is gone."})

    event.refresh_from_db()
    assert event.cancelled_reason == "The room is gone."
    assert "The room is gone." in desk.get(page("detail", event)).text
    for name in ["edit", "people", "cancel", "attendance"]:
        assert desk.get(page(name, event)).url == page("detail", event)
    assert AuditEvent.objects.get(type="event.cancelled").details == {"reason": "The room is gone."}


def test_what_took_place_cannot_be_called_off(desk, event, worker):
    desk.post(page("attendance", event), marks(event, **{worker.login_name: "attended"}))

    desk.post(page("cancel", event), {"reason": "A slip."})

    event.refresh_from_db()
    assert not event.is_cancelled


# What those invited see


def test_those_invited_see_what_comes_and_what_was_called_off_and_nobody_else_does(event, worker, other_worker, organisation, today):
    past = TrainingEventFactory(organisation=organisation, held_on=today - A_DAY)
    off = TrainingEventFactory(
        organisation=organisation, held_on=today + A_DAY, cancelled_at=timezone.now(), cancelled_by=event.made_by, cancelled_reason="No room."
    )
    for each in [past, off]:
        AttendanceFactory(event=each, person=worker)

    invitations = events_of(worker, today=today)

    assert [(each.held_on, each.modules, each.is_cancelled, each.cancelled_reason) for each in invitations] == [
        (today, ["Peers"], False, ""),
        (today + A_DAY, [], True, "No room."),
    ]
    assert events_of(other_worker, today=today) == []


@pytest.mark.parametrize("count", [1, 3])
def test_invitations_take_four_queries_however_many(worker, course, peers, organisation, today, django_assert_num_queries, count):
    for _each in range(count):
        event = TrainingEventFactory(organisation=organisation, held_on=today)
        event.modules.set([peers])
        AttendanceFactory(event=event, person=worker)

    with django_assert_num_queries(4):
        assert len(events_of(worker, today=today)) == count


# Pages


@pytest.mark.parametrize("name", ["detail", "edit", "people", "cancel", "attendance", "coverage", "sheet", "pack"])
def test_another_services_event_does_not_exist(desk, course, stranger, name):
    elsewhere = TrainingEventFactory(organisation=stranger.organisation)

    assert desk.get(page(name, elsewhere)).status_code == 404
    if name not in {"sheet", "pack"}:
        assert desk.post(page(name, elsewhere)).status_code in {404, 405}


def test_the_list_shows_own_events_by_what_is_next_to_do(desk, event, stranger, organisation, today):
    TrainingEventFactory(organisation=stranger.organisation, title="Theirs")
    TrainingEventFactory(organisation=organisation, title="Last week", held_on=today - 7 * A_DAY)
    TrainingEventFactory(organisation=organisation, title="Next week", held_on=today + 7 * A_DAY)

    response = desk.get(reverse("training:event-list"))

    assert [each.title for each in response.context["waiting"]] == ["Last week"]
    assert [each.title for each in response.context["coming"]] == [event.title, "Next week"]
    assert "Theirs" not in response.text


@pytest.mark.parametrize("count", [1, 3])
def test_lists_take_the_same_queries_however_long(desk, event, organisation, site, today, django_assert_num_queries, count):
    for number in range(count):
        AttendanceFactory(event=event, person=UserFactory(organisation=organisation, usual_site=SiteFactory(organisation=organisation)))
        for day in [today - A_DAY, today + A_DAY]:
            TrainingEventFactory(organisation=organisation, held_on=day, title=f"Event {number}")
        held = {"attendance_at": timezone.now(), "attendance_by": event.made_by}
        TrainingEventFactory(organisation=organisation, **held)

    for address, queries in [
        (reverse("training:event-list"), 8),
        (page("detail", event), 11),
        (page("people", event), 7),
        (page("attendance", event), 6),
        (page("sheet", event), 9),
    ]:
        with django_assert_num_queries(queries):
            desk.get(address)


# Attendance as a page


def test_attendance_is_saved_and_said(desk, event, worker, trainer):
    response = desk.post(page("attendance", event), marks(event, **{worker.login_name: "attended"}), follow=True)

    assert "Saved. 1 person has done the module of this day." in response.text
    assert Completion.objects.get().person == worker


def test_before_its_day_the_page_sends_back_and_saves_nothing(desk, event, worker, today):
    TrainingEvent.objects.filter(pk=event.pk).update(held_on=today + A_DAY)

    assert desk.get(page("attendance", event)).url == page("detail", event)
    response = desk.post(page("attendance", event), marks(event, **{worker.login_name: "attended"}))

    assert "The day of this event has not come." in response.text
    assert states(event) == {"Jo Marsh": ""}


def chosen(response):
    """{name: state} as the page shows it."""
    return {row.person.display_name: row.state for row in response.context["rows"]}


def test_without_scripts_everyone_is_marked_by_a_button_that_saves_nothing_yet(desk, event, worker, other_worker):
    AttendanceFactory(event=event, person=other_worker)

    response = desk.post(page("attendance", event), marks(event, do="everyone", **{worker.login_name: "part"}))

    assert chosen(response) == {"Jo Marsh": "part", "Sam Reed": "attended"}
    assert states(event) == {"Jo Marsh": "", "Sam Reed": ""}
    assert chosen(desk.post(page("attendance", event), marks(event, do="rest", **{worker.login_name: "part"})))["Sam Reed"] == "absent"


def test_finding_somebody_who_just_came_keeps_every_choice_and_saving_puts_them_on_the_list(desk, event, worker, other_worker, stranger):
    found = desk.post(page("attendance", event), marks(event, do="find", **{worker.login_name: "part"}) | {"q": "ree", "others": 2})

    assert chosen(found) == {"Jo Marsh": "part", "Sam Reed": ""}
    assert 'value="2"' in found.text
    assert "Robin" not in desk.post(page("attendance", event), marks(event, do="find") | {"q": "Robin"}).text.replace('value="Robin"', "")
    assert desk.post(page("attendance", event), marks(event, do="find") | {"q": "re\0e"}).context["words"] == "ree"

    desk.post(page("attendance", event), marks(event, **{worker.login_name: "part", other_worker.login_name: "attended"}) | {"others": 2})

    assert states(event) == {"Jo Marsh": "part", "Sam Reed": "attended"}
    event.refresh_from_db()
    assert event.others_came == 2


def test_people_of_another_service_cannot_be_marked(desk, event, stranger):
    sent = marks(event) | {f"mark-{stranger.pk}": "attended"}

    assert desk.post(page("attendance", event), sent).status_code == 404
    assert not Completion.objects.exists()


@pytest.mark.parametrize(
    "broken", [{"was": "x:y z 1: :2"}, {"others": "many"}, {"others": "-1"}, {"others": "9999"}, {"others_was": "x"}, {"mark-x": "attended"}]
)
def test_what_no_page_sends_breaks_nothing(desk, event, worker, broken):
    response = desk.post(page("attendance", event), marks(event) | broken | {f"mark-{worker.pk}": "dancing"})

    assert response.status_code == 200
    assert states(event) == {"Jo Marsh": ""}


def test_a_correction_without_a_reason_keeps_what_was_chosen_and_asks_for_one(desk, event, worker):
    desk.post(page("attendance", event), marks(event, **{worker.login_name: "attended"}))
    correction = marks(event, was={worker.login_name: "attended"}, **{worker.login_name: "absent"})

    response = desk.post(page("attendance", event), correction)
    assert errors(response) == {"reason": ["Say in a few words why the saved mark of Jo Marsh changes."]}
    assert chosen(response) == {"Jo Marsh": "absent"}

    said = desk.post(page("attendance", event), correction | {"reason": "Another Jo."}, follow=True)
    assert "Another Jo." in said.text
    assert "For 1 person this day counts no more." in said.text
    assert not Completion.objects.standing().exists()


def test_the_second_of_two_trainers_is_told_what_differs_and_can_correct_it(desk, client, event, worker, other_worker, organisation):
    AttendanceFactory(event=event, person=other_worker)
    mine = marks(event, **{worker.login_name: "attended", other_worker.login_name: "attended"})
    client.force_login(UserFactory(organisation=organisation, roles=["trainer"], display_name="Kim Oke"))
    client.post(page("attendance", event), marks(event, **{worker.login_name: "part"}))
    client.force_login(event.made_by)

    response = client.post(page("attendance", event), mine)

    assert "Kim Oke saved “Part of it”, you chose “Was there”." in response.text
    assert states(event) == {"Jo Marsh": "part", "Sam Reed": "attended"}
    now = {worker.login_name: "part", other_worker.login_name: "attended"}
    client.post(page("attendance", event), marks(event, was=now, **now | {worker.login_name: "attended"}) | {"reason": "Both of us looked."})
    assert states(event) == {"Jo Marsh": "attended", "Sam Reed": "attended"}


def test_the_sign_in_sheet_has_every_name_and_empty_lines(desk, event, worker):
    lines = desk.get(page("sheet", event)).context["lines"]

    assert [line["person"] for line in lines] == [worker, *[None] * 17]
