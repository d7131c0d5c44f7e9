"""sessions/tickets.py: which statement of who delivered is good for which record."""

import datetime
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from django.core import signing
from django.utils import timezone

from sessions import tablets, tickets
from sessions.models import WorkerTicket
from tests.factories import OrganisationFactory, TabletFactory

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture
def row(organisation):
    return new_tablet(organisation)


def new_tablet(organisation):
    """A tablet and, on it, the token that only the device knows."""
    row, row.token = tablets.make_tablet(organisation=organisation, now=timezone.now())
    return row


@pytest.fixture
def now():
    return timezone.now()


def rule(value, row, made_at):
    claims = tickets.read(value)
    caller = tablets.call(row.token, size=1, unsent=None, now=timezone.now(), ticket_id=claims and str(claims.ticket_id))
    return tickets.broken_rule(claims, tablet=caller, made_at=made_at)


def test_ticket_says_who_where_on_what_and_until_when(worker, row, now):
    ticket, value = tickets.issue(user=worker, tablet=row, now=now)

    assert tickets.read(value) == tickets.Claims(ticket.pk, worker.pk, row.organisation_id, row.pk, now + 30 * DAY)
    assert rule(value, row, now) == ""


def test_life_of_a_ticket_is_a_setting(worker, row, now, settings):
    settings.WORKER_TICKET_DAYS = 2

    ticket, _value = tickets.issue(user=worker, tablet=row, now=now)

    assert ticket.expires_at == now + 2 * DAY


def test_ticket_with_more_than_half_its_life_left_is_given_out_again(worker, row, now):
    first = tickets.issue(user=worker, tablet=row, now=now)

    assert tickets.issue(user=worker, tablet=row, now=now + 14 * DAY) == first
    assert WorkerTicket.objects.count() == 1


def test_ticket_with_less_is_renewed_and_the_old_one_stays_good(worker, row, now):
    _ticket, old = tickets.issue(user=worker, tablet=row, now=now)

    _ticket, new = tickets.issue(user=worker, tablet=row, now=now + 16 * DAY)

    assert old != new
    assert (rule(old, row, now + 16 * DAY), rule(new, row, now + 16 * DAY)) == ("", "")


def test_no_ticket_is_shared_between_people_or_tablets(worker, other_worker, row, organisation, now):
    others = TabletFactory(organisation=organisation)
    pairs = [(worker, row), (other_worker, row), (worker, others), (None, row)]

    values = {tickets.issue(user=user, tablet=tablet, now=now)[1] for user, tablet in pairs}

    assert len(values) == 4


def test_revoked_ticket_is_never_given_out_again(worker, row, now):
    first, _value = tickets.issue(user=worker, tablet=row, now=now)
    WorkerTicket.objects.update(revoked_at=now)

    again, _value = tickets.issue(user=worker, tablet=row, now=now)

    assert again.pk != first.pk


@pytest.mark.parametrize(("made_after", "broken"), [(29 * DAY, ""), (30 * DAY, ""), (30 * DAY + DAY / 24, "expired")])
def test_ticket_must_have_been_good_when_the_record_was_made(worker, row, now, made_after, broken):
    _ticket, value = tickets.issue(user=worker, tablet=row, now=now)

    assert rule(value, row, now + made_after) == broken


@pytest.mark.parametrize(("made_after", "broken"), [(-DAY, ""), (DAY, "worker_inactive")])
def test_worker_must_have_been_there_when_the_record_was_made(worker, row, now, made_after, broken):
    _ticket, value = tickets.issue(user=worker, tablet=row, now=now)
    worker.is_active, worker.deactivated_at = False, now
    worker.save()

    assert rule(value, row, now + made_after) == broken


def test_revoked_ticket_is_good_for_nothing_more(worker, row, now):
    _ticket, value = tickets.issue(user=worker, tablet=row, now=now)
    WorkerTicket.objects.update(revoked_at=now)

    assert rule(value, row, now - DAY) == "revoked"


def test_ticket_whose_row_is_gone_is_unknown(worker, row, now):
    _ticket, value = tickets.issue(user=worker, tablet=row, now=now)
    WorkerTicket.objects.all().delete()

    assert rule(value, row, now) == "unknown"


def test_ticket_of_another_tablet(worker, row, organisation, now):
    _ticket, value = tickets.issue(user=worker, tablet=row, now=now)

    assert rule(value, new_tablet(organisation), now) == "other_tablet"


def test_ticket_of_another_organisation(worker, row, now):
    _ticket, value = tickets.issue(user=worker, tablet=row, now=now)

    assert rule(value, new_tablet(OrganisationFactory()), now) == "other_organisation"


def test_ticket_signed_with_an_earlier_secret_stays_good(worker, row, now, settings):
    _ticket, value = tickets.issue(user=worker, tablet=row, now=now)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the next secret"

    assert rule(value, row, now) == ""


def test_ticket_signed_with_another_secret_is_forged(worker, row, now, settings):
    _ticket, value = tickets.issue(user=worker, tablet=row, now=now)
    settings.SECRET_KEY = "somebody else's secret"

    assert rule(value, row, now) == "forged"


def test_what_we_sign_for_other_ends_is_no_ticket(worker, row, now):
    ticket, _value = tickets.issue(user=worker, tablet=row, now=now)
    contents = [str(ticket.pk), worker.pk, row.organisation_id, str(row.pk), ticket.expires_at.isoformat()]

    assert tickets.read(signing.Signer(salt="something else").sign_object(contents)) is None


def test_changed_contents_are_forged(worker, other_worker, row, now):
    _ticket, value = tickets.issue(user=worker, tablet=row, now=now)
    contents, signature = value.rsplit(":", 1)
    said = json.loads(urlsafe_b64decode(contents + "=="))
    said[1] = other_worker.pk
    changed = urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")

    assert tickets.read(f"{changed}:{signature}") is None


@pytest.mark.parametrize("value", [None, 7, True, [], {}, "", ":", "a:b", "é:é", "\ud800", "\x00:\x00", "x" * 100_000, ".abc:def"], ids=ascii)
def test_anything_else_is_forged(value):
    assert tickets.read(value) is None
