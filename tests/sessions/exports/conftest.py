import datetime

import pytest
from django.db import transaction

from sessions.exports import copying
from sessions.models import CardSession
from tests.factories import (
    AreaDiscussedFactory,
    CardSessionFactory,
    CardShownFactory,
    ResourceGivenFactory,
    SignpostGivenFactory,
)

RECORDED = {"areas_recorded": True, "resources_recorded": True, "signposts_recorded": True}


@pytest.fixture
def desk(transactional_db, client, coordinator):
    """The coordinator, signed in. What tests store is committed: exports read it by a connection of their own."""
    client.force_login(coordinator)
    return client


@pytest.fixture
@transaction.atomic
def full_session(transactional_db, site, release):
    """A session with something in every part, on Wednesday, 2 September 2026."""
    session = CardSessionFactory(
        site=site,
        held_on=datetime.date(2026, 9, 2),
        moment_id="pain_or_vein_trouble",
        private_space=True,
        length_band_id="from_5_to_9",
        deck_release=release,
        **RECORDED,
    )
    AreaDiscussedFactory(session=session, area_id="water")
    AreaDiscussedFactory(session=session, area_id="hygiene", mattered_most=True)
    for version in [place.version for place in release.places.all()]:
        CardShownFactory(session=session, card_version=version)
    ResourceGivenFactory(session=session, resource_id="water_ampoules", quantity=10)
    ResourceGivenFactory(session=session, resource_id="naloxone")
    ResourceGivenFactory(session=session, resource_id="foil", status="offered_not_wanted")
    ResourceGivenFactory(session=session, resource_id="filters", status="none_left")
    SignpostGivenFactory(session=session, kind_id="wound_care")
    SignpostGivenFactory(session=session, kind_id="gp")
    return session


@pytest.fixture
def many_sessions(transactional_db, site, monkeypatch):
    """Two hundred over two weeks, and blocks so small that most of them wait their turn."""
    monkeypatch.setattr(copying, "BLOCK_BYTES", 1000)
    days = [datetime.date(2026, 9, 7), datetime.date(2026, 9, 16)]
    made = [CardSessionFactory.build(site=site, organisation=site.organisation, held_on=days[number % 2]) for number in range(200)]
    return CardSession.objects.bulk_create(made)
