"""A SAML identity provider on paper: answers as text, signed and encrypted by xmlsec1 itself, so that
nothing of what reads them wrote them.
"""

import base64
import datetime
import functools
import os
import re
import shutil
import subprocess
import tempfile
import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import factory
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.signin.enums import ProviderKind
from courses.signin.gateways.saml_gate import inflated
from tests.factories.signin import IdentityProviderFactory

BACK = "http://testserver/signin/saml/back/"
ACS = "http://testserver/signin/saml/acs/"
SLO = "http://testserver/signin/saml/logout/"
US = "http://testserver/signin/saml/metadata.xml"
THEM = "https://idp.example/metadata"
ONCE = "once-0123456789"
ASKED = f"_{ONCE}"

DS, XENC = "http://www.w3.org/2000/09/xmldsig#", "http://www.w3.org/2001/04/xmlenc#"
RSA_SHA256 = (
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    "http://www.w3.org/2001/04/xmlenc#sha256",
)
SHA1 = (f"{DS}rsa-sha1", f"{DS}sha1")
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
SAML = "urn:oasis:names:tc:SAML:2.0"
SUCCESS = f"{SAML}:status:Success"
PASSWORD = f"{SAML}:ac:classes:PasswordProtectedTransport"

needs_xmlsec1 = pytest.mark.skipif(
    shutil.which("xmlsec1") is None and "CI" not in os.environ, reason="xmlsec1 isn't installed"
)


@dataclass(frozen=True)
class KeyPair:
    key_file: str
    cert_file: str

    @property
    def certificate(self) -> str:
        lines = Path(self.cert_file).read_text().splitlines()
        return "".join(line for line in lines if "-----" not in line)

    @property
    def private(self):
        return serialization.load_pem_private_key(Path(self.key_file).read_bytes(), None)


@functools.cache
def key_pair(name: str) -> KeyPair:
    """Made once a run."""
    folder = Path(tempfile.mkdtemp(prefix="passerelle-saml-"))
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC))
        .not_valid_after(datetime.datetime(2040, 1, 1, tzinfo=datetime.UTC))
        .sign(key, hashes.SHA256())
    )
    files = KeyPair(str(folder / "key.pem"), str(folder / "crt.pem"))
    Path(files.key_file).write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    Path(files.cert_file).write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return files


def metadata(*keys: str, entity_id: str = THEM, until: str = "") -> str:
    descriptors = "".join(
        f'<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="{DS}"><ds:X509Data>'
        f"<ds:X509Certificate>{key_pair(name).certificate}</ds:X509Certificate>"
        "</ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
        for name in keys or ("idp",)
    )
    redirect = f'Binding="{SAML}:bindings:HTTP-Redirect"'
    valid = f' validUntil="{until}"' if until else ""
    return (
        f'<?xml version="1.0"?><!-- theirs --><md:EntityDescriptor xmlns:md="{SAML}:metadata"'
        f' entityID="{entity_id}"{valid}>'
        f'<md:IDPSSODescriptor protocolSupportEnumeration="{SAML}:protocol">{descriptors}'
        f'<md:SingleLogoutService {redirect} Location="https://idp.example/slo"/>'
        f'<md:SingleSignOnService {redirect} Location="https://idp.example/sso"/>'
        "</md:IDPSSODescriptor></md:EntityDescriptor>"
    )


