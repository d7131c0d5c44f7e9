"""sessions/sealing.py: keys as files, and opening what was sealed to them."""

import os
import time
from io import StringIO

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from sessions import sealing
from tests.sessions.tablet import seal


@pytest.fixture
def folder(settings):
    return settings.SEALING_KEYS_DIR


def test_what_is_sealed_to_the_newest_key_is_opened():
    assert sealing.open_sealed(seal(b"a record")) == b"a record"


def test_key_file_is_for_its_owner_alone(folder):
    kid = sealing.newest_kid()

    assert (folder / f"{kid}.json").stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in folder.iterdir()] == [f"{kid}.json"]


def test_tablets_get_the_public_part_and_nothing_else():
    key = sealing.public_key()

    assert {name: value for name, value in key.items() if name not in {"x", "y"}} == {
        "kty": "EC",
        "crv": "P-256",
        "kid": sealing.newest_kid(),
        "alg": "ECDH-ES",
    }
    assert set(key) == {"kty", "crv", "kid", "alg", "x", "y"}


def test_ensuring_a_key_twice_makes_one(folder):
    before = sealing.newest_kid()

    assert sealing.ensure_key() == before
    assert len(list(folder.iterdir())) == 1


def test_new_key_is_given_out_and_the_older_one_still_opens():
    sealed = seal(b"sealed before")

    newer = sealing.make_key()

    assert sealing.public_key()["kid"] == newer
    assert sealing.open_sealed(sealed) == b"sealed before"


def test_key_that_is_no_longer_there_opens_nothing(folder):
    sealed = seal(b"a record")
    for path in folder.iterdir():
        path.unlink()

    with pytest.raises(sealing.UnknownKey):
        sealing.open_sealed(sealed)


def test_without_a_key_serving_stops_with_a_sentence_and_makes_none(folder):
    for path in folder.iterdir():
        path.unlink()

    with pytest.raises(ImproperlyConfigured, match="There is no sealing key in .*make_sealing_key"):
        sealing.public_key()
    assert list(folder.iterdir()) == []


def test_files_that_are_no_keys_are_passed_over(folder):
    (folder / "zzz notes.json").write_text("{}")
    (folder / "zzz.txt").write_text("")

    assert sealing.newest_kid().startswith("20")


def test_last_use_of_a_key_is_noted_to_the_day(folder):
    path = folder / f"{sealing.newest_kid()}.json"
    os.utime(path, (0, 0))
    sealed = seal(b"a record")

    sealing.open_sealed(sealed)
    noted = path.stat().st_mtime
    os.utime(path, (0, 0))
    sealing.open_sealed(sealed)

    assert abs(noted - time.time()) < 60
    assert path.stat().st_mtime == 0


def test_command_makes_a_key_and_says_to_back_it_up(folder):
    said = StringIO()

    call_command("make_sealing_key", stdout=said)

    assert len(list(folder.iterdir())) == 2
    assert "Back up" in said.getvalue()
