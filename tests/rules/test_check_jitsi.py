"""`check_jitsi` and the system check say what is wrong with a video server, and what to do."""

import email.utils
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.core.management import CommandError, call_command

from courses.live.checks import check_video_server

GOOD = (
    "var config = {\n  hosts: { domain: 'meet.example.org', muc: 'conference.meet.example.org'"
    " },\n};"
)


class JitsiWeb(ThreadingHTTPServer):
    """The web part of a Jitsi, on loopback: one file, a status, a clock."""

    config, status, seconds_ahead = GOOD, 200, 0.0


class Answer(BaseHTTPRequestHandler):
    server: JitsiWeb

    def do_GET(self):
        self.send_response_only(self.server.status)
        self.send_header(
            "Date", email.utils.formatdate(time.time() + self.server.seconds_ahead, usegmt=True)
        )
        self.end_headers()
        self.wfile.write(self.server.config.encode())

    def log_message(self, format, *args):
        """Silent."""


@pytest.fixture
def web():
    server = JitsiWeb(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def configured(settings):
    """A good configuration, with changes."""

    def configure(**changes):
        settings.JITSI = {
            **settings.JITSI,
            "domain": "meet.example.org",
            "secret": "s" * 32,
            "events_token": "e" * 32,
            **changes,
        }

    return configure


def check(web, capsys) -> tuple[str, str]:
    """What was printed, and how it ended."""
    end = ""
    try:
        call_command("check_jitsi", base=f"http://127.0.0.1:{web.server_port}", no_color=True)
    except CommandError as error:
        end = str(error)
    return capsys.readouterr().out, end


def test_a_good_server_is_well(web, configured, capsys):
    configured()

    out, end = check(web, capsys)

    assert ("WRONG" in out, end) == (False, "")
    assert "All is well from here" in out


@pytest.mark.parametrize(
    ("server", "changes", "says"),
    [
        ({"status": 404}, {}, "It answers 404"),
        ({"config": "<html>"}, {}, "this isn't Jitsi Meet's config.js"),
        (
            {"config": GOOD.replace("domain: 'meet", "domain: 'visio")},
            {},
            "It says visio.example.org",
        ),
        ({"seconds_ahead": 300.0}, {}, "run an NTP client"),
        ({}, {"events_token": ""}, "Set JITSI_EVENTS_TOKEN"),
        ({}, {"secret": ""}, "Set JITSI_SECRET"),
        (
            {},
            {"algorithm": "RS256", "private_key_file": "/no/such/file", "key_id": "k"},
            "See JITSI_ALGORITHM",
        ),
    ],
    ids=[
        "not found",
        "another site",
        "another domain",
        "clock ahead",
        "no events token",
        "no secret",
        "no key file",
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(web, configured, capsys, server, changes, says):
    for name, value in server.items():
        setattr(web, name, value)
    configured(**changes)

    out, end = check(web, capsys)

    assert says in out
    assert "need a look" in end


def test_a_server_that_is_down_is_said_to_be_down(web, configured, capsys):
    configured()
    web.shutdown()
    web.server_close()

    out, end = check(web, capsys)

    assert "check that the server runs" in out
    assert "1 of these" in end


def test_without_a_domain_there_is_nothing_to_check(settings):
    settings.JITSI = {**settings.JITSI, "domain": ""}

    with pytest.raises(CommandError, match="practice room stands in"):
        call_command("check_jitsi")


# The system check, at every start


def pem(key) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, []),
        ({"domain": ""}, []),
        ({"domain": "https://meet.example.org"}, ["live.E001"]),
        ({"algorithm": "HS512"}, ["live.E002"]),
        ({"secret": "s" * 31}, ["live.E003"]),
        ({"secret": "é" * 16}, []),
        ({"events_token": ""}, ["live.E006"]),
        ({"token_in": "cookie"}, ["live.W001"]),
        ({"algorithm": "RS256"}, ["live.E005", "live.E004"]),
        ({"algorithm": "RS256", "key_id": "k", "private_key_file": "rsa.pem"}, []),
        ({"algorithm": "RS256", "key_id": "k", "private_key_file": "ec.pem"}, ["live.E004"]),
        ({"algorithm": "RS256", "key_id": "k", "private_key_file": "text.pem"}, ["live.E004"]),
    ],
    ids=str,
)
def test_settings_are_checked_at_the_start(configured, tmp_path, monkeypatch, changes, found):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rsa.pem").write_bytes(
        pem(rsa.generate_private_key(public_exponent=65537, key_size=2048))
    )
    (tmp_path / "ec.pem").write_bytes(pem(ec.generate_private_key(ec.SECP256R1())))
    (tmp_path / "text.pem").write_text("not a key")

    configured(**changes)

    assert [message.id for message in check_video_server()] == found
