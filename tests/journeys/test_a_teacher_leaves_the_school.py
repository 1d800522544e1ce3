"""A teacher whose membership of a school has ended sees nothing of its classes, and no name of a
student, though they teach elsewhere.
"""

import contextlib
import datetime
import uuid

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from continuity.answers.queries.queue import how_many_wait
from continuity.models import HandIn, HelpRequest, Homework, Reply
from continuity.plans.queries.taught import who_answers
from continuity.school.services import school
from courses.agenda.services import put_hour
from courses.exceptions import Refusal
from courses.people import services as people
from courses.people.enums import Role
from courses.people.exceptions import BothEnd, NotInTheYearOfTheClass
from courses.people.models import Membership, Person, SchoolClass, StandIn, Teaching, Tutorship
from courses.people.services import teachings
from tests.factories.answers import returned
from tests.factories.continuity import (
    LAST_SUMMER,
    LeaderFactory,
    StudentFactory,
    assignment,
    at,
    class_hour,
    handed_in,
    homework_item,
    part_of,
    teaching,
)
from tests.factories.markup import shows
from tests.factories.people import MembershipFactory, TeacherFactory
from tests.factories.rolls import begun

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]

YESTERDAY, TODAY = datetime.date(2026, 11, 24), datetime.date(2026, 11, 25)
DAY = datetime.timedelta(days=1)
TOMORROW = datetime.date(2026, 11, 26)
IN_TWO_WEEKS = datetime.date(2026, 12, 9)


def test_who_teaches_at_another_school_now_reads_nothing_of_the_one_before(client):
    given = teaching()
    school_class, teacher = given.school_class, given.teacher
    student = StudentFactory(in_class=school_class)
    Tutorship.objects.create(school_class=school_class, teacher=teacher, since=LAST_SUMMER)
    handin = handed_in(assignment(given), student)
    rolled = begun(given)
    pages = [
        reverse("continuity:student", args=[student.public_id]),
        reverse("continuity:school_class", args=[school_class.public_id]),
        reverse("continuity:roll", args=[rolled.public_id]),
    ]
    MembershipFactory(person=teacher, role=Role.TEACHER)  # at another school, too

    def reads() -> list:
        client.force_login(teacher)
        person = Person.objects.get(pk=teacher.pk)
        handins, classes = HandIn.objects.visible_to(person), SchoolClass.objects.visible_to(person)
        visible = [handins.filter(pk=handin.pk), classes.filter(pk=school_class.pk)]
        return [client.get(page).status_code for page in pages] + [
            found.exists() for found in visible
        ]

    assert reads() == [200, 200, 200, True, True]
    people.leave(
        membership=Membership.objects.get(person=teacher, organisation=school_class.school),
        last_day=YESTERDAY,
    )

    assert reads() == [404, 404, 404, False, False]


def test_a_student_is_told_of_nobody_who_has_left_and_no_question_is_lost(client):
    given = teaching()
    student = StudentFactory(in_class=given.school_class, language="en")
    homework = homework_item(part_of(given), returns="text").assignment
    client.force_login(student)
    page = reverse("continuity:hand_in", args=[homework.public_id])
    question = {"teaching": given.public_id, "text": "Je bloque."}
    assert f"{given.teacher.display_name} can read it" in client.get(page).text

    people.leave(
        membership=Membership.objects.get(
            person=given.teacher, organisation=given.school_class.school
        ),
        last_day=YESTERDAY,
    )

    assert "Whoever takes over the class can read it." in client.get(page).text
    answer = client.post(reverse("continuity:help"), question)
    assert answer.status_code == 422
    assert "Nobody teaches" in answer.text
    assert "Je bloque." in answer.text
    assert not HelpRequest.objects.exists()


def ask(client, **question):
    return client.post(reverse("continuity:help"), {"text": "Je bloque."} | question, follow=True)


def leave_school(person, school):
    membership = Membership.objects.get(person=person, organisation=school)
    people.leave(membership=membership, last_day=YESTERDAY)


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


