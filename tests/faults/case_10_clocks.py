"""Clocks that are wrong"""

import datetime

from tests.faults.case_06_permissions import signed_ticket
from tests.faults.cases import add_case, case
from tests.faults.tablet import now

A_DAY = datetime.timedelta(days=1)
A_YEAR = datetime.timedelta(days=365)


def day_of(known):
    """Of a Saved as the tablet wrote it, or of a Stored."""
    return known.facts["held_on"], known.facts["part_of_day"]


def wrong_by(off):
    def run(case):
        device = case.device(clock_at=now() + off).save().save_many(1)
        device.let_it_go().is_empty()
        assert case.clock_flags() == ["corrected", "corrected"]

    return run


for name, off in [
    ("a day behind", -A_DAY),
    ("a day ahead", A_DAY),
    ("ten years behind", -10 * A_YEAR),
    ("ten years ahead", 10 * A_YEAR),
]:
    add_case(
        f"The clock is {name}",
        wrong_by(off),
        what=f"The tablet's clock is {name}. Date and part of day are put right and marked as corrected; nothing else changes.",
    )


@case("The clock is put right while records wait")
def put_right(case):
    """A clock that is a day ahead is put right between saving and sending. The tablet's counter shows how old the records really are."""
    device = case.device(clock_at=now() + A_DAY).save(2)
    device.page.clock.set_system_time(now())
    device.send_now().is_empty()
    assert case.clock_flags() == ["corrected", "corrected"]
    assert all(day_of(row) in case.saved[0].days() for row in case.rows()), "not the day on which they were saved"
    assert not any(day_of(saved) in saved.days() for saved in case.saved), "the tablet's clock was right"


@case("The clock goes wrong while records wait")
def goes_wrong(case):
    """A clock that was right jumps ten years ahead between saving and sending, as after an empty battery."""
    device = case.device().save(2)
    device.page.clock.set_system_time(now() + 10 * A_YEAR)
    device.send_now().is_empty()
    assert case.clock_flags() == ["", ""]
    assert all(day_of(row) in case.saved[0].days() for row in case.rows()), "not the day on which they were saved"


@case("A tablet from a cupboard after six weeks")
def cupboard(case):
    """Records saved six weeks ago. Login and ticket have run out since, and the page was closed; the tablet sends them as soon as it is opened."""
    weeks_ago = now() - 42 * A_DAY
    device = case.device(clock_at=weeks_ago)
    ticket = signed_ticket(case, device, issued_at=weeks_ago - A_DAY, expires_at=weeks_ago + 29 * A_DAY)
    device.save_many(3, ticket=ticket)
    device.page.close()
    device.context.clear_cookies()
    device.context.clock.set_system_time(now())
    device.open().is_empty(nudging=False)
    assert {row.facts["held_on"] for row in case.rows()} == {weeks_ago.date().isoformat()}
    case.kept_for_a_look(0)
