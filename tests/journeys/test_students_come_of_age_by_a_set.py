"""A set says who is of age, with a leader's yes; no birth date is kept, and the day only until it comes."""

import datetime
import io
import zipfile

import pytest
import time_machine
from django.db import connection
from django.urls import reverse

from courses.people.enums import Role
from courses.people.models import ComingOfAge, today
from courses.people.services import guardians
from courses.roster.enums import ImportState, RosterChangeState
from courses.roster.models import LastSaid, RosterChange, RosterImport, StagedStudent
from courses.roster.services import ages
from tests.factories.continuity import StudentFactory
from tests.factories.people import MembershipFactory
from tests.factories.relatives import a_school_with_guardians, words_of
from tests.factories.rosters import UAI, a_set, a_student, apply, choose, of_key, undo

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.at("2026-11-25T12:00"),
    pytest.mark.usefixtures("english"),
]

ADULT, SOON, MINOR = "24/11/2008", "20/12/2008", "14/07/2010"
THE_DAY = datetime.date(2026, 12, 20)


@pytest.fixture
def school():
    return a_school_with_guardians()


def born(key, given, birth):
    return a_student(key, given, "ABADIE", ENTPersonDateNaissance=birth)


STUDENTS = (born("1", "Inès", ADULT), born("2", "Tom", SOON), born("3", "Zoé", MINOR))


def follow(client, keeper, school, *students, day="20261120"):
    trial = choose(client, keeper, school, a_set(UAI, *students, day=day))
    return trial, apply(client, keeper)


def adults() -> list[str]:
    return sorted(ComingOfAge.objects.values_list("student__given_name", flat=True))


def of_today(day: datetime.date):
    moment = datetime.datetime.combine(day, datetime.time(9), tzinfo=datetime.UTC)
    return time_machine.travel(moment, tick=False)


def all_rows() -> str:
    """Every value of every table."""
    with connection.cursor() as cursor:
        found = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            found += [" ".join(map(str, row)) for row in cursor.fetchall()]
    return "\n".join(found)


@pytest.mark.parametrize("with_guardians", [True, False])
def test_what_a_set_reads_of_ages_and_guardians_is_said_before_one_is_chosen(
    client, school, leader, with_guardians
):
    school.with_guardians = with_guardians
    school.save()
    client.force_login(leader)

    page = words_of(client.get(reverse("roster:school", args=[school.public_id])))

    assert "An AAF set says when students were born." in page
    assert "date of birth" not in page
    assert ("Where a set names guardians" in page) is with_guardians
    assert ("Nothing is read of guardians" in page) is not with_guardians


def test_the_day_that_is_kept_is_said_to_the_student_and_on_the_page_for_students(
    client, school, leader
):
    follow(client, leader, school, *STUDENTS)
    student = LastSaid.objects.get(comes_of_age_on=THE_DAY).identity.person
    student.language = "en"
    student.save()
    client.force_login(student)

    copy = client.post(reverse("register:download"))
    archive = zipfile.ZipFile(io.BytesIO(b"".join(copy.streaming_content)))
    page = words_of(client.get(reverse("register:for_students")))

    assert THE_DAY.isoformat() in archive.read("data.json").decode()
    assert "Your date of birth (except the day on which you come of age" in page


def test_a_set_says_who_is_of_age_and_keeps_the_day_until_it_comes(client, school, leader):
    trial, _page = follow(client, leader, school, *STUDENTS)

    page = words_of(trial)
    assert "2 students are of age or soon will be, or aren’t after all" in page
    assert "of age within 60 days" in page
    assert adults() == ["Inès"]
    said = LastSaid.objects.order_by("identity__value")
    assert list(said.values_list("of_age", "comes_of_age_on")) == [
        ("adult", None),
        ("soon", THE_DAY),
        ("", None),
    ]

    with of_today(THE_DAY):
        assert ages.sweep(now()) == 1
        assert ages.sweep(now()) == 0
        assert adults() == ["Inès", "Tom"]
        assert not LastSaid.objects.exclude(comes_of_age_on=None).exists()
        choose(client, leader, school, a_set(UAI, *STUDENTS, day="20261220"))
        assert RosterImport.objects.first().state == ImportState.NOTHING


def now() -> datetime.datetime:
    return datetime.datetime.combine(today(), datetime.time(9), tzinfo=datetime.UTC)