def test_a_message_under_an_answer_names_who_can_read_it(client):
    given = teaching()
    student = StudentFactory(in_class=given.school_class, language="en")
    handin = handed_in(assignment(given), student)
    returned(handin, by=given.teacher)
    client.force_login(student)
    page = reverse("continuity:reply", args=[handin.public_id])

    there = client.post(page, {"text": "Merci !", "key": uuid.uuid4()}, follow=True).text
    leave_school(given.teacher, given.school_class.school)
    gone = client.post(page, {"text": "Et la suite ?", "key": uuid.uuid4()}, follow=True).text

    assert f"Who can read it: {given.teacher.display_name}." in there
    assert "Whoever takes over the class can read it." in gone


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


def test_a_colleague_who_gives_the_same_subject_is_named_and_nobody_is_missing(client):
    given = teaching()
    student = StudentFactory(in_class=given.school_class, language="en")
    colleague = teaching(given.school_class, subject=given.subject)
    leave_school(given.teacher, given.school_class.school)
    client.force_login(student)

    assert "nobody at the moment" not in client.get(reverse("continuity:my_classes")).text
    help_page = client.get(reverse("continuity:help")).text
    assert "nobody teaches it" not in help_page
    assert colleague.public_id in help_page


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


def test_a_subject_given_by_mistake_is_taken_back_the_same_day_unless_something_hangs_on_it(client):
    school_class = teaching().school_class
    leader = LeaderFactory(leads=school_class.school, language="en")
    client.force_login(leader)
    given, used = (teaching(school_class, since=TODAY) for _number in range(2))
    to_come, used_later = (teaching(school_class, since=IN_TWO_WEEKS) for _number in range(2))
    part_of(used)

    part_of(used_later)

    part_of(used_later)

    def end(one) -> str:
        return client.post(
            reverse("continuity:end_teaching", args=[one.public_id]), follow=True
        ).text

    assert all("Taken back" in end(one) for one in (given, to_come))
    assert not Teaching.objects.filter(pk__in=[given.pk, to_come.pk]).exists()
    assert "Today is the last day on which" in end(used)
    assert Teaching.objects.get(pk=used.pk).last_day == TODAY
    assert "it can end from Thursday 10 December 2026 on" in end(used_later)
    with time_machine.travel(at(IN_TWO_WEEKS, 9), tick=False):
        client.force_login(leader)
        end(used_later)
    assert Teaching.objects.get(pk=used_later.pk).last_day == IN_TWO_WEEKS


def test_a_leader_reads_that_the_hours_end_with_a_subject_and_are_entered_for_the_next(client):
    given = teaching()
    school_class = given.school_class
    put_hour(teaching=given, weekday=1, begins=datetime.time(8), ends=datetime.time(9))
    roll = begun(given, at(TODAY, 9))
    newcomer, bystander = TeacherFactory.create_batch(2, works_at=school_class.school)
    leader = LeaderFactory(leads=school_class.school, language="en")
    client.force_login(leader)

    ended = client.post(
        reverse("continuity:end_teaching", args=[given.public_id]), follow=True
    ).text
    form = {
        "subject": given.subject.code,
        "teacher": newcomer.public_id,
        "since": TOMORROW.isoformat(),
    }
    given_anew = client.post(
        reverse("continuity:give_teaching", args=[school_class.public_id]), form, follow=True
    ).text

    assert "Its hours end, too" in ended
    assert "until Wed 25 Nov" in ended
    assert "from Thursday 26 November 2026 on" in given_anew
    assert "It has no hours yet" in given_anew
    client.force_login(given.teacher)  # who has the class until this evening
    assert client.get(reverse("continuity:roll", args=[roll.public_id])).status_code == 200
    with time_machine.travel(at(TOMORROW, 9), tick=False):
        # For two weeks who gave it on that day finishes what is open; nobody but them and who gives
        # the subject now.
        for person, status in ((given.teacher, 200), (newcomer, 200), (bystander, 404)):
            client.force_login(person)
            page = reverse("continuity:roll", args=[roll.public_id])
            assert client.get(page).status_code == status


def test_the_choice_of_a_subject_that_two_give_names_them(client):
    given = teaching()
    colleague = teaching(given.school_class, subject=given.subject)
    alone = teaching(given.school_class)
    client.force_login(StudentFactory(in_class=given.school_class, language="en"))

    page = client.get(reverse("continuity:help")).text

    for one in (given, colleague):
        assert f"({given.school_class}), {one.teacher.display_name}</option>" in page
    assert f"{alone.subject} ({alone.school_class})</option>" in page


