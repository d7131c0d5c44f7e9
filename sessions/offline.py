"""What makes the tablet's page an app that is there without a network: its manifest, and the service worker with the list of what it keeps.

docs/decisions/0030-service-worker.md says what is kept, what never is, and how a newer version takes over.
"""

import hashlib
import json
import re

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from sessions import deliver
from vein_care import memory
from vein_care.fixed_page import FixedPage
from vein_care.static_imports import with_imports

NAME = "Cards"
PAPER = "#f6efe4"
ENTRIES = ["js/deliver/main.js", "css/deliver.css"]
WORKER = "js/worker.js"
WORKER_THAT_LEAVES = "js/worker-leaves.js"
# Only browsers and systems ask for these, and only when the app is installed.
NOT_KEPT = f"{settings.STATIC_URL}icons/"

ATTRIBUTE = re.compile(rf'="({re.escape(settings.STATIC_URL)}[^"]+)"')


@login_not_required
@require_safe
def manifest(request):
    return manifest_page().respond(request, cache_control="no-cache")


@login_not_required
@require_safe
def worker(request):
    """The service worker's script: the same for everyone, like the shell, and asked for anew each time."""
    return worker_page().respond(request, cache_control="no-cache")


@memory.remembered(seconds=15)
def manifest_page():
    """The name says nothing about what the cards are about: others see it on the tablet's home screen."""
    start = reverse("deliver:shell")
    icons = [("cards-192", 192, "any"), ("cards-512", 512, "any"), ("cards-maskable-512", 512, "maskable")]
    contents = {
        "id": start,
        "name": NAME,
        "short_name": NAME,
        "lang": settings.LANGUAGE_CODE,
        "start_url": start,
        "scope": start,
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": PAPER,
        "icons": [
            {"src": static(f"icons/{name}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose} for name, size, purpose in icons
        ],
    }
    return FixedPage(json.dumps(contents).encode(), "application/manifest+json")


@memory.remembered(seconds=15)
def worker_page():
    """The list, and the script that goes by it. Whatever changes on the tablet's page changes this body, and with it the worker."""
    if not settings.WORKS_OFFLINE:
        return _script(f"importScripts({json.dumps(static(WORKER_THAT_LEAVES))});\n")
    script = static(WORKER)
    kept = {"shell": {"path": reverse("deliver:shell"), "digest": deliver.shell_page().digest}, "files": files(), "later": later()}
    version = hashlib.sha256(json.dumps([script, kept]).encode()).hexdigest()[:12]
    listed = json.dumps({"version": version} | kept, separators=(",", ":"))
    return _script(f"self.offline={listed};\nimportScripts({json.dumps(script)});\n")


def files():
    """The addresses of everything that the page needs besides itself, each with a digest in it, so that it never changes under its address.

    Named in the page (its markup holds every picture of the codes), imported by what is named there, or named in the deck.
    """
    named = {address for address in ATTRIBUTE.findall(deliver.shell_page().body.decode()) if not address.startswith(NOT_KEPT)}
    imported = {static(name) for name in with_imports(ENTRIES)}
    return sorted(named | imported | deck_addresses())


def deck_addresses():
    """The deck that tablets should show now, and its pictures; nothing before the first release."""
    deck = deliver.current_deck_page()
    if deck is None:
        return set()
    contents = json.loads(deck.body)
    return {deliver.deck_url()} | {item["picture"] for item in contents["cards"] + contents["resources"] if item["picture"]}


def later():
    """How to tell, in a worker that is older than a deck or a lesson, what belongs to it: where decks, lessons and pictures are."""
    return {
        "decks": reverse("deliver:deck", args=["-"]).split("-")[0],
        "lessons": reverse("lessons:course"),
        "files": [settings.STATIC_URL, reverse("cards:picture", args=["-"]).split("-")[0]],
    }


def _script(text):
    return FixedPage(text.encode(), "text/javascript; charset=utf-8")
