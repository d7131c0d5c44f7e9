"""Organisations trained and individuals trained: two numbers, never one (intervention.md 1.7, P2)."""

from dataclasses import dataclass

from django.db.models import Count

from training.models import Completion


@dataclass(frozen=True)
class Trained:
    organisations: int
    individuals: int


def trained(*, on, completions=None):
    """How many organisations and how many people have done at least one module that is good on this day.

    A completion counts for the organisation its person was with on the day it was done, so somebody who moved counts once among people and may
    count for two organisations; somebody programme-wide counts among people alone. completions: of whom; everybody's unless told.
    """
    completions = Completion.objects.all() if completions is None else completions
    counts = completions.good_on(on).aggregate(organisations=Count("organisation", distinct=True), individuals=Count("person", distinct=True))
    return Trained(**counts)
