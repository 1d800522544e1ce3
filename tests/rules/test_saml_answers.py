"""What a SAML provider may answer, and what isn't believed: each signed by xmlsec1 itself."""

import base64
import zlib
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import load_pem_x509_certificate
from lxml import etree

from courses.signin import gateways
from courses.signin.enums import ProviderKind, RefusedLogin
from courses.signin.exceptions import DocumentRefused, LoginRefused
from courses.signin.gateways import saml_metadata
from courses.signin.gateways.saml_gate import LONGEST, inflated
from courses.signin.gateways.saml_keys import our_keys
from courses.signin.values import EndedSession, ProviderSettings
from tests.factories.cas_server import COMMENT_IN_UTF_7, UTF_7
from tests.factories.saml_forgeries import FORGERIES, altered, comment
from tests.factories.saml_idp import (
    ACS,
    ASKED,
    BACK,
    DS,
    ONCE,
    PASSWORD,
    RSA_SHA256,
    SAML,
    SHA1,
    SLO,
    US,
    deflated,
    encrypt,
    encrypted,
    field,
    key_pair,
    logout_query,
    metadata,
    needs_xmlsec1,
    says,
    signed_query,
)

pytestmark = needs_xmlsec1


@pytest.fixture(autouse=True)
def our_key(settings):
    pair = key_pair("sp")
    settings.SAML_KEYS = [(pair.key_file, pair.cert_file)]


def provider(**settings):
    settings = {"metadata": metadata()} | settings
    return gateways.client(ProviderKind.SAML, ProviderSettings("1", back=BACK, **settings))


def reads(answer: str, once: str = ONCE):
    return provider().read(BACK, once, {}, {"SAMLResponse": answer})


def refusal_of(answer: str, once: str = ONCE) -> LoginRefused:
    with pytest.raises(LoginRefused) as refused:
        reads(answer, once)
    return refused.value


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"signed": "response"},
        {"signed": "both"},
        {"encrypted_for": "sp"},
        {"encrypted_for": "sp", "signed": "response"},
        {"encrypted_for": "sp", "signed": "both"},
        {"destination": ""},
        {"begins": 30, "ends": 90},
        {"begins": -90, "ends": -30},
    ],
    ids=[
        "the assertion is signed",
        "the answer is signed",
        "both are signed",
        "encrypted",
        "encrypted, the answer is signed",
        "encrypted, both are signed",
        "no destination",
        "their clock is ahead",
        "their clock is behind",
    ],
)
def test_each_form_of_a_true_answer_is_read(form):
    told = reads(says(**form).field())

    assert (told.user, told.told("aaf"), told.told("")) == ("lea", ["1000001"], ["lea"])
    assert (told.ticket, told.session, told.contexts) == (ASKED, "session-1", (PASSWORD,))


