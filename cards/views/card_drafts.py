"""One card of a draft: its words, its picture, its version."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from cards import editing, forms, presenters, stored_pictures
from cards.models import Card, DeckRelease, Picture
from cards.refusals import ChangedMeanwhile
from cards.views.releases import open_release
from vein_care.accounts.actions.refusals import Refused
from vein_care.accounts.posted import posted

EDIT = presenters.DECK_PAGES.permissions["edit"]


def open_card(pk, slug):
    """(release, Entry of the card in it); 404 for a card that is not in it."""
    release = open_release(presenters.DECK_PAGES, pk)
    card = get_object_or_404(Card.objects.filter(versions__places__release=release), slug=slug)
    return release, presenters.entries_of(release)[card.pk]


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@permission_required(EDIT, raise_exception=True)
def card_edit(request, pk, slug):
    if request.method == "POST" and not DeckRelease.objects.filter(pk=pk).exists():
        return _thrown_away(request)
    release, entry = open_card(pk, slug)
    if release.published_at and request.method != "POST":
        return _is_published(request, release)
    form = forms.CardForm(posted(request), card=entry.card, initial=presenters.form_values(entry))
    theirs = None
    if request.method == "POST" and form.is_valid():
        try:
            editing.save_words(release=release, card=entry.card, contents=form.contents(), revision=form.cleaned_data["revision"], by=request.user)
        except ChangedMeanwhile as refusal:
            form.add_error(None, _keep(refusal))
            form.move_to(refusal.revision)
            theirs = entry.contents
        except Refused as refusal:
            form.add_error(None, _("%(said)s Your words are still here: copy them before you leave.") % {"said": refusal})
        else:
            messages.success(request, _("Saved in the draft."))
            return redirect("cards:card-edit", release.pk, entry.card.slug)
    return render(request, "cards/card_edit.html", presenters.present_card_edit(release, entry, form, theirs=theirs))


def _thrown_away(request):
    """Nothing can be saved any more, but what somebody typed is theirs to copy."""
    parts = [(label, request.POST[name]) for name, label in presenters.PARTS.items() if name in editing.WORDS and name in request.POST]
    return render(request, "cards/card_thrown_away.html", {"parts": parts, "whole": "cards:deck", "whole_name": _("The deck")}, status=409)


def _keep(refusal):
    return _("%(said)s Yours is still here, not saved. Look at what differs below, put in what you want to keep of it, and save again.") % {
        "said": refusal
    }


def _is_published(request, release):
    messages.info(request, _("This release is published, so its cards never change. Begin a draft to change one."))
    return redirect("cards:release-detail", release.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@permission_required(EDIT, raise_exception=True)
def card_picture(request, pk, slug):
    release, entry = open_card(pk, slug)
    if release.published_at:
        return _is_published(request, release)
    form = forms.PictureForm(posted(request), request.FILES or None, initial={"alt": entry.contents["alt"], "revision": entry.revision})
    if request.method == "POST" and form.is_valid():
        try:
            _keep_picture(release, entry.card, form, by=request.user)
        except ChangedMeanwhile as refusal:
            form.add_error(None, _("%(said)s Choose the picture once more to put it in all the same.") % {"said": refusal})
            form.move_to(refusal.revision)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The picture is in the draft. Look at it in both light and dark."))
            return redirect("cards:card-edit", release.pk, entry.card.slug)
    return render(request, "cards/card_picture.html", {"release": release, "entry": entry, "form": form})


@transaction.atomic
def _keep_picture(release, card, form, *, by):
    picture = stored_pictures.store(form.cleaned_data["file"], Picture.Kind.WEBP)
    words = {"alt": form.cleaned_data["alt"], "revision": form.cleaned_data["revision"]}
    editing.save_picture(release=release, card=card, picture=picture, by=by, **words)


@require_POST
@permission_required(EDIT, raise_exception=True)
def card_version(request, pk, slug):
    release, entry = open_card(pk, slug)
    form = forms.VersionForm(request.POST, card=entry.card)
    if not form.is_valid():
        messages.error(request, _("Choose one of the versions of this card."))
        return redirect("cards:card-edit", release.pk, slug)
    try:
        editing.choose_version(release=release, card=entry.card, by=request.user, **form.cleaned_data)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The draft has version %(number)s of this card.") % {"number": form.cleaned_data["version"].number})
    return redirect("cards:card-edit", release.pk, slug)
