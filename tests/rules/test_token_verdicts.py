"""The practice room's verifier accepts and rejects tokens as a real server did, row by row; and
what our own tokens contain.
"""

import base64
import dataclasses
import datetime
import hashlib
import hmac
import json
import re
from pathlib import Path

import joserfc.jwt
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc.jwk import OctKey

from courses.live.exceptions import JitsiNotReady, TokenRefused
from courses.live.gateways.jitsi import Jitsi
from courses.live.gateways.pretend import DOMAIN, PracticeServer, Verifier
from courses.live.values import RoomEntry

VERDICTS = json.loads(
    (Path(__file__).parents[1] / "data" / "jitsi" / "token_verdicts.json").read_text()
)
ROWS = {f"{row['config']}: {row['case']}": row for row in VERDICTS["rows"]}
NOW = datetime.datetime(2026, 11, 25, 9, 0, tzinfo=datetime.UTC)

# Rows that aren't about one token and one room, and why the practice room doesn't answer them.
PATTERN = (
    "a pattern opens many rooms; the server reads it as a Lua pattern, we never sign one and the"
    " practice room refuses it"
)
GUEST = (
    "about the server's guest host, which ignores tokens; the practice room has a button for guests"
    " instead"
)
LAX = "about a server with lax settings, which docs/jitsi.md tells not to use"
LEFT_OUT = {
    'strict: context.room.regex true, room "maths-.*"': PATTERN,
    'strict: context.room.regex true, room "maths%-.*" (Lua pattern)': PATTERN,
    "strict: context.room.regex true, invalid pattern": PATTERN,
    'strict: context.room.regex true, room "maths-.*", URL mathematiques': PATTERN,
    "strict: no token, guest host": GUEST,
    "strict: valid token sent to the guest host": GUEST,
    "strict: room does not exist yet (no focus)": (
        "about the room: Jicofo hadn't made it; in practice the first one in does"
    ),
    "strict: exp passes while in the room, then stream resumption with the same token": (
        "the practice room resumes no stream"
    ),
    **{name: LAX for name in ROWS if name.startswith("lax: ")},
}

PRIVATE_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PRIVATE_PEM = PRIVATE_KEY.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
).decode()
PUBLIC_PEM = (
    PRIVATE_KEY.public_key()
    .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    .decode()
)
STRICT = VERDICTS["server_config"]["strict"]


def verifier(config: str) -> Verifier:
    if config == "rs256-key-server":
        return Verifier(
            STRICT["host"],
            "passerelle",
            "jitsi",
            algorithm="RS256",
            public_keys={"passerelle-2026": PUBLIC_PEM},
        )
    return Verifier(STRICT["host"], "passerelle", "jitsi", secret=STRICT["app_secret"])


def instant(value):
    """`now+3600s` as a number; anything else as it is."""
    if isinstance(value, str) and (said := re.fullmatch(r"now(?:([+-]\d+)s)?", value)):
        return int(NOW.timestamp()) + int(said[1] or 0)
    return value


def token_of(row: dict) -> str | None:
    if row["claims"] is None:
        return "abc" if "abc" in row["case"] else None
    claims = {
        name: instant(value) if name in ("iat", "nbf", "exp") else value
        for name, value in row["claims"].items()
    }
    algorithm, header = row["header"]["alg"], {"typ": None, **row["header"]}
    key = {"RS256": PRIVATE_PEM, "none": ""}.get(algorithm, STRICT["app_secret"])
    if "another secret" in row["case"]:
        key = "another-secret-of-at-least-32-bytes-or-more"
    if "public key" in row["case"]:
        return confused(claims, header)
    signer = jwt.PyJWS()
    return signer.encode(json.dumps(claims).encode(), key, algorithm=algorithm, headers=header)


