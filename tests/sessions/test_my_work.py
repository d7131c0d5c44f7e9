"""sessions/my_work.py, sessions/voiding.py and their pages: a worker sees their own sessions, and can take back what just came in."""

import datetime
import time

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from sessions import my_work, voiding
from sessions.models import CardSession
from tests.factories import AreaDiscussedFactory, CardSessionFactory, HandInFactory, ResourceGivenFactory, SiteFactory
from vein_care.accounts.models import AuditEvent

pytestmark = pytest.mark.django_db

ADDRESS = "/sessions/mine/"


@pytest.fixture
def own(site, worker):
    """own(hours=1, **fields): a session of the worker that came in so many hours ago; hours=None: when is not known any more."""

    def make(*, hours=1, **fields):
        session = CardSessionFactory(**{"site": site, "delivered_by": worker} | fields)
        received_at = None if hours is None else timezone.now() - datetime.timedelta(hours=hours)
        HandInFactory(session=session, received_at=received_at)
        return session

    return make


@pytest.fixture
def signed_in(client, worker):
    client.force_login(worker)
    return client


def days_ago(days):
    return timezone.localdate() - datetime.timedelta(days=days)


def sentences(response):
    return [period.sentence for period in response.context["periods"]]


# Counts


def test_today_and_the_last_30_days_are_counted_in_sentences(signed_in, own):
    own(held_on=days_ago(0))
    own(held_on=days_ago(0), outcome="declined")
    own(held_on=days_ago(29), outcome="cut_short")
    own(held_on=days_ago(30))

    assert sentences(signed_in.get(ADDRESS)) == [
        "2 written down: 1 held, 1 not today.",
        "3 written down: 1 held, 1 stopped early, 1 not today.",
    ]


def test_areas_and_resources_are_counted_in_the_order_of_the_cards(signed_in, own):
    for area in ["water", "acids", "water"]:
        AreaDiscussedFactory(session=own(areas_recorded=True), area_id=area)
    for code, quantity in [("water_ampoules", 10), ("water_ampoules", None), ("hand_wipes", None)]:
        ResourceGivenFactory(session=own(resources_recorded=True), resource_id=code, quantity=quantity)
    ResourceGivenFactory(session=own(resources_recorded=True), resource_id="foil", status="none_left")

    shown = signed_in.get(ADDRESS).context

    assert shown["areas"] == [("Citric and vit C", "1 time"), ("Water", "2 times")]
    assert shown["resources"] == [("Hand wipes", "1 time"), ("Water ampoules", "2 times, 10 counted")]


def test_nobody_elses_work_and_nothing_voided_is_counted(signed_in, own, worker, other_worker):
    voided = own(areas_recorded=True, voided_at=timezone.now(), voided_by=worker, voided_reason="trial")
    AreaDiscussedFactory(session=voided)
    AreaDiscussedFactory(session=own(areas_recorded=True, delivered_by=other_worker))
    own(site=SiteFactory())

    shown = signed_in.get(ADDRESS)

    assert sentences(shown) == ["Nothing written down yet.", "Nothing written down yet."]
    assert shown.context["areas"] == []
    assert [row["pk"] for row in shown.context["sessions"]] == [voided.pk]


def test_today_is_the_date_where_the_worker_works(worker, site):
    site.time_zone = "Pacific/Auckland"
    just_before_midnight_in_london = datetime.datetime(2026, 1, 10, 23, 30, tzinfo=datetime.UTC)

    assert my_work.today_of(worker, now=just_before_midnight_in_london) == datetime.date(2026, 1, 11)


# The list


def test_list_says_what_was_recorded_last_written_down_first(signed_in, own):
    AreaDiscussedFactory(session=own(held_on=days_ago(2), areas_recorded=True), area_id="water")
    own(held_on=days_ago(40), areas_recorded=True)
    own(held_on=days_ago(1), outcome="declined", part_of_day="night")

    rows = signed_in.get(ADDRESS).context["sessions"]

    assert [(row["held_on"], row["part_of_day"], row["outcome"], row["areas"]) for row in rows] == [
        (days_ago(1), "Night", "Not today", ""),
        (days_ago(40), "Evening", "Held", "None of the areas"),
        (days_ago(2), "Evening", "Held", "Water"),
    ]


def test_support_contact_of_the_usual_site_is_shown(signed_in, site):
    site.support_contact = "Pat, 0117 496 0000"
    site.save()

    assert "Pat, 0117 496 0000" in signed_in.get(ADDRESS).text


@pytest.mark.parametrize("sessions", [1, 3])
def test_my_work_query_count_is_constant(signed_in, own, sessions, django_assert_num_queries):
    for _number in range(sessions):
        AreaDiscussedFactory(session=own(areas_recorded=True))

    with django_assert_num_queries(11):
        response = signed_in.get(ADDRESS)

    assert len(response.context["sessions"]) == sessions


def test_ten_thousand_own_sessions_do_not_slow_the_page_down(signed_in, worker, site):
    fill(worker, site, sessions=10_000)
    response = signed_in.get(ADDRESS)

    wall_ms, own_ms = map(min, zip(*(milliseconds(lambda: signed_in.get(ADDRESS)) for _time in range(5)), strict=True))

    print(f"my work with 10,000 own sessions: {wall_ms:.0f} ms, {own_ms:.0f} ms of it outside the database")
    assert sentences(response) == ["25 written down: 25 held.", "750 written down: 750 held."]
    assert response.context["page"].paginator.count == 10_000
    # The budget is 100 ms. Other programs of this machine may take their share of the wall clock, not of our own.
    assert own_ms < 100
    assert wall_ms < 1000


