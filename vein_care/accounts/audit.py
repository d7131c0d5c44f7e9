"""Writing to the audit trail. Actions call `record` inside their own transaction, so that deed and trace stand or fall together."""

from vein_care.accounts.models import AuditEvent


def record(event_type, *, by=None, target=None, organisation_id=None, **details):
    """Append one event.

    event_type: "<noun>.<verb>", such as "deck.published". by: the person, or None for a command. target: a saved model instance.
    details: short facts (ids, codes, counts); never anything about a person a session was held with.
    """
    event = about(event_type, by=by, target=target, organisation_id=organisation_id, **details)
    event.save(force_insert=True)
    return event


def about(event_type, *, by=None, target=None, organisation_id=None, **details):
    """The same event, not stored yet: for an action that stores many at once."""
    if organisation_id is None:
        organisation_id = getattr(target, "organisation_id", None) or getattr(by, "organisation_id", None)
    return AuditEvent(
        type=event_type,
        actor_id=by.pk if by else None,
        actor_name=str(by) if by else "",
        organisation_id=organisation_id,
        target_type=target._meta.label if target is not None else "",
        target_id=str(target.pk) if target is not None else "",
        details=details,
    )
