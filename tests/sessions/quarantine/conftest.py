import pytest

from tests.sessions.quarantine.desk import Desk


@pytest.fixture
def desk(coordinator):
    return Desk(coordinator)