def test_a_message_under_the_answer_to_a_deleted_homework_is_not_sent_and_kept(client):
    given = teaching()
    handin = handed_in(
        assignment(given), StudentFactory(in_class=given.school_class, language="en")
    )
    returned(handin, by=given.teacher)
    client.force_login(handin.student)
    Homework.objects.update(deleted_at=timezone.now())

    page = client.get(reverse("continuity:answer", args=[handin.public_id])).text
    sent = client.post(
        reverse("continuity:reply", args=[handin.public_id]),
        {"text": "Et la suite ?", "key": uuid.uuid4()},
    )

    assert "This homework was deleted" in page
    assert 'name="text"' not in page
    assert sent.status_code == 422
    assert "Et la suite ?" in sent.text
    assert not Reply.objects.exists()


def test_an_end_by_mistake_is_undone_and_an_end_is_never_moved_later():
    given = teaching()
    leader = LeaderFactory(leads=given.school_class.school)
    put_hour(teaching=given, weekday=1, begins=datetime.time(11), ends=datetime.time(12))
    school.end_teaching(teaching=given, by=leader)

    with time_machine.travel(at(IN_TWO_WEEKS, 9), tick=False):
        school.end_teaching(teaching=given, by=leader)
    assert Teaching.objects.get(pk=given.pk).last_day == TODAY
    school.give_teaching(
        school_class=given.school_class,
        subject=given.subject,
        teacher=given.teacher,
        since=TODAY,
        by=leader,
    )

    assert Teaching.objects.get(pk=given.pk).until is None
    assert Teaching.objects.count() == 1


def test_a_subject_handed_over_twice_is_handed_over_once_and_an_ended_one_is_not(client):
    given = teaching()
    ended = teaching(given.school_class)
    client.force_login(LeaderFactory(leads=given.school_class.school, language="en"))
    teachings.end_teaching(teaching=ended)
    colleague = TeacherFactory(works_at=given.school_class.school)
    page = reverse("continuity:hand_over", args=[given.public_id])

    twice = [client.post(page, {"teacher": colleague.public_id}).status_code for _press in range(2)]
    refused = client.post(
        reverse("continuity:hand_over", args=[ended.public_id]), {"teacher": colleague.public_id}
    )

    assert twice == [302, 302]
    assert refused.status_code == 422
    assert f"{ended.teacher.display_name} no longer gives" in refused.text


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


def test_who_will_give_the_subject_is_handed_it_once_that_is_taken_back(client):
    given = teaching()
    later = teaching(given.school_class, subject=given.subject, since=IN_TWO_WEEKS)
    client.force_login(LeaderFactory(leads=given.school_class.school, language="en"))
    page, choice = (
        reverse("continuity:hand_over", args=[given.public_id]),
        {"teacher": later.teacher.public_id},
    )

    refused = client.post(page, choice).text
    client.post(reverse("continuity:end_teaching", args=[later.public_id]))
    client.post(page, choice)

    assert (
        "from Wednesday 9 December 2026 on. To hand it over today, end that teaching first"
        in refused
    )
    assert Teaching.objects.get().teacher == later.teacher


def test_a_subject_ended_today_goes_on_when_it_is_handed_over_after_all(client):
    given, with_an_end = teaching(), teaching(until=IN_TWO_WEEKS)
    client.force_login(LeaderFactory(leads=given.school_class.school, language="en"))
    colleague = TeacherFactory(works_at=given.school_class.school)
    client.post(reverse("continuity:end_teaching", args=[given.public_id]))

    answer = client.post(
        reverse("continuity:hand_over", args=[given.public_id]),
        {"teacher": colleague.public_id},
        follow=True,
    ).text

    assert "from Wednesday 25 November 2026 on." in answer
    assert Teaching.objects.get(pk=given.pk).until is None
    client.force_login(LeaderFactory(leads=with_an_end.school_class.school, language="en"))
    other = TeacherFactory(works_at=with_an_end.school_class.school)
    answer = client.post(
        reverse("continuity:hand_over", args=[with_an_end.public_id]),
        {"teacher": other.public_id},
        follow=True,
    ).text
    assert "from Wednesday 25 November 2026 until Tuesday 8 December 2026." in answer


