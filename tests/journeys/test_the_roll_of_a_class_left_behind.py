"""Whose roll it is when a video class stayed with who gave the subject before."""

import datetime

import pytest
import time_machine
from django.urls import reverse

from continuity.attendance.services import roll_call as rolls
from continuity.enums import Status
from continuity.models import RollCall
from courses.agenda.models import Absence
from courses.people import services as people
from courses.people.models import Membership
from tests.factories.continuity import (
    LeaderFactory,
    StudentFactory,
    at,
    class_hour,
    part_of,
    teaching,
)
from tests.factories.markup import shows
from tests.factories.rolls import video_class
from tests.factories.video_classes import (
    DAY,
    NEXT_FRIDAY,
    TODAY,
    followed,
    of_a_published_week,
)

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-27T10:00")]


@pytest.fixture
def given():
    return teaching()


def begun(client, person, given, meeting):
    client.force_login(person)
    hour = {"teaching": given.public_id, "starts_at": meeting.starts_at.isoformat()}
    return client.post(reverse("continuity:begin_roll"), hour).status_code


def closing(roll, status):
    marks = {f"status-{line.public_id}": status for line in roll.lines.all()}
    return {"revision": roll.revision, **marks}


def test_the_roll_of_a_later_day_is_the_next_teachers_alone(client, given):
    meeting = of_a_published_week(given, NEXT_FRIDAY)
    StudentFactory(in_class=given.school_class)
    newcomer = followed(given)

    with time_machine.travel(at(NEXT_FRIDAY, 11) + 25 * datetime.timedelta(minutes=1), tick=False):
        client.force_login(given.teacher)
        listed = str(given.school_class) in client.get(reverse("continuity:rolls")).text
        before = begun(client, given.teacher, given, meeting)
        now_given = begun(client, newcomer, given, meeting)
        roll = RollCall.objects.get()
        client.force_login(given.teacher)
        opened = client.get(reverse("continuity:roll", args=[roll.public_id])).status_code
        close = reverse("continuity:close_roll", args=[roll.public_id])
        closed = client.post(close, closing(roll, Status.ABSENT)).status_code

    roll.refresh_from_db()
    assert (listed, before, now_given) == (False, 404, 302)
    assert (opened, closed, roll.is_closed) == (404, 404, False)


def test_a_leaders_day_counts_the_roll_of_a_video_class_left_over(client, given):
    meeting = of_a_published_week(given, NEXT_FRIDAY)
    StudentFactory(in_class=given.school_class)
    newcomer = followed(given)
    leader = LeaderFactory(leads=given.school_class.school, language="en")
    day = f"{reverse('continuity:rolls_of_day')}?day={NEXT_FRIDAY.isoformat()}"

    def read():
        client.force_login(leader)
        return client.get(reverse("today:home")).text, client.get(day).text

    with time_machine.travel(meeting.ends_at, tick=False):
        missing, not_taken = read()
        begun(client, newcomer, given, meeting)
        roll = RollCall.objects.get()
        client.post(
            reverse("continuity:close_roll", args=[roll.public_id]), closing(roll, Status.ABSENT)
        )
        absent, taken = read()

    row = f"{given.school_class}, {given.subject}"
    assert "1 roll of today is missing" in missing
    assert row in not_taken
    assert given.teacher.display_name not in not_taken
    assert "By 1 closed roll." in absent
    assert "1 student absent today" in absent
    assert shows(taken, f'<p class="soft">{newcomer.display_name}</p>')


@pytest.mark.parametrize("has_left", [False, True], ids=["ended", "left the school"])
def test_the_absence_of_who_gave_the_subject_before_hides_no_roll_of_the_next(
    client, given, has_left
):
    meeting = of_a_published_week(given, NEXT_FRIDAY)
    StudentFactory(in_class=given.school_class)
    school = given.school_class.school
    if has_left:
        newcomer = teaching(given.school_class, subject=given.subject, since=TODAY).teacher
        membership = Membership.objects.get(person=given.teacher, organisation=school)
        people.leave(membership=membership, last_day=TODAY)
    else:
        newcomer = followed(given)
    leader = LeaderFactory(leads=given.school_class.school, language="en")
    Absence.objects.create(
        teacher=given.teacher,
        key="training:1",
        reason="Stage",
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
    )

    with time_machine.travel(meeting.ends_at, tick=False):
        client.force_login(leader)
        day = client.get(reverse("continuity:rolls_of_day")).text
        status = begun(client, newcomer, given, meeting)

    assert f"{given.school_class}, {given.subject}" in day
    assert given.teacher.display_name not in day
    assert (status, RollCall.objects.count()) == (302, 1)


