"""The end of a subject, or its handing over, is taken back; said twice it happens once."""

import datetime

import pytest
import time_machine
from django.urls import reverse

from continuity.plans.queries.taught import who_answers
from continuity.school.services import school
from courses.agenda.services import put_hour
from courses.people.exceptions import BothEnd
from courses.people.models import Teaching
from courses.people.services import teachings
from tests.factories.continuity import LeaderFactory, at, part_of, teaching
from tests.factories.leaving import leave_school
from tests.factories.people import TeacherFactory

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]
YESTERDAY, TODAY = datetime.date(2026, 11, 24), datetime.date(2026, 11, 25)
TOMORROW = datetime.date(2026, 11, 26)
IN_TWO_WEEKS = datetime.date(2026, 12, 9)


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


def test_the_end_pressed_on_a_page_of_yesterday_says_what_is_so(client):
    given = teaching(until=TODAY)
    client.force_login(LeaderFactory(leads=given.school_class.school, language="en"))

    answer = client.post(reverse("continuity:end_teaching", args=[given.public_id]), follow=True)

    assert f"{given.teacher.display_name} no longer gives" in answer.text
    assert "Today is the last day" not in answer.text


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


def test_of_two_whose_subject_ends_tonight_one_is_given_it_and_the_other_needs_no_end(client):
    given = teaching(until=TOMORROW)
    colleague = teaching(given.school_class, subject=given.subject, until=TOMORROW).teacher

    with pytest.raises(BothEnd) as refused:
        teachings.hand_over(teaching=given, to=colleague)

    assert "from Thursday 26 November 2026 on as well." in refused.value.advice
    assert "then end it" not in refused.value.advice
