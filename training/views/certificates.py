"""Certificates: one's own as a PDF, and the public page that answers to a code."""

from allauth.core.internal import ratelimit
from django.contrib.auth.decorators import login_not_required, permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from training import certificates
from vein_care.accounts.presenters import demo_strip


@require_safe
@never_cache
@permission_required("training.take_training", raise_exception=True)
def own_certificate(request, pk):
    """One's own, and none for what was taken back."""
    own = request.user.completions.standing().select_related("version__module", "person")
    completion = get_object_or_404(own, pk=pk)
    body = certificates.pdf_of(completion, check_address=certificates.address_of(completion, request))
    name = f"vein-care-{completion.version.module.slug}-{completion.completed_on:%Y-%m-%d}.pdf"
    return HttpResponse(body, content_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'})


@login_not_required
@require_safe
@never_cache
def check(request):
    """Type a code, or come by the QR code of a certificate.

    Rendered without the request, so that nothing on it can depend on who asks. Only tries that found nothing count towards the limit:
    somebody who checks the certificates of a whole team is welcome. Beyond it every code is refused, or going on would still tell which are right.
    """
    typed = request.GET.get("code", "").strip()
    if typed and not _may_try(request, dry_run=True):
        return ratelimit.respond_429(request)
    answer = certificates.answer_to(certificates.read_code(typed), today=timezone.localdate()) if typed else None
    if typed and answer is None and not _may_try(request):
        return ratelimit.respond_429(request)
    status = 404 if typed and answer is None else 200
    context = {"typed": typed[:60], "answer": answer, "is_refused": status == 404} | demo_strip()
    response = HttpResponse(render_to_string("training/certificate_check.html", context), status=status)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _may_try(request, *, dry_run=False):
    """Whether this address has tries left; one less from now on, unless it is a dry run."""
    return ratelimit.consume(request, app="allauth.account", action="certificate_not_found", limit_get=True, dry_run=dry_run)
