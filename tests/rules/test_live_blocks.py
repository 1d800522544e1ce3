"""What the products say of themselves on the roof's pages: asked once, with the reader's own right,
and nothing of a cancelled session.
"""

import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from wagtail import hooks

from courses.agenda.values import Hours
from courses.digest import queries as digest
from courses.digest.enums import Hook
from tests.factories.attendance import seated
from tests.factories.catalogue import LicenceFactory, ResourceFactory
from tests.factories.guidance import block, guidance_page
from tests.factories.people import PlannerFactory, TeacherFactory
from tests.factories.training import SessionFactory, TrainingFactory, in_a_week
from training.enums import SessionState
from training.services import enrolment as enrolments
from training.services import sessions

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
VISITOR = AnonymousUser()


def live(*subjects: str) -> list[dict]:
    return [block("live", {"subject": subject, "most": 3}) for subject in subjects]


def asked(person, *subjects):
    found = digest.live(subjects, person, timezone.now())
    return {subject: [one.key for one in ahead] for subject, ahead in found.items()}


def key(session) -> str:
    return f"session:{session.public_id}"


def test_each_subject_has_what_is_ahead_of_it_soonest_first():
    training = TrainingFactory()
    later = SessionFactory(training=training, starts_at=in_a_week() + DAY)
    sooner = SessionFactory(training=training)
    other = SessionFactory(starts_at=in_a_week() + 2 * DAY)
    SessionFactory(state=SessionState.DRAFT)

    found = asked(
        VISITOR,
        "any",
        f"resource:{training.resource.slug}",
        f"training:{training.public_id}",
        "resource:unheard-of",
    )

    assert found == {
        "any": [key(sooner), key(later), key(other)],
        f"resource:{training.resource.slug}": [key(sooner), key(later)],
        f"training:{training.public_id}": [key(sooner), key(later)],
    }


def test_a_cancelled_or_past_session_is_nobodys_next():
    SessionFactory(starts_at=timezone.now() - DAY)
    session = SessionFactory()
    assert asked(VISITOR, "any") == {"any": [key(session)]}

    sessions.cancel(session=session, by=PlannerFactory(), reason="The trainer is ill.")

    assert asked(VISITOR, "any") == {}


@pytest.mark.parametrize(
    ("language", "seats", "right"),
    [
        pytest.param("en", "2 seats left of 2", "Open to you, through {school}.", id="English"),
        pytest.param(
            "fr", "2 places libres sur 2", "Elle vous est ouverte, par {school}.", id="French"
        ),
    ],
)
def test_a_teacher_reads_seats_and_their_own_right_in_their_language(language, seats, right):
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource, capacity=2)
    teacher = TeacherFactory(works_at=licence.school)

    with translation.override(language):
        [one] = digest.live(["any"], teacher, timezone.now())["any"]

        assert (one.title, one.seats, one.right) == (
            session.title,
            seats,
            right.format(school=licence.school.name),
        )


def test_a_teacher_without_a_licence_reads_the_rules_own_sentence_and_a_visitor_none():
    session = SessionFactory()
    teacher = TeacherFactory()
    school = teacher.memberships.get().organisation

    [mine] = digest.live(["any"], teacher, timezone.now())["any"]
    [anyones] = digest.live(["any"], VISITOR, timezone.now())["any"]

    assert (mine.tone, mine.right) == (
        "calm",
        f"{school.name} has no subscription to {session.resource}.",
    )
    assert mine.seats == "20 seats left of 20"
    assert (anyones.state, anyones.seats, anyones.right) == (
        "Enrolment is open",
        "Enrolment is open",
        "",
    )


def test_who_has_a_seat_reads_that_and_the_seats_that_are_left():
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource, capacity=2)
    teacher = TeacherFactory(works_at=licence.school)
    enrolments.enrol(session=session, teacher=teacher)

    [one] = digest.live(["any"], teacher, timezone.now())["any"]

    assert (one.state, one.tone, one.seats, one.right) == (
        "You have a seat",
        "done",
        "One seat left of 2",
        "",
    )


@pytest.mark.parametrize("many", [1, 12])
def test_one_question_for_all_blocks_and_the_same_queries_however_many_sessions(
    many, django_assert_max_num_queries
):
    licence = LicenceFactory()
    teacher = TeacherFactory(works_at=licence.school)
    trainings = TrainingFactory.create_batch(many, resource=licence.resource)
    for training in trainings:
        SessionFactory(training=training)
    subjects = [
        "any",
        f"resource:{licence.resource.slug}",
        *[f"training:{training.public_id}" for training in trainings],
    ]

    with CaptureQueriesContext(connection) as visitors:
        digest.live(subjects, VISITOR, timezone.now())
    with django_assert_max_num_queries(7):
        digest.live(subjects, teacher, timezone.now())

    assert len(visitors) == 1


