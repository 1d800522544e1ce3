"""What a leader reads of a timetable from files is so, and what two leaders say of it is kept."""

import datetime

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from courses.agenda.models import ClassHour
from courses.people.models import Teaching
from courses.timetables.models import TimetableImport, TimetableWord
from courses.timetables.values import MOST_BYTES
from tests.factories.continuity import LeaderFactory, at, class_hour
from tests.factories.timetables import (
    MONDAY,
    TABLE,
    TimetableSchool,
    calendar,
    choose,
    counts,
    each_week,
    event,
    fields_of,
    given,
    press,
    sample,
    say_yes,
)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.at("2026-11-25T12:00"),
    pytest.mark.usefixtures("english"),
]
NOTHING = "Each regular hour of these files stands in the timetable already: nothing changes."
EMPTY = "As it stands these files change nothing:"


@pytest.fixture
def school():
    return TimetableSchool()


@pytest.fixture
def leader(school):
    return LeaderFactory(leads=school.school, language="en")


def test_files_without_a_regular_hour_do_not_say_that_the_timetable_has_them(
    client, school, leader
):
    file = calendar(event(MONDAY), event(MONDAY + datetime.timedelta(days=8)))

    page = choose(client, leader, school.school, ("2de3.ics", file))

    assert TimetableImport.objects.get().is_waiting
    assert NOTHING not in page.text
    assert EMPTY in page.text
    assert "Less than four weeks of term" in page.text
    assert page.text.count("days of class: 1 of 2") == 2


def test_hours_that_are_over_wait_for_an_earlier_day(client, school, leader):
    table = sample(TABLE).replace(b"2027-07-03", b"2026-11-27")

    page = choose(client, leader, school.school, (TABLE, table))
    chosen = press(client, "timetable_choices", **fields_of(page, since="2026-11-25"))

    assert NOTHING not in page.text
    assert counts(page) == {"left_out": 4}
    assert counts(chosen) == {"new": 4, "begun": 4}
    assert chosen.text.count("No more from 28 November 2026") == 4


def test_an_exception_beside_hours_that_are_there_changes_nothing(client, school, leader):
    say_yes(client, choose(client, leader, school.school, ("a.ics", calendar(each_week()))))
    once = event(MONDAY + datetime.timedelta(days=3), subject="EMC")

    again = choose(client, leader, school.school, ("a.ics", calendar(each_week(), once)))

    assert NOTHING in again.text
    assert "1 hour of the files that is left out" in again.text


def test_files_beside_which_a_choice_is_left_wait(client, school, leader):
    """An hour that is over, for another day; one that somebody entered, to end it."""
    whole = sample(TABLE)
    head, first, *rest = whole.splitlines(keepends=True)
    without = b"".join([head, *rest])
    over = b"".join([head, first.replace(b"2027-07-03", b"2026-11-27"), *rest])
    say_yes(client, choose(client, leader, school.school, (TABLE, without)))

    with_one_over = choose(client, leader, school.school, (TABLE, over))
    press(client, "set_timetable_aside")
    class_hour(given(school, "emc", "TYPE", "2de 3 GA"), weekday=4, begins=15)
    with_one_by_hand = choose(client, leader, school.school, (TABLE, without))

    assert counts(with_one_over) == {"same": 3, "left_out": 1}
    assert counts(with_one_by_hand) == {"same": 3}
    assert "1 hour entered by hand that the files don’t have" in with_one_by_hand.text


def test_a_word_that_another_leader_matched_meanwhile_stays(client, school, leader):
    other = {"begins": "09:00", "ends": "09:55"}
    file = calendar(each_week(subject="Lettres"), each_week(subject="Sc", **other))
    page = choose(client, leader, school.school, ("2de3.ics", file))
    stale = fields_of(page, Sc="svt")

    press(client, "timetable_choices", **fields_of(page, Lettres="francais"))
    press(client, "timetable_choices", **stale)

    words = TimetableWord.objects.order_by("word").values_list("word", "subject__code")
    assert list(words) == [("Lettres", "francais"), ("Sc", "svt")]


def test_a_word_is_forgotten_where_its_match_is_taken_back(client, school, leader):
    file = calendar(each_week(subject="Lettres"))
    page = choose(client, leader, school.school, ("2de3.ics", file))
    chosen = press(client, "timetable_choices", **fields_of(page, Lettres="francais"))

    back = press(client, "timetable_choices", **fields_of(chosen, Lettres=""))

    assert not TimetableWord.objects.exists()
    assert counts(back) == {"left_out": 1}


def test_the_page_sends_back_what_it_showed_of_each_word(client, school, leader):
    page = choose(client, leader, school.school, ("a.ics", calendar(each_week(subject="Lettres"))))
    chosen = press(client, "timetable_choices", **fields_of(page, Lettres="francais"))

    ((field, _row),) = chosen.context["form"].word_fields
    assert f'<input type="hidden" name="{field.html_initial_name}" value="francais"' in chosen.text


def test_the_first_and_the_last_day_of_a_new_hour_are_said(client, school, leader):
    table = sample(TABLE).replace(b"2026-09-01;2027-07-03", b"2027-01-04;2027-03-26", 1)

    page = choose(client, leader, school.school, (TABLE, table))

    assert page.text.count("From 4 January 2027") == 1
    assert page.text.count("No more from 27 March 2027") == 1
    assert "From 30 November 2026" not in page.text


def test_a_new_hour_of_a_subject_that_ends_says_when(client, school, leader):
    given(school)
    Teaching.objects.update(until=datetime.date(2027, 1, 30))

    page = choose(client, leader, school.school, ("a.ics", calendar(each_week())))

    assert counts(page) == {"new": 1}
    assert "No more from 30 January 2027" in page.text


