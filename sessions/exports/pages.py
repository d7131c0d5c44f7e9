"""The coordinators' pages of exports: what to take away, and how far a file is."""

import datetime
from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect, JsonResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sessions.exports import asking, contents, running
from sessions.exports import columns as column_table
from sessions.exports.xlsx_file import MOST_ROWS
from sessions.models import Export
from sessions.summaries import pages as summary_pages
from sessions.summaries.filters import SummaryFilter
from vein_care.accounts.scope import needs_figures
from vein_care.table_files import as_file

SHOWN = 5
SILENT = datetime.timedelta(seconds=10)  # an export that goes on is heard of every second


def for_whoever_exports(view):
    """Coordinators of an organisation take their own; those who see the figures of all services take what is to share."""

    @needs_figures
    @wraps(view)
    def checked(request, *args, **kwargs):
        if request.user.organisation_id and not request.user.has_perm("care_sessions.export_sessions"):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return checked


@require_http_methods(["GET", "HEAD", "POST"])
@for_whoever_exports
def export_start(request):
    """What will be in the file, about how many rows, as which file, and what for. The address says what it is about, as on the summary page."""
    now = timezone.now()
    running.settle_abandoned(now=now)
    # What nobody has said anything about is to share.
    filter_form = SummaryFilter(request.GET or QueryDict("view=share"), user=request.user, today=timezone.localdate(now))
    chosen = filter_form.chosen
    posted = request.POST if request.method == "POST" else None
    form = asking.ExportForm(posted, chosen=chosen, days_stand=not filter_form.errors)
    if request.method == "POST" and form.is_valid() and not filter_form.errors:
        export = asking.ask(form, by=request.user, now=now)
        return HttpResponseRedirect(f"{reverse('sessions:export', args=[export.pk])}?begin")
    context = {"filter": filter_form, "chosen": chosen, "form": form, "exports": _recent(request.user, now=now)} | _what_it_will_be(chosen)
    return render(request, "sessions/exports/start.html", context)


def _what_it_will_be(chosen):
    context = {
        "views": summary_pages.views_of(chosen),
        "picks": summary_pages.picks(chosen),
        "columns_of_summary": _("Columns of the summary"),
        "summary_columns": _explained(column_table.SUMMARY),
    }
    if chosen.is_to_share:
        return context
    rows = asking.sessions_expected(chosen)
    return context | {
        "rows": rows,
        "too_many": asking.too_many_for_a_sheet(rows) if rows > MOST_ROWS else "",
        "left_out": contents.left_out(chosen).sentence,
        "gone_before": contents.gone_before(chosen),
        "columns_of_sessions": _("Columns of sessions row by row"),
        "session_columns": _explained(column_table.of_sessions(with_day=True)),
    }


def _explained(columns):
    return [(column.name, _(column.meaning)) for column in columns]


def _recent(user, *, now):
    rows = Export.objects.visible_to(user).select_related("asked_by")[:SHOWN]
    return [{"export": export, "state": state_in_words(export, now=now), "is_own": export.asked_by_id == user.pk} for export in rows]


@require_safe
@for_whoever_exports
def export_page(request, pk):
    """One export: begin it, see how far it is, stop it. Says in the end whether the file is whole."""
    now = timezone.now()
    running.settle_abandoned(now=now)
    export = _own(request, pk)
    context = {"export": export, "state": state_in_words(export, now=now), "may_begin": export.may_begin(now=now)}
    return render(request, "sessions/exports/export.html", context | {"begins": "begin" in request.GET and export.may_begin(now=now)})


@require_safe
@for_whoever_exports
def how_far(request, pk):
    """The same for the page, which asks every second."""
    now = timezone.now()
    running.settle_abandoned(now=now)
    export = _own(request, pk)
    return JsonResponse({"state": export.state, "rows": export.rows, "expected": export.expected, "sentence": state_in_words(export, now=now)})


@require_POST
@for_whoever_exports
def export_file(request, pk):
    """The file itself, sent as it is made."""
    export = _own(request, pk)
    try:
        sending = running.begin(export, settings=settings, now=timezone.now())
    except running.Refused as refusal:
        messages.info(request, str(refusal))
        return redirect("sessions:export", export.pk)
    file = running.FILES[export.file_format]
    answer = StreamingHttpResponse(sending, content_type=file.TYPE)
    # A proxy that collected the file before passing it on would show nothing, and give up on it.
    answer["X-Accel-Buffering"] = "no"
    return as_file(answer, f"{sending.contents.stem}.{file.SUFFIX}")


@require_POST
@for_whoever_exports
def export_stop(request, pk):
    export = _own(request, pk)
    if running.stop(export):
        messages.success(request, _("It stops within a second or two. What has arrived of the file is not whole: delete it."))
    else:
        messages.info(request, _("There was nothing to stop."))
    return redirect("sessions:export", export.pk)


def _own(request, pk):
    """Whoever asked for it takes it; colleagues see in the list that it was taken."""
    return get_object_or_404(Export.objects.visible_to(request.user).select_related("asked_by"), pk=pk, asked_by=request.user)


def state_in_words(export, *, now):
    """One sentence on how far it is, or how it ended."""
    rows = number_format(export.rows, force_grouping=True)
    numbers = {"rows": rows, "all": _rows_in_words(export.rows), "expected": _rows_in_words(export.expected)}
    if export.state == Export.State.BROKEN_OFF:
        return _("Broken off after %(rows)s of about %(expected)s: %(why)s. The file is not whole. Delete it, and ask for a new one.") % (
            numbers | {"why": export.get_why_display().lower()}
        )
    if export.state == Export.State.RUNNING and export.seen_at < now - SILENT:
        return _(
            "%(rows)s of about %(expected)s, and then nothing for %(seconds)s seconds: nobody takes it, or the web server has ended. "
            "If it stays so, this page will say within two minutes that it broke off."
        ) % (numbers | {"seconds": (now - export.seen_at).seconds})
    if export.state == Export.State.READY and not export.may_begin(now=now):
        return _("It was never begun, and is too old to begin now. Ask for a new one.")
    sentences = {
        Export.State.READY: _("Ready to begin: about %(expected)s."),
        Export.State.RUNNING: _("%(rows)s of about %(expected)s so far."),
        Export.State.COMPLETE: _("Complete: %(all)s."),
        Export.State.STOPPED: _("Stopped after %(rows)s of about %(expected)s. The file is not whole: delete it."),
    }
    return sentences[export.state] % numbers


def _rows_in_words(count):
    return ngettext("%(count)s row", "%(count)s rows", count) % {"count": number_format(count, force_grouping=True)}