@pytest.mark.parametrize(
    ("lie", "fault"),
    [
        ({"destination": "http://testserver/signin/other/acs/"}, "AnswerNotForUs"),
        ({"recipient": "http://testserver/signin/other/acs/"}, "AnswerNotForUs"),
        ({"recipient": ""}, "AnswerNotForUs"),
        ({"audience": "http://testserver/signin/other/metadata.xml"}, "AnswerNotForUs"),
        ({"audience": ""}, "AnswerNotForUs"),
        ({"in_response_to": "_another"}, "AnswerNotForUs"),
        ({"in_response_to": ""}, "AnswerNotForUs"),
        ({"confirmed_for": "_another"}, "AnswerNotForUs"),
        ({"confirmed_for": ""}, "AnswerNotForUs"),
        ({"confirmed_for": "_another", "encrypted_for": "sp"}, "AnswerNotForUs"),
        ({"method": f"{SAML}:cm:sender-vouches"}, "AnswerNotForUs"),
        ({"begins": -900, "ends": -300}, "AnswerOutOfTime"),
        ({"begins": 300, "ends": 900}, "AnswerOutOfTime"),
        ({"issuer": "https://other.example/metadata"}, "AnswerNotForUs"),
        ({"spoken_by": "https://other.example/metadata"}, "NotSignedByThem"),
        ({"key": "forger"}, "NotSignedByThem"),
        ({"key": "forger", "signed": "response"}, "NotSignedByThem"),
        ({"key": "forger", "encrypted_for": "sp"}, "NotSignedByThem"),
        ({"signed": "neither"}, "NotSignedByThem"),
        ({"signed": "neither", "encrypted_for": "sp"}, "NotSignedByThem"),
        ({"spoken_by": "https://other.example/metadata", "signed": "response"}, "AnswerNotForUs"),
        ({"confirmed_until": None}, "AnswerNotForUs"),
        ({"confirmed_until": -300}, "AnswerOutOfTime"),
        ({"encrypted_for": "forger"}, "NotDecrypted"),
        ({"status": f"{SAML}:status:Responder"}, "ProviderRefuses"),
    ],
    ids=[
        "another destination",
        "another recipient",
        "no recipient",
        "another audience",
        "no audience",
        "another request",
        "no request",
        "another request, in the assertion",
        "no request, in the assertion",
        "another request, in the encrypted assertion",
        "not the bearer's",
        "too old",
        "from the future",
        "another issuer",
        "another issuer of the assertion",
        "another key",
        "another key over the answer",
        "another key, encrypted",
        "unsigned",
        "unsigned, encrypted",
        "another issuer of the assertion in a signed answer",
        "confirmed without end",
        "confirmed until before",
        "encrypted for another",
        "they refuse",
    ],
)
def test_a_true_signature_under_a_lie_is_refused(lie, fault):
    assert type(refusal_of(says(**lie).field())).__name__ == fault


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_isnt_read(name):
    forge, form, what = FORGERIES[name]

    refusal = refusal_of(field(forge(says(**form).xml())))

    assert isinstance(refusal, DocumentRefused)
    assert refusal.values["what"] == what


@pytest.mark.parametrize("signed", ["assertion", "response", "both"])
def test_an_altered_answer_is_refused(signed):
    refusal = refusal_of(field(altered(says(signed=signed).xml())))

    assert type(refusal).__name__ == "NotSignedByThem"


def in_utf_16(xml: str) -> bytes:
    return f'<?xml version="1.0" encoding="utf-16"?>{comment(xml)}'.encode("utf-16")


def in_utf_7(xml: str) -> bytes:
    return (UTF_7 + xml.replace(">1000001<", f">1000001{COMMENT_IN_UTF_7}2<")).encode()


def in_latin_9(xml: str) -> bytes:
    return f'<?xml version="1.0" encoding="ISO-8859-15"?>{xml}'.encode("iso-8859-15")


@pytest.mark.parametrize(
    ("written", "what"),
    [
        (in_utf_16, "DTD, comment or instruction"),
        (in_utf_7, "encoding"),
        (in_latin_9, "encoding"),
    ],
)
def test_other_encodings_hide_nothing(written, what):
    refusal = refusal_of(field(written(says(signed="neither").xml())))  # base64 holds a +

    assert isinstance(refusal, DocumentRefused)
    assert refusal.values["what"] == what


@pytest.mark.parametrize("answer", ["", "no base64 é", "AAAA", "A" * 700_000], ids=lambda x: x[:9])
def test_what_is_no_answer_is_refused(answer):
    assert isinstance(refusal_of(answer), DocumentRefused)


def test_what_was_encrypted_is_looked_at_too():
    """The forger encrypts a signed assertion, altered where the signature isn't over."""
    signed = says(session_index="a").xml()
    assertion = signed[signed.index("<saml:Assertion") : signed.index("</samlp:Response>")]
    forged = signed.replace(assertion, encrypt(comment(assertion), "sp"))

    refusal = refusal_of(field(forged))

    assert isinstance(refusal, DocumentRefused)
    assert refusal.values["what"] == "DTD, comment or instruction"


def test_sha_1_holds_nothing_within_what_was_encrypted():
    refusal = refusal_of(says(algorithms=SHA1, encrypted_for="sp").field())

    assert isinstance(refusal, DocumentRefused)
    assert refusal.values["what"] == "DigestMethod"


