"""Services: adding one, its name and contacts, and how far it has got with setting up."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from vein_care.accounts.actions import organisations as actions
from vein_care.accounts.first_run import progress_of
from vein_care.accounts.forms.organisations import NewOrganisationForm, ServiceForm
from vein_care.accounts.models import Organisation
from vein_care.accounts.posted import posted, told_when_taken
from vein_care.accounts.presenters import within
from vein_care.accounts.scope import open_organisation


def superusers_only(user):
    if not user.is_superuser:
        raise PermissionDenied


@require_safe
@never_cache
def organisation_list(request):
    superusers_only(request.user)
    return render(request, "accounts/organisation_list.html", {"organisations": Organisation.objects.all()})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def organisation_new(request):
    superusers_only(request.user)
    form = NewOrganisationForm(posted(request))
    if request.method == "POST" and form.is_valid():
        with told_when_taken(form):
            organisation = actions.create_organisation(organisation=form.save(commit=False), by=request.user)
            return redirect("accounts:getting-started", str(organisation.pk))
    return render(request, "accounts/organisation_new.html", {"form": form})


@require_safe
@never_cache
def getting_started(request, scope):
    scope = open_organisation(request.user, scope, "accounts.manage_people")
    return render(request, "accounts/getting_started.html", within(request.user, scope, progress=progress_of(scope)))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def service(request, scope):
    scope = open_organisation(request.user, scope, "accounts.manage_sites")
    form = ServiceForm(posted(request), instance=scope.organisation)
    if request.method == "POST" and form.is_valid():
        with told_when_taken(form):
            actions.change_organisation(organisation=form.save(commit=False), changed=form.changed_data, by=request.user)
            messages.success(request, _("Saved."))
            return redirect("accounts:getting-started" if request.POST.get("then") == "start" else "accounts:service", scope)
    return render(request, "accounts/service.html", within(request.user, scope, form=form, progress=progress_of(scope)))
