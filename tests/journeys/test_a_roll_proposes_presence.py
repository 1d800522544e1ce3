"""What a roll proposes for each student: from the video room, work, leaves, exemptions."""

import datetime

import pytest
from django.urls import reverse

from continuity.attendance.services import roll_call as rolls
from continuity.attendance.values.roll_call import RollMark
from continuity.enums import ExemptionKind, HandInState, Mode, Status
from continuity.models import HandIn
from courses.agenda.enums import Rhythm
from tests.factories.attendance import came_as_guest, was_there
from tests.factories.continuity import StudentFactory, assignment, handed_in, part_of, teaching
from tests.factories.proposals import exemption
from tests.factories.rolls import A_TUESDAY, begun, led, marks_of, nine, prefilled, video_class

pytestmark = pytest.mark.django_db


def proposals(roll) -> dict[str, tuple]:
    return {
        line.student.login: (line.proposed_status, line.proposed_mode)
        for line in roll.lines.in_roll_order()
    }


def test_present_is_what_a_classroom_proposes_and_to_decide_what_video_proposes_without_a_trace():
    given = teaching()
    student = StudentFactory(in_class=given.school_class)

    in_the_room, by_video = begun(given), prefilled(video_class(given, nine(hour=14)))

    assert proposals(in_the_room) == {student.login: (Status.PRESENT, Mode.ROOM)}
    assert proposals(by_video) == {student.login: ("", Mode.UNKNOWN)}


def test_video_and_work_propose_and_the_teacher_confirms():
    """C21, C25: late with minutes, left early apart, three disconnections one presence with its
    minutes summed.
    """
    given = teaching()
    on_time, late, cut, worker, nowhere = StudentFactory.create_batch(
        5, in_class=given.school_class
    )
    part_of(given, A_TUESDAY - datetime.timedelta(days=1))
    meeting = video_class(given)
    led(meeting)
    was_there(meeting, given.teacher, (-5, 55))
    was_there(meeting, on_time, (-2, 55))
    was_there(meeting, late, (12, 40))
    was_there(meeting, cut, (0, 10), (12, 30), (31, 40), (41, 55))
    done_at = meeting.starts_at + datetime.timedelta(minutes=40)
    homework = assignment(given)
    HandIn.objects.create(
        assignment=homework,
        student=worker,
        state=HandInState.HANDED_IN,
        handed_in_at=done_at,
        receipt_number="2026-000001",
    )

    roll = prefilled(meeting)

    facts = roll.lines.order_by("student").values_list(
        "student",
        "status",
        "proposed_status",
        "proposed_mode",
        "proposed_late",
        "proposed_early",
        "minutes_seen",
        "times_cut",
        "worked_at",
    )
    assert list(facts) == [
        (on_time.pk, "", Status.PRESENT, Mode.VIDEO, None, None, 55, 0, None),
        (late.pk, "", Status.LATE, Mode.VIDEO, 12, 15, 28, 0, None),
        (cut.pk, "", Status.PRESENT, Mode.VIDEO, None, None, 51, 3, None),
        (worker.pk, "", Status.PRESENT, Mode.WORK, None, None, 0, 0, done_at),
        (nowhere.pk, "", "", Mode.UNKNOWN, None, None, 0, 0, None),
    ]


def test_work_that_counts_in_a_group_is_a_trace_in_the_classs_roll_too():
    given = teaching()
    worker, other = StudentFactory.create_batch(2, in_class=given.school_class)
    meeting = video_class(given)
    done_at = meeting.starts_at + datetime.timedelta(minutes=40)
    homework = assignment(given).homework
    in_a_group = assignment(teaching(), homework=homework)
    of_another = assignment(in_a_group.teaching)
    handed_in(in_a_group, worker, done_at)
    handed_in(of_another, other, done_at)

    roll = prefilled(meeting)

    found = roll.lines.order_by("student").values_list("student", "proposed_mode", "worked_at")
    assert list(found) == [(worker.pk, Mode.WORK, done_at), (other.pk, Mode.UNKNOWN, None)]


def test_measuring_twice_changes_nothing_and_what_the_teacher_said_stays():
    given = teaching()
    student = StudentFactory(in_class=given.school_class)
    meeting = video_class(given)
    led(meeting)
    was_there(meeting, student, (20, 55))
    roll = prefilled(meeting)
    rolls.save(
        roll=roll,
        marks=marks_of(roll, **{student.login: RollMark(Status.PRESENT, Mode.VIDEO)}),
        revision=0,
        by=given.teacher,
    )

    again = prefilled(meeting)

    line = again.lines.get()
    assert (line.status, line.proposed_status, line.proposed_late) == (
        Status.PRESENT,
        Status.LATE,
        20,
    )
    assert again.revision == 1


