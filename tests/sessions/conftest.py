import pytest
from django.db import connection

from tests.sessions.tablet import StandInTablet


@pytest.fixture
def tablet(client, worker, site, release):
    """The worker's tablet, with a ticket, and the deck of the `release` fixture on it."""
    return StandInTablet(client, worker, site)


@pytest.fixture
def rule_that_no_form_knows(transactional_db):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE care_sessions_cardsession ADD CONSTRAINT never_mind CHECK (moment_id <> 'routine_visit')")
        yield
        cursor.execute("ALTER TABLE care_sessions_cardsession DROP CONSTRAINT never_mind")
