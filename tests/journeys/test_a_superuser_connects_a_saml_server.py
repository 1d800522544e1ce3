"""A superuser enters a SAML server: by its metadata or the metadata's address, with the directories that
it speaks for; the test says in words what is missing.
"""

import pytest
from django.urls import reverse

from courses.signin.models import IdentityProvider
from tests.factories.continuity import StudentFactory
from tests.factories.people import PersonFactory
from tests.factories.saml_idp import SamlProviderFactory, key_pair, metadata, needs_xmlsec1
from tests.factories.signin import known_as

pytestmark = [pytest.mark.django_db, needs_xmlsec1]
FORM = {
    "title_fr": "ÉduConnect", "title_en": "EduConnect", "slug": "educonnect", "kind": "saml",
    "address": "", "client_id": "", "secret": "", "token_auth": "client_secret_basic",
    "scopes": "", "metadata": metadata(), "attribute": "FrEduCtRefId", "value_form": "reference",
    "namespace": " aaf:70  aaf:5 ", "schools": "", "second_factor": "", "is_open": "on",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _root(client, settings):
    pair = key_pair("sp")
    settings.SAML_KEYS = [(pair.key_file, pair.cert_file)]
    client.force_login(PersonFactory(is_superuser=True, language="en"))


def enters(client, **said):
    return client.post(reverse("identity_providers:add"), FORM | said)


def test_educonnect_is_entered_with_its_metadata_and_directories(client):
    enters(client)

    provider = IdentityProvider.objects.get()
    assert provider.namespaces == ["aaf:70", "aaf:5"]
    assert provider.metadata == metadata()


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"metadata": "<x/>"}, "The server’s metadata can’t be used: 0 IDPSSODescriptor."),
        ({"metadata": ""}, "Give the address, or for SAML the metadata."),
        (
            {"address": "https://idp.example/metadata"},
            "Give the address of the metadata, or the metadata itself.",
        ),
        ({"value_form": "plain"}, "A value that names no académie is of one directory."),
    ],
    ids=["not theirs", "no metadata", "both", "two directories of plain values"],
)
def test_what_cant_be_is_said(client, said, sentence):
    answer = enters(client, **said)

    assert sentence in answer.text
    assert not IdentityProvider.objects.exists()


def tried(client, **more):
    provider = SamlProviderFactory(is_open=False, **more)
    page = client.post(reverse("identity_providers:trial", args=[provider.pk]))
    return page.context["is_well"], page.text


def test_without_a_key_of_ours_it_is_entered_but_not_open(client, settings):
    settings.SAML_KEYS = [("", "")]

    answer = enters(client)
    enters(client, is_open="")

    assert "This site has no key for SAML, or xmlsec1 isn’t installed." in answer.text
    assert not IdentityProvider.objects.get().is_open


def test_all_is_well_and_the_page_names_our_metadata(client):
    known_as(StudentFactory(), "1")

    is_well, text = tried(client)

    assert is_well
    assert "http://testserver/signin/saml/metadata.xml" in text
    assert "The address is one that can be believed" not in text


def test_each_directory_of_which_nobody_is_here_is_named(client):
    known_as(StudentFactory(), "1")

    is_well, text = tried(client, namespace="aaf:70 aaf:5", value_form="reference")

    assert not is_well
    assert "1 person has an identifier in the directory “aaf:70”" in text
    assert "0 people have an identifier in the directory “aaf:5”" in text


def test_a_missing_key_of_ours_and_unusable_metadata_are_named(client, settings):
    settings.SAML_KEYS = [("", "")]

    is_well, text = tried(client, metadata=metadata(until="2020-01-01T00:00:00Z"))

    assert not is_well
    assert "This site has no key for SAML, or xmlsec1 isn’t installed." in text
    assert "The server’s metadata can’t be used: validUntil." in text
