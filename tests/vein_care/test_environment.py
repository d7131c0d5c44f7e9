"""A half-configured start stops with a sentence that names what is missing."""

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from vein_care import environment

REQUIRED = {
    "DATABASE_URL": "postgresql://somebody@127.0.0.1:1/none",
    "SECRET_KEY": "x" * 50,
    "ALLOWED_HOSTS": "cards.example.org",
    "SEALING_KEYS_DIR": "/nonexistent",
}


SHOW_HTTPS = "import django; django.setup(); from django.conf import settings; print(settings.SECURE_SSL_REDIRECT)"


def start(code=SHOW_HTTPS, **settings):
    env = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "vein_care.settings", **settings}
    return subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, timeout=60)


def test_start_without_settings_names_all_that_are_missing():
    result = start()

    assert result.returncode != 0
    assert "set DATABASE_URL, SECRET_KEY, ALLOWED_HOSTS, SEALING_KEYS_DIR in the environment" in result.stderr


@pytest.mark.parametrize("name", sorted(REQUIRED))
def test_start_names_the_one_that_is_missing(name):
    result = start(**{key: value for key, value in REQUIRED.items() if key != name})

    assert result.returncode != 0
    assert f"set {name} in the environment" in result.stderr


def test_a_real_service_insists_on_https():
    assert start(**REQUIRED).stdout.strip() == "True"


def test_serving_without_a_sealing_key_is_refused(tmp_path):
    result = start(**REQUIRED | {"SEALING_KEYS_DIR": str(tmp_path)}, code="import vein_care.wsgi")

    assert result.returncode != 0
    assert f"There is no sealing key in {tmp_path}" in result.stderr


def test_another_database_is_refused():
    result = start(**REQUIRED | {"DATABASE_URL": "sqlite:///x"})

    assert "Vein Care runs on PostgreSQL only" in result.stderr


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://jo:p%40ss@db.example:6432/cards", ("cards", "jo", "p@ss", "db.example", "6432", {})),
        ("postgresql://postgres:@/postgres?host=/tmp/a b", ("postgres", "postgres", "", "/tmp/a b", "", {})),
        ("postgres://jo@db/cards?sslmode=require", ("cards", "jo", "", "db", "", {"sslmode": "require"})),
    ],
)
def test_database_address_is_read_as_postgresql_tools_read_it(url, expected):
    settings = environment.database(url)

    assert tuple(settings[key] for key in ["NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS"]) == expected


@pytest.mark.parametrize(("value", "expected"), [("1", True), ("yes", True), ("0", False), ("", False), ("off", False)])
def test_flag_reads_the_usual_words(monkeypatch, value, expected):
    monkeypatch.setenv("VEIN_CARE_DEMO", value)

    assert environment.flag("VEIN_CARE_DEMO") is expected


@pytest.mark.parametrize(
    ("read", "value", "sentence"),
    [
        (environment.flag, "maybe", "Set it to 1 or 0"),
        (lambda name: environment.number(name, default=1), "ten", "whole number"),
    ],
)
def test_nonsense_is_refused_with_what_to_write_instead(monkeypatch, read, value, sentence):
    monkeypatch.setenv("CONN_MAX_AGE", value)

    with pytest.raises(ImproperlyConfigured, match=sentence):
        read("CONN_MAX_AGE")


def test_numbers_by_country_are_two_or_one(monkeypatch):
    monkeypatch.setenv("EMERGENCY_NUMBERS", "GB=999/111, IE=112 ,AU=000/1800 022 222")

    assert environment.by_country("EMERGENCY_NUMBERS") == {"GB": ("999", "111"), "IE": ("112", ""), "AU": ("000", "1800 022 222")}


@pytest.mark.parametrize("value", ["112", "IE", "IE=", "ie=112", "IE:112", "IE=help", "IE=112/", "IE=112/113/114"])
def test_numbers_by_country_that_cannot_be_read_stop_the_start(monkeypatch, value):
    monkeypatch.setenv("EMERGENCY_NUMBERS", value)

    with pytest.raises(ImproperlyConfigured, match="EMERGENCY_NUMBERS has"):
        environment.by_country("EMERGENCY_NUMBERS")
