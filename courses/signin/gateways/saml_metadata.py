"""The metadata by which an identity provider of SAML says who it is: read here before pysaml2 has it.

Pasted by a superuser, or fetched from an https address. Either way it is believed as a whole: so it
has to be of one provider, whose keys are the only ones that sign.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.core.cache import caches
from django.utils.dateparse import parse_datetime
from lxml import etree

from courses.signin.exceptions import MetadataUnusable, ProviderFault
from courses.signin.gateways import web
from courses.signin.values import ProviderSettings

MD = "{urn:oasis:names:tc:SAML:2.0:metadata}"
DS = "{http://www.w3.org/2000/09/xmldsig#}"
PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol"
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
LONGEST = 200_000  # bytes; that of one provider has some 10,000
# Seconds: how long fetched metadata is taken as it is, how soon it is fetched again for a signature
# that doesn't fit, and how long it serves while its address doesn't answer.
FRESH, AGAIN, KEPT = 3_600, 300, 7 * 24 * 3_600


@dataclass(frozen=True)
class IdpMetadata:
    """`xml`: the EntityDescriptor, without comments. Addresses are those of the redirect binding.
    `until`: its validUntil, after which it isn't used (SAML 2.0 Metadata, 2.3.2).
    """

    xml: str
    entity_id: str
    login: str
    logout: str
    logout_answer: str
    until: datetime | None = None

    @property
    def host(self) -> str:
        return urlsplit(self.login).netloc

    def is_in_force(self) -> bool:
        return self.until is None or datetime.now(UTC) <= self.until


def of(settings: ProviderSettings, *, again: bool = False) -> IdpMetadata:
    """Fetched from the provider's address, or pasted. `again`: fetch it once more, unless that was
    tried within `AGAIN`. Raises a `ProviderFault`.
    """
    if not settings.address:
        return read(settings.metadata.encode())
    cache, key = caches["identity_providers"], _key(settings)
    kept = cache.get(key)
    if kept and not kept.is_in_force():
        kept = None
    is_fresh = cache.get(f"{key}:fresh") and not again
    if kept and (is_fresh or not cache.add(f"{key}:asked", True, AGAIN)):
        return kept
    try:
        return fetched(settings)
    except ProviderFault:
        if kept:
            return kept
        raise


def fetched(settings: ProviderSettings) -> IdpMetadata:
    """Now, from the provider's address. Raises a `ProviderFault`."""
    cache, key = caches["identity_providers"], _key(settings)
    found = read(web.get(settings.address, longest=LONGEST))
    cache.set(key, found, KEPT)
    cache.set(f"{key}:fresh", True, FRESH)
    return found


def _key(settings: ProviderSettings) -> str:
    mark = hashlib.sha256(settings.address.encode()).hexdigest()
    return f"saml:{settings.key}:{mark}"


def read(xml: bytes) -> IdpMetadata:
    """Raises `MetadataUnusable`."""
    entity, role = _entity(_parsed(xml))
    login = _address(role, "SingleSignOnService", "Location")
    if not login:
        raise MetadataUnusable(what="SingleSignOnService HTTP-Redirect")
    keys = [one for one in role.findall(f"{MD}KeyDescriptor") if one.get("use") != "encryption"]
    if not any(next(key.iter(f"{DS}X509Certificate"), None) is not None for key in keys):
        raise MetadataUnusable(what="KeyDescriptor signing X509Certificate")
    logout = _address(role, "SingleLogoutService", "Location")
    found = IdpMetadata(
        xml=etree.tostring(entity, encoding="unicode"),
        entity_id=entity.get("entityID", ""),
        login=login,
        logout=logout,
        logout_answer=_address(role, "SingleLogoutService", "ResponseLocation") or logout,
        until=_until(entity, role),
    )
    if not found.is_in_force():
        raise MetadataUnusable(what="validUntil")
    return found


def _until(*nodes: etree._Element) -> datetime | None:
    """The earlier one."""
    try:
        said = filter(None, [parse_datetime(node.get("validUntil", "")) for node in nodes])
    except ValueError as fault:  # the 30th of February
        raise MetadataUnusable(what="validUntil") from fault
    return min((one if one.tzinfo else one.replace(tzinfo=UTC) for one in said), default=None)


def _parsed(xml: bytes) -> etree._Element:
    if len(xml) > LONGEST:
        raise MetadataUnusable(what="length")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(xml.strip(), parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as fault:
        raise MetadataUnusable(what="XML") from fault
    if root.getroottree().docinfo.doctype:
        raise MetadataUnusable(what="DTD")
    return root


def _entity(root: etree._Element) -> tuple[etree._Element, etree._Element]:
    """The only provider, and its role. In a federation's list any of its providers could say who
    somebody is.
    """
    found = [
        (entity, role)
        for entity in root.iter(f"{MD}EntityDescriptor")
        for role in entity.findall(f"{MD}IDPSSODescriptor")
        if PROTOCOL in role.get("protocolSupportEnumeration", "").split()
    ]
    if len(found) != 1 or not found[0][0].get("entityID"):
        raise MetadataUnusable(what=f"{len(found)} IDPSSODescriptor")
    return found[0]


def _address(role: etree._Element, name: str, attribute: str) -> str:
    """Of the redirect binding; only addresses of the web lead somewhere."""
    found = (one for one in role.findall(f"{MD}{name}") if one.get("Binding") == REDIRECT)
    address = next((one.get(attribute, "") for one in found), "")
    return address if urlsplit(address).scheme in ("https", "http") else ""
