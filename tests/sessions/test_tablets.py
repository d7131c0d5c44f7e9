"""sessions/tablets.py: tokens, and how much a tablet may hand in."""

import datetime
import hashlib

import pytest
from django.db import connection
from django.utils import timezone

from sessions import tablets
from sessions.models import Tablet
from tests.factories import TabletFactory

pytestmark = pytest.mark.django_db

NOON = datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC)
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def made(organisation):
    return tablets.make_tablet(organisation=organisation, now=NOON)


def test_token_is_nowhere_in_the_database(made):
    row, token = made

    with connection.cursor() as cursor:
        cursor.execute("SELECT care_sessions_tablet::text FROM care_sessions_tablet")
        stored = cursor.fetchone()[0]
    assert token not in stored
    assert bytes(Tablet.objects.get(pk=row.pk).token_hash) == hashlib.sha256(token.encode()).digest()


def test_tokens_are_long_and_never_the_same(organisation):
    tokens = {tablets.make_tablet(organisation=organisation, now=NOON)[1] for _time in range(20)}

    assert len(tokens) == 20
    assert {len(token) for token in tokens} == {43}  # 256 bits


def test_call_says_which_tablet_and_whose(made, django_assert_num_queries):
    row, token = made

    with django_assert_num_queries(1):
        caller = tablets.call(token, size=10, unsent=None, now=NOON)

    assert caller == tablets.Caller(row.pk, row.organisation_id)


def test_calls_of_an_hour_are_counted_together(made):
    row, token = made
    for minutes in [0, 30, 59]:
        tablets.call(token, size=10, unsent=None, now=NOON + minutes * MINUTE)

    row.refresh_from_db()
    assert (row.window_started_at, row.window_records, row.window_bytes) == (NOON, 3, 30)

    tablets.call(token, size=10, unsent=None, now=NOON + 60 * MINUTE)
    row.refresh_from_db()
    assert (row.window_started_at, row.window_records, row.window_bytes) == (NOON + 60 * MINUTE, 1, 10)


def test_refusal_says_when_the_hour_is_over(made, settings):
    settings.TABLET_RECORDS_PER_HOUR = 1
    _row, token = made
    tablets.call(token, size=1, unsent=None, now=NOON)

    with pytest.raises(tablets.TooManyCalls) as refusal:
        tablets.call(token, size=1, unsent=None, now=NOON + 50 * MINUTE)

    assert refusal.value.retry_after_seconds == 600


def test_one_tablet_does_not_count_against_another(made, organisation, settings):
    settings.TABLET_RECORDS_PER_HOUR = 1
    tablets.call(made[1], size=1, unsent=None, now=NOON)
    _row, token = tablets.make_tablet(organisation=organisation, now=NOON)

    assert tablets.call(token, size=1, unsent=None, now=NOON)


def test_revoked_tablet_is_told_apart_from_an_unknown_one(made):
    row, token = made
    Tablet.objects.filter(pk=row.pk).update(revoked_at=NOON)

    with pytest.raises(tablets.RevokedTablet):
        tablets.call(token, size=1, unsent=None, now=NOON)
    with pytest.raises(tablets.UnknownTablet):
        tablets.call("A" * 43, size=1, unsent=None, now=NOON)


def test_hash_is_no_token(made):
    with pytest.raises(tablets.UnknownTablet):
        tablets.call(hashlib.sha256(made[1].encode()).hexdigest()[:43], size=1, unsent=None, now=NOON)


def test_tablets_are_seen_by_their_own_organisation_only(made, worker, stranger, editor):
    other = TabletFactory(organisation=stranger.organisation)

    assert list(Tablet.objects.visible_to(worker)) == [made[0]]
    assert list(Tablet.objects.visible_to(stranger)) == [other]
    assert list(Tablet.objects.visible_to(editor)) == []


def test_tablet_without_a_label_has_a_short_name(organisation):
    unnamed = TabletFactory(organisation=organisation, id="3fa81b2c-0000-4000-8000-000000000000")

    assert str(unnamed) == "Tablet 3FA8"
    assert str(TabletFactory(organisation=organisation, label="Blue one")) == "Blue one"


def test_tablet_is_made_with_its_first_contact(made):
    assert made[0].last_contact_at == NOON
    assert made[0].created_at - timezone.now() < MINUTE
