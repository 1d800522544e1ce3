"""A pretend OpenID provider on this machine that tells one lie under each path: /wrong_nonce, /none …;
/true tells none. Client "passerelle", secret `SECRET`.
"""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

SECRET = "s" * 40
CLIENT = "passerelle"
SESSION = "their-session"
LOGOUT = {"http://schemas.openid.net/event/backchannel-logout": {}}
KEY, EVIL, NEXT = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(3))

# The lie, and the class of the refusal.
LIES = {
    "wrong_state": "LoginNotBegun",
    "no_state": "LoginNotBegun",
    "mixup": "AnotherIssuer",
    "iss_promised": "AnotherIssuer",
    "cancelled": "ProviderRefuses",
    "server_error": "ProviderFails",
    "invalid_scope": "ProviderFails",
    "no_code": "ProviderRefuses",
    "wrong_nonce": "TokenNotBelieved",
    "no_nonce": "TokenNotBelieved",
    "wrong_aud": "TokenNotBelieved",
    "aud_with_azp": "TokenNotBelieved",
    "two_aud": "TokenNotBelieved",
    "two_aud_azp": "TokenNotBelieved",
    "no_aud": "TokenNotBelieved",
    "wrong_iss": "TokenNotBelieved",
    "no_iss": "TokenNotBelieved",
    "expired": "TokenNotBelieved",
    "no_exp": "TokenNotBelieved",
    "no_iat": "TokenNotBelieved",
    "future": "TokenNotBelieved",
    "no_sub": "TokenNotBelieved",
    "sub_of_numbers": "TokenNotBelieved",
    "sub_with_nul": "TokenNotBelieved",
    "sid_of_half_a_pair": "TokenNotBelieved",
    "other_key": "TokenNotBelieved",
    "other_kid": "TokenNotBelieved",
    "none": "TokenNotBelieved",
    "hs_secret": "TokenNotBelieved",
    "hs_pubkey": "TokenNotBelieved",
    "wrong_at_hash": "TokenNotBelieved",
    "no_token": "TokenNotBelieved",
    "no_id_token": "TokenMissing",
    "used_code": "ProviderRefuses",
    "other_secret": "ClientRefused",
    "metadata_issuer": "AnotherIssuer",
    "no_jwks_uri": "DocumentIncomplete",
    "half_an_address": "DocumentIncomplete",
    "address_of_no_letters": "DocumentIncomplete",
    "no_keys": "KeysUnusable",
    "only_oct": "KeysUnusable",
    "other_userinfo": "AnotherPerson",
    "html": "AnswerIsAPage",
    "a_list": "AnswerNotJson",
    "not_json": "AnswerNotJson",
    "status_500": "UnexpectedStatus",
    "redirect": "ProviderRedirects",
    "huge": "AnswerTooLong",
    "silent": "ProviderTooSlow",
}


def b64(told: bytes) -> str:
    return base64.urlsafe_b64encode(told).rstrip(b"=").decode()


def jwk(key: Any, kid: str) -> dict:
    return json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key())) | {
        "kid": kid, "use": "sig", "alg": "RS256",
    }  # fmt: skip


def claims_of(lie: str, issuer: str, nonce: str | None, server: "LyingOp") -> dict:
    now, sub, sid = int(time.time()) + server.ahead, server.sub, server.sid
    claims: dict[str, Any] = {
        "iss": issuer, "sub": sub, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce,
        "sid": sid, "amr": ["pwd", "mfa"], "acr": "loa-2",
    }  # fmt: skip
    claims |= {
        "wrong_nonce": {"nonce": "x"},
        "wrong_aud": {"aud": "x"},
        "aud_with_azp": {"aud": "x", "azp": CLIENT},
        "two_aud": {"aud": [CLIENT, "x"]},
        "two_aud_azp": {"aud": [CLIENT, "x"], "azp": "x"},
        "wrong_iss": {"iss": issuer.rsplit("/", 1)[0] + "/true"},
        "expired": {"iat": now - 4000, "exp": now - 3000},
        "future": {"iat": now + 4000, "exp": now + 5000},
        "wrong_at_hash": {"at_hash": "AAAA"},
        "sub_of_numbers": {"sub": 1000001},
        "sub_with_nul": {"sub": "1000001\0"},
        "sid_of_half_a_pair": {"sid": "\ud800"},
    }.get(lie, {})
    if lie.startswith("no_"):
        claims.pop(lie.removeprefix("no_"), None)
    return claims


