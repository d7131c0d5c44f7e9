"""Who stands where with every module of the course: rows for the page, the exports, and whoever asks about a few people."""

from collections import defaultdict
from dataclasses import dataclass

from django.utils import timezone

from training.models import Assignment, Completion, LearningPlace, ModuleVersion, RefresherDecision
from training.state import DONE, NOT_ASSIGNED, Asked, Done, Place, standing_of
from vein_care.accounts.models import User


@dataclass(frozen=True)
class Grid:
    """modules: current versions in the order of the course. rows: (person, standings in that order)."""

    modules: list
    rows: list

    def kept(self, states):
        """The same with only the people who have one of these states in a module shown."""
        return Grid(self.modules, [row for row in self.rows if any(standing.state in states for standing in row[1])])

    def done_counts(self):
        """How many of the people shown have done each module."""
        return [sum(standings[number].state in DONE for _person, standings in self.rows) for number in range(len(self.modules))]


def people_of(organisation):
    """Everybody of a service whose training somebody looks after: those who are active."""
    return User.objects.filter(organisation=organisation, is_active=True)


def current_modules():
    return list(ModuleVersion.objects.current().select_related("module").defer("facilitator_notes", "outcomes"))


def grid_of(people, *, organisation, today, modules=None):
    """The Grid of a queryset of people. Six statements, however many people and modules there are.

    modules: current versions; all of the course unless told.
    """
    modules = current_modules() if modules is None else modules
    found = list(people)
    standings = standings_of(people, modules, organisation=organisation, today=today)
    module_ids = [version.module_id for version in modules]
    return Grid(modules, [(person, [standings.get((person.pk, module), NOT_ASSIGNED) for module in module_ids]) for person in found])


def standings_of(people, modules, *, organisation, today):
    """{(person id, module id): Standing} where there is anything to say. people: a queryset. modules: current versions. Four statements."""
    people = people.order_by().values("pk")
    asked = _asked(people)
    done = _done(people)
    places = _places(people)
    least = least_versions(modules, organisation)
    keys = {key for key in asked.keys() | done.keys() | places.keys() if key[1] in least}
    return {
        key: standing_of(asked=asked.get(key), done=done.get(key, ()), place=places.get(key), least_version=least[key[1]], today=today)
        for key in keys
    }


def least_versions(modules, organisation):
    """{module id: the lowest version that counts without a refresher}: the current one, unless the service decided that none is needed.

    "None is needed" reaches back to the last version for which one was.
    """
    decided = defaultdict(dict)
    rows = RefresherDecision.objects.filter(organisation=organisation, version__module__in=[version.module_id for version in modules])
    for module, number, is_needed in rows.values_list("version__module", "version__number", "is_needed"):
        decided[module][number] = is_needed
    return {version.module_id: _least(version.number, decided[version.module_id]) for version in modules}


def _least(current, decided):
    if decided.get(current, True):
        return current
    return max((number for number, is_needed in decided.items() if is_needed and number < current), default=1)


def on_older_versions(people, modules, *, today):
    """{module id: ids of those who did an earlier version that is still good, and not the current one}, whatever was decided. One statement."""
    current = {version.module_id: version.number for version in modules}
    found = defaultdict(set)
    for (person, module), done in _done(people.order_by().values("pk")).items():
        good = [each.version for each in done if each.is_in_force(today)]
        if module in current and good and max(good) < current[module]:
            found[module].add(person)
    return found


def _asked(people):
    rows = Assignment.objects.open().filter(person__in=people).values_list("person", "module", "due_on")
    return {(person, module): Asked(due_on) for person, module, due_on in rows}


def _done(people):
    done = defaultdict(list)
    rows = Completion.objects.standing().filter(person__in=people).order_by("completed_on", "pk")
    columns = ["person", "version__module", "version__number", "mode", "completed_on", "expires_on"]
    for person, module, *facts in rows.values_list(*columns):
        done[person, module].append(Done(*facts))
    return done


def _places(people):
    rows = LearningPlace.objects.filter(person__in=people).order_by("moved_at")
    columns = ["person", "version__module", "version__number", "moved_at", "started_at", "restarted_at"]
    zone = timezone.get_current_timezone()  # looked up once: a large service has thousands of moments
    return {
        (person, module): Place(number, moved_at.astimezone(zone).date(), (restarted_at or started_at).astimezone(zone).date())
        for person, module, number, moved_at, started_at, restarted_at in rows.values_list(*columns)
    }
