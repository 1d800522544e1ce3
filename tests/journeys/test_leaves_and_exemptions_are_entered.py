"""Leaves and exemptions are entered, ended and taken back; who reads them."""

import datetime
import re

import pytest
from django.utils import timezone

from continuity.models import Exemption
from courses.agenda.models import Closure
from courses.people.models import StandIn
from tests.factories.answers import returned
from tests.factories.continuity import (
    MONDAY,
    LeaderFactory,
    SchoolClassFactory,
    StudentFactory,
    at,
    class_hour,
    handed_in,
    homework_item,
    part_of,
    teaching,
    tutor_of,
)
from tests.factories.people import SubjectFactory, TeacherFactory
from tests.factories.school_pages import ONE_DAY, get, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def test_tutor_and_leader_read_a_students_works_by_subject_and_their_teacher_does_not(
    client, time_machine
):
    time_machine.move_to(at(MONDAY + 3 * ONE_DAY, 12))
    school_class = SchoolClassFactory()
    french, maths = part_of(teaching(school_class)), part_of(teaching(school_class))
    student = StudentFactory(in_class=school_class)
    homework_item(french, due_at=at(MONDAY, 18), title="Jamais venu")
    homework_item(french, due_at=at(MONDAY + 4 * ONE_DAY, 18), title="Attendu demain")
    late = homework_item(maths, due_at=at(MONDAY, 18), title="Rendu tard").assignment
    handed_in(late, student, at(MONDAY + ONE_DAY, 9), is_late=True)
    answered = homework_item(maths, due_at=at(MONDAY, 12), title="Avec retour").assignment
    returned(handed_in(answered, student, at(MONDAY, 9)))
    homework_item(
        part_of(teaching(school_class), published=False), due_at=at(MONDAY, 18), title="Brouillon"
    )
    readers = [tutor_of(school_class), LeaderFactory(leads=school_class.school)]

    pages = [get(client, reader, "continuity:student", student.public_id) for reader in readers]
    teachers = get(client, french.teaching.teacher, "continuity:student", student.public_id)

    for page in pages:
        states = {
            work.mine.item.title: str(work.state)
            for subject in page.context["works"].subjects
            for work in subject.works
        }
        assert states == {
            "Jamais venu": "missing",
            "Attendu demain": "awaited",
            "Rendu tard": "handed in late",
            "Avec retour": "returned",
        }
        assert "Signs, by channel" in page.text
        assert "1 missing" in page.text
    assert "works" not in teachers.context
    assert "Jamais venu" not in teachers.text


def test_a_tutor_enters_a_leave_ends_it_and_takes_it_back(client):
    school_class = SchoolClassFactory()
    tutor, student = tutor_of(school_class), StudentFactory(in_class=school_class)
    subject, today = teaching(school_class, subject=SubjectFactory()).subject, timezone.localdate()
    facts = {
        "kind": "leave",
        "first_day": str(today),
        "subjects": [subject.code],
        "keeps_working": "on",
        "motive": "agreed",
    }

    for _twice in range(2):
        send(client, tutor, "continuity:exempt", student.public_id, **facts)

    exemption = Exemption.objects.get()
    assert (list(exemption.subjects.all()), exemption.keeps_working, exemption.entered_by) == (
        [subject],
        True,
        tutor,
    )

    send(
        client,
        tutor,
        "continuity:end_exemption",
        exemption.public_id,
        last_day=str(today + ONE_DAY),
    )
    exemption.refresh_from_db()
    assert exemption.last_day == today + ONE_DAY

    send(client, tutor, "continuity:withdraw_exemption", exemption.public_id)
    assert not Exemption.objects.standing().exists()


def test_an_untouched_form_exempts_from_nothing_and_says_what_to_choose(client):
    school_class = SchoolClassFactory()
    tutor, student = tutor_of(school_class), StudentFactory(in_class=school_class)

    shown = get(client, tutor, "continuity:exempt", student.public_id).text
    untouched = {
        "first_day": str(timezone.localdate()),
        "last_day": str(timezone.localdate() + ONE_DAY),
        "attends": "on",
    }
    response = send(client, tutor, "continuity:exempt", student.public_id, **untouched)

    assert "checked" not in shown
    assert response.status_code == 422
    form = response.context["form"]
    assert form.errors == {
        "kind": ["Choose: a leave or an exemption."],
        "motive": ["Choose a motive."],
    }
    assert (form["last_day"].value(), form["attends"].value()) == (untouched["last_day"], True)
    assert not Exemption.objects.exists()


