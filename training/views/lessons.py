"""The course to read: every page the same for everyone who is signed in, so that a device may keep it for whoever is there next.

Nothing here may depend on who asks: no name, no token, no CSRF value. Where somebody is, the page learns from /training/me.json.
"""

from django.conf import settings
from django.contrib.auth.decorators import permission_required
from django.http import Http404
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from cards.models import Card, DeckRelease
from training import rendering
from training.actions.noting import published
from training.models import CourseRelease, ModuleVersion
from vein_care import memory
from vein_care.accounts.presenters import demo_strip
from vein_care.fixed_page import FixedPage
from vein_care.static_imports import with_imports

SHEET = "css/lessons.css"
SCRIPT = "js/training/lessons.js"
MOST_PAGES = 200

_pages = memory.kept_for_good()


@require_safe
@permission_required("training.take_training", raise_exception=True)
def course(request):
    """Every module and lesson of the course."""
    release = CourseRelease.objects.published().order_by("-number").first()
    return _respond(request, ("course", release and release.pk), _course_page)


@require_safe
@permission_required("training.take_training", raise_exception=True)
def lesson(request, slug, number, position):
    """A lesson of a version that was published, also of an earlier one: somebody may be in the middle of it."""
    version = published(slug, number)
    if version is None or position not in {each.position for each in version.lessons.all()}:
        raise Http404
    deck = DeckRelease.objects.current()
    current = ModuleVersion.objects.current().filter(module=version.module_id).values_list("number", flat=True).first()
    recalled = tuple(Card.objects.filter(recalled_at__isnull=False).order_by("pk").values_list("pk", flat=True))
    key = ("lesson", version.pk, position, current, deck and deck.pk, recalled)
    return _respond(request, key, lambda: _lesson_page(version, position, current=current))


def _respond(request, key, make):
    """Whoever comes next gets the same bytes; a browser asks each time whether they have changed, and whether it may still have them."""
    page = _pages.get(key)
    if page is None:
        page = _pages[key] = make()
        for oldest in list(_pages)[:-MOST_PAGES]:
            _pages.pop(oldest, None)
    response = page.respond(request, cache_control="private, no-cache")
    patch_vary_headers(response, ["Cookie"])
    return response


def _course_page():
    versions = ModuleVersion.objects.current().select_related("module").prefetch_related("lessons", "checks")
    modules = [
        {
            "slug": version.module.slug,
            "number": version.number,
            "title": version.title,
            "summary": version.summary,
            "minutes": version.minutes,
            "lessons": present_lessons(version),
            "checks": [check.key for check in version.checks.all()],
        }
        for version in versions
    ]
    return _page("training/course_list.html", {"modules": modules})


def _lesson_page(version, position, *, current):
    lessons = present_lessons(version)
    here = next(index for index, each in enumerate(lessons) if each["position"] == position)
    own = version.lessons.all()[here]
    checks = [check for check in version.checks.all() if check.after_lesson == position]
    screens = rendering.screens_of(own.body, pictures=rendering.card_pictures())
    keys = [key for key in version.sources if f"[{key}]" in own.body or any(key in check.sources for check in checks)]
    context = {
        "version": version,
        "slug": version.module.slug,
        "lesson": lessons[here],
        "lessons": lessons,
        "following": lessons[here + 1] if here + 1 < len(lessons) else None,
        "screens": screens,
        "checks": checks,
        "all_checks": [check.key for check in version.checks.all()],
        "sources": rendering.sources_of(keys),
        "is_rewritten": bool(current and current > version.number),
        "is_gone": current is None,
    }
    return _page("training/lesson.html", context)


def present_lessons(version):
    """[{"position", "title", "address", "checks"}] of a version with lessons and checks prefetched; checks: keys of those at its end."""
    return [
        {
            "position": lesson.position,
            "title": lesson.title,
            "address": reverse("lessons:lesson", args=[version.module.slug, version.number, lesson.position]),
            "checks": [check.key for check in version.checks.all() if check.after_lesson == lesson.position],
        }
        for lesson in version.lessons.all()
    ]


def _page(template, context):
    """Every file that the page needs stands in its head, also those that others import: so the worker finds them, and they come at once."""
    files = with_imports([SHEET, SCRIPT])
    brought = {
        "sheets": sorted(static(name) for name in files if name.endswith(".css") and name != SHEET),
        "scripts": sorted(static(name) for name in files if name.endswith(".js") and name != SCRIPT),
        "works_offline": settings.WORKS_OFFLINE,
    }
    return FixedPage(render_to_string(template, context | brought | demo_strip()).encode(), "text/html; charset=utf-8")
