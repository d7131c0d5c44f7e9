"""The rules a record can break, as a code for programs and a sentence for the coordinator who looks at it."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

RULES = {
    # The shape of what was sent.
    "required": _("This is missing."),
    "type": _("This is not the kind of value that belongs here."),
    "unknown_field": _("There is something here that a record has no place for."),
    "too_many": _("There are more entries here than can be."),
    "duplicate": _("The same entry is here twice."),
    "newer_schema": _("The tablet is newer than this server. Update the server, then look again."),
    "unknown_schema": _("This server does not know this form of record."),
    # Codes, sites, cards.
    "unknown_code": _("This server does not know this code."),
    "retired_code": _("This code is no longer in use."),
    "unknown_site": _("There is no such site."),
    "closed_site": _("This site is closed."),
    "other_organisation": _("This belongs to another organisation."),
    "unknown_release": _("There is no such deck."),
    "card_not_in_release": _("This card is not in the deck that the tablet had."),
    # Date and time.
    "not_a_date": _("This is not a date."),
    "not_a_time": _("This is not a date and time."),
    "in_future": _("This day has not come yet. The tablet's clock may be wrong."),
    "too_old": _("This was too long ago to be taken in by itself. The tablet's clock may be wrong."),
    # What goes with what.
    "reason_with_outcome": _("A reason goes with sessions that did not take place or stopped early."),
    "not_taken_up": _("Nothing can be recorded as talked about or handed over when the offer was not taken up."),
    "not_recorded": _("There are entries here, but the record says that none were noted."),
    "not_among_areas": _("What mattered most is not among what was talked about."),
    "quantity": _("A number goes with what was given, and is at least 1 and at most 10,000."),
    "refused_by_database": _("The database did not accept this record."),
    # The worker's ticket.
    "forged": _("The statement of who delivered was not made by this server."),
    "unknown": _("The statement of who delivered is not known here."),
    "expired": _("The statement of who delivered had run out."),
    "revoked": _("The statement of who delivered has been withdrawn."),
    "revoked_tablet": _("The tablet had been revoked when this was recorded."),
    "other_tablet": _("The statement of who delivered was made out to another tablet."),
    "worker_inactive": _("The worker had left when this was recorded."),
    "not_a_worker": _("Whoever this names is not a worker of this organisation any more."),
    # The record as a whole.
    "other_content": _("Another record with the same number and other content was here first."),
}


@dataclass(frozen=True)
class Problem:
    """What is wrong with a record: the path of a field, such as "session.resources.0.code", and the rule it breaks."""

    field: str
    rule: str

    @property
    def message(self):
        return str(RULES[self.rule])


class Broken(ValidationError):
    """A form field that breaks a rule. `below` is the path inside the field, such as (0, "code"). message: in other words than the rule's."""

    def __init__(self, rule, *below, message=None):
        super().__init__(message or RULES[rule], code=rule)
        self.below = below
