"""Making and changing services and their contacts."""

from django.db import transaction

from vein_care.accounts import audit


@transaction.atomic
def create_organisation(*, organisation, by):
    organisation.save()
    audit.record("organisation.created", by=by, target=organisation, organisation_id=organisation.pk)
    return organisation


@transaction.atomic
def change_organisation(*, organisation, changed, by):
    """Store a changed organisation. changed: names of the fields that differ."""
    if not changed:
        return
    organisation.save(update_fields=changed)
    audit.record("organisation.changed", by=by, target=organisation, organisation_id=organisation.pk, changed=sorted(changed))
