"""The metadata of a SAML provider: of one provider, in force, fetched within limits, and again when a
signature doesn't fit.
"""

import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
import time_machine
from django.core.cache import caches
from django.core.checks import run_checks
from django.utils import timezone

from courses.signin import gateways
from courses.signin.enums import ProviderKind
from courses.signin.exceptions import LoginRefused, MetadataUnusable
from courses.signin.gateways import saml_metadata
from courses.signin.gateways.saml_metadata import AGAIN, FRESH
from courses.signin.values import ProviderSettings
from tests.factories.saml_idp import (
    BACK,
    ONCE,
    SamlProviderFactory,
    key_pair,
    metadata,
    needs_xmlsec1,
    says,
)

TWO = f"<x>{metadata().split('?>')[1]}{metadata(entity_id='https://b').split('?>')[1]}</x>"


def test_comments_and_a_list_of_one_are_read():
    listed = f"<x><!-- a -->{metadata().split('?>')[1]}</x>"

    for xml in (metadata(), listed):
        found = saml_metadata.read(xml.encode())
        assert (found.entity_id, found.login, found.logout) == (
            "https://idp.example/metadata",
            "https://idp.example/sso",
            "https://idp.example/slo",
        )
        assert "<!--" not in found.xml


@pytest.mark.parametrize(
    ("xml", "what"),
    [
        ("", "XML"),
        ("<html>", "XML"),
        ("<html></html>", "0 IDPSSODescriptor"),
        (TWO, "2 IDPSSODescriptor"),
        (metadata(entity_id=""), "1 IDPSSODescriptor"),
        (metadata().replace(":SAML:2.0:protocol", ":SAML:1.1:protocol"), "0 IDPSSODescriptor"),
        (metadata(until="2020-01-01T00:00:00Z"), "validUntil"),
        (metadata(until="2099-02-30T00:00:00Z"), "validUntil"),
        (metadata().replace("HTTP-Redirect", "HTTP-POST"), "SingleSignOnService HTTP-Redirect"),
        (metadata().replace("https://idp.example/sso", "javascript:x"),
         "SingleSignOnService HTTP-Redirect"),
        (metadata().replace('use="signing"', 'use="encryption"'),
         "KeyDescriptor signing X509Certificate"),
        (metadata().replace("<!-- theirs -->", '<!DOCTYPE x [<!ENTITY a "b">]>'), "DTD"),
        (metadata() + " " * 200_000, "length"),
    ],
    ids=["nothing", "a page", "another root", "two providers", "no name", "SAML 1.1", "expired",
         "no day",         "no redirect", "no address of the web", "no key", "a DTD", "too long"],
)  # fmt: skip
def test_what_cant_be_used_is_named(xml, what):
    with pytest.raises(MetadataUnusable) as refused:
        saml_metadata.read(xml.encode())
    assert refused.value.values["what"] == what


class Served(ThreadingHTTPServer):
    """Metadata of a provider; `keys` sign; `asked`: how often."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Answer)
        self.keys, self.asked, self.status, self.length = ["idp"], 0, 200, 0
        self.until = ""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/metadata"


class _Answer(BaseHTTPRequestHandler):
    server: Served

    def do_GET(self):
        self.server.asked += 1
        self.send_response(self.server.status)
        self.send_header("Location", self.server.address)
        self.end_headers()
        said = metadata(*self.server.keys, until=self.server.until)
        self.wfile.write(said.encode() + b" " * self.server.length)

    def log_message(self, *args):
        pass


@pytest.fixture
def served():
    caches["identity_providers"].clear()
    server = Served()
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def provider(served, settings):
    pair = key_pair("sp")
    settings.SAML_KEYS = [(pair.key_file, pair.cert_file)]
    wanted = ProviderSettings("1", address=served.address, back=BACK)
    return gateways.client(ProviderKind.SAML, wanted)


def reads(provider, **said):
    return provider.read(BACK, ONCE, {}, {"SAMLResponse": says(**said).field()})


def later(seconds: int):
    return time_machine.travel(timezone.now() + datetime.timedelta(seconds=seconds))


@needs_xmlsec1
def test_metadata_is_fetched_once_an_hour(provider, served):
    for _time in range(3):
        reads(provider)
    assert served.asked == 1
    with later(FRESH + 1):
        reads(provider)
    assert served.asked == 2


@needs_xmlsec1
def test_kept_metadata_serves_no_longer_than_it_is_in_force(provider, served):
    """Whether its hour isn't over, or its address is away."""
    ends = timezone.now() + datetime.timedelta(minutes=20)
    served.until = ends.strftime("%Y-%m-%dT%H:%M:%SZ")
    reads(provider)
    with later(19 * 60):
        reads(provider)
    assert served.asked == 1

    served.until = ""
    with later(21 * 60):
        reads(provider)
    assert served.asked == 2


