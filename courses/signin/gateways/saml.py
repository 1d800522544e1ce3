"""An identity provider of SAML 2.0: EduConnect, an academy's, LemonLDAP::NG, Shibboleth.

pysaml2 makes and reads what is signed, with xmlsec1. Both sides of it are ours: `saml_gate` looks at
a document before, and this module after at what pysaml2 leaves out. Importing it costs 67 MB and
seconds: `gateways.client` does so with the first provider of this kind.
"""

import base64
import functools
import logging
import shutil
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urljoin

from django.utils.translation import gettext as _
from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT
from saml2.client import Saml2Client
from saml2.config import SPConfig
from saml2.metadata import entity_descriptor
from saml2.population import Population
from saml2.request import LogoutRequest
from saml2.response import IncorrectlySigned, StatusError
from saml2.saml import SCM_BEARER, name_id_from_string
from saml2.sigver import SigverError
from saml2.validate import ResponseLifetimeExceed, ToEarly, validate_on_or_after

from courses.signin.exceptions import (
    AnswerNotForUs,
    AnswerOutOfTime,
    ContentRefused,
    DocumentRefused,
    NotDecrypted,
    NotSignedByThem,
    ProviderFault,
    ProviderRefuses,
)
from courses.signin.gateways import saml_gate, saml_metadata
from courses.signin.gateways.findings import finding
from courses.signin.gateways.saml_keys import OurKeys, our_keys
from courses.signin.gateways.saml_metadata import IdpMetadata
from courses.signin.values import (
    Assertion,
    Departure,
    EndedSession,
    ProviderFinding,
    ProviderSettings,
)

SKEW = 60  # seconds by which their clock may differ
# pysaml2 writes whole answers at DEBUG and requests at INFO, names among them.
logging.getLogger("saml2").setLevel(logging.CRITICAL)


class SamlProvider:
    once_field = "s"

    def __init__(self, settings: ProviderSettings) -> None:
        self.settings = settings

    def begin(self, back: str, once: str) -> Departure:
        client = _client(back, saml_metadata.of(self.settings), our_keys())
        _id, request = client.prepare_for_authenticate(
            binding=BINDING_HTTP_REDIRECT, message_id=request_id(once), sigalg=saml_gate.RSA_SHA256
        )
        return Departure(dict(request["headers"])["Location"])

    def read(
        self, back: str, once: str, kept: Mapping[str, str], said: Mapping[str, str]
    ) -> Assertion:
        """Of a signature that doesn't fit, the metadata is fetched again, and the answer read again."""
        xml = saml_gate.answer(said.get("SAMLResponse", ""))
        metadata = saml_metadata.of(self.settings)
        try:
            return _read(back, metadata, xml, request_id(once))
        except NotSignedByThem:
            renewed = saml_metadata.of(self.settings, again=True)
            if renewed == metadata:
                raise
            return _read(back, renewed, xml, request_id(once))

    def logout_address(self, home: str, told: Mapping[str, str]) -> str:
        """A signed request to end the session there; their answer leads to our address of logouts."""
        metadata = saml_metadata.of(self.settings)
        if not metadata.logout or "name_id" not in told:
            return ""
        client = _client(self.settings.back, metadata, our_keys())
        _id, request = client.create_logout_request(
            metadata.logout,
            metadata.entity_id,
            name_id=name_id_from_string(told["name_id"]),
            session_indexes=[told["session"]] if told.get("session") else None,
            sign=False,  # within; by redirect the query is signed
        )
        return _signed_address(client, request, metadata.logout)

    def ended(self, said: Mapping[str, str]) -> EndedSession:
        """Whose session a LogoutRequest by redirect ends, and where our answer goes."""
        try:
            metadata = saml_metadata.of(self.settings)
            client = _client(self.settings.back, metadata, our_keys())
            request = _logout_request(client, metadata, said)
        except ProviderFault:
            return EndedSession()
        indexes = [_text(one) for one in request.session_index]
        answer = client.create_logout_response(request, [BINDING_HTTP_REDIRECT], sign=False)
        answer.destination = metadata.logout_answer
        return EndedSession(
            session=indexes[0] if len(indexes) == 1 else "",
            user=_text(request.name_id),
            answer=_signed_address(
                client, answer, metadata.logout_answer, said.get("RelayState", ""), is_answer=True
            ),
        )

    def examine(self, back: str) -> Iterator[ProviderFinding]:
        yield finding(_("This site has its key for SAML, and xmlsec1 is installed"), our_keys)
        yield finding(_("The server’s metadata can be used"), self._metadata_now)

    def _metadata_now(self) -> IdpMetadata:
        is_fetched = bool(self.settings.address)
        return (saml_metadata.fetched if is_fetched else saml_metadata.of)(self.settings)

    def our_metadata(self) -> str:
        """What a provider reads before it answers us."""
        return str(entity_descriptor(_config(self.settings.back, our_keys())))

    def asked(self, said: Mapping[str, str]) -> str:
        """The word of the login to which the answer says it belongs. Not believed yet."""
        root = saml_gate.parsed(saml_gate.answer(said.get("SAMLResponse", "")))
        return root.get("InResponseTo", "").removeprefix("_")