def signed(lie: str, claims: dict, key: Any = KEY, kid: str = "k1") -> str:
    if lie == "none":
        return jwt.encode(claims, None, algorithm="none", headers={"kid": kid})
    if lie == "hs_secret":
        return jwt.encode(claims, SECRET, algorithm="HS256", headers={"kid": kid})
    if lie == "hs_pubkey":
        head = json.dumps({"alg": "HS256", "kid": kid}).encode()
        body = f"{b64(head)}.{b64(json.dumps(claims).encode())}"
        public = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        return f"{body}.{b64(hmac.new(public, body.encode(), hashlib.sha256).digest())}"
    if lie in ("other_key", "other_kid"):
        key, kid = EVIL, "k9" if lie == "other_kid" else kid
    return jwt.encode(claims, key, algorithm="RS256", headers={"kid": kid})


class LyingOp(ThreadingHTTPServer):
    """`sub` says who is logged in there, `sid` in which session, `extra` what userinfo says beside;
    `signs_with` is the key that is used and shown. `asked`: paths, in order. `ahead`: seconds by
    which its clock is.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.sub, self.sid, self.extra = "1000001", SESSION, {"aaf": ["1000001"]}
        self.signs_with: tuple[Any, str] = (KEY, "k1")
        self.asked: list[str] = []
        self.ahead = 0

    def issuer(self, lie: str = "true") -> str:
        return f"http://127.0.0.1:{self.server_port}/{lie}"

    def logout_token(self, lie: str = "true", **claims: Any) -> str:
        """As back-channel logout sends it. A claim that is None is left out."""
        now = int(time.time())
        told = {
            "iss": self.issuer(), "aud": CLIENT, "iat": now, "exp": now + 120, "jti": "j1",
            "events": LOGOUT, "sid": SESSION, "sub": self.sub,
        } | claims  # fmt: skip
        return signed(lie, {name: one for name, one in told.items() if one is not None})


class _Answers(BaseHTTPRequestHandler):
    server: LyingOp

    def log_message(self, *args) -> None:
        pass

    def _answer(self, told: object, code: int = 200, kind: str = "application/json") -> None:
        body = told if isinstance(told, bytes) else json.dumps(told).encode()
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _leads_to(self, address: str) -> None:
        self.send_response(302)
        self.send_header("Location", address)
        self.end_headers()

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.server.asked.append(parts.path)
        lie, _slash, rest = parts.path.strip("/").partition("/")
        answers = {
            ".well-known/openid-configuration": self._document,
            "jwks": self._keys,
            "me": self._userinfo,
            "auth": self._login,
        }
        if rest in answers:
            answers[rest](lie)
        else:
            self._answer({}, 404)

    def _document(self, lie: str) -> None:
        issuer = self.server.issuer(lie)
        document = {
            "issuer": self.server.issuer() if lie == "metadata_issuer" else issuer,
            "authorization_endpoint": f"{issuer}/auth", "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/jwks", "userinfo_endpoint": f"{issuer}/me",
            "end_session_endpoint": f"{issuer}/end",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            "authorization_response_iss_parameter_supported": lie == "iss_promised",
        }  # fmt: skip
        if lie == "no_jwks_uri":
            del document["jwks_uri"]
        document |= {
            "half_an_address": {"token_endpoint": "https://["},
            "address_of_no_letters": {"authorization_endpoint": "https://op.example/\ud800"},
        }.get(lie, {})
        if lie == "only_hs":
            document["id_token_signing_alg_values_supported"] = ["HS256"]
        if lie == "redirect":
            return self._leads_to(f"{self.server.issuer()}/.well-known/openid-configuration")
        if lie == "silent":
            time.sleep(1)
        answers: dict[str, tuple[object, int]] = {
            "html": (b"<html>Maintenance</html>", 200), "a_list": ([document], 200),
            "not_json": (b"{", 200), "status_500": (document, 500),
            "huge": (document | {"x": "x" * 70_000}, 200),
        }  # fmt: skip
        return self._answer(*answers.get(lie, (document, 200)))

    def _keys(self, lie: str) -> None:
        key = jwk(*self.server.signs_with) if lie == "true" else jwk(KEY, "k1")
        secret = {"kty": "oct", "kid": "k1", "k": b64(SECRET.encode())}
        keys = {
            "no_keys": {},
            "only_oct": {"keys": [secret]},
            "keys_of_many_kinds": {
                "keys": [secret, {"kty": "AKP", "kid": "k1"}, key | {"use": "enc"}, key]
            },
        }
        self._answer(keys.get(lie, {"keys": [key]}))

    def _userinfo(self, lie: str) -> None:
        self._answer(
            self.server.extra | {"sub": "9" if lie == "other_userinfo" else self.server.sub}
        )

    def _login(self, lie: str) -> None:
        asked = dict(parse_qsl(urlsplit(self.path).query))
        told = [asked.get("nonce"), asked.get("code_challenge"), asked["redirect_uri"], time.time()]
        code, state = b64(json.dumps(told).encode()), asked["state"]
        back = {"code": code, "state": {"wrong_state": "x", "no_state": ""}.get(lie, state)}
        back |= {"iss": self.server.issuer()} if lie == "mixup" else {}
        errors = {"cancelled": "access_denied"} | {e: e for e in ("server_error", "invalid_scope")}
        back = {"error": errors[lie], "state": state} if lie in errors else back
        back = {"state": state} if lie == "no_code" else back
        self._leads_to(f"{asked['redirect_uri']}?{urlencode(back)}")

    def do_POST(self) -> None:
        self.server.asked.append(self.path)
        lie = self.path.strip("/").split("/")[0]
        asked = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        if not self._knows_client(lie, asked):
            return self._answer({"error": "invalid_client"}, 401)
        try:
            nonce, challenge, back, _at = json.loads(
                base64.urlsafe_b64decode(asked["code"] + "===")
            )
        except ValueError:
            return self._answer({"error": "invalid_grant"}, 400)
        verifier = hashlib.sha256(asked.get("code_verifier", "").encode()).digest()
        is_same = (b64(verifier), asked.get("redirect_uri")) == (challenge, back)
        if not is_same or lie == "used_code":
            return self._answer({"error": "invalid_grant"}, 400)
        issuer = self.server.issuer(lie)
        claims = claims_of(lie, issuer, nonce, self.server)
        answer = {"access_token": "at", "token_type": "Bearer", "expires_in": 300}
        if lie != "no_id_token":
            key, kid = self.server.signs_with
            answer["id_token"] = "x" if lie == "no_token" else signed(lie, claims, key, kid)
        return self._answer(answer)

    def _knows_client(self, lie: str, asked: dict) -> bool:
        basic = f"Basic {base64.b64encode(f'{CLIENT}:{SECRET}'.encode()).decode()}"
        posted = (asked.get("client_id"), asked.get("client_secret"))
        said = posted == (CLIENT, SECRET) if lie == "by_post" else None
        is_known = self.headers["Authorization"] == basic if said is None else said
        return is_known and lie != "other_secret"


@contextmanager
def running() -> Iterator[LyingOp]:
    server = LyingOp()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
