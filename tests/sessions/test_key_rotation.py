"""manage.py rotate_sealing_key: a new key for tablets at once, what was sealed before still opens, and nothing goes that may be needed."""

import contextlib
import datetime
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from sessions import key_rotation, sealing
from sessions.models import HandIn
from tests.factories import HandInFactory, WorkerTicketFactory
from tests.sessions.tablet import rows, seal
from vein_care.accounts.models import AuditEvent

pytestmark = pytest.mark.django_db

NOBODY = 65534


@pytest.fixture
def folder(settings):
    return settings.SEALING_KEYS_DIR


def rotate(*options):
    said = StringIO()
    call_command("rotate_sealing_key", *options, stdout=said)
    return said.getvalue()


def days_ago(days):
    return timezone.now() - datetime.timedelta(days=days)


def make_key(folder, *, made, used):
    """A key made and last used so many days ago. Returns its kid."""
    kid = sealing.make_key()
    older = f"{days_ago(made).strftime(sealing.KID_TIME)}-{kid.partition('-')[2]}"
    path = (folder / f"{kid}.json").rename(folder / f"{older}.json")
    path.write_text(path.read_text().replace(kid, older))
    os.utime(path, (days_ago(used).timestamp(),) * 2)
    return older


@pytest.fixture
def old_keys(folder):
    """Made and used so many days ago, replaced when the next was made; the newest is of today."""
    ages = {"forgotten": (1300, 1000), "just unused": (900, 401), "used lately": (850, 399), "replaced lately": (800, 700)}
    return {name: make_key(folder, made=made, used=used) for name, (made, used) in ages.items()}


# Making


def test_new_key_is_given_to_tablets_at_once_and_what_was_sealed_before_is_opened(tablet):
    before = sealing.newest_kid()
    sealed = [seal(tablet.record()), seal(tablet.record())]
    tablet.send(sealed[0])

    said = rotate("--yes")

    newest = sealing.newest_kid()
    assert newest != before
    assert said.startswith(f"Made {newest}.\nKept     {newest}, last used ")
    assert f"Kept     {before}, last used {timezone.now():%Y-%m-%d}" in said and "Back up the folder" in said
    assert sealing.public_key()["kid"] == newest
    assert [tablet.send(sealed[1]).status_code, tablet.send(seal(tablet.record())).status_code] == [201, 201]
    assert AuditEvent.objects.get(type="sealing_key.made").details == {"kid": newest}


def test_processes_that_are_running_give_out_the_new_key_without_a_restart(folder, tmp_path):
    """Another process has read the key before; the folder is asked each time."""
    program = (
        "import sys, django; from django.conf import settings; settings.configure(SEALING_KEYS_DIR=sys.argv[1], USE_TZ=True); django.setup()\n"
        "from sessions import sealing\n"
        "for _line in sys.stdin: print(sealing.public_key()['kid'], flush=True)"
    )
    command = [sys.executable, "-c", program, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        before = asked(process)
        rotate("--yes")
        after = asked(process)
        process.stdin.close()

    assert before != after == sealing.newest_kid()


def asked(process):
    process.stdin.write("\n")
    process.stdin.flush()
    return process.stdout.readline().strip()


def test_key_that_is_not_here_is_still_422_after_rotating(tablet, folder):
    sealed = seal(tablet.record())
    rotate("--yes")
    for path in folder.iterdir():
        path.unlink()
    sealing.ensure_key()

    response = tablet.send(sealed)

    assert (response.status_code, response.json()["error"]) == (422, "unknown_key")
    assert rows() == (0, 0)


def test_key_that_root_makes_belongs_to_whose_folder_it_is(folder):
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)

    path = folder / f"{sealing.make_key()}.json"

    assert (path.stat().st_uid, path.stat().st_mode & 0o777) == (folder.stat().st_uid, 0o600)


def test_without_yes_it_only_says_what_it_would_do(folder, old_keys):
    before = sorted(folder.iterdir())

    said = rotate("--remove-old")

    assert "Would make a new key." in said and "Nothing was changed." in said
    assert said.count("Would remove") == 2
    assert sorted(folder.iterdir()) == before
    assert not AuditEvent.objects.exists()


# Taking away


def test_old_keys_go_only_when_asked_for(folder, old_keys):
    said = rotate("--yes")

    assert said.count("--remove-old would take it away") == 2
    assert len(list(folder.iterdir())) == 6


def test_only_what_was_not_used_and_was_replaced_long_ago_goes(folder, old_keys):
    said = rotate("--yes", "--remove-old")

    kept = {path.stem for path in folder.iterdir()}
    assert set(old_keys.values()) - kept == {old_keys["forgotten"], old_keys["just unused"]}
    assert len(kept) == 4
    assert f"Kept     {old_keys['used lately']}, last used {days_ago(399):%Y-%m-%d}: opened something in the last 400 days." in said
    assert f"Kept     {old_keys['replaced lately']}, last used {days_ago(700):%Y-%m-%d}: replaced in the last 430 days" in said
    assert {event.details["kid"] for event in AuditEvent.objects.filter(type="sealing_key.removed")} == {
        old_keys["forgotten"],
        old_keys["just unused"],
    }


def test_newest_is_never_taken_away_however_old(folder):
    for path in folder.iterdir():
        path.unlink()
    kid = make_key(folder, made=2000, used=2000)

    assert [(verdict.key.kid, verdict.why_kept) for verdict in key_rotation.judge(unused_days=400, now=timezone.now())] == [(kid, "newest")]
    rotate("--yes", "--remove-old")

    assert sealing.open_sealed(seal(b"x")) == b"x"
    assert (folder / f"{kid}.json").exists()


