"""The one way a session gets into the database."""

from django.db import transaction

from sessions.models import AreaDiscussed, CardSession, CardShown, ResourceGiven, SignpostGiven


@transaction.atomic(savepoint=False)
def record_session(form, *, entry, delivered_by_id, submitted_by_id):
    """Store what a valid RecordForm holds, as a CardSession with its parts. One statement for each kind of part there is.

    entry: CardSession.Entry. delivered_by_id, submitted_by_id: ids of people; None for a counter tablet.
    """
    values = form.cleaned_data
    session = CardSession.objects.create(
        organisation_id=form.organisation_id,
        site_id=values["site"].pk,
        delivered_by_id=delivered_by_id,
        submitted_by_id=submitted_by_id,
        held_on=values["held_on"],
        part_of_day=values["part_of_day"],
        setting_id=values["setting"],
        outcome=values["outcome"],
        reason_id=values["reason"],
        moment_id=values["moment"],
        private_space=values["private_space"],
        length_band_id=values["length_band"],
        areas_recorded=values["areas_recorded"],
        resources_recorded=values["resources_recorded"],
        signposts_recorded=values["signposts_recorded"],
        deck_release_id=values["deck_release"].id if values["deck_release"] else None,
        entry=entry,
        clock_flag=form.made.flag if form.made else CardSession.ClockFlag.NONE,
    )
    _store_parts(session.pk, values)
    return session


def _store_parts(session_id, values):
    mattered_most = values["mattered_most"]
    parts = {
        AreaDiscussed: [
            AreaDiscussed(session_id=session_id, area_id=code, mattered_most=code == mattered_most) for code in values["areas"]
        ],
        CardShown: [CardShown(session_id=session_id, card_version_id=version) for version in values["cards"]],
        ResourceGiven: [
            ResourceGiven(session_id=session_id, resource_id=code, status=status, quantity=quantity)
            for code, status, quantity in values["resources"]
        ],
        SignpostGiven: [SignpostGiven(session_id=session_id, kind_id=code) for code in values["signposts"]],
    }
    for model, rows in parts.items():
        if rows:
            model.objects.bulk_create(rows)
