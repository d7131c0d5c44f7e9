"""Set-up of a clone: the virtual environment, the pinned Python and npm packages, the files browsers load.

    python3 -m vein_care.bootstrap          what `make run` needs
    python3 -m vein_care.bootstrap --dev    and what the tests need

Runs on the machine's own Python with the standard library only, and so that an old Python still reaches the sentence that
says it is too old. Every step is skipped when it is done already: `.venv` and `node_modules` hold stamps with the
digest of what they were made from.
"""

import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

from vein_care.folders import DATA, ROOT, cannot_write, one_at_a_time, private_folder
from vein_care.problems import Problem, said_plainly

OLDEST_PYTHON = (3, 11)
NEWER_PYTHONS = ["python3.14", "python3.13", "python3.12", "python3.11"]
OLDEST_NODE = 20
NODE = f"Node.js, since this machine has none from {OLDEST_NODE} up"

VIRTUALENV = ROOT / ".venv"
STAMP = VIRTUALENV / "set-up.json"
NODE_STAMP = ROOT / "node_modules" / ".set-up"
LOG = DATA / "set-up.log"


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
        package = "python{}.{}-venv".format(*sys.version_info[:2])
        raise Problem(f"This Python cannot make a virtual environment. On Debian or Ubuntu: sudo apt install {package}, then start again.") from None


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
    ensurepip, _ = require_venv_modules()
    say("the virtual environment")
    for command in [[sys.executable, "-m", "venv", "--clear", "--without-pip", str(VIRTUALENV)], bringing_pip(ensurepip)]:
        code, output = logged(command)
        if code:
            raise Problem(explain(output, "the virtual environment"))
    write_stamp({})


def bringing_pip(ensurepip):
    """The command that puts pip into the virtual environment: unpacks the archive that this Python keeps for that.

    ensurepip finds the archive wherever it lies, but compiles what is in it, and setuptools, for five seconds.
    """
    folders = [sysconfig.get_config_var("WHEEL_PKG_DIR"), os.path.join(os.path.dirname(ensurepip.__file__), "_bundled")]
    for folder in filter(None, folders):
        archive = os.path.join(folder, f"pip-{ensurepip.version()}-py3-none-any.whl")
        if os.path.isfile(archive):
            return [in_virtualenv("python"), "-m", "zipfile", "-e", archive, sysconfig.get_path("purelib", "venv", {"base": str(VIRTUALENV)})]
    return [in_virtualenv("python"), "-m", "ensurepip"]


def ensure_requirements(name, what, includes=()):
    """Install what the file `name` pins; `what` is its name in sentences. `includes`: files whose every line is in it, too.

    Returns whether there was anything to install.
    """
    installed = read_stamp()
    wanted = {file: digest(ROOT / file) for file in [name, *includes]}
    if installed.get(name) == wanted[name]:
        return False
    say(f"{what} (once, about half a minute)")
    pip = [in_virtualenv("python"), "-m", "pip", "install", "--no-compile", "--no-deps", "--require-hashes", "--prefer-binary"]
    pip += ["--no-input", "--disable-pip-version-check", "--progress-bar", "off"]
    with tempfile.TemporaryDirectory() as folder:
        code, output = logged(*[pip + ["-r", part] for part in dealt(ROOT / name, Path(folder))], PIP_USER="0")
    if code:
        raise Problem(explain(output, what))
    write_stamp(dict(installed, **wanted))
    return True


@contextlib.contextmanager
def tests_are_read():
    """Meanwhile, since npm waits for the network most of the time. All processes of the tests then find them compiled, and what they import.

    What may be wrong with them, running them tells.
    """
    silent = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen([in_virtualenv("python"), "-m", "pytest", "--collect-only", "--quiet"], cwd=str(ROOT), **silent):
        yield


def dealt(requirements, folder):
    """Deal what is pinned into two files in `folder`, for two pips: one alone computes for half a minute on one processor.

    The pins name everything there is to install, so neither has to ask what a package needs, and they have nothing in common.
    """
    pins = re.split(r"\n(?=\w)", requirements.read_text())
    parts = [folder / f"{half}.txt" for half in range(min(2, len(pins)))]
    for half, part in enumerate(parts):
        part.write_text("\n".join(pins[half::2]))
    return [str(part) for part in parts]


