"""What every hand-in does and does not do: cookies, caches, statements, logs."""

import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sessions.models import (
    CardSession,
    Tablet,
)
from sessions.views import record_hand_in
from tests.factories import SiteFactory
from tests.sessions.tablet import not_taken_up, seal
from vein_care import memory

pytestmark = pytest.mark.django_db


def test_contact_and_unsent_count_are_kept(tablet):
    Tablet.objects.update(last_contact_at=None)

    tablet.hand_in(tablet.record())

    row = Tablet.objects.get()
    assert (row.unsent, row.window_records) == (3, 1)
    assert timezone.now() - row.last_contact_at < datetime.timedelta(minutes=1)


@pytest.mark.parametrize(("header", "kept"), [("", 7), ("-1", 7), ("many", 7), ("9" * 40, 7), ("0", 0), ("999999999", 1_000_000)])
def test_strange_unsent_count_changes_nothing(tablet, header, kept):
    Tablet.objects.update(unsent=7)

    response = tablet.send(seal(tablet.record()), headers={"Tablet-Unsent": header})

    assert (response.status_code, Tablet.objects.get().unsent) == (201, kept)


def test_no_cookie_is_needed_looked_at_or_set(tablet, stranger, django_assert_max_num_queries):
    tablet.client.force_login(stranger)
    tablet.hand_in(tablet.record())

    with django_assert_max_num_queries(12) as queries:
        response = tablet.hand_in(tablet.record())

    assert response.cookies == {}
    assert response.headers.get("Vary") is None
    assert not any("django_session" in query["sql"] for query in queries.captured_queries)
    assert set(CardSession.objects.values_list("delivered_by", flat=True)) == {tablet.worker.pk}


def test_no_csrf_token_is_needed(tablet):
    response = tablet.hand_in(tablet.record(), client=Client(enforce_csrf_checks=True))

    assert response.status_code == 201


@pytest.mark.parametrize("method", ["get", "head", "put", "patch", "delete", "options"])
def test_only_post_hands_in(tablet, method):
    response = getattr(tablet.client, method)(reverse("sessions:record-hand-in"))

    assert (response.status_code, response.headers["Allow"], response.headers["Content-Type"]) == (405, "POST", "application/json")


def test_answers_are_never_kept_by_caches(tablet):
    answers = [tablet.hand_in(tablet.record()), tablet.send(b"x"), tablet.send(b"x", headers={"Authorization": ""})]

    assert [answer.headers["Cache-Control"] for answer in answers] == ["no-store"] * 3


def test_statements_of_a_hand_in_are_constant_and_few(tablet, django_assert_num_queries):
    first, full, small = tablet.record(), tablet.record(), tablet.record(session=not_taken_up())
    tablet.hand_in(tablet.record())  # the first on a connection also tells PostgreSQL the statements
    memory.forget()

    with django_assert_num_queries(5):  # one more each for codes and sites, one for the deck, which are remembered from then on
        assert tablet.hand_in(first).status_code == 201
    with django_assert_num_queries(2):
        assert tablet.hand_in(full).status_code == 201
    with django_assert_num_queries(2):
        assert tablet.hand_in(small).status_code == 201


@pytest.mark.parametrize("bad_fields", [["setting"], ["setting", "moment", "reason", "length_band", "areas", "signposts", "site"]])
def test_statements_of_a_quarantined_hand_in_are_bounded(tablet, bad_fields, django_assert_max_num_queries):
    strange = {"site": 999_999, "areas": ["spaceship"] * 10, "signposts": ["spaceship"]}
    session = {name: strange.get(name, "spaceship") for name in bad_fields}

    with django_assert_max_num_queries(15):
        response = tablet.hand_in(tablet.record(session=session))

    assert response.status_code == 202


def test_nothing_of_a_session_is_logged(tablet, caplog):
    caplog.set_level("DEBUG", logger="django.request")
    record = tablet.record(session={"moment": "after_hospital", "setting": "spaceship"})

    tablet.hand_in(record)
    tablet.send(b"after_hospital spaceship")
    tablet.send(seal(record), headers={"Authorization": f"Tablet {tablet.token[:-1]}x"})

    logged = "\n".join(entry.getMessage() for entry in caplog.records)
    for secret in ["after_hospital", "spaceship", tablet.token[:-1], record["record_id"], tablet.ticket_value, tablet.worker.display_name]:
        assert secret not in logged


def test_user_of_the_request_plays_no_part(rf, tablet):
    request = rf.post("/", data=seal(tablet.record()), content_type="application/jose", headers={"Authorization": f"Tablet {tablet.token}"})
    request.user = AnonymousUser()

    assert record_hand_in(request).status_code == 201


def test_closed_organisation_takes_nothing_in(tablet, organisation):
    organisation.is_active = False
    organisation.save()

    response = tablet.hand_in(tablet.record())

    assert (response.status_code, response.json()["rule"]) == (202, "closed_site")


def test_site_opened_a_moment_ago_is_known_at_once(tablet):
    tablet.hand_in(tablet.record())
    later = SiteFactory(organisation=tablet.worker.organisation, name="New van")

    response = tablet.hand_in(tablet.record(session={"site": later.pk}))

    assert response.status_code == 201