@dataclass(frozen=True)
class SamlAnswer:
    """What a Response says; each field may be changed to a lie. Times: seconds from now."""

    in_response_to: str = ASKED
    confirmed_for: str = ASKED  # InResponseTo of the SubjectConfirmationData
    destination: str = ACS
    recipient: str = ACS
    audience: str = US
    issuer: str = THEM
    spoken_by: str = THEM  # the assertion's issuer
    status: str = SUCCESS
    name_id: str = "lea"
    attribute: str = "aaf"
    values: tuple[str, ...] = ("1000001",)
    method: str = f"{SAML}:cm:bearer"
    context: str = PASSWORD
    session_index: str = "session-1"
    begins: int = -30
    ends: int = 300
    confirmed_until: int | None = 300
    signed: str = "assertion"  # response, both, neither
    key: str = "idp"
    algorithms: tuple[str, str] = RSA_SHA256
    encrypted_for: str = ""
    response_id: str = "_response"
    assertion_id: str = "_assertion"

    def xml(self) -> str:
        """Signed from within, encrypted last but under the Response's own signature."""
        text = self._assertion(signed=self.signed in ("assertion", "both"))
        if self.signed in ("assertion", "both"):
            text = sign(text, f"{SAML}:assertion:Assertion", self.key)
        if self.encrypted_for:
            text = encrypt(text, self.encrypted_for)
        text = self._response(text, signed=self.signed in ("response", "both"))
        if self.signed in ("response", "both"):
            text = sign(text, f"{SAML}:protocol:Response", self.key)
        return text

    def field(self) -> str:
        return field(self.xml())

    def _response(self, assertion: str, *, signed: bool) -> str:
        destination = f' Destination="{self.destination}"' if self.destination else ""
        answers = f' InResponseTo="{self.in_response_to}"' if self.in_response_to else ""
        return (
            f'<samlp:Response xmlns:samlp="{SAML}:protocol" xmlns:saml="{SAML}:assertion"'
            f' ID="{self.response_id}" Version="2.0" IssueInstant="{at(0)}"{destination}{answers}>'
            f"<saml:Issuer>{self.issuer}</saml:Issuer>"
            f"{self._signature(self.response_id) if signed else ''}"
            f'<samlp:Status><samlp:StatusCode Value="{self.status}"/></samlp:Status>'
            f"{assertion}</samlp:Response>"
        )

    def _assertion(self, *, signed: bool) -> str:
        values = "".join(f"<saml:AttributeValue>{one}</saml:AttributeValue>" for one in self.values)
        recipient = f' Recipient="{self.recipient}"' if self.recipient else ""
        answers = f' InResponseTo="{self.confirmed_for}"' if self.confirmed_for else ""
        until = f' NotOnOrAfter="{at(self.confirmed_until)}"' if self.confirmed_until else ""
        audience = (
            f"<saml:AudienceRestriction><saml:Audience>{self.audience}</saml:Audience>"
            "</saml:AudienceRestriction>"
        )
        return (
            f'<saml:Assertion xmlns:saml="{SAML}:assertion" ID="{self.assertion_id}" Version="2.0"'
            f' IssueInstant="{at(0)}"><saml:Issuer>{self.spoken_by}</saml:Issuer>'
            f"{self._signature(self.assertion_id) if signed else ''}"
            f'<saml:Subject><saml:NameID Format="{SAML}:nameid-format:persistent">{self.name_id}'
            f'</saml:NameID><saml:SubjectConfirmation Method="{self.method}">'
            f"<saml:SubjectConfirmationData{until}{recipient}{answers}/>"
            "</saml:SubjectConfirmation></saml:Subject>"
            f'<saml:Conditions NotBefore="{at(self.begins)}" NotOnOrAfter="{at(self.ends)}">'
            f"{audience if self.audience else ''}</saml:Conditions>"
            f'<saml:AuthnStatement AuthnInstant="{at(0)}" SessionIndex="{self.session_index}">'
            f"<saml:AuthnContext><saml:AuthnContextClassRef>{self.context}"
            "</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>"
            f'<saml:AttributeStatement><saml:Attribute Name="{self.attribute}">{values}'
            "</saml:Attribute></saml:AttributeStatement></saml:Assertion>"
        )

    def _signature(self, over: str) -> str:
        method, digest = self.algorithms
        return (
            f'<ds:Signature xmlns:ds="{DS}"><ds:SignedInfo>'
            f'<ds:CanonicalizationMethod Algorithm="{EXCLUSIVE}"/>'
            f'<ds:SignatureMethod Algorithm="{method}"/><ds:Reference URI="#{over}"><ds:Transforms>'
            f'<ds:Transform Algorithm="{DS}enveloped-signature"/>'
            f'<ds:Transform Algorithm="{EXCLUSIVE}"/></ds:Transforms>'
            f'<ds:DigestMethod Algorithm="{digest}"/><ds:DigestValue/></ds:Reference></ds:SignedInfo>'
            "<ds:SignatureValue/><ds:KeyInfo><ds:X509Data/></ds:KeyInfo></ds:Signature>"
        )


def says(**changes) -> SamlAnswer:
    return replace(SamlAnswer(), **changes)


class SamlProviderFactory(IdentityProviderFactory):
    slug = "saml"
    kind = ProviderKind.SAML
    address = ""
    metadata = factory.LazyFunction(metadata)


def asks(browser, slug: str = "saml", **query) -> str:
    """The word of the login that the browser begins, as the provider reads it in the request's ID."""
    answer = browser.get(reverse("signin:start", args=[slug]), query)
    assert answer.status_code == 302, answer
    xml = inflated(parse_qs(urlsplit(answer.url).query)["SAMLRequest"][0]).decode()
    return re.search(r' ID="_([^"]+)"', xml)[1]


def answered(once: str, **said) -> str:
    """The field of an answer to that login."""
    return says(in_response_to=f"_{once}", confirmed_for=f"_{once}", **said).field()


