"""Everyone's own training: the page, what devices ask and say, and what somebody decides for themselves."""

import datetime
import json
import re

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, permission_required
from django.db import transaction
from django.http import Http404, JsonResponse, UnreadablePostError
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from training import learning
from training.actions.noting import Said, begin_again, note_place, parts_of, published
from training.models import ModuleVersion, OwnChoices
from vein_care.accounts import audit
from vein_care.accounts.device_keys import device_key, device_keys

MOST_BYTES = 64_000
MOST_PLACES = 60
MOST_PARTS = 100
SLUG = re.compile(r"[-\w]{1,60}", re.ASCII)
own_page = permission_required("training.take_training", raise_exception=True)


@require_safe
@never_cache
@own_page
def mine(request):
    """What is asked, going on, done and offered. Only its reader sees this page."""
    return render(request, "training/mine.html", learning.present_mine(request.user, now=timezone.now()))


# What devices ask and say


@login_not_required
@require_safe
@never_cache
def me(request):
    """Under which key a device keeps what this person reads, where they are, and a token with which to send."""
    if not request.user.is_authenticated or not request.user.has_perm("training.take_training"):
        return JsonResponse({"signed_in": False, "sign_in_url": reverse("account_login")}, status=401)
    return JsonResponse(
        {
            "schema": 1,
            "learner": device_key(request.user),
            "learners": device_keys(request.user),
            "csrf": get_token(request),
            "places": _places(request.user, now=timezone.now()),
        }
    )


@require_POST
@never_cache
@own_page
def places(request):
    """Take up places from a device, also days later. 409 when they are somebody else's: the login changed after the device had asked."""
    said = _read(request)
    if said is None:
        return JsonResponse({"error": "not_understood", "message": _("This could not be read. Open the lesson again.")}, status=422)
    if said["learner"] not in device_keys(request.user):
        return JsonResponse({"error": "somebody_else", "message": _("Somebody else is signed in on this device now.")}, status=409)
    now, unknown, done = timezone.now(), [], []
    for named, place in said["places"]:
        version = published(*named)
        if version is None:
            unknown.append({"module": named[0], "version": named[1]})
            continue
        _place, completion = note_place(person=request.user, version=version, said=place, now=now)
        if completion:
            done.append({"module": named[0], "version": named[1]})
    return JsonResponse({"schema": 1, "places": _places(request.user, now=now), "unknown": unknown, "done": done})


def _places(person, *, now):
    """As devices know them: not when it was, but how long ago, since their clocks are their own."""
    found = person.learning_places.select_related("version__module").order_by("pk")
    return [learning.present_place(place) | {"moved_ms_ago": round((now - place.moved_at).total_seconds() * 1000)} for place in found]


def _read(request):
    """{"learner", "places": [((slug, number), Said)]}, or None for a body that is no such thing."""
    try:
        if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
            return None
        body = json.loads(request.body)
        rows = body["places"]
        if not isinstance(rows, list) or len(rows) > MOST_PLACES:
            return None
        return {"learner": str(body["learner"]), "places": [_read_place(row) for row in rows]}
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError, UnreadablePostError):
        return None


def _read_place(row):
    number, lesson, screen = (int(row[name]) for name in ["version", "lesson", "screen"])
    slug = str(row["module"])
    if not (SLUG.fullmatch(slug) and all(0 <= value < 10_000 for value in [number, lesson, screen])):
        raise ValueError("no such place")
    said = Said(
        lesson=lesson,
        screen=screen,
        lessons_done=frozenset(int(position) for position in row["lessons_done"][:MOST_PARTS]),
        checks_done=frozenset(str(key) for key in row["checks_done"][:MOST_PARTS]),
        ago=datetime.timedelta(milliseconds=min(max(float(row.get("moved_ms_ago") or 0), 0), 10**12)),
        done_on=_day_in(row.get("done_on")),
    )
    return (slug, number), said


def _day_in(text):
    try:
        return datetime.date.fromisoformat(text)
    except (ValueError, TypeError):
        return None


# Without scripts


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@own_page
def lesson_done(request, slug, number, position):
    """A page with one button, for browsers whose lessons cannot note the place themselves."""
    version = published(slug, number)
    lessons = list(version.lessons.all()) if version else []
    lesson = next((each for each in lessons if each.position == position), None)
    if lesson is None:
        raise Http404
    following = next((each for each in lessons if each.position > position), None)
    if request.method == "POST":
        checks = frozenset(check.key for check in version.checks.all() if check.after_lesson == position)
        said = Said(lesson=following.position if following else position, lessons_done=frozenset({position}), checks_done=checks)
        _place, completion = note_place(person=request.user, version=version, said=said, now=timezone.now())
        if completion:
            messages.success(request, _("“%(title)s” is done. Your certificate is below.") % {"title": version.title})
        if following and not completion:
            return redirect("lessons:lesson", slug, number, following.position)
        return redirect("training:mine")
    has_checks = any(check.after_lesson == position for check in version.checks.all())
    return render(request, "training/lesson_done.html", {"version": version, "lesson": lesson, "following": following, "has_checks": has_checks})


# What somebody decides for themselves


@require_POST
@never_cache
@own_page
def module_again(request, slug):
    """Begin a module anew: what was done stays done."""
    version = ModuleVersion.objects.current().filter(module__slug=slug).select_related("module").first()
    if version is None:
        raise Http404
    begin_again(person=request.user, version=version, now=timezone.now())
    return redirect(learning.lesson_address(version, min(parts_of(version)[0], default=1)))


@require_POST
@never_cache
@own_page
def peer(request):
    """Say that one works as a peer, or no longer."""
    _choose(request.user, is_peer=request.POST.get("is_peer") == "yes")
    return redirect(f"{reverse('training:mine')}#choices")


@require_POST
@never_cache
@own_page
def reminders(request):
    """Ask for no reminders by e-mail, or for them again."""
    _choose(request.user, reminders_muted_at=timezone.now() if request.POST.get("mute") == "yes" else None)
    return redirect(f"{reverse('training:mine')}#reminders")


def _choose(person, **chosen):
    OwnChoices.objects.update_or_create(person=person, defaults=chosen)


@require_POST
@never_cache
@own_page
@transaction.atomic
def my_file(request):
    """Everything held about one's training. Asked for by POST, because the audit trail notes it."""
    now = timezone.now()
    gathered = learning.gather(request.user, now=now)
    audit.record("own_data.taken", by=request.user, target=request.user, kind="training")
    name = f"vein-care-my-training-{now:%Y-%m-%d}.json"
    return JsonResponse(gathered, json_dumps_params={"indent": 2}, headers={"Content-Disposition": f'attachment; filename="{name}"'})