def test_the_way_named_for_a_colleague_whose_own_ends_tonight_leads_there(client):
    given = teaching()
    colleague = teaching(given.school_class, subject=given.subject)
    leader = LeaderFactory(leads=given.school_class.school, language="en")
    client.force_login(leader)
    end = [reverse("continuity:end_teaching", args=[one.public_id]) for one in (given, colleague)]
    client.post(end[1])

    refused = client.post(
        reverse("continuity:hand_over", args=[given.public_id]),
        {"teacher": colleague.teacher.public_id},
    ).text
    form = {
        "subject": given.subject.code,
        "teacher": colleague.teacher.public_id,
        "since": TOMORROW.isoformat(),
    }
    client.post(reverse("continuity:give_teaching", args=[given.school_class.public_id]), form)
    client.post(end[0])

    assert "from Thursday 26 November 2026 on as well, then end it for" in refused
    assert who_answers(Teaching.objects.get(pk=given.pk), TOMORROW) == [colleague.teacher]


def test_who_is_given_the_subject_from_tomorrow_is_not_handed_it_a_second_time(client):
    given = teaching()
    client.force_login(LeaderFactory(leads=given.school_class.school, language="en"))
    client.post(reverse("continuity:end_teaching", args=[given.public_id]))
    following = teaching(given.school_class, subject=given.subject, since=TOMORROW)
    page = reverse("continuity:hand_over", args=[given.public_id])

    refused = client.post(page, {"teacher": following.teacher.public_id}).text

    assert "To hand it over today, end that teaching first" in refused
    assert Teaching.objects.get(pk=given.pk).teacher == given.teacher
    client.post(reverse("continuity:end_teaching", args=[following.public_id]))
    client.post(page, {"teacher": following.teacher.public_id})
    assert [(one.teacher, one.until) for one in Teaching.objects.all()] == [
        (following.teacher, None)
    ]


def test_handing_over_what_ends_today_to_who_has_it_lets_it_go_on():
    given = teaching(until=TOMORROW)

    teachings.hand_over(teaching=given, to=given.teacher)

    assert Teaching.objects.get(pk=given.pk).until is None


def test_hours_are_entered_for_who_begins_tomorrow_and_not_after_a_last_day(client):
    given = teaching()
    school_class = given.school_class
    client.force_login(LeaderFactory(leads=school_class.school, language="en"))
    client.post(reverse("continuity:end_teaching", args=[given.public_id]))
    following = teaching(school_class, subject=given.subject, since=TOMORROW)
    page = reverse("continuity:put_hour", args=[school_class.public_id])
    hour = {"weekday": 1, "begins": "08:00", "ends": "09:00", "rhythm": "", "since": TOMORROW}

    shown = client.get(page).text
    refused = client.post(page, {**hour, "teaching": given.public_id})
    taken = client.post(page, {**hour, "teaching": following.public_id})

    assert f"{following.teacher}, from Thu 26 Nov" in shown
    assert "only until Wednesday 25 November 2026" in refused.text
    assert (refused.status_code, taken.status_code) == (422, 302)
    assert [hour.since for hour in following.hours.all()] == [TOMORROW]
    assert not given.hours.exists()


def test_the_end_pressed_on_a_page_of_yesterday_says_what_is_so(client):
    given = teaching(until=TODAY)
    client.force_login(LeaderFactory(leads=given.school_class.school, language="en"))

    answer = client.post(reverse("continuity:end_teaching", args=[given.public_id]), follow=True)

    assert f"{given.teacher.display_name} no longer gives" in answer.text
    assert "Today is the last day" not in answer.text


def marked(roll) -> dict:
    """What the form says where everybody was there."""
    lines = list(roll.lines.all())
    return {"revision": str(roll.revision)} | {
        f"{name}-{line.public_id}": value
        for line in lines
        for name, value in (("status", "present"), ("mode", "in_class"))
    }


def saved_on_the_last_day(client, given, colleague=None):
    """A roll of today, saved and left open; the subject ends tonight."""
    StudentFactory(in_class=given.school_class)
    roll = begun(given, at(TODAY, 9))
    client.force_login(colleague or given.teacher)
    client.post(reverse("continuity:save_roll", args=[roll.public_id]), marked(roll))
    roll.refresh_from_db()
    assert roll.saved_at
    teachings.end_teaching(teaching=given, until=TOMORROW)
    return roll


