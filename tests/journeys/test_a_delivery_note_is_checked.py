"""Officers of the Region check a delivery note; what they contest, training planners answer."""

import datetime
import io
import re

import pikepdf
import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories.catalogue import ResourceFactory
from tests.factories.deliveries import OCTOBER, delivered, pressed
from tests.factories.markup import shows
from tests.factories.people import OfficerFactory, PlannerFactory, TeacherFactory, TrainerFactory
from tests.factories.worker import run_worker
from training.enums import DeliveryState
from training.exceptions import (
    AnswerWithoutWords,
    NoteNotContested,
)
from training.models import DeliveryNote, SheetLine
from training.services import attendance, deliveries

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-12T12:00")]


@pytest.fixture
def resource():
    return ResourceFactory(name="Educ’Arte")


@pytest.fixture
def trainer(resource):
    return TrainerFactory(works_for=resource.provider, family_name="Leroy", given_name="Claire")


@pytest.fixture
def teachers():
    return TeacherFactory.create_batch(9)


def test_an_officer_makes_a_note_checks_it_and_takes_the_pdf(client, resource, trainer, teachers):
    delivered(resource, trainer, "2026-10-06", present=teachers[:6])
    officer = OfficerFactory(language="en")
    client.force_login(officer)

    before = client.get(reverse("training:delivery_notes"), headers={"Accept-Language": "en"}).text
    made = pressed(
        client, officer, "make_delivery_note", resource.provider.public_id, month="2026-10"
    )
    note = DeliveryNote.objects.get()
    run_worker()
    checked = pressed(client, officer, "find_note_right", note.public_id)
    file = client.get(reverse("training:delivery_note_file", args=[note.public_id]))
    assert file["Cache-Control"] == "private, no-store"  # it names trainers

    assert "Make the note" in before
    assert "Delivery note no. 2026-0001" in made.text
    assert "Note no. 2026-0001 is right." in checked.text
    note.refresh_from_db()
    assert (note.state, note.checked_by) == (DeliveryState.RIGHT, officer)
    with pikepdf.open(io.BytesIO(b"".join(file))) as pdf:
        assert (len(pdf.pages), str(pdf.docinfo["/Title"])) == (
            1,
            "Bon de livraison n°\N{NO-BREAK SPACE}2026-0001",
        )


def test_minutes_of_one_person_make_no_corrected_note_and_the_planner_answers_the_officer(
    client, resource, trainer, teachers
):
    delivered(resource, trainer, "2026-10-06", present=teachers[:6])
    officer, planner = OfficerFactory(language="en"), PlannerFactory(language="en")
    note = deliveries.make(provider=resource.provider, month=OCTOBER)
    pressed(client, officer, "contest_note", note.public_id, reason="The invoice says 2 h.")
    line = SheetLine.objects.participants().first()
    attendance.correct(line=line, minutes=50, reason="Left early", by=planner)

    same = pressed(client, planner, "correct_note", note.public_id)
    sheet = reverse("training:sheet", args=[line.sheet.public_id])
    pressed(client, planner, "answer_note", note.public_id, answer="It was 1 h 30, by the room.")
    planners_page = client.get(reverse("today:home"), follow=True).text
    client.force_login(officer)
    officers_page = client.get(reverse("today:home"), follow=True).text
    read = client.get(reverse("training:delivery_note", args=[note.public_id])).text
    pressed(client, officer, "find_note_right", note.public_id)

    assert "nothing that stands on it has changed" in same.text
    assert "the minutes of each person are corrected, not the hours of the date" in same.text
    assert sheet in same.text
    assert sheet not in read
    assert "The invoice says 2 h." not in planners_page
    assert "1 delivery note to check" in officers_page
    assert "It was 1 h 30, by the room." in read
    note.refresh_from_db()
    assert (note.state, note.reason, note.answer, note.answered_by) == (
        DeliveryState.RIGHT,
        "The invoice says 2 h.",
        "It was 1 h 30, by the room.",
        planner,
    )


