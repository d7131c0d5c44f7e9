"""What a tablet loads: the shell and the deck, the same for everyone, and me.json, which says who is there."""

import json
import re

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse, JsonResponse, UnreadablePostError
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from cards import content_files, payload, translations
from cards.models import DeckRelease
from sessions import app_version, by_ticket, counter_tablets, presenters, reference, tablets
from sessions.codes import REASONS_ASKED
from sessions.local_help import signpost_picture
from vein_care import memory
from vein_care.accounts.presenters import demo_strip
from vein_care.fixed_page import FixedPage

A_YEAR_SECONDS = 365 * 24 * 60 * 60
DECKS_KEPT = 4
# me.json holds a ticket, so it is not compressed; every tablet asks for it every ten minutes.
WITHOUT_BLANKS = {"separators": (",", ":"), "ensure_ascii": False}

# Empty lines, and blanks at the beginning of others: for those who read the templates. Nothing in the page keeps its blanks on the screen.
INDENTATION = re.compile(r"^\s+", re.MULTILINE)

_decks = memory.kept_for_good()


@login_not_required
@require_safe
def shell(request):
    """The page on the tablet: public, byte-identical for everyone, and answered without looking at any cookie."""
    return shell_page().respond(request, cache_control="no-cache")


@login_not_required
@require_safe
def deck(request, digest):
    """The deck under the digest of its bytes, so that it may be kept for ever."""
    if digest not in _decks:
        _look_again()
    page = _decks.get(digest)
    if page is None:
        raise Http404
    return page.respond(request, cache_control=f"public, max-age={A_YEAR_SECONDS}, immutable")


@login_not_required
@require_safe
@never_cache
def me(request):
    """Who is here, and what this tablet needs so that they can deliver and hand in: whose ticket the tablet shows, or else who is signed in."""
    ticket = request.headers.get("Worker-Ticket")
    try:
        found = _me_by_login(request) if ticket is None else _me_by_ticket(request, ticket)
    except by_ticket.TicketRefused:
        return _nobody(ticket="refused")
    if found is None:
        return _nobody()
    return _here(found)


def _here(found):
    release, url = current_deck()
    said = found | {"deck": {"release": release, "url": url} if release else None}
    return JsonResponse(said, json_dumps_params=WITHOUT_BLANKS)


def _me_by_login(request):
    if not request.user.is_authenticated:
        return None
    return presenters.present_me(request.user, tablet_token=request.headers.get("Tablet-Token", ""), now=timezone.now())


def _me_by_ticket(request, ticket):
    now = timezone.now()
    tokens = tablets.read_tokens(request.headers.get("Tablet-Token", "")) or []
    return presenters.present_bearer(by_ticket.bearer_of(ticket, tokens, now=now), now=now)


def _nobody(**more):
    sign_in_url = f"{reverse('account_login')}?next={reverse('deliver:shell')}"
    return JsonResponse({"signed_in": False, "sign_in_url": sign_in_url, **more}, status=401)


@login_not_required
@csrf_exempt
@require_POST
@never_cache
def sign_out(request):
    """End the login of somebody who has left this tablet; see by_ticket.end_login."""
    understood = by_ticket.end_login(request, request.headers.get("Sign-Out", ""))
    return HttpResponse(status=204 if understood else 400)


@login_not_required
@csrf_exempt
@require_POST
@never_cache
def counter(request):
    """A site's tablet takes up its place at the counter with the code that an administrator got for it, once."""
    now = timezone.now()
    try:
        tablet, token = counter_tablets.enrol(_code_in(request), now=now)
    except counter_tablets.UnknownCode:
        message = _("This code was used already, or is more than a day old. Ask your administrator for a new one.")
        return JsonResponse({"error": "unknown_code", "message": message}, status=404)
    return _here(presenters.present_bearer(by_ticket.Bearer(None, tablet, token), now=now))


def _code_in(request):
    try:
        code = json.loads(request.body).get("code")
    except (ValueError, AttributeError, RecursionError, UnreadablePostError):
        return ""
    return code if isinstance(code, str) else ""


def deck_url():
    """The address of the deck that tablets should show, or "" before the first release."""
    return current_deck()[1]


@memory.remembered(seconds=15)
def current_deck():
    """(number, url) of the newest release, whose bytes lie ready from now on; (None, "") before the first."""
    release = DeckRelease.objects.current()
    if release is None:
        return None, ""
    contents = payload.deck(release) | {"resources": resources()}
    page = FixedPage(json.dumps(contents, ensure_ascii=False, separators=(",", ":")).encode(), "application/json")
    _decks[page.digest] = page
    for digest in list(_decks)[:-DECKS_KEPT]:
        _decks.pop(digest, None)
    return release.number, reverse("deliver:deck", args=[page.digest])


def current_deck_page():
    """The FixedPage of the deck that tablets should show, or None before the first release."""
    url = deck_url()
    return next((page for digest, page in _decks.items() if url and digest in url), None)


@memory.remembered(seconds=1)
def _look_again():
    """Another process may have met a new release before this one did. Once a second will do, whoever asks for whatever."""
    current_deck.forget()
    current_deck()


@memory.remembered(seconds=15)
def shell_page():
    codes = {
        "areas": "areas",
        "moments": "moments",
        "settings": "settings",
        "length_bands": "lengths",
    }
    context = {name: reference.offered(table) for name, table in codes.items()} | {
        "reasons": reasons(),
        "resources": resources(),
        "deck_url": deck_url(),
        "signposts": signposts(),
        "languages": [{"code": code, "label": name} for code, name in translations.ALL_NAMES.items()],
        "works_offline": settings.WORKS_OFFLINE,
        "app_version": app_version.MARK,
        "emergency_number": settings.EMERGENCY_NUMBER,
        "advice_number": settings.ADVICE_NUMBER,
        **demo_strip(),
    }
    page = INDENTATION.sub("", render_to_string("deliver/shell.html", context))
    page = app_version.stamped(page, apart_from=context["deck_url"])
    return FixedPage(page.encode(), "text/html; charset=utf-8")


def reasons():
    """{outcome: list of Code}: what a tablet asks for with each, without what is retired."""
    offered = {code.code: code for code in reference.offered("reasons")}
    return {outcome: [offered[code] for code in asked if code in offered] for outcome, asked in REASONS_ASKED.items()}


def resources():
    """[{"code", "label", "line", "picture"}] of what can be handed over; picture is an address, or None without one."""
    return [
        {"code": item.code, "label": item.label, "line": item.line, "picture": _picture(item.code)} for item in reference.offered("resources")
    ]


def signposts():
    """[{"code", "label", "picture"}] of where people can be pointed to."""
    return [{"code": item.code, "label": item.label, "picture": signpost_picture(item.code)} for item in reference.offered("signposts")]


def _picture(code):
    name = f"resources/{code}.svg"
    return static(f"art/{name}") if (content_files.PICTURES_DIR / name).is_file() else None
