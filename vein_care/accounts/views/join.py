"""Opening an invitation or a sign-in link. Public: whoever holds the link is the person it was made for."""

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from allauth.core.internal import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from vein_care.accounts import audit
from vein_care.accounts.actions import invitations as actions
from vein_care.accounts.actions.invitations import Unusable
from vein_care.accounts.forms.people import JoinForm, NewPasswordForm, suggestions
from vein_care.accounts.posted import posted


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters("password", "key")
def join(request):
    """Show what the link is for; on POST, use it. Opening it changes nothing: programs that preview links open them, too."""
    now = timezone.now()
    key = (request.POST if request.method == "POST" else request.GET).get("key", "")
    invitation = actions.find(key)
    if invitation is None:
        return _unknown(request)
    try:
        actions.check_usable(invitation, now=now)
        if request.user.is_authenticated:
            context = {"invitation": invitation, "key": key}
            return render(request, "accounts/join_signed_in.html", context, status=403 if request.method == "POST" else 200)
        return _form(request, invitation, key, now=now)
    except Unusable as refusal:
        if request.method == "POST":
            audit.record("invitation.refused", target=invitation, why=_state(invitation))
        return _refusal(request, str(refusal), status=410)


def _form(request, invitation, key, *, now):
    form = _form_for(invitation, posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            person = _use(invitation, form, now=now)
        except actions.NameTaken as refusal:
            form.add_error(None, str(refusal))
        else:
            record_authentication(request, person, method="invitation")
            return perform_login(request, person, email_verification="none")
    return render(request, "accounts/join.html", {"invitation": invitation, "form": form, "key": key})


def _form_for(invitation, data):
    if invitation.person:
        return NewPasswordForm(data, person=invitation.person)
    return JoinForm(data, initial=suggestions(invitation.display_name) | {"email": invitation.email})


def _use(invitation, form, *, now):
    password = form.cleaned_data["password"]
    if invitation.person:
        return actions.choose_new_password(link=invitation, password=password, now=now)
    return actions.join(invitation=invitation, person=form.save(commit=False), password=password, now=now)


def _unknown(request):
    """Somebody who tries many links that do not exist is slowed down. Links that exist are not: a drop-in shares one address."""
    if not ratelimit.consume(request, app="allauth.account", action="invitation_not_found", limit_get=True):
        return ratelimit.respond_429(request)
    return _refusal(request, _("This link is not complete, or there is a newer one. Scan it again, or ask your service's administrator."), status=404)


def _refusal(request, sentence, *, status):
    return render(request, "accounts/join_refused.html", {"sentence": sentence}, status=status)


def _state(invitation):
    return "used" if invitation.used_at else "revoked" if invitation.revoked_at else "expired_or_inactive"
