"""Licences and the lycées of a region come from tables, seen before they are written."""

import datetime
from pathlib import Path

import pytest
from django.conf import settings

from courses.catalogue.models import Licence
from courses.people.models import Organisation
from tests.factories.catalogue import LicenceFactory, ResourceFactory
from tests.factories.csv_pages import LICENCES, choose, said, shown, write
from tests.factories.people import (
    OrganisationFactory,
    ProviderFactory,
    RegistrarFactory,
    SubjectFactory,
    TeacherFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    return OrganisationFactory(name="Lycée Malherbe", uai="0140013N")


@pytest.fixture
def adviser(client):
    adviser = RegistrarFactory()
    client.force_login(adviser)
    return adviser


def test_what_looks_like_a_formula_is_harmless_in_the_export(client, adviser):
    LicenceFactory(contact="=HYPERLINK(1)", resource=ResourceFactory(slug="madmagz"))

    file = client.get("/en/licences/export/")

    assert b",'=HYPERLINK(1)" in file.content
    assert shown(choose(client, file.content, LICENCES)) == []


def test_licences_are_seen_then_written(client, adviser, school):
    ResourceFactory(slug="educarte", name="Educ’Arte")
    SubjectFactory(code="francais")
    by_login, by_address = (
        TeacherFactory(login="zoe", works_at=school),
        TeacherFactory(email="Lea@lycee.example", works_at=school),
    )
    table = (
        "ressource;établissement;pour qui;depuis;jusqu’au;disciplines;enseignants\n"
        "educarte;0140013N;;2026-09-01;2027-08-31;;\n"
        "Educ’Arte;0140013N;disciplines;2026-09-01;;francais;\n"
        "educarte;0140013N;nominatif;01/09/2026;;;zoe lea@lycee.example\n"
    )

    page = choose(client, table, LICENCES)
    after = write(client, page, LICENCES)

    assert [line[1] for line in shown(page)] == ["new"] * 3
    assert said(after) == ["3 lines are saved."]
    assert set(Licence.objects.values_list("scope", "until", "subjects__code", "teachers")) == {
        ("school", datetime.date(2027, 8, 31), None, None),
        ("subjects", None, "francais", None),
        ("named", None, None, by_login.pk),
        ("named", None, None, by_address.pk),
    }
    assert shown(choose(client, table, LICENCES)) == []


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("nothing;0140013N;;2026-09-01;;;", "No resource is known as “nothing”."),
        ("educarte;9999999Z;;2026-09-01;;;", "No school has the UAI “9999999Z”."),
        ("educarte;0140013N;some;2026-09-01;;;", "“some” is not understood."),
        ("educarte;0140013N;;;;;", "Give the first day of the licence."),
        ("educarte;0140013N;;2026-09-01;2026-08-31;;", "The last day is before the first."),
        ("educarte;0140013N;subjects;2026-09-01;;;", "Name the subjects of this licence."),
        (
            "educarte;0140013N;named;2026-09-01;;;elsewhere",
            "These people do not teach at this school: elsewhere.",
        ),
    ],
)
def test_a_wrong_licence_says_why(client, adviser, school, line, reason):
    ResourceFactory(slug="educarte")
    TeacherFactory(login="elsewhere")

    page = choose(
        client, f"resource;school;for whom;from;until;subjects;teachers\n{line}\n", LICENCES
    )

    assert [problem for line in shown(page) for problem in line[3]] == [reason]


# Organisations
ORGANISATIONS = "/en/organisations/import/"

LYCEES = Path("courses/people/data/normandy_lycees.csv")


def test_the_lycees_of_a_region_come_from_the_ministrys_file_as_it_is(client, adviser):
    Organisation.objects.schools().delete()
    table = (settings.BASE_DIR / LYCEES).read_text()

    page = choose(client, table, ORGANISATIONS)
    assert (
        Organisation.objects.schools().count(),
        {state for _line, state, *_rest in shown(page)},
    ) == (0, {"new"})
    write(client, page, ORGANISATIONS)

    malherbe = Organisation.objects.get(uai="0140013N")
    assert Organisation.objects.schools().count() == 267
    assert (malherbe.name, malherbe.city, malherbe.official_name) == (
        "Lycée Malherbe",
        "Caen",
        "LYCÉE MALHERBE",
    )
    assert "Everything in this table is saved already." in choose(client, table, ORGANISATIONS).text


def test_a_school_is_found_by_its_uai_and_a_provider_by_its_name(client, adviser, school):
    ProviderFactory(name="Educarte Formation", city="")
    table = (
        "uai,name,kind,city,pilot\n0140013N,Lycée de Malherbe,,Caen,yes\n,educarte"
        " formation,provider,Rouen,\n"
    )

    write(client, choose(client, table, ORGANISATIONS), ORGANISATIONS)

    school.refresh_from_db()
    assert (school.name, school.city, school.is_pilot) == ("Lycée de Malherbe", "Caen", True)
    assert [one.city for one in Organisation.objects.providers()] == ["Rouen"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (",Lycée X,school", "Give the school’s UAI."),
        ("123,Lycée X,school", "“123” is not the UAI of a school."),
        ("0140013N,Educarte,provider", "“0140013N” is not the UAI of a school."),
        (",Educarte,club", "This line doesn’t say what it is."),
        ("0140013N,,school", "Give the organisation’s name."),
        (f",{'x' * 161},provider", "This is longer than 160 characters."),
    ],
)
def test_a_wrong_line_of_organisations_says_why_and_nothing_is_written(
    client, adviser, line, reason
):
    before = Organisation.objects.count()

    page = choose(client, f"uai,name,kind\n{line}\n", ORGANISATIONS)
    write(client, page, ORGANISATIONS)

    assert shown(page)[0][1:] == ("wrong", [], [reason])
    assert Organisation.objects.count() == before


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_download_of_organisations_comes_back_without_a_change(
    client, adviser, school, language
):
    ProviderFactory(name="Educarte Formation")
    file = client.get(f"/{language}/organisations/export/").content

    assert "Educarte Formation" in file.decode()
    assert shown(choose(client, file, ORGANISATIONS)) == []
