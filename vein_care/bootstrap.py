"""Set-up of a clone: the virtual environment, the pinned Python and npm packages, the files browsers load.

    python3 -m vein_care.bootstrap          what `make run` needs
    python3 -m vein_care.bootstrap --dev    and what the tests need

Runs on the machine's own Python with the standard library only, and so that an old Python still reaches the sentence that
says it is too old. Every step is skipped when it is done already: `.venv` and `node_modules` hold stamps with the
digest of what they were made from.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys

from vein_care.folders import DATA, ROOT, cannot_write, one_at_a_time, private_folder
from vein_care.problems import Problem, said_plainly

OLDEST_PYTHON = (3, 11)
NEWER_PYTHONS = ["python3.14", "python3.13", "python3.12", "python3.11"]
OLDEST_NODE = 20

VIRTUALENV = ROOT / ".venv"
STAMP = VIRTUALENV / "set-up.json"
NODE_STAMP = ROOT / "node_modules" / ".set-up"
LOG = DATA / "set-up.log"

NO_NETWORK = "{what} could not be fetched. Check the network connection (and the proxy settings, if there is a proxy), then start again."
WRONG_HASH = "{what} that arrived are not the ones Vein Care was tested with, so none was installed. Start again; if it happens twice, tell us."
DISK_FULL = "The disk is full. Make some room, then start again."
SEE_LOG = "{what} could not be installed. {log} says why."


# Python


def fitting_python(version, which=shutil.which):
    """Return None if this Python (a version tuple) is new enough, else the path of one that is."""
    if tuple(version[:2]) >= OLDEST_PYTHON:
        return None
    for name in NEWER_PYTHONS:
        if which(name):
            return which(name)
    raise Problem(
        "Vein Care needs Python 3.11 or newer, and this is {}.{}. Install a newer one, then start again; "
        "if it is not called python3, say where it is: PYTHON=/path/to/python make run".format(*version[:2])
    )


def require_venv_modules():
    """Debian keeps venv and ensurepip in a package of their own."""
    try:
        import ensurepip
        import venv

        return ensurepip, venv
    except ImportError:
        raise Problem(
            "This Python cannot make a virtual environment. On Debian or Ubuntu: "
            "sudo apt install python{}.{}-venv, then start again.".format(*sys.version_info[:2])
        ) from None


def in_virtualenv(name):
    return str(VIRTUALENV / "bin" / name)


def read_stamp():
    """Return what is installed, as {requirements file: digest}, or None if the virtual environment is of no use.

    It is of no use after half a set-up, in a clone that was moved, or when its Python was removed or replaced by a newer one.
    """
    try:
        stamp = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return None
    interpreter = os.path.realpath(in_virtualenv("python"))
    if stamp["at"] != str(ROOT) or stamp["python"] != interpreter or not os.path.exists(interpreter):
        return None
    return stamp["installed"]


def write_stamp(installed):
    STAMP.write_text(json.dumps({"at": str(ROOT), "python": os.path.realpath(in_virtualenv("python")), "installed": installed}))


def ensure_virtualenv():
    if read_stamp() is not None:
        return
    require_venv_modules()
    say("a virtual environment in .venv")
    code, output = logged([sys.executable, "-m", "venv", "--clear", str(VIRTUALENV)])
    if code:
        raise Problem(explain(output, "The virtual environment"))
    write_stamp({})


def ensure_requirements(name, time_needed, includes=()):
    """Install what the file `name` pins. `includes`: files whose every line is in it, too."""
    installed = read_stamp()
    wanted = {file: digest(ROOT / file) for file in [name, *includes]}
    if installed.get(name) == wanted[name]:
        return
    say("{} ({})".format(name, time_needed))
    options = ["--require-hashes", "--prefer-binary", "--no-input", "--disable-pip-version-check", "--progress-bar", "off"]
    code, output = logged([in_virtualenv("python"), "-m", "pip", "install", "--retries", "2"] + options + ["-r", name], PIP_USER="0")
    if code:
        raise Problem(explain(output, "The Python packages"))
    write_stamp(dict(installed, **wanted))


# Node: only fetches two small packages, and runs the tests of our modules.


def node_version(path):
    """Return the major version of the Node at `path`, or 0 if it does not run."""
    try:
        answer = subprocess.run([path, "--version"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=30).stdout.decode()
    except (OSError, subprocess.SubprocessError):
        return 0
    found = re.match(r"v(\d+)\.", answer)
    return int(found.group(1)) if found else 0


def system_has_node():
    """True if the machine has a Node that is new enough, with npm (Debian has them in two packages)."""
    node = shutil.which("node")
    return bool(node and shutil.which("npm") and node_version(node) >= OLDEST_NODE)


def ensure_node_packages():
    wanted = digest(ROOT / "package-lock.json")
    if NODE_STAMP.is_file() and NODE_STAMP.read_text() == wanted:
        return
    if not system_has_node():
        ensure_requirements("requirements-node.txt", "there is no Node on this machine; once, about half a minute")
    say("two npm packages")
    code, output = logged(["npm", "ci", "--ignore-scripts"], PATH=in_virtualenv("") + os.pathsep + os.environ.get("PATH", ""))
    if code:
        raise Problem(explain(output, "The npm packages"))
    NODE_STAMP.write_text(wanted)


# Running, logging, explaining


def say(what):
    print("Setting up: {} …".format(what), flush=True)


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def logged(command, **environment):
    """Run a command in the clone's root, keep what it says in the log, and return (exit code, what it said)."""
    done = subprocess.run(command, cwd=str(ROOT), env=dict(os.environ, **environment), stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)  # fmt: skip
    output = done.stdout.decode(errors="replace")
    with LOG.open("a", encoding="utf-8") as log:
        log.write("$ {}\n{}\n".format(" ".join(command), output))
    return done.returncode, output


