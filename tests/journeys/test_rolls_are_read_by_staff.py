"""What tutors, teachers and leaders read of rolls that were taken: the day, a student's history, the register."""

import datetime
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from continuity.attendance.services import roll_call as rolls
from continuity.attendance.values.roll_call import RollMark
from continuity.enums import ExemptionKind, Mode, Motive, Status
from continuity.models import RollCorrection, RollLine
from courses.people.enums import ClassKind
from courses.people.models import ClassMembership
from tests.factories.continuity import (
    LeaderFactory,
    SchoolClassFactory,
    StudentFactory,
    class_hour,
    teaching,
    tutor_of,
)
from tests.factories.proposals import exemption
from tests.factories.rolls import A_TUESDAY, begun, closed, nine

pytestmark = pytest.mark.django_db


def test_excused_after_the_fact_with_a_document_that_is_seen_and_not_kept(client):
    """C28: the first state stays, with the reason, who and when; of the paper it is kept that it
    was seen.
    """
    given = teaching()
    student = StudentFactory(in_class=given.school_class)
    tutor = tutor_of(given.school_class)
    roll = closed(begun(given), **{student.login: RollMark(Status.ABSENT)})
    line = roll.lines.get()
    client.force_login(tutor)
    form = {
        "key": str(uuid.uuid4()),
        "status": "excused",
        "mode": "",
        "reason": "Justifiée",
        "saw_a_document": "on",
    }

    for _twice in range(2):
        assert (
            client.post(reverse("continuity:correct_roll", args=[line.public_id]), form).status_code
            == 302
        )

    line.refresh_from_db()
    correction = RollCorrection.objects.get()
    assert line.status == Status.ABSENT
    facts = (
        correction.was_status,
        correction.status,
        correction.reason,
        correction.corrected_by,
        correction.saw_a_document,
    )
    assert facts == (Status.ABSENT, Status.EXCUSED, "Justifiée", tutor, True)
    assert (
        "Document seen, not kept."
        in client.get(reverse("continuity:roll", args=[roll.public_id])).text
    )


def test_a_roll_says_that_an_absence_is_authorised_and_never_why(client):
    given = teaching()
    student = StudentFactory(in_class=given.school_class)
    exemption(student, given.school_class.school, ExemptionKind.LEAVE, motive=Motive.PLACEMENT)
    roll = begun(given)
    client.force_login(given.teacher)

    page = client.get(reverse("continuity:roll", args=[roll.public_id])).text

    assert "On leave" in page
    assert "Work placement" not in page


def test_a_group_of_three_classes_is_one_roll_of_which_each_tutor_sees_their_own(client):
    """C1."""
    classes = SchoolClassFactory.create_batch(3, school=SchoolClassFactory().school)
    group = SchoolClassFactory(school=classes[0].school, kind=ClassKind.GROUP, name="Spé maths")
    students = [StudentFactory(in_class=[one, group]) for one in classes]
    tutor = tutor_of(classes[0])
    given = teaching(group)

    roll = closed(begun(given))
    client.force_login(tutor)
    page = client.get(reverse("continuity:roll", args=[roll.public_id])).text

    assert roll.lines.count() == 3
    assert [student.display_name in page for student in students] == [True, False, False]
    assert (
        client.get(reverse("continuity:attendance", args=[students[0].public_id])).status_code
        == 200
    )
    assert (
        client.get(reverse("continuity:attendance", args=[students[1].public_id])).status_code
        == 404
    )
    assert list(RollLine.objects.visible_to(tutor).values_list("student", flat=True)) == [
        students[0].pk
    ]


