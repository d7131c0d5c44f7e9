from django.core.management.base import BaseCommand, CommandError

from sessions.counting import recount
from vein_care.accounts.models import Organisation, Site

MOST_SHOWN = 20


class Command(BaseCommand):
    help = (
        "Compare every tally with the sessions that are kept, and say what differs. Changes nothing unless --repair is given; hand-ins go on "
        "meanwhile either way. Ends with 1 where something differs and was not put right."
    )

    def add_arguments(self, parser):
        parser.add_argument("--repair", action="store_true", help="Put right what differs.")
        parser.add_argument("--organisation", type=int, help="Only the one with this number.")

    def handle(self, *, repair, organisation, **options):
        organisations = Organisation.objects.order_by("pk")
        if organisation is not None and not organisations.filter(pk=organisation).exists():
            raise CommandError(f"There is no service number {organisation}.")
        chosen = organisations.filter(pk=organisation) if organisation is not None else organisations
        total = sum(self._go_through(each, repair=repair) for each in chosen)
        if total and not repair:
            raise CommandError(f"{_tallies(total)} differ from the sessions. Nothing was changed. Add --repair to put them right.")
        self.stdout.write(f"{_tallies(total)} put right." if total else "Every tally is what the sessions say.")

    def _go_through(self, organisation, *, repair):
        work = recount.repair if repair else recount.differences
        months = recount.months(organisation)
        total = 0
        for number, month in enumerate(months, start=1):
            found = work(organisation, month)
            total += len(found)
            self.stderr.write(f"{organisation}: {number} of {len(months)} months")
            if found:
                self._report(organisation, month, found)
        return total

    def _report(self, organisation, month, found):
        self.stdout.write(f"{organisation}, {month:%B %Y}: {_tallies(len(found))} not what the sessions say.")
        sites = dict(Site.objects.filter(organisation=organisation).values_list("pk", "name"))
        for each in found[:MOST_SHOWN]:
            self.stdout.write(f"  {in_words(each, sites)}")
        if len(found) > MOST_SHOWN:
            self.stdout.write(f"  and {len(found) - MOST_SHOWN} more.")


def in_words(each, sites):
    """Such as "2026-11-03, Harbour van, van: outcome held was 12 sessions, should be 11"."""
    where = f"{sites.get(each.site, each.site)}, {each.setting}" if each.site else "the whole organisation"
    when = f"{each.day:%B %Y}" if each.grain.endswith("month") else each.day.isoformat()
    said = f"{when}, {where}: {each.measure} {each.code or '(not recorded)'} was {each.sessions} sessions, should be {each.sessions_should_be}"
    if each.quantity != each.quantity_should_be:
        said += f"; things given were {each.quantity}, should be {each.quantity_should_be}"
    return said


def _tallies(count):
    return f"{count:,} {'tally' if count == 1 else 'tallies'}"
