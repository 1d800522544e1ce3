"""A school's leaders keep its classes; teachers and class tutors see theirs; nobody sees another
school's.
"""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import FileField
from django.urls import reverse
from django.utils import timezone

from continuity.models import Exemption, HandIn, PlanPart
from courses.people.enums import ClassKind, Role
from courses.people.models import ClassMembership, Person, SchoolClass, Teaching
from courses.people.services import first_passwords
from tests.factories.continuity import (
    MONDAY,
    LeaderFactory,
    SchoolClassFactory,
    StudentFactory,
    assignment,
    exemption_of,
    handed_in,
    lesson_item,
    part_of,
    teaching,
    tutor_of,
)
from tests.factories.people import MembershipFactory, OrganisationFactory, TeacherFactory
from tests.factories.school_pages import ONE_DAY, get, named, send, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


# Who is seen


def test_each_class_tutor_sees_only_own_students_of_a_group_drawn_from_three_classes(client):
    """C1."""
    first, *others = SchoolClassFactory.create_batch(3, school=SchoolClassFactory().school)
    group = SchoolClassFactory(school=first.school, kind=ClassKind.GROUP, name="Latin")
    tutor, teacher = tutor_of(first), teaching(group).teacher
    own = StudentFactory(in_class=[first, group], family_name="Abeille")
    stranger = StudentFactory(in_class=[others[0], group], family_name="Bouleau")
    StudentFactory(in_class=[others[1], group], family_name="Cigogne")

    of_tutor = get(client, tutor, "continuity:school_class", group.public_id)
    of_teacher = get(client, teacher, "continuity:school_class", group.public_id)

    assert [student for student, _home, _exempt in of_tutor.context["students"]] == [own]
    assert "Of this group you see the students of your own class." in of_tutor.text
    assert len(of_teacher.context["students"]) == 3
    assert get(client, tutor, "continuity:student", own.public_id).status_code == 200
    assert get(client, tutor, "continuity:student", stranger.public_id).status_code == 404
    assert get(client, teacher, "continuity:student", stranger.public_id).status_code == 200


@pytest.mark.at("2026-11-25T12:00")
def test_a_tutor_finds_the_groups_of_own_students_in_the_list_and_no_others(client):
    own, elsewhere = SchoolClassFactory.create_batch(2, school=SchoolClassFactory().school)
    group, unknown = (SchoolClassFactory(school=own.school, kind=ClassKind.GROUP) for _ in range(2))
    StudentFactory(in_class=[own, group])
    StudentFactory(in_class=[elsewhere, unknown])
    tutor = tutor_of(own)

    response = get(client, tutor, "continuity:classes")

    assert [row.school_class for row in response.context["mine"]] == [own]
    assert [row.school_class for row in response.context["others"]] == [group]


def test_a_teacher_reads_that_a_student_is_exempt_and_not_why(client):
    school_class = SchoolClassFactory()
    teacher, tutor, student = (
        teaching(school_class).teacher,
        tutor_of(school_class),
        StudentFactory(in_class=school_class),
    )
    exemption_of(
        student,
        school=school_class.school,
        entered_by=tutor,
        first_day=timezone.localdate(),
        motive="arranged",
    )

    of_teacher = get(client, teacher, "continuity:student", student.public_id).text
    of_tutor = get(client, tutor, "continuity:student", student.public_id).text

    assert "all subjects" in of_teacher
    assert "Arranged timetable" not in of_teacher
    assert "Arranged timetable" in of_tutor


def test_a_document_of_a_leave_is_seen_and_not_kept(client):
    school_class = SchoolClassFactory()
    tutor, student = tutor_of(school_class), StudentFactory(in_class=school_class)
    today = timezone.localdate()
    paper = SimpleUploadedFile("certificat.pdf", b"%PDF-1.7 un certificat")
    facts = {
        "kind": "leave",
        "first_day": str(today),
        "motive": "agreed",
        "saw_a_document": "on",
        "document": paper,
    }

    send(client, tutor, "continuity:exempt", student.public_id, **facts)

    exemption = Exemption.objects.get()
    assert (exemption.entered_by, exemption.document_seen_on) == (tutor, today)
    assert not [field for field in Exemption._meta.concrete_fields if isinstance(field, FileField)]
    page = get(client, tutor, "continuity:student", student.public_id).text
    assert f"Document seen by {tutor}" in page


# Students


