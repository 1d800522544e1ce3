"""The catalogue, open to anyone: words, filters, order, months."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.people.models import Person
from tests.factories.catalogue import LicenceFactory, ResourceFactory
from tests.factories.people import TeacherFactory, TrainerFactory
from tests.factories.training import SessionFactory, TrainingFactory, in_a_week
from training.enums import EnrolmentState, SessionState
from training.models import Enrolment, SessionChange
from training.services import enrolment as enrolments

pytestmark = pytest.mark.django_db

CATALOGUE, MONTH, MINE = "training:catalogue", "training:catalogue_month", "training:mine"


def titles(answer) -> list[str]:
    """The rows of the page, in order."""
    return [row.session.title for group in answer.context["groups"] for row in group["rows"]]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param("evaluation", True, id="T64 without the accent"),
        pytest.param("ÉVALUATION", True, id="in capitals"),
        pytest.param("encyclopedie eval", True, id="two words, from resource and title"),
        pytest.param("œuvre", True, id="a ligature in the summary"),
        pytest.param("oeuvre", True, id="the ligature written out"),
        pytest.param("assessment", True, id="the other language's title"),
        pytest.param("l'evaluation", True, id="the other apostrophe"),
        pytest.param("madmagz", False, id="another resource"),
        pytest.param("evaluation madmagz", False, id="one word of two"),
    ],
)
def test_words_are_found_without_minding_accents_in_either_language(client, words, found):
    resource = ResourceFactory(name="Encyclopédie Universelle")
    training = TrainingFactory(resource=resource, title_fr="L’évaluation", title_en="Assessment", summary_fr="Une œuvre, une note.")
    SessionFactory(resource=resource, training=training)
    SessionFactory(resource=ResourceFactory(name="Madmagzine"), training__title_en="Newspaper")

    answer = client.get(reverse(CATALOGUE), {"q": words})

    assert ("Assessment" in titles(answer)) == found


def test_sessions_open_to_me_come_first_and_the_others_say_why_not(client):
    licence = LicenceFactory()
    foreign = SessionFactory(training__title_en="Foreign", starts_at=in_a_week(hour=9))
    own = SessionFactory(resource=licence.resource, training__title_en="Own", starts_at=in_a_week(hour=18))
    client.force_login(TeacherFactory(works_at=licence.school))

    answer = client.get(reverse(CATALOGUE))
    only = client.get(reverse(CATALOGUE), {"mine": "on"})

    assert titles(answer) == ["Own", "Foreign"]
    assert f"{licence.school.name} has no subscription to {foreign.resource.name}." in answer.content.decode()
    assert titles(only) == [own.title]


def test_past_sessions_stand_apart_and_drafts_nowhere(client):
    SessionFactory(training__title_en="To come")
    SessionFactory(training__title_en="Held", starts_at=timezone.now() - datetime.timedelta(days=3))
    SessionFactory(training__title_en="Hidden", state=SessionState.DRAFT)

    assert titles(client.get(reverse(CATALOGUE))) == ["To come"]
    assert titles(client.get(reverse(CATALOGUE), {"when": "past"})) == ["Held"]


def test_filters_survive_pages_the_month_and_the_other_language(client):
    resource = ResourceFactory(slug="educarte")
    for n in range(25):
        SessionFactory(resource=resource, starts_at=in_a_week() + datetime.timedelta(hours=n))
    SessionFactory(training__title_en="Another resource")

    page = client.get(reverse(CATALOGUE), {"resource": "educarte", "language": "fr", "page": "2"})

    shown = page.content.decode()
    assert len(titles(page)) == 5
    assert "?resource=educarte&amp;language=fr&amp;page=1" in shown
    assert f"{reverse(MONTH)}?resource=educarte&amp;language=fr" in shown
    assert "/fr/trainings/?resource=educarte&amp;language=fr" in shown


def test_a_filter_that_makes_no_sense_is_left_out(client):
    SessionFactory(training__title_en="To come")

    for query in ({"language": "tlh"}, {"page": "many"}, {"when": "never"}):
        assert titles(client.get(reverse(CATALOGUE), query)) == ["To come"]
    assert client.get(reverse(MONTH), {"month": "2026-13"}).status_code == 200


def test_nothing_found_says_so_and_leads_back(client):
    SessionFactory()

    shown = client.get(reverse(CATALOGUE), {"q": "zzz"}).content.decode()

    assert "No session for these filters" in shown
    assert f'href="{reverse(CATALOGUE)}"' in shown


def test_the_month_shows_its_meetings_and_leads_to_its_neighbours(client):
    start = timezone.make_aware(datetime.datetime(2027, 2, 3, 10, 0))
    SessionFactory(training__title_en="In February", starts_at=start)

    february = client.get(reverse(MONTH), {"month": "2027-02"}).content.decode()
    march = client.get(reverse(MONTH), {"month": "2027-03"}).content.decode()

    assert "In February" in february
    assert "10:00" in february
    assert "month=2027-01" in february
    assert "month=2027-03" in february
    assert "In February" not in march
    assert "No session this month" in march


def test_a_moved_session_shows_what_was_and_what_is(client):
    session = SessionFactory()
    meeting = session.meetings.get()
    was = meeting.starts_at - datetime.timedelta(days=2)
    SessionChange.objects.create(
        session=session,
        meeting=meeting,
        was_starts_at=was,
        was_ends_at=was + datetime.timedelta(hours=1),
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        reason="Room taken",
    )

    for address in (reverse(CATALOGUE), session.get_absolute_url()):
        shown = client.get(address).content.decode()
        assert 'class="was"' in shown
    assert "Room taken" in shown


def test_a_cancelled_session_stays_in_its_place_with_the_reason(client):
    session = SessionFactory(state=SessionState.CANCELLED, cancel_reason="The trainer is ill.")

    for address in (reverse(CATALOGUE), session.get_absolute_url()):
        shown = client.get(address).content.decode()
        assert "Cancelled" in shown
        assert "The trainer is ill." in shown


def test_a_session_is_a_file_for_any_calendar(client):
    session = SessionFactory()
    meeting = session.meetings.get()

    for address in (
        reverse("training:session_ics", args=[session.public_id]),
        reverse("training:meeting_ics", args=[meeting.public_id]),
    ):
        answer = client.get(address)
        assert answer["Content-Type"].startswith("text/calendar")
        assert f"UID:{meeting.calendar_uid}".encode() in answer.content
        assert b"METHOD:PUBLISH" in answer.content


def a_busy_teacher(sessions: int) -> Person:
    """Somebody with so many seats and as many turns, all to come, in a catalogue of four times as many."""
    licence, trainer = LicenceFactory(), TrainerFactory()
    teacher = TeacherFactory(works_at=licence.school)
    training = TrainingFactory(resource=licence.resource)
    for state in (EnrolmentState.CONFIRMED, EnrolmentState.WAITING):
        for n in range(sessions):
            start = in_a_week() + datetime.timedelta(hours=n)
            mine = SessionFactory(resource=licence.resource, training=training, starts_at=start, led_by=trainer)
            Enrolment.objects.create(session=mine, teacher=teacher, school=licence.school, state=state)
    later = in_a_week() + datetime.timedelta(days=14)
    SessionFactory.create_batch(sessions, resource=licence.resource, training=training, starts_at=later, led_by=trainer)
    SessionFactory.create_batch(sessions, training=TrainingFactory(), starts_at=later, led_by=trainer)
    return teacher


def count_queries(person: Person, address: str) -> int:
    client = Client()
    client.force_login(person)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = client.get(address)
    assert answer.status_code == 200
    return len(queries)


@pytest.mark.parametrize("name", [CATALOGUE, MONTH, MINE])
def test_lists_cost_the_same_few_queries_for_5_and_for_200_rows(name):
    address = reverse(name)
    few, many = a_busy_teacher(2), a_busy_teacher(50)

    counts = count_queries(few, address), count_queries(many, address)

    assert counts[0] == counts[1] <= 12


def test_the_session_page_costs_the_same_few_queries_whatever_the_crowd(settings):
    settings.CACHES = settings.KEEP_PAGES  # the words above every page are kept
    licence = LicenceFactory()
    calm, crowded = SessionFactory.create_batch(2, resource=licence.resource, capacity=5)
    teacher = TeacherFactory(works_at=licence.school)
    for other in TeacherFactory.create_batch(20, works_at=licence.school):
        enrolments.enrol(session=crowded, teacher=other)

    count_queries(teacher, calm.get_absolute_url())
    before = count_queries(teacher, calm.get_absolute_url())
    crowd = count_queries(teacher, crowded.get_absolute_url())
    enrolments.enrol(session=crowded, teacher=teacher)
    waiting = count_queries(teacher, crowded.get_absolute_url())

    assert before == crowd <= 12
    assert waiting <= 12