class _NobodyKept(Population):
    def add_information_about_person(self, session_info: Any) -> None:
        """pysaml2 would keep who logged in for as long as the process lives."""


def request_id(once: str) -> str:
    """Of the request that was made under this word. An ID doesn't begin with a digit."""
    return f"_{once}"


def _config(back: str, keys: OurKeys, metadata: IdpMetadata | None = None) -> SPConfig:
    config = SPConfig()
    config.load({
        "entityid": urljoin(back, "../metadata.xml"),
        # Without it, our metadata doesn't list what xmlsec1 can do, SHA-1 among it.
        "xmlsec_binary": shutil.which("xmlsec1") if metadata else None,
        "accepted_time_diff": SKEW,
        "allow_unknown_attributes": True,
        "only_use_keys_in_metadata": True,
        "metadata": {"inline": [metadata.xml]} if metadata else {},
        "key_file": keys[0][0],
        "cert_file": keys[0][1],
        "additional_cert_files": [cert for _key, cert in keys[1:]],
        "encryption_keypairs": [{"key_file": key, "cert_file": cert} for key, cert in keys],
        "service": {
            "sp": {
                "endpoints": {
                    "assertion_consumer_service": [
                        (urljoin(back, "../acs/"), BINDING_HTTP_POST),
                    ],
                    "single_logout_service": [
                        (urljoin(back, "../logout/"), BINDING_HTTP_REDIRECT),
                    ],
                },
                "allow_unsolicited": False,
                "authn_requests_signed": True,
                "logout_requests_signed": True,
                "want_assertions_or_response_signed": True,
                "want_assertions_signed": False,
                "want_response_signed": False,
                "signing_algorithm": saml_gate.RSA_SHA256,
                "digest_algorithm": f"{saml_gate.XENC}sha256",
            }
        },
    })  # fmt: skip
    return config


@functools.lru_cache(maxsize=8)  # reading our key takes 100 ms of CPU: OpenSSL tests it
def _client(back: str, metadata: IdpMetadata, keys: OurKeys) -> Saml2Client:
    client = Saml2Client(config=_config(back, keys, metadata))
    client.users = _NobodyKept()
    return client


def _signed_address(
    client: Saml2Client, message: Any, to: str, relay_state: str = "", *, is_answer: bool = False
) -> str:
    made = client.apply_binding(
        BINDING_HTTP_REDIRECT,
        str(message),
        to,
        relay_state,
        response=is_answer,
        sign=True,
        sigalg=saml_gate.RSA_SHA256,
    )
    return dict(made["headers"])["Location"]


def _logout_request(client: Saml2Client, metadata: IdpMetadata, said: Mapping[str, str]) -> Any:
    """The message of a LogoutRequest by redirect. A client of pysaml2 wouldn't look at its signature:
    it reads whether to from settings of an identity provider.
    """
    if said.get("SigAlg") != saml_gate.RSA_SHA256:
        raise NotSignedByThem(host=metadata.host)
    xml = saml_gate.inflated(said.get("SAMLRequest", ""))
    saml_gate.parsed(xml)
    slo = client.config.endpoint("single_logout_service", BINDING_HTTP_REDIRECT, "sp")
    request = LogoutRequest(client.sec, slo, client.config.attribute_converters, timeslack=SKEW)
    try:
        request.loads(
            xml.decode(),
            BINDING_HTTP_REDIRECT,
            origdoc=said["SAMLRequest"],
            must=True,
            relay_state=said.get("RelayState"),
            sigalg=said["SigAlg"],
            signature=said.get("Signature"),
        )
        is_of_today = request.verify()
        validate_on_or_after(request.message.not_on_or_after, SKEW)
    except Exception as fault:  # as above
        raise _refusal(fault, metadata.host) from fault
    if not is_of_today:
        raise AnswerOutOfTime(host=metadata.host)
    message = request.message
    if message.destination not in slo or message.name_id is None:
        raise AnswerNotForUs(host=metadata.host)
    return message


