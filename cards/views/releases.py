"""Releases: what a draft changes, its review and publishing, and going back.

Each view takes `pages`, the ReleasePages it is about: the URLconf of the deck gives those of the deck, that of the course those of the course.
"""

import functools

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cards import forms
from cards.release_pages import name_of
from vein_care.accounts.actions.refusals import Refused
from vein_care.accounts.posted import posted


def may(what):
    """Only for those whom `pages.permissions` names for it: "edit", "review" or "publish"."""

    def decorate(view):
        @functools.wraps(view)
        def checked(request, *args, pages, **kwargs):
            if not request.user.has_perm(pages.permissions[what]):
                raise PermissionDenied
            return view(request, *args, pages=pages, **kwargs)

        return checked

    return decorate


def open_release(pages, pk):
    people = ["created_by", "published_by", "reviewed_by", "review_asked_by", "based_on"]
    return get_object_or_404(pages.releases.release_model.objects.select_related(*people), pk=pk)


@require_safe
@never_cache
@may("edit")
def release_detail(request, pk, *, pages):
    return render(request, "cards/release_detail.html", pages.present_release(open_release(pages, pk), viewer=request.user))


@require_POST
@may("edit")
def draft_begin(request, *, pages):
    if pages.releases.release_model.objects.current() is None:
        messages.error(request, _("There is no release yet to begin from."))
        return redirect(pages.whole)
    release = pages.releases.begin_draft(by=request.user)
    messages.success(request, pages.words()["begun"])
    return redirect(pages.urls["release_detail"], release.pk)


@require_POST
@may("edit")
def review_ask(request, pk, *, pages):
    said = _("Asked. Another editor can read it now.")
    return _do(request, pk, pages, pages.releases.ask_for_review, said)


@require_POST
@may("review")
def review_give(request, pk, *, pages):
    give_review = functools.partial(pages.releases.give_review, asked=request.POST.get("asked", ""))
    return _do(request, pk, pages, give_review, _("Noted that you have read it. It can be published."))


@require_POST
@may("edit")
def draft_up_to_date(request, pk, *, pages):
    return _do(request, pk, pages, pages.releases.bring_up_to_date, pages.words()["up_to_date"])


def _do(request, pk, pages, action, said):
    release = open_release(pages, pk)
    try:
        action(release=release, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return _back_to(pages, release)


def _back_to(pages, release):
    """The release, or the page on all of them when it is gone."""
    there = pages.releases.release_model.objects.filter(pk=release.pk).exists()
    return redirect(pages.urls["release_detail"], release.pk) if there else redirect(pages.whole)


def _sure(request, pages, release, form, **words):
    back_url = reverse(pages.urls["release_detail"], args=[release.pk])
    return render(request, "cards/sure.html", {"form": form, "back_url": back_url, **words})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@may("publish")
def publish(request, pk, *, pages):
    release = open_release(pages, pk)
    if release.published_at:
        messages.info(request, _("This release has been published already."))
        return _back_to(pages, release)
    seen = pages.releases.seen_mark(release)
    form = forms.PublishForm(posted(request), is_alone=not release.reviewed_at, initial={"seen": seen})
    if request.method == "POST" and form.is_valid():
        try:
            pages.releases.publish_release(release=release, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, pages.words()["published"] % {"number": release.number})
        return _back_to(pages, release)
    if release.reviewed_at:
        lead = pages.words()["reviewed"] % {"who": release.reviewed_by}
    else:
        lead = _("Nobody else has read this draft. Better ask for a review; if it cannot wait, say why.")
    return _sure(request, pages, release, form, heading=_("Publish this draft?"), lead=lead, button=_("Publish"), kind="main")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@may("edit")
def draft_discard(request, pk, *, pages):
    release = open_release(pages, pk)
    if release.published_at:
        messages.info(request, _("This release has been published already."))
        return _back_to(pages, release)
    if request.method == "POST":
        try:
            pages.releases.discard_draft(release=release, by=request.user)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The draft is gone. The current release is as it was."))
        return redirect(pages.whole)
    lead = _("What was written in it is lost. The current release stays as it is.")
    words = {"heading": _("Throw this draft away?"), "lead": lead, "button": _("Throw it away"), "kind": "stop"}
    return _sure(request, pages, release, forms.SureForm(), **words)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@may("publish")
def go_back(request, pk, *, pages):
    release = get_object_or_404(pages.releases.release_model.objects.published(), pk=pk)
    form = forms.GoBackForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            new = pages.releases.go_back(to=release, by=request.user, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            messages.error(request, str(refusal))
            return _back_to(pages, release)
        messages.success(request, pages.words()["gone_back"] % {"new": new.number, "old": release.number})
        return _back_to(pages, new)
    heading = _("Go back to release %(number)s?") % {"number": release.number}
    lead = pages.words()["go_back"] % {"number": release.number}
    return _sure(request, pages, release, form, heading=heading, lead=lead, button=_("Go back"), kind="stop")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@may("review")
def reviewers(request, pk, *, pages):
    release = open_release(pages, pk)
    names = ["clinician", "clinician_on", "lived_experience", "lived_experience_on"]
    initial = {name: getattr(release, name) for name in names} | {"seen": pages.releases.seen_mark(release)}
    form = forms.ReviewersForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            pages.releases.enter_reviewers(release=release, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Saved."))
        return _back_to(pages, release)
    heading = _("Who has read it: %(release)s") % {"release": name_of(release)}
    lead = _("With both names and days it no longer says “not yet clinically reviewed”. Any later change of a draft takes the names out again.")
    return _sure(request, pages, release, form, heading=heading, lead=lead, button=_("Save"), kind="main")


def paths(pages, *, namespace):
    """The addresses of these pages, to be put into the URLconf of a kind. namespace: what `pages.prefix` begins with, colon included."""
    start, own = pages.prefix.removeprefix(namespace), {"pages": pages}
    return [
        path("drafts/new/", draft_begin, own, name=f"{start}draft-begin"),
        path("releases/<int:pk>/", release_detail, own, name=f"{start}release-detail"),
        path("releases/<int:pk>/ask/", review_ask, own, name=f"{start}review-ask"),
        path("releases/<int:pk>/review/", review_give, own, name=f"{start}review-give"),
        path("releases/<int:pk>/publish/", publish, own, name=f"{start}release-publish"),
        path("releases/<int:pk>/discard/", draft_discard, own, name=f"{start}draft-discard"),
        path("releases/<int:pk>/up-to-date/", draft_up_to_date, own, name=f"{start}draft-up-to-date"),
        path("releases/<int:pk>/back/", go_back, own, name=f"{start}release-back"),
        path("releases/<int:pk>/readers/", reviewers, own, name=f"{start}release-readers"),
    ]