@pytest.mark.parametrize(
    ("first_day", "last_day", "reason"),
    [
        pytest.param(
            "2026-11-25",
            "2027-09-01",
            "after the end of the school year. Give a day until Tuesday 31 August 2027",
            id="next year",
        ),
        pytest.param(
            "2026-11-25",
            "9999-12-31",
            "Nothing can be entered for Friday 31 December 9999.",
            id="last day in 9999",
        ),
        pytest.param(
            "9999-12-31",
            "9999-12-31",
            "Nothing can be entered for Friday 31 December 9999.",
            id="first day in 9999",
        ),
        pytest.param(
            "0001-01-01",
            "2026-11-25",
            "Nothing can be entered for Monday 1 January 1.",
            id="first day in the year 1",
        ),
    ],
)
@pytest.mark.at("2026-11-25T12:00")
def test_a_leave_ends_with_the_school_year_of_its_first_day(client, first_day, last_day, reason):
    school_class = SchoolClassFactory()
    tutor, student = tutor_of(school_class), StudentFactory(in_class=school_class)
    facts = {"kind": "leave", "motive": "agreed", "first_day": first_day}

    refused = send(
        client, tutor, "continuity:exempt", student.public_id, **facts, last_day=last_day
    )

    assert refused.status_code == 422
    assert reason in refused.text
    assert not Exemption.objects.exists()


@pytest.mark.at("2026-11-25T12:00")
def test_a_leave_may_last_until_31_august(client):
    school_class = SchoolClassFactory()
    tutor, student = tutor_of(school_class), StudentFactory(in_class=school_class)
    facts = {
        "kind": "leave",
        "motive": "agreed",
        "first_day": "2026-11-25",
        "last_day": "2027-08-31",
    }

    send(client, tutor, "continuity:exempt", student.public_id, **facts)
    refused = send(
        client,
        tutor,
        "continuity:end_exemption",
        Exemption.objects.get().public_id,
        last_day="2027-09-01",
    )

    assert Exemption.objects.get().last_day == datetime.date(2027, 8, 31)
    assert "after the end of the school year" in refused.text


@pytest.mark.parametrize("year", ["0001", "9999"])
def test_no_typed_day_is_of_the_year_1_or_9999(client, year):
    school_class = SchoolClassFactory()
    of, leader, student = (
        teaching(school_class),
        LeaderFactory(leads=school_class.school),
        StudentFactory(in_class=school_class),
    )
    day, stand_in = f"{year}-12-30", TeacherFactory(works_at=school_class.school)
    school, hour = school_class.school.public_id, class_hour(of)
    days = {"first_day": day, "last_day": day}

    answers = [
        send(
            client, leader, "continuity:stand_in", of.public_id, teacher=stand_in.public_id, **days
        ),
        send(
            client,
            leader,
            "continuity:close_days",
            school,
            **{f"closure-{name}": day for name in days},
            **{"closure-reason": "Pont"},
        ),
        send(client, leader, "continuity:count_weeks", school, **{"calendar-week_a": day}),
        send(
            client,
            leader,
            "continuity:add_student",
            school_class.public_id,
            given_name="Zoé",
            family_name="Neuf",
            since=day,
        ),
        send(client, leader, "continuity:take_hour_out", hour.public_id, until=day),
        send(
            client,
            tutor_of(school_class),
            "continuity:extensions",
            school_class.public_id,
            student=student.public_id,
            days_more="2",
            first_day=day,
        ),
    ]

    assert [answer.text.count("Nothing can be entered for") > 0 for answer in answers] == [
        True
    ] * len(answers)
    assert not Closure.objects.exists()
    assert not StandIn.objects.exists()


def test_only_a_leave_has_a_reduced_plan(client):
    school_class = SchoolClassFactory()
    tutor, student = tutor_of(school_class), StudentFactory(in_class=school_class)
    facts = {
        "kind": "exemption",
        "first_day": str(timezone.localdate()),
        "keeps_working": "on",
        "motive": "agreed",
    }

    response = send(client, tutor, "continuity:exempt", student.public_id, **facts)

    assert (
        "Only an authorised absence has a reduced plan"
        in response.context["form"].non_field_errors()[0]
    )
    assert not Exemption.objects.exists()


def test_what_was_handed_in_late_on_days_of_a_leave_was_not_late(client, time_machine):
    """On the list of a class, in the queue, beside the answer and on the student's receipt."""
    time_machine.move_to(at(MONDAY + ONE_DAY, 12))
    part = part_of(teaching())
    school_class, teacher = part.teaching.school_class, part.teaching.teacher
    student, tutor = StudentFactory(in_class=school_class), tutor_of(school_class)
    work = homework_item(part, due_at=at(MONDAY, 18)).assignment
    handin = handed_in(work, student, at(MONDAY + ONE_DAY, 9), is_late=True)
    pages = [
        (teacher, "continuity:class_homework", school_class.public_id),
        (teacher, "continuity:queue"),
        (teacher, "continuity:write_answer", handin.public_id),
        (student, "continuity:receipt", handin.public_id),
    ]

    def said_late() -> list[bool]:
        return [bool(LATE.search(words_of(get(client, *page).text))) for page in pages]

    assert said_late() == [True] * 4
    leave = {"kind": "leave", "first_day": MONDAY - ONE_DAY, "last_day": MONDAY - ONE_DAY}
    send(client, tutor, "continuity:exempt", student.public_id, **leave | {"motive": "agreed"})
    assert said_late() == [True] * 4
    exemption = Exemption.objects.get()
    send(client, tutor, "continuity:end_exemption", exemption.public_id, last_day=MONDAY)

    assert said_late() == [False] * 4


LATE = re.compile(r"\b[Ll]ate\b")


def words_of(page: str) -> str:
    """What it says, without tags."""
    return re.sub(r"<[^>]+>", " ", page)
