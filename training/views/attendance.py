"""Marking who was there, in a room, on a tablet held in one hand. Works without scripts; with them, one tap does for everyone at once."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from training import event_pages
from training.actions.attendance import save_attendance
from training.actions.refusals import Refused
from training.forms.events import AttendanceForm, typed_marks
from training.models import Attendance
from training.views.events import PERMISSION, open_event, people_here
from vein_care.accounts.models import User
from vein_care.accounts.scope import of_own_organisation

MOST_FOUND = 12
FILLS = {"everyone": Attendance.State.ATTENDED, "rest": Attendance.State.ABSENT}


@require_http_methods(["GET", "HEAD", "POST"])
@of_own_organisation(PERMISSION)
def attendance(request, pk):
    """POST saves, unless its button only finds people or marks everyone left: those show the page again with all that was chosen."""
    event = open_event(request, pk)
    refusal = _why_not(event)
    if refusal and request.method != "POST":
        messages.info(request, refusal)
        return redirect("training:event-detail", event.pk)
    if request.method != "POST":
        return _page(request, event, _unbound(event))
    wanted = request.POST.get("do", "save")
    if wanted == "save":
        return _save(request, event)
    return _page(request, event, _bound(request, event), fill=FILLS.get(wanted, ""), wanted=wanted)


def _why_not(event):
    if event.is_cancelled:
        return _("This event was called off, so nobody can be marked.")
    if not event.can_be_marked(today=timezone.localdate()):
        return _("The day of this event has not come. You can mark who was there from that day on.")
    return ""


def _save(request, event):
    form = _bound(request, event)
    if not form.is_valid():
        return _page(request, event, form)
    others = (form.cleaned_data["others_was"], form.cleaned_data["others"])
    try:
        saved = save_attendance(
            event=event, marks=form.marks(), others=others, reason=form.cleaned_data["reason"], by=request.user, now=timezone.now()
        )
    except Refused as refusal:
        form.add_error("reason" if hasattr(refusal, "people") else None, str(refusal))
        return _page(request, event, form)
    event.refresh_from_db()
    if saved.differences or saved.others_stand is not None:
        return _page(request, event, _unbound(event), saved=saved)
    messages.success(request, _said(event, saved))
    return redirect("training:event-detail", event.pk)


def _said(event, saved):
    said = [_("Saved.")]
    if saved.completed:
        count, modules = saved.completed, event.modules.count()
        did = ngettext("%(count)d person has done", "%(count)d people have done", count) % {"count": count}
        what = ngettext("the module of this day.", "all %(count)d modules of this day.", modules) % {"count": modules}
        said.append(f"{did} {what}")
    if saved.taken_back:
        one, several = "For %(count)d person this day counts no more.", "For %(count)d people this day counts no more."
        said.append(ngettext(one, several, saved.taken_back) % {"count": saved.taken_back})
    if saved.theirs:
        said.append(_("Somebody else saved marks here meanwhile: theirs and yours both stand."))
    return " ".join(said)


def _bound(request, event):
    """The form with what was sent. 404 for people of another service."""
    typed = typed_marks(request.POST)
    people = {each.person_id: each.person for each in event.attendances.select_related("person")}
    people |= {person.pk: person for person in User.objects.visible_to(request.user).filter(pk__in=typed.keys() - people.keys())}
    if typed.keys() - people.keys():
        raise Http404
    return AttendanceForm(request.POST, people=people)


def _unbound(event):
    return AttendanceForm(people={}, initial={"others": event.others_came or None, "others_was": event.others_came})


def _page(request, event, form, *, fill="", wanted="", saved=None):
    """The page with every choice that was made on it. fill: the state of everyone on the list who has none yet."""
    mine = {mark.person.pk: mark for mark in form.marks() if mark.is_new} if form.is_bound else {}
    words = request.POST.get("q", "").replace("\0", "").strip()[:80] if wanted == "find" else ""
    found = _found(request, event, words) if words else []
    came = {mark.person.pk: mark.person for mark in mine.values()} | {person.pk: person for person in found}
    rows = event_pages.rows_of(event, mine=mine, came=list(came.values()), fill=fill)
    context = {
        "event": event,
        "form": form,
        "rows": rows,
        "opened_with": event_pages.opened_with(rows),
        "saved": saved,
        "words": words,
        "asks_for_words": wanted == "find" and not words,
        "finds_nobody": bool(words) and not found,
        "finds_more_than": MOST_FOUND if len(found) == MOST_FOUND else None,
        "has_marks": event.is_marked,
        "has_unmarked": any(row.is_invited and not row.stands for row in rows),
    }
    return render(request, "training/event_attendance.html", context)


def _found(request, event, words):
    """People of the own service by name who are not on the list."""
    people = people_here(request).exclude(pk__in=event.attendances.values("person")).select_related("usual_site")
    return list(people.named(words)[:MOST_FOUND])