def test_the_next_teacher_of_who_left_yesterday_finds_todays_roll_in_the_list(client, given):
    meeting = of_a_published_week(given, TODAY)
    StudentFactory(in_class=given.school_class)
    school = given.school_class.school
    newcomer = teaching(given.school_class, subject=given.subject, since=TODAY).teacher
    membership = Membership.objects.get(person=given.teacher, organisation=school)
    people.leave(membership=membership, last_day=TODAY - DAY)
    Absence.objects.create(
        teacher=given.teacher,
        key="training:1",
        reason="Stage",
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
    )

    with time_machine.travel(meeting.starts_at, tick=False):
        client.force_login(newcomer)
        listed = client.get(reverse("continuity:rolls")).text

    assert "11:10" in listed
    assert "No class of yours today" not in listed


@pytest.mark.parametrize("is_measured", [False, True], ids=["not begun", "presence measured"])
def test_a_left_over_class_at_an_hour_of_the_next_teacher_has_one_roll(client, given, is_measured):
    meeting = video_class(given, at(NEXT_FRIDAY, 11))
    part_of(given, NEXT_FRIDAY - 4 * DAY)
    StudentFactory(in_class=given.school_class)
    newcomer = followed(given)
    own = given.school_class.teachings.get(teacher=newcomer)
    class_hour(own, 5, 11, since=TODAY + DAY)
    leader = LeaderFactory(leads=given.school_class.school, language="en")

    def read(person, name):
        client.force_login(person)
        return client.get(reverse(name)).text

    with time_machine.travel(meeting.ends_at, tick=False):
        if is_measured:
            rolls.prefill(meeting.pk)
        missing = read(leader, "today:home")
        first_page = read(newcomer, "today:home")
    with time_machine.travel(meeting.ends_at + DAY, tick=False):
        listed = read(newcomer, "continuity:rolls")
        begun(client, newcomer, given if is_measured else own, meeting)
        roll = RollCall.objects.get()
        close = reverse("continuity:close_roll", args=[roll.public_id])
        client.post(close, closing(roll, Status.ABSENT))
        client.force_login(leader)
        day = f"{reverse('continuity:rolls_of_day')}?day={NEXT_FRIDAY.isoformat()}"
        of_the_day = client.get(day).text

    roll.refresh_from_db()
    assert "1 roll of today is missing" in missing
    assert first_page.count("Take the roll") == 1
    assert listed.count("</svg>Not taken") == 1
    assert (roll.meeting, roll.is_closed) == (meeting, True)
    assert of_the_day.count(f"{given.school_class}, {given.subject}") == 1


def test_a_list_read_before_the_presence_was_measured_leads_to_the_one_roll(client, given):
    meeting = video_class(given, at(NEXT_FRIDAY, 11))
    part_of(given, NEXT_FRIDAY - 4 * DAY)
    StudentFactory(in_class=given.school_class)
    newcomer = followed(given)
    own = given.school_class.teachings.get(teacher=newcomer)
    class_hour(own, 5, 11, since=TODAY + DAY)

    with time_machine.travel(meeting.ends_at, tick=False):
        rolls.prefill(meeting.pk)
        status = begun(client, newcomer, own, meeting)

    assert (status, RollCall.objects.get().teaching) == (302, given)


def test_two_teachers_of_the_subject_at_one_hour_have_a_roll_each(client, given):
    meeting = video_class(given, at(NEXT_FRIDAY, 11))
    part_of(given, NEXT_FRIDAY - 4 * DAY)
    StudentFactory(in_class=given.school_class)
    newcomer = followed(given)
    own = given.school_class.teachings.get(teacher=newcomer)
    beside = teaching(given.school_class, subject=given.subject, since=TODAY)
    for one in (own, beside):
        class_hour(one, 5, 11, since=TODAY + DAY)

    with time_machine.travel(meeting.ends_at, tick=False):
        statuses = [begun(client, one.teacher, one, meeting) for one in (own, beside)]

    assert statuses == [302, 302]
    assert set(RollCall.objects.values_list("teaching", "meeting")) == {
        (own.pk, meeting.pk),
        (beside.pk, None),
    }
