"""sessions/hand_in.py and the view: the answers with a receipt (docs/reference/hand-in.md), row by row."""

import datetime
import hashlib
import io
import json
import uuid

import pytest
from django.utils import timezone

from sessions import tablets, tickets
from sessions.models import (
    AreaDiscussed,
    CardSession,
    CardShown,
    HandIn,
    QuarantinedRecord,
    ResourceGiven,
    SignpostGiven,
    Tablet,
    WorkerTicket,
)
from tests.factories import CardVersionFactory, ReleaseFactory, TabletFactory
from tests.sessions.tablet import changed, iso, not_taken_up, receipt, rows, seal, tampered

pytestmark = pytest.mark.django_db


# 201: new and stored.


def test_new_record_is_stored_and_receipted(tablet):
    record = tablet.record()
    sealed = seal(record)

    response = tablet.send(sealed)

    assert (response.status_code, response.headers["Content-Type"]) == (201, "application/json")
    assert response.json() == {"receipt": receipt(record, sealed, "stored")}
    assert rows() == (1, 0)


def test_every_field_of_a_full_record_is_in_the_database(tablet, worker, site, release):
    record = tablet.record()

    tablet.hand_in(record)

    session = CardSession.objects.get()
    row = {name: value for name, value in vars(session).items() if name not in {"_state", "id"}}
    assert row == {
        "organisation_id": site.organisation_id,
        "site_id": site.pk,
        "delivered_by_id": worker.pk,
        "submitted_by_id": worker.pk,
        "held_on": datetime.date.fromisoformat(record["session"]["held_on"]),
        "part_of_day": "evening",
        "setting_id": "van",
        "outcome": "cut_short",
        "reason_id": "no_time_today",
        "moment_id": "routine_visit",
        "private_space": True,
        "length_band_id": "from_5_to_9",
        "areas_recorded": True,
        "resources_recorded": True,
        "signposts_recorded": True,
        "deck_release_id": release.pk,
        "entry": "tablet",
        "clock_flag": "",
        "voided_at": None,
        "voided_by_id": None,
        "voided_reason": "",
    }
    assert set(AreaDiscussed.objects.values_list("session", "area", "mattered_most")) == {
        (session.pk, "water", True),
        (session.pk, "hygiene", False),
        (session.pk, "acids", False),
    }
    assert set(CardShown.objects.values_list("session", "card_version__card__slug", "card_version__number")) == {
        (session.pk, "ampoule", 1),
        (session.pk, "clean-hands", 1),
    }
    assert set(ResourceGiven.objects.values_list("session", "resource", "status", "quantity")) == {
        (session.pk, "water_ampoules", "given", 10),
        (session.pk, "filters", "none_left", None),
    }
    assert list(SignpostGiven.objects.values_list("session", "kind")) == [(session.pk, "wound_care")]


def test_hand_in_remembers_record_session_ticket_and_time(tablet):
    before = timezone.now()
    record = tablet.record()

    tablet.hand_in(record)

    hand_in = HandIn.objects.get()
    assert (str(hand_in.record_id), hand_in.fate) == (record["record_id"], "stored")
    assert (hand_in.session, hand_in.quarantined_record, hand_in.ticket) == (CardSession.objects.get(), None, tablet.ticket)
    assert before <= hand_in.received_at <= timezone.now()


@pytest.mark.parametrize("outcome", ["declined", "did_not_attend", "not_offered"])
def test_offer_not_taken_up_is_stored_with_nothing_else(tablet, outcome):
    response = tablet.hand_in(tablet.record(session=not_taken_up(outcome=outcome)))

    session = CardSession.objects.get()
    assert response.status_code == 201
    assert (session.outcome, session.reason, session.length_band, session.private_space) == (outcome, None, None, None)
    assert not AreaDiscussed.objects.exists()


