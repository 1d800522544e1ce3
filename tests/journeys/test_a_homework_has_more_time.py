"""A student has more time than the class: for one homework, or for everything that is due on some days."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from continuity.homework.queries.due import due_dates_of
from continuity.homework.queries.homework import standing_of
from continuity.homework.services import extensions
from continuity.models import Extension, HandIn
from tests.factories.continuity import (
    LeaderFactory,
    SchoolClassFactory,
    StudentFactory,
    assignment,
    at,
    handed_in,
    teaching,
    tutor_of,
)
from tests.factories.homework import DAY, FRIDAY, MONDAY, given_to_a_class, page_of
from tests.factories.markup import shows

pytestmark = pytest.mark.django_db
NOW = at(MONDAY, 7)


@pytest.fixture(autouse=True)
def _on_a_monday(monkeypatch):
    """It is Monday 30 November 2026, 7:00."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def test_only_the_student_and_staff_see_an_extension(client):
    """Case C16."""
    given = given_to_a_class()
    school_class = given.teaching.school_class
    student, classmate = (
        StudentFactory(in_class=school_class, family_name="Aubert"),
        StudentFactory(in_class=school_class),
    )
    tutor, leader = tutor_of(school_class), LeaderFactory(leads=school_class.school)
    client.force_login(given.teaching.teacher)
    address = reverse("continuity:extend", args=[given.public_id])

    answer = client.post(
        address,
        {
            "student": student.public_id,
            "due_on": FRIDAY + 3 * DAY,
            "due_hour": "18:00",
            "reason": "Deuil dans la famille",
        },
    )

    assert answer.status_code == 302
    own, others = page_of(client, given, student), page_of(client, given, classmate)
    assert shows(own, "Monday 7 December 2026, 18:00")
    assert shows(own, "Deuil dans la famille")
    assert shows(others, "Friday 4 December 2026, 18:00")
    assert not [words for words in ("7 December", "Deuil", "Aubert", "Own date") if words in others]
    for reader in (given.teaching.teacher, tutor, leader):
        assert shows(
            page_of(client, given, reader), "Own date: Mon 7 Dec, 18:00 (Deuil dans la famille)"
        )


def test_figures_of_a_class_go_by_each_students_own_date():
    """Case C16: on Saturday one is missing, not two; and the one who has more time isn't late with
    it.
    """
    given = given_to_a_class()
    school_class = given.teaching.school_class
    on_time, late, missing, with_more_time = StudentFactory.create_batch(4, in_class=school_class)
    for student, when, is_late in ((on_time, at(FRIDAY, 12), False), (late, at(FRIDAY, 20), True)):
        handed_in(given, student, when, is_late=is_late)
    extensions.extend(
        assignment=given,
        student=with_more_time,
        due_at=at(FRIDAY + 3 * DAY, 18),
        by=given.teaching.teacher,
        now=NOW,
    )

    standing = standing_of(given, at(FRIDAY + DAY, 12))
    assert (
        standing.asked,
        standing.handed_in,
        standing.late,
        standing.missing,
        standing.awaited,
    ) == (4, 2, 1, 1, 1)
    assert [row.student for row in standing.rows if row.is_missing] == [missing]

    after = standing_of(given, at(FRIDAY + 3 * DAY, 18, 1))
    assert (after.missing, after.awaited) == (2, 0)


def test_an_extension_given_afterwards_takes_the_late_mark_away():
    """Case C16."""
    given = given_to_a_class(due_at=at(MONDAY, 6))
    student, other = StudentFactory.create_batch(2, in_class=given.teaching.school_class)
    late, others = (
        handed_in(given, student, at(MONDAY, 6, 30), is_late=True),
        handed_in(given, other, at(MONDAY, 6, 30), is_late=True),
    )

    extensions.extend(
        assignment=given, student=student, due_at=at(MONDAY, 7), by=given.teaching.teacher, now=NOW
    )

    assert [HandIn.objects.get(pk=one.pk).is_late for one in (late, others)] == [False, True]


