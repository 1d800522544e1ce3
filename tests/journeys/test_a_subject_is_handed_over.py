"""A subject whose teacher has left, or leaves, is given to the next: what waits goes with it."""

import datetime

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from continuity.answers.queries.queue import how_many_wait
from continuity.models import HandIn, HelpRequest
from courses.agenda.services import put_hour
from courses.people.enums import Role
from courses.people.exceptions import NotInTheYearOfTheClass
from courses.people.models import Membership, Person, Teaching
from courses.people.services import teachings
from tests.factories.continuity import (
    LeaderFactory,
    StudentFactory,
    at,
    handed_in,
    homework_item,
    part_of,
    teaching,
)
from tests.factories.leaving import ask, leave_school
from tests.factories.people import MembershipFactory, TeacherFactory

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]
YESTERDAY, TODAY = datetime.date(2026, 11, 24), datetime.date(2026, 11, 25)
TOMORROW = datetime.date(2026, 11, 26)
IN_TWO_WEEKS = datetime.date(2026, 12, 9)


def test_a_question_about_a_subject_that_has_ended_is_refused_and_kept(client):
    given = teaching()
    student = StudentFactory(in_class=given.school_class, language="en")
    item = homework_item(part_of(given), returns="text")
    client.force_login(student)
    Teaching.objects.filter(pk=given.pk).update(until=datetime.date(2026, 11, 25))

    before = client.get(reverse("continuity:help"), {"item": item.public_id})
    sent = ask(client, item=item.public_id)

    assert "Nobody teaches" in before.text
    assert "<textarea" not in before.text
    assert sent.status_code == 422
    assert "Je bloque." in sent.text
    assert not HelpRequest.objects.exists()
    hand_in = client.get(reverse("continuity:hand_in", args=[item.assignment.public_id])).text
    assert "Whoever takes over the class can read it." in hand_in


def test_a_leader_is_asked_to_hand_over_a_subject_whose_teacher_has_left(client):
    given = teaching()
    school = given.school_class.school
    leader = LeaderFactory(leads=school, language="en")
    client.force_login(leader)
    first_page = reverse("today:home")

    before = client.get(first_page).text
    leave_school(given.teacher, school)
    after = client.get(first_page).text

    assert "subject has no teacher any more" not in before
    assert "1 subject has no teacher any more" in after
    assert f"{given.school_class.name} {given.subject}" in after
    assert (
        "no longer at the school"
        in client.get(reverse("continuity:school_class", args=[given.school_class.public_id])).text
    )


def test_what_waits_where_a_subject_has_ended_reaches_who_is_given_it(client):
    given = teaching()
    school_class = given.school_class
    student = StudentFactory(in_class=school_class, language="en")
    item = homework_item(part_of(given), returns="text")
    handin = handed_in(item.assignment, student)
    teachings.end_teaching(teaching=given)
    newcomer = TeacherFactory(works_at=school_class.school)

    again = teachings.give_teaching(
        school_class=school_class, subject=given.subject, teacher=newcomer
    )

    assert again.pk != given.pk
    assert Teaching.objects.get(pk=given.pk).teacher == given.teacher
    assert (
        HandIn.objects.visible_to(Person.objects.get(pk=newcomer.pk)).filter(pk=handin.pk).exists()
    )
    client.force_login(student)
    assert newcomer.display_name in ask(client, item=item.public_id).text
    assert (
        f"Who can read it: {newcomer.display_name}."
        in client.get(reverse("continuity:help"), {"item": item.public_id}).text
    )


def test_a_subject_whose_end_is_to_come_keeps_its_teacher_when_given_to_the_next():
    given = teaching(until=IN_TWO_WEEKS)
    following = TeacherFactory(works_at=given.school_class.school)

    to_come = teachings.give_teaching(
        school_class=given.school_class,
        subject=given.subject,
        teacher=following,
        since=IN_TWO_WEEKS,
    )

    assert to_come.pk != given.pk
    assert Teaching.objects.get(pk=given.pk).teacher == given.teacher


def test_of_two_whose_subject_ended_the_first_can_be_given_it_again():
    first = teaching()
    second = teaching(first.school_class, subject=first.subject)
    for given in (first, second):
        teachings.end_teaching(teaching=given)

    again = teachings.give_teaching(
        school_class=first.school_class, subject=first.subject, teacher=first.teacher
    )

    assert (again.pk, again.until) == (first.pk, None)


def test_a_subject_given_from_a_later_day_opens_what_waits_on_that_day(client):
    given = teaching()
    student = StudentFactory(in_class=given.school_class, language="en")
    item = homework_item(part_of(given), returns="text")
    handin = handed_in(item.assignment, student)
    teachings.end_teaching(teaching=given)
    newcomer = TeacherFactory(works_at=given.school_class.school, language="en")
    teachings.give_teaching(
        school_class=given.school_class, subject=given.subject, teacher=newcomer, since=TOMORROW
    )
    page = reverse("continuity:help") + f"?item={item.public_id}"
    queue, answer = (
        reverse("continuity:queue"),
        reverse("continuity:write_answer", args=[handin.public_id]),
    )

    def seen() -> tuple:
        client.force_login(student)
        help_page = client.get(page).text
        client.force_login(newcomer)
        return (
            "Nobody teaches" in help_page,
            "1 entry" in client.get(queue).text,
            client.get(answer).status_code,
        )

    assert seen() == (True, False, 404)
    with time_machine.travel(at(TOMORROW, 9), tick=False):
        assert seen() == (False, True, 200)
        client.force_login(student)
        assert newcomer.display_name in ask(client, item=item.public_id).text
        client.force_login(newcomer)
        assert (
            "Je bloque."
            in client.get(
                reverse("continuity:answer_help", args=[HelpRequest.objects.get().public_id])
            ).text
        )
        assert how_many_wait(Person.objects.get(pk=newcomer.pk), timezone.now())[0] == 2


