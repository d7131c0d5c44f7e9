"""What is local about "Get help now": numbers of the country, words for out of hours, local services, and the notice.

The public page of that name knows no one. Local parts come from me.json inside the tablet's page, and from an address of their own for
everybody else, if the organisation has opened one (docs/decisions/0011-local-help.md).
"""

import datetime
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, render
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.http import require_safe

from cards import content_files
from sessions.models import HelpPage, LocalService, Notice


@dataclass(frozen=True)
class Numbers:
    """Whom to call. advice: "" where a country has no number for advice."""

    emergency: str
    advice: str


def numbers_of(country):
    """The Numbers of a country, by its two letters; those of the installation where none are set for it."""
    emergency, advice = settings.EMERGENCY_NUMBERS.get(country, (settings.EMERGENCY_NUMBER, settings.ADVICE_NUMBER))
    return Numbers(emergency, advice)


def number_context(country=""):
    """Template context of deliver/_help.html."""
    numbers = numbers_of(country)
    return {"emergency_number": numbers.emergency, "advice_number": numbers.advice}


def present_local_help(organisation, *, today):
    """The parts of me.json that are local: services, notices and help. Two statements.

    The contacts for workers are in here and on no public page. A notice whose first day is to come, or whose last day was yesterday, goes
    along: the tablet compares days by itself, where the site's day may be another than the server's.
    """
    if organisation is None:
        return {"services": [], "notices": [], "help": {**number_context(), **dict.fromkeys(WORDS, "")}}
    services = LocalService.objects.shown().filter(organisation=organisation)
    notices = Notice.objects.not_over(today - datetime.timedelta(days=1)).filter(organisation=organisation)
    return {
        "services": [_service(service) for service in services],
        "notices": [_notice(notice) for notice in notices],
        "help": number_context(organisation.country) | {name: getattr(organisation, name) for name in WORDS},
    }


WORDS = ("out_of_hours", "safeguarding_contact", "needlestick_contact")


def _service(service):
    return {
        "id": service.pk,
        "kind": service.kind_id,
        "site": service.site_id,
        "name": service.name,
        "phone": service.phone,
        "hours": service.hours,
        "walk_in": service.walk_in,
        "link": service.link,
        "checked_on": service.checked_on.isoformat(),
        "stale_on": stale_on(service).isoformat(),
    }


def stale_on(service):
    """The first day on which somebody should have looked again."""
    return service.checked_on + datetime.timedelta(days=settings.LOCAL_SERVICE_STALE_DAYS + 1)


def _notice(notice):
    return {"id": notice.pk, "text": notice.text, "starts_on": notice.starts_on.isoformat(), "ends_on": notice.ends_on.isoformat()}


def signpost_picture(code):
    """The address of the picture of a kind of service, or None without one."""
    name = f"signposts/{code}.svg"
    return static(f"art/{name}") if (content_files.PICTURES_DIR / name).is_file() else None


@login_not_required
@require_safe
def public_page(request, slug):
    """Get help now, with what is local: for anybody who has the address. Nothing on it is meant for workers only."""
    page = get_object_or_404(HelpPage.objects.select_related("organisation"), slug=slug, organisation__is_active=True)
    organisation, today = page.organisation, timezone.localdate()
    services = LocalService.objects.shown().filter(organisation=organisation).select_related("kind", "site")
    context = {
        "organisation": organisation,
        "notice": Notice.objects.not_over(today).filter(organisation=organisation, starts_on__lte=today).first(),
        "services": [
            {"service": service, "picture": signpost_picture(service.kind_id), "is_stale": stale_on(service) <= today} for service in services
        ],
    }
    return render(request, "help_local.html", context | number_context(organisation.country))