def closes(client, person, roll) -> int:
    """The status of the roll's page, then of closing it."""
    client.force_login(person)
    page = reverse("continuity:roll", args=[roll.public_id])
    if (status := client.get(page).status_code) != 200:
        return status
    answer = client.post(
        reverse("continuity:close_roll", args=[roll.public_id]), marked(roll), follow=True
    )
    roll.refresh_from_db()
    return answer.status_code if roll.is_closed else 0


@pytest.mark.parametrize("days", [1, 13, 14])
def test_who_gave_the_subject_finishes_a_roll_for_two_weeks_and_then_no_longer(client, days):
    given = teaching()
    Person.objects.filter(pk=given.teacher_id).update(language="en")
    roll = saved_on_the_last_day(client, given)
    later, page = at(TODAY + days * DAY, 9), reverse("continuity:roll", args=[roll.public_id])

    with time_machine.travel(later, tick=False):
        client.force_login(given.teacher)
        listed = page in client.get(reverse("continuity:rolls")).text
        says = "finish and close this roll until Tuesday 8 December" in client.get(page).text
        status = closes(client, given.teacher, roll)

    assert (listed, says, status) == ((days < 14), (days < 14), 200 if days < 14 else 404)


def test_who_is_given_the_subject_again_isn_t_told_that_it_is_no_longer_theirs(client):
    given = teaching()
    Person.objects.filter(pk=given.teacher_id).update(language="en")
    roll = saved_on_the_last_day(client, given)
    page, says = (
        reverse("continuity:roll", args=[roll.public_id]),
        "You no longer give this subject",
    )
    client.force_login(given.teacher)

    with time_machine.travel(at(TOMORROW, 9), tick=False):
        ended = client.get(page).text
        teaching(given.school_class, subject=given.subject, teacher=given.teacher, since=TOMORROW)
        given_again = client.get(page).text

    assert says in ended
    assert says not in given_again


def test_who_stood_in_that_day_finishes_the_roll_and_one_taken_back_does_not(client):
    given = teaching()
    there, taken_back = TeacherFactory.create_batch(2, works_at=given.school_class.school)
    StandIn.objects.create(teaching=given, teacher=there, first_day=TODAY, last_day=TODAY)
    row = StandIn.objects.create(
        teaching=given, teacher=taken_back, first_day=TODAY, last_day=IN_TWO_WEEKS
    )
    roll = saved_on_the_last_day(client, given, colleague=taken_back)
    teachings.withdraw_stand_in(stand_in=row)

    with time_machine.travel(at(TOMORROW, 9), tick=False):
        assert closes(client, taken_back, roll) == 404
        assert closes(client, there, roll) == 200


def test_who_gives_the_subject_now_closes_the_roll_and_who_has_left_does_not(client):
    given = teaching()
    school = given.school_class.school
    newcomer = TeacherFactory(works_at=school, language="en")
    leader = LeaderFactory(leads=school, language="en")
    roll = saved_on_the_last_day(client, given)
    teachings.give_teaching(
        school_class=given.school_class, subject=given.subject, teacher=newcomer, since=TOMORROW
    )
    people.leave(
        membership=Membership.objects.get(person=given.teacher, organisation=school), last_day=TODAY
    )
    close = reverse("continuity:close_roll", args=[roll.public_id])
    page = reverse("continuity:roll", args=[roll.public_id])

    with time_machine.travel(at(TOMORROW, 9), tick=False):
        client.force_login(leader)
        assert client.post(close, marked(roll)).status_code == 404
        read = client.get(page).text
        assert "begun and not closed yet" in read
        assert "hasn’t been taken" not in read
        day = client.get(reverse("continuity:rolls_of_day"), {"day": f"{TODAY}"}).text
        assert page in day
        assert "Begun and not closed yet" in day
        assert closes(client, given.teacher, roll) in {403, 404}
        client.force_login(newcomer)
        assert page in client.get(reverse("continuity:rolls")).text
        assert closes(client, newcomer, roll) == 200


