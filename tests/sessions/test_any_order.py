"""In whatever order things happen, what got a receipt is there, once: a machine that hands in, repeats, rescues, revokes and resolves, and
knows beside it what must be in the database."""

import datetime
import hashlib
import itertools
import json
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from sessions import clearing, sealing, tickets
from sessions.models import CardSession, HandIn, QuarantinedRecord, Tablet, WorkerTicket
from tests.factories import CardVersionFactory, OrganisationFactory, ReleaseFactory, SiteFactory, UserFactory
from tests.sessions.tablet import StandInTablet, changed, seal
from tests.sessions.test_rescue import rescue_file
from vein_care import memory
from vein_care.accounts.roles import Role

STORED, WAITS, SET_ASIDE = "stored", "waits", "set aside"
any_of = st.integers(min_value=0, max_value=10**6)
SOME_WAYS = 1871  # any number


class Content:
    """One content of one record, as a worker saved it on a tablet; `fate` is None until the server gave a receipt for it."""

    def __init__(self, record, *, tablet, worker, ticket):
        self.record, self.tablet, self.worker, self.ticket = record, tablet, worker, ticket
        self.number = record["record_id"]
        self.opened = json.dumps(record).encode()
        self.sealed = seal(record)
        self.made_at = datetime.datetime.fromisoformat(record["made"]["wall"])
        self.digest = hashlib.sha256(self.opened).digest()
        self.is_acceptable = record["session"]["setting"] == "van"
        self.fate = None


class Organisation:
    """A site, and the coordinator's desk."""

    def __init__(self):
        self.row = OrganisationFactory()
        self.site = SiteFactory(organisation=self.row)
        self.desk = Client()
        self.coordinator = UserFactory(organisation=self.row, roles=[Role.COORDINATOR])
        self.desk.force_login(self.coordinator)

    def worker(self):
        return UserFactory(organisation=self.row, roles=[Role.WORKER])


