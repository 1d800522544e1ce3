"""The roll of a class: begun, prefilled from video, work and leave, closed once, corrected beside."""

import datetime
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from continuity.attendance.exceptions import RollClosed
from continuity.attendance.services import roll_call as rolls
from continuity.attendance.values.roll_call import Mark
from continuity.enums import ExemptionKind, HandInState, Mode, Motive, Status
from continuity.models import Exemption, HandIn, RollCall, RollCorrection, RollLine
from courses.agenda.enums import Rhythm
from courses.people.enums import ClassKind
from courses.people.models import ClassMembership
from tests.factories.attendance import came_as_guest, was_there
from tests.factories.continuity import (
    LeaderFactory,
    SchoolClassFactory,
    StudentFactory,
    assignment,
    class_hour,
    part_of,
    teaching,
    tutor_of,
)
from tests.factories.rolls import (
    A_TUESDAY,
    begun,
    closed,
    led,
    marks_of,
    nine,
    prefilled,
    video_class,
)

pytestmark = pytest.mark.django_db


def proposals(roll) -> dict[str, tuple]:
    return {
        line.student.login: (line.proposed_status, line.proposed_mode)
        for line in roll.lines.in_roll_order()
    }


def exemption(student, school, kind=ExemptionKind.EXEMPTION, **facts) -> Exemption:
    entered_by = LeaderFactory(leads=school)
    return Exemption.objects.create(
        student=student,
        school=school,
        kind=kind,
        first_day=A_TUESDAY,
        entered_by=entered_by,
        **facts,
    )


def test_a_teacher_opens_an_hour_of_the_timetable_and_closes_its_roll(client, time_machine):
    given = teaching()
    class_hour(given, weekday=2, begins=9)
    present, absent = StudentFactory.create_batch(2, in_class=given.school_class)
    time_machine.move_to(nine() + datetime.timedelta(minutes=3))
    client.force_login(given.teacher)

    listed = client.get(reverse("continuity:rolls"))
    opened = client.post(
        reverse("continuity:begin_roll"),
        {"teaching": given.public_id, "starts_at": nine().isoformat()},
    )
    roll = RollCall.objects.get()
    lines = {line.student_id: line for line in roll.lines.all()}
    posted = client.post(
        reverse("continuity:close_roll", args=[roll.public_id]),
        {
            "revision": "0",
            f"status-{lines[present.pk].public_id}": "present",
            f"mode-{lines[present.pk].public_id}": "room",
            f"status-{lines[absent.pk].public_id}": "absent",
        },
    )

    assert b"Take the roll" in listed.content
    assert opened.url == reverse("continuity:roll", args=[roll.public_id])
    assert posted.status_code == 302
    roll.refresh_from_db()
    assert (roll.is_closed, roll.closed_by) == (True, given.teacher)
    assert list(roll.lines.order_by("student").values_list("student", "status", "mode")) == [
        (present.pk, Status.PRESENT, Mode.ROOM),
        (absent.pk, Status.ABSENT, Mode.UNKNOWN),
    ]


def test_looking_writes_nothing(client, time_machine):
    given = teaching()
    class_hour(given, weekday=2, begins=9)
    StudentFactory(in_class=given.school_class)
    time_machine.move_to(nine() + datetime.timedelta(minutes=3))
    client.force_login(given.teacher)

    client.get(reverse("continuity:rolls"))
    client.get(reverse("continuity:begin_roll"))

    assert not RollCall.objects.exists()


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