def test_who_is_to_give_the_subject_later_can_begin_earlier(client):
    given = teaching()
    school = given.school_class.school
    leader = LeaderFactory(leads=school, language="en")
    newcomer = TeacherFactory(works_at=school)
    teachings.end_teaching(teaching=given, until=TOMORROW)
    later = teachings.give_teaching(
        school_class=given.school_class,
        subject=given.subject,
        teacher=newcomer,
        since=IN_TWO_WEEKS,
    )
    class_hour(later, since=IN_TWO_WEEKS)
    client.force_login(leader)

    page = client.post(
        reverse("continuity:give_teaching", args=[given.school_class.public_id]),
        {
            "subject": given.subject.code,
            "teacher": newcomer.public_id,
            "since": TOMORROW.isoformat(),
        },
        follow=True,
    )

    later.refresh_from_db()
    assert page.status_code == 200
    assert newcomer.teachings.get() == later
    assert later.since == TOMORROW
    assert later.hours.get().since == TOMORROW


def test_who_ended_today_and_is_to_give_the_subject_again_later_can_begin_earlier():
    given = teaching()
    teachings.end_teaching(teaching=given, until=TOMORROW)
    again = {"school_class": given.school_class, "subject": given.subject, "teacher": given.teacher}
    later = teachings.give_teaching(**again, since=IN_TWO_WEEKS)

    assert teachings.give_teaching(**again, since=TODAY) == later

    days = given.teacher.teachings.order_by("since").values_list("since", "until")
    assert list(days) == [(given.since, TOMORROW), (TOMORROW, None)]


@pytest.mark.parametrize("days", [1, 20])
def test_a_leader_closes_a_begun_roll_where_nobody_gives_the_subject(client, days):
    given = teaching()
    school = given.school_class.school
    leader = LeaderFactory(leads=school, language="en")
    elsewhere = LeaderFactory()
    untouched = begun(given, at(TODAY, 10))
    roll = saved_on_the_last_day(client, given)
    people.leave(
        membership=Membership.objects.get(person=given.teacher, organisation=school), last_day=TODAY
    )

    with time_machine.travel(at(TODAY + days * (TOMORROW - TODAY), 9), tick=False):
        client.force_login(leader)
        page = client.get(reverse("continuity:roll", args=[roll.public_id])).text
        assert "Nobody gives this subject at the moment" in page
        assert f'name="status-{roll.lines.get().public_id}" value="present"' in page
        assert closes(client, elsewhere, roll) in {403, 404}
        assert closes(client, leader, untouched) == 0
        form = marked(roll)
        assert closes(client, leader, roll) == 200
        close = reverse("continuity:close_roll", args=[roll.public_id])
        double_tap = client.post(close, form, follow=True)
        assert (double_tap.status_code, "The roll is closed." in double_tap.text) == (200, True)
        client.force_login(leader)
        assert "Closed on" in client.get(reverse("continuity:roll", args=[roll.public_id])).text


def test_the_hour_of_who_follows_on_monday_is_entered_by_the_way_the_refusal_names(client):
    given = teaching()
    school_class = given.school_class
    hour = put_hour(teaching=given, weekday=1, begins=datetime.time(8), ends=datetime.time(9))
    client.force_login(LeaderFactory(leads=school_class.school, language="en"))
    monday = "2026-11-30"
    following = teaching(school_class, subject=given.subject, since=datetime.date(2026, 11, 30))
    form = {"teaching": following.public_id, "weekday": 1, "begins": "08:00", "ends": "09:00"}
    put = reverse("continuity:put_hour", args=[school_class.public_id])

    refused = client.post(put, form | {"since": monday}, follow=True)
    taken_out = client.post(
        reverse("continuity:take_hour_out", args=[hour.public_id]), {"until": monday}, follow=True
    )
    done = client.post(put, form | {"since": monday}, follow=True)

    assert refused.status_code == 422
    assert f"at that time already, with {given.teacher.display_name}" in refused.text
    assert "take it out from the day on which the next one begins" in refused.text
    assert taken_out.status_code == 200
    assert "The hour is in the timetable." in done.text


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