def test_the_day_before_nobody_comes_of_age(client, school, leader):
    follow(client, leader, school, *STUDENTS)

    with of_today(THE_DAY - datetime.timedelta(days=1)):
        assert ages.sweep(now()) == 0
    assert adults() == ["Inès"]


def test_no_birth_date_is_in_any_row(client, school, leader):
    choose(client, leader, school, a_set(UAI, *STUDENTS))
    waiting = all_rows()
    apply(client, leader)

    for rows in (waiting, all_rows()):
        assert "2026-12-20" in rows  # the day, where it is kept
        for birth in ("24/11/2008", "2008-11-24", "20/12/2008", "2008-12-20", "2010-07-14"):
            assert birth not in rows
    assert not StagedStudent.objects.exists()
    assert "2026-12-20" not in str(list(RosterChange.objects.values()))


def test_what_a_person_entered_otherwise_stays_until_the_set_says_something_new(
    client, school, leader
):
    follow(client, leader, school, *STUDENTS)
    guardians.set_of_age(student=of_key("1"), is_of_age=False, by=leader)
    guardians.set_of_age(student=of_key("3"), is_of_age=True, by=leader)

    choose(client, leader, school, a_set(UAI, *STUDENTS, day="20261121"))

    assert RosterImport.objects.first().state == ImportState.NOTHING
    assert adults() == ["Zoé"]


def test_a_birth_date_that_was_corrected_takes_of_age_back(client, school, leader):
    follow(client, leader, school, *STUDENTS)

    follow(client, leader, school, born("1", "Inès", MINOR), *STUDENTS[1:], day="20261121")

    assert adults() == []
    undo(client, leader)
    assert adults() == ["Inès"]


def test_without_a_birth_date_nothing_is_said(client, school, leader):
    follow(client, leader, school, *STUDENTS)

    choose(client, leader, school, a_set(UAI, born("1", "Inès", ""), *STUDENTS[1:], day="20261121"))

    assert RosterImport.objects.first().state == ImportState.NOTHING


def test_the_office_reads_numbers_alone_and_its_yes_leaves_it_out(client, school, leader):
    office = MembershipFactory(person__language="en", organisation=school, role=Role.OFFICE).person

    trial, _page = follow(client, office, school, *STUDENTS)

    assert "2 students are of age or soon will be, or aren’t after all" in words_of(trial)
    assert "of age within 60 days" not in words_of(trial)
    assert adults() == []
    assert not LastSaid.objects.exclude(of_age="").exists()


def test_undoing_takes_it_back_unless_the_student_has_decided(client, school, leader):
    follow(client, leader, school, *[born(key, "Zoé", MINOR) for key in "12"])
    follow(client, leader, school, *[born(key, "Zoé", ADULT) for key in "12"], day="20261121")
    guardians.decide(student=of_key("2"), shares=True)

    undo(client, leader)

    assert list(ComingOfAge.objects.values_list("student", flat=True)) == [of_key("2").pk]
    of_age = RosterChange.objects.filter(kind="of_age", roster_import__day="2026-11-21")
    assert dict(of_age.values_list("key", "state")) == {
        "1": RosterChangeState.UNDONE,
        "2": RosterChangeState.STAYED,
    }
    choose(
        client, leader, school, a_set(UAI, *[born(k, "Zoé", ADULT) for k in "12"], day="20261122")
    )
    assert [one.key for one in RosterImport.objects.first().changes.all()] == ["1"]


def test_who_was_of_age_by_hand_stays_so_when_a_set_that_said_so_is_undone(client, school, leader):
    follow(client, leader, school, born("1", "Inès", MINOR))
    guardians.set_of_age(student=of_key("1"), is_of_age=True, by=leader)
    follow(client, leader, school, born("1", "Inès", ADULT), day="20261121")

    undo(client, leader)

    assert adults() == ["Inès"]


def test_of_age_is_said_of_nobody_before_it_is_known_who_it_is(client, school, leader):
    follow(client, leader, school, born("3", "Zoé", MINOR))
    by_hand = StudentFactory(
        in_class=school.classes.get(name="2DE1"), given_name="Inès", family_name="Abadie"
    )

    choose(client, leader, school, a_set(UAI, *STUDENTS, day="20261121"))

    asked = RosterChange.objects.filter(person=by_hand)
    assert [one.kind for one in asked] == ["new"]
    apply(client, leader, same="yes")
    assert ComingOfAge.objects.get().student == by_hand
