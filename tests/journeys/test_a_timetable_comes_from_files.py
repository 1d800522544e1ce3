"""A school's leader puts class hours into the timetable from the files of timetable software."""

import datetime

import pytest
import time_machine
from django.urls import reverse

from continuity.models import ContinuityPlan
from courses.agenda.models import ClassHour
from courses.people.exceptions import NotATeacherThere
from courses.people.models import Teaching
from courses.people.services import teachings
from courses.timetables.models import StagedHour, TimetableImport, TimetableWord
from courses.timetables.services import applying
from tests.factories.continuity import LeaderFactory, at, class_hour, part_of, teaching
from tests.factories.people import TeacherFactory
from tests.factories.timetables import (
    CLASS_FILE,
    MONDAY,
    TABLE,
    TWO_TEACHERS_FILE,
    WEEK_FILE,
    TimetableSchool,
    calendar,
    choose,
    counts,
    each_week,
    event,
    fields_of,
    given,
    hours,
    press,
    sample,
    say_yes,
)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.at("2026-11-25T12:00"),
    pytest.mark.usefixtures("english"),
]
NEXT_MONDAY = datetime.date(2026, 11, 30)
DAY_BEFORE = datetime.date(2026, 11, 29)


@pytest.fixture
def school():
    return TimetableSchool()


@pytest.fixture
def leader(school):
    return LeaderFactory(leads=school.school, language="en")


def test_the_files_of_a_class_become_its_hours_from_next_monday_on(client, school, leader):
    page = choose(client, leader, school.school, (CLASS_FILE, sample(CLASS_FILE)))
    untouched = ClassHour.objects.count(), Teaching.objects.count()
    done = say_yes(client, page)

    assert untouched == (0, 0)
    assert "Nothing is applied yet. With your yes, from Monday 30 November 2026 on:" in page.text
    assert counts(page) == {"new": 5, "begun": 5, "left_out": 2}
    assert "1 event passed over." in page.text
    assert "days of class: 1 of 4" in page.text
    assert "days of class: 0 of 4" in page.text  # cancelled
    assert "This applies from Monday 30 November 2026" in done.text
    assert hours() == [
        "2DE LV1 GR2 anglais 3 10:10-11:05 30/11-",
        "2de 3 GA svt 5 13:30-15:20 A 30/11-",
        "2de 3 GB svt 5 13:30-15:20 B 30/11-",
        "2de 3 francais 1 08:00-08:55 30/11-",
        "2de 3 mathematiques 1 09:00-09:55 30/11-",
    ]
    assert not StagedHour.objects.exists()


def test_the_same_files_again_change_nothing_and_say_so(client, school, leader):
    say_yes(client, choose(client, leader, school.school, (CLASS_FILE, sample(CLASS_FILE))))
    before = hours()

    again = choose(client, leader, school.school, (CLASS_FILE, sample(CLASS_FILE)))

    assert (
        "Each regular hour of these files stands in the timetable already: nothing changes."
        in again.text
    )
    assert "5 hours as before" in again.text
    assert TimetableImport.objects.first().state == "nothing"
    assert hours() == before


def test_an_hour_moves_another_ends_and_what_a_file_does_not_cover_stays(client, school, leader):
    french = given(school)
    class_hour(french, weekday=1, begins=8)
    ends = class_hour(given(school, "mathematiques", "EXEMPLE"), weekday=4, begins=10)
    class_hour(given(school, "emc", "EXEMPLE", "1re 1"), weekday=4, begins=11)  # another class
    ClassHour.objects.update(is_from_file=True)
    file = calendar(
        each_week(first=MONDAY + datetime.timedelta(days=1), begins="10:00", ends="10:55"),
        each_week(subject="SVT", teacher="M. SPECIMEN Luc", begins="13:30", ends="14:25"),
    )

    page = choose(client, leader, school.school, ("2de3.ics", file))
    say_yes(client, page)

    assert counts(page) == {"new": 1, "ended": 1, "moved": 1, "begun": 1}
    assert hours() == [
        "1re 1 emc 4 11:00-11:55 01/09-",
        "2de 3 francais 1 08:00-08:55 01/09-30/11",
        "2de 3 francais 2 10:00-10:55 30/11-",
        "2de 3 mathematiques 4 10:00-10:55 01/09-30/11",
        "2de 3 svt 1 13:30-14:25 30/11-",
    ]
    ends.refresh_from_db()
    assert ends.holds_on(DAY_BEFORE)
    assert not ends.holds_on(NEXT_MONDAY)


def test_a_teacher_s_file_ends_hours_of_that_teacher_alone(client, school, leader):
    class_hour(given(school, "mathematiques", "MODELE", "1re 1"), weekday=3, begins=15)
    class_hour(given(school, "francais", "EXEMPLE", "1re 1"), weekday=3, begins=16)
    ClassHour.objects.update(is_from_file=True)

    page = choose(client, leader, school.school, (WEEK_FILE, sample(WEEK_FILE)))

    assert "Less than four weeks of term: A and B weeks can’t be told apart" in page.text
    diff = page.context["diff"]
    assert [str(hour) for hour in diff.ended] == ["Mathématiques, 1re 1, Wednesday 15:00"]
    assert diff.counts["moved"] == 1
    assert len(diff.new) == 12


