"""The platform's side of an LTI 1.3 launch: plain values, no database.

1EdTech LTI Core 1.3 and Security Framework 1.1, 5.1: we send the browser to the tool's login address
with a `login_hint`; the tool sends it back with a request of OpenID Connect; we answer by a form
that posts an `id_token` to the tool. No deep linking, no names and roles, no grades.
"""

import datetime
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import jwt

from courses.launches.enums import Attribute, LtiFault
from courses.launches.storage import ALGORITHM, SigningKey
from courses.people.enums import Role

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
ROLES = {Role.TEACHER: f"{MEMBERSHIP}Instructor", Role.STUDENT: f"{MEMBERSHIP}Learner"}
ROLES_CLAIM, CUSTOM_CLAIM = f"{LTI}roles", f"{LTI}custom"
# Where an attribute stands in a token, in words for the practice resource.
CLAIMS = {
    Attribute.CODE: "sub", Attribute.ROLE: "roles",
    Attribute.SCHOOL: "custom.uai", Attribute.LEVEL: "custom.level",
}  # fmt: skip
DEPLOYMENT = "1"
TOKEN_SECONDS = 300
# Claims that say nothing of a person.
PROTOCOL = {
    "iss", "aud", "azp", "iat", "exp", "nonce", "jti",
    *(f"{LTI}{name}" for name in ("message_type", "version", "deployment_id", "target_link_uri", "resource_link")),
}  # fmt: skip
# What the tool asks for, in the order in which it is looked at: parameter, the one good value, fault.
ASKS = (
    ("response_type", "id_token", LtiFault.TYPE),
    ("response_mode", "form_post", LtiFault.MODE),
    ("scope", "openid", LtiFault.SCOPE),
    ("prompt", "none", LtiFault.PROMPT),
)
# RFC 6749, 4.1.2.1; whatever isn't named here is an invalid_request.
ERRORS = {LtiFault.TYPE: "unsupported_response_type", LtiFault.SCOPE: "invalid_scope"}


def login_query(*, issuer: str, client_id: str, target: str, hint: str) -> str:
    """Of step 1, which says nothing of the person: `hint` is random."""
    return urlencode(
        {
            "iss": issuer,
            "target_link_uri": target,
            "login_hint": hint,
            "client_id": client_id,
            "lti_deployment_id": DEPLOYMENT,
        }
    )


def fault_of(asked: Mapping[str, str]) -> LtiFault | None:
    """What is wrong with a tool's request of step 2, besides client, address and state."""
    for name, good, fault in ASKS:
        if asked.get(name) != good:
            return fault
    if not asked.get("nonce"):
        return LtiFault.NONCE
    return LtiFault.MESSAGE_HINT if asked.get("lti_message_hint") else None


def error_fields(fault: LtiFault, state: str) -> dict[str, str]:
    """What the tool is told in place of a token."""
    error = ERRORS.get(fault, "invalid_request")
    return {"error": error, "error_description": fault.name.lower(), "state": state}


def claims_of(told: Mapping[str, str]) -> dict[str, Any]:
    """Attributes as claims. The claim of roles is always there, as the standard wants it, and empty
    where the role isn't told.
    """
    role = told.get(Attribute.ROLE)
    custom = {name: told[name] for name in (Attribute.SCHOOL, Attribute.LEVEL) if name in told}
    claims: dict[str, Any] = {"sub": told[Attribute.CODE], ROLES_CLAIM: [role] if role else []}
    return claims | ({CUSTOM_CLAIM: {str(name): custom[name] for name in custom}} if custom else {})


def told_in(claims: Mapping[str, Any]) -> dict[str, str]:
    """What a token tells of a person: the other way round. A claim that isn't among ours is told,
    too, under its own name.
    """
    told = {}
    for name, value in claims.items():
        if name == "sub":
            told[str(Attribute.CODE)] = value
        elif name == ROLES_CLAIM:
            told |= {str(Attribute.ROLE): " ".join(value)} if value else {}
        elif name == CUSTOM_CLAIM:
            told |= value
        elif name not in PROTOCOL:
            told[name] = str(value)
    return told


def id_token(
    told: Mapping[str, str],
    *,
    key: SigningKey,
    issuer: str,
    client_id: str,
    target: str,
    nonce: str,
    now: datetime.datetime,
) -> str:
    at = int(now.timestamp())
    payload = {
        "iss": issuer,
        "aud": client_id,
        "azp": client_id,
        "iat": at,
        "exp": at + TOKEN_SECONDS,
        "nonce": nonce,
        "jti": secrets.token_hex(16),
        f"{LTI}message_type": "LtiResourceLinkRequest",
        f"{LTI}version": "1.3.0",
        f"{LTI}deployment_id": DEPLOYMENT,
        f"{LTI}target_link_uri": target,
        f"{LTI}resource_link": {"id": client_id},  # one resource, one client, one link
        **claims_of(told),
    }
    return jwt.encode(payload, key.private, algorithm=ALGORITHM, headers={"kid": key.kid})


def read_token(
    token: str, *, keys: list[SigningKey], issuer: str, client_id: str, nonce: str
) -> dict[str, Any]:
    """The claims of a token, looked at as a tool should. Raises `jwt.InvalidTokenError`."""
    kid = jwt.get_unverified_header(token).get("kid")
    public = {key.kid: key.private.public_key() for key in keys}
    if kid not in public:
        raise jwt.InvalidTokenError("unknown key")
    claims = jwt.decode(
        token,
        public[kid],
        algorithms=[ALGORITHM],
        audience=client_id,
        issuer=issuer,
        options={"require": ["exp", "iat", "nonce", "sub"]},
    )
    if claims["nonce"] != nonce or claims.get(f"{LTI}deployment_id") != DEPLOYMENT:
        raise jwt.InvalidTokenError("another launch")
    return claims