def test_on_the_last_day_the_class_page_names_the_ways_to_undo_it_and_to_name_who_follows(client):
    given = teaching()
    school_class = given.school_class
    client.force_login(LeaderFactory(leads=school_class.school, language="en"))
    page = reverse("continuity:school_class", args=[school_class.public_id])
    end = reverse("continuity:end_teaching", args=[given.public_id])
    give = reverse("continuity:give_teaching", args=[school_class.public_id])
    before = client.get(page).text

    last_day = client.post(end, follow=True).text
    form = client.get(f"{give}?subject={given.subject.code}&since={TOMORROW}").text
    undo = {
        "subject": given.subject.code,
        "teacher": given.teacher.public_id,
        "since": f"{TODAY}",
    }
    hidden = [f'type="hidden" name="{name}" value="{value}"' for name, value in undo.items()]
    undone = client.post(give, undo, follow=True).text

    assert "Today is its last day" not in before
    assert end in before
    assert "Today is its last day. Name who follows" in last_day
    assert f"{give}?subject={given.subject.code}&amp;since={TOMORROW}" in last_day
    assert all(field in last_day for field in hidden)
    assert end not in last_day
    assert f'value="{TOMORROW}"' in form
    assert Teaching.objects.get(pk=given.pk).until is None
    assert "Today is its last day" not in undone
    teachings.end_teaching(teaching=given, until=TOMORROW)
    teaching(school_class, subject=given.subject, since=TOMORROW)
    followed = client.get(page).text
    assert "Today is its last day" in followed
    assert "Name who follows" not in followed
    assert "Let it go on" not in followed


def test_a_subject_isn_t_let_go_on_by_who_has_left_the_school(client):
    given = teaching()
    school = given.school_class.school
    client.force_login(LeaderFactory(leads=school, language="en"))
    leave_school(given.teacher, school)
    teachings.end_teaching(teaching=given, until=TOMORROW)

    page = client.get(reverse("continuity:school_class", args=[given.school_class.public_id])).text

    assert "Today is its last day. Name who follows." in page
    assert "Let it go on" not in page


def test_what_is_said_of_a_subject_whose_teacher_left_while_a_colleague_gives_it(client):
    given = teaching()
    school = given.school_class.school
    colleague = teaching(given.school_class, subject=given.subject).teacher
    client.force_login(LeaderFactory(leads=school, language="en"))
    leave_school(given.teacher, school)

    hand_over = reverse("continuity:hand_over", args=[given.public_id])
    refused = client.post(hand_over, {"teacher": colleague.public_id}).text
    ended = client.post(
        reverse("continuity:end_teaching", args=[given.public_id]), follow=True
    ).text

    assert f"{colleague.display_name} reads and answers what waits there already" in refused
    assert "from tomorrow on" not in refused
    assert "who is no longer at the school. What was written is kept." in ended
    assert "Today is the last day on which" not in ended


def test_of_two_whose_subject_ends_tonight_one_is_given_it_and_the_other_needs_no_end(client):
    given = teaching(until=TOMORROW)
    colleague = teaching(given.school_class, subject=given.subject, until=TOMORROW).teacher

    with pytest.raises(BothEnd) as refused:
        teachings.hand_over(teaching=given, to=colleague)

    assert "from Thursday 26 November 2026 on as well." in refused.value.advice
    assert "then end it" not in refused.value.advice


def test_a_subject_taken_back_says_that_its_hours_are_out_and_its_pages_lead_back(client):
    school_class = teaching().school_class
    given = teaching(school_class, since=TODAY)
    put_hour(teaching=given, weekday=1, begins=datetime.time(8), ends=datetime.time(9))
    ended = teaching(school_class, until=TODAY)
    client.force_login(LeaderFactory(leads=school_class.school, language="en"))

    page = reverse("continuity:end_teaching", args=[given.public_id])
    taken_back = client.post(page, follow=True).text
    forms = [
        client.get(reverse(f"continuity:{name}", args=[ended.public_id]), follow=True)
        for name in ("hand_over", "stand_in")
    ]

    assert "The hours entered for it are out of the timetable, too." in taken_back
    for answer in forms:
        assert answer.redirect_chain
        assert f"{ended.teacher.display_name} no longer gives" in answer.text


def test_a_subject_is_given_within_the_school_year_of_the_class(client):
    given = teaching()
    newcomer = TeacherFactory(works_at=given.school_class.school)
    values = {"school_class": given.school_class, "subject": given.subject, "teacher": newcomer}

    with pytest.raises(NotInTheYearOfTheClass):
        teachings.give_teaching(**values, since=datetime.date(2027, 9, 1))
    assert teachings.give_teaching(**values, since=datetime.date(2027, 8, 31)).pk