@needs_xmlsec1
def test_metadata_that_is_over_serves_nobody_while_its_address_is_away(provider, served):
    ends = timezone.now() + datetime.timedelta(minutes=20)
    served.until = ends.strftime("%Y-%m-%dT%H:%M:%SZ")
    reads(provider)
    served.status = 503

    with later(21 * 60), pytest.raises(LoginRefused):
        reads(provider)


@needs_xmlsec1
def test_a_new_key_in_the_night_works_at_once(provider, served):
    reads(provider)
    served.keys = ["next"]

    with later(AGAIN + 1):
        assert reads(provider, key="next").user == "lea"
        with pytest.raises(LoginRefused):
            reads(provider, key="idp")


@needs_xmlsec1
def test_a_wrong_signature_asks_once_in_five_minutes(provider, served):
    reads(provider)

    with later(AGAIN + 1):
        for _time in range(3):
            with pytest.raises(LoginRefused) as refused:
                reads(provider, key="forger")
    assert type(refused.value).__name__ == "NotSignedByThem"
    assert served.asked == 2


@needs_xmlsec1
@pytest.mark.parametrize("fault", ["status", "length"])
def test_while_their_metadata_is_away_the_last_one_serves(provider, served, fault):
    reads(provider)
    setattr(served, fault, {"status": 500, "length": 300_000}[fault])

    with later(FRESH + 1):
        assert reads(provider).user == "lea"
    assert served.asked == 2


@needs_xmlsec1
@pytest.mark.parametrize(
    ("fault", "value", "name"),
    [("status", 500, "UnexpectedStatus"), ("status", 302, "ProviderRedirects"),
     ("length", 300_000, "AnswerTooLong")],
    ids=["down", "a redirect", "too long"],
)  # fmt: skip
def test_metadata_that_cant_be_fetched_lets_nobody_in(provider, served, fault, value, name):
    setattr(served, fault, value)

    with pytest.raises(LoginRefused) as refused:
        reads(provider)
    assert type(refused.value).__name__ == name
    assert served.asked == 1


# The site's own side


def errors() -> list[str]:
    return [error.id for error in run_checks(tags=["database"], databases=["default"])]


@pytest.mark.django_db
@needs_xmlsec1
def test_an_open_provider_without_key_or_program_is_an_error(settings, monkeypatch, tmp_path):
    settings.SAML_KEYS = [("", ""), ("", "")]
    provider = SamlProviderFactory(is_open=False)
    assert errors() == []

    provider.is_open = True
    provider.save()
    assert errors() == ["signin.E002"]
    pair = key_pair("sp")
    settings.SAML_KEYS = [(pair.key_file, str(tmp_path / "none.pem"))]
    assert errors() == ["signin.E002"]
    settings.SAML_KEYS = [(pair.key_file, pair.cert_file)]
    assert errors() == []
    monkeypatch.setenv("PATH", "")
    assert errors() == ["signin.E001"]
