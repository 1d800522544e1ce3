"""The real way of mails: SMTP on a socket, with a server of the test's own."""

import socketserver
import threading

import pytest

from courses.mail import services as outbox
from courses.mail.enums import LetterState
from tests.factories.mail import NOTE
from tests.factories.people import TeacherFactory
from tests.factories.worker import run_worker

pytestmark = pytest.mark.django_db


class Conversation(socketserver.StreamRequestHandler):
    """RFC 5321, as little of it as a client needs. Who is called refused isn't known here."""

    def say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")

    def handle(self):
        self.say(b"220 ready")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"QUIT":
                return self.say(b"221 bye")
            if verb == b"RCPT" and b"refused" in line:
                self.say(b"550 no such user")
            elif verb == b"DATA":
                self.say(b"354 go on")
                self.server.got.append(b"".join(iter(self.rfile.readline, b".\r\n")))
                self.say(b"250 taken")
            else:
                self.say(b"250 well")
        return None


@pytest.fixture
def server(settings):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Conversation) as running:
        running.got = []
        options = {"host": "127.0.0.1", "port": running.server_address[1], "timeout": 5}
        settings.MAILERS = {
            "default": {
                "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
                "OPTIONS": options,
            }
        }
        thread = threading.Thread(
            target=running.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def test_what_the_server_got_is_the_record_in_seven_bits(server):
    letter = outbox.post(
        NOTE,
        to=TeacherFactory(given_name="Zoé"),
        key="reason",
        details={"subject": "Séance déplacée au 1er décembre"},
    )

    run_worker()

    letter.refresh_from_db()
    assert letter.state == LetterState.SENT
    assert server.got == [bytes(letter.source)]
    assert server.got[0].isascii()


def test_an_address_that_the_server_does_not_know_is_said_at_once(server, caplog):
    letter = outbox.post(NOTE, to=TeacherFactory(email="refused.o'neill@example.org"), key="reason")

    run_worker()

    letter.refresh_from_db()
    assert (letter.state, letter.last_error, server.got) == (
        LetterState.FAILED,
        "550 no such user",
        [],
    )
    # and the log has the class and the code alone, since a server's words name the reader
    assert f"letter {letter.pk}, attempt 1: SMTPRecipientsRefused 550" in caplog.messages
    assert not [line for line in caplog.messages if "neill" in line or "no such user" in line]


def test_a_server_that_is_not_there_leaves_the_letter_waiting(server):
    server.shutdown()
    server.server_close()
    letter = outbox.post(NOTE, to=TeacherFactory(), key="reason")

    run_worker()

    letter.refresh_from_db()
    assert (letter.state, letter.attempts) == (LetterState.WAITING, 1)
    assert "refused" in letter.last_error
