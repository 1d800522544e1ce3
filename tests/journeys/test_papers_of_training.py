"""Papers of training: the notice of enrolment for the school's leader, the sheet to sign."""

import datetime
import io
import subprocess

import pikepdf
import pytest
from django.urls import reverse

from courses.agenda.values import Hours
from courses.documents.models import Paper
from tests.factories.attendance import seated
from tests.factories.people import PlannerFactory, TeacherFactory
from tests.factories.training import SessionFactory, in_a_week
from tests.factories.worker import run_worker
from training.enums import EnrolmentState

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def session_of(dates: int):
    start = in_a_week()
    return SessionFactory(
        hours=[Hours(start + n * DAY, start + n * DAY + DAY / 24) for n in range(dates)]
    )


def drawn(client, address) -> bytes:
    """What the worker drew after one press; a second press asks for the same paper."""
    asked = {client.post(address).url for _tap in range(2)}
    assert len(asked) == 1
    run_worker()
    paper = Paper.objects.get()
    assert client.get(asked.pop()).status_code == 200
    answer = client.get(reverse("people:paper_file", args=[paper.public_id]))
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def words_of(pdf: bytes) -> str:
    read = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    )
    return " ".join(read.stdout.decode().split())


def sizes_of(pdf: bytes) -> list[tuple[int, int]]:
    """Width and height of each page in millimetres."""
    with pikepdf.open(io.BytesIO(pdf)) as file:
        boxes = [[float(side) for side in page.mediabox] for page in file.pages]
    return [(round(box[2] * 25.4 / 72), round(box[3] * 25.4 / 72)) for box in boxes]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_notice_of_enrolment_is_a_notice_and_no_mission_order(client, language):
    session = session_of(2)
    teacher = TeacherFactory(given_name="Zoé", family_name="Delaunay", language=language)
    enrolment = seated(session, teacher)
    client.force_login(teacher)
    address = reverse("training:ask_for_notice", args=[enrolment.public_id])
    assert address in client.get(reverse("training:mine")).content.decode()

    pdf = drawn(client, address)

    words = words_of(pdf)
    for said in (teacher.display_name, str(enrolment.school), session.resource.provider.name):
        assert said in words
    assert "convocation" not in words.casefold()
    if language == "fr":
        assert "Avis d’inscription" in words
        assert "Il ne vaut pas ordre de mission" in words
        assert words.count("17 h 00 à 18 h 00") == 2
    else:
        assert "It is no mission order" in words
        assert words.count("17:00 to 18:00") == 2
    assert sizes_of(pdf) == [(210, 297)]


def test_a_notice_is_the_teacher_s_own_and_of_a_seat(client):
    enrolment = seated(session_of(1))
    address = reverse("training:ask_for_notice", args=[enrolment.public_id])
    client.force_login(TeacherFactory())
    assert client.post(address).status_code == 404

    type(enrolment).objects.filter(pk=enrolment.pk).update(state=EnrolmentState.CANCELLED)
    client.force_login(enrolment.teacher)
    client.post(address)

    assert not Paper.objects.exists()


@pytest.mark.parametrize(
    ("dates", "sizes"),
    [(1, [(210, 297)]), (2, [(210, 297)]), (3, [(297, 210)]), (6, [(297, 210)] * 2)],
)
def test_a_sheet_to_sign_has_a_line_a_person_and_a_column_a_date_on_a4(client, dates, sizes):
    session = session_of(dates)
    names = [seated(session).teacher.display_name for _person in range(5)]
    client.force_login(PlannerFactory(language="fr"))

    pdf = drawn(client, reverse("training:ask_for_sign_in", args=[session.public_id]))

    words = words_of(pdf)
    assert all(words.count(name) == len(sizes) for name in names)
    assert words.count("17 h 00 à 18 h 00") == dates
    assert sizes_of(pdf) == sizes