def test_unknown_words_are_matched_once_and_remembered(client, school, leader):
    school.subjects["Français"].delete()
    french = given(school, "anglais").subject
    file = calendar(each_week(teacher="Mme M. ANNE"), each_week(begins="09:00", ends="09:55"))

    page = choose(client, leader, school.school, ("2de3.ics", file))
    rows = page.context["form"].word_fields
    chosen = press(
        client,
        "timetable_choices",
        **fields_of(
            page,
            Français=french.code,
            **{"Mme M. ANNE": school.teachers["TYPE"].public_id},
        ),
    )
    say_yes(client, chosen)
    later = choose(client, leader, school.school, ("2de3.ics", file))

    assert [(row.word, row.hours) for _field, row in rows] == [("Français", 2), ("Mme M. ANNE", 1)]
    assert counts(page) == {"left_out": 2}
    assert counts(chosen) == {"new": 2, "begun": 1}
    assert TimetableWord.objects.count() == 2
    assert (
        "Each regular hour of these files stands in the timetable already: nothing changes."
        in later.text
    )


def test_an_hour_with_an_unmatched_word_does_not_end_the_one_that_is_there(client, school, leader):
    class_hour(given(school), weekday=1, begins=8)
    ClassHour.objects.update(is_from_file=True)
    file = calendar(
        each_week(teacher="Mme NOUVELLE"),
        each_week(subject="SVT", teacher="M. SPECIMEN Luc", begins="13:30", ends="14:25"),
    )

    page = choose(client, leader, school.school, ("2de3.ics", file))

    assert counts(page) == {"new": 1, "begun": 1, "left_out": 1}
    assert "1 hour that stays for now" in page.text


def test_hours_entered_by_hand_stay_or_end_as_the_leader_chooses(client, school, leader):
    class_hour(given(school, "emc", "EXEMPLE"), weekday=5, begins=8)
    file = calendar(
        each_week(),
        each_week(subject="SVT", teacher="M. SPECIMEN Luc", begins="10:00", ends="11:00"),
    )

    page = choose(client, leader, school.school, ("2de3.ics", file))
    ends = press(client, "timetable_choices", **fields_of(page, by_hand="end"))

    assert "1 hour entered by hand that the files don’t have" in page.text
    assert counts(page) == {"new": 2, "begun": 2}
    assert counts(ends) == {"new": 2, "ended": 1, "begun": 2}


def test_the_leader_chooses_the_day_from_which_it_applies(client, school, leader):
    page = choose(client, leader, school.school, ("2de3.ics", calendar(each_week())))
    late = press(client, "timetable_choices", **fields_of(page, since="2026-11-24"))
    chosen = press(client, "timetable_choices", **fields_of(page, since="2027-01-04"))
    say_yes(client, chosen)

    assert late.status_code == 422
    assert "is over" in late.text
    assert hours() == ["2de 3 francais 1 08:00-08:55 04/01-"]


def test_what_is_applied_is_what_was_shown(client, school, leader):
    page = choose(client, leader, school.school, ("2de3.ics", calendar(each_week())))
    class_hour(given(school), weekday=1, begins=8)

    answer = say_yes(client, page)

    assert "The timetable has changed since this page was shown" in answer.text
    assert TimetableImport.objects.get().is_waiting


def test_a_table_is_read_with_its_logins_and_weeks(client, school, leader):
    page = choose(client, leader, school.school, (TABLE, sample(TABLE)))
    say_yes(client, page)

    assert hours() == [
        "2de 3 GA svt 5 13:30-15:20 A 30/11-",
        "2de 3 GB svt 5 13:30-15:20 B 30/11-",
        "2de 3 francais 1 08:00-08:55 30/11-",
        "2de 3 mathematiques 1 09:00-09:55 30/11-",
    ]


def test_of_two_teachers_of_an_hour_one_has_it_and_the_memo_is_kept_nowhere(client, school, leader):
    page = choose(client, leader, school.school, (TWO_TEACHERS_FILE, sample(TWO_TEACHERS_FILE)))
    staged = str(list(StagedHour.objects.values())) + str(TimetableImport.objects.get().files)
    say_yes(client, page)

    assert "ne pas lire" not in staged + page.text
    assert hours() == ["1re 1 emc 2 14:00-15:50 30/11-"]
    assert ClassHour.objects.get().teaching.teacher == school.teachers["EXEMPLE"]


def test_a_timetable_whose_day_has_passed_waits_for_another_day(client, school, leader):
    page = choose(client, leader, school.school, ("a.ics", calendar(each_week())))

    with time_machine.travel(at(datetime.date(2026, 12, 1), 9), tick=False):
        client.force_login(leader)
        refused = say_yes(client, page)

    assert "The day from which it applies, Monday 30 November 2026, is over." in refused.text
    assert not ClassHour.objects.exists()


