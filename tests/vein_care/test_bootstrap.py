"""vein_care/bootstrap.py: a clone sets itself up, and says in one sentence what is missing."""

import ast
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.vein_care.clones import copy_of_clone, run_module
from vein_care import bootstrap
from vein_care.folders import ROOT
from vein_care.problems import Problem

# No address to fetch anything from: pip and npm are sent to a port where nobody listens.
CLOSED = "http://127.0.0.1:9/"
OFFLINE = {
    "PIP_CONFIG_FILE": "/dev/null",
    "PIP_INDEX_URL": CLOSED,
    "PIP_NO_CACHE_DIR": "1",
    "PIP_RETRIES": "1",
    "npm_config_registry": CLOSED,
    "npm_config_cache": "/nonexistent",
    "npm_config_fetch_retries": "0",
}
NO_PACKAGES = "# nothing to install\n"

UNBUILDABLE = {
    "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
    "PKG-INFO": "Metadata-Version: 2.1\nName: unbuildable\nVersion: 1.0\n",
    "backend.py": "import subprocess\n\ndef build_wheel(*arguments):\n    subprocess.run(['gcc', 'module.c'], check=True)\n",
}


def system_python():
    """The Python that made this one's virtual environment, as `python3` is in a shell."""
    return os.path.realpath(sys.executable)


@pytest.fixture
def clone(tmp_path):
    return copy_of_clone(tmp_path / "a new clone")


@pytest.fixture(scope="module")
def clone_with_virtualenv(tmp_path_factory):
    """A clone that is set up but for its packages; tests share it, since a virtual environment takes seconds to make."""
    clone = copy_of_clone(tmp_path_factory.mktemp("set up") / "a clone")
    (clone / "requirements.txt").write_text(NO_PACKAGES)
    done = set_up(clone, **OFFLINE)
    assert "Setting up: the Python packages" in done.stdout
    return clone


def set_up(clone, *arguments, **settings):
    return run_module("vein_care.bootstrap", *arguments, clone=clone, python=system_python(), **settings)


def sentence_of(done):
    """What a failed set-up ended with: one sentence or two, and no traceback."""
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stdout
    return done.stdout.strip().splitlines()[-1]


def folder_of_programs(folder, *names):
    """A PATH on which only these programs are found."""
    folder.mkdir()
    for name in names:
        (folder / name).symlink_to(shutil.which(name))
    return str(folder)


# A whole set-up


def test_a_second_set_up_changes_nothing_and_says_nothing(clone_with_virtualenv):
    clone = clone_with_virtualenv
    shutil.copytree(ROOT / "node_modules", clone / "node_modules")
    lock = (clone / "package-lock.json").read_bytes()
    (clone / "node_modules" / ".set-up").write_text(hashlib.sha256(lock).hexdigest())
    (clone / "requirements.txt").write_text(NO_PACKAGES)
    stamp = (clone / ".venv" / "set-up.json").stat()

    done = set_up(clone, **OFFLINE)
    shutil.rmtree(clone / "node_modules")

    assert (done.returncode, done.stdout) == (0, "")
    assert (clone / ".venv" / "set-up.json").stat().st_mtime_ns == stamp.st_mtime_ns
    assert (clone / ".data").stat().st_mode & 0o777 == 0o700


@pytest.fixture
def virtualenv(tmp_path, monkeypatch):
    """A folder that looks like a virtual environment that is fully set up."""
    folder = tmp_path / ".venv"
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").symlink_to(system_python())
    monkeypatch.setattr(bootstrap, "VIRTUALENV", folder)
    monkeypatch.setattr(bootstrap, "STAMP", folder / "set-up.json")
    bootstrap.write_stamp({"requirements.txt": "digest"})
    return folder


def test_a_virtual_environment_that_is_set_up_is_kept(virtualenv):
    assert bootstrap.read_stamp() == {"requirements.txt": "digest"}


def test_a_virtual_environment_of_a_moved_clone_is_of_no_use(virtualenv, monkeypatch):
    monkeypatch.setattr(bootstrap, "ROOT", ROOT / "moved")

    assert bootstrap.read_stamp() is None


def test_a_virtual_environment_after_half_a_set_up_is_of_no_use(virtualenv):
    (virtualenv / "set-up.json").write_text('{"at":')

    assert bootstrap.read_stamp() is None


def test_a_virtual_environment_whose_python_was_removed_is_of_no_use(virtualenv):
    (virtualenv / "bin" / "python").unlink()
    (virtualenv / "bin" / "python").symlink_to("/no/such/python3.11")

    assert bootstrap.read_stamp() is None


# Python


@pytest.mark.parametrize("module", ["bootstrap", "folders", "problems", "__init__"])
def test_an_old_python_can_read_as_far_as_the_sentence(module):
    ast.parse((ROOT / "vein_care" / f"{module}.py").read_text(), feature_version=(3, 6))


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 14, 1)])
def test_a_new_enough_python_is_taken(version):
    assert bootstrap.fitting_python(version) is None


def test_an_old_python_hands_over_to_the_newest_other():
    installed = {"python3.11": "/usr/bin/python3.11", "python3.12": "/opt/python3.12"}

    assert bootstrap.fitting_python((3, 9, 2), which=installed.get) == "/opt/python3.12"


def test_an_old_python_alone_is_refused_with_what_to_do():
    with pytest.raises(Problem, match=r"needs Python 3\.11 or newer, and this is 3\.9\. Install .* PYTHON=/path/to/python make run"):
        bootstrap.fitting_python((3, 9, 2), which={}.get)


