"""Whom a trainer means: chosen people, everyone of a site, everyone with a role, everyone."""

from training.models import AssignmentRound
from vein_care.accounts.models import User

Audience = AssignmentRound.Audience


def people_meant(organisation, *, audience, people=(), site=None, role=""):
    """The people of this service whom these words mean, inactive ones among them; a queryset in the order of names."""
    everyone = User.objects.filter(organisation=organisation)
    if audience == Audience.PEOPLE:
        return everyone.filter(pk__in=[person.pk for person in people])
    if audience == Audience.SITE:
        return everyone.filter(usual_site=site)
    if audience == Audience.ROLE:
        return everyone.filter(roles__contains=[role])
    return everyone
