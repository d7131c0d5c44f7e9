"""manage.py generate_sessions: every figure has something to show, all is counted, and nothing gets among real sessions."""

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from sessions.counting import generating
from sessions.models import CardSession, HandIn, Measure, Tally
from tests.factories import CardVersionFactory, OrganisationFactory, ReleaseFactory
from tests.sessions.counting.counts import run
from vein_care.accounts.models import AuditEvent, Organisation

pytestmark = pytest.mark.django_db(transaction=True)

RULES = "SELECT conname FROM pg_constraint WHERE conrelid::regclass::text LIKE 'care_sessions_%' ORDER BY 1"
TRIGGERS_OFF = "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'O'"


@pytest.fixture(autouse=True)
def demo(settings):
    settings.VEIN_CARE_DEMO = True


@pytest.fixture
def deck():
    ReleaseFactory(versions=[CardVersionFactory(slug="ampoule"), CardVersionFactory(slug="clean-hands", area="hygiene")])


def test_sessions_fill_every_measure_and_are_counted(deck, capsys):
    rules = run(RULES)

    call_command("generate_sessions", "3000", "--sites", "3", "--years", "0.5")

    organisation = Organisation.objects.get()
    assert capsys.readouterr().out.startswith(f"Made “Made-up service 1 with 3,000 sessions”, number {organisation.pk}, with 3 sites, in ")
    assert (organisation.is_made_up, organisation.sites.count()) == (True, 3)
    assert CardSession.objects.count() == HandIn.objects.filter(session__isnull=False).count() == 3000
    assert set(CardSession.objects.values_list("outcome", flat=True)) == set(CardSession.Outcome.values)
    assert set(Tally.objects.values_list("measure", flat=True)) == set(Measure.values)
    call_command("recount")
    assert AuditEvent.objects.get(type="sessions.generated").details == {"sessions": 3000}
    assert run(RULES) == rules
    assert run(TRIGGERS_OFF) == []


def test_second_lot_goes_into_a_service_of_its_own(deck):
    call_command("generate_sessions", "10")
    call_command("generate_sessions", "20", "--sites", "1")

    assert sorted(Organisation.objects.values_list("name", flat=True)) == ["Made-up service 1 with 10 sessions", "Made-up service 2 with 20 sessions"]
    assert CardSession.objects.count() == 30
    call_command("recount")


def test_database_with_a_real_service_gets_none_even_without_sessions(deck):
    OrganisationFactory(name="Ours (made-up)")

    with pytest.raises(CommandError, match="There are services in this database that were not made up"):
        call_command("generate_sessions", "10")

    assert not CardSession.objects.exists()


def test_nobody_can_say_afterwards_that_a_service_was_made_up():
    organisation = OrganisationFactory()

    with pytest.raises(DatabaseError, match="said when it is made"), transaction.atomic():
        Organisation.objects.filter(pk=organisation.pk).update(is_made_up=True)
    organisation.save()


def test_role_that_does_not_own_the_tables_is_told_so(deck, monkeypatch):
    monkeypatch.setattr(generating, "TABLES", ["pg_proc"])  # a table that nobody may change, whoever runs the tests

    with pytest.raises(CommandError, match="Only the owner of the tables can do this"):
        call_command("generate_sessions", "10")

    assert not Organisation.objects.exists()


def test_real_installation_gets_none(settings):
    settings.VEIN_CARE_DEMO = False

    with pytest.raises(CommandError, match="for a demo only"):
        call_command("generate_sessions", "10")


@pytest.mark.parametrize("arguments", [["0"], ["10", "--sites", "0"], ["10", "--years", "0"], ["10", "--years", "9"]])
def test_numbers_that_make_no_sense_are_refused(arguments):
    with pytest.raises(CommandError, match="Give from 1"):
        call_command("generate_sessions", *arguments)


def test_without_cards_there_is_nothing_to_talk_about():
    with pytest.raises(CommandError, match="There are no cards yet"):
        call_command("generate_sessions", "10")


def test_run_that_breaks_leaves_nothing_behind(deck, monkeypatch):
    monkeypatch.setattr(generating, "COUNTED", ["SELECT 1 / 0"])
    rules = run(RULES)

    with pytest.raises(DatabaseError, match="division by zero"):
        generating.generate(10)

    assert not Organisation.objects.exists()
    assert run(RULES) == rules


def test_tallies_can_say_that_there_was_more(deck):
    organisation = generating.generate(10)

    generating.multiply_tallies(organisation, 10)

    assert sum(Tally.objects.filter(grain="whole_month", measure="outcome").values_list("sessions", flat=True)) == 100
    with pytest.raises(generating.NotPossible):
        generating.multiply_tallies(OrganisationFactory(), 10)
