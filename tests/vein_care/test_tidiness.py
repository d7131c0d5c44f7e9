"""Rules for the whole code that a program can check."""

import subprocess
import sys

import pytest
from django.core.management import call_command

from vein_care.folders import ROOT


def test_the_linter_finds_nothing():
    done = subprocess.run([sys.executable, "-m", "ruff", "check", "--no-cache", "."], cwd=ROOT, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_checks_of_django_find_nothing():
    call_command("check", fail_level="WARNING")


@pytest.mark.django_db
def test_every_change_of_a_model_has_its_migration():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_folder_of_tests_is_a_package():
    """Without `__init__.py` in all of them, tests/cards and tests/sessions clash with each other or hide the apps."""
    folders = {path.parent for path in (ROOT / "tests").rglob("*.py")}

    assert [folder for folder in folders if not (folder / "__init__.py").is_file()] == []


def test_nothing_third_party_is_committed():
    """Known by where it would lie: folders that set-up fills, minified files and source maps."""
    tracked = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()

    assert [path for path in tracked if path.startswith(("static/vendor/", "node_modules/", ".venv/", ".data/"))] == []
    assert [path for path in tracked if path.endswith((".min.js", ".min.css", ".map", ".whl", ".tgz"))] == []
