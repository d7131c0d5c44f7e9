"""Modules that have changed since people did them: is a refresher needed?"""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from training.actions import refreshing
from training.actions.refusals import Refused
from training.forms.assigning import DueForm
from training.grid import current_modules, on_older_versions, people_of
from training.models import Assignment, Completion, RefresherDecision
from vein_care.accounts.posted import posted
from vein_care.accounts.scope import of_own_organisation

PERMISSION = "training.assign_module"


def open_version(request, pk):
    """(current version, how many people did an earlier one); 404 for a version that is not current."""
    version = next((version for version in current_modules() if version.pk == pk), None)
    if version is None:
        raise Http404
    older = on_older_versions(people_of(request.user.organisation), [version], today=timezone.localdate())
    return version, len(older[version.module_id])


@require_safe
@of_own_organisation(PERMISSION)
def refresher_list(request):
    modules = current_modules()
    older = on_older_versions(people_of(request.user.organisation), modules, today=timezone.localdate())
    rows = RefresherDecision.objects.visible_to(request.user).filter(version__in=[version.pk for version in modules]).select_related("decided_by")
    decided = {row.version_id: row for row in rows}
    lines = [
        {"version": version, "count": len(older[version.module_id]), "decision": decided.get(version.pk)}
        for version in modules
        if older.get(version.module_id) or version.pk in decided
    ]
    return render(request, "training/refresher_list.html", {"lines": lines})


@require_POST
@of_own_organisation(PERMISSION)
def refresher_none(request, pk):
    version, _count = open_version(request, pk)
    refreshing.say_none_is_needed(version=version, organisation=request.user.organisation, by=request.user)
    said = _("Noted. What was done with an earlier version of “%(module)s” counts.") % {"module": version}
    messages.success(request, f"{said} {_still_asked(version, request.user)}".strip())
    return redirect("training:refresher-list")


def _still_asked(version, user):
    """That a request stands which was made before: it is not taken back by itself."""
    done = Completion.objects.standing().filter(version__module=version.module_id).values("person")
    count = Assignment.objects.visible_to(user).open().filter(module=version.module_id, person__in=done).count()
    one = "%(count)d person who did it is still asked to do it once more; you can take that back under What was assigned."
    several = "%(count)d people who did it are still asked to do it once more; you can take that back under What was assigned."
    return ngettext(one, several, count) % {"count": count} if count else ""


@require_http_methods(["GET", "HEAD", "POST"])
@of_own_organisation(PERMISSION)
def refresher_ask(request, pk):
    version, count = open_version(request, pk)
    today = timezone.localdate()
    form = DueForm(posted(request), today=today)
    if form.is_valid():
        try:
            made, found = refreshing.ask_for_refresher(
                version=version, organisation=request.user.organisation, by=request.user, today=today, **form.cleaned_data
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            asked = len(found.people)
            messages.success(request, ngettext("Done: %(count)s person is asked.", "Done: %(count)s people are asked.", asked) % {"count": asked})
            return redirect("training:round", made.pk)
    return render(request, "training/refresher_ask.html", {"form": form, "version": version, "count": count})