def test_what_is_encrypted_twice_isnt_read():
    twice = says(encrypted_for="sp").xml()
    inner = twice[twice.index("<xenc:EncryptedData") : twice.index("</saml:EncryptedAssertion>")]

    refusal = refusal_of(field(twice.replace(inner, encrypted(inner, "sp"))))

    assert isinstance(refusal, DocumentRefused)
    assert refusal.values["what"] == "encrypted twice"


def test_the_page_tells_nothing_of_what_was_encrypted_and_nobody_signed():
    """Whoever changes another's ciphertext and sends it in an answer of their own."""
    answer = says(signed="neither", encrypted_for="sp").xml()
    data = answer[answer.index("<saml:EncryptedAssertion") : answer.index("</samlp:Response>")]
    plain = says(signed="neither").xml()
    assertion = plain[plain.index("<saml:Assertion") : plain.index("</samlp:Response>")]
    within = {
        "for another key": encrypt(assertion, "forger"),
        "no XML as we read it": encrypt(comment(assertion), "sp"),
        "no assertion": encrypt(f'<ds:Object xmlns:ds="{DS}"/>', "sp"),
        "encrypted twice": encrypt(data, "sp"),
        "an assertion": encrypt(assertion, "sp"),
    }

    refusals = {
        name: refusal_of(field(answer.replace(data, changed))) for name, changed in within.items()
    }

    assert {one.shown_as for one in refusals.values()} == {RefusedLogin.DOWN}
    assert {name: type(one).__name__ for name, one in refusals.items()} == {
        "for another key": "NotDecrypted",
        "no XML as we read it": "ContentRefused",
        "no assertion": "ContentRefused",
        "encrypted twice": "ContentRefused",
        "an assertion": "NotSignedByThem",
    }


@pytest.mark.parametrize(
    ("algorithms", "what"),
    [
        ((SHA1[0], RSA_SHA256[1]), "SignatureMethod"),
        ((RSA_SHA256[0], SHA1[1]), "DigestMethod"),
    ],
    ids=["the signature", "the digest"],
)
def test_sha_1_holds_nothing(algorithms, what):
    refusal = refusal_of(says(algorithms=algorithms).field())

    assert isinstance(refusal, DocumentRefused)
    assert refusal.values["what"] == what


def test_an_answer_is_of_the_request_that_this_login_made():
    assert type(refusal_of(says().field(), once="another")).__name__ == "AnswerNotForUs"


def test_with_two_keys_in_their_metadata_either_signs():
    both = metadata("idp", "next")

    for key in ("idp", "next"):
        told = provider(metadata=both).read(BACK, ONCE, {}, {"SAMLResponse": says(key=key).field()})
        assert told.user == "lea"


def test_while_our_key_is_renewed_either_is_encrypted_for(settings):
    pairs = [key_pair("sp"), key_pair("sp-next")]
    settings.SAML_KEYS = [(pair.key_file, pair.cert_file) for pair in pairs]

    for recipient in ("sp", "sp-next"):
        assert reads(says(encrypted_for=recipient).field()).user == "lea"


def test_no_client_remembers_who_logged_in():
    from courses.signin.gateways import saml

    reads(says().field())

    client = saml._client(BACK, saml_metadata.of(provider().settings), our_keys())
    assert client.users.subjects() == []


def ended(query: dict[str, str]) -> EndedSession:
    return provider().ended(query)


@pytest.mark.parametrize("relay_state", ["", "a b/é&c"])
def test_their_signed_logout_names_a_session_and_is_answered(relay_state):
    found = ended(logout_query(relay_state=relay_state))

    assert (found.session, found.user) == ("session-1", "lea")
    assert found.answer.startswith("https://idp.example/slo?SAMLResponse=")
    assert ("RelayState" in parse_qs(urlsplit(found.answer).query)) == bool(relay_state)
    assert is_signed_by_us(found.answer)


def test_a_logout_without_a_session_is_of_the_person():
    found = ended(logout_query(session_index=""))

    assert (found.session, found.user) == ("", "lea")


def with_state(query: dict[str, str]) -> dict[str, str]:
    return query | {"RelayState": "added"}


def endless() -> dict[str, str]:
    return signed_query({"SAMLRequest": deflated(b"<x>" + b" " * 10_000_000)}, "idp")


