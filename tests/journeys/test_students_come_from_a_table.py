"""Students, classes and groups come from a pasted table."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.people.enums import ClassKind, Role
from courses.people.exceptions import AlreadyTeaches, NotATeacherThere, NotInTheYearOfTheClass
from courses.people.models import Membership, SchoolClass, Teaching
from courses.people.services import classes, teachings, tutorships
from tests.factories.continuity import (
    LeaderFactory,
    SchoolClassFactory,
    StudentFactory,
    exemption_of,
    teaching,
    tutor_of,
)
from tests.factories.people import SubjectFactory, TeacherFactory
from tests.factories.school_pages import get, named, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


TABLE = """nom;prénom;classe;groupes
Abadie;Inès;{class_name};Latin
Brunet;Tom;{class_name};
"""


def table_of(client, leader, school, text):
    """Choose it, see the trial, write what was shown."""
    trial = send(client, leader, "people:import_students", school.public_id, pasted=text)
    if "kept" not in trial.context:
        return trial
    return trial, send(
        client, leader, "people:import_students", school.public_id, kept=trial.context["kept"]
    )


def test_a_class_name_that_is_too_long_is_refused_and_not_cut(client):
    school_class = SchoolClassFactory()
    leader, name = LeaderFactory(leads=school_class.school), "Seconde " + "x" * 60

    form = get(client, leader, "continuity:new_class", school_class.school.public_id).text
    refused = client.post(
        reverse("continuity:new_class", args=[school_class.school.public_id]),
        {"kind": "class", "name": name},
    )
    trial = send(
        client,
        leader,
        "people:import_students",
        school_class.school.public_id,
        pasted=TABLE.format(class_name=name),
    )

    assert 'maxlength="40"' not in form
    assert "At most 40 characters" in form
    assert "at most 40 characters (it has 68)" in refused.text
    assert refused.context["form"]["name"].value() == name
    assert "A class’s name has at most 40 characters; this one has 68." in trial.text
    assert SchoolClass.objects.count() == 1


@pytest.mark.at("2026-11-25T12:00")
def test_a_pasted_table_makes_accounts_without_mail_in_class_and_group(client):
    school_class = SchoolClassFactory()
    group = SchoolClassFactory(school=school_class.school, kind=ClassKind.OPTION, name="Latin")
    leader, today = LeaderFactory(leads=school_class.school), timezone.localdate()
    text = TABLE.format(class_name=school_class.name)

    trial, _written = table_of(client, leader, school_class.school, text)
    again = send(
        client, leader, "people:import_students", school_class.school.public_id, pasted=text
    )

    assert trial.context["to_write"] == 2
    assert [s.login for s in school_class.students_on(today)] == ["ines.abadie", "tom.brunet"]
    assert [s.login for s in group.students_on(today)] == ["ines.abadie"]
    assert (
        Membership.objects.filter(role=Role.STUDENT, organisation=school_class.school).count() == 2
    )
    assert again.context["to_write"] == 2  # without a login, the same names are other people
    assert [str(line.title) for line, *_look in again.context["lines"]] == [
        "Inès Abadie (ines.abadie2)",
        "Tom Brunet (tom.brunet2)",
    ]


@pytest.mark.at("2026-11-25T12:00")
def test_what_was_exported_changes_nothing_and_another_class_moves_the_student(client):
    old = SchoolClassFactory()
    new = SchoolClassFactory(school=old.school)
    student, leader = StudentFactory(in_class=old), LeaderFactory(leads=old.school)
    exported = get(client, leader, "people:export_students", old.school.public_id).content.decode(
        "utf-8-sig"
    )

    same = send(client, leader, "people:import_students", old.school.public_id, pasted=exported)
    today = timezone.localdate()
    moved = exported.replace(f"{old.name},", f"{new.name},").replace("2020-09-01", str(today))
    table_of(client, leader, old.school, moved)

    assert same.context["to_write"] == 0
    assert named(new.students_on(today)) == [student.pk]
    assert named(old.students_on(today)) == []


@pytest.mark.at("2026-11-25T12:00")
@pytest.mark.parametrize(
    ("since", "groups", "is_said"),
    [
        ("2026-12-03", "", True),  # a day that isn't saved
        ("2020-09-01", "", False),  # what is saved
        ("", "", False),
        ("2026-11-25", "Latin", False),  # the day of the group, which stands
        ("2026-12-03", "Latin", True),  # of neither
    ],
)
def test_a_later_day_of_a_class_that_has_begun_is_not_called_saved(client, since, groups, is_said):
    school_class = SchoolClassFactory(name="2de 3")
    school, today = school_class.school, timezone.localdate()
    latin = SchoolClassFactory(school=school, kind=ClassKind.OPTION, name="Latin")
    student = StudentFactory(in_class=school_class)
    student.class_memberships.create(school_class=latin, since=today)
    table = f"login,class,groups,since\n{student.login},2de 3,{groups},{since}\n"

    leader = LeaderFactory(leads=school)
    said = send(client, leader, "people:import_students", school.public_id, pasted=table).text

    assert ("a class that has begun doesn’t begin later" in said) is is_said
    assert ("Everything in this table is saved already." in said) is not is_said


@pytest.mark.at("2026-11-25T12:00")
@pytest.mark.parametrize("since", ["", "-"])
def test_a_dash_for_the_first_day_means_what_an_empty_cell_means(client, since):
    """There is no first day to be deleted: what is entered ahead stays as it is."""
    old = SchoolClassFactory(name="2de 3")
    new = SchoolClassFactory(school=old.school, name="2de 4")
    student, leader = StudentFactory(in_class=old), LeaderFactory(leads=old.school)
    today = timezone.localdate()
    classes.change_class(student=student, to=new, on=today + datetime.timedelta(days=7), by=leader)
    table = f"login,family name,first name,class,from\n{student.login},,,2de 4,{since}\n"
    table += f",Abadie,Inès,2de 4,{since}\n"

    page = get(client, leader, "people:import_students", old.school.public_id).text
    trial, _written = table_of(client, leader, old.school, table)

    assert "deletes what is there" not in page
    assert trial.context["to_write"] == 1
    assert named(new.students_on(today)) == [
        Membership.objects.get(person__login="ines.abadie").person_id
    ]


@pytest.mark.at("2026-11-25T12:00")
@pytest.mark.parametrize("is_ahead", [True, False])
def test_a_class_that_goes_on_is_not_said_to_begin_on_the_same_day(client, is_ahead):
    """A change ahead is taken back, or a day on which the class would have been left."""
    old = SchoolClassFactory(name="2de 3")
    new = SchoolClassFactory(school=old.school, name="2de 4")
    student, leader = StudentFactory(in_class=old), LeaderFactory(leads=old.school)
    day = timezone.localdate() + datetime.timedelta(days=7)
    if is_ahead:
        classes.change_class(student=student, to=new, on=day, by=leader)
    else:
        student.class_memberships.update(until=day)
    table = f"login,class,from\n{student.login},2de 3,{day}\n"

    trial, _written = table_of(client, leader, old.school, table)

    ((line, *_look),) = trial.context["lines"]
    (change,) = line.changes
    if is_ahead:
        assert (change.was, change.now) == ("2de 4, from 02/12/2026", "")
    else:
        assert (change.was, change.now) == ("", "2de 3, from 01/09/2020")
    assert named(old.students_on(day)) == [student.pk]
    assert named(new.students_on(day)) == []


@pytest.mark.at("2026-11-25T12:00")
def test_the_day_of_a_class_to_come_is_saved_and_nothing_is_said(client):
    old, new = SchoolClassFactory(name="2de 3"), SchoolClassFactory(name="2de 4")
    new.school = old.school
    new.save()
    latin = SchoolClassFactory(school=old.school, kind=ClassKind.OPTION, name="Latin")
    student, leader = StudentFactory(in_class=old), LeaderFactory(leads=old.school)
    student.class_memberships.create(school_class=latin, since=timezone.localdate())
    table = f"login,class,groups,since\n{student.login},2de 4,Latin,2026-12-03\n"

    table_of(client, leader, old.school, table)
    again = send(client, leader, "people:import_students", old.school.public_id, pasted=table).text

    assert "Everything in this table is saved already." in again
    assert "doesn’t begin later" not in again


def test_a_table_finds_nobody_of_another_school(client):
    school_class, leader = SchoolClassFactory(), LeaderFactory()
    (school,) = leader.places_as(Role.LEADER)
    SchoolClassFactory(school=school, name="2de 9")
    elsewhere = StudentFactory(in_class=school_class)

    trial = send(
        client,
        leader,
        "people:import_students",
        school.public_id,
        pasted=f"login,class\n{elsewhere.login},2de 9\n",
    )

    assert trial.context["wrong"] == 1
    assert elsewhere.display_name not in trial.text


@pytest.mark.at("2026-11-25T12:00")
def test_names_of_new_students_are_those_that_can_be_printed_and_names_of_others_are_not_read(
    client,
):
    school_class = SchoolClassFactory()
    student, leader = (
        StudentFactory(in_class=school_class),
        LeaderFactory(leads=school_class.school),
    )
    lines = [f"{student.login};<b>;", ";<b>;Zoé", f";Neuf;{'x' * 81}", ";;"]
    table = "login;family name;first name;class\n" + "".join(
        f"{line};{school_class.name}\n" for line in lines
    )

    trial = send(
        client, leader, "people:import_students", school_class.school.public_id, pasted=table
    )

    assert [
        (line.line_number, [(p.column, p.reason) for p in line.problems])
        for line, *_look in trial.context["lines"]
    ] == [
        (3, [("family name", "A name is written without < and >.")]),
        (4, [("first name", "This name is longer than 80 characters.")]),
        (
            5,
            [
                (column, "This cell is needed for a new student.")
                for column in ("family name", "first name")
            ],
        ),
    ]


def test_a_table_brings_nobody_back_who_has_left_by_a_day_of_the_past(client):
    school_class = SchoolClassFactory()
    leader, gone = (
        LeaderFactory(leads=school_class.school),
        StudentFactory(in_class=SchoolClassFactory(school=school_class.school)),
    )
    left = timezone.localdate() - datetime.timedelta(days=30)
    gone.memberships.update(until=left)
    table = (
        f"login,class,since\n{gone.login},{school_class.name},{left - datetime.timedelta(days=1)}\n"
    )

    trial = send(
        client, leader, "people:import_students", school_class.school.public_id, pasted=table
    )

    assert trial.context["wrong"] == 1
    assert gone.display_name not in trial.text


def test_a_class_is_joined_on_a_day_of_its_own_year_only():
    school_class = SchoolClassFactory()
    student = StudentFactory(in_class=SchoolClassFactory(school=school_class.school))

    with pytest.raises(NotInTheYearOfTheClass):
        classes.join_class(
            student=student, school_class=school_class, since=datetime.date(2021, 9, 1)
        )


@pytest.mark.at("2026-11-25T12:00")
@pytest.mark.parametrize("number", [5, 30, 120])
def test_lists_cost_the_same_for_any_number_of_students(client, django_assert_num_queries, number):
    school_class = SchoolClassFactory()
    leader = LeaderFactory(leads=school_class.school)
    teaching(school_class)
    tutor = tutor_of(school_class)
    for student in StudentFactory.create_batch(number, in_class=school_class):
        exemption_of(
            student, school=school_class.school, entered_by=tutor, first_day=timezone.localdate()
        )
    client.force_login(leader)
    pages = [
        reverse("continuity:classes"),
        reverse("continuity:school_class", args=[school_class.public_id]),
    ]

    with django_assert_num_queries(23):
        answers = [client.get(page).status_code for page in pages]

    assert answers == [200, 200]


@pytest.mark.at("2026-11-25T12:00")
@pytest.mark.parametrize(
    ("refusal", "where", "days"), [(NotATeacherThere, "elsewhere", 0), (AlreadyTeaches, "here", 7)]
)
def test_a_teaching_that_cannot_be_given_is_not_given(refusal, where, days):
    """To a teacher of another school; or from another day, to who gives it already."""
    given = teaching()
    teacher = given.teacher if where == "here" else TeacherFactory()

    with pytest.raises(refusal):
        teachings.give_teaching(
            school_class=given.school_class,
            subject=given.subject,
            teacher=teacher,
            since=given.since + datetime.timedelta(days=days),
        )

    assert list(Teaching.objects.all()) == [given]


@pytest.mark.at("2026-11-25T12:00")
def test_what_is_done_twice_is_done_once():
    school_class = SchoolClassFactory()
    student = StudentFactory(in_class=school_class)
    group = SchoolClassFactory(school=school_class.school, kind=ClassKind.GROUP)
    teacher, subject = TeacherFactory(works_at=school_class.school), SubjectFactory()

    for _twice in range(2):
        classes.join_class(student=student, school_class=group)
        teachings.give_teaching(school_class=group, subject=subject, teacher=teacher)
        tutorships.look_after(school_class=school_class, teacher=teacher)

    assert (
        group.memberships.count(),
        group.teachings.count(),
        school_class.tutorships.count(),
    ) == (1, 1, 1)
