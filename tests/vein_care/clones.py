"""Copies of this clone, for tests of what happens in a new one."""

import os
import shutil
import subprocess
import sys

from vein_care.folders import ROOT

NOT_IN_A_NEW_CLONE = shutil.ignore_patterns(
    ".git", ".venv", ".data", "node_modules", "staticfiles", "__pycache__", ".pytest_cache", ".ruff_cache", ".hypothesis", "docs", "images"
)


def copy_of_clone(folder):
    """Copy what is needed to set up and run, with the files browsers load, into `folder`."""
    shutil.copytree(ROOT, folder, ignore=NOT_IN_A_NEW_CLONE)
    return folder


def plain_environment(**changes):
    """The surroundings of somebody who has set nothing."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return kept | changes


def run_module(module, *arguments, clone, prefix=(), python=sys.executable, **environment):
    """Run `python -m module` in a clone; returns the finished process, with everything it said in `stdout`."""
    return subprocess.run(
        [*prefix, python, "-m", module, *arguments],
        cwd=clone,
        env=plain_environment(**environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=180,
    )
