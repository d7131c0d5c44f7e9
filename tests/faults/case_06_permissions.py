"""Tokens and tickets that are withdrawn, forged, run out, or carried elsewhere"""

import datetime
import uuid

from django.utils import timezone

from tests.faults.cases import case

A_SECOND = datetime.timedelta(seconds=1)
A_DAY = datetime.timedelta(days=1)
CHANGE_TOKENS = """async (token) => {
  const database = await new Promise((resolve) => {
    const asked = indexedDB.open("vein-care");
    asked.onsuccess = () => resolve(asked.result);
  });
  const transaction = database.transaction("records", "readwrite");
  const records = transaction.objectStore("records");
  records.getAll().onsuccess = ({ target }) => target.result.forEach((entry) => records.put({ ...entry, token }));
  await new Promise((resolve) => (transaction.oncomplete = resolve));
  database.close();
}"""


def signed_ticket(case, device, *, issued_at, expires_at, who="jo"):
    """The string of a ticket such as this server gives, with times of its own."""
    from sessions import tickets
    from sessions.models import WorkerTicket
    from vein_care.accounts.models import User

    row = case.tablet_row(device)
    worker = User.objects.get(login_name=who)
    ticket = WorkerTicket.objects.create(tablet=row, user=worker, issued_at=issued_at, expires_at=expires_at)
    return tickets.signed(ticket, organisation_id=row.organisation_id)


@case("A tablet's token is not known any more")
def unknown_token(case):
    """The server has forgotten the tablet. Its record needs attention, stays, and goes when the server knows the tablet again."""
    from sessions.models import Tablet

    device = case.device().save().save_many(1)
    row = case.tablet_row(device)
    Tablet.objects.filter(pk=row.pk).update(token_hash=uuid.uuid4().bytes * 2)
    device.let_it_go().waits_for_attention(2)
    Tablet.objects.filter(pk=row.pk).update(token_hash=row.token_hash)
    device.try_again().is_empty()


@case("A forged tablet token")
def forged_token(case):
    """Somebody puts a made-up token beside a record on the tablet. The server refuses it; tried again with the tablet's own, it goes."""
    device = case.device().save()
    device.page.evaluate(CHANGE_TOKENS, "A" * 43)
    device.let_it_go().waits_for_attention()
    device.try_again().is_empty()


@case("A tablet's token copied to another tablet")
def copied_token(case):
    """Two tablets hand in under one token. Both may; every record is there once, under whoever its ticket names."""
    first = case.device("jo").save()
    second = case.device("sam", open_it=False)
    second.context.add_init_script(f"localStorage.getItem('vein-care-tablet') ?? localStorage.setItem('vein-care-tablet', '{first.token}')")
    second.open().save().save_many(1)
    assert second.token == first.token
    first.let_it_go().is_empty()
    second.let_it_go().is_empty()
    case.kept_for_a_look(0)


@case("A ticket that runs out after the record was made")
def ticket_ran_out_later(case):
    """The ticket was good when the record was saved and is not when it is sent: the record counts."""
    device = case.device()
    now = timezone.now()
    ticket = signed_ticket(case, device, issued_at=now - 30 * A_DAY, expires_at=now + 2 * A_SECOND)
    device.save_many(2, ticket=ticket)
    case.eventually(lambda: timezone.now() > now + 3 * A_SECOND, "the ticket to run out")
    device.network_is_back().is_empty()
    case.kept_for_a_look(0)


@case("A ticket that had run out before")
def ticket_ran_out_before(case):
    """The record was made under a ticket that had run out. It is not stored as a session, and a coordinator gets to see all of it."""
    device = case.device()
    now = timezone.now()
    device.save_many(2, ticket=signed_ticket(case, device, issued_at=now - 31 * A_DAY, expires_at=now - A_DAY))
    device.network_is_back().is_empty()
    case.kept_for_a_look(2, rule="expired")


@case("A ticket that was withdrawn")
def ticket_revoked(case):
    """A worker's ticket is withdrawn with records on the tablet: they leave it, and a coordinator gets to see them."""
    from sessions.models import WorkerTicket

    device = case.device().save().save_many(1)
    WorkerTicket.objects.filter(pk=case.ticket_in_last()).update(revoked_at=timezone.now())
    device.let_it_go().is_empty()
    case.kept_for_a_look(2, rule="revoked")


@case("A forged ticket")
def ticket_forged(case):
    """A record under a ticket that this server did not sign is kept for a coordinator, under nobody's name."""
    device = case.device()
    device.save_many(2, ticket="made up")
    device.network_is_back().is_empty()
    case.kept_for_a_look(2, rule="forged")


@case("A ticket copied to another tablet")
def ticket_copied(case):
    """A ticket made out to one tablet is used on another. A coordinator gets to see the record."""
    first, second = case.device("jo"), case.device("sam")
    second.save_many(1, ticket=first.me()["ticket"]["value"])
    second.save()
    second.let_it_go().is_empty()
    case.kept_for_a_look(1, rule="other_tablet")


@case("A record of a newer kind than the server knows")
def newer_schema(case):
    """The tablet was updated before the server. The record is kept whole for later."""
    device = case.device().save_many(1, schema=2)
    device.save()
    device.let_it_go().is_empty()
    case.kept_for_a_look(1, rule="newer_schema")


@case("A site of another organisation")
def other_organisation(case):
    """A record names a place that belongs to somebody else. A coordinator of the tablet's own service gets to see it."""
    elsewhere = case.device("robin").me()["sites"][0]["id"]
    device = case.device("jo").save_many(1, site=elsewhere)
    device.network_is_back().is_empty()
    case.kept_for_a_look(1, rule="other_organisation")


@case("The same number with other content")
def same_number(case):
    """Two tablets hand in different records under one number. The first is stored, the other is kept for a look: both are there."""
    number = str(uuid.uuid4())
    first = case.device("jo").save_many(1, record_ids=[number])
    second = case.device("sam").save_many(1, record_ids=[number])
    first.network_is_back().is_empty()
    second.network_is_back().is_empty()
    case.kept_for_a_look(1, rule="other_content")