def test_measuring_twice_changes_nothing_and_what_the_teacher_said_stays():
    given = teaching()
    student = StudentFactory(in_class=given.school_class)
    meeting = video_class(given)
    led(meeting)
    was_there(meeting, student, (20, 55))
    roll = prefilled(meeting)
    rolls.save(
        roll=roll,
        marks=marks_of(roll, **{student.login: Mark(Status.PRESENT, Mode.VIDEO)}),
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


def test_a_second_teacher_overwrites_nothing_and_loses_nothing(client):
    """A stale form is shown again with what was typed, beside what was saved meanwhile."""
    given = teaching()
    student = StudentFactory(in_class=given.school_class)
    roll = begun(given)
    rolls.save(roll=roll, marks=marks_of(roll), revision=0, by=given.teacher)
    client.force_login(given.teacher)
    line = roll.lines.get()

    answer = client.post(
        reverse("continuity:close_roll", args=[roll.public_id]),
        {
            "revision": "0",
            f"status-{line.public_id}": "absent",
            f"reason-{line.public_id}": "Pas vu",
        },
    )

    assert answer.status_code == 409
    assert f'name="status-{line.public_id}" value="absent" checked' in answer.text
    assert 'value="Pas vu"' in answer.text
    assert "Saved meanwhile: Present, in the room." in answer.text
    line.refresh_from_db()
    assert (line.status, line.student) == (Status.PRESENT, student)


def test_a_roll_closes_once_and_the_same_form_twice_is_once():
    given = teaching()
    StudentFactory(in_class=given.school_class)
    roll = begun(given)
    marks = marks_of(roll)

    first = rolls.close(roll=roll, marks=marks, revision=0, by=given.teacher)
    again = rolls.close(roll=roll, marks=marks, revision=0, by=given.teacher)

    assert (
        (first.closed_at, first.revision)
        == (again.closed_at, again.revision)
        == (again.closed_at, 1)
    )
    with pytest.raises(RollClosed):
        rolls.save(roll=roll, marks=marks, revision=1, by=given.teacher)


def test_excused_after_the_fact_with_a_document_that_is_seen_and_not_kept(client):
    """C28: the first state stays, with the reason, who and when; of the paper it is kept that it
    was seen.
    """
    given = teaching()
    student = StudentFactory(in_class=given.school_class)
    tutor = tutor_of(given.school_class)
    roll = closed(begun(given), **{student.login: Mark(Status.ABSENT)})
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


@pytest.mark.at("2026-11-25T12:00")
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1850-02-03", "2026-02-30", "x"])
def test_a_day_that_no_page_shows_is_today_and_never_an_error(client, day):
    given = teaching()
    leader = LeaderFactory(leads=given.school_class.school)
    client.force_login(given.teacher)
    rolls_of_teacher = client.get(reverse("continuity:rolls"), {"until": day})
    client.force_login(leader)
    rolls_of_school = client.get(reverse("continuity:rolls_of_day"), {"day": day})

    today = timezone.localdate()
    assert (rolls_of_teacher.status_code, rolls_of_teacher.context["last"]) == (200, today)
    assert (rolls_of_school.status_code, rolls_of_school.context["day"]) == (200, today)


def test_a_roll_that_was_not_taken_says_so_to_staff_and_nothing_to_students(client, time_machine):
    """C30."""
    given = teaching()
    class_hour(given, weekday=2, begins=9)
    student = StudentFactory(in_class=given.school_class)
    leader = LeaderFactory(leads=given.school_class.school)
    roll = begun(given)
    rolls.save(
        roll=roll,
        marks=marks_of(roll, **{student.login: Mark(Status.ABSENT)}),
        revision=0,
        by=given.teacher,
    )
    time_machine.move_to(nine(hour=18))

    client.force_login(leader)
    for_staff = client.get(reverse("continuity:rolls_of_day")).text
    client.force_login(given.teacher)
    for_teacher = client.get(reverse("continuity:rolls")).text
    client.force_login(student)
    for_student = client.get(reverse("continuity:my_attendance")).text

    assert "1 not taken" in for_staff
    assert "Not taken" in for_teacher
    assert "No rolls taken yet" in for_student
    assert given.subject.title_en not in for_student


def test_who_was_away_in_the_hour_before_is_marked_by_one_press_and_nothing_is_saved(
    client, time_machine
):
    school_class = SchoolClassFactory()
    given = teaching(school_class)
    away, excused, late, _present = StudentFactory.create_batch(4, in_class=school_class)
    marks = {
        away.login: Mark(Status.ABSENT),
        excused.login: Mark(Status.EXCUSED),
        late.login: Mark(Status.LATE, Mode.ROOM, 12),
    }
    eight = closed(begun(given, nine(hour=8)), **marks)
    of_others = closed(
        begun(teaching(school_class), nine(hour=7)), **{late.login: Mark(Status.ABSENT)}
    )
    time_machine.move_to(nine(hour=9))
    now = begun(given, nine())
    client.force_login(given.teacher)
    address = reverse("continuity:roll", args=[now.public_id])

    offered = client.get(address)
    pressed = client.get(address, {"as": eight.public_id})
    not_theirs = client.get(address, {"as": of_others.public_id})

    def shown(response):
        return {
            row.line.student: row.mark.status
            for row in response.context["all_rows"]
            if row.mark.status != Status.PRESENT
        }

    assert f'href="?as={eight.public_id}"' in offered.text
    assert "As at 08:00" in offered.text
    assert [shown(offered), shown(not_theirs)] == [{}, {}]
    assert shown(pressed) == {away: Status.ABSENT, excused: Status.EXCUSED}
    assert "Nothing is saved yet" in pressed.text
    assert not now.lines.exclude(status="").exists()


@pytest.mark.at("2026-11-24T18:00")
def test_the_days_rolls_count_and_name_who_was_absent(client):
    school_class = SchoolClassFactory(name="2de 4")
    first, second = teaching(school_class), teaching(school_class)
    away, late, excused, _present = StudentFactory.create_batch(4, in_class=school_class)
    class_hour(first, weekday=2, begins=9)
    class_hour(second, weekday=2, begins=10)
    absent = {student.login: Mark(Status.ABSENT) for student in (away, excused)}
    morning = closed(begun(first), **absent, **{late.login: Mark(Status.LATE, Mode.ROOM, 12)})
    closed(begun(second, nine(hour=10)), **{away.login: Mark(Status.ABSENT)})
    line = morning.lines.get(student=excused)
    mark = Mark(Status.EXCUSED, reason="Rendez-vous")
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
    closed(begun(given), **{student.login: Mark(Status.ABSENT) for student in (own, other)})
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
    closed(begun(old), **{student.login: Mark(Status.ABSENT)})
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
    roll = closed(begun(given), **{student.login: Mark(Status.ABSENT)})
    leader = LeaderFactory(leads=given.school_class.school)
    rolls.correct(
        line=roll.lines.get(), mark=Mark(Status.EXCUSED, reason="Mot"), by=leader, key=uuid.uuid4()
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
