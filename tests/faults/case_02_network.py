"""The network goes while something is sent"""

from tests.faults import network
from tests.faults.cases import add_case, case


def broken_off(rule):
    def run(case):
        device = case.device().save().save_many(1)
        with case.network.doing(rule):
            device.let_it_go().has_tried()
        device.is_empty()

    return run


for name, rule, what in [
    ("Cut before the record is through", network.cut_before, "The connection breaks as soon as a hand-in begins."),
    ("Cut half-way through the record", network.cut_half_way, "The server gets half of a record, and takes in nothing of it."),
    ("Cut after the record, before the answer", network.cut_after, "The server gets all of it; the tablet is cut off before anybody could answer."),
    ("The answer is lost", network.drop_answer, "The server stores it and answers, and the tablet never hears it."),
    ("The answer is cut in its headers", network.half_head, "The server stores it; 40 bytes of the answer reach the tablet."),
    ("The answer is cut in the receipt", network.half_answer, "The server stores it; the answer ends in the middle of the receipt."),
]:
    add_case(name, broken_off(rule), what=f"{what} Two records are sent again later, and each is there once.")


@case("Network cut by stopping the server")
def server_gone(case):
    """Nobody answers at the address any more. Saving goes on; when the server is back, everything arrives."""
    device = case.device().save()
    case.world.stop_web()
    case.network.close()
    device.save_talk()
    device.let_it_go().has_tried()
    case.network.open()
    case.world.start_web()
    device.network_is_back().is_empty()


@case("Network cut by the browser's own emulation")
def offline(case):
    """The browser says that it is offline, and later that it is online again; then everything goes by itself."""
    device = case.device().save()
    device.context.set_offline(True)
    device.save_talk()
    device.let_it_go().has_tried()
    device.context.set_offline(False)
    device.pass_time(20)
    device.is_empty(nudging=False)


@case("A network that comes and goes")
def flickering(case):
    """Forty records, while every second request is broken off at another place."""
    device = case.device().save_many(40)
    breaks = [network.cut_before, network.drop_answer, network.cut_half_way, network.half_answer, network.cut_after]
    count = iter(range(10**6))

    def every_second(exchange):
        number = next(count)
        if number % 2 and number < 20:
            return breaks[number // 2 % len(breaks)](exchange)
        return exchange.pass_on()

    with case.network.doing(every_second):
        device.network_is_back()
        device.is_empty()


@case("An answer that takes longer than the tablet waits")
def slow(case):
    """The server has stored it, and its answer is still on the way after 30 seconds: the tablet gives up, sends again, and it is there once."""
    device = case.device().save()
    gate = network.Gate(after_commit=True)
    with case.network.doing(gate, times=1):
        device.let_it_go()
        case.eventually(gate.arrived.is_set, "the record to be stored")
        device.pass_time(31)
        device.has_tried()
        gate.go.set()
    device.is_empty()