@pytest.mark.at("2026-11-25T12:00")
def test_a_leader_adds_a_student_who_gets_a_login_and_no_mail(client):
    school_class = SchoolClassFactory()
    leader = LeaderFactory(leads=school_class.school)

    response = send(
        client,
        leader,
        "continuity:add_student",
        school_class.public_id,
        given_name="Zoé",
        family_name="Quentin",
        since=str(timezone.localdate()),
    )

    student = Person.objects.get(login="zoe.quentin")
    assert (student.email, student.has_usable_password(), student.roles) == (
        None,
        False,
        {Role.STUDENT},
    )
    assert list(school_class.students_on(timezone.localdate())) == [student]
    assert "zoe.quentin" in told(response)[0]


def test_a_refused_form_keeps_what_was_typed_and_says_why(client):
    school_class = SchoolClassFactory()
    leader = LeaderFactory(leads=school_class.school)
    before_joining = "2019-01-01"

    response = send(
        client,
        leader,
        "continuity:give_teaching",
        school_class.public_id,
        subject="none",
        teacher="",
        since=before_joining,
    )

    assert response.status_code == 422
    assert response.context["form"]["since"].value() == before_joining
    assert set(response.context["form"].errors) == {"subject", "teacher"}
    assert not Teaching.objects.exists()


def test_the_first_day_of_a_membership_counts_and_its_end_does_not():
    school_class = SchoolClassFactory()
    student = StudentFactory(in_class=school_class)
    ClassMembership.objects.filter(student=student).update(since=MONDAY, until=MONDAY + 2 * ONE_DAY)

    there = [student in school_class.students_on(MONDAY + n * ONE_DAY) for n in (-1, 0, 1, 2)]

    assert there == [False, True, True, False]
    assert [
        SchoolClass.objects.of_student(student, MONDAY + n * ONE_DAY).exists()
        for n in (-1, 0, 1, 2)
    ] == there


@pytest.mark.at("2026-11-25T12:00")
def test_students_of_a_class_are_drawn_into_a_group_all_or_none(client):
    school_class = SchoolClassFactory()
    group = SchoolClassFactory(school=school_class.school, kind=ClassKind.GROUP, name="Espagnol G1")
    first, second, stays = StudentFactory.create_batch(3, in_class=school_class)
    leader = LeaderFactory(leads=school_class.school)
    client.force_login(leader)
    address = f"{reverse('continuity:draw_students', args=[group.public_id])}?from={school_class.public_id}"

    client.post(
        address,
        {"students": [first.public_id, second.public_id], "since": str(timezone.localdate())},
    )

    assert named(group.students_on(timezone.localdate())) == named([first, second])
    assert named(client.get(address).context["form"].fields["students"].queryset) == [stays.pk]


def test_slips_are_made_for_those_who_have_never_been_in_and_work(client):
    school_class = SchoolClassFactory()
    new, known = StudentFactory.create_batch(2, in_class=school_class)
    Person.objects.filter(pk=known.pk).update(last_login=timezone.now())
    leader = LeaderFactory(leads=school_class.school)

    response = send(client, leader, "people:slips", school_class.public_id)

    (slip,) = response.context["slips"]
    new.refresh_from_db()
    known.refresh_from_db()
    assert slip.login == new.login
    assert new.check_password(slip.password)
    assert known.check_password("password")
    assert response.headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")


def test_no_slip_is_made_for_an_account_that_opens_more_than_a_student_s_week(client):
    school_class = SchoolClassFactory()
    new, also_teacher = StudentFactory.create_batch(2, in_class=school_class)
    MembershipFactory(person=also_teacher, organisation=OrganisationFactory(), role=Role.TEACHER)
    leader = LeaderFactory(leads=school_class.school)

    answer = send(client, leader, "people:slips", school_class.public_id)

    assert [slip.login for slip in answer.context["slips"]] == [new.login]
    assert Person.objects.get(pk=also_teacher.pk).check_password("password")


def test_a_new_password_is_made_by_a_second_press_after_a_page_that_says_what_happens(client):
    school_class = SchoolClassFactory()
    student, leader = (
        StudentFactory(in_class=school_class),
        LeaderFactory(leads=school_class.school),
    )
    address = reverse("people:new_slip", args=[student.public_id])

    on_page = get(client, leader, "continuity:student", student.public_id).text
    asked = client.get(address)

    assert f'action="{address}"' not in on_page
    assert f'href="{address}"' in on_page
    assert "stops working at once" in asked.text
    student.refresh_from_db()
    assert student.check_password("password")

    (slip,) = client.post(address).context["slips"]

    student.refresh_from_db()
    assert student.check_password(slip.password)


