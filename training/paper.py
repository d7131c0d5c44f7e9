"""Modules and cards as they are printed: the facilitator pack of an event, and the whole course as one manual."""

import re
from dataclasses import dataclass

from django.db.models import prefetch_related_objects
from django.utils.safestring import SafeString, mark_safe

from cards import public
from training import markdown, rendering
from training.models import ModuleVersion

FIGURE = re.compile(r"<figure.*?</figure>\s*", re.DOTALL)
CARD = re.compile(r"\(card:([a-z0-9-]+)\)")


@dataclass(frozen=True)
class PrintedLesson:
    """screens: [rendering.Screen]; checks: [Check] that stand at its end."""

    title: str
    screens: list
    checks: list


@dataclass(frozen=True)
class PrintedModule:
    """A module version on paper. cards: slugs of the deck that its lessons show, in their order."""

    version: ModuleVersion
    lessons: list
    checks: list
    notes: SafeString
    cards: list


def printed_modules(versions):
    """[PrintedModule] of a list of versions, in its order. Four queries, however many."""
    prefetch_related_objects(versions, "lessons", "checks")
    pictures = rendering.card_pictures()
    return [_printed(version, pictures) for version in versions]


def _printed(version, pictures):
    lessons, checks = list(version.lessons.all()), list(version.checks.all())
    return PrintedModule(
        version=version,
        lessons=[
            PrintedLesson(
                title=lesson.title,
                screens=[
                    rendering.Screen(heading=screen.heading, html=picture_first(at_once(screen.html)))
                    for screen in rendering.screens_of(lesson.body, pictures=pictures)
                ],
                checks=[check for check in checks if check.after_lesson == lesson.position],
            )
            for lesson in lessons
        ],
        checks=checks,
        notes=at_once(rendering.facilitator_html(version.facilitator_notes)),
        cards=list(dict.fromkeys(slug for lesson in lessons for slug in CARD.findall(lesson.body))),
    )


def at_once(html):
    """The same, with pictures that load at once: a printer does not scroll to them."""
    return mark_safe(html.replace(' loading="lazy"', ""))  # noqa: S308


def picture_first(html):
    """The same, with its pictures on top: beside the text on paper, where one at the end would stand alone."""
    return mark_safe("".join(FIGURE.findall(html)) + FIGURE.sub("", html))  # noqa: S308


def sources_of(modules, areas, *, with_lessons):
    """One list of sources for all that is printed, in the order in which they come up. Without lessons: those of notes, checks and cards."""
    keys = []
    for module in modules:
        lessons = [lesson.body for lesson in module.version.lessons.all()] if with_lessons else []
        for text in [*lessons, module.version.facilitator_notes]:
            keys += markdown.keys_of(text)
        keys += [key for check in module.checks for key in check.sources]
    keys += [key for _label, cards in areas for card in cards for key in card["keys"]]
    return rendering.sources_of(tuple(dict.fromkeys(keys)))


def printed_cards(slugs=None):
    """[(area, [card as cards.public.present_card gives it, and the keys of its sources])] of the deck that is shown now; slugs: only these."""
    shown = [version for slug, version in public.shown_cards().items() if slugs is None or slug in slugs]
    return [(area.label, [public.present_card(version) | {"keys": version.sources} for version in own]) for area, own in public.by_area(shown) if own]
