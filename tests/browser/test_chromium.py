"""tests/browser/chromium.py: which browser is taken, how it is started, and what is said when there is none."""

import contextlib
import sys

import psutil
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


def test_what_playwright_switches_off_stays_off(chromium):
    [command] = set(filter(is_the_browser, commands_of_children()))
    *playwrights, ours = [features_switched_off(word) for word in command if word.startswith("--disable-features=")]

    assert playwrights and all(theirs <= ours for theirs in playwrights)


def commands_of_children():
    commands = []
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):  # it may be ending just now
            commands.append(tuple(process.cmdline()))
    return commands


def is_the_browser(command):
    """And not one of the processes that it starts, which have a type."""
    return "--remote-debugging-pipe" in command and not any(word.startswith("--type=") for word in command)


def features_switched_off(word):
    return set(word.partition("=")[2].split(","))
