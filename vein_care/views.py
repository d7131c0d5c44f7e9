"""Pages that belong to no single app: the desk's front page, the two public pages of plain words, health and errors."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from vein_care.accounts.first_run import progress_for


@require_safe
@never_cache
def home(request):
    """Workers go straight to the cards; everyone else sees what they can do here, and who sets things up, what comes next."""
    user = request.user
    progress = progress_for(user)
    if progress is None and user.organisation_id and user.has_perm("care_sessions.deliver_session"):
        return redirect("deliver:shell")
    return render(request, "home.html", {"progress": progress})


@login_not_required
@require_safe
def get_help(request):
    return render(request, "help.html", {"emergency_number": settings.EMERGENCY_NUMBER, "advice_number": settings.ADVICE_NUMBER})


@login_not_required
@require_safe
def written(request):
    return render(request, "written.html")


@login_not_required
@require_safe
@never_cache
def health(request):
    """200 when the database answers, 503 when it does not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:
        return JsonResponse({"database": "down"}, status=503)
    return JsonResponse({"database": "up"})


def error_page(request, *, status, template):
    """An error page that never touches the database or the session: either may be what broke."""
    return render(None, template, {"request": None}, status=status)


def bad_request(request, exception):
    return error_page(request, status=400, template="400.html")


def permission_denied(request, exception):
    return error_page(request, status=403, template="403.html")


def page_not_found(request, exception):
    return error_page(request, status=404, template="404.html")


def server_error(request):
    return error_page(request, status=500, template="500.html")


def csrf_failure(request, reason=""):
    return error_page(request, status=403, template="403_csrf.html")