def confused(claims, header) -> str:
    """HS256 keyed with the public key: libraries refuse to make it, so it is made by hand."""

    def coded(content: bytes) -> str:
        return base64.urlsafe_b64encode(content).rstrip(b"=").decode()

    signed = f"{coded(json.dumps(header).encode())}.{coded(json.dumps(claims).encode())}"
    return (
        f"{signed}.{coded(hmac.new(PUBLIC_PEM.encode(), signed.encode(), hashlib.sha256).digest())}"
    )


@pytest.mark.parametrize("name", [name for name in ROWS if name not in LEFT_OUT])
def test_the_practice_verifier_agrees_with_the_server(name):
    row = ROWS[name]
    room, tenant = row["url_room"], row["url_tenant"] or ""

    if row["verdict"] == "accepted":
        entry = verifier(row["config"]).verify(token_of(row), room=room, tenant=tenant, now=NOW)
        assert entry.is_moderator == (row["role"] == "moderator")
        assert entry.room == room.lower()
    else:
        with pytest.raises(TokenRefused) as refused:
            verifier(row["config"]).verify(token_of(row), room=room, tenant=tenant, now=NOW)
        assert refused.value.stage == row["stage"]


def test_every_row_is_either_agreed_with_or_left_out_for_a_reason():
    assert set(LEFT_OUT) <= set(ROWS)
    assert len(ROWS) == len(VERDICTS["rows"]) == 59
    assert {name.partition(":")[0] for name in set(ROWS) - set(LEFT_OUT)} == {
        "strict",
        "rs256-key-server",
    }


# Our own tokens

EMMA = RoomEntry(
    room="abcd-efgh",
    subject="s7",
    shown_name="Emma, E5R1",
    is_moderator=False,
    until=NOW + datetime.timedelta(hours=2),
)
CONFIG = {
    "domain": "Meet.Ecole.test",
    "tenant": "",
    "app_id": "passerelle",
    "audience": "jitsi",
    "algorithm": "HS256",
    "secret": STRICT["app_secret"],
    "private_key_file": "",
    "key_id": "",
    "events_token": "e" * 20,
    "token_in": "query",
}


def test_a_token_is_for_one_person_one_room_and_one_role_and_ends():
    token = Jitsi(CONFIG).token(EMMA, now=NOW)

    assert jwt.get_unverified_header(token) == {"alg": "HS256", "typ": "JWT"}
    assert jwt.decode(token, options={"verify_signature": False}) == {
        "iss": "passerelle",
        "aud": "jitsi",
        "sub": "meet.ecole.test",
        "room": "abcd-efgh",
        "iat": 1795597200,
        "nbf": 1795597140,
        "exp": 1795604400,
        "context": {
            "user": {"id": "s7", "name": "Emma, E5R1", "affiliation": "member", "moderator": False},
            "features": {"recording": False, "livestreaming": False, "transcription": False},
        },
    }
    assert verifier("strict").verify(token, room="abcd-efgh", now=NOW) == EMMA


@pytest.mark.parametrize("is_moderator", [False, True], ids=["a teacher", "a trainer"])
def test_recording_is_off_in_every_token_as_another_library_reads_it(is_moderator):
    """joserfc shares no code with the library that signs."""
    entry = dataclasses.replace(EMMA, is_moderator=is_moderator)

    read = joserfc.jwt.decode(
        Jitsi(CONFIG).token(entry, now=NOW), OctKey.import_key(CONFIG["secret"]), ["HS256"]
    )

    features = read.claims["context"]["features"]
    assert features == dict.fromkeys(("recording", "livestreaming", "transcription"), False)
    address = Jitsi(CONFIG).address(entry, now=NOW, language="fr")
    assert "config.localRecording.disable=true" in address
    joserfc.jwt.JWTClaimsRegistry(
        now=int(NOW.timestamp()), aud={"essential": True, "value": "jitsi"}
    ).validate(read.claims)


def test_a_trainer_is_owner_and_moderator():
    trainer = RoomEntry("abcd-efgh", "s1", "Bruno, K2P0", True, EMMA.until)

    token = Jitsi(CONFIG).token(trainer, now=NOW)

    user = jwt.decode(token, options={"verify_signature": False})["context"]["user"]
    assert (user["affiliation"], user["moderator"]) == ("owner", True)
    assert verifier("strict").verify(token, room="abcd-efgh", now=NOW) == trainer