def test_days_can_be_more_and_not_fewer_than_a_tablet_may_hold_a_record(folder, old_keys):
    assert rotate("--remove-old", "--unused-days", "500").count("Would remove") == 1
    with pytest.raises(CommandError, match="a number from 400"):
        rotate("--remove-old", "--unused-days", "30")


@pytest.mark.parametrize(("replaced", "why_kept"), [(415, "replaced"), (429, "replaced"), (431, "")])
def test_key_stays_as_long_as_a_pin_may_seal_to_it_without_a_network_and_a_record_may_be_old(folder, settings, replaced, why_kept):
    """A tablet that went offline just before the rotation seals to the old key until the ticket ends, and may hold that for OLDEST_RECORD_DAYS."""
    settings.WORKER_TICKET_DAYS, settings.OLDEST_RECORD_DAYS = 30, 400
    kid = make_key(folder, made=900, used=800)
    make_key(folder, made=replaced, used=replaced)

    verdicts = {verdict.key.kid: verdict.why_kept for verdict in key_rotation.judge(unused_days=400, now=timezone.now())}

    assert verdicts[kid] == why_kept


def test_key_of_unknown_age_stays(folder, old_keys):
    (folder / "0-restored.json").write_text("{}")
    os.utime(folder / "0-restored.json", (0, 0))

    assert "0-restored, last used 1970-01-01: it cannot be told when it was made." in rotate("--yes", "--remove-old")


def test_service_that_cannot_note_uses_keeps_every_key(folder, old_keys):
    """The folder is writable for whoever runs the command and not for the service, whose hand-ins leave no trace in it."""
    for path in folder.iterdir():
        os.utime(path, (days_ago(800).timestamp(),) * 2)
    HandInFactory(ticket=WorkerTicketFactory(), received_at=days_ago(1))

    with pytest.raises(CommandError, match="nobody can tell which are old"):
        rotate("--yes", "--remove-old")

    assert len(list(folder.iterdir())) == 5
    assert HandIn.objects.count() == 1


def test_making_a_key_is_no_use_of_it(folder):
    """The old key opens records every day, which the service cannot note; whoever runs the command could write the new one."""
    for path in folder.iterdir():
        path.unlink()
    used = make_key(folder, made=900, used=900)
    make_key(folder, made=500, used=500)
    sealing.make_key()
    HandInFactory(ticket=WorkerTicketFactory(), received_at=days_ago(1))

    with pytest.raises(CommandError, match="nobody can tell which are old"):
        rotate("--yes", "--remove-old")

    assert (folder / f"{used}.json").exists()


def test_key_that_opened_nothing_yet_is_no_reason_to_keep_the_others(folder, old_keys):
    HandInFactory(ticket=WorkerTicketFactory(), received_at=days_ago(399))

    assert rotate("--yes", "--remove-old").count("Removed") == 2


def test_service_in_its_first_days_is_not_told_that_uses_are_not_noted(folder):
    HandInFactory(ticket=WorkerTicketFactory(), received_at=timezone.now())

    assert "Removed" not in rotate("--yes", "--remove-old")


def test_use_in_this_process_is_noted_so_that_the_key_stays(folder, old_keys):
    path = folder / f"{old_keys['forgotten']}.json"
    key = sealing.ECKey.import_key(json.loads(path.read_text())).as_dict(private=False)

    sealing.open_sealed(seal(b"from a drawer", key=key))

    assert time.time() - path.stat().st_mtime < 60
    assert old_keys["forgotten"] in {each.stem for each in folder.iterdir()}
    assert rotate("--remove-old").count("Would remove") == 1


# Folders that are not as they should be


def test_folder_without_a_key_is_not_begun_anew(folder):
    for path in folder.iterdir():
        path.unlink()

    with pytest.raises(CommandError, match="There is no sealing key in .*make_sealing_key"):
        rotate("--yes")
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("options", [[], ["--yes"], ["--yes", "--remove-old"]])
def test_folder_that_cannot_be_written_is_said(settings, folder, options):
    with read_only_copy(folder) as copy:
        settings.SEALING_KEYS_DIR = copy
        with pytest.raises(CommandError, match="cannot be written by this user"):
            rotate(*options)

        assert len(list(copy.iterdir())) == 1
    assert not AuditEvent.objects.exists()


@contextlib.contextmanager
def read_only_copy(folder):
    """The keys in a folder that this process may read and not write. Root may write everywhere, and is nobody meanwhile."""
    with tempfile.TemporaryDirectory() as made:
        copy = Path(made)
        for path in folder.iterdir():
            (copy / path.name).write_bytes(path.read_bytes())
        copy.chmod(0o555)
        is_root = os.geteuid() == 0
        if is_root:
            os.seteuid(NOBODY)
        try:
            yield copy
        finally:
            if is_root:
                os.seteuid(0)
            copy.chmod(0o755)


def test_key_that_cannot_be_finished_leaves_no_half_file(folder):
    before = sorted(folder.iterdir())

    with full_disk(), pytest.raises(OSError):
        sealing.make_key()

    assert sorted(folder.iterdir()) == before


@contextlib.contextmanager
def full_disk():
    """No file of this process may grow meanwhile."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
