"""A published video class whose teacher no longer gives the subject: who opens, moves or cancels
it, and who is told that nobody can.
"""

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from continuity.models import PlanItem
from continuity.video import services as videos
from courses.agenda.models import Absence
from courses.people import services as people
from courses.people.models import Membership, StandIn
from courses.people.services import teachings
from tests.factories.continuity import (
    LeaderFactory,
    StudentFactory,
    at,
    part_of,
    teaching,
)
from tests.factories.people import TeacherFactory
from tests.factories.rolls import led
from tests.factories.video_classes import (
    DAY,
    MONDAY_AFTER,
    NEXT_FRIDAY,
    TODAY,
    followed,
    of_a_published_week,
)

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-27T10:00")]


@pytest.fixture
def given():
    return teaching()


def opened_by(client, person, meeting):
    client.force_login(person)
    return client.get(reverse("continuity:enter_video", args=[meeting.public_id]))


def end_today(client, given):
    client.force_login(LeaderFactory(leads=given.school_class.school, language="en"))
    page = reverse("continuity:end_teaching", args=[given.public_id])
    return client.post(page, follow=True).text


def test_the_waiting_page_names_who_opens_the_room_or_says_that_nobody_does(client, given):
    meeting = of_a_published_week(given, TODAY)
    school = given.school_class.school
    student = StudentFactory(in_class=given.school_class, language="en")
    colleague = TeacherFactory(works_at=school)
    waits = time_machine.travel(at(TODAY, 11), tick=False)

    with waits:
        stand_in = StandIn.objects.create(
            teaching=given, teacher=colleague, first_day=TODAY, last_day=TODAY
        )
        both = opened_by(client, student, meeting).text
        people.leave(
            membership=Membership.objects.get(person=given.teacher, organisation=school),
            last_day=TODAY - DAY,
        )
        stood_in = opened_by(client, student, meeting).text
        teachings.withdraw_stand_in(stand_in=stand_in)
        nobody = opened_by(client, student, meeting)
        teaching(given.school_class, subject=given.subject, teacher=colleague, since=TODAY)
        given_now = opened_by(client, student, meeting).text

    names = f"{given.teacher.display_name} or {colleague.display_name}"
    assert f"The room opens when {names} is there" in both
    assert f"The room opens when {colleague.display_name} is there" in stood_in
    assert "Nobody can open this room at the moment" in nobody.text
    assert given.teacher.display_name not in nobody.text
    assert nobody["Refresh"] == "10"
    assert f"The room opens when {colleague.display_name} is there" in given_now


def test_who_gives_the_subject_then_opens_moves_and_cancels_what_was_left_over(client, given):
    meeting = of_a_published_week(given, NEXT_FRIDAY)
    school_class = given.school_class
    student = StudentFactory(in_class=school_class, language="en")
    newcomer = TeacherFactory(works_at=school_class.school, language="en")
    end_today(client, given)
    own = teachings.give_teaching(
        school_class=school_class, subject=given.subject, teacher=newcomer, since=TODAY + DAY
    )
    pages = [
        reverse(f"continuity:{name}", args=[key])
        for name, key in (
            ("edit_video", meeting.series.video_class.public_id),
            ("move_video", meeting.public_id),
            ("cancel_video", meeting.public_id),
        )
    ]
    week = reverse("continuity:planner", args=[school_class.public_id, "2026-11-30"])

    def statuses(person):
        client.force_login(person)
        return [client.get(page).status_code for page in pages]

    assert statuses(newcomer) == [404, 404, 404]  # not before they give it
    with time_machine.travel(at(NEXT_FRIDAY, 11), tick=False):
        assert statuses(given.teacher) == [404, 404, 404]
        assert statuses(newcomer) == [200, 200, 200]
        assert pages[0] in client.get(week, {"teaching": "all"}).text
        edit = client.get(pages[0]).text
        assert "yours to hold, move or cancel" in edit
        assert "One more date" not in edit
        added = reverse("continuity:add_video_date", args=[meeting.series.video_class.public_id])
        assert client.post(added, {"day": "2026-12-11"}).status_code == 404
        enter = reverse("continuity:enter_video", args=[meeting.public_id])
        assert enter in client.get(reverse("today:home")).text
        assert newcomer.display_name in opened_by(client, student, meeting).text
        assert opened_by(client, given.teacher, meeting).status_code == 404
        assert opened_by(client, newcomer, meeting).status_code == 302
        assert opened_by(client, student, meeting).status_code == 302
    with time_machine.travel(at(NEXT_FRIDAY, 9), tick=False):
        client.force_login(newcomer)
        hours = {"day": "2026-12-07", "hour": "11:10", "minutes": "55", "reason": "Sortie"}
        client.post(pages[1], hours)
        item = PlanItem.objects.get(meeting=meeting)
        # In their own week: nobody could publish one of what has ended.
        assert (item.day, item.part.teaching) == (MONDAY_AFTER, own)
        client.post(pages[2], {"reason": "Sortie"})
        meeting.refresh_from_db()
        assert meeting.is_cancelled


