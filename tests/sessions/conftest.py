import pytest

from tests.sessions.tablet import StandInTablet


@pytest.fixture
def tablet(client, worker, site, release):
    """The worker's tablet, with a ticket, and the deck of the `release` fixture on it."""
    return StandInTablet(client, worker, site)
