"""Vein Care on this machine, with secrets, keys and database of its own in .data/. Production needs none of this: docs/deploy.md.

    python -m vein_care.local run               the demo: gunicorn, DEBUG off (make run)
    python -m vein_care.local dev               Django's development server, DEBUG on (make dev)
    python -m vein_care.local stop              end what `run` and `dev` started, and the database (make stop)
    python -m vein_care.local with COMMAND …    run any other command in the same surroundings

What is set in the environment already stays as it is.
"""

import os
import secrets
import socket
import subprocess
import sys

import psutil

from vein_care.database import EmbeddedServer, ensure_database_url, outlived, run
from vein_care.folders import DATA, ROOT, one_at_a_time, private_folder
from vein_care.problems import Problem, said_plainly

PATIENCE_SECONDS = 40  # gunicorn lets requests under way finish for 30


# Surroundings


def set_surroundings(debug="0"):
    """Fill os.environ with all that vein_care/settings.py asks for; starts or joins the database."""
    surroundings = {
        "SECRET_KEY": secret_key(),
        "SEALING_KEYS_DIR": str(private_folder(DATA / "sealing-keys")),
        "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
        "VEIN_CARE_DEMO": "1",
        "DEBUG": debug,
    }
    for name, value in surroundings.items():
        os.environ[name] = os.environ.get(name) or value
    ensure_database_url()


def secret_key():
    path = private_folder() / "secret-key"
    if not path.exists():
        with open(path, "x", opener=lambda name, flags: os.open(name, flags, mode=0o600)) as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text()


# The port


def wanted_port(text):
    if text.isascii() and text.isdigit() and 0 < int(text) < 65536:
        return int(text)
    raise Problem(f"PORT is {text!r}. Set it to a number from 1024 to 65535, for example: PORT=8001 make run")


def listen_on(port):
    """Return a socket that listens on this port of this machine only."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen(512)
    except PermissionError:
        listener.close()
        raise Problem(f"Port {port} is kept for administrators. Choose one from 1024 up, for example: PORT=8001 make run") from None
    except OSError:
        listener.close()
        raise Problem(
            f"Port {port} is in use. Choose another, for example: PORT={port % 65535 + 1} make run. "
            "Or, if an earlier `make run` is still there, end it with: make stop"
        ) from None
    return listener


# Starting


def start_web(port):
    with listen_on(port) as listener:
        set_surroundings()
        prepare()
        remember_process(port)
        os.set_inheritable(listener.fileno(), True)
        become([sys.executable, "-m", "gunicorn", "--bind", f"fd://{listener.fileno()}", "vein_care.wsgi"])


def start_development(port):
    listen_on(port).close()
    set_surroundings(debug="1")
    prepare()
    remember_process(port)
    become([sys.executable, "manage.py", "runserver", f"localhost:{port}"])


def prepare():
    """Bring static files, tables, cards and demo data up to date."""
    with one_at_a_time(DATA / "prepare.lock"):
        done = subprocess.run([sys.executable, "manage.py", "prepare"], cwd=ROOT)
    if done.returncode:
        raise Problem("Vein Care was not started, because of what is said above.")


def become(command):
    os.chdir(ROOT)
    sys.stdout.flush()
    os.execv(command[0], command)


# Stopping


def remember_process(port):
    """Note who we are, for `make stop`. The time of birth tells us from a later process with the same number."""
    process = psutil.Process()
    (private_folder(DATA / "web") / str(port)).write_text(f"{process.pid} {process.create_time()}")


def remembered_processes():
    for note in sorted((DATA / "web").glob("*")):
        pid, born = note.read_text().split()
        note.unlink()
        try:
            process = psutil.Process(int(pid))
            if process.create_time() == float(born):
                yield process
        except psutil.Error:
            continue


def stop():
    """End the web server first, then its database."""
    web = list(remembered_processes())
    for process in web:
        process.terminate()
    alive = outlived(web, PATIENCE_SECONDS)
    if alive:
        raise Problem(f"The web server (process {alive[0].pid}) did not end.")
    database = EmbeddedServer().stop()
    print("Vein Care is stopped." if web or database else "Nothing was running.")


@said_plainly
def main(arguments):
    port = os.environ.get("PORT", "8000")
    match arguments:
        case ["run"]:
            start_web(wanted_port(port))
        case ["dev"]:
            start_development(wanted_port(port))
        case ["stop"]:
            stop()
        case ["with", *command] if command:
            set_surroundings()
            run(command)
        case _:
            print(__doc__)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