def posted(answer: str, slug: str = "saml"):
    """What the provider's page posts, from another site: the browser sends no cookie of ours."""
    browser = Client(enforce_csrf_checks=True)
    response = browser.post(reverse("signin:acs", args=[slug]), {"SAMLResponse": answer})
    assert response.cookies == {}
    return response


def logs_in(browser, slug: str = "saml", *, query: dict | None = None, **said):
    """To the provider and back: the answer to the browser's last GET."""
    once = asks(browser, slug, **(query or {}))
    sent_on = posted(answered(once, **said), slug)
    assert sent_on.status_code == 302, sent_on.context["reason"]
    return browser.get(sent_on.url)


def at(seconds: int) -> str:
    moment = timezone.now().astimezone(datetime.UTC) + datetime.timedelta(seconds=seconds)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def field(xml: str | bytes) -> str:
    return base64.b64encode(xml.encode() if isinstance(xml, str) else xml).decode()


def _xmlsec(*arguments: str, files: dict[str, str]) -> str:
    """`files`: texts that stand in the arguments by their names."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            (Path(folder) / name).write_text(text)
        done = subprocess.run(
            ["xmlsec1", *arguments], cwd=folder, capture_output=True, text=True, check=True
        )
    return done.stdout.split("?>", 1)[-1].strip()


def sign(text: str, node: str, key: str) -> str:
    """The signature that is empty in the text is filled in. `node`: namespace and name."""
    pair = key_pair(key)
    return _xmlsec(
        "--sign", "--privkey-pem",
        f"{pair.key_file},{pair.cert_file}", "--id-attr:ID", node, "answer.xml",
        files={"answer.xml": text},
    )  # fmt: skip


def encrypt(assertion: str, recipient: str) -> str:
    data = encrypted(assertion, recipient)
    return f"<saml:EncryptedAssertion>{data}</saml:EncryptedAssertion>"


def encrypted(assertion: str, recipient: str) -> str:
    template = (
        f'<xenc:EncryptedData xmlns:xenc="{XENC}" Type="{XENC}Element">'
        f'<xenc:EncryptionMethod Algorithm="{XENC}aes256-cbc"/><ds:KeyInfo xmlns:ds="{DS}">'
        f'<xenc:EncryptedKey><xenc:EncryptionMethod Algorithm="{XENC}rsa-oaep-mgf1p">'
        f'<ds:DigestMethod Algorithm="{DS}sha1"/></xenc:EncryptionMethod>'
        "<xenc:CipherData><xenc:CipherValue/></xenc:CipherData>"
        "</xenc:EncryptedKey></ds:KeyInfo>"
        "<xenc:CipherData><xenc:CipherValue/></xenc:CipherData></xenc:EncryptedData>"
    )
    return _xmlsec(
        "--encrypt", "--pubkey-cert-pem", key_pair(recipient).cert_file,
        "--session-key", "aes-256", "--xml-data", "assertion.xml", "template.xml",
        files={"assertion.xml": assertion, "template.xml": template},
    )  # fmt: skip


def logout_query(
    *, key: str = "idp", name_id: str = "lea", session_index: str = "session-1",
    destination: str = SLO, issuer: str = THEM, issued: int = 0, ends: int | None = 300, relay_state: str = "",
    algorithm: str = RSA_SHA256[0],
) -> dict[str, str]:  # fmt: skip
    """A LogoutRequest by redirect; `key` empty: unsigned."""
    index = f"<samlp:SessionIndex>{session_index}</samlp:SessionIndex>" if session_index else ""
    until = "" if ends is None else f' NotOnOrAfter="{at(ends)}"'
    xml = (
        f'<samlp:LogoutRequest xmlns:samlp="{SAML}:protocol" xmlns:saml="{SAML}:assertion"'
        f' ID="_logout" Version="2.0" IssueInstant="{at(issued)}"{until}'
        f' Destination="{destination}"><saml:Issuer>{issuer}</saml:Issuer>'
        f"<saml:NameID>{name_id}</saml:NameID>{index}</samlp:LogoutRequest>"
    )
    return signed_query({"SAMLRequest": deflated(xml.encode())}, key, relay_state, algorithm)


def signed_query(
    query: dict[str, str], key: str, relay_state: str = "", algorithm: str = RSA_SHA256[0]
) -> dict[str, str]:
    if relay_state:
        query = query | {"RelayState": relay_state}
    if not key:
        return query
    query = query | {"SigAlg": algorithm}
    digest = hashes.SHA1() if algorithm == SHA1[0] else hashes.SHA256()  # noqa: S303
    signature = key_pair(key).private.sign(urlencode(query).encode(), padding.PKCS1v15(), digest)
    return query | {"Signature": base64.b64encode(signature).decode()}


def deflated(xml: bytes) -> str:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return base64.b64encode(packer.compress(xml) + packer.flush()).decode()
