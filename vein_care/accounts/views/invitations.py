"""Inviting people, and the links that invitations are."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vein_care.accounts import mail, qr
from vein_care.accounts.actions import invitations as actions
from vein_care.accounts.actions.refusals import Refused
from vein_care.accounts.forms.people import InviteForm
from vein_care.accounts.models import Invitation
from vein_care.accounts.posted import posted
from vein_care.accounts.presenters import within
from vein_care.accounts.scope import open_scope

PERMISSION = "accounts.manage_people"
PER_PAGE = 50
# The token on its way to the one page that shows it, where a reload cannot make a second invitation.
SESSION_KEY = "accounts.link_to_show"


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def invite(request, scope):
    scope = open_scope(request.user, scope, PERMISSION)
    wanted = request.GET.get("role")
    initial = {"roles": [wanted] if wanted in scope.roles else scope.roles[:1] if len(scope.roles) == 1 else []}
    form = InviteForm(posted(request), instance=Invitation(organisation=scope.organisation), initial=initial, scope=scope)
    if request.method == "POST" and form.is_valid():
        invitation = form.save(commit=False)
        token = actions.invite(invitation=invitation, by=request.user)
        return show_link(request, scope, invitation, token, address=invitation.email)
    return render(request, "accounts/invite.html", within(request.user, scope, form=form))


def show_link(request, scope, invitation, token, *, address):
    """Send the link, if it can be sent, and go to the page that shows it once."""
    sent = mail.send_invitation(invitation, address=address, url=_join_url(request, token))
    request.session[SESSION_KEY] = {"id": invitation.pk, "token": token, "sent_to": address if sent else ""}
    return redirect("accounts:invitation-detail", scope, invitation.pk)


@require_safe
@never_cache
def invitation_detail(request, scope, pk):
    """How an invitation stands; right after it was made, with its link and QR code, once."""
    scope = open_scope(request.user, scope, PERMISSION)
    invitation = get_object_or_404(scope.invitations().select_related("person", "usual_site", "created_by", "used_by", "revoked_by"), pk=pk)
    context = within(request.user, scope, invitation=invitation, is_open=invitation.is_open(now=timezone.now()))
    shown = request.session.get(SESSION_KEY)
    if shown and shown["id"] == invitation.pk and request.method == "GET":
        del request.session[SESSION_KEY]
        url = _join_url(request, shown["token"])
        context |= {"url": url, "qr": qr.inline_svg(url), "sent_to": shown["sent_to"]}
    return render(request, "accounts/invitation_detail.html", context)


@require_safe
@never_cache
def invitation_list(request, scope):
    scope = open_scope(request.user, scope, PERMISSION)
    found = scope.invitations().filter(used_at=None, revoked_at=None).select_related("usual_site", "created_by", "person")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/invitation_list.html", within(request.user, scope, page=page, now=timezone.now()))


@require_POST
def invitation_renew(request, scope, pk):
    scope = open_scope(request.user, scope, PERMISSION)
    invitation = get_object_or_404(scope.invitations().select_related("person"), pk=pk)
    try:
        token = actions.renew(invitation=invitation, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("accounts:invitation-detail", scope, invitation.pk)
    return show_link(request, scope, invitation, token, address=invitation.person.email if invitation.person else invitation.email)


@require_POST
def invitation_revoke(request, scope, pk):
    scope = open_scope(request.user, scope, PERMISSION)
    invitation = get_object_or_404(scope.invitations(), pk=pk)
    try:
        actions.revoke(invitation=invitation, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Withdrawn. The link does nothing any more."))
    return redirect("accounts:invitation-list", scope)


def _join_url(request, token):
    """The token goes into the query, which no log of ours keeps."""
    return request.build_absolute_uri(f"{reverse('accounts:join')}?{urlencode({'key': token})}")
