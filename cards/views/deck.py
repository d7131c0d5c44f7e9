"""The deck as it is: current release, its cards, one card, and taking a card back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cards import actions, forms, presenters
from cards.models import REVIEW_EVERY_DAYS, Card, Picture
from vein_care.accounts.posted import posted

A_YEAR_SECONDS = 365 * 24 * 60 * 60
EARLIER_SHOWN = 20


@require_safe
@never_cache
@permission_required("cards.edit_card", raise_exception=True)
def deck(request):
    whole = presenters.DECK_PAGES.present_whole(earlier_shown=EARLIER_SHOWN)
    deck = presenters.present_deck(whole["current"], today=timezone.localdate())
    context = whole | deck | {"review_months": REVIEW_EVERY_DAYS * 12 // 365}
    return render(request, "cards/deck.html", context)


@require_safe
@never_cache
@permission_required("cards.edit_card", raise_exception=True)
def card_detail(request, slug):
    card = get_object_or_404(Card.objects.select_related("area", "recalled_by"), slug=slug)
    return render(request, "cards/card_detail.html", presenters.present_card(card))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@permission_required("cards.recall_card", raise_exception=True)
def card_recall(request, slug):
    card = get_object_or_404(Card, slug=slug)
    form = forms.RecallForm(posted(request))
    if request.method == "POST" and form.is_valid():
        actions.recall_card(card=card, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, _("The card is recalled. Tablets stop showing it at their next contact."))
        return redirect("cards:card-detail", card.slug)
    title = presenters.title_of(card)
    context = {
        "form": form,
        "heading": _("Recall “%(title)s”?") % {"title": title},
        "lead": _("No tablet shows it from its next contact on. What was recorded with it stays, and you can show it again."),
        "button": _("Recall this card"),
        "kind": "stop",
        "back_url": reverse("cards:card-detail", args=[card.slug]),
    }
    return render(request, "cards/sure.html", context)


@require_POST
@permission_required("cards.recall_card", raise_exception=True)
def card_show_again(request, slug):
    card = get_object_or_404(Card, slug=slug)
    actions.show_card_again(card=card, by=request.user)
    messages.success(request, _("Tablets show the card again from their next contact on."))
    return redirect("cards:card-detail", card.slug)


@login_not_required
@require_safe
def picture(request, digest):
    """The bytes of this digest, for ever. They are only ever a picture: nothing in them is run, whoever opens them alone."""
    found = get_object_or_404(Picture, digest=digest)
    response = HttpResponse(bytes(found.body), content_type=found.content_type)
    response.headers["Cache-Control"] = f"public, max-age={A_YEAR_SECONDS}, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Content-Disposition"] = "inline"
    return response