def test_none_of_these_and_not_recorded_are_different_rows(tablet):
    empty = {"areas": [], "mattered_most": None, "resources": [], "signposts": []}
    said_none = dict.fromkeys(["areas_recorded", "resources_recorded", "signposts_recorded"], True)

    tablet.hand_in(tablet.record(session=empty | said_none))
    tablet.hand_in(tablet.record(session=empty | dict.fromkeys(said_none, False)))

    flags = CardSession.objects.order_by("pk").values_list("areas_recorded", "resources_recorded", "signposts_recorded")
    assert list(flags) == [(True, True, True), (False, False, False)]


def test_blank_is_stored_as_blank(tablet):
    blank = {"outcome": "held", "reason": None, "private_space": None, "length_band": None, "moment": "not_asked", "mattered_most": None}

    response = tablet.hand_in(tablet.record(session=blank))

    session = CardSession.objects.get()
    assert response.status_code == 201
    assert (session.reason, session.private_space, session.length_band, session.moment_id) == (None, None, None, "not_asked")


def test_ticket_that_ran_out_after_the_record_was_made_is_good(tablet):
    made_at = timezone.now() - datetime.timedelta(days=3)
    WorkerTicket.objects.update(issued_at=made_at - datetime.timedelta(days=30), expires_at=made_at + datetime.timedelta(days=1))
    ticket = tickets.signed(WorkerTicket.objects.get(), organisation_id=tablet.row.organisation_id)
    record = tablet.record(ticket=ticket, made={"wall": iso(made_at), "boot": "earlier", "elapsed_ms": 5})

    response = tablet.hand_in(changed(record, "session.held_on", made_at.date().isoformat()))

    assert response.status_code == 201


def test_worker_who_left_after_the_record_was_made_is_named(tablet, worker):
    made_at = timezone.now() - datetime.timedelta(days=2)
    record = tablet.record(made={"wall": iso(made_at), "boot": "earlier", "elapsed_ms": 5})
    worker.is_active, worker.deactivated_at = False, timezone.now() - datetime.timedelta(days=1)
    worker.save()

    response = tablet.hand_in(changed(record, "session.held_on", made_at.date().isoformat()))

    assert response.status_code == 201
    assert CardSession.objects.get().delivered_by == worker


def test_cards_of_an_earlier_deck_stay_good(tablet, release):
    ReleaseFactory(versions=[CardVersionFactory(slug="new-one")])

    response = tablet.hand_in(tablet.record(session={"deck_release": release.number}))

    assert response.status_code == 201


def test_whoever_is_at_the_tablet_the_record_is_under_its_own_ticket(tablet, other_worker, worker):
    _row, others_ticket = tickets.issue(user=other_worker, tablet=tablet.row, now=timezone.now())

    tablet.hand_in(tablet.record())
    tablet.hand_in(tablet.record(ticket=others_ticket))

    assert list(CardSession.objects.order_by("pk").values_list("delivered_by", flat=True)) == [worker.pk, other_worker.pk]


def test_counter_tablet_names_nobody(tablet, site):
    counter, token = tablets.make_tablet(organisation=site.organisation, site=site, now=timezone.now())
    Tablet.objects.filter(pk=counter.pk).update(is_counter=True)
    tablet.row, tablet.token = counter, token
    _row, value = tickets.issue(user=None, tablet=counter, now=timezone.now())

    response = tablet.hand_in(tablet.record(ticket=value))

    session = CardSession.objects.get()
    assert response.status_code == 201
    assert (session.delivered_by, session.submitted_by) == (None, None)


# 200: the same record again.


def test_same_record_again_gets_the_same_receipt_and_no_second_row(tablet):
    record = tablet.record()
    sealed = seal(record)
    tablet.send(sealed)

    response = tablet.send(sealed)

    assert response.status_code == 200
    assert response.json() == {"receipt": receipt(record, sealed, "stored")}
    assert rows() == (1, 0)


def test_same_record_sealed_anew_is_the_same_record(tablet):
    record = tablet.record()
    first, second = seal(record), seal(record)
    tablet.send(first)

    response = tablet.send(second)

    assert first != second
    assert response.status_code == 200
    assert response.json() == {"receipt": receipt(record, second, "stored")}


