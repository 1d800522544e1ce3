"""A stand-in whose membership of the school ends, or begins later, and a subject that ends under one."""

import datetime

import pytest
from django.urls import reverse

from continuity.models import HelpRequest
from courses.people import services as people
from courses.people.enums import Role
from courses.people.models import Membership, Person, StandIn, Teaching
from courses.people.services import teachings
from tests.factories.continuity import (
    LeaderFactory,
    StudentFactory,
    at,
    homework_item,
    part_of,
    teaching,
)
from tests.factories.leaving import ask, leave_school
from tests.factories.markup import shows
from tests.factories.people import MembershipFactory, TeacherFactory
from tests.factories.rolls import begun

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]
YESTERDAY, TODAY = datetime.date(2026, 11, 24), datetime.date(2026, 11, 25)
DAY = datetime.timedelta(days=1)
TOMORROW = datetime.date(2026, 11, 26)
IN_TWO_WEEKS = datetime.date(2026, 12, 9)


def test_a_stand_in_who_has_left_reads_nothing_and_is_named_nowhere(client):
    given = teaching()
    school = given.school_class.school
    student = StudentFactory(in_class=given.school_class, language="en")
    homework = homework_item(part_of(given), returns="text").assignment
    stand_in = TeacherFactory(works_at=school)
    StandIn.objects.create(
        teaching=given, teacher=stand_in, first_day=YESTERDAY, last_day=IN_TWO_WEEKS
    )
    leave_school(given.teacher, school)
    client.force_login(student)
    pages = [
        reverse("continuity:hand_in", args=[homework.public_id]),
        reverse("continuity:week"),
        reverse("continuity:my_classes"),
    ]

    def named() -> list[bool]:
        return [stand_in.display_name in client.get(page).text for page in pages]

    assert named() == [True, True, True]
    assert stand_in.display_name in ask(client, teaching=given.public_id).text

    leave_school(stand_in, school)

    assert named() == [False, False, False]
    assert "Nobody teaches" in ask(client, teaching=given.public_id, text="Encore.").text
    assert HelpRequest.objects.count() == 1
    page = client.get(reverse("continuity:help")).text
    assert "nobody teaches it in your class at the moment" in page
    assert "your question waits for whoever takes over" in page
    assert not Teaching.objects.open_to(Person.objects.get(pk=stand_in.pk)).exists()


def test_a_stand_in_is_named_where_the_teacher_has_left(client):
    given = teaching()
    school = given.school_class.school
    student = StudentFactory(in_class=given.school_class, language="en")
    stand_in = TeacherFactory(works_at=school)
    StandIn.objects.create(
        teaching=given, teacher=stand_in, first_day=YESTERDAY, last_day=IN_TWO_WEEKS
    )
    leave_school(given.teacher, school)

    client.force_login(student)
    mine = client.get(reverse("continuity:my_classes")).text
    client.force_login(LeaderFactory(leads=school, language="en"))
    page = client.get(reverse("continuity:school_class", args=[given.school_class.public_id])).text

    assert shows(mine, f"<dd>{stand_in.display_name}</dd>")
    assert "nobody at the moment" not in mine
    assert "no longer at the school." in page
    assert "what students write waits" not in page


def test_a_week_that_names_a_stand_in_is_no_304_after_they_have_left(client):
    given = teaching()
    school = given.school_class.school
    client.force_login(StudentFactory(in_class=given.school_class, language="en"))
    stand_in = TeacherFactory(works_at=school)
    StandIn.objects.create(
        teaching=given, teacher=stand_in, first_day=YESTERDAY, last_day=IN_TWO_WEEKS
    )
    week = reverse("continuity:week")
    client.get(week)  # gets the cookie that the ETag depends on
    tag = client.get(week).headers["ETag"]
    assert client.get(week, headers={"if-none-match": tag}).status_code == 304

    leave_school(stand_in, school)
    again = client.get(week, headers={"if-none-match": tag})

    assert again.status_code == 200
    assert stand_in.display_name not in again.text