def test_with_a_tenant_the_token_and_the_address_are_the_tenants():
    server = Jitsi({**CONFIG, "tenant": "Normandie"})

    token = server.token(EMMA, now=NOW)

    assert verifier("strict").verify(token, room="abcd-efgh", tenant="normandie", now=NOW) == EMMA
    assert server.address(EMMA, now=NOW, language="fr").startswith(
        "https://Meet.Ecole.test/normandie/abcd-efgh?jwt="
    )
    assert server.room_of("[normandie]abcd-efgh") == "abcd-efgh"
    assert server.room_of("[autre]abcd-efgh") == "[autre]abcd-efgh"


def test_rs256_is_signed_with_our_key_and_names_it(tmp_path):
    (tmp_path / "key.pem").write_text(PRIVATE_PEM)
    config = {
        **CONFIG,
        "algorithm": "RS256",
        "private_key_file": str(tmp_path / "key.pem"),
        "key_id": "passerelle-2026",
    }

    token = Jitsi(config).token(EMMA, now=NOW)

    assert jwt.get_unverified_header(token) == {
        "alg": "RS256",
        "kid": "passerelle-2026",
        "typ": "JWT",
    }
    assert verifier("rs256-key-server").verify(token, room="abcd-efgh", now=NOW) == EMMA


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret": ""},
        {"algorithm": "HS999"},
        {"algorithm": "RS256", "private_key_file": "/no/such/file"},
    ],
    ids=["no secret", "unknown algorithm", "no key file"],
)
def test_settings_that_make_no_token_say_so(wrong):
    with pytest.raises(JitsiNotReady):
        Jitsi({**CONFIG, **wrong}).token(EMMA, now=NOW)


def test_the_token_stands_in_the_query_or_after_the_hash():
    in_query = Jitsi(CONFIG).address(EMMA, now=NOW, language="fr")
    in_hash = Jitsi({**CONFIG, "token_in": "hash"}).address(EMMA, now=NOW, language="en")
    token = Jitsi(CONFIG).token(EMMA, now=NOW)

    wishes = "config.prejoinConfig.enabled=true&config.defaultLanguage="
    local = "&config.localRecording.disable=true"
    assert in_query == f"https://Meet.Ecole.test/abcd-efgh?jwt={token}#{wishes}%22fr%22{local}"
    assert in_hash == f"https://Meet.Ecole.test/abcd-efgh#jwt=%22{token}%22&{wishes}%22en%22{local}"


@pytest.mark.parametrize(
    ("room", "later", "change", "text"),
    [
        ("other-room", 0, "", "Room and token mismatched"),
        ("abcd-efgh", 7200, "", "Not acceptable by exp"),
        ("abcd-efgh", -61, "", "Not acceptable by nbf"),
        ("abcd-efgh", 0, "x", "Invalid signature"),
    ],
    ids=["another room", "over", "not begun", "changed on the way"],
)
def test_the_practice_room_refuses_what_a_server_refuses(room, later, change, text):
    server = PracticeServer(CONFIG)
    token = server.token(EMMA, now=NOW)
    if change:
        head, payload, signature = token.split(".")
        token = f"{head}.{payload}.{signature[:-4]}{'AAAA' if signature[-4:] != 'AAAA' else 'BBBB'}"

    with pytest.raises(TokenRefused, match=text):
        server.verifier().verify(token, room=room, now=NOW + datetime.timedelta(seconds=later))


def test_the_practice_rooms_tokens_open_no_real_room():
    token = PracticeServer(CONFIG).token(EMMA, now=NOW)

    assert jwt.decode(token, options={"verify_signature": False})["sub"] == DOMAIN
    with pytest.raises(TokenRefused):
        verifier("strict").verify(token, room="abcd-efgh", now=NOW)