def test_stored_record_is_known_again_after_its_ticket_was_revoked_and_its_session_deleted(tablet):
    sealed = seal(tablet.record())
    tablet.send(sealed)
    WorkerTicket.objects.update(revoked_at=timezone.now())
    CardSession.objects.all().delete()

    response = tablet.send(sealed)

    assert response.status_code == 200
    assert rows() == (0, 0)


def test_quarantined_record_again_gets_the_same_answer_and_no_second_row(tablet):
    sealed = seal(tablet.record(session={"setting": "spaceship"}))
    first = tablet.send(sealed)

    again = tablet.send(sealed)

    assert (first.status_code, again.status_code) == (202, 202)
    assert again.json() == first.json()
    assert rows() == (0, 1)


# 202: readable, not acceptable.


def test_unacceptable_record_is_quarantined_with_field_and_rule(tablet):
    record = tablet.record(session={"setting": "spaceship"})
    sealed = seal(record)

    response = tablet.send(sealed)

    assert (response.status_code, response.headers["Content-Type"]) == (202, "application/json")
    assert response.json() == {
        "receipt": receipt(record, sealed, "quarantined"),
        "field": "session.setting",
        "rule": "unknown_code",
        "message": "This server does not know this code.",
    }
    kept = QuarantinedRecord.objects.get()
    assert json.loads(bytes(kept.payload)) == record
    assert (kept.organisation, kept.tablet) == (tablet.worker.organisation, tablet.row)
    assert HandIn.objects.get().quarantined_record == kept


def test_known_number_with_other_content_is_quarantined(tablet):
    record = tablet.record()
    tablet.hand_in(record)

    response = tablet.hand_in(changed(record, "session.moment", "after_hospital"))

    assert response.status_code == 202
    assert (response.json()["field"], response.json()["rule"]) == ("record_id", "other_content")
    assert rows() == (1, 1)
    assert CardSession.objects.get().moment_id == "routine_visit"


def test_same_content_under_another_workers_ticket_is_other_content(tablet, other_worker):
    record = tablet.record()
    tablet.hand_in(record)
    _row, others_ticket = tickets.issue(user=other_worker, tablet=tablet.row, now=timezone.now())

    response = tablet.hand_in(record | {"ticket": others_ticket})

    assert (response.status_code, response.json()["rule"]) == (202, "other_content")


def test_newer_schema_is_kept_whatever_it_looks_like(tablet):
    record = {"schema": 2, "record_id": str(uuid.uuid4()), "everything": ["is", {"different": None}]}

    response = tablet.hand_in(record)

    assert (response.status_code, response.json()["field"], response.json()["rule"]) == (202, "schema", "newer_schema")
    assert json.loads(bytes(QuarantinedRecord.objects.get().payload)) == record


TICKETS = {
    "forged": lambda tablet: tampered(tablet.ticket_value),
    "unknown": lambda tablet: WorkerTicket.objects.all().delete() and tablet.ticket_value,
    "revoked": lambda tablet: WorkerTicket.objects.update(revoked_at=timezone.now()) and tablet.ticket_value,
}


@pytest.mark.parametrize("rule", TICKETS)
def test_bad_ticket_is_quarantined(tablet, rule):
    response = tablet.hand_in(tablet.record(ticket=TICKETS[rule](tablet)))

    assert (response.status_code, response.json()["field"], response.json()["rule"]) == (202, "ticket", rule)
    assert rows() == (0, 1)


def test_ticket_of_another_tablet_is_quarantined(tablet, worker):
    other = TabletFactory(organisation=worker.organisation)
    _row, value = tickets.issue(user=worker, tablet=other, now=timezone.now())

    response = tablet.hand_in(tablet.record(ticket=value))

    assert (response.status_code, response.json()["field"], response.json()["rule"]) == (202, "ticket", "other_tablet")


def test_record_under_a_ticket_of_another_organisation_is_that_ones_to_see(tablet, stranger):
    elsewhere = TabletFactory(organisation=stranger.organisation)
    _row, value = tickets.issue(user=stranger, tablet=elsewhere, now=timezone.now())

    response = tablet.hand_in(tablet.record(ticket=value))

    assert (response.status_code, response.json()["rule"]) == (202, "other_organisation")
    kept = QuarantinedRecord.objects.get()
    assert (kept.organisation, kept.tablet) == (stranger.organisation, None)


