"""A superuser enters an ENT's server, and the test says in words what is wrong with it."""

import datetime
import ssl
import threading

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.urls import reverse
from django.utils import timezone

from courses.signin.models import IdentityProvider, UnknownIdentity
from tests.factories.cas_server import PretendCas
from tests.factories.continuity import StudentFactory
from tests.factories.people import OrganisationFactory, PersonFactory
from tests.factories.signin import FORM, IdentityProviderFactory, known_as

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(client):
    root = PersonFactory(is_superuser=True, language="en")
    client.force_login(root)
    return root


def enters(client, **said):
    return client.post(reverse("identity_providers:add"), FORM | said)


def test_an_ent_is_entered_with_its_schools(client, root):
    school = OrganisationFactory(uai="0141234A")

    enters(client, address="https://ent.example/cas/", schools="0141234a")

    ent = IdentityProvider.objects.get()
    assert (ent.address, list(ent.schools.all())) == ("https://ent.example/cas", [school])
    page = client.get(reverse("identity_providers:edit", args=[ent.pk]))
    assert 'value="0141234A"' in page.text


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"address": "http://ent.example/cas"}, "The address has to begin with https://"),
        ({"address": "https://ent.example/cas?x=1"}, "before any question mark or #"),
        ({"address": "https://user:word@ent.example/cas"}, "hold no name or password"),
        ({"schools": "0149999Z"}, "No school has this UAI: 0149999Z."),
    ],
)
def test_what_is_wrong_in_the_form_is_said(client, root, settings, said, sentence):
    settings.SITE_ADDRESS = "https://passerelle.example"

    answer = enters(client, **said)

    assert sentence in answer.text
    assert not IdentityProvider.objects.exists()


def test_a_site_on_https_takes_no_server_without_it_even_on_its_own_machine(client, root, settings):
    settings.SITE_ADDRESS = "https://passerelle.example"

    answer = enters(client, address="http://127.0.0.1/cas")

    assert "The address has to begin with https://" in answer.text


def tried(client, address: str, **more):
    ent = IdentityProviderFactory(address=address, **more)
    page = client.post(reverse("identity_providers:trial", args=[ent.pk]))
    return page.context["is_well"], page.text


def test_all_is_well(client, root, server):
    known_as(StudentFactory(), "1")

    is_well, text = tried(client, server.address)

    assert is_well
    assert "1 person has an identifier in the directory “aaf:70”" in text


@pytest.mark.parametrize(
    ("lie", "sentence"),
    [
        ("a page", "answers with a web page"),
        ("status 500", "the status 500"),
        ("a redirect", "sends the question on"),
        ("cut", "isn’t XML as CAS 3 wants it"),
        ("closed", "can’t be reached"),
        ("not for us", "It doesn’t know our address"),
    ],
)
def test_what_is_wrong_with_the_server_is_said(client, root, server, lie, sentence):
    known_as(StudentFactory(), "1")

    is_well, text = tried(client, server.address_of("lies", lie))

    assert not is_well
    assert sentence in text


def test_a_server_that_believes_any_ticket_is_named(client, root, server):
    known_as(StudentFactory(), "1")

    is_well, text = tried(client, server.address_of("forms", "plain"))

    assert not is_well
    assert "It believes any ticket" in text


def test_a_directory_of_which_nobody_is_here_is_named(client, root, server):
    is_well, text = tried(client, server.address)

    assert not is_well
    assert "0 people have an identifier in the directory “aaf:70”" in text


def test_an_address_without_https_is_not_asked(client, root, server, settings):
    settings.SITE_ADDRESS = "https://passerelle.example"

    is_well, text = tried(client, server.address)

    assert not is_well
    assert "The address has to begin with https://" in text
    assert server.asked == []


@pytest.fixture
def of_a_stranger(tmp_path):
    """A server whose certificate nobody has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = timezone.now()
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    encoding, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    file = tmp_path / "both.pem"
    private = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, plain)
    file.write_bytes(private + made.public_bytes(encoding))
    server = PretendCas({})
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_a_certificate_of_a_stranger_is_not_believed(client, root, of_a_stranger):
    known_as(StudentFactory(), "1")

    is_well, text = tried(client, of_a_stranger.address.replace("http:", "https:"))

    assert not is_well
    assert "isn’t trusted: self-signed certificate" in text
    assert of_a_stranger.asked == []


def test_who_is_not_known_here_is_counted_by_day(client, root):
    ent = IdentityProviderFactory()
    today = timezone.localdate()
    for mark, times in (("a", 2), ("b", 1)):
        UnknownIdentity.objects.create(provider=ent, day=today, mark=mark, times=times)
    UnknownIdentity.objects.create(provider=IdentityProviderFactory(), day=today, mark="c", times=9)

    page = client.get(reverse("identity_providers:trial", args=[ent.pk]))

    assert page.context["days"] == [{"day": today, "people": 2, "tries": 3}]
    assert page.context["findings"] == []
