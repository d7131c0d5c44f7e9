"""Releases: what a draft changes, its review and publishing, and going back."""

import functools

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cards import actions, editing, forms, presenters
from cards.models import DeckRelease
from vein_care.accounts.actions.refusals import Refused
from vein_care.accounts.posted import posted

EDIT, REVIEW, PUBLISH = "cards.edit_card", "cards.review_card", "cards.publish_release"


def open_release(pk):
    people = ["created_by", "published_by", "reviewed_by", "review_asked_by", "based_on"]
    return get_object_or_404(DeckRelease.objects.select_related(*people), pk=pk)


@require_safe
@never_cache
@permission_required(EDIT, raise_exception=True)
def release_detail(request, pk):
    return render(request, "cards/release_detail.html", presenters.present_release(open_release(pk), viewer=request.user))


@require_POST
@permission_required(EDIT, raise_exception=True)
def draft_begin(request):
    if DeckRelease.objects.current() is None:
        messages.error(request, _("There is no release yet to begin from."))
        return redirect("cards:deck")
    release = editing.begin_draft(by=request.user)
    messages.success(request, _("A draft with the cards of the current release. Nothing changes on tablets until it is published."))
    return redirect("cards:release-detail", release.pk)


@require_POST
@permission_required(EDIT, raise_exception=True)
def review_ask(request, pk):
    said = _("Asked. Another editor can read it now.")
    return _do(request, pk, editing.ask_for_review, said)


@require_POST
@permission_required(REVIEW, raise_exception=True)
def review_give(request, pk):
    give_review = functools.partial(editing.give_review, asked=request.POST.get("asked", ""))
    return _do(request, pk, give_review, _("Noted that you have read it. It can be published."))


@require_POST
@permission_required(EDIT, raise_exception=True)
def draft_up_to_date(request, pk):
    said = _("The draft has the cards of the current release now, and keeps its own changes. Look at it once more.")
    return _do(request, pk, editing.bring_up_to_date, said)


def _do(request, pk, action, said):
    release = open_release(pk)
    try:
        action(release=release, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return _back_to(release)


def _back_to(release):
    """The release, or the deck when it is gone."""
    there = DeckRelease.objects.filter(pk=release.pk).exists()
    return redirect("cards:release-detail", release.pk) if there else redirect("cards:deck")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@permission_required(PUBLISH, raise_exception=True)
def publish(request, pk):
    release = open_release(pk)
    if release.published_at:
        messages.info(request, _("This release has been published already."))
        return _back_to(release)
    form = forms.PublishForm(posted(request), is_alone=not release.reviewed_at, initial={"seen": actions.seen_mark(release)})
    if request.method == "POST" and form.is_valid():
        try:
            actions.publish_release(release=release, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Release %(number)s is published. Tablets show it from their next contact on.") % {"number": release.number})
        return _back_to(release)
    if release.reviewed_at:
        lead = _("%(who)s has read it. Tablets show it from their next contact on; what was published never changes.") % {"who": release.reviewed_by}
    else:
        lead = _("Nobody else has read this draft. Better ask for a review; if it cannot wait, say why.")
    context = {"form": form, "heading": _("Publish this draft?"), "lead": lead, "button": _("Publish"), "kind": "main", "back": release}
    return render(request, "cards/sure.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@permission_required(EDIT, raise_exception=True)
def draft_discard(request, pk):
    release = open_release(pk)
    if release.published_at:
        messages.info(request, _("This release has been published already."))
        return _back_to(release)
    if request.method == "POST":
        try:
            editing.discard_draft(release=release, by=request.user)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The draft is gone. The current release is as it was."))
        return redirect("cards:deck")
    context = {
        "form": forms.SureForm(),
        "heading": _("Throw this draft away?"),
        "lead": _("What was written in it is lost. The current release stays as it is."),
        "button": _("Throw it away"),
        "kind": "stop",
        "back": release,
    }
    return render(request, "cards/sure.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@permission_required(PUBLISH, raise_exception=True)
def go_back(request, pk):
    release = get_object_or_404(DeckRelease.objects.published(), pk=pk)
    form = forms.GoBackForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            new = actions.go_back(to=release, by=request.user, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            messages.error(request, str(refusal))
            return _back_to(release)
        said = _("Release %(new)s has the cards of release %(old)s. Tablets show it from their next contact on.")
        messages.success(request, said % {"new": new.number, "old": release.number})
        return _back_to(new)
    context = {
        "form": form,
        "heading": _("Go back to release %(number)s?") % {"number": release.number},
        "lead": _("A new release with the cards of release %(number)s is published at once. Nothing is deleted.") % {"number": release.number},
        "button": _("Go back"),
        "kind": "stop",
        "back": release,
    }
    return render(request, "cards/sure.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@permission_required(REVIEW, raise_exception=True)
def reviewers(request, pk):
    release = open_release(pk)
    names = ["clinician", "clinician_on", "lived_experience", "lived_experience_on"]
    initial = {name: getattr(release, name) for name in names} | {"seen": actions.seen_mark(release)}
    form = forms.ReviewersForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.enter_reviewers(release=release, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Saved."))
        return _back_to(release)
    context = {
        "form": form,
        "heading": _("Who has read it: %(release)s") % {"release": presenters.name_of(release)},
        "lead": _("With both names and days it no longer says “not yet clinically reviewed”. Any later change of a draft takes the names out again."),
        "button": _("Save"),
        "kind": "main",
        "back": release,
        "back_url": reverse("cards:release-detail", args=[release.pk]),
    }
    return render(request, "cards/sure.html", context)
