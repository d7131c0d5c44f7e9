"""What a mail server that falls silent leaves behind."""

import smtplib
import socketserver
import threading

import pytest
from django.core.mail import EmailMessage

from vein_care.mail import EmailBackend, MayHaveArrived


class Server(socketserver.StreamRequestHandler):
    """Speaks enough SMTP to be handed one message. `until`: the word after which it hangs up instead of answering."""

    def handle(self):
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline().strip():
            word = line.split(b" ")[0].upper().decode()
            if word == "DATA":
                self.wfile.write(b"354 go on\r\n")
                while self.rfile.readline().strip() != b".":
                    pass
            if word == self.server.until:
                return
            self.wfile.write(b"250 good\r\n")


@pytest.fixture
def server():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Server) as running:
        running.until = ""
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()


def send(server):
    backend = EmailBackend(host="127.0.0.1", port=server.server_address[1], use_tls=False, timeout=60)
    return backend.send_messages([EmailMessage("Hello", "Text", "cards@example.org", ["jo@example.org"])])


def test_a_message_that_was_taken_is_sent(server):
    assert send(server) == 1


def test_silence_after_the_message_was_handed_over_leaves_it_in_doubt(server):
    server.until = "DATA"

    with pytest.raises(MayHaveArrived):
        send(server)


@pytest.mark.parametrize("word", ["MAIL", "RCPT"])
def test_silence_before_that_is_a_refusal(server, word):
    server.until = word

    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(server)
