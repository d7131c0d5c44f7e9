"""Who is at a tablet by the ticket it holds instead of a login: a worker who gave their PIN, or nobody named at a counter tablet.

A ticket opens what a tablet needs to record sessions (me.json) and nothing else. No cookie is looked at.
"""

from dataclasses import dataclass

from django.contrib.auth import logout

from sessions import tablets, tickets
from sessions.models import Tablet, WorkerTicket
from vein_care.accounts.models import Organisation, User


class TicketRefused(Exception):
    """The ticket is not ours, has run out or was withdrawn, or is not of the tablet that shows it; or its worker does not deliver any more."""


@dataclass(frozen=True)
class Bearer:
    """Whose ticket it is: user is None at a counter tablet. token: the one of `tablet` among those that were shown."""

    user: User | None
    tablet: Tablet
    token: str

    @property
    def organisation(self) -> Organisation:
        return self.tablet.organisation


def bearer_of(value, tokens, *, now):
    """The Bearer of a ticket string, on the device with these tablet tokens. One statement. Raises TicketRefused."""
    claims = tickets.read(value)
    if claims is None:
        raise TicketRefused
    found = WorkerTicket.objects.select_related("user__organisation", "tablet__organisation", "tablet__site").filter(pk=claims.ticket_id).first()
    if found is None or found.revoked_at or found.expires_at <= now:
        raise TicketRefused
    token = tablets.token_among(found.tablet, tokens)
    if token is None or found.tablet.revoked_at:
        raise TicketRefused
    if not (may_deliver(found.user, found.tablet.organisation) if found.user else _is_counter(found.tablet)):
        raise TicketRefused
    return Bearer(found.user, found.tablet, token)


def may_deliver(user, organisation):
    """Whether this person is a worker of this organisation (or None), and both are active."""
    if organisation is None or user.organisation_id != organisation.pk:
        return False
    return organisation.is_active and user.is_active and user.has_perm(tickets.DELIVER)


def _is_counter(tablet):
    return tablet.is_counter and tablet.site.is_active and tablet.organisation.is_active


def end_login(request, wish):
    """End the login in this request's cookies if the tablet's wish concerns it. Returns whether the wish was understood.

    wish: the header Sign-Out: "out 12" once person 12 has signed out on the tablet, or "keep 12" (at a counter tablet "keep counter") once
    person 12 has taken over there from whoever was signed in. Only a page of ours can send such a header, so nobody is signed out from elsewhere.
    """
    word, _space, whom = wish.partition(" ")
    if word not in ("out", "keep") or not (whom.isascii() and whom.isdigit() or wish == "keep counter"):
        return False
    person = request.user
    if person.is_authenticated and (str(person.pk) == whom) == (word == "out"):
        logout(request)
    return True
