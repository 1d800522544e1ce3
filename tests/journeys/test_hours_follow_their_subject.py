"""The hours of a subject that ends, is handed over or begins later."""

import contextlib
import datetime

import pytest
import time_machine
from django.urls import reverse

from courses.agenda.services import put_hour
from courses.exceptions import Refusal
from courses.people.models import Teaching
from courses.people.services import teachings
from tests.factories.continuity import LeaderFactory, StudentFactory, at, class_hour, teaching
from tests.factories.people import TeacherFactory
from tests.factories.rolls import begun

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]
YESTERDAY, TODAY = datetime.date(2026, 11, 24), datetime.date(2026, 11, 25)
TOMORROW = datetime.date(2026, 11, 26)


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


def test_the_timetable_says_from_when_the_hours_of_a_subject_that_ends_are_no_more(client):
    given = teaching()
    put_hour(teaching=given, weekday=1, begins=datetime.time(8), ends=datetime.time(9))
    client.force_login(LeaderFactory(leads=given.school_class.school, language="en"))
    page = reverse("continuity:timetable", args=[given.school_class.public_id])
    before = client.get(page).text

    teachings.end_teaching(teaching=given, until=TOMORROW)

    assert "No more from" not in before
    assert "No more from 26 November 2026" in client.get(page).text


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
