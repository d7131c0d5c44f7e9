"""My training, the lessons, and what devices ask and say."""

import datetime
import json

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cards.actions import recall_card
from tests.factories import CardVersionFactory, ReleaseFactory
from tests.training.factories import (
    AssignmentFactory,
    AssignmentRoundFactory,
    AttendanceFactory,
    CompletionFactory,
    CourseFactory,
    LearningPlaceFactory,
    ModuleVersionFactory,
    TrainingEventFactory,
)
from training.learning import present_mine
from training.models import AssignmentRound, Completion, LearningPlace, Lesson, OwnChoices
from vein_care.accounts.device_keys import device_key
from vein_care.accounts.models import AuditEvent

pytestmark = pytest.mark.django_db

MINE, PLACES, ME = reverse("training:mine"), reverse("training:places"), reverse("training:me")
LESSON = reverse("lessons:lesson", args=["why-vein-care", 1, 1])


@pytest.fixture
def course():
    """Two modules: why-vein-care and peers."""
    return CourseFactory()


@pytest.fixture
def version(course):
    return course.versions.get(module__slug="why-vein-care")


@pytest.fixture
def at_desk(client, worker):
    client.force_login(worker)
    return client


def in_days(days):
    return timezone.localdate() + datetime.timedelta(days=days)


def asked(person, trainer, version, *, due_on=None, note=""):
    round_ = AssignmentRoundFactory(organisation=person.organisation, made_by=trainer, due_on=due_on, note=note)
    return AssignmentFactory(person=person, module=version.module, round=round_, due_on=due_on)


def hand_in(client, person, *places, learner=None):
    body = {"learner": learner or device_key(person), "places": list(places)}
    return client.post(PLACES, json.dumps(body), content_type="application/json")


def place(**said):
    """A place in lesson one of why-vein-care, as a device says it."""
    return {
        "module": "why-vein-care",
        "version": 1,
        "lesson": 1,
        "screen": 2,
        "lessons_done": [],
        "checks_done": [],
        "moved_ms_ago": 0,
        "done_on": None,
    } | said


# My training


def test_what_is_asked_says_who_asked_until_when_and_why(at_desk, worker, trainer, version):
    asked(worker, trainer, version, due_on=in_days(3), note="Before the new round starts.")

    page = at_desk.get(MINE).text

    assert f"Toni Hale asked you to do it by {in_days(3):%-d %B %Y}." in page
    assert "Before the new round starts." in page
    assert f"“Why vein care” is to be done by {in_days(3):%-d %B %Y}." in page
    assert f'href="{LESSON}">Start' in page


def test_a_day_that_has_passed_is_not_done_yet_and_nothing_harder(at_desk, worker, trainer, version):
    asked(worker, trainer, version, due_on=in_days(-2))

    page = at_desk.get(MINE).text

    assert f"“Why vein care” was to be done by {in_days(-2):%-d %B %Y}, and is not done yet." in page
    assert not any(word in page.lower() for word in ["overdue", "failed", "late!", "non-compliant"])


def test_somebody_goes_on_at_the_screen_where_they_were(at_desk, worker, version):
    LearningPlaceFactory(person=worker, version=version, lesson=2, screen=1, lessons_done=[1])

    page = at_desk.get(MINE).text

    assert f'href="{reverse("lessons:lesson", args=["why-vein-care", 1, 2])}#step-1">Go on' in page
    assert "1 of 2 lessons read." in page


def test_the_module_for_peers_is_offered_to_those_who_say_they_are_and_nobody_else(at_desk, worker, trainer, course):
    assert "Peers" not in at_desk.get(MINE).text.split('id="choices"')[0]

    at_desk.post(reverse("training:peer"), {"is_peer": "yes"})
    assert "Peers" in at_desk.get(MINE).text.split('id="choices"')[0]

    own = Client()
    own.force_login(trainer)
    assert "You said that you work as a peer" not in own.get(MINE).text
    at_desk.post(reverse("training:peer"), {"is_peer": "no"})
    assert not OwnChoices.objects.get().is_peer


def test_reminders_are_muted_and_come_again(at_desk, worker):
    worker.email = "jo@example.org"
    worker.save()

    at_desk.post(reverse("training:reminders"), {"mute": "yes"})
    assert OwnChoices.objects.get().reminders_muted_at
    assert "Send me reminders again" in at_desk.get(MINE).text

    at_desk.post(reverse("training:reminders"), {"mute": "no"})
    assert OwnChoices.objects.get().reminders_muted_at is None


