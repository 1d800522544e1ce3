"""An OpenID provider (OpenID Connect Core 1.0, code flow with PKCE): its document and keys, the login,
the logout by either side.

authlib makes the address and judges the claims, joserfc the signature; both believe what the
provider's document says, so algorithms, issuer, audience and nonce are given here. Questions go
through `web`. No redirect, and https for all that the document of an https issuer names.
"""

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.claims import JWTClaims
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from django.core.cache import caches
from django.utils.translation import gettext as _
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from courses.signin.exceptions import (
    AlgorithmsUnusable,
    AnotherIssuer,
    AnotherPerson,
    AnswerIsAPage,
    AnswerNotJson,
    ClientRefused,
    DocumentIncomplete,
    KeysUnusable,
    ProviderFails,
    ProviderFault,
    ProviderRefuses,
    TokenMissing,
    TokenNotBelieved,
)
from courses.signin.gateways import web
from courses.signin.gateways.findings import finding
from courses.signin.values import (
    Assertion,
    Departure,
    EndedSession,
    ProviderFinding,
    ProviderSettings,
)

DOCUMENT = "/.well-known/openid-configuration"
# Signed with a key that only the provider has: never `none`, never with our secret.
ALGORITHMS = ["RS256", "PS256", "ES256"]
KEY_TYPES = ("RSA", "EC")
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
USED = (*NEEDED, "userinfo_endpoint", "end_session_endpoint")
KEPT, AGAIN = 3_600, 300  # seconds: document and keys; between two looks for a new key
LEEWAY, LOGOUT_LIVES = 60, 300  # seconds
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
MADE_UP = "passerelle-asks-whether-you-refuse-this"
# What the person did there, or didn't; any other error is a fault of the server, or of what was
# entered here (RFC 6749, 4.1.2.1; OpenID Connect Core, 3.1.2.6).
BROKEN_OFF = {
    "access_denied",
    "login_required",
    "interaction_required",
    "consent_required",
    "account_selection_required",
}
# Errors of the token endpoint (RFC 6749, 5.2) that say more than that something is wrong there.
FAULTS = {
    "invalid_grant": ProviderRefuses,
    "invalid_client": ClientRefused,
    "unauthorized_client": ClientRefused,
}
LONGEST_CODE = 4_000