def test_the_timetable_says_from_when_the_hours_of_a_subject_that_ends_are_no_more(client):
    given = teaching()
    put_hour(teaching=given, weekday=1, begins=datetime.time(8), ends=datetime.time(9))
    client.force_login(LeaderFactory(leads=given.school_class.school, language="en"))
    page = reverse("continuity:timetable", args=[given.school_class.public_id])
    before = client.get(page).text

    teachings.end_teaching(teaching=given, until=TOMORROW)

    assert "No more from" not in before
    assert "No more from 26 November 2026" in client.get(page).text


def test_a_question_goes_to_nobody_whom_the_student_did_not_choose(client):
    given = teaching()
    client.force_login(StudentFactory(in_class=given.school_class, language="en"))
    page = client.get(reverse("continuity:help")).text

    sent = client.post(reverse("continuity:help"), {"teaching": "", "text": ""})

    assert '<option value="" selected>Choose a subject</option>' in page
    assert sent.status_code == 422
    assert not HelpRequest.objects.exists()


@pytest.mark.parametrize("until", [None, TODAY], ids=["going on", "ended"])
def test_giving_what_has_begun_from_an_earlier_day_moves_no_hour(until):
    given = teaching(since=YESTERDAY - 7 * (TODAY - YESTERDAY))
    Teaching.objects.filter(pk=given.pk).update(until=until)
    class_hour(given, since=given.since)
    earlier = given.since - (TODAY - YESTERDAY)

    with contextlib.suppress(Refusal):
        teachings.give_teaching(
            school_class=given.school_class,
            subject=given.subject,
            teacher=given.teacher,
            since=earlier,
        )

    given.refresh_from_db()
    assert given.since == earlier + (TODAY - YESTERDAY)
    assert given.hours.get().since == given.since


def test_an_hour_of_who_has_left_asks_no_roll(client):
    given = teaching()
    school = given.school_class.school
    class_hour(given, weekday=TODAY.isoweekday(), begins=9)
    follows = teaching(given.school_class, subject=given.subject, since=TODAY)
    class_hour(follows, weekday=TODAY.isoweekday(), begins=9)
    people.leave(
        membership=Membership.objects.get(person=given.teacher, organisation=school),
        last_day=YESTERDAY,
    )
    client.force_login(LeaderFactory(leads=school, language="en"))

    with time_machine.travel(at(TODAY, 12), tick=False):
        page = client.get(reverse("today:home")).text

    assert "1 roll of today is missing" in page


def test_a_stand_in_who_joined_lately_finds_the_rolls_of_their_days(client):
    given = teaching()
    school = given.school_class.school
    for day in (YESTERDAY, TODAY):
        class_hour(given, weekday=day.isoweekday(), begins=9)
    newcomer = TeacherFactory(works_at=school, language="en")
    newcomer.memberships.update(since=YESTERDAY)
    StandIn.objects.create(
        teaching=given, teacher=newcomer, first_day=YESTERDAY, last_day=IN_TWO_WEEKS
    )
    client.force_login(newcomer)

    with time_machine.travel(at(TODAY, 12), tick=False):
        page = client.get(reverse("continuity:rolls")).text
    leave_school(newcomer, school)
    MembershipFactory(person=newcomer, role=Role.TEACHER)
    with time_machine.travel(at(TODAY, 12), tick=False):
        gone = client.get(reverse("continuity:rolls")).text

    assert page.count("Take the roll") == 2
    assert "Take the roll" not in gone


def test_a_subject_handed_over_to_somebody_new_keeps_its_earlier_hours(client):
    given = teaching()
    school = given.school_class.school
    StudentFactory(in_class=given.school_class)
    class_hour(given, weekday=YESTERDAY.isoweekday(), begins=9)
    newcomer = TeacherFactory(works_at=school)
    newcomer.memberships.update(since=TODAY)
    client.force_login(LeaderFactory(leads=school, language="en"))
    day = f"{reverse('continuity:rolls_of_day')}?day={YESTERDAY.isoformat()}"

    before = client.get(day).text
    teachings.hand_over(teaching=given, to=newcomer)
    after = client.get(day).text

    assert ["1 not taken" in page for page in (before, after)] == [True, True]


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