def test_a_standing_extension_holds_for_everything_due_between_its_days():
    """Case C16; and the hour stays the same on a clock in Paris over the change of clocks (case
    C60).
    """
    of = teaching()
    student = StudentFactory(in_class=of.school_class)
    october = {"first_day": datetime.date(2026, 10, 1), "last_day": datetime.date(2026, 10, 24)}
    extensions.extend_always(
        student=student,
        school=of.school_class.school,
        days_more=2,
        by=tutor_of(of.school_class),
        now=NOW,
        **october,
    )
    within, after = (
        assignment(of, at(datetime.date(2026, 10, 24), 23, 59)),
        assignment(of, at(datetime.date(2026, 10, 25), 23, 59)),
    )

    due = due_dates_of(student)

    assert (due.of(within), due.of(after)) == (
        at(datetime.date(2026, 10, 26), 23, 59),
        after.due_at,
    )
    assert due.of(within).astimezone(datetime.UTC) - within.due_at.astimezone(
        datetime.UTC
    ) == datetime.timedelta(days=2, hours=1)


def test_class_tutors_and_leaders_give_more_time_on_everything_others_read_it(client):
    of = teaching()
    student = StudentFactory(in_class=of.school_class)
    address = reverse("continuity:extensions", args=[of.school_class.public_id])
    form = {
        "student": student.public_id,
        "days_more": 3,
        "first_day": MONDAY,
        "last_day": "",
        "reason": "Dyslexie",
    }

    client.force_login(of.teacher)
    assert client.post(address, form).status_code == 404
    client.force_login(tutor_of(of.school_class))
    assert client.post(address, form).status_code == 302
    assert client.post(address, form).status_code == 302  # sent twice

    extension = Extension.objects.get()
    assert (extension.days_more, extension.first_day, extension.last_day) == (3, MONDAY, None)
    client.force_login(of.teacher)
    page = client.get(address).content.decode()
    assert "3 days more, from 30 November 2026" in page
    assert "Take it back" not in page
    assert (
        client.post(
            reverse("continuity:withdraw_extension", args=[extension.public_id])
        ).status_code
        == 404
    )


def test_more_time_that_is_taken_back_twice_is_taken_back_and_logged_once():
    given = given_to_a_class()
    student, teacher = StudentFactory(in_class=given.teaching.school_class), given.teaching.teacher
    extension = extensions.extend(
        assignment=given, student=student, due_at=at(FRIDAY + 3 * DAY, 18), by=teacher, now=NOW
    )

    logged = []
    for minutes in (1, 2):
        extensions.withdraw(
            extension=extension, by=teacher, now=NOW + datetime.timedelta(minutes=minutes)
        )
        logged.append(
            [
                entry.user
                for entry in ModelLogEntry.objects.filter(action="continuity.withdraw_extension")
            ]
        )

    extension.refresh_from_db()
    assert extension.withdrawn_at == NOW + datetime.timedelta(minutes=1)
    assert logged == [[teacher], [teacher]]


def test_an_extension_is_later_than_the_classs_date_and_for_somebody_of_the_class(client):
    given = given_to_a_class()
    student, stranger = StudentFactory(in_class=given.teaching.school_class), StudentFactory()
    client.force_login(given.teaching.teacher)
    address = reverse("continuity:extend", args=[given.public_id])

    earlier = client.post(
        address, {"student": student.public_id, "due_on": FRIDAY, "due_hour": "18:00"}
    )
    foreign = client.post(
        address, {"student": stranger.public_id, "due_on": FRIDAY + DAY, "due_hour": "18:00"}
    )

    assert "an extension must be later" in earlier.content.decode()
    assert foreign.status_code == 200
    assert not Extension.objects.exists()


def test_each_tutor_sees_their_own_students_of_a_group(client):
    """Case C1."""
    first = SchoolClassFactory()
    second, group = (
        SchoolClassFactory(school=first.school),
        SchoolClassFactory(school=first.school, kind="group"),
    )
    mine = StudentFactory(in_class=[first, group], family_name="Lemarchand")
    StudentFactory(in_class=[second, group], family_name="Vauquelin")
    given = given_to_a_class(of=teaching(group))

    page = page_of(client, given, tutor_of(first))

    assert mine.family_name in page
    assert "Vauquelin" not in page
    assert "0 of 1" in page
    assert all(
        name in page_of(client, given, given.teaching.teacher)
        for name in ("Lemarchand", "Vauquelin")
    )