def test_nobody_is_absent_by_default(client):
    """Who left no trace keeps the roll open until the teacher says a word."""
    given = teaching()
    StudentFactory(in_class=given.school_class)
    roll = prefilled(video_class(given))
    client.force_login(given.teacher)

    answer = client.post(
        reverse("continuity:close_roll", args=[roll.public_id]), {"revision": "0"}, follow=True
    )

    roll.refresh_from_db()
    assert (roll.is_closed, roll.lines.get().status) == (False, "")
    assert "1 student is undecided" in answer.text


def test_somebody_under_another_name_is_matched_by_the_teacher_alone():
    """C23: never by the family name; the attached stays then count with the student's own, overlaps
    once.
    """
    given = teaching()
    student = StudentFactory(in_class=given.school_class, given_name="Léa", family_name="Martin")
    meeting = video_class(given)
    led(meeting)
    was_there(meeting, student, (0, 10))
    came_as_guest(meeting, "Martin", (5, 50))
    came_as_guest(meeting, "tel-de-maman", (0, 48), device="phone")

    roll = prefilled(meeting)
    line = roll.lines.get()
    before = (
        line.minutes_seen,
        sorted(roll.strangers.values_list("shown_name", "minutes", "student")),
    )
    by_name = {stranger.shown_name: stranger.public_id for stranger in roll.strangers.all()}
    rolls.save(
        roll=roll,
        marks={},
        strangers={by_name["Martin"]: line.public_id, by_name["tel-de-maman"]: rolls.NOT_A_STUDENT},
        revision=0,
        by=given.teacher,
        now=meeting.ends_at,
    )

    assert before == (10, [("Martin", 45, None), ("tel-de-maman", 48, None)])
    line.refresh_from_db()
    assert (line.minutes_seen, line.proposed_early) == (50, None)
    decided = roll.strangers.order_by("shown_name").values_list(
        "shown_name", "student", "decided_by"
    )
    assert list(decided) == [
        ("Martin", student.pk, given.teacher.pk),
        ("tel-de-maman", None, given.teacher.pk),
    ]


def test_only_a_student_of_the_roll_can_be_named():
    given, elsewhere = teaching(), teaching()
    StudentFactory(in_class=given.school_class)
    StudentFactory(in_class=elsewhere.school_class)
    other_line = begun(elsewhere).lines.get()
    meeting = video_class(given)
    came_as_guest(meeting, "Qui", (0, 40))
    roll = prefilled(meeting)

    with pytest.raises(rolls.NotOnTheRoll):
        rolls.save(
            roll=roll,
            marks={},
            strangers={roll.strangers.get().public_id: other_line.public_id},
            revision=0,
            by=given.teacher,
        )


@pytest.mark.parametrize(
    ("day", "attends", "expected"),
    [
        pytest.param(A_TUESDAY, False, None, id="a week A: not on the roll"),
        pytest.param(
            A_TUESDAY + datetime.timedelta(days=7),
            False,
            (Status.PRESENT, Mode.ROOM),
            id="a week B: as everybody",
        ),
        pytest.param(A_TUESDAY, True, (Status.PRESENT, Mode.ROOM), id="attends: present"),
    ],
)
def test_exempt_every_other_week(day, attends, expected):
    """C29."""
    given = teaching()
    exempt, other = StudentFactory.create_batch(2, in_class=given.school_class)
    exemption(exempt, given.school_class.school, rhythm=Rhythm.A, attends=attends).subjects.add(
        given.subject
    )

    roll = begun(given, nine(day))

    assert proposals(roll) == ({exempt.login: expected} if expected else {}) | {
        other.login: (Status.PRESENT, Mode.ROOM)
    }


def test_a_known_leave_proposes_excused_unless_the_student_came_by_video():
    given = teaching()
    away, came = StudentFactory.create_batch(2, in_class=given.school_class)
    for student in (away, came):
        exemption(student, given.school_class.school, kind=ExemptionKind.LEAVE)
    meeting = video_class(given)
    led(meeting)
    was_there(meeting, came, (0, 55))

    assert proposals(prefilled(meeting)) == {
        away.login: (Status.EXCUSED, Mode.UNKNOWN),
        came.login: (Status.PRESENT, Mode.VIDEO),
    }
