"""What was there before there were tallies is counted by the migration."""

from importlib import import_module

import pytest
from django.utils import timezone

from sessions.models import CardSession, Tally
from tests.factories import CardSessionFactory, ResourceGivenFactory, SignpostGivenFactory
from tests.sessions.counting.counts import count_now, require_true, run

pytestmark = pytest.mark.django_db


def test_sessions_from_before_are_counted():
    for quantity in [1, 2, None]:
        ResourceGivenFactory(quantity=quantity)
    SignpostGivenFactory()
    CardSessionFactory(outcome="not_offered")
    CardSession.objects.filter(pk=CardSessionFactory().pk).update(voided_at=timezone.now(), voided_reason="trial")
    count_now()
    Tally.objects.all().delete()

    run(import_module("sessions.migrations.0008_tallies").BACK_FILL + "SELECT 1")

    assert Tally.objects.exists()
    require_true()