def test_a_python_without_ensurepip_names_the_debian_package(clone, tmp_path):
    (tmp_path / "ensurepip.py").write_text("raise ImportError('No module named ensurepip')\n")

    done = set_up(clone, PYTHONPATH=str(tmp_path))

    assert f"sudo apt install python3.{sys.version_info.minor}-venv" in sentence_of(done)


def test_a_python_that_keeps_pip_elsewhere_is_left_to_find_it():
    elsewhere = SimpleNamespace(__file__="/nowhere/__init__.py", version=lambda: "0.0")

    assert bootstrap.bringing_pip(elsewhere) == [bootstrap.in_virtualenv("python"), "-m", "ensurepip"]


# Packages


def test_two_pips_together_install_every_pin_once(tmp_path):
    requirements = ROOT / "requirements-dev.txt"

    parts = [Path(part).read_text().split("\n") for part in bootstrap.dealt(requirements, tmp_path)]

    assert len(parts) == 2
    assert sorted(parts[0] + parts[1]) == sorted(requirements.read_text().split("\n"))
    assert all(part[0].count("==") == 1 for part in parts)


# Folder, network, compiler, Node


def test_a_read_only_folder_is_named(clone):
    clone.chmod(0o555)
    as_ordinary_user = ["setpriv", "--bounding-set=-dac_override"] if os.geteuid() == 0 else []

    done = run_module("vein_care.bootstrap", clone=clone, prefix=as_ordinary_user, python=system_python())
    clone.chmod(0o755)

    assert re.search(r"Nothing can be written in .*a new clone .* folder that you may write to", sentence_of(done))


def test_a_python_package_without_network_says_so(clone_with_virtualenv):
    (clone_with_virtualenv / "requirements.txt").write_text("unreachable==1.0 --hash=sha256:" + "0" * 64 + "\n")

    done = set_up(clone_with_virtualenv, **OFFLINE)

    assert sentence_of(done).startswith("Could not fetch the Python packages. Check the network connection")


def test_an_npm_package_without_network_says_so(clone_with_virtualenv):
    (clone_with_virtualenv / "requirements.txt").write_text(NO_PACKAGES)

    done = set_up(clone_with_virtualenv, **OFFLINE)

    assert sentence_of(done).startswith("Could not fetch the npm packages. Check the network connection")


def test_a_machine_without_node_and_network_says_so(clone_with_virtualenv, tmp_path):
    (clone_with_virtualenv / "requirements.txt").write_text(NO_PACKAGES)

    done = set_up(clone_with_virtualenv, **OFFLINE | {"PATH": folder_of_programs(tmp_path / "bin", "sh")})

    assert sentence_of(done).startswith("Could not fetch Node.js, since this machine has none from 20 up. Check the network connection")


def test_a_package_that_must_be_built_without_a_compiler_says_what_to_install(clone_with_virtualenv, tmp_path):
    source = tmp_path / "unbuildable-1.0"
    source.mkdir()
    for name, text in UNBUILDABLE.items():
        (source / name).write_text(text)
    archive = tmp_path / "unbuildable-1.0.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(source, arcname=source.name)
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    (clone_with_virtualenv / "requirements.txt").write_text(f"unbuildable==1.0 --hash=sha256:{digest}\n")
    no_compiler = folder_of_programs(tmp_path / "bin", "sh")

    done = set_up(clone_with_virtualenv, **OFFLINE | {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(tmp_path), "PATH": no_compiler})

    assert "There is no ready-made unbuildable for this machine" in sentence_of(done)
    assert "sudo apt install build-essential" in sentence_of(done)


def test_a_package_with_another_hash_is_not_installed(clone_with_virtualenv, tmp_path):
    (tmp_path / "changed-1.0.tar.gz").write_bytes(b"not what was pinned")
    (clone_with_virtualenv / "requirements.txt").write_text("changed==1.0 --hash=sha256:" + "0" * 64 + "\n")

    done = set_up(clone_with_virtualenv, **OFFLINE | {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(tmp_path)})

    assert "did not arrive as they were pinned" in sentence_of(done)


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("OSError: [Errno 28] No space left on device", "The disk is full. Make some room, then start again."),
        ("npm error code ENOTFOUND", "Could not fetch the packages. Check the network"),
        ("npm error code EINTEGRITY", "Some of the packages did not arrive as they were pinned"),
        ("npm error code EACCES", "Could not write the packages."),
        ("something else", "Could not install the packages."),
    ],
)
def test_other_failures_are_explained(output, sentence):
    assert bootstrap.explain(output, "the packages").startswith(sentence)


@pytest.mark.parametrize(("says", "version"), [("echo v20.20.2", 20), ("echo v8.1.0", 8), ("echo hello", 0), ("exit 1", 0)])
def test_the_version_of_node_is_read(tmp_path, says, version):
    program = tmp_path / "node"
    program.write_text(f"#!/bin/sh\n{says}\n")
    program.chmod(0o755)

    assert bootstrap.node_version(str(program)) == version


# make


def test_make_lists_every_target_that_people_use():
    listed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert " ".join(re.findall(r"^  make ([\w-]+)", listed, re.MULTILINE)) == "help run dev test faults test-ops bench shots psql manage pins stop"


def test_make_without_python_says_what_to_install(clone):
    done = subprocess.run(["make", "run", "PYTHON=no-such-python"], cwd=clone, capture_output=True, text=True)

    assert done.returncode != 0
    assert "needs Python 3.11 or newer. On Debian or Ubuntu: sudo apt install python3" in done.stdout