def test_a_second_press_finds_nothing_to_do(client, school, leader):
    page = choose(client, leader, school.school, ("a.ics", calendar(each_week())))
    say_yes(client, page)

    again = say_yes(client, page)
    aside = press(client, "set_timetable_aside")

    for answer in (again, aside):
        assert "This timetable doesn’t wait any more: nothing more is saved." in answer.text
    assert len(hours()) == 1


def test_a_word_that_is_left_out_stays_so_in_the_next_files(client, school, leader):
    rest = each_week(begins="09:00", ends="09:55")
    file = ("a.ics", calendar(each_week(subject="Vie de classe"), rest))
    page = choose(client, leader, school.school, file)
    say_yes(client, press(client, "timetable_choices", **fields_of(page, **{"Vie de classe": "-"})))

    later = choose(client, leader, school.school, file)

    ((field, row),) = later.context["form"].word_fields
    assert (row.is_to_match, field.value()) == (False, "-")
    assert counts(later) == {"same": 1, "left_out": 1}
    assert "You chose to leave out the subject, the teacher or the class." in later.text


def test_teachings_are_not_given_to_who_is_no_teacher_there(school):
    stranger = TeacherFactory()
    asked = Teaching(
        school_class=school.classes["2de 3"],
        subject=school.subjects["SVT"],
        teacher=stranger,
        since=NEXT_MONDAY,
    )

    with pytest.raises(NotATeacherThere):
        teachings.give_teachings([asked])

    assert not Teaching.objects.exists()


def test_students_pages_are_new_when_a_timetable_is_applied(client, school, leader):
    plan = part_of(given(school), NEXT_MONDAY).plan

    say_yes(client, choose(client, leader, school.school, ("a.ics", calendar(each_week()))))

    assert ContinuityPlan.objects.get(pk=plan.pk).version > plan.version


def test_files_set_aside_leave_nothing_and_the_next_ones_may_come(client, school, leader):
    choose(client, leader, school.school, ("a.ics", calendar(each_week())))
    refused = choose(client, leader, school.school, ("b.ics", calendar(each_week())))
    press(client, "set_timetable_aside")
    again = choose(client, leader, school.school, ("b.ics", calendar(each_week())))

    assert "A timetable waits for your yes already." in refused.text
    assert counts(again) == {"new": 1, "begun": 1}
    assert not ClassHour.objects.exists()
    assert StagedHour.objects.count() == 1


def test_an_exception_is_shown_and_left_out(client, school, leader):
    once = event(datetime.date(2026, 9, 24), subject="EMC", teacher="M. EXEMPLE Paul")

    page = choose(client, leader, school.school, ("a.ics", calendar(each_week(), once)))

    assert counts(page) == {"new": 1, "begun": 1, "left_out": 1}
    assert "days of class: 1 of 5" in page.text


def test_an_hour_that_begins_later_in_the_table_is_the_same_when_it_comes_again(
    client, school, leader
):
    table = sample(TABLE).replace(b"2026-09-01;2027-07-03", b"2027-01-04;2027-03-26", 1)
    say_yes(client, choose(client, leader, school.school, (TABLE, table)))
    again = choose(client, leader, school.school, (TABLE, table))

    assert "2de 3 francais 1 08:00-08:55 04/01-27/03" in hours()
    assert "nothing changes." in again.text


def test_a_word_whose_teacher_has_left_is_to_be_matched_again(client, school, leader):
    file = ("a.ics", calendar(each_week(teacher="Mme M. ANNE")))
    page = choose(client, leader, school.school, file)
    type_ = school.teachers["TYPE"]
    press(client, "timetable_choices", **fields_of(page, **{"Mme M. ANNE": type_.public_id}))
    press(client, "set_timetable_aside")
    type_.memberships.update(until=datetime.date(2026, 11, 20))

    later = choose(client, leader, school.school, file)

    ((field, row),) = later.context["form"].word_fields
    assert row.is_to_match
    assert field.value() == ""


def test_an_hour_of_a_teacher_at_another_school_is_in_the_way(client, school, leader):
    elsewhere = teaching(teacher=school.teachers["MODELE"], subject=school.subjects["EMC"])
    class_hour(elsewhere, weekday=1, begins=8)

    page = choose(client, leader, school.school, ("a.ics", calendar(each_week())))

    assert counts(page) == {"left_out": 1}
    assert f"Anne MODELE is in {elsewhere.school_class} at that time already." in page.text


def test_what_waited_for_two_weeks_is_set_aside(client, school, leader):
    choose(client, leader, school.school, ("a.ics", calendar(each_week())))
    one = TimetableImport.objects.get()

    early = applying.sweep(one.received_at + datetime.timedelta(days=13))
    late = applying.sweep(one.received_at + datetime.timedelta(days=15))

    one.refresh_from_db()
    assert (early, late, one.state, one.files) == (0, 1, "refused", [])
    assert not StagedHour.objects.exists()


def test_the_classes_page_of_a_leader_leads_to_the_files(client, school, leader):
    client.force_login(leader)

    page = client.get(reverse("continuity:classes"))

    assert reverse("continuity:timetable_files", args=[school.school.public_id]) in page.text
