"""Tries what goes wrong around tablets, and compares what was saved on them with what is in PostgreSQL.

    make faults                      every case
    make faults do="captive"         only cases with this in their name; "captive|Undo": with one of these
    make faults do="--list"          what there is
    make faults do="--write"         every case, and the table into docs/reference/faults.md and README.md

The exit code is 1 if a record was lost or doubled, if another number waits for a coordinator than a case says, or if a case did not go as
it should.
docs/reference/faults.md says what each case does.
"""

import importlib
import pkgutil
import signal
import sys
import time
import traceback

import tests.faults
from tests.faults.sharing import WORLDS, Share, all_worlds
from tests.faults.table import STARTED, Row, printed, tell, total
from vein_care.folders import DATA, private_folder
from vein_care.problems import said_plainly

LONGEST_SECONDS = 150


@said_plainly
def main(arguments):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the servers are stopped on the way out
    match arguments:
        case ["--world", number, folder]:
            return try_a_share(int(number), Share(folder))
    # Cases import models, and those need settings: nothing is asked of any database.
    set_django_up_for_reading()
    if "--list" in arguments:
        print("\n".join(each.name for each in all_cases()))
        return 0
    wanted = " ".join(argument for argument in arguments if not argument.startswith("--")).strip()
    cases = [each for each in all_cases() if any(part.strip() in each.name.lower() for part in wanted.lower().split("|"))]
    if not cases:
        print(f'There is no case with "{wanted}" in its name. All of them: make faults do="--list"')
        return 2
    tell("preparing PostgreSQL, the web server and the browser")
    rows, versions = all_worlds([each.name for each in cases], worlds=min(WORLDS, len(cases)))
    tell(versions)
    print(printed(rows))
    for row in rows:
        if not row.is_ok:
            print(f"\nNot as it should be: {row.name}\n{row.trouble or 'records were lost or doubled, or none was saved'}")
    if "--write" in arguments and not wanted and all(row.is_ok for row in rows):
        from tests.faults.writing import write

        write(cases, rows, versions, seconds=time.monotonic() - STARTED)
    return 0 if all(row.is_ok for row in rows) and total(rows).comparison.is_clean else 1


def try_a_share(number, share):
    """One world, which tries the next case of the run until none is left."""
    signal.signal(signal.SIGALRM, took_too_long)
    from tests.faults.world import running_world

    with running_world(number) as world:
        cases = {each.name: each for each in all_cases()}
        share.versions_are(describe(world))
        for name, count in share.taken():
            share.is_done(tried(world, cases[name], count))
    return 0


def took_too_long(*_):
    """A case that hangs ends the run: waiting for it would tell no more."""
    raise SystemExit(f"A case took more than {LONGEST_SECONDS} seconds, and everything was stopped.")


def all_cases():
    """In the order of the modules' names and of the lines in them."""
    from tests.faults.cases import ALL

    if not ALL:
        for module in pkgutil.iter_modules(tests.faults.__path__):
            if module.name.startswith("case_"):
                importlib.import_module(f"tests.faults.{module.name}")
    return ALL


def set_django_up_for_reading():
    import os

    import django

    stand_in = {"DATABASE_URL": "postgresql:///none", "SECRET_KEY": "none", "ALLOWED_HOSTS": "localhost", "SEALING_KEYS_DIR": "none"}
    os.environ.update(stand_in, DJANGO_SETTINGS_MODULE="vein_care.settings")
    django.setup()


def tried(world, described, number):
    """A case whose steps did not go as they should, such as on a busy machine, is run once more, and its row says so.

    What was lost, doubled or sent to a coordinator unasked is never tried again.
    """
    row = run(world, described, number)
    if row.is_ok or not row.comparison.is_clean:
        return row
    tell(f"once more, since nothing was lost or doubled:\n{row.trouble}")
    again = run(world, described, number)
    again.notes = [*again.notes, "at the second try"]
    return again


def run(world, described, number):
    """One case from beginning to end, as a Row."""
    from tests.faults.cases import Case

    began = time.monotonic()
    row = Row(described.name)
    case = Case(world)
    signal.alarm(LONGEST_SECONDS)
    try:
        described.run(case)
    except Exception:
        row.trouble = traceback.format_exc(limit=-6)
        keep_pictures(case, described.name)
    row.notes = case.notes
    try:
        world.network.as_usual()
        world.database.start()
        row.comparison = case.compared()
    except Exception:
        row.trouble += traceback.format_exc(limit=-6)
    signal.alarm(0)
    row.trouble += explained(row.comparison)
    case.end()
    world.as_usual()
    row.seconds = time.monotonic() - began
    tell(f"{number}  {'ok    ' if row.is_ok else 'FAILED'} {row.seconds:4.1f} s  {described.name}")
    return row


def explained(comparison):
    lost = [f"lost: {each.record_id} {each.facts}\n" for each in comparison.lost[:3]]
    doubled = [f"one too many: {row}\n" for row in comparison.doubled[:3]]
    other = comparison.for_a_look != comparison.declared
    looks = [f"for a coordinator's look: {comparison.for_a_look} instead of {comparison.declared}\n"] if other else []
    return "".join(lost + doubled + looks)


def keep_pictures(case, name):
    """What the pages of a failed case showed last."""
    folder = private_folder(DATA / "faults" / "failed")
    for number, device in enumerate(case.open_devices[:2], start=1):
        path = folder / f"{''.join(letter if letter.isalnum() else '-' for letter in name)}-{number}.png"
        try:
            device.page.screenshot(path=path, timeout=3000)
            tell(f"what it showed last: {path}")
        except Exception as error:
            tell(f"no picture of {name}: {type(error).__name__}")


def describe(world):
    from importlib.metadata import version

    python = ".".join(map(str, sys.version_info[:3]))
    chromium = world.browser.version
    return f"Chromium {chromium}, gunicorn {version('gunicorn')}, PostgreSQL {world.database.version()}, Python {python}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
