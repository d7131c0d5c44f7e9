"""Sites of one service."""

from django.contrib import messages
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vein_care.accounts.actions import sites as actions
from vein_care.accounts.actions.refusals import Refused
from vein_care.accounts.forms.organisations import CloseSiteForm, SiteForm
from vein_care.accounts.models import Site
from vein_care.accounts.posted import posted, told_when_taken
from vein_care.accounts.presenters import within
from vein_care.accounts.scope import open_organisation

PERMISSION = "accounts.manage_sites"


@require_safe
@never_cache
def site_list(request, scope):
    scope = open_organisation(request.user, scope, PERMISSION)
    people = Count("usual_people", filter=Q(usual_people__is_active=True))
    sites = scope.sites().annotate(people_count=people).order_by("-is_active", "name")
    return render(request, "accounts/site_list.html", within(request.user, scope, sites=sites))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def site_new(request, scope):
    scope = open_organisation(request.user, scope, PERMISSION)
    form = SiteForm(posted(request), instance=Site(organisation=scope.organisation), organisation=scope.organisation)
    if request.method == "POST" and form.is_valid():
        with told_when_taken(form):
            is_first = not scope.sites().exists()
            site = actions.create_site(site=form.save(commit=False), by=request.user)
            if is_first:  # What it has to hand over can wait, and getting started says so.
                messages.success(request, _("%(site)s is there.") % {"site": site})
                return redirect("accounts:getting-started", scope)
            messages.success(request, _("%(site)s is there. Say what it has to hand over, or leave it at everything.") % {"site": site})
            return redirect("sessions:site-offer", site.pk)
    return render(request, "accounts/site_form.html", within(request.user, scope, form=form, site=None))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def site_edit(request, scope, pk):
    scope = open_organisation(request.user, scope, PERMISSION)
    site = get_object_or_404(scope.sites(), pk=pk)
    form = SiteForm(posted(request), instance=site, organisation=scope.organisation)
    if request.method == "POST" and form.is_valid():
        with told_when_taken(form):
            actions.change_site(site=form.save(commit=False), changed=form.changed_data, by=request.user)
            messages.success(request, _("Saved."))
            return redirect("accounts:site-list", scope)
    return render(request, "accounts/site_form.html", within(request.user, scope, form=form, site=site))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def site_close(request, scope, pk):
    """What still uses the site, and, on POST with a tick, its end."""
    scope = open_organisation(request.user, scope, PERMISSION)
    site = get_object_or_404(scope.sites(), pk=pk)
    form = CloseSiteForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.close_site(site=site, by=request.user)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("%(site)s is closed. What was recorded there stays.") % {"site": site})
        return redirect("accounts:site-list", scope)
    return render(request, "accounts/site_close.html", within(request.user, scope, form=form, site=site, uses=actions.uses_of(site)))


@require_POST
def site_open(request, scope, pk):
    scope = open_organisation(request.user, scope, PERMISSION)
    site = get_object_or_404(scope.sites(), pk=pk)
    actions.open_site(site=site, by=request.user)
    messages.success(request, _("%(site)s is open again.") % {"site": site})
    return redirect("accounts:site-list", scope)