def explain(output, what):
    """Return the sentence for what pip, venv or npm said when it failed."""
    if re.search(r"No space left on device|ENOSPC", output):
        return DISK_FULL
    if re.search(r"Permission denied|Read-only file system|EACCES|EROFS", output):
        return "{} could not be written. Clone Vein Care into a folder that you may write to, and start again.".format(what)
    if re.search(r"DO NOT MATCH THE HASHES|EINTEGRITY", output):
        return WRONG_HASH.format(what=what)
    unbuilt = re.search(r"Failed to build (?:installable wheels for some pyproject\.toml based projects \()?'?([\w.-]+)|Failed building wheel for ([\w.-]+)", output)
    if unbuilt:
        return cannot_build(unbuilt.group(1) or unbuilt.group(2))
    if re.search(r"connection broken|NewConnectionError|Could not fetch URL|Max retries exceeded|ENOTFOUND|EAI_AGAIN|ECONN|ETIMEDOUT|ENETUNREACH", output):
        return NO_NETWORK.format(what=what)
    unmatched = re.search(r"No matching distribution found for ([\w.-]+)", output)
    if unmatched:
        return cannot_build(unmatched.group(1))
    return SEE_LOG.format(what=what, log=LOG)


def cannot_build(package):
    sentence = "There is no ready-made {} for this machine and this Python, and it could not be built here. ".format(package)
    if any(shutil.which(compiler) for compiler in ("cc", "gcc", "clang")):
        return sentence + "Try another Python version (PYTHON=/path/to/python make run); {} says what went wrong.".format(LOG)
    return sentence + "It needs a compiler. On Debian or Ubuntu: sudo apt install build-essential python3-dev libpq-dev, then start again."


def set_up(dev):
    private_folder()
    with one_at_a_time(DATA / "set-up.lock"):
        ensure_virtualenv()
        if dev:
            ensure_requirements("requirements-dev.txt", "once, about half a minute", includes=["requirements.txt"])
        else:
            ensure_requirements("requirements.txt", "once, about half a minute")
        ensure_node_packages()

        from vein_care.vendor import copy_vendor_files

        copy_vendor_files()


@said_plainly
def main(arguments):
    newer = fitting_python(sys.version_info)
    if newer:
        os.execv(newer, [newer, "-m", "vein_care.bootstrap"] + arguments)
    try:
        set_up(dev="--dev" in arguments)
    except OSError as error:
        raise cannot_write(ROOT, error) from error
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
