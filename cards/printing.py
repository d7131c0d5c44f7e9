"""The deck on paper: A6 cards, four to an A4 sheet and printed on both sides, and an overview on one sheet.

Backs stand mirrored, so that each lies behind its front when the sheet is turned over its long edge.
"""

from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cards import public, translations
from cards.content_files import LANGUAGE
from cards.models import DeckRelease, PracticeArea

COLUMNS, ROWS = 2, 2
CARDS_A_SHEET = COLUMNS * ROWS


@require_safe
@never_cache
def cards(request):
    """Every card of the release, front and back, in the language asked for where it has it."""
    language = request.GET.get("lang", "")
    language = language if language in translations.ALL_NAMES else LANGUAGE
    areas = {area.pk: area.label for area in PracticeArea.objects.all()}
    shown = [
        public.present_card(version, language) | {"area": areas[version.card.area_id]} for version in in_deck_order(public.shown_cards().values())
    ]
    context = {
        "release": DeckRelease.objects.current(),
        "sheets": sheets_of(shown),
        "count": len(shown),
        "language": language,
        "languages": translations.ALL_NAMES,
    }
    return render(request, "cards/print_cards.html", context)


@require_safe
@never_cache
def overview(request):
    """One page with every card, small, by area."""
    areas = [(area.label, [public.present_card(version) for version in own]) for area, own in public.by_area(public.shown_cards().values()) if own]
    return render(request, "cards/print_overview.html", {"release": DeckRelease.objects.current(), "areas": areas})


def in_deck_order(versions):
    return [version for _area, own in public.by_area(versions) for version in own]


def sheets_of(shown):
    """[{"number", "front", "back"}]: the cards of both sides of each sheet, row by row; None where a sheet is not full."""
    sheets = []
    for start in range(0, len(shown), CARDS_A_SHEET):
        front = shown[start : start + CARDS_A_SHEET]
        front += [None] * (CARDS_A_SHEET - len(front))
        rows = [front[row : row + COLUMNS] for row in range(0, CARDS_A_SHEET, COLUMNS)]
        back = [card for row in rows for card in reversed(row)]
        sheets.append({"number": len(sheets) + 1, "front": front, "back": back})
    return sheets