def test_an_adviser_chooses_among_all_resources_and_trainings_that_are_shown():
    resource = ResourceFactory(name="Madmagz", slug="madmagz")
    shown = TrainingFactory(resource=resource, title_en="A school paper")
    TrainingFactory(resource=ResourceFactory(), is_published=False)

    assert digest.live_subjects() == [
        ("any", "All trainings"),
        ("resource:madmagz", "Trainings on Madmagz"),
        (f"training:{shown.public_id}", "A school paper"),
    ]


def test_a_guidance_page_shows_its_live_blocks_and_asks_once(client):
    session, other = SessionFactory(), SessionFactory()
    page = guidance_page(
        body=live(f"resource:{session.resource.slug}", f"training:{other.training.public_id}")
    )
    calls = []

    with hooks.register_temporarily(
        Hook.LIVE, lambda subjects, person, now: calls.append(subjects) or {}
    ):
        words = client.get(page.url).content.decode()

    assert calls == [{f"resource:{session.resource.slug}", f"training:{other.training.public_id}"}]
    with translation.override("fr"):
        assert [words.count(one.get_absolute_url()) for one in (session, other)] == [1, 1]


def test_a_page_without_live_blocks_asks_nobody(client):
    page = guidance_page()
    calls = []

    with hooks.register_temporarily(Hook.LIVE, lambda *asked: calls.append(asked) or {}):
        client.get(page.url)

    assert calls == []


@pytest.mark.at("2026-11-25T12:00")
def test_a_series_shows_the_date_that_comes_next_and_how_long_it_lasts():
    """The first of three dates was held a week ago: its hours are nobody's next."""
    first, hour = timezone.now() - 5 * DAY, datetime.timedelta(hours=1)
    hours = [Hours(first + n * 7 * DAY, first + n * 7 * DAY + hour) for n in range(3)]
    session = SessionFactory(hours=hours)

    with translation.override("en"):
        [one] = digest.live(["any"], VISITOR, timezone.now())["any"]
        page = render_to_string("guidance/sessions.html", {"sessions": [one]})

    assert (one.starts_at, one.ends_at) == (hours[1].starts_at, hours[1].ends_at)
    assert one.days == "from Friday 20 November to Friday 4 December"
    assert one.key == key(session)
    assert one.days in page


@pytest.mark.at("2026-11-25T12:00")
def test_between_two_dates_nothing_is_said_to_go_on():
    licence, hour = LicenceFactory(), datetime.timedelta(hours=1)
    first = timezone.now() + 2 * hour
    hours = [Hours(first + n * 7 * DAY, first + n * 7 * DAY + hour) for n in range(2)]
    session = SessionFactory(resource=licence.resource, hours=hours)
    teacher = TeacherFactory(works_at=licence.school)
    enrolments.enrol(session=session, teacher=teacher)

    def states(now) -> list[str]:
        found = [digest.live(["any"], person, now)["any"] for person in (VISITOR, teacher)]
        return [str(one.state) for [one] in found]

    with translation.override("en"):
        during, between = states(first), states(first + 3 * DAY)
        during_the_last = states(hours[1].starts_at)

    assert during == between == during_the_last == ["Has begun", "You have a seat"]


@pytest.mark.at("2026-11-25T12:00")  # both dates of one day
@pytest.mark.parametrize(
    ("days", "for_all", "own"),
    [(0, "Going on", "Going on, you have a seat"), (7, "Has begun", "You have a seat")],
)
def test_a_session_that_has_begun_stands_the_same_in_all_lists(client, days, for_all, own):
    licence, hour = LicenceFactory(), datetime.timedelta(hours=1)
    hours = [
        Hours(at, at + hour)
        for at in (timezone.now() - hour / 2, timezone.now() + days * DAY + hour)
    ]
    session = SessionFactory(resource=licence.resource, hours=hours)
    teacher = seated(session).teacher

    def words(person, *addresses) -> list[str]:
        client.force_login(person)
        pages = [client.get(address).text for address in addresses]
        states = ("Going on, you have a seat", "You have a seat", "Going on", "Has begun")
        return [next(one for one in states if one in page) for page in pages]

    catalogue, page = reverse("training:catalogue"), session.get_absolute_url()
    people = reverse("training:session_people", args=[session.public_id])
    planner, other = PlannerFactory(language="en"), TeacherFactory(language="en")

    assert words(teacher, catalogue, page, reverse("training:mine")) == [own] * 3
    assert words(other, catalogue, page) == [for_all] * 2
    assert words(planner, reverse("training:planning"), people) == [for_all] * 2
    with translation.override("en"):
        found = [digest.live(["any"], one, timezone.now())["any"] for one in (other, teacher)]
        assert [str(one.state) for [one] in found] == [for_all, own]


def test_one_date_has_no_days_in_words():
    SessionFactory()
    [one] = digest.live(["any"], VISITOR, timezone.now())["any"]
    assert one.days == ""