def test_a_colleague_answers_for_who_has_left_and_is_told_so_when_handed_the_subject(client):
    given = teaching()
    school_class, school = given.school_class, given.school_class.school
    colleague = teaching(school_class, subject=given.subject).teacher
    leader = LeaderFactory(leads=school, language="en")
    handin = handed_in(
        homework_item(part_of(given), returns="text").assignment,
        StudentFactory(in_class=school_class),
    )
    leave_school(given.teacher, school)

    client.force_login(colleague)
    assert (
        client.get(reverse("continuity:write_answer", args=[handin.public_id])).status_code == 200
    )
    client.force_login(leader)
    refused = client.post(
        reverse("continuity:hand_over", args=[given.public_id]), {"teacher": colleague.public_id}
    )
    class_page = client.get(reverse("continuity:school_class", args=[school_class.public_id])).text

    assert refused.status_code == 422
    assert f"end the subject for {given.teacher.display_name}." in refused.text
    assert "what students write waits" not in class_page
    assert "no teacher any more" not in client.get(reverse("today:home")).text


def test_a_leader_is_told_that_an_ended_subject_holds_waiting_work(client):
    given = teaching()
    school_class = given.school_class
    student = StudentFactory(in_class=school_class)
    homework = homework_item(part_of(given), returns="text").assignment
    client.force_login(LeaderFactory(leads=school_class.school, language="en"))
    first_page, class_page = (
        reverse("today:home"),
        reverse("continuity:school_class", args=[school_class.public_id]),
    )
    teachings.end_teaching(teaching=given)
    assert "no teacher any more" not in client.get(first_page).text

    handed_in(homework, student)

    assert "1 subject has no teacher any more" in client.get(first_page).text
    page = client.get(class_page).text
    assert "what students wrote there waits until somebody gives it" in page
    give = f"{reverse('continuity:give_teaching', args=[school_class.public_id])}?subject={given.subject.code}"
    assert give in page
    assert f'value="{given.subject.code}" selected' in client.get(give).text
    newcomer = TeacherFactory(works_at=school_class.school)
    teachings.give_teaching(school_class=school_class, subject=given.subject, teacher=newcomer)
    assert "no teacher any more" not in client.get(first_page).text


def test_two_from_one_day_can_follow_each_other_both_ways(client):
    first = teaching()
    second = teaching(first.school_class, subject=first.subject)
    teachings.end_teaching(teaching=second)

    teachings.hand_over(teaching=first, to=second.teacher)

    assert Teaching.objects.get(pk=first.pk).teacher == second.teacher


def test_who_is_given_a_class_from_monday_is_asked_for_its_plan_once_they_can_open_it(client):
    given = teaching(since=datetime.date(2026, 11, 30))
    put_hour(teaching=given, weekday=1, begins=datetime.time(8), ends=datetime.time(9))
    given.teacher.language = "en"
    given.teacher.save()
    plan = reverse("continuity:planner", args=[given.school_class.public_id, "2026-11-30"])

    def asked_and_opened(day: int) -> tuple[bool, int]:
        with time_machine.travel(at(datetime.date(2026, 11, day), 7), tick=False):
            client.force_login(given.teacher)
            return plan in client.get(reverse("today:home")).text, client.get(plan).status_code

    assert (asked_and_opened(27), asked_and_opened(30)) == ((False, 404), (True, 200))


def test_who_begins_on_the_typed_day_can_be_chosen_and_who_leaves_before_it_cannot(client):
    given = teaching()
    school_class, school = given.school_class, given.school_class.school
    client.force_login(LeaderFactory(leads=school, language="en"))
    newcomer, leaving = TeacherFactory(), TeacherFactory(works_at=school)
    MembershipFactory(person=newcomer, role=Role.TEACHER, organisation=school, since=TOMORROW)
    Membership.objects.filter(person=leaving).update(until=TODAY)
    page = reverse("continuity:give_teaching", args=[school_class.public_id])
    form = {"subject": given.subject.code}

    def gives(person, since) -> str:
        typed = form | {"teacher": person.public_id, "since": since.isoformat()}
        return client.post(page, typed, follow=True).text

    too_late, too_early = gives(leaving, TOMORROW), gives(newcomer, TODAY)
    assert not Teaching.objects.filter(teacher__in=[leaving, newcomer]).exists()
    assert f"{leaving.display_name} isn’t a teacher of {school.name} on" in too_late
    assert f"{newcomer.display_name} isn’t a teacher of {school.name} on" in too_early
    assert "from Thursday 26 November 2026 on" in gives(newcomer, TOMORROW)
    until = f"{leaving.display_name} is a teacher of {school.name} until Wednesday 25 November"
    assert until in gives(leaving, TODAY)
    hand_over = reverse("continuity:hand_over", args=[given.public_id])
    Teaching.objects.filter(teacher=leaving).delete()
    assert until in client.post(hand_over, {"teacher": leaving.public_id}, follow=True).text
    assert "give the subject to whoever follows" not in gives(given.teacher, TODAY)


def test_a_subject_is_given_within_the_school_year_of_the_class(client):
    given = teaching()
    newcomer = TeacherFactory(works_at=given.school_class.school)
    values = {"school_class": given.school_class, "subject": given.subject, "teacher": newcomer}

    with pytest.raises(NotInTheYearOfTheClass):
        teachings.give_teaching(**values, since=datetime.date(2027, 9, 1))
    assert teachings.give_teaching(**values, since=datetime.date(2027, 8, 31)).pk
