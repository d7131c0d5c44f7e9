"""Asking people to take modules: a form, what would come of it, and then the deed; what was asked; taking it back."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from training import presenters
from training.actions import assigning
from training.actions.refusals import Refused
from training.events import titles_of
from training.forms.assigning import AssignForm, ReasonForm
from training.grid import current_modules, grid_of
from training.models import AssignmentRound
from vein_care.accounts.models import User
from vein_care.accounts.posted import posted
from vein_care.accounts.scope import of_own_organisation

PERMISSION = "training.assign_module"
PER_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@of_own_organisation(PERMISSION)
def assign(request):
    """The form; then, from the same form, a page that says how many people are asked; then, when that is what was meant, the deed."""
    organisation, today = request.user.organisation, timezone.localdate()
    given = {name: request.GET.getlist(name) for name in ["people", "modules"]} | {"audience": request.GET.get("audience", "")}
    form = AssignForm(posted(request), initial=given, organisation=organisation, versions=current_modules(), today=today)
    if request.method == "POST" and "change" not in request.POST and form.is_valid():
        wanted = form.wanted()
        if "sure" not in request.POST:
            return _look(request, form, wanted, assigning.plan(wanted, organisation=organisation, today=today))
        try:
            made, found = assigning.assign_modules(wanted, organisation=organisation, by=request.user, today=today)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            count = len(found.people)
            messages.success(request, ngettext("Done: %(count)s person is asked.", "Done: %(count)s people are asked.", count) % {"count": count})
            return redirect("training:round", made.pk)
    return render(request, "training/assign.html", {"form": form})


def _look(request, form, wanted, found):
    """What would come of it, with the whole form carried along, hidden."""
    carried = [(name, value) for name in form.fields for value in request.POST.getlist(name)]
    context = {
        "wanted": wanted,
        "found": found,
        "audience": presenters.audience_in_words(AssignmentRound(audience=wanted.audience, site=wanted.site, role=wanted.role)),
        "can_assign": bool(found.asked) or wanted.also_newcomers,
        "carried": carried,
    }
    return render(request, "training/assign_look.html", context)


@require_safe
@of_own_organisation(PERMISSION)
def round_list(request):
    rounds = AssignmentRound.objects.visible_to(request.user).select_related("site", "made_by").prefetch_related("modules")
    rounds = rounds.annotate(
        count=Count("assignments"),
        open=Count("assignments", filter=Q(assignments__withdrawn_at=None, assignments__completion=None)),
        done=Count("assignments", filter=Q(assignments__completion__isnull=False)),
    ).order_by("-made_at", "-pk")
    page = Paginator(rounds, PER_PAGE).get_page(request.GET.get("page"))
    titles = titles_of({module.pk for made in page for module in made.modules.all()})
    lines = [{"round": made, "audience": presenters.audience_in_words(made), "modules": presenters.modules_in_words(made, titles)} for made in page]
    return render(request, "training/round_list.html", {"page": page, "lines": lines, "query": ""})


def open_round(request, pk):
    rounds = AssignmentRound.objects.visible_to(request.user).select_related("site", "made_by", "withdrawn_by", "organisation")
    return get_object_or_404(rounds, pk=pk)


@require_safe
@of_own_organisation(PERMISSION)
def round_detail(request, pk):
    """What was asked of whom, and where each of them is with it now."""
    made = open_round(request, pk)
    today = timezone.localdate()
    of_round = set(made.modules.values_list("pk", flat=True))
    modules = [version for version in current_modules() if version.module_id in of_round]
    people = User.objects.filter(organisation=request.user.organisation_id, pk__in=made.assignments.values("person")).select_related("usual_site")
    found = grid_of(people, organisation=made.organisation, today=today, modules=modules)
    context = {
        "made": made,
        "audience": presenters.audience_in_words(made),
        "modules": list(zip(found.modules, found.done_counts(), strict=True)),
        "lines": presenters.present_grid(found, today=today),
        "open": made.assignments.open().count(),
    }
    return render(request, "training/round_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@of_own_organisation(PERMISSION)
def round_withdraw(request, pk):
    made = open_round(request, pk)
    form = ReasonForm(posted(request))
    if form.is_valid():
        try:
            count = assigning.withdraw_round(round=made, by=request.user, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            messages.info(request, str(refusal))
        else:
            words = ngettext("Taken back: %(count)s assignment was open.", "Taken back: %(count)s assignments were open.", count)
            messages.success(request, words % {"count": count})
        return redirect("training:round", made.pk)
    return render(request, "training/round_withdraw.html", {"form": form, "made": made, "open": made.assignments.open().count()})
