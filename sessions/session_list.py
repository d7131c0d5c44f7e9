"""Coordinators look through the sessions of their own organisation, and take one out of every count. No worker is named, and no one is counted."""

import datetime
import re

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from cards.content_files import LANGUAGE
from sessions import my_work, quarantine, voiding
from sessions.models import CardSession
from vein_care.accounts.forms.base import DateInput
from vein_care.accounts.models import Site
from vein_care.accounts.scope import of_own_organisation

PERMISSION = "care_sessions.void_any_session"
PER_PAGE = 25
# The day and the number of the last session on the page before.
PLACE = re.compile(r"(\d{4}-\d\d-\d\d)\.([1-9]\d{0,17})")


class SessionFilter(forms.Form):
    """Every part may be left out. What is wrong is said beside its field, and the list goes by the rest."""

    site = forms.ChoiceField(
        label=_("Site"), required=False, error_messages={"invalid_choice": _("There is no such site here. Choose one of the list.")}
    )
    since = forms.DateField(label=_("From"), required=False, widget=DateInput, error_messages={"invalid": _("Enter a day, such as 2026-11-21.")})
    until = forms.DateField(label=_("To"), required=False, widget=DateInput, error_messages={"invalid": _("Enter a day, such as 2026-11-21.")})

    def __init__(self, data, *, user):
        super().__init__(data)
        sites = Site.objects.visible_to(user)
        self.fields["site"].choices = [("", _t("All sites")), *((str(site.pk), site.name) for site in sites)]
        self.is_valid()

    def clean(self):
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and until < since:
            self.add_error("until", _t("The last day is before the first. Choose a later one here, or an earlier one to begin with."))

    def apply(self, sessions):
        lookups = {"site": "site", "since": "held_on__gte", "until": "held_on__lte"}
        return sessions.filter(**{lookups[name]: value for name, value in self.cleaned_data.items() if value})


@require_safe
@of_own_organisation(PERMISSION)
def session_list(request):
    """The latest day first. A further page begins below the last session shown, so that it costs the same however far back."""
    wanted = SessionFilter(request.GET, user=request.user)
    place = _place(request.GET.get("before", ""))
    found = list(_below(place, wanted.apply(_sessions(request.user)))[: PER_PAGE + 1])
    shown, query = found[:PER_PAGE], _query_without_place(request)
    older = None
    if len(found) > PER_PAGE:
        older = query.copy()
        older["before"] = f"{shown[-1].held_on.isoformat()}.{shown[-1].pk}"
    context = {
        "form": wanted,
        "sessions": [my_work.in_brief(session) | {"parts": parts_of(session)} for session in shown],
        "older": older.urlencode() if older else "",
        "newest": query.urlencode(),
        "here": request.GET.urlencode(),
        "is_first": place is None,
    }
    return render(request, "sessions/session_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@of_own_organisation(PERMISSION)
def session_void_any(request, pk):
    """Ask why, then void a session of the own organisation, whenever it came in. The way back leads to the same part of the list."""
    session = get_object_or_404(_sessions(request.user), pk=pk)
    back = "?".join(filter(None, [reverse("sessions:session-list"), request.GET.urlencode()]))
    form = voiding.VoidForm(request.POST if request.method == "POST" else None)
    try:
        voiding.check_standing(session)
        if form.is_valid():
            voiding.void_any_session(session=session, reason=form.cleaned_data["reason"], by=request.user, now=timezone.now())
            messages.success(request, _t("Voided. It counts nowhere now."))
            return redirect(back)
    except voiding.NotVoidable as refusal:
        messages.info(request, str(refusal))
        return redirect(back)
    return render(request, "sessions/session_void.html", {"form": form, "parts": parts_of(session), "back": back})


def _sessions(user):
    """Those of the own organisation with what the list says of each."""
    parts = ["areas", "resources", "signposts", "cards__card_version__texts"]
    return CardSession.objects.visible_to(user).select_related("site").prefetch_related(*parts).order_by("-held_on", "-pk")


def parts_of(session):
    """(label, text) pairs of all that was written down about a session, but for who wrote it."""
    titles = [text.title for shown in session.cards.all() for text in shown.card_version.texts.all() if text.language == LANGUAGE]
    cards = [(quarantine.FIELDS["cards"], ", ".join(titles))] if titles else []
    return [*quarantine.present_session(session), *cards]


def _place(text):
    """(day, number) of a session below which a page begins, or None: the first page."""
    found = PLACE.fullmatch(text)
    try:
        return (datetime.date.fromisoformat(found[1]), int(found[2])) if found else None
    except ValueError:
        return None


def _below(place, sessions):
    if place is None:
        return sessions
    day, number = place
    return sessions.filter(Q(held_on__lt=day) | Q(held_on=day, pk__lt=number), held_on__lte=day)


def _query_without_place(request):
    query = request.GET.copy()
    query.pop("before", None)
    return query
