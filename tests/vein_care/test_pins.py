"""The pinned dependencies: complete, hashed, and without addresses of where they came from."""

import importlib.util
import json
import re
import tomllib
from importlib.metadata import distributions

import pytest
from packaging.requirements import Requirement

from vein_care.folders import ROOT

REQUIREMENTS = ["requirements.txt", "requirements-dev.txt", "requirements-node.txt"]


def pinned(name):
    """{distribution: version} of a requirements file."""
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / name).read_text(), re.MULTILINE))


def plain_name(requirement):
    return re.match(r"[\w.-]+", requirement)[0].lower().replace("_", "-")


def test_psycopg_3_is_not_installed():
    """Where it is, Django uses it instead of psycopg2 without a word."""
    installed = {distribution.metadata["Name"].lower() for distribution in distributions()}

    assert importlib.util.find_spec("psycopg") is None
    assert not installed & {"psycopg", "psycopg-binary", "psycopg-c"}


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_psycopg_3_is_not_pinned(name):
    assert not {"psycopg", "psycopg-binary", "psycopg-c"} & pinned(name).keys()


def test_every_dependency_that_we_name_is_pinned():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    runtime = {plain_name(requirement) for requirement in project["project"]["dependencies"]}
    development = {plain_name(requirement) for requirement in project["dependency-groups"]["dev"]}

    assert runtime <= pinned("requirements.txt").keys()
    assert runtime | development <= pinned("requirements-dev.txt").keys()


def test_tests_run_with_the_versions_that_production_has():
    assert pinned("requirements.txt").items() <= pinned("requirements-dev.txt").items()


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_every_pin_has_a_hash_and_no_address(name):
    text = (ROOT / name).read_text()

    assert len(re.findall(r"==\S+ (?:; .*)?\\\n +--hash=sha256:", text)) == len(re.findall("==", re.sub("; .*", "", text)))
    assert "//" not in text
    assert not re.search(r"^\s*(-i|-f|--index-url|--extra-index-url|--find-links)", text, re.MULTILINE)


def test_the_npm_lock_file_has_hashes_and_no_addresses():
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]

    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []


def test_the_installed_versions_are_the_pinned_ones():
    installed = {plain_name(distribution.metadata["Name"]): distribution.version for distribution in distributions()}
    wanted = pinned("requirements-dev.txt")

    assert {name: installed[name] for name in wanted if name in installed} == {name: wanted[name] for name in wanted if name in installed}


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_the_pins_name_all_that_their_packages_need(name):
    """Set-up installs what is pinned, and asks no package what it needs."""
    pins = pinned(name)
    installed = [distribution for distribution in distributions() if plain_name(distribution.metadata["Name"]) in pins]
    needs = [Requirement(line) for distribution in installed for line in distribution.requires or []]

    missing = [str(need) for need in needs if applies(need) and not is_met(need, pins)]

    assert len(needs) > 50
    assert missing == []


def applies(requirement):
    """False for what only other machines need, or only an extra that nobody asked for."""
    return requirement.marker is None or requirement.marker.evaluate({"extra": ""})


def is_met(requirement, pins):
    name = plain_name(requirement.name)
    return name in pins and pins[name] in requirement.specifier
