import contextlib
import datetime
import os
import sys
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.http import QueryDict
from django.utils import timezone
from django.utils.http import urlencode

from sessions.exports import asking, running
from sessions.models import Export
from sessions.summaries.filters import INSIDE, SHARE, SummaryFilter
from vein_care.accounts.models import User


class Command(BaseCommand):
    help = (
        "Write an export to a file, as the page does: sessions row by row (inside only, with a reason), or the summary. "
        "It is noted in the audit trail under the name of the person given with --by, who must be allowed to export. "
        "--output - writes to the standard output."
    )

    def add_arguments(self, parser):
        parser.add_argument("--by", required=True, help="Login name of the coordinator in whose name it is made.")
        parser.add_argument("--organisation", type=int, required=True, help="Number of the organisation; it must be the coordinator's own.")
        parser.add_argument("--what", choices=Export.What.values, default=Export.What.SESSIONS, help="(%(default)s)")
        parser.add_argument("--from", dest="first", type=day, help="First day, such as 2026-07-01.")
        parser.add_argument("--to", dest="last", type=day, help="Last day.")
        parser.add_argument("--period", help="In place of days, for a summary to share: 2026, 2026-q3 or 2026-09.")
        parser.add_argument("--site", type=int, help="Number of a site: only this one.")
        parser.add_argument("--setting", help="Code of a setting, such as van: only this one.")
        parser.add_argument("--with-day", action="store_true", help="The day of each session, not only the week.")
        parser.add_argument("--format", dest="file_format", choices=Export.Format.values, default=Export.Format.CSV, help="(%(default)s)")
        parser.add_argument("--reason", default="", help="What it is for, in one sentence.")
        parser.add_argument("--output", required=True, help="The file to write. It must not be there yet.")

    def handle(self, *, by, organisation, output, file_format, what, reason, with_day, **asked):
        now = timezone.now()
        person = coordinator(by, organisation)
        form = asking.ExportForm(
            {"what": what, "file_format": file_format, "reason": reason, "with_day": "on" if with_day else ""},
            chosen=chosen_of(asked, person, today=timezone.localdate(now)),
        )
        if not form.is_valid():
            raise CommandError(said(form.errors))
        with opened(output) as file:
            export = asking.ask(form, by=person, now=now)
            rows = written(export, file, now=now)
        self.stderr.write(f"Export {export.pk}: {rows} rows.")


def day(text):
    return datetime.date.fromisoformat(text)


def coordinator(login_name, organisation):
    person = User.objects.filter(login_name=login_name, organisation=organisation, is_active=True).first()
    if person is None or not person.has_perm("care_sessions.export_sessions"):
        raise CommandError(f"There is nobody {login_name} in organisation {organisation} who may export. Name a coordinator of it with --by.")
    return person


def chosen_of(asked, person, *, today):
    """What it is about, read as the page reads it, so that a wrong day or another organisation's site gets the same sentence."""
    if asked["period"]:
        values = {"view": SHARE, "period": asked["period"]}
    elif asked["first"] and asked["last"]:
        values = {"view": INSIDE, "from": asked["first"], "to": asked["last"]}
    else:
        raise CommandError("Give the days with --from and --to, or a period to share with --period.")
    values |= {"site": asked["site"], "setting": asked["setting"]}
    form = SummaryFilter(QueryDict(urlencode({name: value for name, value in values.items() if value})), user=person, today=today)
    if form.errors:
        raise CommandError(said(form.errors))
    return form.chosen


def said(errors):
    return " ".join(f"{name}: {sentence}" for name, sentences in errors.items() for sentence in sentences)


@contextlib.contextmanager
def opened(output):
    """A file that only its owner can read. What was not finished is removed."""
    if output == "-":
        yield sys.stdout.buffer
        return
    path = Path(output)
    try:
        file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.") from None
    try:
        with file:
            yield file
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def written(export, file, *, now):
    try:
        with contextlib.closing(running.begin(export, settings=settings, now=now)) as sending:
            for piece in sending:
                file.write(piece)
            file.flush()
    except running.Refused as refusal:
        raise CommandError(str(refusal)) from None
    except (running.IsStopped, running.CopyBroke) as broken:
        export.refresh_from_db()
        ended = export.get_state_display().lower()
        raise CommandError(f"{ended.capitalize()} after {export.rows} rows ({type(broken).__name__}). Nothing was kept.") from None
    export.refresh_from_db()
    return export.rows
