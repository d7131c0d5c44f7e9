"""Many records at once"""

import time

from tests.faults.cases import case

TABLETS = 20
EACH = 25
FULL = 300


@case("500 records on 20 tablets sent together")
def together(case):
    """Twenty tablets with twenty-five records each hear at the same moment that the network is back.

    How long it takes is printed, without a budget: twenty real pages share the machine with the server. `make bench` has the budget.
    """
    devices = [case.device("jo" if number % 2 else "sam", directly=True).save_many(EACH) for number in range(TABLETS)]
    began = time.monotonic()
    for device in devices:
        device.network_is_back()
    case.eventually(lambda: case.stored_count() == TABLETS * EACH, "all to be sent", patience=60)
    took = time.monotonic() - began
    case.eventually(lambda: not any(device.count() for device in devices), "all receipts")
    case.notes.append(f"{took:.1f} s")


@case(f"An outbox of {FULL:,} records")
def full(case):
    """One tablet was without a network for very long. It sends all it has, one after the other. Five thousand are tried in `tests/js/`."""
    device = case.device().save_many(FULL)
    began = time.monotonic()
    device.network_is_back()
    case.eventually(lambda: not device.count(), "all to be sent", patience=120)
    case.notes.append(f"{time.monotonic() - began:.0f} s")
