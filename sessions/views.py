"""Handing in records."""

import hashlib

from django.contrib.auth.decorators import login_not_required
from django.http import JsonResponse, UnreadablePostError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from sessions import clocks, hand_in, tablets, tickets
from sessions.hand_in import Refused

CONTENT_TYPE = "application/jose"
STATUS = {"unknown_tablet": 401, "revoked_tablet": 401, "too_large": 413, "slow_down": 429, "quarantine_full": 429}


@login_not_required
@csrf_exempt
def record_hand_in(request):
    """Take in one sealed record from a tablet. Reads no cookie and no session; answers JSON, whatever comes."""
    if request.method != "POST":
        return _answer({"error": "post_only", "message": _("Records are handed in by POST.")}, status=405, headers={"Allow": "POST"})
    try:
        sealed, receipt = _take_in(request, now=timezone.now())
    except Refused as refusal:
        return _refusal(refusal)
    except UnreadablePostError:
        return _answer({"error": "cut_off", "message": _("The connection ended too early.")}, status=400)
    return _receipt(sealed, receipt)


def _take_in(request, *, now):
    """(the sealed bytes, the Receipt). Raises Refused: for the tablet first, and then for what it sent."""
    size = request.META.get("CONTENT_LENGTH") or "0"
    size = int(size) if size.isascii() and size.isdigit() and len(size) < 15 else hand_in.LARGEST_SEALED + 1
    if size > hand_in.LARGEST_SEALED:
        raise Refused("too_large")
    sealed, record, unreadable = request.body, None, None
    if len(sealed) < size:
        raise UnreadablePostError
    try:
        record = _record(request, sealed)
    except Refused as refusal:
        unreadable = refusal
    claims = record and tickets.read(record.ticket)
    tablet = _caller(request, size=size, ticket_id=claims and str(claims.ticket_id), now=now)
    if unreadable:
        raise unreadable
    reading = clocks.read_reading(request.headers.get("Tablet-Now"), request.headers.get("Tablet-Elapsed"))
    return sealed, hand_in.hand_in(record, claims=claims, tablet=tablet, reading=reading, now=now)


def _record(request, sealed):
    if request.content_type != CONTENT_TYPE:
        raise Refused("not_a_record")
    return hand_in.open_record(sealed)


def _caller(request, *, size, ticket_id, now):
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    unsent = tablets.read_unsent(request.headers.get("Tablet-Unsent"))
    try:
        if scheme != "Tablet":
            raise tablets.UnknownTablet
        return tablets.call(token, size=size, unsent=unsent, now=now, ticket_id=ticket_id)
    except tablets.UnknownTablet:
        raise Refused("unknown_tablet") from None
    except tablets.RevokedTablet:
        raise Refused("revoked_tablet") from None
    except tablets.TooManyCalls as many:
        raise Refused("slow_down", retry_after_seconds=many.retry_after_seconds) from None


def _receipt(sealed, receipt):
    proof = {"record_id": str(receipt.record_id), "fate": receipt.fate, "sealed_sha256": hashlib.sha256(sealed).hexdigest()}
    if receipt.problem is None:
        return _answer({"receipt": proof}, status=201 if receipt.is_new else 200)
    problem = receipt.problem
    return _answer({"receipt": proof, "field": problem.field, "rule": problem.rule, "message": problem.message}, status=202)


def _refusal(refusal):
    headers = {"Retry-After": str(refusal.retry_after_seconds)} if refusal.retry_after_seconds else {}
    body = {"error": refusal.error, "message": hand_in.MESSAGES[refusal.error]()}
    return _answer(body, status=STATUS.get(refusal.error, 422), headers=headers)


def _answer(body, *, status, headers=None):
    return JsonResponse(body, status=status, headers={"Cache-Control": "no-store", **(headers or {})})
