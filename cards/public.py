"""The cards as pages for the person: public, without script or cookie, and the same for everyone.

    /c/<slug>/              one card
    /c/                     all of them
    /c/?cards=a,b           those just talked about
    /c/code.svg?cards=a,b   the QR code of that address

Which cards, and the language, stand behind the question mark, because what is there is not written into any log.
"""

import io
from urllib.parse import urlencode

import segno
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page, require_safe

from cards import content_files, stored_pictures, translations
from cards.models import Card, DeckRelease, PracticeArea

MOST_CARDS = 60
CODE_COLOURS = {"dark": "#1f3a44", "light": "#fff"}


@login_not_required
@require_safe
@gzip_page
@conditional_page
def card(request, slug):
    """One card as the person saw it, what can help, and where it is from; or why it is not here."""
    version = shown_cards().get(slug)
    if version is None:
        return _not_here(slug)
    language = request.GET.get("lang", "")
    context = {"card": present_card(version, language), "languages": _languages(version, language, reverse("public-card", args=[slug]))}
    return _page("cards/public_card.html", context)


@login_not_required
@require_safe
@gzip_page
@conditional_page
def cards(request):
    """All cards by area, or those that are named, in the order they are named."""
    found, wanted, language = shown_cards(), asked_for(request), request.GET.get("lang", "")
    chosen = [present_card(found[slug], language) for slug in wanted if slug in found]
    areas = [] if wanted else [(area.label, own) for area, own in by_area(found.values()) if own]
    context = {
        "chosen": chosen,
        "is_chosen": bool(wanted),
        "some_missing": len(chosen) < len(wanted),
        "areas": [(label, [present_card(version, language) for version in own]) for label, own in areas],
    }
    return _page("cards/public_cards.html", context)


@login_not_required
@require_safe
def code(request):
    """The QR code of the address of these cards, for the camera of a phone. Only for cards that are there."""
    wanted = asked_for(request)
    if not wanted or not shown_cards().keys() >= set(wanted):
        raise Http404
    address = request.build_absolute_uri(address_of(wanted, request.GET.get("lang", "")))
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", scale=8, border=4, xmldecl=False, **CODE_COLOURS)
    response = HttpResponse(drawn.getvalue(), content_type="image/svg+xml")
    patch_cache_control(response, private=True, max_age=0)
    return response


def address_of(slugs, language=""):
    """Where these cards are, from the root of the site; share.js makes the same."""
    spoken = {"lang": language} if language in translations.NAMES else {}
    if len(slugs) == 1:
        path, query = reverse("public-card", args=slugs), spoken
    else:
        path, query = reverse("public-cards"), {"cards": ",".join(slugs)} | spoken
    return f"{path}?{urlencode(query, safe=',')}" if query else path


def asked_for(request):
    """The slugs behind ?cards=, each once, in their order."""
    named = request.GET.get("cards", "").split(",")
    return list(dict.fromkeys(slug for slug in named if slug))[:MOST_CARDS]


# What is shown


def shown_cards():
    """{slug: CardVersion} of the newest release in its order, without those that were recalled. Three queries."""
    release = DeckRelease.objects.current()
    if release is None:
        return {}
    places = release.places.select_related("version__card").prefetch_related("version__texts")
    return {place.version.card.slug: place.version for place in places if not place.version.card.recalled_at}


def by_area(versions):
    """[(PracticeArea, [CardVersion])] in the order of the areas."""
    versions = list(versions)
    return [(area, [version for version in versions if version.card.area_id == area.pk]) for area in PracticeArea.objects.all()]


def present_card(version, language=""):
    """The words of one card for a page, with the front in `language` where there is one."""
    texts = {text.language: text for text in version.texts.all()}
    own = texts[content_files.LANGUAGE]
    front = texts.get(language, own)
    resources, sources = content_files.resources(), content_files.sources()
    return {
        "slug": version.card.slug,
        "address": address_of([version.card.slug], front.language),
        "picture": stored_pictures.url_of(version),
        "language": front.language,
        "front": front,
        "back": own,
        "hand_over": [resources[code] for code in version.hand_over if code in resources],
        "sources": [sources[key] for key in version.sources if key in sources],
        "reviewed_on": version.reviewed_on,
    }


def _languages(version, chosen, path):
    """What the switch offers, or nothing where there is only one."""
    there = [text.language for text in version.texts.all()]
    current = chosen if chosen in there else content_files.LANGUAGE
    rows = [
        {"code": code, "name": name, "is_current": code == current, "address": path if code == content_files.LANGUAGE else f"{path}?lang={code}"}
        for code, name in translations.ALL_NAMES.items()
        if code in there
    ]
    return rows if len(rows) > 1 else []


def _not_here(slug):
    """404 for an address that never was a card's, 410 for a card that was taken out."""
    was_there = Card.objects.filter(slug=slug).exclude(versions__releases__published_at=None).exists()
    if was_there:
        sentence = _("This card is not shown any more. It may have been replaced by a newer one.")
    else:
        sentence = _("There is no card at this address. A letter may be missing.")
    return _page("cards/public_missing.html", {"sentence": sentence}, status=410 if was_there else 404)


def _page(template, context, *, status=200):
    """Rendered without the request, so that nothing on it can depend on who asks. A recalled card is gone at the next look."""
    numbers = {"emergency_number": settings.EMERGENCY_NUMBER, "advice_number": settings.ADVICE_NUMBER}
    response = HttpResponse(render_to_string(template, context | numbers), status=status)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    patch_cache_control(response, public=True, no_cache=True)
    return response
