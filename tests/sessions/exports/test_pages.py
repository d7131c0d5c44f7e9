"""The pages of exports: what is asked for and refused, and that one export cannot take the place of another."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from sessions.exports import asking, running
from sessions.models import Export
from sessions.periods import ONE_DAY, QUARTER, last_over
from tests.factories import CardSessionFactory, ExportFactory, SiteFactory, SummaryRulesFactory, UserFactory
from tests.sessions.exports.taking import DAYS, ask, begin, read_csv, take
from vein_care.accounts.models import AuditEvent

START = "/sessions/exports/"


def page_of(answer):
    return answer.content.decode()


def errors(client, query=DAYS, **values):
    posted = {"what": "sessions", "file_format": "csv", "reason": "To plan the winter"} | values
    answer = client.post(f"{START}?{query}", posted)
    assert answer.status_code == 200 and not Export.objects.exists()
    return answer.context["form"].errors | answer.context["filter"].errors


def test_what_will_be_in_it_is_said_first(desk, full_session):
    page = page_of(desk.get(f"{START}?{DAYS}"))

    assert "<strong>1</strong> row, if you take sessions row by row" in page
    assert "Left out: 0 voided sessions" in page
    assert "Not for sharing." in page
    assert "1 July to 30 September 2026, all sites and settings" in page


def test_without_anything_said_it_is_to_share(desk, full_session):
    page = page_of(desk.get(START))

    assert "The summary, to share" in page
    assert "if you take sessions row by row" not in page


def test_what_was_asked_for_is_kept_and_its_page_begins_it_once(desk, full_session, coordinator):
    answer = desk.post(f"{START}?{DAYS}", {"what": "sessions", "file_format": "zip", "reason": "  Stock\u00a0for the winter ", "with_day": "on"})

    export = Export.objects.get()
    assert answer.url == f"{START}{export.pk}/?begin"
    assert (export.organisation, export.asked_by, export.state) == (coordinator.organisation, coordinator, "ready")
    assert (export.what, export.file_format, export.reason) == ("sessions", "zip", "Stock for the winter")
    assert export.with_day and export.is_inside
    assert (export.expected, export.query) == (1, DAYS)
    assert "data-begins" in page_of(desk.get(answer.url))
    assert "data-begins" not in page_of(desk.get(f"{START}{export.pk}/"))


def test_sessions_need_a_reason_and_the_summary_needs_none(desk):
    assert errors(desk, reason="  ") == {"reason": ["Write what it is for, in one sentence, such as “Stock for the winter”."]}
    assert ask(desk, what="summary", reason="").reason == ""


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("view=inside&from=2026-09-30&to=2026-07-01", "to"),
        ("view=inside&from=0001-01-01&to=2026-07-01", "from"),
        ("view=inside&from=2026-07-01&to=9999-12-31", "to"),
        ("view=inside&from=2026-07-01'; DROP TABLE x; --&to=2026-09-30", "from"),
        ("view=inside&from=2026-07-01&to=2026-09-30&site=999999999", "site"),
        ("view=inside&from=2026-07-01&to=2026-09-30&setting=spaceship", "setting"),
    ],
)
def test_wrong_days_and_places_are_said_and_nothing_is_made(desk, query, field):
    assert list(errors(desk, query=query)) == [field]


def test_a_site_of_others_is_as_unknown_as_one_that_is_not_there(desk):
    elsewhere = SiteFactory()

    assert errors(desk, query=f"{DAYS}&site={elsewhere.pk}") == errors(desk, query=f"{DAYS}&site=999999999")


@pytest.mark.parametrize("values", [{"what": "people"}, {"what": ""}, {"file_format": "pdf"}, {"file_format": ""}, {"reason": "x" * 201}])
def test_other_nonsense_is_said_at_its_field(desk, values):
    assert list(errors(desk, **values)) == list(values)


def test_sessions_cannot_be_had_in_the_view_to_share(desk):
    assert "inside only" in errors(desk, query="view=share&period=2026-q3")["what"][0]


@pytest.mark.parametrize("days", ["from=2026-09-01&to=2026-09-01", "from=2026-09-01&to=2026-09-06"])
def test_sessions_of_less_than_a_week_are_not_told_by_their_days_unless_asked_for(desk, days):
    query = f"view=inside&{days}"

    assert "Choose seven days or more, or tick this." in errors(desk, query=query)["with_day"][0]
    assert ask(desk, query=query, with_day="on").with_day
    assert ask(desk, query=query, what="summary", reason="").what == "summary"
    assert not ask(desk, query="view=inside&from=2026-09-01&to=2026-09-07").with_day


def test_a_workbook_is_not_begun_with_more_rows_than_it_holds(desk, full_session, monkeypatch):
    CardSessionFactory(site=full_session.site, held_on=full_session.held_on)
    monkeypatch.setattr(asking, "MOST_ROWS", 1)

    assert "Choose CSV or ZIP" in errors(desk, file_format="xlsx")["file_format"][0]
    assert ask(desk, file_format="csv").expected == 2


def test_deleted_sessions_are_not_expected(desk, full_session, organisation):
    SummaryRulesFactory(organisation=organisation, kept_from=datetime.date(2026, 10, 1))

    assert "Sessions before 1 October 2026 are deleted" in page_of(desk.get(f"{START}?{DAYS}"))
    assert ask(desk).expected == 0


def test_pressed_twice_it_is_one_export(desk):
    assert ask(desk) == ask(desk)


def test_a_file_is_made_once(desk, full_session):
    export = ask(desk)
    assert begin(desk, export).getvalue()

    answer = begin(desk, export)

    assert answer.status_code == 302
    assert "begun already" in page_of(desk.get(answer.url))
    assert AuditEvent.objects.filter(type="export.begun").count() == 1


def test_an_export_of_yesterday_is_not_begun(desk):
    export = ask(desk)
    Export.objects.filter(pk=export.pk).update(asked_at=timezone.now() - datetime.timedelta(days=1))

    assert "too old" in page_of(desk.post(f"{START}{export.pk}/file/", follow=True))


def test_a_service_has_so_many_exports_under_way_at_once(desk, settings, full_session, coordinator):
    settings.EXPORTS_AT_ONCE = 2
    now = timezone.now()
    for _number in range(2):
        ExportFactory(organisation=coordinator.organisation, asked_by=coordinator, state="running", began_at=now, seen_at=now)
    ExportFactory(state="running", began_at=now, seen_at=now)
    waiting = ask(desk)

    page = page_of(desk.post(f"{START}{waiting.pk}/file/", follow=True))

    assert "as many exports under way as there can be at once" in page
    Export.objects.filter(state="running").update(seen_at=now - datetime.timedelta(minutes=5))
    assert begin(desk, waiting).getvalue()


def test_a_web_process_keeps_threads_for_pages(desk, settings, full_session):
    settings.EXPORTS_AT_ONCE_OF_A_PROCESS = 1
    first = begin(desk, ask(desk))
    second = ask(desk, file_format="zip")

    refused = page_of(desk.post(f"{START}{second.pk}/file/", follow=True))

    assert "Several exports are being made at this moment." in refused
    first.getvalue()
    assert begin(desk, second).getvalue()


def test_how_far_it_is_can_be_asked(desk, full_session):
    export = ask(desk)
    before = desk.get(f"{START}{export.pk}/how-far/").json()
    begin(desk, export).getvalue()

    assert before == {"state": "ready", "rows": 0, "expected": 1, "sentence": "Ready to begin: about 1 row."}
    assert desk.get(f"{START}{export.pk}/how-far/").json() == {"state": "complete", "rows": 1, "expected": 1, "sentence": "Complete: 1 row."}


def test_nobody_else_has_the_page_the_file_or_the_stop_button(desk, full_session, organisation):
    export = ask(desk)
    colleague, stranger = UserFactory(organisation=organisation, roles=["coordinator"]), UserFactory(roles=["coordinator"])
    for person in [colleague, stranger]:
        client = Client()
        client.force_login(person)
        assert client.get(f"{START}{export.pk}/").status_code == 404
        assert client.get(f"{START}{export.pk}/how-far/").status_code == 404
        assert client.post(f"{START}{export.pk}/file/").status_code == 404
        assert client.post(f"{START}{export.pk}/stop/").status_code == 404


def test_colleagues_see_that_it_was_taken_and_others_do_not(desk, full_session, organisation, coordinator):
    take(desk)
    colleague, stranger = UserFactory(organisation=organisation, roles=["coordinator"]), UserFactory(roles=["coordinator"])

    pages = []
    for person in [colleague, stranger]:
        client = Client()
        client.force_login(person)
        pages.append(page_of(client.get(START)))

    assert "Cass Lowe" in pages[0] and "Complete: 1 row." in pages[0]
    assert "Cass Lowe" not in pages[1]


def test_somebody_programme_wide_takes_what_is_to_share(transactional_db, client, editor, site):
    CardSessionFactory.create_batch(2, site=site, held_on=last_over(QUARTER, today=timezone.localdate() - ONE_DAY).first)
    client.force_login(editor)

    content = take(client, query="", what="summary", reason="")

    notes, _rows = read_csv(content)
    assert "all services" in notes[0]
    assert any("What 1 service hides is not counted in: of some things there was more." in note for note in notes)
    export = Export.objects.get()
    assert (export.organisation, export.is_inside, export.state) == (None, False, "complete")
    assert client.post(START, {"what": "sessions", "file_format": "csv", "reason": "x"}).context["form"].errors.keys() == {"what"}


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_statements_is_constant(desk, coordinator, count, django_assert_num_queries):
    ExportFactory.create_batch(count, organisation=coordinator.organisation, asked_by=coordinator)
    desk.get(f"{START}?{DAYS}")

    with django_assert_num_queries(12):
        desk.get(f"{START}?{DAYS}")


def test_stop_of_what_does_not_run_says_so(desk):
    export = ask(desk)

    assert "There was nothing to stop." in page_of(desk.post(f"{START}{export.pk}/stop/", follow=True))
    assert running.stop(export) is False
