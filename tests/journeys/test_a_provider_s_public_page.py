"""What anybody reads of a provider, and how a school reaches it."""

import datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.catalogue.models import ProviderProfile
from courses.people import services as people
from courses.people.enums import Role
from tests.factories.catalogue import LicenceFactory, ProviderProfileFactory, ResourceFactory
from tests.factories.people import (
    MembershipFactory,
    OrganisationFactory,
    ProviderFactory,
    RegistrarFactory,
    TeacherFactory,
    TrainerFactory,
)
from tests.factories.training import SessionFactory, TrainingFactory
from training.enums import SessionState
from training.services import wishes

pytestmark = pytest.mark.django_db

FACTS = {
    "about_fr": "Une encyclopédie.",
    "about_en": "An encyclopaedia.",
    "source": "Communiqué du 16 avril 2020",
}


def address_of(provider) -> str:
    return reverse("training:provider_short", args=[provider.public_id])


def page_of(client, provider):
    return client.get(address_of(provider), follow=True)


def test_a_visitor_reads_what_the_provider_is_who_says_so_and_how_to_write_to_it(client):
    provider = ProviderFactory(name="Encyclopædia")
    ProviderProfileFactory(
        organisation=provider,
        contact_url="https://provider.example/contact",
        contact_email="contact@provider.example",
        source_url="https://region.example/release",
        **FACTS,
    )
    resource = ResourceFactory(provider=provider, name="Universal")
    training = TrainingFactory(resource=resource, title_en="Quote a source")
    SessionFactory(training=training, resource=resource)

    answer = page_of(client, provider)
    page = answer.text

    assert answer.request["PATH_INFO"].endswith("/encyclopaedia/")
    for words in (
        "An encyclopaedia.",
        "Communiqué du 16 avril 2020",
        'href="https://region.example/release"',
        'href="https://provider.example/contact"',
        'href="mailto:contact@provider.example"',
        "Universal",
        "Quote a source",
        "1 session to come",
        "Enrolment is open",
    ):
        assert words in page, words


def test_without_a_public_contact_the_page_says_whom_to_ask(client, settings):
    settings.CONTACT_ADDRESS = "help@region.example"
    provider = ProviderFactory(name="Madmagzine")

    page = page_of(client, provider).text

    assert "No public address of Madmagzine has been recorded." in page
    assert 'href="mailto:help@region.example"' in page
    assert "No session is planned at the moment" in page


def test_neither_drafts_nor_unpublished_trainings_nor_what_others_hold_stand_there(client):
    provider = ProviderFactory()
    resource = ResourceFactory(provider=provider)
    SessionFactory(resource=resource, training__title_en="Draft", state=SessionState.DRAFT)
    hidden = TrainingFactory(resource=resource, title_en="Hidden", is_published=False)
    SessionFactory(resource=resource, training=hidden)
    SessionFactory(training__title_en="Of somebody else")
    SessionFactory(resource=resource, training__title_en="Own")

    answer = page_of(client, provider)

    assert [row.session.title for row in answer.context["rows"]] == ["Own"]
    assert "Hidden" not in answer.text


def test_a_school_is_no_provider(client):
    school = OrganisationFactory()

    assert client.get(address_of(school)).status_code == 404


def test_a_refused_teacher_is_led_to_the_provider_and_so_is_everybody_else(client):
    session = SessionFactory()
    provider = session.resource.provider
    at = reverse(
        "training:provider", args=[provider.public_id, provider.name.lower().replace(" ", "-")]
    )
    teacher = TeacherFactory()

    visitor = client.get(session.get_absolute_url()).text
    client.force_login(teacher)
    refused = client.get(session.get_absolute_url()).text

    assert f'href="{at}"' in visitor
    part = refused.partition('id="seats"')[2].partition("</section>")[0]
    assert f'href="{at}#contact"' in part
    assert "Why you can’t enrol" in part


def test_a_leader_who_reads_wishes_is_led_to_the_provider(client):
    teacher = TeacherFactory()
    leader = MembershipFactory(organisation=teacher.schools[0], role=Role.LEADER).person
    session = SessionFactory()
    wishes.ask(session=session, person=teacher)
    client.force_login(leader)

    page = client.get(reverse("training:wishes")).text

    assert f"/providers/{session.resource.provider.public_id}/" in page


