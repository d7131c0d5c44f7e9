"""How far training reaches, for the summaries: numbers of people and of organisations, by module, and nobody's name."""

import datetime

from django.db.models import Count, Q
from django.utils import timezone

from training.grid import current_modules
from training.models import Completion
from training.numbers import trained
from vein_care.accounts.models import User
from vein_care.summary_parts import ModuleDone, TrainingCoverage


def coverage(*, organisation, on):
    """The TrainingCoverage of a service, or with None of all services, on a day. Four statements, however many people and modules.

    Who joined later, or had left by then, counts nowhere. A small service is not cut by site, where a number would be a name.
    """
    people = with_account(organisation, on=on)
    good = Completion.objects.filter(person__in=people.values("pk"))
    found = trained(on=on, completions=good)
    return TrainingCoverage(
        on=on,
        people=people.count(),
        trained=found.individuals,
        organisations_trained=found.organisations if organisation is None else None,
        modules=_modules(good, on=on),
    )


def with_account(organisation, *, on):
    """The people of a service, or of all, who had an account on that day: at its end, where we are."""
    end = timezone.make_aware(datetime.datetime.combine(on + datetime.timedelta(days=1), datetime.time.min))
    people = User.objects.filter(Q(deactivated_at=None) | Q(deactivated_at__gte=end), created_at__lt=end)
    return people.filter(organisation=organisation) if organisation else people.exclude(organisation=None)


def _modules(completions, *, on):
    """ModuleDone of each module of the course. Whoever did one twice counts once, as it was done last."""
    good = completions.good_on(on).order_by("person_id", "version__module_id", "-completed_on", "-pk")
    last = good.distinct("person_id", "version__module_id").values("pk")
    counted = Completion.objects.filter(pk__in=last).order_by().values_list("version__module", "mode").annotate(Count("pk"))
    counts = {(module, mode): count for module, mode, count in counted}
    return tuple(
        ModuleDone(
            slug=version.module.slug,
            title=version.title,
            face_to_face=counts.get((version.module_id, Completion.Mode.FACE_TO_FACE), 0),
            online=counts.get((version.module_id, Completion.Mode.ONLINE), 0),
        )
        for version in current_modules()
    )
