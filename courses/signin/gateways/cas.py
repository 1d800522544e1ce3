"""A CAS 3 server (Apereo's protocol): addresses, the question whose ticket it is, its logout.

python-cas makes the addresses and the question. It believes too much of an answer: any status,
any root, the first `user` anywhere, redirects, proxies, entities, any length, without a time limit.
So the answer is fetched by `web` and read here. https with a trusted certificate is what the whole rests
on: the answer doesn't say for which address of ours it is.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from cas import CASClientV3
from django.utils.translation import gettext as _
from lxml import etree

from courses.signin.exceptions import (
    AnswerAmbiguous,
    AnswerIsAPage,
    AnswerUnreadable,
    ProviderFails,
    ProviderFault,
    ProviderRefuses,
    TicketMalformed,
)
from courses.signin.gateways import web
from courses.signin.values import (
    Assertion,
    Departure,
    EndedSession,
    ProviderFinding,
    ProviderSettings,
)

CAS = "{http://www.yale.edu/tp/cas}"
SAML = "{urn:oasis:names:tc:SAML:2.0:protocol}"
ENCODINGS = {"UTF-8", "US-ASCII", "ISO-8859-1", "ISO-8859-15", "WINDOWS-1252"}
# A service ticket; PT- would be a proxy's.
TICKET = re.compile(r"ST-[\w.:-]{6,253}", re.ASCII)
MADE_UP = "ST-passerelle-asks-whether-you-refuse-this"
# Codes by which a server says that it doesn't know our address (CAS 3.0.3, 2.5.3; Apereo).
NOT_FOR_US = {"INVALID_SERVICE", "UNAUTHORIZED_SERVICE", "INVALID_REQUEST"}
NOT_VALUES = ("user", "attributes", "userAttributes")


class _Questions:
    """What python-cas asks with, in place of a `requests.Session`."""

    verify = True

    def get(self, url: str, **options: Any) -> SimpleNamespace:
        return SimpleNamespace(content=web.get(url, **options), close=lambda: None)


class CasServer:
    once_field = "s"  # of our own making: CAS has no `state`

    def __init__(self, settings: ProviderSettings) -> None:
        # Without the "/" `urljoin` drops the last part.
        self.address = settings.address.rstrip("/") + "/"
        self.host = urlsplit(settings.address).netloc

    def _client(self, service: str) -> CASClientV3:
        return CASClientV3(service_url=service, server_url=self.address, session=_Questions())

    def begin(self, back: str, once: str) -> Departure:
        return Departure(self._client(f"{back}?s={once}").get_login_url())

    def logout_address(self, home: str, told: Mapping[str, str]) -> str:
        return self._client(home).get_logout_url(home)

    def read(
        self, back: str, once: str, kept: Mapping[str, str], said: Mapping[str, str]
    ) -> Assertion:
        ticket = said.get("ticket", "")
        if not TICKET.fullmatch(ticket):
            raise TicketMalformed
        answer = self._client(f"{back}?s={once}").get_verification_response(ticket)
        user, values = _user_and_values(self._parsed(answer), self.host)
        return Assertion(user, values, ticket=ticket, session=ticket)

    def _parsed(self, answer: bytes) -> etree._Element:
        if answer.lstrip()[:14].lower().startswith((b"<!doctype html", b"<html")):
            raise AnswerIsAPage(host=self.host)
        try:
            return _gate(answer)
        except (ValueError, LookupError, etree.XMLSyntaxError) as fault:
            raise AnswerUnreadable(host=self.host) from fault

    def ended(self, said: Mapping[str, str]) -> EndedSession:
        try:
            root = _gate(said.get("logoutRequest", "").encode(errors="replace"))
        except (ValueError, LookupError, etree.XMLSyntaxError):
            return EndedSession()
        found = list(root.iter(f"{SAML}SessionIndex")) if root.tag == f"{SAML}LogoutRequest" else []
        return EndedSession(_text(found[0]) if len(found) == 1 else "")

    def examine(self, back: str) -> Iterator[ProviderFinding]:
        yield self._refuses_a_made_up_ticket(back)

    def _refuses_a_made_up_ticket(self, back: str) -> ProviderFinding:
        what = _("The server answers as a CAS 3 server, and refuses a ticket that we made up")
        try:
            self.read(back, "trial", {}, {"ticket": MADE_UP})
        except ProviderRefuses as refusal:
            if refusal.values["code"] not in NOT_FOR_US:
                return ProviderFinding(what, is_well=True)
            advice = _("It doesn’t know our address. Tell whoever runs it to allow: %(address)s")
            return ProviderFinding(
                _("The server knows our address"), False, advice % {"address": f"{back}*"}
            )
        except ProviderFault as fault:
            return ProviderFinding(what, False, f"{fault.reason} {fault.advice}")
        return ProviderFinding(
            what, False, _("It believes any ticket: whoever knows its address logs in as anybody.")
        )


def _gate(xml: bytes) -> etree._Element:
    """Parse, unless it is too long or has a DTD, a comment, CDATA or an instruction, or is in an
    encoding in which these are other bytes (UTF-16, UTF-7, EBCDIC). Raises ValueError and its like.
    """
    if len(xml) > web.LONGEST or b"<!" in xml or b"<?" in xml.lstrip()[5:] or b"\0" in xml:
        raise ValueError
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    root = etree.fromstring(xml, parser)
    if (root.getroottree().docinfo.encoding or "UTF-8").upper() not in ENCODINGS:
        raise ValueError
    return root


def _user_and_values(root: etree._Element, host: str) -> tuple[str, dict[str, list[str]]]:
    """Read `cas:serviceResponse`. Raises `ProviderRefuses`, `AnswerUnreadable` and
    `AnswerAmbiguous`.
    """
    if root.tag == "{http://www.w3.org/1999/xhtml}html":
        raise AnswerIsAPage(host=host)
    if root.tag != f"{CAS}serviceResponse" or len(root) != 1:
        raise AnswerUnreadable(host=host)
    success = root[0]
    if success.tag == f"{CAS}authenticationFailure":
        code = (success.get("code") or "?")[:60]
        refusal = ProviderFails if code == "INTERNAL_ERROR" else ProviderRefuses
        raise refusal(host=host, code=code)
    if success.tag != f"{CAS}authenticationSuccess":
        raise AnswerUnreadable(host=host)
    users = [_text(node) for node in root.iter(f"{CAS}user")]
    if len(users) != 1 or not users[0] or success.find(f"{CAS}user") is None:
        raise AnswerAmbiguous(host=host)
    if success.find(f"{CAS}proxies") is not None:
        raise AnswerAmbiguous(host=host)
    return users[0], _values(success, host)


def _values(success: etree._Element, host: str) -> dict[str, list[str]]:
    """By attribute, wherever servers put them: under `attributes`, beside `user` (Edifice), or under
    `attributes/userAttributes`.

    LemonLDAP::NG writes values unescaped: whoever edits their own name could put another's
    identifier beside it. Such a value tears a list of equal names apart, or makes a second one.
    """
    lists = success.findall(f"{CAS}attributes")
    within = success.findall(f"{CAS}attributes/{{*}}userAttributes")
    told = [
        (etree.QName(node).localname, node)
        for place in (success, *lists, *within)
        for node in place
    ]
    groups = [
        (name, [_text(node) for _name, node in some if not len(node)])
        for name, some in groupby(told, lambda pair: pair[0])
    ]
    if len(lists) > 1 or len(groups) != len(dict(groups)):
        raise AnswerAmbiguous(host=host)
    return {
        name: [value for value in values if value]
        for name, values in groups
        if name not in NOT_VALUES
    }


def _text(node: etree._Element) -> str:
    return (node.text or "").strip()