def test_a_leader_who_ends_a_subject_is_told_of_the_video_classes_left_over(client, given):
    of_a_published_week(given, TODAY)
    meeting = of_a_published_week(given, NEXT_FRIDAY)
    school_class = given.school_class
    class_page = reverse("continuity:school_class", args=[school_class.public_id])

    pressed = end_today(client, given)
    left_over = "students see and nobody can open"
    with time_machine.travel(at(TODAY + DAY, 9), tick=False):
        first_page, page = client.get(reverse("today:home")).text, client.get(class_page).text
        newcomer = TeacherFactory(works_at=school_class.school)
        teachings.give_teaching(
            school_class=school_class, subject=given.subject, teacher=newcomer, since=TODAY + DAY
        )
        given_page = client.get(class_page).text
    with time_machine.travel(meeting.ends_at, tick=False):
        teachings.end_teaching(teaching=newcomer.teachings.get(), until=NEXT_FRIDAY)
        over = client.get(class_page).text

    assert f"Students see a video class of {given.subject} on Fri 4 Dec:" in pressed
    assert "1 video class can’t be opened by anybody" in first_page
    assert left_over in page
    assert "what students wrote there waits" not in page
    assert left_over not in given_page
    assert left_over not in over


def test_the_absence_of_who_gave_the_subject_before_cancels_no_video_class_of_the_next(
    client, given
):
    meeting = of_a_published_week(given, NEXT_FRIDAY)
    teachings.end_teaching(teaching=given, until=TODAY + DAY)
    teaching(given.school_class, subject=given.subject, since=TODAY + DAY)
    Absence.objects.create(
        teacher=given.teacher,
        key="training:1",
        reason="Stage",
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
    )

    assert videos.cancel_those_of(now=timezone.now()) == 0
    meeting.series.video_class.teaching.school_class.teachings.exclude(pk=given.pk).delete()
    assert videos.cancel_those_of(now=timezone.now()) == 0  # nobody gives it: not their absence


def test_a_student_who_has_left_the_school_gets_no_way_into_the_room_any_more(client, given):
    meeting = of_a_published_week(given, TODAY)
    student = StudentFactory(in_class=given.school_class)
    school = given.school_class.school
    join = f"{reverse('live:join', args=[meeting.public_id])}?enter=1"

    with time_machine.travel(meeting.starts_at, tick=False):
        led(meeting)
        entered = opened_by(client, student, meeting).status_code
        while_there = client.get(join).status_code
        people.leave(
            membership=Membership.objects.get(person=student, organisation=school),
            last_day=TODAY - DAY,
        )
        client.force_login(student)
        gone = client.get(join).status_code

    assert (entered, while_there, gone) == (302, 302, 403)


def test_a_student_waits_again_when_nobody_leads_the_video_class_any_more(client, given):
    meeting = of_a_published_week(given, TODAY)
    student = StudentFactory(in_class=given.school_class, language="en")
    school = given.school_class.school
    join = f"{reverse('live:join', args=[meeting.public_id])}?enter=1"

    with time_machine.travel(meeting.starts_at, tick=False):
        led(meeting)
        opened_by(client, student, meeting)
        while_led = client.get(join)
        people.leave(
            membership=Membership.objects.get(person=given.teacher, organisation=school),
            last_day=TODAY - DAY,
        )
        client.force_login(student)
        back = client.get(join, follow=True)

    assert "/practice/" in while_led.url
    assert [address for address, _status in back.redirect_chain] == [
        reverse("continuity:enter_video", args=[meeting.public_id])
    ]
    assert "Nobody can open this room at the moment" in back.text


def test_a_leader_is_told_of_a_video_class_before_the_day_on_which_the_next_one_begins(
    client, given
):
    meeting = of_a_published_week(given, NEXT_FRIDAY)
    school_class = given.school_class
    class_page = reverse("continuity:school_class", args=[school_class.public_id])
    end_today(client, given)
    newcomer = TeacherFactory(works_at=school_class.school)
    left_over = "students see and nobody can open"

    def told(begins):
        with time_machine.travel(at(TODAY + DAY, 9), tick=False):
            following = teachings.give_teaching(
                school_class=school_class, subject=given.subject, teacher=newcomer, since=begins
            )
            pages = [client.get(page).text for page in (reverse("today:home"), class_page)]
            following.delete()
        return ["can’t be opened by anybody" in pages[0], left_over in pages[1]]

    assert meeting.starts_at.date() == NEXT_FRIDAY
    assert told(NEXT_FRIDAY + DAY) == [True, True]
    assert told(NEXT_FRIDAY) == [False, False]