def test_an_answer_is_given_to_a_contest_and_a_new_contest_waits_again(
    client, resource, trainer, teachers
):
    delivered(resource, trainer, "2026-10-06", present=teachers[:6])
    officer, planner = OfficerFactory(), PlannerFactory()
    note = deliveries.make(provider=resource.provider, month=OCTOBER)

    with pytest.raises(NoteNotContested):
        deliveries.answer(note=note, words="It stays", by=planner)
    deliveries.contest(note=note, reason="Too long", by=officer)
    with pytest.raises(AnswerWithoutWords):
        deliveries.answer(note=note, words="", by=planner)
    waiting = [list(DeliveryNote.objects.contested())]
    deliveries.answer(note=note, words="It stays", by=planner)
    waiting.append(list(DeliveryNote.objects.contested()))
    deliveries.contest(note=note, reason="It doesn’t", by=officer)
    waiting.append(list(DeliveryNote.objects.contested()))

    client.force_login(officer)
    page = client.get(reverse("training:delivery_note", args=[note.public_id])).text

    assert waiting == [[note], [], [note]]
    quotes = re.findall(r'<blockquote class="quoted">(.*?)</blockquote>', page)
    assert quotes == ["It doesn’t", "Too long", "It stays"]  # the earlier exchange stays readable
    note.refresh_from_db()
    assert (note.reason, note.answer, note.answered_by) == ("It doesn’t", "", None)


def test_every_contested_note_stands_on_the_planners_first_page(client, teachers):
    """There were five at most."""
    for _each in range(7):
        one = ResourceFactory()
        leads = TrainerFactory(works_for=one.provider)
        delivered(one, leads, "2026-10-06", present=teachers[:6])
        note = deliveries.make(provider=one.provider, month=OCTOBER)
        deliveries.contest(note=note, reason="Too long", by=OfficerFactory())
    client.force_login(PlannerFactory(language="en"))

    page = client.get(reverse("today:home"), follow=True).text

    numbers = [number for number in range(1, 8) if f"no. 2026-{number:04d} is contested" in page]
    assert numbers == [1, 2, 3, 4, 5, 6, 7]


def test_a_note_asks_no_more_for_many_dates_and_resources(client, resource, trainer, teachers):
    """Also where it says whether a corrected one would differ."""
    client.force_login(OfficerFactory())

    def asked(month: datetime.date) -> int:
        note = deliveries.make(provider=resource.provider, month=month)
        address = reverse("training:delivery_note", args=[note.public_id])
        client.get(address)
        with CaptureQueriesContext(database) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    delivered(resource, trainer, "2026-09-08", present=teachers[:6])
    few = asked(datetime.date(2026, 9, 1))
    for day in ("2026-10-06", "2026-10-13", "2026-10-20"):
        delivered(resource, trainer, day, present=teachers)
        other = ResourceFactory(provider=resource.provider)
        delivered(other, TrainerFactory(works_for=resource.provider), day, present=teachers)

    assert asked(OCTOBER) <= few


def test_an_answer_is_asked_for_without_numbers_of_people(client, resource, trainer, teachers):
    """Beside the month's absent people, hidden or not, a number of those present would tell who wasn't."""
    absent_ones = TeacherFactory.create_batch(2, works_at=teachers[0].schools[0])
    delivered(resource, trainer, "2026-10-06", present=teachers, absent_ones=absent_ones)
    note = deliveries.make(provider=resource.provider, month=OCTOBER)
    deliveries.contest(note=note, reason="We counted others.", by=OfficerFactory())
    client.force_login(PlannerFactory(language="en"))

    page = client.get(reverse("training:delivery_note", args=[note.public_id])).text

    assert "hidden-cell" in page
    assert shows(page, "No participant, and no number of people: beside those that are published")