# Node: only fetches a few small packages, joins what browsers load of them, and runs the tests of our modules.


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
    say("the npm packages")
    with_node(["npm", "ci", "--ignore-scripts", "--include=dev"], "the npm packages")
    NODE_STAMP.write_text(wanted)


def ensure_vendor_files():
    from vein_care import vendor

    vendor.ensure_vendor_files(lambda command: with_node(command, "the files that browsers load"))


def with_node(command, what):
    """Run a command of Node: the machine's own, or one that is installed for it. Raises Problem about `what` if it fails."""
    if not system_has_node():
        ensure_requirements("requirements-node.txt", NODE)
    code, output = logged(command, PATH=in_virtualenv("") + os.pathsep + os.environ.get("PATH", ""))
    if code:
        raise Problem(explain(output, what))


# Running, logging, explaining


def say(what):
    print(f"Setting up: {what} …", flush=True)


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def logged(*commands, **environment):
    """Run commands in the clone's root, all at once, and keep what they say in the log.

    Returns (exit code, what they said): of those that failed, if any did.
    """
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    running = [subprocess.Popen(command, cwd=str(ROOT), env=dict(os.environ, **environment), **streams) for command in commands]
    said = [process.communicate()[0].decode(errors="replace") for process in running]
    with LOG.open("a", encoding="utf-8") as log:
        for command, output in zip(commands, said, strict=True):
            log.write("$ {}\n{}\n".format(" ".join(command), output))
    failed = [output for process, output in zip(running, said, strict=True) if process.returncode]
    return int(bool(failed)), "\n".join(failed or said)


# What pip, venv and npm say -> what the person at the keyboard should read. The first that fits counts.
CAUSES = [
    (r"No space left on device|ENOSPC", "The disk is full. Make some room, then start again."),
    (
        r"Permission denied|Read-only file system|EACCES|EROFS",
        "Could not write {what}. Clone Vein Care into a folder that you may write to, and start again.",
    ),
    (
        r"DO NOT MATCH THE HASHES|EINTEGRITY",
        "Some of {what} did not arrive as they were pinned, and were not installed. Start again; if it happens twice, tell us.",
    ),
    (r"Failed building wheel for (?P<package>[\w.-]+)", "{cannot_build}"),
    (
        r"(?s).*(?:Collecting |Processing [^\n]*/)(?P<package>[a-zA-Z_]\w*(?:-[a-zA-Z]\w*)*)(?:==|-\d)"
        r".*(?:subprocess-exited-with-error|metadata-generation-failed)",
        "{cannot_build}",
    ),
    (
        r"Max retries exceeded|connection broken|Could not fetch URL|ENOTFOUND|EAI_AGAIN|ECONN|ETIMEDOUT|ENETUNREACH",
        "Could not fetch {what}. Check the network connection (and the proxy settings, if there is a proxy), then start again.",
    ),
    (r"No matching distribution found for (?P<package>[\w.-]+)", "{cannot_build}"),
    (r"", "Could not install {what}. {log} says why."),
]


def explain(output, what):
    """Return the sentence for what pip, venv or npm said when installing `what` failed."""
    matches = ((re.search(pattern, output), sentence) for pattern, sentence in CAUSES)
    found, sentence = next(match for match in matches if match[0])
    package = found.groupdict().get("package", "")
    return sentence.format(what=what, log=LOG, cannot_build=cannot_build(package))


def cannot_build(package):
    sentence = f"There is no ready-made {package} for this machine and this Python, and it could not be built here. "
    if any(shutil.which(compiler) for compiler in ("cc", "gcc", "clang")):
        return sentence + f"Try another Python (PYTHON=/path/to/python make run); {LOG} says what went wrong."
    return sentence + "It needs a compiler. On Debian or Ubuntu: sudo apt install build-essential python3-dev libpq-dev, then start again."


def set_up(dev):
    private_folder()
    with one_at_a_time(DATA / "set-up.lock"):
        ensure_virtualenv()
        if dev:
            is_new = ensure_requirements("requirements-dev.txt", "the Python packages", includes=["requirements.txt"])
        else:
            ensure_requirements("requirements.txt", "the Python packages")
        with tests_are_read() if dev and is_new else contextlib.nullcontext():
            ensure_node_packages()
            ensure_vendor_files()


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