def test_who_gives_the_subject_next_is_told_of_the_video_classes_that_are_theirs_to_open(
    client, given
):
    first = of_a_published_week(given, NEXT_FRIDAY)
    newcomer = followed(given)
    theirs = f"planned by {given.teacher.display_name}"
    client.force_login(newcomer)

    def read(day, number=9):
        with time_machine.travel(at(day, number), tick=False):
            return client.get(reverse("today:home")).text

    before, told = read(TODAY), read(TODAY + DAY)
    on_the_day, in_the_room = read(NEXT_FRIDAY), read(NEXT_FRIDAY, 11)

    edit = reverse("continuity:edit_video", args=[first.series.video_class.public_id])
    assert theirs in before
    assert "You can move or cancel it" not in before  # not theirs yet
    assert edit not in before
    assert "You can move or cancel it" in told
    assert f"1 video class {theirs} is yours to open" in told
    assert "The next: Fri 4 Dec, 11:10." in told
    assert reverse("continuity:edit_video", args=[first.series.video_class.public_id]) in told
    assert theirs in on_the_day
    assert theirs not in in_the_room
    assert "Enter the room" in in_the_room


def test_nobody_is_told_that_a_video_class_is_theirs_which_they_cant_open_on_its_day(client, given):
    of_a_published_week(given, NEXT_FRIDAY)
    school = given.school_class.school
    newcomer = followed(given)
    stand_in = TeacherFactory(works_at=school, language="en")
    leader = LeaderFactory(leads=school, language="en")
    StandIn.objects.create(
        teaching=newcomer.teachings.get(),
        teacher=stand_in,
        first_day=TODAY + DAY,
        last_day=TODAY + 3 * DAY,
    )

    def first_page(person):
        client.force_login(person)
        return client.get(reverse("today:home")).text

    with time_machine.travel(at(TODAY + DAY, 9), tick=False):
        stands_in = first_page(stand_in)
        opens, nobody_misses = first_page(newcomer), first_page(leader)
        people.leave(
            membership=Membership.objects.get(person=newcomer, organisation=school),
            last_day=NEXT_FRIDAY - DAY,
        )
        leaves, missing = first_page(newcomer), first_page(leader)

    assert ["yours to open" in page for page in (stands_in, opens, leaves)] == [False, True, False]
    told = ["can’t be opened by anybody" in page for page in (nobody_misses, missing)]
    assert told == [False, True]


def test_a_leader_reads_of_the_video_class_of_who_has_left_on_the_class_page(client, given):
    of_a_published_week(given, NEXT_FRIDAY)
    school = given.school_class.school
    people.leave(
        membership=Membership.objects.get(person=given.teacher, organisation=school),
        last_day=TODAY - DAY,
    )
    client.force_login(LeaderFactory(leads=school, language="en"))

    page = client.get(reverse("continuity:school_class", args=[given.school_class.public_id])).text

    assert "students see and nobody can open" in page
    assert "Fri 4 Dec, 11:10" in page


def test_a_left_over_class_that_is_moved_stands_in_the_week_of_who_gives_the_subject(client, given):
    """Its teacher has left the school, and the teaching is still open."""
    meeting = of_a_published_week(given, NEXT_FRIDAY)
    student = StudentFactory(in_class=given.school_class, language="en")
    school = given.school_class.school
    own = teaching(given.school_class, subject=given.subject, since=TODAY)
    part_of(own, MONDAY_AFTER)
    membership = Membership.objects.get(person=given.teacher, organisation=school)
    people.leave(membership=membership, last_day=TODAY - DAY)

    client.force_login(own.teacher)
    page = reverse("continuity:move_video", args=[meeting.public_id])
    moved = {"day": "2026-12-07", "hour": "11:10", "minutes": "55", "reason": "Sortie"}
    answer = client.post(page, moved)
    client.force_login(student)
    week = client.get(reverse("continuity:week_of", args=[MONDAY_AFTER.isoformat()])).text

    item = PlanItem.objects.get(meeting=meeting)
    assert answer.status_code == 302
    assert (item.day, item.part.teaching) == (MONDAY_AFTER, own)
    assert "11:10" in week  # students read it