def test_what_was_done_has_a_certificate_and_says_until_when_it_is_good(at_desk, worker, version):
    done = CompletionFactory(person=worker, version=version, completed_on=in_days(-700), expires_on=in_days(21))

    page = at_desk.get(MINE).text

    assert f"Done on {in_days(-700):%-d %B %Y}, online, version 1. Good until {in_days(20):%-d %B %Y}." in page
    assert f"“Why vein care” is good until {in_days(20):%-d %B %Y}." in page
    assert reverse("training:certificate", args=[done.pk]) in page


def test_what_was_taken_back_is_not_listed_and_can_be_read_again(at_desk, worker, trainer, version):
    taken_back = {"withdrawn_at": timezone.now(), "withdrawn_by": trainer, "withdrawn_reason": "Another person was meant."}
    CompletionFactory(person=worker, version=version, **taken_back)

    page = at_desk.get(MINE).text

    assert "Certificate" not in page
    assert f'href="{LESSON}">Start' in page


def test_begun_again_the_first_lesson_opens_and_what_was_done_stays(at_desk, worker, version):
    LearningPlaceFactory(person=worker, version=version, lessons_done=[1, 2], checks_done=["ask-first"])
    CompletionFactory(person=worker, version=version)

    answer = at_desk.post(reverse("training:module-again", args=["why-vein-care"]))

    assert answer.url == LESSON
    assert LearningPlace.objects.get().lessons_done == []
    assert Completion.objects.standing().count() == 1


def test_begun_again_on_the_day_it_was_done_it_goes_on_where_days_begin_elsewhere_too(worker, version):
    """At noon of the day before in Greenwich, Auckland begins this day."""
    worker.usual_site.time_zone = "Pacific/Auckland"
    worker.usual_site.save()
    noon = datetime.datetime(2026, 9, 7, 13, tzinfo=datetime.UTC)
    CompletionFactory(person=worker, version=version, completed_on=datetime.date(2026, 9, 8))
    LearningPlaceFactory(person=worker, version=version, lessons_done=[1], lesson=2, restarted_at=noon, moved_at=noon)

    mine = present_mine(worker, now=noon)

    assert [row.title for row in mine["going_on"]] == [version.title]


def test_what_was_begun_in_an_earlier_version_is_said(at_desk, worker, version):
    LearningPlaceFactory(person=worker, version=version, lessons_done=[1], lesson=2, screen=1)
    CourseFactory(versions=[ModuleVersionFactory(slug="why-vein-care", number=2)])

    page = at_desk.get(MINE).text

    assert f'href="{reverse("lessons:lesson", args=["why-vein-care", 1, 2])}#step-1">Go on with the earlier version' in page
    assert page.index('id="going-on"') < page.index("It has been rewritten since you began.")

    assert "It has been rewritten since you began." in page
    assert reverse("lessons:lesson", args=["why-vein-care", 2, 1]) in page


def test_whoever_is_asked_for_the_new_version_is_not_led_to_the_earlier_one(at_desk, worker, version):
    LearningPlaceFactory(person=worker, version=version, lessons_done=[1], lesson=2, screen=1)
    CourseFactory(versions=[ModuleVersionFactory(slug="why-vein-care", number=2)])
    AssignmentFactory(person=worker, module=version.module)

    page = at_desk.get(MINE).text

    assert "Go on with the earlier version" not in page
    assert reverse("lessons:lesson", args=["why-vein-care", 2, 1]) in page


def test_an_invitation_is_seen_by_who_is_invited(at_desk, client, worker, trainer):
    event = TrainingEventFactory(organisation=worker.organisation, title="An afternoon on water", held_on=in_days(4), made_by=trainer)
    AttendanceFactory(event=event, person=worker)

    assert "An afternoon on water" in at_desk.get(MINE).text


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_the_database_as_often_for_three_modules_as_for_one(client, worker, trainer, count, django_assert_max_num_queries):
    versions = [ModuleVersionFactory() for _each in range(count * 3)]
    CourseFactory(versions=versions)
    for version in versions[:count]:
        asked(worker, trainer, version, due_on=in_days(1))
    for version in versions[count : 2 * count]:
        LearningPlaceFactory(person=worker, version=version)
    for version in versions[2 * count :]:
        CompletionFactory(person=worker, version=version)
    client.force_login(worker)

    with django_assert_max_num_queries(18):
        page = client.get(MINE).text

    assert all(version.title in page for version in versions)