def test_ticket_that_had_run_out_is_quarantined(tablet):
    WorkerTicket.objects.update(issued_at=timezone.now() - datetime.timedelta(days=31), expires_at=timezone.now() - datetime.timedelta(hours=1))
    value = tickets.signed(WorkerTicket.objects.get(), organisation_id=tablet.row.organisation_id)

    response = tablet.hand_in(tablet.record(ticket=value))

    assert (response.status_code, response.json()["rule"]) == (202, "expired")


def test_worker_who_had_left_is_quarantined(tablet, worker):
    worker.is_active, worker.deactivated_at = False, timezone.now() - datetime.timedelta(days=1)
    worker.save()

    response = tablet.hand_in(tablet.record())

    assert (response.status_code, response.json()["rule"]) == (202, "worker_inactive")


def test_whoever_is_no_worker_any_more_is_quarantined(tablet, worker):
    worker.roles = ["trainer"]
    worker.save()

    response = tablet.hand_in(tablet.record())

    assert (response.status_code, response.json()["rule"]) == (202, "not_a_worker")


def test_worker_who_moved_to_another_organisation_is_quarantined(tablet, worker, stranger):
    worker.organisation, worker.usual_site = stranger.organisation, None
    worker.save()

    response = tablet.hand_in(tablet.record())

    assert (response.status_code, response.json()["rule"]) == (202, "not_a_worker")


def test_body_that_was_cut_off_is_to_be_sent_again(tablet):
    sealed = seal(tablet.record())

    response = tablet.send(sealed, **{"wsgi.input": io.BytesIO(sealed[:-10])})

    assert (response.status_code, response.json()["error"]) == (400, "cut_off")
    assert rows() == (0, 0)


def test_site_of_another_organisation_is_quarantined(tablet, stranger):
    response = tablet.hand_in(tablet.record(session={"site": stranger.usual_site.pk}))

    assert (response.status_code, response.json()["field"], response.json()["rule"]) == (202, "session.site", "other_organisation")


def test_what_the_database_alone_refuses_is_quarantined_too(rule_that_no_form_knows, tablet, caplog):
    response = tablet.hand_in(tablet.record())

    assert (response.status_code, response.json()["field"], response.json()["rule"]) == (202, "session", "refused_by_database")
    assert [entry.message for entry in caplog.records if entry.name == "sessions.hand_in"] == [
        "The form accepted a record that the database refused: never_mind"
    ]


# The same record after the server's key was changed, or from before its digest was.


def test_repeat_of_a_stored_record_gets_its_receipt_after_the_secret_key_was_changed(tablet, settings):
    record = tablet.record()
    tablet.hand_in(record)
    settings.SECRET_KEY = "another"

    again = tablet.hand_in(record)

    assert (again.status_code, again.json()["receipt"]["fate"]) == (200, "stored")
    assert rows() == (1, 0)


def test_record_that_came_while_its_ticket_could_not_be_read_is_the_same_when_it_can_be_again(tablet, settings):
    record, right = tablet.record(), settings.SECRET_KEY
    settings.SECRET_KEY = "another"
    tablet.hand_in(record)
    settings.SECRET_KEY = right

    again = tablet.hand_in(record)

    assert (again.status_code, again.json()["rule"]) == (202, "forged")
    assert rows() == (0, 1)


@pytest.mark.parametrize(("setting", "status", "expected"), [("van", 200, (1, 0)), ("spaceship", 202, (0, 1))])
def test_record_remembered_by_a_digest_with_the_person_in_it_is_still_the_same(tablet, setting, status, expected):
    record = tablet.record(session={"setting": setting})
    tablet.hand_in(record)
    opened = json.dumps(record).encode()
    HandIn.objects.update(digest=hashlib.sha256(b"%s\n%d" % (opened, tablet.worker.pk)).digest())

    again = tablet.hand_in(record)

    assert again.status_code == status
    assert rows() == expected
