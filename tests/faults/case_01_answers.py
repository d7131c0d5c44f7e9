"""What the server or somebody in between may answer"""

from tests.faults import network
from tests.faults.cases import add_case, case
from tests.faults.network import answer, answer_after_commit, answer_json

# Nothing of these is a receipt, whatever it says.
RECEIPT_FOR_ANOTHER = {"receipt": {"record_id": "00000000-0000-4000-8000-000000000000", "fate": "stored", "sealed_sha256": "0" * 64}}


def kept_and_sent_later(rule):
    """Two records meet the answer, stay on the tablet, and go once it is over."""

    def run(case):
        device = case.device().save().save_many(1)
        with case.network.doing(rule):
            device.let_it_go().has_tried()
            assert device.count() == 2
        device.is_empty()

    return run


for status, body in [
    (400, "Bad request"),
    (403, "Forbidden"),
    (404, "Not found"),
    (409, "Conflict"),
    (500, "<h1>Server Error (500)</h1>"),
    (502, "Bad gateway"),
    (503, "try later"),
    (504, "Gateway timeout"),
    (511, "<form>Sign in to this network</form>"),
]:
    add_case(
        f"The answer is {status}",
        kept_and_sent_later(answer(status, body)),
        what=f"Somebody answers {status} instead of the server. Two records stay on the tablet, are tried again, and arrive.",
    )

add_case(
    "Captive portal: 200 with a web page",
    kept_and_sent_later(answer(200, "<h1>Welcome to our free network</h1>")),
    what="A café's network answers everything with 200 and its own page. That is no receipt: two records stay, and arrive later.",
)
add_case(
    "Captive portal: 302 elsewhere",
    kept_and_sent_later(answer(302, headers={"Location": "http://localhost:1/login"})),
    what="A network sends every request to its sign-on page. The tablet follows no redirect; two records stay, and arrive later.",
)
add_case(
    "Captive portal: 200 with JSON",
    kept_and_sent_later(answer_json(200, {"status": "ok"})),
    what="Somebody answers 200 with JSON that is no receipt. Two records stay, and arrive later.",
)
add_case(
    "A receipt for another record",
    kept_and_sent_later(answer_json(201, RECEIPT_FOR_ANOTHER)),
    what="The answer is a receipt, but names another record. Two records stay, and arrive later.",
)
for status in (502, 504):
    add_case(
        f"Stored, but a gateway says {status}",
        kept_and_sent_later(answer_after_commit(status, "Bad gateway")),
        what=f"The server stores each record, and the tablet hears {status} from a gateway. It sends again; nothing is there twice.",
    )


@case("Answers 201, 200 and 202 of the server itself")
def receipts(case):
    """One record is new, one is sent twice because its first answer was lost, one is under a withdrawn ticket and waits for the coordinator."""
    from django.utils import timezone

    from sessions.models import WorkerTicket

    device = case.device().save()
    with case.network.doing(network.Listener()) as heard:
        device.let_it_go().is_empty(nudging=False)
    assert heard.hits == 1
    device.save()
    with case.network.doing(network.drop_answer):
        device.let_it_go().has_tried()
    device.is_empty()
    device.save()
    ticket = case.ticket_in_last()
    WorkerTicket.objects.filter(pk=ticket).update(revoked_at=timezone.now())
    device.let_it_go().is_empty()
    case.kept_for_a_look(1, rule="revoked")


@case("The answer is 401, and the tablet is allowed again")
def revoked_and_allowed(case):
    """A tablet is revoked with a record on it: it needs attention, stays, and goes with Try again once the tablet is allowed."""
    from django.utils import timezone

    from sessions.models import Tablet

    device = case.device().save()
    row = case.tablet_row(device)
    Tablet.objects.filter(pk=row.pk).update(revoked_at=timezone.now())
    device.let_it_go().waits_for_attention()
    Tablet.objects.filter(pk=row.pk).update(revoked_at=None)
    device.try_again().is_empty()


for status, error in [(413, "too_large"), (422, "broken_seal")]:

    def refused_by_mistake(case, status=status, error=error):
        device = case.device().save()
        with case.network.doing(answer_json(status, {"error": error, "message": "No."})):
            device.let_it_go().waits_for_attention()
        device.try_again().is_empty()

    add_case(
        f"The answer is {status}",
        refused_by_mistake,
        what=f"A record is refused with {status}. It needs attention and stays on the tablet for good; tried again by hand, it arrives.",
    )


@case("A byte of the seal changes on the way")
def flipped(case):
    """The server finds the seal broken and answers 422. What lies on the tablet is whole, and arrives when it is tried again."""
    device = case.device().save()
    with case.network.doing(network.with_a_flipped_byte):
        device.let_it_go().waits_for_attention()
    device.try_again().is_empty()


@case("The answer is 429 with Retry-After")
def slow_down(case):
    """The server itself says that a tablet has sent enough for this hour. The tablet waits as long as it was asked to."""
    from django.utils import timezone

    from sessions.models import Tablet

    device = case.device().save().save_many(1)
    row = case.tablet_row(device)
    Tablet.objects.filter(pk=row.pk).update(window_records=10**6, window_started_at=timezone.now())
    device.let_it_go().has_tried()
    said = [(entry["tries"], entry["last_answer"]) for entry in device.outbox() if entry["tries"]]
    assert [answer and answer["status"] for _, answer in said] == [429], said
    Tablet.objects.filter(pk=row.pk).update(window_records=0)
    device.pass_time(60)
    case.a_moment(300)
    assert device.count() == 2, "sent before the hour was over"
    device.anew().is_empty()