def test_the_page_costs_the_same_few_queries_for_5_and_for_50_rows(client):
    provider, counts = ProviderFactory(), []
    for number in (5, 45):
        for _ in range(number):
            resource = ResourceFactory(provider=provider)
            SessionFactory(resource=resource, training=TrainingFactory(resource=resource))
        with CaptureQueriesContext(connection) as queries:
            page_of(client, provider)
        counts.append(len(queries))

    assert counts[0] == counts[1]


# The registrar


@pytest.fixture
def registrar(client):
    registrar = RegistrarFactory(language="en")
    people.derive_groups(registrar)
    client.force_login(registrar)
    return registrar


OF_A_SERVICE = {"is_of_a_service": "on"}


def form_of(provider, **given) -> dict:
    empty = dict.fromkeys(
        ("about_fr", "about_en", "source", "source_url", "website", "contact_url", "contact_email"),
        "",
    )
    return empty | {"organisation": provider.pk} | given


def test_a_registrar_writes_the_contact(client, registrar):
    provider = ProviderFactory()

    client.post(
        reverse("provider_profiles:add"),
        form_of(
            provider, contact_email="abonnes.numerique@provider.example", **OF_A_SERVICE, **FACTS
        ),
    )

    assert "abonnes.numerique@provider.example" in page_of(client, provider).text


def test_a_changed_address_is_asked_anew_and_the_same_one_is_not(client, registrar):
    profile = ProviderProfileFactory(contact_email="contact@provider.example")
    address = reverse("provider_profiles:edit", args=[profile.pk])
    provider, other = profile.organisation, "anne.martin@provider.example"

    shown = client.get(address).context["form"]
    client.post(address, form_of(provider, contact_email="contact@provider.example", **FACTS))
    refused = client.post(address, form_of(provider, contact_email=other, **FACTS))
    profile.refresh_from_db()

    assert not shown["is_of_a_service"].value()  # a tick of another address isn’t kept
    assert profile.about_en == FACTS["about_en"]
    assert profile.contact_email == "contact@provider.example"
    assert "Tick that it is a service’s address" in refused.text
    assert f'value="{other}"' in refused.text

    client.post(address, form_of(provider, contact_email=other, **OF_A_SERVICE, **FACTS))
    profile.refresh_from_db()

    assert profile.contact_email == other


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        pytest.param(
            {"contact_email": "zoe@provider.example"} | OF_A_SERVICE, "account", id="of an account"
        ),
        pytest.param(
            {"contact_email": "anne.martin1@provider.example"},
            "own address",
            id="not said to be a service’s",
        ),
        pytest.param({"contact_url": "http://provider.example"}, "valid URL", id="not https"),
        pytest.param({"contact_url": "javascript:alert(1)"}, "valid URL", id="a script"),
        pytest.param(FACTS | {"source": ""}, "Say which text", id="facts without a source"),
        pytest.param(FACTS | {"about_en": ""}, "both languages", id="one language"),
    ],
)
def test_what_cannot_stand_in_public_is_refused_with_its_reason(client, registrar, given, refusal):
    TrainerFactory(email="Zoe@provider.example")
    provider = ProviderFactory()

    answer = client.post(reverse("provider_profiles:add"), form_of(provider, **given))

    assert refusal in answer.text
    assert not ProviderProfile.objects.exists()


def test_the_database_keeps_facts_without_a_source_out():
    with pytest.raises(IntegrityError), transaction.atomic():
        ProviderProfileFactory(**FACTS | {"source": ""})


def test_a_school_has_no_such_page(client, registrar):
    school = OrganisationFactory()

    answer = client.post(reverse("provider_profiles:add"), form_of(school))

    assert answer.status_code == 200
    assert not ProviderProfile.objects.exists()


def test_a_licence_that_was_over_leads_there_too(client):
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    licence = LicenceFactory(until=yesterday)
    session = SessionFactory(resource=licence.resource)
    client.force_login(TeacherFactory(works_at=licence.school))

    page = client.get(session.get_absolute_url()).text

    assert "contact and next sessions" in page
