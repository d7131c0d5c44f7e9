"""The network of `make faults` does what a case tells it to, and a fault that nothing met fails its case."""

import http.client
import http.server
import threading

import pytest

from tests.faults import network

PATH = "/sessions/records/"
BODY = b"sealed" * 100


class Server(http.server.BaseHTTPRequestHandler):
    taken = []

    def do_POST(self):
        self.taken.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(201)
        self.send_header("Content-Length", "7")
        self.end_headers()
        self.wfile.write(b"receipt")

    def log_message(self, *_):
        pass


@pytest.fixture
def passing():
    Server.taken = []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    between = network.Network()
    between.upstream = server.server_port
    yield between
    between.close()
    server.shutdown()
    server.server_close()


def post(between):
    """(status, body), or the kind of error in which it ended."""
    connection = http.client.HTTPConnection("127.0.0.1", between.port, timeout=60)
    try:
        connection.request("POST", PATH, body=BODY)
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException) as error:
        return type(error).__name__
    finally:
        connection.close()


def test_everything_passes_as_usual(passing):
    assert post(passing) == (201, b"receipt")
    assert Server.taken == [BODY]


@pytest.mark.parametrize(
    ("rule", "taken"),
    [(network.cut_before, 0), (network.cut_after, 1), (network.drop_answer, 1), (network.half_answer, 1), (network.half_head, 1)],
)
def test_a_broken_connection_leads_to_no_receipt(rule, taken, passing):
    with passing.doing(rule) as active:
        assert post(passing) != (201, b"receipt")
    assert active.hits == 1
    for _ in range(2000):
        if len(Server.taken) == taken:
            break
        threading.Event().wait(0.02)
    assert len(Server.taken) == taken


def test_somebody_else_answers(passing):
    with passing.doing(network.answer(503, "no"), times=1):
        assert post(passing) == (503, b"no")
        assert Server.taken == []
        assert post(passing) == (201, b"receipt")


def test_a_gateway_answers_after_the_server_has_it(passing):
    with passing.doing(network.answer_after_commit(502)):
        assert post(passing) == (502, b"")
    assert Server.taken == [BODY]


def test_a_closed_network_is_nobody_there_and_can_be_opened_again(passing):
    passing.close()
    assert post(passing) == "ConnectionRefusedError"

    passing.open()

    assert post(passing) == (201, b"receipt")


def test_a_fault_that_nothing_met_fails_the_case(passing):
    with pytest.raises(AssertionError, match="nothing met"), passing.doing(network.drop_answer):
        pass
