"""Who is trained: the grid, one person's training, what can be taken away, and taking a completion back."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from training import exports, presenters
from training.actions import assigning
from training.actions.completing import withdraw_completion
from training.actions.refusals import Refused
from training.events import titles_of
from training.forms.assigning import ReasonForm
from training.forms.grid import GridFilter
from training.grid import Grid, current_modules, grid_of, people_of
from training.models import Assignment, Completion
from training.numbers import trained
from vein_care.accounts import audit
from vein_care.accounts.models import User
from vein_care.accounts.posted import posted
from vein_care.accounts.scope import of_own_organisation
from vein_care.table_files import csv_answer, xlsx_answer

SEE, CHANGE = "training.view_training_state", "training.assign_module"
PER_PAGE = 100


def looked_at(request):
    """(GridFilter, Grid) of what the address asks for, of the own service."""
    organisation = request.user.organisation
    wanted = GridFilter(request.GET, organisation=organisation, versions=current_modules())
    people = wanted.people(people_of(organisation)).select_related("usual_site")
    grid = grid_of(people, organisation=organisation, today=timezone.localdate(), modules=wanted.modules())
    return wanted, grid.kept(wanted.states()) if wanted.states() else grid


@require_safe
@of_own_organisation(SEE)
def grid(request):
    wanted, found = looked_at(request)
    today = timezone.localdate()
    # Everyone on one page for whoever asks; else as many as a tablet shows well.
    page = Paginator(found.rows, max(len(found.rows), 1) if request.GET.get("all") else PER_PAGE).get_page(request.GET.get("page"))
    counted = trained(on=today, completions=Completion.objects.filter(person__in=people_of(request.user.organisation)))
    context = {
        "filter": wanted,
        "modules": list(zip(found.modules, found.done_counts(), strict=True)),
        "lines": presenters.present_grid(Grid(found.modules, page.object_list), today=today),
        "page": page,
        "query": _query(request, without=["page"]),
        "query_of_all": _query(request, without=["page", "all"]),
        "trained": counted.individuals,
        "legend": presenters.legend(),
    }
    return render(request, "training/grid.html", context)


@require_POST
@of_own_organisation(SEE)
def grid_csv(request):
    return _grid_file(request, "csv", csv_answer)


@require_POST
@of_own_organisation(SEE)
def grid_xlsx(request):
    return _grid_file(request, "xlsx", xlsx_answer)


def _grid_file(request, kind, answer):
    _wanted, found = looked_at(request)
    audit.record("training_grid.exported", by=request.user, kind=kind, people=len(found.rows))
    name = f"training-{timezone.localdate().isoformat()}"
    return answer(name, exports.grid_columns(found), exports.grid_rows(found))


@require_POST
@of_own_organisation(SEE)
def completions_csv(request):
    audit.record("completions.exported", by=request.user, kind="csv")
    rows = exports.completion_rows(Completion.objects.visible_to(request.user))
    return csv_answer(f"completions-{timezone.localdate().isoformat()}", exports.completion_columns(), rows)


def open_person(request, pk):
    """Somebody of the own service; 404 for anybody else."""
    return get_object_or_404(User.objects.filter(organisation=request.user.organisation_id).select_related("usual_site"), pk=pk)


@require_safe
@of_own_organisation(SEE)
def person(request, pk):
    """Where one person is with each module, what is asked of them, and everything they have done, also what was taken back."""
    someone = open_person(request, pk)
    today = timezone.localdate()
    only = User.objects.filter(pk=someone.pk)
    modules = current_modules()
    [(_same, standings)] = grid_of(only, organisation=someone.organisation, today=today, modules=modules).rows
    cells = presenters.Cells(today)
    asked = Assignment.objects.filter(person=someone).select_related("round__made_by", "module", "withdrawn_by").order_by("-pk")
    titles = titles_of({row.module_id for row in asked})
    done = Completion.objects.filter(person=someone).select_related("version__module", "event", "recorded_by", "withdrawn_by", "organisation")
    context = {
        "someone": someone,
        "now": [(version, cells.inside(standing)) for version, standing in zip(modules, standings, strict=True)],
        "asked": [(row, titles.get(row.module_id, row.module.slug)) for row in asked if row.completion_id is None and row.withdrawn_at is None],
        "not_asked_any_more": [(row, titles.get(row.module_id, row.module.slug)) for row in asked if row.withdrawn_at],
        "done": [(row, row.organisation_id == request.user.organisation_id and row.withdrawn_at is None) for row in done],
        "today": today,
    }
    return render(request, "training/person.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@of_own_organisation(CHANGE)
def completion_withdraw(request, pk, completion):
    someone = open_person(request, pk)
    done = get_object_or_404(
        Completion.objects.visible_to(request.user).standing().select_related("version__module", "person"), pk=completion, person=someone
    )
    form = ReasonForm(posted(request))
    if form.is_valid():
        withdraw_completion(completion=done, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, _("Taken back. If it had been assigned, it is open again."))
        return redirect("training:person", someone.pk)
    context = {
        "form": form,
        "heading": _("Take back that %(name)s has done “%(module)s”?") % {"name": someone, "module": done.version},
        "lead": _("The certificate then says that it was taken back. What happened stays in sight here, with your reason."),
        "button": _("Take it back"),
        "kind": "stop",
        "back_url": reverse("training:person", args=[someone.pk]),
    }
    return render(request, "cards/sure.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@of_own_organisation(CHANGE)
def assignment_withdraw(request, pk, assignment):
    someone = open_person(request, pk)
    asked = get_object_or_404(Assignment.objects.select_related("module", "person"), pk=assignment, person=someone)
    form = ReasonForm(posted(request))
    if form.is_valid():
        try:
            assigning.withdraw_assignment(assignment=asked, by=request.user, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            messages.info(request, str(refusal))
        else:
            messages.success(request, _("Taken back. %(name)s is not asked for it any more.") % {"name": someone})
        return redirect("training:person", someone.pk)
    title = titles_of({asked.module_id}).get(asked.module_id, asked.module.slug)
    context = {
        "form": form,
        "heading": _("Take back “%(module)s” from %(name)s?") % {"name": someone, "module": title},
        "lead": _("They are not asked for it any more. What they have begun stays theirs, and if they finish it, it counts."),
        "button": _("Take it back"),
        "kind": "stop",
        "back_url": reverse("training:person", args=[someone.pk]),
    }
    return render(request, "cards/sure.html", context)


def _query(request, *, without):
    """The query of this page but for some parts, to be put before another."""
    query = request.GET.copy()
    for name in without:
        query.pop(name, None)
    return f"{query.urlencode()}&" if query else ""
