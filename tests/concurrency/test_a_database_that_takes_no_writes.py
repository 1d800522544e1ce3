"""A replica, or a disk that is full: what is read goes on, and who writes is told when to come back."""

import uuid

import pytest
from django.urls import reverse

from continuity.models import Reply, WeekOpening
from tests.concurrency.outages import read_only
from tests.factories import answers
from tests.factories.continuity import SchoolClassFactory, StudentFactory, teaching
from tests.factories.launches import ConnectionFactory, press_open, reader_of
from tests.factories.people import PersonFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_reading_goes_on_and_a_write_is_503_with_a_time(client):
    client.raise_request_exception = False
    person = PersonFactory(password="Pont-Levis-27")
    form = {"username": person.login, "password": "Pont-Levis-27"}

    with read_only():
        read = client.get("/fr/trainings/")
        written = client.post("/fr/login/", form)

    assert read.status_code == 200
    assert (written.status_code, written.headers["Retry-After"]) == (503, "30")
    assert client.post("/fr/login/", form).status_code == 302


def test_a_week_is_read_while_its_first_view_of_the_day_cannot_be_noted(client):
    student = StudentFactory(in_class=SchoolClassFactory())
    client.force_login(student)

    with read_only():
        read = client.get("/fr/week/")
    noted_meanwhile = WeekOpening.objects.count()
    client.get("/fr/week/")

    assert (read.status_code, noted_meanwhile) == (200, 0)
    assert WeekOpening.objects.get().student == student


def test_answers_and_replies_are_read_while_nobody_can_note_that_they_were(client):
    of = teaching()
    student = StudentFactory(in_class=of.school_class)
    feedback = answers.returned(answers.waiting(of, student))
    word = Reply.objects.create(feedback=feedback, author=student, text="Merci !", key=uuid.uuid4())
    pages = {
        student: reverse("continuity:answer", args=[feedback.handin.public_id]),
        of.teacher: reverse("continuity:write_answer", args=[feedback.handin.public_id]),
    }

    read = {}
    for person, page in pages.items():
        client.force_login(person)
        with read_only():
            read[person] = client.get(page).status_code
        feedback.refresh_from_db()
        word.refresh_from_db()
        assert (feedback.read_at, word.read_at) == (None, None)
    for person, page in pages.items():
        client.force_login(person)
        client.get(page)
    feedback.refresh_from_db()
    word.refresh_from_db()

    assert set(read.values()) == {200}
    assert None not in (feedback.read_at, word.read_at)


def test_a_resource_that_cannot_be_opened_says_what_to_do_meanwhile(settings):
    settings.ONE_CLICK_LOGINS = True  # where the practice resource answers
    given = ConnectionFactory(resource__name="Madmagz")
    client, _student = reader_of(given)
    client.raise_request_exception = False

    with read_only():
        refused = press_open(client, given.resource)

    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "30")
    assert "can’t be opened from here for the moment" in refused.text
    assert "whoever gave it says what to do meanwhile" in refused.text
    assert press_open(client, given.resource).status_code == 200