def test_an_hour_that_moves_later_says_from_when_on(client, school, leader):
    class_hour(given(school, "francais", "EXEMPLE"), weekday=2, begins=8)
    ClassHour.objects.update(is_from_file=True)
    table = sample(TABLE).replace(b"2026-09-01", b"2027-01-04", 1)

    page = choose(client, leader, school.school, (TABLE, table))

    assert counts(page) == {"new": 3, "moved": 1, "begun": 3}
    assert page.text.count("From 4 January 2027") == 1
    assert "What was planned for hours that end or move stays on its day." in page.text


@pytest.mark.parametrize(
    ("sizes", "sentence"),
    [
        ([MOST_BYTES + 1], "“0.ics” is larger than 2 MB."),
        ([MOST_BYTES] * 11, "Together these files are larger than 20 MB, or more than 100."),
    ],
    ids=["one", "together"],
)
def test_files_that_are_too_large_are_refused_by_their_size(
    client, school, leader, sizes, sentence
):
    files = [SimpleUploadedFile(f"{n}.ics", b" " * size) for n, size in enumerate(sizes)]
    client.force_login(leader)

    page = client.post(
        reverse("continuity:timetable_files", args=[school.school.public_id]),
        {"timetables": files},
    )

    assert page.status_code == 422
    assert sentence in page.text
    assert sentence in str(page.context["form"].errors)


@pytest.mark.parametrize(
    "address",
    ["timetable_choices", "apply_timetable", "set_timetable_aside", "undo_timetable"],
)
def test_a_page_of_another_leader_changes_nothing(client, school, leader, address):
    page = choose(client, leader, school.school, ("a.ics", calendar(each_week())))
    other = LeaderFactory(leads=school.school, language="en")
    sent = fields_of(page, since="2027-01-04") | {"shown": page.context["diff"].fingerprint}
    if address == "undo_timetable":
        say_yes(client, page)
    before = TimetableImport.objects.values().get()
    client.force_login(other)

    answer = press(client, address, **sent, logged_in_as=leader.device_key)

    assert answer.status_code == 403
    assert TimetableImport.objects.values().get() == before


@pytest.mark.parametrize("name", ["next.ics", "next.csv"])
def test_files_of_the_next_school_year_leave_this_one_s_hours(client, school, leader, name):
    class_hour(given(school), weekday=2, begins=9)
    ClassHour.objects.update(is_from_file=True)
    first = datetime.date(2027, 9, 6)
    lines = ["2de 3;Français;Mme MODELE Anne;lundi;08:00;08:55;06/09/2027"]
    table = "\n".join(["classe;matiere;enseignant;jour;debut;fin;du", *lines]).encode()
    file = table if name.endswith(".csv") else calendar(each_week(first=first))

    with time_machine.travel(at(datetime.date(2027, 6, 28), 9), tick=False):
        page = choose(client, leader, school.school, (name, file))
        school.school_class("2de 3", school_year=2028)
        ready = press(client, "timetable_choices", **fields_of(page))

    assert TimetableImport.objects.get().since == first
    assert counts(page) == {"left_out": 1}
    assert counts(ready) == {"new": 1, "begun": 1}


def test_a_day_of_another_school_year_than_the_files_is_named(client, school, leader):
    words = "Its dates aren’t of the school year of the day from which it would apply."
    page = choose(client, leader, school.school, ("2de3.ics", calendar(each_week())))

    later = press(client, "timetable_choices", **fields_of(page, since="2027-09-06"))

    assert words not in page.text
    assert words in later.text


def test_a_page_whose_day_is_over_asks_for_another_before_the_yes(client, school, leader):
    choose(client, leader, school.school, ("2de3.ics", calendar(each_week())))
    address = reverse("continuity:timetable_import", args=[TimetableImport.objects.get().public_id])
    yes = "Apply from Monday 30 November 2026 on"

    before = client.get(address)
    with time_machine.travel(at(datetime.date(2026, 12, 1), 9), tick=False):
        client.force_login(leader)
        after = client.get(address)

    assert yes in before.text
    assert yes not in after.text
    assert "With your yes" not in after.text
    assert "The day from which it applies, Monday 30 November 2026, is over." in after.text


def test_choices_that_arrive_without_a_login_come_back(client, school, leader):
    page = choose(client, leader, school.school, ("2de3.ics", calendar(each_week())))
    address = reverse(
        "continuity:timetable_choices", args=[TimetableImport.objects.get().public_id]
    )
    client.logout()

    answer = client.post(address, fields_of(page, since="2026-12-07"))

    assert answer.status_code == 403
    assert '<input type="hidden" name="since" value="2026-12-07">' in answer.text


def test_a_refused_choice_s_address_leads_to_the_page_when_it_is_read(client, school, leader):
    page = choose(client, leader, school.school, ("2de3.ics", calendar(each_week())))
    one = TimetableImport.objects.get().public_id

    refused = press(client, "timetable_choices", **fields_of(page, since="2026-11-01"))
    read = client.get(reverse("continuity:timetable_choices", args=[one]))

    assert refused.status_code == 422
    assert read.status_code == 302
    assert read.url == reverse("continuity:timetable_import", args=[one])


def test_while_files_wait_the_page_says_so_before_others_are_chosen(client, school, leader):
    address = reverse("continuity:timetable_files", args=[school.school.public_id])
    client.force_login(leader)
    before = client.get(address)
    choose(client, leader, school.school, ("2de3.ics", calendar(each_week())))

    after = client.get(address)

    assert "A timetable waits for your yes already." not in before.text
    assert 'type="file"' in before.text
    assert "A timetable waits for your yes already." in after.text
    assert 'type="file"' not in after.text