class Service(RuleBasedStateMachine):
    """Two organisations on one server: one with two tablets on which two workers take turns, one with a single tablet and worker."""

    def __init__(self):
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        memory.forget()
        ReleaseFactory(versions=[CardVersionFactory(slug="ampoule", area="water"), CardVersionFactory(slug="clean-hands", area="hygiene")])
        self.here, self.there = Organisation(), Organisation()
        self.workers = [self.here.worker(), self.here.worker(), self.there.worker()]
        self.tablets = [StandInTablet(Client(), worker, self.organisation_of(worker).site) for worker in self.workers]
        self.contents = []

    def teardown(self):
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)
        memory.forget()

    # What workers do

    @rule(turn=st.sampled_from([(0, 0), (0, 1), (1, 0), (1, 1), (2, 2)]), is_acceptable=st.booleans())
    def save(self, turn, is_acceptable):
        tablet, worker = self.tablets[turn[0]], self.workers[turn[1]]
        ticket, value = tickets.issue(user=worker, tablet=tablet.row, now=timezone.now())
        record = tablet.record(ticket=value, session={"setting": "van" if is_acceptable else "spaceship"})
        self.contents.append(Content(record, tablet=tablet, worker=worker, ticket=ticket))

    @precondition(lambda self: self.contents)
    @rule(which=any_of, moment=st.sampled_from(["after_hospital", "asked_for_equipment"]))
    def save_other_content_under_the_same_number(self, which, moment):
        content = self.content(which)
        record = changed(content.record, "session.moment", moment)
        if all(other.record != record for other in self.contents):
            self.contents.append(Content(record, tablet=content.tablet, worker=content.worker, ticket=content.ticket))

    # What comes in

    @precondition(lambda self: self.contents)
    @rule(which=any_of, is_sealed_anew=st.booleans(), carried_by=st.none() | st.integers(0, 2))
    def hand_in(self, which, is_sealed_anew, carried_by):
        """The tablet sends it, for the first time or again; or another tablet does, perhaps one of the other organisation."""
        content = self.content(which)
        by = content.tablet if carried_by is None else self.tablets[carried_by]
        expected = self.take_in(content, by=by, revoked_at=None) if not self.revoked_at(by) else None

        response = by.send(seal(content.opened) if is_sealed_anew else content.sealed)

        assert response.status_code == {None: 401, "new": 201, STORED: 200}.get(expected, 202)

    @precondition(lambda self: self.contents)
    @rule(first=any_of, count=st.integers(1, 6), is_cut_short=st.booleans(), is_here=st.booleans())
    def hand_in_rescue_file(self, first, count, is_cut_short, is_here):
        """At the desk of one organisation or the other, whosever records are in it."""
        organisation = self.here if is_here else self.there
        start = first % len(self.contents)
        chosen = [*self.contents[start : start + count], self.contents[start]]
        content = rescue_file([each.sealed for each in chosen])
        if is_cut_short:
            content, chosen = content[:-40], chosen[:-1]
        for each in chosen:
            is_its_own = self.organisation_of(each.worker) is organisation
            self.take_in(each, by=each.tablet if is_its_own else None, revoked_at=self.revoked_at(each.tablet))

        page = organisation.desk.post("/sessions/rescue/", {"file": SimpleUploadedFile("f.jsonl", content)}).getvalue().decode()

        assert ("cut short or damaged" in page) == is_cut_short
        assert "could not be opened" not in page

    def take_in(self, content, *, by, revoked_at):
        """Note what must become of a content that arrives; what the server answers: "new", or what the content's fate is."""
        if content.fate is None:
            is_first = not any(other.fate for other in self.contents if other.number == content.number)
            is_good = content.is_acceptable and self.is_good_ticket(content, by=by, revoked_at=revoked_at)
            content.fate = STORED if is_first and is_good else WAITS
            return "new" if content.fate == STORED else content.fate
        return content.fate

    def is_good_ticket(self, content, *, by, revoked_at):
        content.ticket.refresh_from_db()
        content.worker.refresh_from_db()
        left_at = content.worker.deactivated_at
        is_too_late = any(moment and content.made_at > moment for moment in [left_at, revoked_at])
        return by is content.tablet and content.ticket.revoked_at is None and not is_too_late

    # What happens around it

    @rule()
    def rotate_key(self):
        sealing.make_key()

    @rule(tablet=st.integers(0, 2))
    def revoke_or_allow_tablet(self, tablet):
        row = Tablet.objects.filter(pk=self.tablets[tablet].row.pk)
        row.update(revoked_at=None if row.get().revoked_at else timezone.now())

    @rule(worker=st.integers(0, 2))
    def revoke_tickets(self, worker):
        WorkerTicket.objects.filter(user=self.workers[worker], revoked_at=None).update(revoked_at=timezone.now())

    @rule(worker=st.integers(0, 2))
    def deactivate_or_activate_worker(self, worker):
        person = self.workers[worker]
        person.refresh_from_db()
        person.is_active, person.deactivated_at = not person.is_active, timezone.now() if person.is_active else None
        person.save()

    @rule()
    def clear_times(self):
        clearing.clear(timezone.now() + datetime.timedelta(days=40))

    # What a coordinator does

    @precondition(lambda self: self.looked_at())
    @rule(which=any_of, presses=st.lists(st.sampled_from(["accept", "set-aside"]), min_size=1, max_size=3))
    def deal_with(self, which, presses):
        """One button after the other, as from pages that were opened before. For the other organisation there is no such record."""
        content, found = self.quarantined(which)
        own = self.organisation_of(content.worker)
        other = self.there if own is self.here else self.here
        for press in presses:
            counts_already = any(other.fate == STORED for other in self.contents if other.number == content.number)
            is_possible = content.fate == WAITS and not (press == "accept" and counts_already)

            assert other.desk.post(f"/sessions/looked-at/{found.pk}/{press}/", self.answers(other)).status_code == 404
            response = own.desk.post(f"/sessions/looked-at/{found.pk}/{press}/", self.answers(own))

            assert (response.status_code, response.url == "/sessions/looked-at/") == (302, is_possible)
            if is_possible:
                content.fate = {"accept": STORED, "set-aside": SET_ASIDE}[press]

    def answers(self, organisation):
        when = {"held_on": timezone.localdate().isoformat(), "part_of_day": "evening"}
        return when | {"site": organisation.site.pk, "setting": "van", "outcome": "held", "delivered_by": "not_known", "why": "double"}

    # What must hold after every step

    @invariant()
    def what_got_a_receipt_is_there_once_and_nothing_else(self):
        rows = HandIn.objects.values_list("record_id", "digest", "fate", "quarantined_record__resolution")
        fates = {("stored", None): STORED, ("quarantined", ""): WAITS, ("quarantined", "set_aside"): SET_ASIDE}
        there = sorted((str(number), bytes(digest), fates[fate, resolution]) for number, digest, fate, resolution in rows)

        assert there == sorted((each.number, each.digest, each.fate) for each in self.contents if each.fate)

    @invariant()
    def every_session_is_one_record_and_every_record_one_session(self):
        stored = HandIn.objects.filter(fate="stored")

        assert CardSession.objects.count() == stored.filter(session__isnull=False).count() == stored.values("record_id").distinct().count()

    @invariant()
    def what_does_not_count_is_kept_byte_for_byte(self):
        kept = QuarantinedRecord.objects.exclude(resolution="stored").values_list("payload", flat=True)

        assert sorted(map(bytes, kept)) == sorted(each.opened for each in self.contents if each.fate in {WAITS, SET_ASIDE})

    @invariant()
    def what_waits_and_what_counts_belong_to_the_workers_organisation(self):
        kept = {bytes(payload): owner for payload, owner in QuarantinedRecord.objects.values_list("payload", "organisation")}
        counts = dict(HandIn.objects.filter(session__isnull=False).values_list("record_id", "session__organisation"))

        for content in self.contents:
            owner = self.organisation_of(content.worker).row.pk
            assert kept.get(content.opened, owner) == owner
            if content.fate == STORED:
                assert counts[uuid.UUID(content.number)] == owner

    # Around these

    def organisation_of(self, worker):
        return self.here if worker.organisation_id == self.here.row.pk else self.there

    def content(self, which):
        return self.contents[which % len(self.contents)]

    def looked_at(self):
        """Pairs of content and row of what was ever to be looked at and is not emptied."""
        rows = {bytes(row.payload): row for row in QuarantinedRecord.objects.all()}
        return [(content, rows[content.opened]) for content in self.contents if content.opened in rows]

    def quarantined(self, which):
        return next(itertools.islice(itertools.cycle(self.looked_at()), which % 97, None))

    def revoked_at(self, tablet):
        return Tablet.objects.values_list("revoked_at", flat=True).get(pk=tablet.row.pk)


@pytest.mark.django_db
def test_whatever_happens_nothing_is_lost_and_nothing_doubled(request):
    """The same ways each time; other ones: pytest --hypothesis-seed=… One that fails is printed step by step."""
    given = request.config.getoption("--hypothesis-seed") or ""
    number = int(given) if given.isdigit() else SOME_WAYS
    print(f"The same ways again: pytest --hypothesis-seed={number}")
    reasonable = settings(
        max_examples=15, stateful_step_count=20, deadline=None, derandomize=False, database=None, suppress_health_check=list(HealthCheck)
    )

    seed(number)(Service)
    run_state_machine_as_test(Service, settings=reasonable)