@pytest.mark.parametrize("of", ["a class", "a student"])
def test_of_two_presses_at_once_the_slips_of_the_later_one_are_valid(client, of):
    """A double click sends both, the browser shows what answers the second; the first one's hashes
    may be ready last.
    """
    school_class = SchoolClassFactory()
    student, leader = (
        StudentFactory(in_class=school_class),
        LeaderFactory(leads=school_class.school),
    )
    address = (
        ("people:slips", school_class.public_id)
        if of == "a class"
        else ("people:new_slip", student.public_id)
    )
    a_moment_later = timezone.now() + ONE_DAY
    (shown,) = first_passwords.give_first_passwords([student], now=a_moment_later)

    late = send(client, leader, *address, key="first press")

    assert "slips" not in late.context
    assert "the slips that were shown last are valid" in late.text
    student.refresh_from_db()
    assert student.check_password(shown.password)


@pytest.mark.parametrize("of", ["a class", "a student"])
def test_a_page_of_slips_that_is_reloaded_makes_no_others(client, of):
    school_class = SchoolClassFactory()
    student, leader = (
        StudentFactory(in_class=school_class),
        LeaderFactory(leads=school_class.school),
    )
    address = (
        ("people:slips", school_class.public_id)
        if of == "a class"
        else ("people:new_slip", student.public_id)
    )
    key = get(client, leader, *address).context["key"]

    (slip,) = send(client, leader, *address, key=key).context["slips"]
    again = send(client, leader, *address, key=key, follow=False)

    assert again.status_code == 302
    student.refresh_from_db()
    assert student.check_password(slip.password)


def test_another_school_s_leader_finds_neither_table_nor_slips(client):
    school_class = SchoolClassFactory()
    student, stranger = StudentFactory(in_class=school_class), LeaderFactory()
    school = school_class.school

    answers = [
        get(client, stranger, "people:import_students", school.public_id).status_code,
        get(client, stranger, "people:export_students", school.public_id).status_code,
        get(client, stranger, "people:slips", school_class.public_id).status_code,
        send(client, stranger, "people:new_slip", student.public_id).status_code,
    ]

    assert answers == [404, 404, 404, 404]
    student.refresh_from_db()
    assert student.check_password("password")


# Teachers


def test_who_takes_over_mid_year_has_all_that_hangs_on_the_subject_and_authorship_is_kept(client):
    """C20."""
    given = teaching()
    school_class, leaver = given.school_class, given.teacher
    item = lesson_item(part_of(given), title="Sur la page 42")
    work = assignment(given)
    waiting = handed_in(work, StudentFactory(in_class=school_class))
    successor, leader = (
        TeacherFactory(works_at=school_class.school),
        LeaderFactory(leads=school_class.school),
    )

    send(client, leader, "continuity:hand_over", given.public_id, teacher=successor.public_id)

    assert list(Teaching.objects.open_to(successor)) == [given]
    assert list(Teaching.objects.open_to(leaver)) == []
    assert list(PlanPart.objects.open_to(successor)) == [item.part]
    assert list(HandIn.objects.visible_to(successor)) == [waiting]
    item.lesson.refresh_from_db()
    work.homework.refresh_from_db()
    assert (item.lesson.author, work.homework.author) == (leaver, leaver)


def test_a_stand_in_has_the_class_on_these_dates_only(client):
    """C19, the half of it that is about access."""
    given = teaching()
    school_class, today = given.school_class, timezone.localdate()
    standing_in, leader = (
        TeacherFactory(works_at=school_class.school),
        LeaderFactory(leads=school_class.school),
    )
    first, last = today + ONE_DAY, today + 2 * ONE_DAY

    send(
        client,
        leader,
        "continuity:stand_in",
        given.public_id,
        teacher=standing_in.public_id,
        first_day=str(first),
        last_day=str(last),
    )

    has_it = [Teaching.objects.open_to(standing_in, today + n * ONE_DAY).exists() for n in range(4)]
    assert has_it == [False, True, True, False]
    assert (
        get(client, standing_in, "continuity:school_class", school_class.public_id).status_code
        == 404
    )
    assert (
        given.teacher.display_name
        in get(client, leader, "continuity:school_class", school_class.public_id).text
    )