# Lessons


def test_a_lesson_is_the_same_bytes_for_everyone_names_nobody_and_sets_no_cookie(worker, trainer, version):
    answers = []
    for person in [worker, trainer]:
        client = Client()
        client.force_login(person)
        client.get(MINE)
        known = set(client.cookies)
        answers.append(client.get(LESSON))
        assert set(client.cookies) == known
        assert not answers[-1].cookies

    one, other = answers
    assert one.content == other.content
    assert not any(secret in one.text for secret in ["Jo Marsh", "Harbour", "csrf", device_key(worker)])
    assert one["Cache-Control"] == "private, no-cache"
    assert client.get(LESSON, headers={"If-None-Match": one["ETag"]}).status_code == 304


def test_without_scripts_a_lesson_reads_from_top_to_bottom_with_scenes_and_sources(at_desk, version):
    last = at_desk.get(reverse("lessons:lesson", args=["why-vein-care", 1, 2])).text

    assert "Three" in last and "A last fact" in last
    assert "<summary>Ask first.</summary>" in last and "It leaves the choice with the person." in last
    assert 'id="source-K-T3"' in last
    assert reverse("training:lesson-done", args=["why-vein-care", 1, 2]) in last


def test_an_earlier_version_can_still_be_read_and_says_so(at_desk, version):
    before = at_desk.get(LESSON)
    CourseFactory(versions=[ModuleVersionFactory(slug="why-vein-care", number=2)])

    after = at_desk.get(LESSON)

    assert "rewritten since" not in before.text
    assert "rewritten since" in after.text
    assert before["ETag"] != after["ETag"]


def test_the_picture_of_a_card_that_is_recalled_goes_from_lessons_that_were_shown_before(at_desk, editor, version):
    card = CardVersionFactory(slug="ampoule")
    ReleaseFactory(versions=[card])
    Lesson.objects.create(version=version, position=3, title="With a picture", body="## One\n\n![A card](card:ampoule)\n")
    address = reverse("lessons:lesson", args=["why-vein-care", 1, 3])
    assert 'alt="A card"' in at_desk.get(address).text

    recall_card(card=card.card, by=editor, reason="It was wrong.")
    assert 'alt="A card"' not in at_desk.get(address).text
    assert "Picture: A card" in at_desk.get(address).text


@pytest.mark.parametrize("parts", [("why-vein-care", 1, 3), ("why-vein-care", 2, 1), ("made-up", 1, 1), ("draft", 1, 1)])
def test_a_lesson_that_is_not_there_is_not_found(at_desk, version, parts):
    ModuleVersionFactory(slug="draft")

    assert at_desk.get(reverse("lessons:lesson", args=parts)).status_code == 404


def test_without_scripts_a_button_notes_the_lesson_and_at_last_the_module_is_done(at_desk, worker, version):
    first = at_desk.post(reverse("training:lesson-done", args=["why-vein-care", 1, 1]))
    assert first.url == reverse("lessons:lesson", args=["why-vein-care", 1, 2])
    assert not Completion.objects.exists()

    last = at_desk.post(reverse("training:lesson-done", args=["why-vein-care", 1, 2]), follow=True)
    assert "“Why vein care” is done. Your certificate is below." in last.text
    assert Completion.objects.get().person == worker


# What devices ask and say


def test_a_device_learns_its_key_and_places_and_nobody_learns_anything_signed_out(client, worker, version):
    LearningPlaceFactory(person=worker, version=version, lesson=2)
    assert client.get(ME).json() == {"signed_in": False, "sign_in_url": reverse("account_login")}

    client.force_login(worker)
    answer = client.get(ME)
    body = answer.json()

    assert "no-store" in answer["Cache-Control"]
    assert body["learner"] == device_key(worker) and str(worker.pk) != body["learner"]
    assert [(row["module"], row["version"], row["lesson"]) for row in body["places"]] == [("why-vein-care", 1, 2)]