@pytest.mark.parametrize(
    "query",
    [
        dict,
        lambda: logout_query(key=""),
        lambda: logout_query(key="forger"),
        lambda: logout_query(destination=""),
        lambda: logout_query(destination="http://testserver/signin/other/logout/"),
        lambda: logout_query(issuer="https://other.example/metadata"),
        lambda: logout_query(ends=-300),
        lambda: logout_query(ends=None, issued=-2 * 86_400),
        lambda: logout_query(name_id="lea<!-- -->"),
        lambda: with_state(logout_query()),
        lambda: logout_query(algorithm=SHA1[0]),
        endless,
        lambda: logout_query() | {"SAMLRequest": "AAAA"},
        lambda: logout_query() | {"SAMLRequest": "no base64"},
    ],
    ids=[
        "nothing",
        "unsigned",
        "another key",
        "no destination",
        "another destination",
        "another issuer",
        "too old",
        "of another day, without an end",
        "a comment",
        "a state that isn't signed",
        "SHA-1",
        "endless",
        "no DEFLATE",
        "no base64",
    ],
)
def test_a_logout_that_isnt_theirs_ends_nothing(query):
    assert ended(query()) == EndedSession()


def test_a_logout_that_inflates_to_megabytes_is_cut_off():
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = packer.compress(b" " * 10_000_000) + packer.flush()

    assert len(inflated(base64.b64encode(bomb).decode())) == LONGEST


def test_our_logout_asks_them_with_what_they_said():
    told = reads(says().field()).for_logout

    address = provider().logout_address("http://testserver/", told)

    assert address.startswith("https://idp.example/slo?SAMLRequest=")
    assert is_signed_by_us(address)
    xml = inflated(parse_qs(urlsplit(address).query)["SAMLRequest"][0]).decode()
    assert ">lea<" in xml
    assert ">session-1<" in xml


def test_a_login_is_asked_for_with_our_signature():
    address = provider().begin(BACK, ONCE).address

    assert address.startswith("https://idp.example/sso?SAMLRequest=")
    assert is_signed_by_us(address)
    xml = inflated(parse_qs(urlsplit(address).query)["SAMLRequest"][0]).decode()
    assert f'ID="{ASKED}"' in xml
    assert f'AssertionConsumerServiceURL="{ACS}"' in xml


def test_our_metadata_says_where_and_with_which_keys(settings):
    pairs = [key_pair("sp"), key_pair("sp-next")]
    settings.SAML_KEYS = [(pair.key_file, pair.cert_file) for pair in pairs]

    xml = provider().our_metadata()

    root = etree.fromstring(xml.encode())
    assert root.get("entityID") == US
    found = [(one.get("Location"), one.get("Binding").rsplit(":")[-1]) for one in root[0].iter()
             if one.get("Location")]  # fmt: skip
    assert sorted(found) == [(ACS, "HTTP-POST"), (SLO, "HTTP-Redirect")]
    certificates = ["".join(one.text.split()) for one in root.iter(f"{{{DS}}}X509Certificate")]
    assert sorted(certificates) == sorted([pair.certificate for pair in pairs] * 2)


def test_without_a_key_of_ours_nothing_is_asked(settings):
    settings.SAML_KEYS = [("", ""), ("", "")]

    with pytest.raises(LoginRefused) as refused:
        provider().begin(BACK, ONCE)
    assert type(refused.value).__name__ == "OurKeyMissing"


def test_without_xmlsec1_nothing_is_asked(monkeypatch):
    monkeypatch.setenv("PATH", "")

    with pytest.raises(LoginRefused) as refused:
        provider().begin(BACK, ONCE)
    assert type(refused.value).__name__ == "OurKeyMissing"


def is_signed_by_us(address: str) -> bool:
    """The signature of a redirect is over the query before it."""
    before, signature = urlsplit(address).query.split("&Signature=")
    certificate = load_pem_x509_certificate(Path(key_pair("sp").cert_file).read_bytes())
    certificate.public_key().verify(
        base64.b64decode(unquote(signature)), before.encode(), PKCS1v15(), SHA256()
    )
    return True
