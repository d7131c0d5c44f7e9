"""What a site has to hand over and where it points people; and what getting started and closing a site need to know of sessions."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sessions.models import CardSession, Resource, SignpostKind, SiteResource, SiteSignpost, Tablet
from vein_care.accounts import audit
from vein_care.accounts.actions.sites import Use
from vein_care.accounts.first_run import Step, progress_of
from vein_care.accounts.models import Site
from vein_care.accounts.posted import posted
from vein_care.accounts.presenters import within
from vein_care.accounts.scope import Scope


class OfferForm(forms.Form):
    """Nothing ticked means everything: a site that has said nothing yet offers all there is."""

    resources = forms.ModelMultipleChoiceField(
        label=gettext_lazy("To hand over"),
        help_text=gettext_lazy("What this site usually has. Tick none to offer everything."),
        queryset=Resource.objects.filter(is_retired=False),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    signposts = forms.ModelMultipleChoiceField(
        label=gettext_lazy("To point people to"),
        help_text=gettext_lazy("Kinds of service that can be reached from here. Tick none to offer every kind."),
        queryset=SignpostKind.objects.filter(is_retired=False),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


def sites_to_stock(user):
    """Sites whose offer this person looks after."""
    return Site.objects.all() if user.is_superuser else Site.objects.visible_to(user)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def site_offer(request, pk):
    if not request.user.has_perm("care_sessions.manage_stock"):
        raise PermissionDenied
    site = get_object_or_404(sites_to_stock(request.user).select_related("organisation"), pk=pk)
    form = OfferForm(posted(request), initial=offer_of(site))
    if request.method == "POST" and form.is_valid():
        change_offer(site=site, resources=form.cleaned_data["resources"], signposts=form.cleaned_data["signposts"], by=request.user)
        messages.success(request, _("Saved. Tablets show it the next time they are online."))
        scope = Scope(site.organisation)
        return redirect("accounts:site-list" if progress_of(scope).is_ready else "accounts:getting-started", scope)
    return render(request, "sessions/site_offer.html", within(request.user, Scope(site.organisation), form=form, site=site))


def offer_of(site):
    """{"resources": codes, "signposts": codes} as stored; empty lists stand for everything."""
    return {
        "resources": list(SiteResource.objects.filter(site=site).values_list("resource", flat=True)),
        "signposts": list(SiteSignpost.objects.filter(site=site).values_list("kind", flat=True)),
    }


@transaction.atomic
def change_offer(*, site, resources, signposts, by):
    """Replace what the site offers."""
    Site.objects.select_for_update().get(pk=site.pk)
    before = offer_of(site)
    after = {"resources": [item.pk for item in resources], "signposts": [item.pk for item in signposts]}
    if {key: set(codes) for key, codes in before.items()} == {key: set(codes) for key, codes in after.items()}:
        return
    SiteResource.objects.filter(site=site).delete()
    SiteResource.objects.bulk_create(SiteResource(site=site, resource_id=code) for code in after["resources"])
    SiteSignpost.objects.filter(site=site).delete()
    SiteSignpost.objects.bulk_create(SiteSignpost(site=site, kind_id=code) for code in after["signposts"])
    audit.record("site.offer_changed", by=by, target=site, **after)


def step(scope):
    """Getting started: what each site offers. Optional, since a site that says nothing offers everything."""
    sites = scope.sites().filter(is_active=True)
    undecided = sites.filter(stock=None, signposts=None)
    first = undecided.first()
    is_done = first is None and sites.exists()
    line = _("Every site says what it has.") if is_done else _("Until a site says so, its tablets offer everything.")
    url = reverse("sessions:site-offer", args=[first.pk]) if first else reverse("accounts:site-list", args=[scope])
    title = _("What each site has, and where it points people")
    action = _("See sites") if is_done else _("Choose")
    return Step(title, line, url, action, is_done=is_done, is_optional=True)


def first_session_step(scope):
    """Getting started: the last step, which a worker takes."""
    is_done = CardSession.objects.filter(organisation=scope.organisation).exists()
    line = _("Your workers have begun.") if is_done else _("A worker signs in on a tablet, opens Cards and taps Start.")
    return Step(_("First session"), line, reverse("deliver:shell"), _("Open the cards"), is_done=is_done)


def tablets_at(site):
    """What `accounts` cannot know: the tablets that still record at a site which is about to be closed."""
    tablets = Tablet.objects.filter(site=site, revoked_at=None)
    counters = tablets.filter(is_counter=True).count()
    others = tablets.filter(is_counter=False).count()
    uses = []
    if counters:
        sentence = ngettext(
            "%(count)d counter tablet records here only. Revoke it first.",
            "%(count)d counter tablets record here only. Revoke them first.",
            counters,
        )
        uses.append(Use(sentence % {"count": counters}, prevents=True))
    if others:
        sentence = ngettext(
            "%(count)d tablet is used here. Records it has not sent yet will come to “Records to look at”.",
            "%(count)d tablets are used here. Records they have not sent yet will come to “Records to look at”.",
            others,
        )
        uses.append(Use(sentence % {"count": others}))
    return uses
