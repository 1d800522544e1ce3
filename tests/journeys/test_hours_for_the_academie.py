"""The certified hours of a school year as a file for the académie's own tool."""

import csv
import datetime
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from tests.factories.attendance import held_session
from tests.factories.certificates import certificate_of
from tests.factories.people import (
    OrganisationFactory,
    PlannerFactory,
    ProviderFactory,
    TeacherFactory,
)
from training.models import Certificate, Session
from training.services import certificate_corrections as corrections
from training.services import certificates
from training.values import CertificateChange

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]

FILE = "training:export_hours"


@pytest.fixture
def planner(client):
    planner = PlannerFactory(language="en")
    client.force_login(planner)
    return planner


def lines_of(client, **asked) -> list[dict]:
    answer = client.get(reverse(FILE, query=asked))
    text = answer.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def held_on(certificate: Certificate, day: str) -> Certificate:
    """The same certificate, of a session that ended at 18:00 in Paris that day."""
    ended = datetime.datetime.fromisoformat(f"{day}T18:00+02:00")
    Session.objects.filter(pk=certificate.enrolment.session_id).update(
        starts_at=ended - datetime.timedelta(hours=1), ends_at=ended
    )
    return certificate


def test_each_teacher_and_training_has_a_line_with_what_the_academie_knows(client, planner):
    school = OrganisationFactory(name="Lycée Ada", city="Caen", uai="0140001A")
    teacher = TeacherFactory(
        login="cmoreau", given_name="Camille", family_name="Moreau", works_at=school
    )
    first, second = certificate_of(teacher=teacher), certificate_of(teacher=teacher)

    lines = lines_of(client)

    session = first.enrolment.session
    assert lines[0] == {
        "Login": "cmoreau",
        "Name on the certificate": "Camille MOREAU",
        "School": "Lycée Ada, Caen",
        "UAI": "0140001A",
        "Training": first.content["en"]["title"],
        "Resource": session.resource.name,
        "Provider": session.resource.provider.name,
        "First date": "24/11/2026",
        "Last date": "24/11/2026",
        "Minutes": "80",
        "Hours": "1.33",
        "Number": first.number,
        "Code": first.code,
        "Issued on": "25/11/2026",
        "State": "Valid",
    }
    assert [line["Number"] for line in lines] == [first.number, second.number]


def test_the_file_names_the_provider_for_whom_the_session_was_planned(client, planner):
    session = certificate_of().enrolment.session
    planned_for = session.provider.name
    session.training.resource.provider = ProviderFactory(name="The next provider")
    session.training.resource.save()

    sent = client.get(reverse(FILE)).content.decode("utf-8-sig")

    assert planned_for in sent
    assert "The next provider" not in sent


def test_the_newest_version_counts_and_a_revoked_one_counts_zero(client, planner):
    revoked, wrong, gone = [certificate_of() for _each in range(3)]
    certificates.revoke(certificate=revoked, reason="Wrong person", by=planner)
    asked = corrections.ask(
        certificate=wrong, change=CertificateChange(minutes=90), reason="By telephone"
    )
    right = corrections.replace(request=asked, by=planner, minutes=85, reason="Confirmed")
    gone.person.erased_at = timezone.now()
    gone.person.save()

    lines = lines_of(client)

    assert {line["Number"]: (line["Minutes"], line["State"]) for line in lines} == {
        right.number: ("85", "Valid"),
        revoked.number: ("0", "Revoked"),
    }


def test_a_training_is_in_the_file_of_the_school_year_in_which_it_ended(client, planner):
    last = held_on(certificate_of(), "2026-08-31")
    first = held_on(certificate_of(), "2026-09-01")

    assert [line["Number"] for line in lines_of(client, year="2025")] == [last.number]
    assert [line["Number"] for line in lines_of(client, year="2026")] == [first.number]
    assert [line["Number"] for line in lines_of(client)] == [first.number]  # the newest
    assert [line["Number"] for line in lines_of(client, year="99999")] == [first.number]


def test_no_cell_is_a_formula(client, planner):
    session = held_session(training__title_en="=1+1", training__title_fr="=1+1")
    certificate = certificate_of(session=session)
    words = {code: {**certificate.content[code], "name": "+cmd"} for code in ("fr", "en")}
    Certificate.objects.filter(pk=certificate.pk).update(content=words)

    (line,) = lines_of(client)

    assert (line["Training"], line["Name on the certificate"]) == ("'=1+1", "'+cmd")


def test_in_french_hours_have_a_comma(client, planner):
    certificate_of()
    client.force_login(PlannerFactory(language="fr"))

    address = reverse(FILE).replace("/en/", "/fr/")
    text = client.get(address).content.decode("utf-8-sig")

    assert ";80;1,33;" in text


def test_who_took_it_is_logged_and_without_certificates_there_is_none(client, planner):
    empty = client.get(reverse(FILE))
    certificate_of()
    client.get(reverse(FILE))

    entry = ModelLogEntry.objects.get(action="training.export_hours")
    assert (entry.user_id, entry.data) == (planner.pk, {"year": "2026–2027"})
    assert empty.status_code == 302


def test_it_costs_the_same_for_two_lines_and_for_seven(client, planner, django_assert_num_queries):
    for _each in range(2):
        certificate_of()
    with CaptureQueriesContext(connection) as once:
        client.get(reverse(FILE))
    for _more in range(5):
        certificate_of()

    with django_assert_num_queries(len(once)):
        client.get(reverse(FILE))
