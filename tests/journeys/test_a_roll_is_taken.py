"""The roll of a class: begun, prefilled from video, work and leave, closed once, corrected beside."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from continuity.attendance.exceptions import RollClosed
from continuity.attendance.services import roll_call as rolls
from continuity.attendance.values.roll_call import RollMark
from continuity.enums import Mode, Status
from continuity.models import RollCall
from tests.factories.continuity import (
    LeaderFactory,
    SchoolClassFactory,
    StudentFactory,
    class_hour,
    teaching,
)
from tests.factories.rolls import begun, closed, marks_of, nine

pytestmark = pytest.mark.django_db


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


@pytest.mark.parametrize("button", ["save_roll", "close_roll"])
@pytest.mark.parametrize("name", ["reason", "early", "late", "mode"])
def test_what_is_typed_for_a_student_without_a_mark_is_kept_and_the_mark_asked_for(
    client, button, name
):
    given = teaching()
    StudentFactory.create_batch(2, in_class=given.school_class)
    roll = begun(given)
    roll.lines.update(proposed_status="", proposed_mode="")  # as if nobody was seen by video
    typed_for, other = roll.lines.in_roll_order()
    typed = Mode.ROOM if name == "mode" else "10 min"
    data = {"revision": "0", f"status-{other.public_id}": "absent"}
    client.force_login(given.teacher)
    address = reverse(f"continuity:{button}", args=[roll.public_id])

    refused = client.post(address, data | {f"{name}-{typed_for.public_id}": typed})
    untouched = set(roll.lines.values_list("status", "reason"))
    empty = client.post(address, data | {f"{name}-{typed_for.public_id}": " "})

    assert refused.status_code == 422
    row = next(row for row in refused.context["to_decide"] if row.line == typed_for)
    assert row.wrong.startswith("Choose present, late, absent or excused")
    assert row.wrong in refused.text
    assert f'value="{typed}"{" selected" if name == "mode" else ""}>' in refused.text
    assert f'name="status-{other.public_id}" value="absent" checked' in refused.text
    assert untouched == {("", "")}
    assert empty.status_code == 302
    assert sorted(roll.lines.values_list("status", flat=True)) == ["", Status.ABSENT]


def test_a_refused_form_that_is_outdated_overwrites_nothing_once_it_is_put_right(client):
    given = teaching()
    StudentFactory(in_class=given.school_class)
    roll = begun(given)
    line = roll.lines.get()
    client.force_login(given.teacher)
    address = reverse("continuity:save_roll", args=[roll.public_id])
    rolls.save(roll=roll, marks=marks_of(roll), revision=0, by=given.teacher)
    typed = {"revision": "0", f"reason-{line.public_id}": "Pas vu"}

    refused = client.post(address, typed)
    shown = refused.context["roll"].revision
    answer = client.post(
        address, typed | {"revision": str(shown), f"status-{line.public_id}": "absent"}
    )

    assert (refused.status_code, answer.status_code) == (422, 409)
    assert f'name="revision" value="{shown}"' in refused.text
    assert "Saved meanwhile: Present, in the room." in answer.text
    line.refresh_from_db()
    assert line.status == Status.PRESENT


def test_a_roll_that_was_closed_meanwhile_counts_what_is_in_it(client):
    given = teaching()
    StudentFactory(in_class=given.school_class)
    roll = begun(given)
    rolls.close(roll=roll, marks=marks_of(roll), revision=0, by=given.teacher)
    client.force_login(given.teacher)

    answer = client.post(
        reverse("continuity:save_roll", args=[roll.public_id]),
        {"revision": "0", f"status-{roll.lines.get().public_id}": "absent"},
    )

    assert answer.status_code == 409
    read = client.get(reverse("continuity:roll", args=[roll.public_id]))
    assert answer.context["tallies"] == read.context["tallies"]
    assert [(row.mark.status, row.tone) for row in answer.context["all_rows"]] == [
        ("present", "done")
    ]


def test_a_roll_that_was_closed_meanwhile_asks_for_nothing_more(client):
    given = teaching()
    StudentFactory(in_class=given.school_class)
    roll = begun(given)
    rolls.close(roll=roll, marks=marks_of(roll), revision=0, by=given.teacher)
    client.force_login(given.teacher)

    answer = client.post(
        reverse("continuity:save_roll", args=[roll.public_id]),
        {"revision": "0", f"reason-{roll.lines.get().public_id}": "Pas vu"},
    )

    assert answer.status_code == 409
    assert "closed this roll in the meantime" in answer.text
    assert "see what is missing below" not in answer.text


@pytest.mark.parametrize("revision", ["²", "1" * 5000, "-1", ""])
def test_a_revision_that_is_no_number_is_an_outdated_form(client, revision):
    given = teaching()
    StudentFactory(in_class=given.school_class)
    roll = begun(given)
    client.force_login(given.teacher)

    answer = client.post(
        reverse("continuity:save_roll", args=[roll.public_id]), {"revision": revision}
    )

    assert answer.status_code == 409


@pytest.mark.parametrize(("status", "name"), [("late", "late"), ("present", "early")])
def test_minutes_that_are_no_number_are_shown_as_they_were_typed(client, status, name):
    given = teaching()
    StudentFactory(in_class=given.school_class)
    roll = begun(given)
    line = roll.lines.get()
    client.force_login(given.teacher)

    refused = client.post(
        reverse("continuity:save_roll", args=[roll.public_id]),
        {
            "revision": "0",
            f"status-{line.public_id}": status,
            f"{name}-{line.public_id}": "10 min",
            f"reason-{line.public_id}": "Bus",
        },
    )

    assert refused.status_code == 422
    assert "Minutes are a whole number, at most 600." in refused.text
    assert [f'value="{typed}">' in refused.text for typed in ("10 min", "Bus")] == [True, True]
    assert f'name="status-{line.public_id}" value="{status}" checked' in refused.text


@pytest.mark.parametrize(
    "instant",
    [
        "0001-01-01T00:00+14:00",
        "0001-01-02T00:00+00:00",
        "9999-12-31T00:00+00:00",
        "9999-12-31T23:59:59-12:00",
        "2026-11-24T09:00",  # of no zone
        "x",
    ],
)
def test_a_roll_of_an_instant_without_an_hour_is_not_found(client, instant):
    given = teaching()
    class_hour(given, weekday=2, begins=9)
    client.force_login(given.teacher)

    answer = client.post(
        reverse("continuity:begin_roll"), {"teaching": given.public_id, "starts_at": instant}
    )

    assert answer.status_code == 404
    assert not RollCall.objects.exists()


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
        marks=marks_of(roll, **{student.login: RollMark(Status.ABSENT)}),
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
        away.login: RollMark(Status.ABSENT),
        excused.login: RollMark(Status.EXCUSED),
        late.login: RollMark(Status.LATE, Mode.ROOM, 12),
    }
    eight = closed(begun(given, nine(hour=8)), **marks)
    of_others = closed(
        begun(teaching(school_class), nine(hour=7)), **{late.login: RollMark(Status.ABSENT)}
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
