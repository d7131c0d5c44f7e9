"""tests/browser/chromium.py: which browser is taken, and what is said when there is none."""

import sys

import pytest

from tests.browser.chromium import find_chromium
from vein_care.problems import Problem


def test_without_a_browser_a_sentence_says_how_to_install_one(monkeypatch, tmp_path):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(Problem, match="sudo apt install chromium"):
        find_chromium()


def test_a_browser_that_is_not_where_the_environment_says_is_named(monkeypatch):
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")

    with pytest.raises(Problem, match="CHROMIUM is '/nowhere/chromium', and there is no such program"):
        find_chromium()


def test_the_environment_decides_which_browser(monkeypatch):
    monkeypatch.setenv("CHROMIUM", sys.executable)

    assert find_chromium() == sys.executable
