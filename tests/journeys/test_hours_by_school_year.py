"""A teacher's certified hours by school year: on a page, and on paper."""

import datetime
import subprocess

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.documents.models import Paper
from tests.factories.certificates import certificate_of
from tests.factories.people import PlannerFactory, TeacherFactory
from tests.factories.worker import run_worker
from training.models import Certificate, Session
from training.queries.certificates import hours_of
from training.services import certificate_corrections as corrections
from training.services import certificates
from training.values import CertificateChange

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]


@pytest.fixture
def teacher():
    return TeacherFactory(given_name="Camille", family_name="Moreau")


def held_on(certificate: Certificate, day: str) -> Certificate:
    """The same certificate, of a session that ended at 18:00 in Paris that day."""
    ended = datetime.datetime.fromisoformat(f"{day}T18:00+02:00")
    session = Session.objects.filter(pk=certificate.enrolment.session_id)
    session.update(starts_at=ended - datetime.timedelta(hours=1), ends_at=ended)
    return certificate


def as_shown(person) -> list[tuple[str, int, int]]:
    hours = hours_of(person, at=datetime.datetime.now(datetime.UTC))
    return [(year.name, len(year.certificates), year.minutes) for year in hours.years]


def test_hours_stand_under_the_school_year_in_which_a_training_ended(teacher):
    for day in ("2025-08-31", "2025-09-01", "2026-06-30", "2026-09-02"):
        held_on(certificate_of(teacher=teacher), day)

    assert as_shown(teacher) == [("2026–2027", 1, 80), ("2025–2026", 2, 160), ("2024–2025", 1, 80)]


def test_a_revoked_certificate_counts_no_more_and_a_corrected_one_once(teacher):
    revoked, wrong = certificate_of(teacher=teacher), certificate_of(teacher=teacher)
    planner = PlannerFactory()
    certificates.revoke(certificate=revoked, reason="Wrong person", by=planner)
    asked = corrections.ask(
        certificate=wrong, change=CertificateChange(minutes=90), reason="By telephone"
    )
    corrections.replace(request=asked, by=planner, minutes=85, reason="Confirmed")

    assert as_shown(teacher) == [("2026–2027", 1, 85)]


def test_the_page_and_the_paper_say_the_same_sum(client, teacher):
    first, second = certificate_of(teacher=teacher), certificate_of(teacher=teacher)
    client.force_login(teacher)

    page = client.get(reverse("training:hours")).content.decode().replace("\xa0", " ")
    for _tap in range(2):
        client.post(reverse("training:hours_on_paper"))
    run_worker()

    paper = Paper.objects.get(kind="training.hours")
    drawn = subprocess.run(
        ["pdftotext", "-", "-"], input=paper.file.read(), check=True, capture_output=True
    ).stdout.decode()
    words = " ".join(drawn.replace("\xa0", " ").split())
    assert "2 h 40" in page
    for expected in ("2 h 40", "Camille MOREAU", first.code, second.number):
        assert expected in words


def test_the_paper_is_its_owners_alone(client, teacher):
    certificate_of(teacher=teacher)
    client.force_login(teacher)
    client.post(reverse("training:hours_on_paper"))
    address = reverse("people:paper", args=[Paper.objects.get().public_id])

    mine = client.get(address)
    client.force_login(TeacherFactory())

    assert (mine.status_code, client.get(address).status_code) == (200, 404)


@pytest.mark.parametrize("name", ["training:hours", "training:certificates"])
def test_pages_cost_the_same_for_one_certificate_and_for_five(
    client, teacher, django_assert_num_queries, name
):

    client.force_login(teacher)
    certificate_of(teacher=teacher)
    with CaptureQueriesContext(connection) as once:
        client.get(reverse(name))
    for _more in range(4):
        certificate_of(teacher=teacher)

    with django_assert_num_queries(len(once)):
        client.get(reverse(name))
