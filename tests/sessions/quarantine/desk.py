"""A coordinator who looks at records that could not be taken in, and how such a record comes about."""

from django.test import Client

from sessions.models import QuarantinedRecord
from tests.sessions.test_afterwards import Controls

LIST, DONE = "/sessions/looked-at/", "/sessions/looked-at/dealt-with/"
FULL = {
    "outcome": "cut_short",
    "reason": "no_time_today",
    "moment": "routine_visit",
    "private_space": True,
    "length_band": "from_5_to_9",
    "areas": ["acids", "hygiene", "water"],
    "mattered_most": "water",
    "resources": [("filters", "none_left", None), ("water_ampoules", "given", 10)],
    "signposts": ["wound_care"],
    "cards": ["ampoule", "clean-hands"],
}


class Desk:
    """The coordinator's browser."""

    def __init__(self, coordinator):
        self.client = Client()
        self.client.force_login(coordinator)

    def open(self, record):
        return self.client.get(f"{LIST}{record.pk}/")

    def as_it_stands(self, record):
        """What the page's form would send, {name: value or list}."""
        sent = {}
        for name, value in Controls(self.open(record)).sent:
            sent.setdefault(name, []).append(value)
        return sent

    def accept(self, record, **put_right):
        return self.client.post(f"{LIST}{record.pk}/accept/", self.as_it_stands(record) | put_right)

    def set_aside(self, record, why="trial"):
        return self.client.post(f"{LIST}{record.pk}/set-aside/", {"why": why} if why else {})


def quarantined(tablet, record=None, **changes):
    """Hand in a record that cannot be taken in; the (record, QuarantinedRecord)."""
    record = record or tablet.record(**changes)
    assert tablet.hand_in(record).status_code == 202
    return record, QuarantinedRecord.objects.get(hand_ins__record_id=record["record_id"], hand_ins__session=None)


def said(response):
    """The message after a redirect."""
    return [str(message) for message in response.wsgi_request._messages]
