"""Whatever is sealed and handed in, the answer is one of the table's, never an error of ours."""

import json
import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sessions.models import CardSession, HandIn, QuarantinedRecord
from tests.sessions.tablet import changed, seal

pytestmark = pytest.mark.django_db

REASONABLE = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], derandomize=True
)

PATHS = [
    *["schema", "ticket", "made", "made.wall", "made.boot", "made.elapsed_ms", "session"],
    *[
        f"session.{name}"
        for name in [
            *["site", "setting", "held_on", "part_of_day", "outcome", "reason", "moment", "private_space", "length_band", "areas_recorded"],
            *["areas", "areas.0", "mattered_most", "cards", "cards.0", "cards.0.slug", "cards.0.version", "deck_release", "resources_recorded"],
            *["resources", "resources.0", "resources.0.code", "resources.0.status", "resources.0.quantity", "signposts_recorded", "signposts"],
        ]
    ],
]

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["water", "held", "van", "2026-11-21", "\x00", "\ud800"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8) | st.sampled_from(["code", "slug"]), inner, max_size=4),
    max_leaves=8,
)


def kept():
    return CardSession.objects.count() + QuarantinedRecord.objects.count()


@REASONABLE
@given(path=st.sampled_from(PATHS), value=anything)
def test_any_value_in_any_field_is_stored_or_quarantined(tablet, path, value):
    before = kept()
    record = changed(tablet.record(), path, value)

    response = tablet.hand_in(record)

    assert response.status_code in {201, 202}
    assert response.json()["receipt"]["record_id"] == record["record_id"]
    assert kept() == before + 1
    assert HandIn.objects.filter(record_id=record["record_id"]).count() == 1


@REASONABLE
@given(parts=st.dictionaries(st.sampled_from(["schema", "ticket", "made", "session", "other"]), anything))
def test_any_parts_under_a_number_are_quarantined(tablet, parts):
    response = tablet.hand_in(parts | {"record_id": str(uuid.uuid4())})

    assert response.status_code == 202


@REASONABLE
@given(value=anything)
def test_any_json_is_answered(tablet, value):
    assert tablet.send(seal(json.dumps(value))).status_code in {202, 422}


@REASONABLE
@given(plain=st.binary(max_size=300))
def test_any_sealed_bytes_are_answered(tablet, plain):
    assert tablet.send(seal(plain)).status_code == 422


@REASONABLE
@given(body=st.binary(max_size=300) | st.text(st.characters(max_codepoint=127), max_size=300).map(str.encode))
def test_any_body_is_answered(tablet, body):
    assert tablet.send(body).status_code == 422


@REASONABLE
@given(position=st.integers(min_value=0), byte=st.integers(0, 255))
def test_any_changed_byte_breaks_the_seal_or_changes_nothing(tablet, position, byte):
    """The last character of a base64url part has bits that mean nothing; everything else is under the seal."""
    sealed = bytearray(seal(tablet.record()))
    sealed[position % len(sealed)] = byte

    response = tablet.send(bytes(sealed))

    assert response.status_code in {201, 422}


@REASONABLE
@given(
    headers=st.dictionaries(
        st.sampled_from(["Authorization", "Tablet-Now", "Tablet-Elapsed", "Tablet-Unsent"]),
        st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=60),
    )
)
def test_any_headers_are_answered(tablet, headers):
    assert tablet.send(seal(tablet.record()), headers=headers).status_code in {201, 401}