def test_who_stands_in_for_a_subject_that_ends_does_so_no_longer(client):
    given = teaching()
    student = StudentFactory(in_class=given.school_class, language="en")
    stand_in = TeacherFactory(works_at=given.school_class.school, language="en")
    roll = begun(given, at(TODAY, 9))
    StandIn.objects.create(teaching=given, teacher=stand_in, first_day=TODAY, last_day=IN_TWO_WEEKS)
    StandIn.objects.create(
        teaching=given, teacher=stand_in, first_day=IN_TWO_WEEKS + DAY, last_day=IN_TWO_WEEKS + DAY
    )

    def told() -> tuple:
        client.force_login(student)
        week, mine = (
            client.get(reverse("continuity:week")).text,
            client.get(reverse("continuity:my_classes")).text,
        )
        client.force_login(stand_in)
        first_page = client.get(reverse("today:home")).text
        opened = client.get(reverse("continuity:roll", args=[roll.public_id])).status_code
        return (
            stand_in.display_name in week,
            stand_in.display_name in mine,
            "you stand in" in first_page,
            opened,
        )

    assert told() == (True, True, True, 200)
    teachings.end_teaching(teaching=given)

    assert told() == (False, False, False, 404)
    teachings.give_teaching(
        school_class=given.school_class, subject=given.subject, teacher=stand_in
    )
    # A week names who stands in; the roll of before is finished by who gives the subject now.
    assert told() == (False, True, False, 200)


def test_a_stand_in_who_leaves_before_the_last_day_is_refused_with_the_last_possible_day(client):
    given = teaching()
    school = given.school_class.school
    client.force_login(LeaderFactory(leads=school, language="en"))
    person = TeacherFactory(works_at=school)
    last_day = TOMORROW + 2 * DAY  # of two memberships that follow each other
    Membership.objects.filter(person=person).update(until=TOMORROW)
    MembershipFactory(
        person=person,
        role=Role.TEACHER,
        organisation=school,
        since=TOMORROW + DAY,
        until=last_day,
    )
    page = reverse("continuity:stand_in", args=[given.public_id])

    def named(until):
        form = {"teacher": person.public_id, "first_day": f"{TODAY}", "last_day": f"{until}"}
        return client.post(page, form, follow=True)

    refused = named(last_day + DAY)
    assert refused.status_code == 422
    assert "until Saturday 28 November 2026 only" in refused.text
    assert not StandIn.objects.exists()
    assert "stands in on these days" in named(last_day).text


def test_a_stand_in_who_leaves_later_is_announced_until_their_last_day_and_no_longer(client):
    given = teaching()
    school = given.school_class.school
    student = StudentFactory(in_class=given.school_class, language="en")
    stand_in = TeacherFactory(works_at=school)
    row = StandIn.objects.create(
        teaching=given, teacher=stand_in, first_day=TODAY, last_day=IN_TWO_WEEKS
    )
    later = StandIn.objects.create(
        teaching=given, teacher=stand_in, first_day=IN_TWO_WEEKS, last_day=IN_TWO_WEEKS
    )
    membership = Membership.objects.get(person=stand_in, organisation=school)

    people.leave(membership=membership, last_day=TOMORROW)
    row.refresh_from_db()

    assert row.last_day == TOMORROW
    assert not StandIn.objects.filter(pk=later.pk).exists()
    client.force_login(student)
    assert stand_in.display_name in client.get(reverse("continuity:my_classes")).text


def test_a_stand_in_who_joins_later_is_announced_and_can_be_taken_back(client):
    given = teaching()
    school = given.school_class.school
    student = StudentFactory(in_class=given.school_class, language="en")
    newcomer = TeacherFactory(works_at=school)
    newcomer.memberships.update(since=TOMORROW)
    StandIn.objects.create(
        teaching=given, teacher=newcomer, first_day=TOMORROW, last_day=IN_TWO_WEEKS
    )

    def read(person, page, *args):
        client.force_login(person)
        return client.get(reverse(page, args=args)).text

    leader = LeaderFactory(leads=school, language="en")
    kept = read(leader, "continuity:school_class", given.school_class.public_id)
    told = [read(student, page) for page in ("continuity:week", "continuity:my_classes")]

    assert f"{newcomer.display_name} stands in from" in kept
    assert "Take the stand-in back" in kept
    assert [newcomer.display_name in page for page in told] == [True, True]