def milliseconds(call):
    """(by the wall clock, of this process)"""
    before, own_before = time.perf_counter(), time.process_time()
    call()
    return 1000 * (time.perf_counter() - before), 1000 * (time.process_time() - own_before)


def fill(worker, site, *, sessions):
    """All at once. What is done for each row by itself, as counting, is left out: it takes a minute, and the page does not see it."""
    with connection.cursor() as cursor:
        for table in ["cardsession", "areadiscussed", "resourcegiven"]:
            cursor.execute(f"ALTER TABLE care_sessions_{table} DISABLE TRIGGER USER")
        cursor.execute(
            """
            WITH session AS (
                INSERT INTO care_sessions_cardsession (organisation_id, site_id, delivered_by_id, submitted_by_id, held_on, part_of_day,
                    setting_id, outcome, moment_id, areas_recorded, resources_recorded, signposts_recorded, entry, clock_flag, voided_reason)
                SELECT %s, %s, %s, %s, %s::date - n %% 400, 'evening', 'van', 'held', 'not_asked', true, true, false, 'tablet', '', ''
                FROM generate_series(1, %s) AS n RETURNING id
            ), hand_in AS (
                INSERT INTO care_sessions_handin (record_id, digest, fate, received_at, session_id)
                SELECT gen_random_uuid(), sha256(id::text::bytea), 'stored', now(), id FROM session
            ), resource AS (
                INSERT INTO care_sessions_resourcegiven (session_id, resource_id, status, quantity)
                SELECT id, 'water_ampoules', 'given', 10 FROM session
            )
            INSERT INTO care_sessions_areadiscussed (session_id, area_id, mattered_most) SELECT id, 'water', false FROM session
            """,
            [site.organisation_id, site.pk, worker.pk, worker.pk, days_ago(0), sessions],
        )
        for table in ["cardsession", "handin", "areadiscussed", "resourcegiven"]:
            cursor.execute(f"ANALYZE care_sessions_{table}")


# Voiding


def void(client, session, reason="twice"):
    return client.post(reverse("sessions:session-void", args=[session.pk]), {"reason": reason}, follow=True)


def test_voiding_keeps_the_row_and_says_when_by_whom_and_why(signed_in, own, worker):
    session = own()

    response = void(signed_in, session)

    session.refresh_from_db()
    assert (session.voided_by, session.voided_reason) == (worker, "twice")
    assert timezone.now() - session.voided_at < datetime.timedelta(minutes=1)
    assert "Voided. It counts nowhere now." in response.text
    assert "Voided: Written down twice" in response.text
    event = AuditEvent.objects.get(type="session.voided")
    assert (event.actor_id, event.target_id, event.organisation_id, event.details) == (
        worker.pk,
        str(session.pk),
        session.organisation_id,
        {"why": "twice"},
    )


def test_page_asks_before_anything_is_voided(signed_in, own):
    session = own()

    asked = signed_in.get(reverse("sessions:session-void", args=[session.pk]))
    unanswered = void(signed_in, session, reason="")

    assert asked.status_code == 200
    assert unanswered.context["form"].errors == {"reason": ["Choose why it should not count."]}
    assert CardSession.objects.counted().count() == 1


@pytest.mark.parametrize(("hours", "is_open"), [(23.9, True), (24.01, False), (None, False)])
def test_own_session_can_be_voided_for_24_hours_after_it_came_in(signed_in, own, hours, is_open):
    session = own(hours=hours)

    rows = signed_in.get(ADDRESS).context["sessions"]
    response = void(signed_in, session)

    assert [row["is_voidable"] for row in rows] == [is_open]
    assert CardSession.objects.counted().exists() is not is_open
    assert ("This came in more than 24 hours ago. Ask your coordinator to void it." in response.text) is not is_open


def test_voiding_twice_says_so_and_changes_nothing(signed_in, own):
    session = own()
    void(signed_in, session)

    response = void(signed_in, session, reason="trial")

    session.refresh_from_db()
    assert session.voided_reason == "twice"
    assert "This is voided already." in response.text
    assert AuditEvent.objects.filter(type="session.voided").count() == 1


def test_of_two_presses_of_the_button_one_counts(own, worker):
    session = own()
    loaded = [my_work.own_sessions(worker).get(pk=session.pk) for _press in range(2)]
    now = timezone.now()
    voiding.void_own_session(session=loaded[0], reason="twice", by=worker, now=now)

    with pytest.raises(voiding.NotVoidable, match="voided already"):
        voiding.void_own_session(session=loaded[1], reason="trial", by=worker, now=now)

    assert AuditEvent.objects.filter(type="session.voided").count() == 1


def test_session_of_a_colleague_does_not_exist_here(signed_in, own, other_worker):
    theirs = own(delivered_by=other_worker)

    assert void(signed_in, theirs).status_code == 404
    assert CardSession.objects.counted().count() == 1


def test_what_was_written_down_afterwards_can_be_voided_as_well(signed_in, site):
    sent = {"held_on": days_ago(300).isoformat(), "part_of_day": "night", "site": site.pk, "setting": "van", "outcome": "held"}
    signed_in.post(reverse("sessions:session-new"), sent)
    session = CardSession.objects.get()

    void(signed_in, session, reason="by_mistake")

    session.refresh_from_db()
    assert session.voided_reason == "by_mistake"