@pytest.mark.at("2026-11-24T18:00")
def test_the_days_rolls_count_and_name_who_was_absent(client):
    school_class = SchoolClassFactory(name="2de 4")
    first, second = teaching(school_class), teaching(school_class)
    away, late, excused, _present = StudentFactory.create_batch(4, in_class=school_class)
    class_hour(first, weekday=2, begins=9)
    class_hour(second, weekday=2, begins=10)
    absent = {student.login: RollMark(Status.ABSENT) for student in (away, excused)}
    morning = closed(begun(first), **absent, **{late.login: RollMark(Status.LATE, Mode.ROOM, 12)})
    closed(begun(second, nine(hour=10)), **{away.login: RollMark(Status.ABSENT)})
    line = morning.lines.get(student=excused)
    mark = RollMark(Status.EXCUSED, reason="Rendez-vous")
    rolls.correct(line=line, mark=mark, by=first.teacher, key=uuid.uuid4(), saw_a_document=False)
    client.force_login(LeaderFactory(leads=school_class.school))

    home = client.get("/en/today/").text
    page = client.get(reverse("continuity:rolls_of_day"))

    assert "1 student absent today" in home
    assert "1 student absent" in page.text
    named = {
        name: [(student, len(lines)) for student, lines in found]
        for name, found in page.context["absences"].items()
    }
    assert named == {"2de 4": [(f"{away.last_name} {away.given_name}", 2)]}
    words = [[tally.words for tally in tallies] for _hour, tallies in page.context["taken"]]
    assert words == [["1 present", "1 late", "1 absent", "1 excused"], ["3 present", "1 absent"]]


@pytest.mark.at("2026-11-24T18:00")
def test_a_tutor_reads_the_days_absences_of_own_students_only(client):
    classes = SchoolClassFactory.create_batch(2, school=SchoolClassFactory().school)
    group = SchoolClassFactory(school=classes[0].school, kind=ClassKind.GROUP, name="Spé maths")
    own, other = (StudentFactory(in_class=[one, group]) for one in classes)
    given = teaching(group)
    closed(begun(given), **{student.login: RollMark(Status.ABSENT) for student in (own, other)})
    class_hour(given, weekday=2, begins=9)
    client.force_login(tutor_of(classes[0]))

    page = client.get(reverse("continuity:rolls_of_day"), {"day": str(A_TUESDAY)})

    assert [name for found in page.context["absences"].values() for name, _lines in found] == [
        f"{own.last_name} {own.given_name}"
    ]
    assert [tally.words for tally in page.context["taken"][0][1]] == ["1 absent"]
    assert other.display_name not in page.text


def test_history_follows_a_student_who_changes_class(client):
    old = teaching()
    student = StudentFactory(in_class=old.school_class)
    new = teaching(SchoolClassFactory(school=old.school_class.school))
    closed(begun(old), **{student.login: RollMark(Status.ABSENT)})
    ClassMembership.objects.filter(student=student).update(
        until=A_TUESDAY + datetime.timedelta(days=1)
    )
    ClassMembership.objects.create(
        student=student, school_class=new.school_class, since=A_TUESDAY + datetime.timedelta(days=1)
    )
    closed(begun(new, nine(A_TUESDAY + datetime.timedelta(days=2))))
    tutor = tutor_of(new.school_class)
    client.force_login(tutor)

    page = client.get(reverse("continuity:attendance", args=[student.public_id])).text

    assert str(old.school_class) in page
    assert str(new.school_class) in page


@pytest.mark.at("2026-11-25T12:00")
def test_the_register_is_exported_with_corrections_and_who_took_it_is_logged(client):
    given = teaching()
    student = StudentFactory(in_class=given.school_class, given_name="=Léa", family_name="Martin")
    roll = closed(begun(given), **{student.login: RollMark(Status.ABSENT)})
    leader = LeaderFactory(leads=given.school_class.school)
    rolls.correct(
        line=roll.lines.get(),
        mark=RollMark(Status.EXCUSED, reason="Mot"),
        by=leader,
        key=uuid.uuid4(),
    )
    begun(given, nine(hour=14))
    client.force_login(leader)

    answer = client.get(
        reverse("continuity:export_rolls"), {"first": f"{A_TUESDAY}", "last": f"{A_TUESDAY}"}
    )

    lines = answer.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    cells = lines[1].split(";")
    assert cells[:6] == [
        "24/11/2026",
        "09:00",
        "09:55",
        str(given.school_class),
        given.subject.title_en,
        given.teacher.display_name,
    ]
    assert cells[6:] == [
        "Martin",
        "'=Léa",
        "Excused",
        "",
        "",
        "",
        "Mot",
        "Absent",
        f"{timezone.localdate():%d/%m/%Y}",
    ]
    assert ModelLogEntry.objects.filter(action="continuity.export_rolls", user=leader).count() == 1
