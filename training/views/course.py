"""The course as editors see it: its modules, one module, and a module of a draft. Releases: cards/views/releases.py."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cards.forms import VersionForm
from cards.models import REVIEW_EVERY_DAYS
from cards.refusals import ChangedMeanwhile
from cards.views.releases import open_release
from training import course_pages, course_texts
from training.actions.course import COURSE
from training.course_pages import COURSE_PAGES
from training.forms.course import ModuleForm
from training.models import CourseRelease, Module
from vein_care.accounts.actions.refusals import Refused
from vein_care.accounts.posted import posted

EDIT = COURSE_PAGES.permissions["edit"]
EARLIER_SHOWN = 20


@require_safe
@never_cache
@permission_required(EDIT, raise_exception=True)
def course(request):
    whole = COURSE_PAGES.present_whole(earlier_shown=EARLIER_SHOWN)
    modules = course_pages.present_course(whole["current"], today=timezone.localdate())
    context = whole | modules | {"review_months": REVIEW_EVERY_DAYS * 12 // 365}
    return render(request, "training/course.html", context)


@require_safe
@never_cache
@permission_required(EDIT, raise_exception=True)
def module_detail(request, slug):
    module = get_object_or_404(Module.objects.filter(versions__isnull=False).distinct(), slug=slug)
    return render(request, "training/module_detail.html", course_pages.present_module(module, today=timezone.localdate()))


def open_module(pk, slug):
    """(release, Entry of the module in it); 404 for a module that is not in it."""
    release = open_release(COURSE_PAGES, pk)
    module = get_object_or_404(Module.objects.filter(versions__places__release=release), slug=slug)
    return release, COURSE_PAGES.entries_of(release)[module.pk]


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@permission_required(EDIT, raise_exception=True)
def module_edit(request, pk, slug):
    """The form of a module. Posted with `preview` it shows how the texts look and saves nothing."""
    if request.method == "POST" and not CourseRelease.objects.filter(pk=pk).exists():
        return _thrown_away(request)
    release, entry = open_module(pk, slug)
    if release.published_at and request.method != "POST":
        messages.info(request, _("This release is published, so its modules never change. Begin a draft to change one."))
        return redirect(COURSE_PAGES.urls["release_detail"], release.pk)
    form = ModuleForm(posted(request), entry=entry)
    theirs = None
    if request.method == "POST" and form.is_valid() and "preview" not in request.POST:
        try:
            _save(release, entry, form, by=request.user)
        except ChangedMeanwhile as refusal:
            form.add_error(None, _keep(refusal))
            form.move_to(refusal.revision)
            theirs = entry.contents
        except Refused as refusal:
            form.add_error(None, _("%(said)s Your words are still here: copy them before you leave.") % {"said": refusal})
        else:
            messages.success(request, _("Saved in the draft."))
            return redirect(COURSE_PAGES.part_edit, release.pk, slug)
    return render(request, "training/module_edit.html", course_pages.present_module_edit(release, entry, form, theirs=theirs))


def _save(release, entry, form, *, by):
    COURSE.save_contents(release=release, part=entry.part, contents=form.contents(), revision=form.cleaned_data["revision"], by=by)


def _keep(refusal):
    return _("%(said)s Yours is still here, not saved. Look at what differs below, put in what you want to keep of it, and save again.") % {
        "said": refusal
    }


def _thrown_away(request):
    """Nothing can be saved any more, but what somebody typed is theirs to copy."""
    parts = [(course_texts.label_of(name), words) for name, words in request.POST.items() if course_texts.is_a_name(name)]
    return render(request, "cards/card_thrown_away.html", {"parts": parts, "whole": COURSE_PAGES.whole, "whole_name": _("The course")}, status=409)


@require_POST
@permission_required(EDIT, raise_exception=True)
def module_version(request, pk, slug):
    release, entry = open_module(pk, slug)
    form = VersionForm(request.POST, card=entry.part)
    if not form.is_valid():
        messages.error(request, _("Choose one of the versions of this module."))
        return redirect(COURSE_PAGES.part_edit, release.pk, slug)
    try:
        COURSE.choose_version(release=release, part=entry.part, by=request.user, **form.cleaned_data)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The draft has version %(number)s of this module.") % {"number": form.cleaned_data["version"].number})
    return redirect(COURSE_PAGES.part_edit, release.pk, slug)