def _read(back: str, metadata: IdpMetadata, xml: bytes, wanted: str) -> Assertion:
    client = _client(back, metadata, our_keys())
    _check_decrypted(client, xml)
    try:
        response = client.parse_authn_request_response(
            base64.b64encode(xml).decode(),
            BINDING_HTTP_POST,
            {wanted: "/"},
        )
    except Exception as fault:  # pysaml2's have no common parent, some are bare
        raise _refusal(fault, metadata.host) from fault
    return _assertion(response, metadata, urljoin(back, "../acs/"), wanted)


def _check_decrypted(client: Saml2Client, xml: bytes) -> None:
    """Look at what was encrypted, too: anybody can encrypt for us, whatever was signed before."""
    root = saml_gate.parsed(xml)
    if root.find(f"{saml_gate.ASSERTION}EncryptedAssertion") is None:
        return
    try:
        clear = client.sec.decrypt_keys(xml.decode())
    except SigverError as fault:
        raise NotDecrypted from fault
    try:
        root = saml_gate.parsed(clear.encode())
        saml_gate.check(root)
    except DocumentRefused as fault:
        raise ContentRefused(**fault.values) from fault
    if next(root.iter(f"{{{saml_gate.XENC}}}EncryptedData"), None) is not None:
        raise ContentRefused(what="encrypted twice")


def _refusal(fault: Exception, host: str) -> ProviderFault:
    if isinstance(fault, StatusError):
        return ProviderRefuses(host=host, code=type(fault).__name__.removeprefix("Status"))
    if isinstance(fault, SigverError | IncorrectlySigned):
        return NotSignedByThem(host=host)
    if isinstance(fault, ResponseLifetimeExceed | ToEarly):
        return AnswerOutOfTime(host=host)
    return AnswerNotForUs(host=host)


def _assertion(response: Any, metadata: IdpMetadata, acs: str, wanted: str) -> Assertion:
    """What pysaml2 doesn't look at: no Destination of ours gives a response without assertion; an
    audience may be missing; the recipient; of an encrypted assertion the request that it answers.
    """
    found = response.assertion if response is not None else None
    if found is None:
        raise AnswerNotForUs(host=metadata.host)
    issuers = {response.issuer() or metadata.entity_id, _text(found.issuer)}
    is_for_us = found.conditions and found.conditions.audience_restriction
    confirmed = [_is_confirmed(one, acs, wanted) for one in found.subject.subject_confirmation]
    if issuers != {metadata.entity_id} or not is_for_us or not confirmed or not all(confirmed):
        raise AnswerNotForUs(host=metadata.host)
    if found.subject.name_id is None:
        raise AnswerNotForUs(host=metadata.host)
    values: dict[str, list[str]] = {}
    for statement in found.attribute_statement:
        for attribute in statement.attribute:
            texts = [_text(value) for value in attribute.attribute_value]
            values.setdefault(attribute.name, []).extend(text for text in texts if text)
    statement = found.authn_statement[0]
    context = statement.authn_context and statement.authn_context.authn_context_class_ref
    return Assertion(
        user=_text(found.subject.name_id),
        values=values,
        ticket=wanted,
        session=statement.session_index or "",
        contexts=(_text(context),) if context else (),
        for_logout={
            "name_id": str(found.subject.name_id),
            "session": statement.session_index or "",
        },
    )


def _text(node: Any) -> str:
    return (node.text or "").strip() if node is not None else ""


def _is_confirmed(confirmation: Any, acs: str, wanted: str) -> bool:
    told = confirmation.subject_confirmation_data
    return (
        confirmation.method == SCM_BEARER
        and told is not None
        and told.recipient == acs
        and told.in_response_to == wanted
        and bool(told.not_on_or_after)
    )