def test_places_are_taken_up_and_the_answer_says_how_they_stand_now(at_desk, worker, version):
    LearningPlaceFactory(person=worker, version=version, lessons_done=[2])

    body = hand_in(at_desk, worker, place(lessons_done=[1], checks_done=["ask-first"]), place(module="made-up")).json()

    [stands] = body["places"]
    assert (stands["lessons_done"], stands["checks_done"]) == ([1, 2], ["ask-first"])
    assert body["unknown"] == [{"module": "made-up", "version": 1}]
    assert body["done"] == [{"module": "why-vein-care", "version": 1}]
    assert Completion.objects.get().mode == "online"


def test_places_of_somebody_else_are_refused_whole(at_desk, other_worker, version):
    answer = hand_in(at_desk, other_worker, place())

    assert answer.status_code == 409
    assert not LearningPlace.objects.exists()


def test_places_kept_under_an_earlier_secret_are_taken_up(at_desk, worker, version, settings):
    key = device_key(worker)
    cookies = at_desk.cookies
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a newer secret"
    client = Client()
    client.cookies = cookies
    client.force_login(worker)

    assert key != device_key(worker)
    assert hand_in(client, worker, place(), learner=key).status_code == 200


BAD = [
    b"",
    b"[]",
    b"null",
    b'{"learner": "KEY"}',
    b'{"learner": "KEY", "places": {}}',
    b'{"learner": "KEY", "places": [1]}',
    b'{"learner": "KEY", "places": [{"module": "why-vein-care"}]}',
    json.dumps({"learner": "KEY", "places": [place()] * 61}).encode(),
    json.dumps({"learner": "KEY", "places": [place(module="why\x00")]}).encode(),
    json.dumps({"learner": "KEY", "places": [place(lesson=-1)]}).encode(),
    json.dumps({"learner": "KEY", "places": [place(lesson="one")]}).encode(),
    json.dumps({"learner": "KEY", "places": [place(lessons_done=7)]}).encode(),
    json.dumps({"learner": "KEY", "places": [place(moved_ms_ago=float("nan"))]}).encode(),
    b"[" * 5000,
    b"x" * 70_000,
]


@pytest.mark.parametrize("body", BAD, ids=range(len(BAD)))
def test_what_cannot_be_read_is_refused_with_a_sentence(at_desk, worker, version, body):
    answer = at_desk.post(PLACES, body.replace(b"KEY", device_key(worker).encode()), content_type="application/json")

    assert answer.status_code == 422
    assert answer.json()["message"] == "This could not be read. Open the lesson again."
    assert not LearningPlace.objects.exists()


def test_sending_needs_the_token_of_a_page_of_ours(worker, version):
    client = Client(enforce_csrf_checks=True)
    client.force_login(worker)
    body = json.dumps({"learner": device_key(worker), "places": [place()]})

    assert client.post(PLACES, body, content_type="application/json").status_code == 403
    token = client.get(ME).json()["csrf"]
    assert client.post(PLACES, body, content_type="application/json", headers={"X-CSRFToken": token}).status_code == 200


# As a file


def test_the_file_holds_everything_about_oneself_and_nothing_about_others(at_desk, worker, other_worker, trainer, version):
    asked(worker, trainer, version, note="For all of us.")
    LearningPlaceFactory(person=worker, version=version, checks_done=["ask-first"])
    CompletionFactory(person=worker, version=version)
    CompletionFactory(person=other_worker, version=version)
    AttendanceFactory(event=TrainingEventFactory(organisation=worker.organisation), person=worker)
    OwnChoices.objects.create(person=worker, is_peer=True)

    answer = at_desk.post(reverse("training:my-file"))
    body = answer.json()

    assert "attachment" in answer["Content-Disposition"]
    assert [len(body[part]) for part in ["asked", "places", "done", "events"]] == [1, 1, 1, 1]
    assert body["choices"]["is_peer"] and body["asked"][0]["note"] == "For all of us."
    assert "Sam Reed" not in answer.text
    assert AuditEvent.objects.get(type="own_data.taken").details == {"kind": "training"}


def test_everything_that_training_holds_about_a_person_is_in_the_file():
    """A new table that points at people has to be thought of here."""
    from django.apps import apps

    from vein_care.accounts.models import User

    pointing = {
        model.__name__
        for model in apps.get_app_config("training").get_models()
        for field in model._meta.get_fields()
        if field.is_relation and field.related_model is User and getattr(field, "name", "") == "person"
    }

    assert {"Assignment", "Attendance", "Completion", "LearningPlace", "OwnChoices"} <= pointing
    assert AssignmentRound.__name__ not in pointing
