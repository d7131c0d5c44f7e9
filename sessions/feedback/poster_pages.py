"""Each site's public page, for those who look after it: open, renew and switch off, and the poster that leads people to it."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from sessions.models import FeedbackPage
from sessions.models.feedback import QUESTION, new_code
from vein_care.accounts import audit
from vein_care.accounts.presenters import within
from vein_care.accounts.qr import inline_svg
from vein_care.accounts.scope import open_organisation

SEE = "care_sessions.print_feedback_poster"
MANAGE = "care_sessions.manage_feedback_pages"


@transaction.atomic
def open_page(*, site, by):
    """Give a site its public page, or switch it on again under the address it had. A second press changes nothing."""
    page, is_new = FeedbackPage.objects.get_or_create(site=site)
    if is_new or FeedbackPage.objects.filter(pk=page.pk, is_open=False).update(is_open=True):
        audit.record("feedback_page.opened", by=by, target=site)


@transaction.atomic
def close_page(*, site, by):
    """Switch it off. The address is kept, so that posters work once it is switched on again."""
    if FeedbackPage.objects.filter(site=site, is_open=True).update(is_open=False):
        audit.record("feedback_page.closed", by=by, target=site)


@transaction.atomic
def renew_page(*, site, code, by):
    """Give it another address in place of `code`, so that of two presses one counts."""
    page = FeedbackPage.objects.select_for_update().filter(site=site).first()
    if page and page.code == code:
        page.code = new_code()
        page.save(update_fields=["code"])
        audit.record("feedback_page.renewed", by=by, target=site)


@require_safe
@never_cache
def say_pages(request, scope):
    """Every open site, whether people can say there how a talk was, and its poster."""
    scope = open_organisation(request.user, scope, SEE)
    sites = scope.sites().active().select_related("feedback_page")
    rows = [{"site": site, "page": page, "address": _address(request, page)} for site in sites for page in [_page_of(site)]]
    context = {"rows": rows, "may_manage": request.user.has_perm(MANAGE)}
    return render(request, "sessions/feedback/say_pages.html", within(request.user, scope, **context))


@require_safe
@never_cache
def say_poster(request, scope, pk):
    """One A4 sheet with the QR code of the site's page."""
    scope = open_organisation(request.user, scope, SEE)
    page = get_object_or_404(FeedbackPage.objects.open().select_related("site"), site=pk, site__organisation=scope.organisation)
    address = _address(request, page)
    context = {"question": QUESTION, "site": page.site, "address": address.partition("://")[2], "code": inline_svg(address)}
    return render(request, "sessions/feedback/say_poster.html", within(request.user, scope, **context))


@require_POST
def say_open(request, scope, pk):
    scope, site = _site(request, scope, pk)
    open_page(site=site, by=request.user)
    sentence = _("People can now say how it was at %(site)s. Print the poster; tablets show it the next time they are online.")
    messages.success(request, sentence % {"site": site})
    return redirect("sessions:say-pages", scope)


@require_POST
def say_renew(request, scope, pk):
    scope, site = _site(request, scope, pk)
    renew_page(site=site, code=request.POST.get("code", ""), by=request.user)
    messages.success(request, _("%(site)s has a new address. Take the old posters down and print new ones.") % {"site": site})
    return redirect("sessions:say-pages", scope)


@require_POST
def say_close(request, scope, pk):
    scope, site = _site(request, scope, pk)
    close_page(site=site, by=request.user)
    messages.success(request, _("The page of %(site)s is switched off. What was counted stays.") % {"site": site})
    return redirect("sessions:say-pages", scope)


def _site(request, scope, pk):
    scope = open_organisation(request.user, scope, MANAGE)
    return scope, get_object_or_404(scope.sites().active(), pk=pk)


def _page_of(site):
    """A site that never had one has no such attribute."""
    return getattr(site, "feedback_page", None)


def _address(request, page):
    return request.build_absolute_uri(reverse("say", args=[page.code])) if page else ""
