"""People of one service: finding them, changing what they may do, letting them back in."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vein_care.accounts import mail
from vein_care.accounts.actions import invitations, people
from vein_care.accounts.actions.refusals import Refused
from vein_care.accounts.forms.people import PeopleFilter, PersonForm
from vein_care.accounts.posted import posted, told_when_taken
from vein_care.accounts.presenters import within
from vein_care.accounts.scope import open_scope
from vein_care.accounts.views.invitations import show_link

PERMISSION = "accounts.manage_people"
PER_PAGE = 50


def open_person(request, scope, pk):
    """(Scope, User) of an address; 404 for somebody of another service."""
    scope = open_scope(request.user, scope, PERMISSION)
    return scope, get_object_or_404(scope.people().select_related("usual_site", "second_step_removed_by").with_second_step(), pk=pk)


@require_safe
@never_cache
def person_list(request, scope):
    scope = open_scope(request.user, scope, PERMISSION)
    wanted = PeopleFilter(request.GET, scope=scope)
    found = wanted.apply(scope.people()).select_related("usual_site").with_second_step()
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    waiting = scope.invitations().open(now=timezone.now()).filter(person=None).count()
    context = within(request.user, scope, filter=wanted, page=page, waiting=waiting, query=_without_page(request))
    return render(request, "accounts/person_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def person_detail(request, scope, pk):
    scope, person = open_person(request, scope, pk)
    form = PersonForm(posted(request), instance=person, scope=scope)
    if request.method == "POST" and form.is_valid():
        try:
            with told_when_taken(form):
                people.change_person(person=form.save(commit=False), changed=form.changed_data, by=request.user)
                messages.success(request, _("Saved."))
                return redirect("accounts:person-list", scope)
        except Refused as refusal:
            form.add_error("roles", str(refusal))
    return render(request, "accounts/person_detail.html", within(request.user, scope, form=form, person=person))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def person_deactivate(request, scope, pk):
    scope, person = open_person(request, scope, pk)
    if request.method != "POST":
        return render(request, "accounts/person_deactivate.html", within(request.user, scope, person=person))
    try:
        people.deactivate_person(person=person, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(name)s cannot sign in any more.") % {"name": person})
    return redirect("accounts:person-detail", scope, person.pk)


@require_POST
def person_activate(request, scope, pk):
    scope, person = open_person(request, scope, pk)
    people.activate_person(person=person, by=request.user)
    messages.success(request, _("%(name)s can sign in again.") % {"name": person})
    return redirect("accounts:person-detail", scope, person.pk)


@require_POST
def person_link(request, scope, pk):
    """A new sign-in link for somebody locked out."""
    scope, person = open_person(request, scope, pk)
    try:
        link, token = invitations.make_sign_in_link(person=person, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("accounts:person-detail", scope, person.pk)
    return show_link(request, scope, link, token, address=person.email)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def person_second_step(request, scope, pk):
    """Take away the second step of somebody who lost theirs."""
    scope, person = open_person(request, scope, pk)
    if request.method != "POST":
        return render(request, "accounts/person_second_step.html", within(request.user, scope, person=person))
    try:
        removed = people.remove_second_step(person=person, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        if removed:
            mail.send_second_step_removed(person, by=request.user)
        messages.success(request, _("%(name)s has no second step now, and will be told at the next sign-in.") % {"name": person})
    return redirect("accounts:person-detail", scope, person.pk)


def _without_page(request):
    """The query of this page but for its page number, to be put before one."""
    query = request.GET.copy()
    query.pop("page", None)
    return f"{query.urlencode()}&" if query else ""
