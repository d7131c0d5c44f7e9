"""Handing in a rescue file at a desk. The answer is written while the work goes on, so that thousands of records show that something happens."""

import logging

from django import forms
from django.db import Error
from django.http import StreamingHttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from sessions import rescue
from vein_care.accounts import audit
from vein_care.accounts.scope import of_own_organisation

logger = logging.getLogger(__name__)

# What the page is cut at: before it goes out at once, after it when all is done.
CUT = "<!-- what came of it -->"
SAID_EVERY = 250


class RescueForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Rescue file"),
        help_text=gettext_lazy("Its name begins with “cards-rescue”. Handing in the same file twice does no harm."),
        error_messages={
            "required": gettext_lazy("Choose the file that was saved on the tablet."),
            "empty": gettext_lazy("This file is empty. Save it again on the tablet, under “This tablet”."),
        },
    )

    def clean_file(self):
        """The file, standing at its first record; `header` is what its first line says."""
        file = self.cleaned_data["file"]
        if file.size > rescue.LARGEST_FILE:
            raise forms.ValidationError(_("This file is larger than 64 MB, which is more than ten thousand records take. It is not a rescue file."))
        try:
            self.header = rescue.read_header(file)
        except rescue.NotARescueFile as refusal:
            raise forms.ValidationError(str(refusal)) from None
        return file


@require_http_methods(["GET", "HEAD", "POST"])
@of_own_organisation("care_sessions.resolve_quarantine")
def hand_in_rescue_file(request):
    """Take in a file of sealed records that waited on a tablet."""
    if request.method != "POST":
        return render(request, "sessions/rescue.html", {"form": RescueForm()})
    form = RescueForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "sessions/rescue.html", {"form": form})
    frame = render_to_string("sessions/rescue_working.html", {"cut": CUT}, request).split(CUT)
    # A proxy that collected the answer before passing it on would show nothing for half a minute.
    return StreamingHttpResponse(_answer(request, form, *frame), headers={"X-Accel-Buffering": "no"})


def _answer(request, form, before, after):
    yield before
    outcome = rescue.Outcome(form.header)
    try:
        said = 0
        for outcome in rescue.hand_in_file(form.cleaned_data["file"], form.header, by=request.user):
            if outcome.tried >= said + SAID_EVERY:
                said = outcome.tried
                yield _so_far(outcome)
        is_interrupted = False
    except Error as error:
        logger.error("A rescue file was interrupted by the database: %s", type(error).__name__)
        is_interrupted = True
    finally:
        # Also when whoever asked is gone: what was handed in until then stays.
        _note(outcome, by=request.user)
    told = rescue.in_words(outcome, origin=f"{request.scheme}://{request.get_host()}")
    yield render_to_string("sessions/_rescue_result.html", {"told": told, "is_interrupted": is_interrupted}, request)
    yield after


def _so_far(outcome):
    tried = number_format(outcome.tried, force_grouping=True)
    if not outcome.header.records:
        return format_html("<p>{}</p>\n", _("%(tried)s records …") % {"tried": tried})
    of = number_format(outcome.header.records, force_grouping=True)
    return format_html("<p>{}</p>\n", _("%(tried)s of %(records)s …") % {"tried": tried, "records": of})


def _note(outcome, *, by):
    try:
        audit.record("rescue_file.handed_in", by=by, missing=outcome.missing, **outcome.counts)
    except Error as error:
        logger.error("The audit trail could not note a rescue file: %s", type(error).__name__)
