"""The one notice of an organisation."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from sessions import notices
from sessions.models import Notice
from tests.factories import NoticeFactory
from vein_care.accounts.models import AuditEvent

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2026, 11, 21)


@pytest.fixture
def put_up(client, administrator):
    client.force_login(administrator)

    def post(**changes):
        today = timezone.localdate()
        data = {"text": "Strong stuff about.", "starts_on": today.isoformat(), "ends_on": (today + datetime.timedelta(days=7)).isoformat()}
        return client.post(reverse("sessions:notice", args=[administrator.organisation_id]), data | changes)

    return post


def problems(**changes):
    data = {"text": "Strong stuff about.", "starts_on": "2026-11-21", "ends_on": "2026-11-28"} | changes
    form = notices.NoticeForm(data, instance=Notice(), today=TODAY)
    return {name: [str(error) for error in errors] for name, errors in form.errors.items()}


def test_notice_is_put_up_and_audited(put_up, administrator):
    put_up(text="  Strong\nstuff  about. ")

    notice = Notice.objects.get()
    assert (notice.text, notice.organisation, notice.created_by) == ("Strong stuff about.", administrator.organisation, administrator)
    event = AuditEvent.objects.get(type="notice.published")
    assert (event.details["replaced"], event.details["starts_on"]) == (False, timezone.localdate().isoformat())


def test_new_notice_takes_the_place_of_the_one_that_stands(put_up, administrator):
    earlier = NoticeFactory(organisation=administrator.organisation)

    put_up(text="Something else.")

    earlier.refresh_from_db()
    assert earlier.withdrawn_by == administrator
    assert [notice.text for notice in Notice.objects.standing()] == ["Something else."]
    assert AuditEvent.objects.get(type="notice.published").details["replaced"] is True


def test_notice_of_another_organisation_stays_when_one_is_put_up(put_up):
    elsewhere = NoticeFactory()

    put_up()

    assert elsewhere in Notice.objects.standing()


def test_notice_is_taken_down_once(client, put_up, administrator):
    put_up()
    address = reverse("sessions:notice-withdraw", args=[administrator.organisation_id])

    client.post(address)
    client.post(address)

    assert not Notice.objects.standing().exists()
    assert AuditEvent.objects.filter(type="notice.withdrawn").count() == 1


def test_days_that_make_sense_are_no_problem():
    assert problems() == {}
    assert problems(ends_on="2026-11-21") == {}
    assert problems(ends_on="2027-02-21") == {}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"text": " "}, {"text": ["Enter what everybody needs to know."]}),
        ({"text": "a" * 301}, {"text": ["Keep it to 300 letters."]}),
        ({"starts_on": ""}, {"starts_on": ["Enter the first day."]}),
        ({"ends_on": "soon"}, {"ends_on": ["Enter a day, such as 2026-11-21."]}),
        ({"ends_on": "2026-11-20"}, {"ends_on": ["The last day is before the first. Change one of them."]}),
        ({"starts_on": "2026-11-01", "ends_on": "2026-11-20"}, {"ends_on": ["This day is over. Enter today or a later day."]}),
        (
            {"ends_on": "2027-02-22"},
            {"ends_on": ["A notice can stay for three months at most. It can be put up again after that."]},
        ),
    ],
)
def test_notice_is_refused_with_one_sentence(changes, expected):
    assert problems(**changes) == expected


def test_page_begins_with_today_and_shows_what_stands(client, put_up, administrator):
    put_up()

    response = client.get(reverse("sessions:notice", args=[administrator.organisation_id]))

    assert f'value="{timezone.localdate().isoformat()}"' in response.text
    assert "Up now" in response.text


def test_last_day_of_the_calendar_is_a_day_like_any_other():
    assert problems(starts_on="9999-12-31", ends_on="9999-12-31") == {}