class OpenIdProvider:
    once_field = "state"

    def __init__(self, settings: ProviderSettings) -> None:
        self.settings = settings
        self.issuer = settings.address
        self.host = urlsplit(settings.address).netloc

    def begin(self, back: str, once: str) -> Departure:
        kept = {"nonce": generate_token(32), "verifier": generate_token(48)}
        address = self._session().create_authorization_url(
            self._document()["authorization_endpoint"],
            redirect_uri=back,
            state=once,
            nonce=kept["nonce"],
            code_challenge=create_s256_code_challenge(kept["verifier"]),
            code_challenge_method="S256",
        )[0]
        return Departure(address, kept)

    def _session(self) -> OAuth2Session:
        told = self.settings
        return OAuth2Session(
            told.client_id,
            told.secret,
            token_endpoint_auth_method=told.token_auth,
            scope=" ".join(["openid", *told.scopes.split()]),
        )

    def logout_address(self, home: str, told: Mapping[str, str]) -> str:
        """Without `id_token_hint`, which would put an identifier into an address: it asks once more."""
        address = self._document().get("end_session_endpoint", "")
        query = {"client_id": self.settings.client_id, "post_logout_redirect_uri": home}
        return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}" if address else ""

    # The way back

    def read(
        self, back: str, once: str, kept: Mapping[str, str], said: Mapping[str, str]
    ) -> Assertion:
        document, code = self._document(), said.get("code", "")
        self._check_issuer(document, said)
        if (error := said.get("error", "access_denied")) not in BROKEN_OFF:
            raise ProviderFails(host=self.host, code=error[:60])
        is_begun = {"nonce", "verifier"} <= kept.keys()  # not by another protocol of the same row
        if "error" in said or not is_begun or not 0 < len(code) <= LONGEST_CODE:
            raise ProviderRefuses(host=self.host, code=error)
        answer = self._token(document, back, code, kept["verifier"])
        claims = self._claims(document, answer, kept["nonce"])
        told = claims | self._more(document, claims, answer)
        return Assertion(
            claims["sub"],
            {name: _texts(value) for name, value in told.items()},
            ticket=code,
            session=claims.get("sid", ""),
            contexts=(*_texts(claims.get("amr")), *_texts(claims.get("acr"))),
        )

    def _check_issuer(self, document: Mapping[str, Any], said: Mapping[str, str]) -> None:
        """RFC 9207: an answer that says whose it is may be another's (mix-up)."""
        says_so = document.get("authorization_response_iss_parameter_supported") is True
        if said.get("iss", "" if says_so else self.issuer) != self.issuer:
            raise AnotherIssuer(host=self.host)

    def _token(
        self, document: Mapping[str, Any], back: str, code: str, verifier: str
    ) -> dict[str, Any]:
        data = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "code_verifier": verifier,
        }
        auth = self._session().client_auth(self.settings.token_auth)
        said = web.post(document["token_endpoint"], data=data, auth=auth, also=(400, 401))
        answer = self._json(said)
        if "error" in answer:
            error = str(answer["error"])[:60]
            raise FAULTS.get(error, ProviderFails)(host=self.host, code=error)
        return answer

    def _claims(
        self, document: Mapping[str, Any], answer: Mapping[str, Any], nonce: str
    ) -> dict[str, Any]:
        if not (token := answer.get("id_token")):
            raise TokenMissing(host=self.host)
        # CodeIDToken itself wants sub, exp, iat, and the nonce that it is given.
        params = {"nonce": nonce, "client_id": self.settings.client_id}
        if answer.get("access_token"):
            params["access_token"] = str(answer["access_token"])  # for `at_hash`
        return self._judged(CodeIDToken, document, token, {}, params)

    def _judged(
        self,
        kind: type[JWTClaims],
        document: Mapping[str, Any],
        token: object,
        options: dict[str, Any],
        params: dict[str, Any],
    ) -> dict[str, Any]:
        """The claims of a token that this provider signed, for us and of now."""
        options |= {
            "iss": {"essential": True, "value": self.issuer},
            "aud": {"essential": True, "value": self.settings.client_id},
        }
        try:
            signed = self._signed(document, str(token))
            claims = kind(signed.claims, signed.header, options, params)
            claims.validate(leeway=LEEWAY)
        except (JoseError, ValueError, TypeError) as fault:
            raise TokenNotBelieved(host=self.host, why=type(fault).__name__) from fault
        words = [claims.get(name, "") for name in ("sub", "sid", "jti")]
        # One that can't be written down, such as NUL or half a surrogate pair, fails in the database.
        if not all(isinstance(word, str) and word.isprintable() for word in words):
            raise TokenNotBelieved(host=self.host, why="sub")
        return dict(claims)

    def _signed(self, document: Mapping[str, Any], token: str) -> jwt.Token:
        registry = JWSRegistry(algorithms=self._algorithms(document), strict_check_header=False)
        try:
            return jwt.decode(token, self._keys(document), registry=registry)
        except (InvalidKeyIdError, BadSignatureError):
            # It may have another key since: look, but not for everybody who comes with a wrong one.
            if not _cache().add(_key("looked", document["jwks_uri"]), True, AGAIN):
                raise
            return jwt.decode(token, self._keys(document, anew=True), registry=registry)

    def _more(
        self, document: Mapping[str, Any], claims: Mapping[str, Any], answer: Mapping[str, Any]
    ) -> dict[str, Any]:
        """What userinfo says, where the id token leaves the attribute out."""
        wanted, address = self.settings.attribute, document.get("userinfo_endpoint")
        if not wanted or wanted in claims or not address:
            return {}
        bearer = {"Authorization": f"Bearer {answer.get('access_token', '')}"}
        more = self._json(web.get(address, headers=bearer))
        if more.get("sub") != claims["sub"]:
            raise AnotherPerson(host=self.host)
        return more

    # Document and keys

    def _document(self, *, anew: bool = False) -> dict[str, Any]:
        """Read at most once an hour. Raises a `ProviderFault`."""
        return _cached(_key("document", self.issuer), self._read_document, anew=anew)

    def _read_document(self) -> dict[str, Any]:
        found = self._json(web.get(self.issuer.rstrip("/") + DOCUMENT))
        if found.get("issuer") != self.issuer:
            raise AnotherIssuer(host=self.host)
        is_secure = urlsplit(self.issuer).scheme == "https"
        for name in USED:
            address = found.get(name, "" if name in NEEDED else None)
            if address is not None and not is_address(address, is_secure=is_secure):
                raise DocumentIncomplete(host=self.host, name=name)
        return found

    def _algorithms(self, document: Mapping[str, Any]) -> list[str]:
        """Those of ours that the document lists. None would be taken for joserfc's own choice."""
        listed = document.get("id_token_signing_alg_values_supported", ALGORITHMS)
        found = [name for name in ALGORITHMS if isinstance(listed, list) and name in listed]
        if not found:
            raise AlgorithmsUnusable(host=self.host, names=", ".join(ALGORITHMS))
        return found

    def _keys(self, document: Mapping[str, Any], *, anew: bool = False) -> KeySet:
        address = document["jwks_uri"]
        found = _cached(_key("keys", address), lambda: self._json(web.get(address)), anew=anew)
        try:
            keys = KeySet.import_key_set({"keys": [key for key in found["keys"] if _checks(key)]})
        except (JoseError, AttributeError, KeyError, TypeError, ValueError) as fault:
            raise KeysUnusable(host=self.host) from fault
        if not keys.keys:
            raise KeysUnusable(host=self.host)
        return keys

    def _json(self, answer: bytes) -> dict[str, Any]:
        if answer.lstrip()[:14].lower().startswith((b"<!doctype html", b"<html")):
            raise AnswerIsAPage(host=self.host)
        try:
            found = json.loads(answer)
        except (ValueError, RecursionError) as fault:
            raise AnswerNotJson(host=self.host) from fault
        if not isinstance(found, dict):
            raise AnswerNotJson(host=self.host)
        return found

    # Logout by the provider (OpenID Connect Back-Channel Logout 1.0)

    def ended(self, said: Mapping[str, str]) -> EndedSession:
        try:
            return self._ended(said.get("logout_token", "")[: web.LONGEST])
        except ProviderFault:
            return EndedSession()

    def _ended(self, token: str) -> EndedSession:
        options = {name: {"essential": True} for name in ("iat", "jti", "events")}
        claims = self._judged(JWTClaims, self._document(), token, options, {})
        events = claims["events"]
        is_logout = isinstance(events, dict) and LOGOUT_EVENT in events and "nonce" not in claims
        if not is_logout or claims["iat"] < time.time() - LOGOUT_LIVES:
            raise TokenNotBelieved(host=self.host, why="events")
        return EndedSession(claims.get("sid", ""), claims.get("sub", ""), once=claims["jti"])

    # The trial

    def examine(self, back: str) -> Iterator[ProviderFinding]:
        what = _("The server’s document is there, and names this issuer and its addresses")
        yield (there := finding(what, lambda: self._document(anew=True)))
        if not there.is_well:
            return
        document = self._document()
        yield finding(
            _("It signs in a way that is believed here"), lambda: self._algorithms(document)
        )
        yield finding(_("Its keys are there"), lambda: self._keys(document, anew=True))
        yield self._knows_us(document, back)

    def _knows_us(self, document: Mapping[str, Any], back: str) -> ProviderFinding:
        what = _("It knows our client id and secret, and refuses a code that we made up")
        try:
            self._token(document, back, MADE_UP, MADE_UP)
        except ProviderRefuses:
            return ProviderFinding(what, True)
        except ProviderFault as fault:
            return ProviderFinding(what, False, f"{fault.reason} {fault.advice}")
        return ProviderFinding(what, False, _("It believes any code: ask whoever runs it why."))


def is_address(address: object, *, is_secure: bool) -> bool:
    if not isinstance(address, str) or not address.isascii() or not address.isprintable():
        return False
    try:
        parts = urlsplit(address)
    except ValueError:  # half an IPv6 address
        return False
    return bool(parts.netloc) and parts.scheme in (["https"] if is_secure else ["https", "http"])


def _checks(key: Mapping[str, Any]) -> bool:
    """Whether a key may check signatures: one that only the provider has the other half of."""
    return key.get("kty") in KEY_TYPES and key.get("use", "sig") == "sig"


def _texts(value: object) -> list[str]:
    """A claim as texts: one or several, none where it is something else."""
    several = value if isinstance(value, list) else [value]
    return [
        str(one)
        for one in several
        if isinstance(one, str | int) and not isinstance(one, bool) and one != ""
    ]


def _cache() -> Any:
    return caches["identity_providers"]


def _key(what: str, address: str) -> str:
    return f"{what}:{hashlib.sha256(address.encode()).hexdigest()}"


def _cached(key: str, read: Callable[[], dict[str, Any]], *, anew: bool = False) -> dict[str, Any]:
    found = None if anew else _cache().get(key)
    if found is None:
        found = read()
        _cache().set(key, found, KEPT)
    return found
