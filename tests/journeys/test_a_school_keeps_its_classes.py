"""A school's leaders keep its classes; teachers and class tutors see theirs; nobody sees another
school's.
"""

import datetime

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import FileField
from django.urls import reverse
from django.utils import timezone, translation

from continuity.attendance.queries.roll_call import hours_for
from continuity.models import ContinuityPlan, Exemption, HandIn, PlanPart
from courses.agenda.models import ClassHour, Closure, SchoolCalendar
from courses.agenda.queries import school_days
from courses.people.enums import ClassKind, Role
from courses.people.exceptions import AlreadyTeaches, NotATeacherThere, NotInTheYearOfTheClass
from courses.people.models import (
    ClassMembership,
    Membership,
    Person,
    SchoolClass,
    StandIn,
    Teaching,
)
from courses.people.services import classes, teachings
from tests.factories.answers import returned
from tests.factories.continuity import (
    MONDAY,
    LeaderFactory,
    SchoolClassFactory,
    StudentFactory,
    assignment,
    at,
    class_hour,
    exemption_of,
    handed_in,
    homework_item,
    lesson_item,
    part_of,
    teaching,
    tutor_of,
)
from tests.factories.people import SubjectFactory, TeacherFactory

pytestmark = pytest.mark.django_db

ONE_DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def get(client, person, name, *args, **query):
    client.force_login(person)
    return client.get(reverse(name, args=args), query)


def send(client, person, name, *args, follow=True, **data):
    client.force_login(person)
    return client.post(reverse(name, args=args), data, follow=follow)


def told(response):
    return [str(message) for message in get_messages(response.wsgi_request)] or [
        str(message) for message in response.context["messages"]
    ]


def named(people):
    return sorted(person.pk for person in people)


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


@pytest.mark.at("2026-11-25T12:00")
def test_who_changes_class_keeps_what_was_done_in_the_old_one(client):
    old = SchoolClassFactory()
    new = SchoolClassFactory(school=old.school)
    student, leader = StudentFactory(in_class=old), LeaderFactory(leads=old.school)
    given = assignment(teaching(old))
    done = handed_in(given, student)
    today = timezone.localdate()

    send(
        client,
        leader,
        "continuity:change_class",
        student.public_id,
        to=new.public_id,
        on=str(today),
    )

    periods = student.class_memberships.order_by("since").values_list("school_class", "until")
    assert list(periods) == [(old.pk, today), (new.pk, None)]
    assert list(HandIn.objects.filter(student=student)) == [done]
    assert student in old.students_on(today - ONE_DAY)
    assert named(old.students_on(today)) == []
    assert named(new.students_on(today)) == [student.pk]


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


# Timetable and calendar


def test_an_hour_in_a_week_that_is_taken_is_refused_and_a_and_b_weeks_share_one(client):
    school_class = SchoolClassFactory()
    first, second = teaching(school_class), teaching(school_class)
    class_hour(first, weekday=2, begins=9, rhythm="A")
    leader = LeaderFactory(leads=school_class.school)
    hour = {
        "weekday": 2,
        "begins": "09:30",
        "ends": "10:25",
        "teaching": second.public_id,
        "since": str(timezone.localdate()),
    }

    refused = send(
        client, leader, "continuity:put_hour", school_class.public_id, **hour, rhythm="A"
    )
    send(client, leader, "continuity:put_hour", school_class.public_id, **hour, rhythm="B")

    assert "at that time already" in refused.context["form"].non_field_errors()[0]
    assert list(ClassHour.objects.filter(teaching=second).values_list("rhythm", flat=True)) == ["B"]


@pytest.mark.at("2026-11-25T12:00")
def test_an_hour_that_is_added_asks_for_no_roll_of_the_past(client):
    given = teaching()
    leader, today = LeaderFactory(leads=given.school_class.school), timezone.localdate()
    two_weeks_ago = today - 14 * ONE_DAY
    hour = {
        "weekday": today.isoweekday(),
        "begins": "09:00",
        "ends": "09:55",
        "teaching": given.public_id,
    }

    send(
        client,
        leader,
        "continuity:put_hour",
        given.school_class.public_id,
        **hour,
        since=str(today),
    )

    assert [found.day for found in hours_for(given.teacher, two_weeks_ago, today)] == [today]


@pytest.mark.at("2026-11-25T12:00")
def test_an_hour_that_is_taken_out_keeps_its_past(client):
    given = teaching()
    leader, today = LeaderFactory(leads=given.school_class.school), timezone.localdate()
    hour = class_hour(given, weekday=today.isoweekday())
    days = [today - 7 * ONE_DAY, today, today + 7 * ONE_DAY]

    send(client, leader, "continuity:take_hour_out", hour.public_id, until=str(today + ONE_DAY))

    assert [found.day for found in hours_for(given.teacher, days[0], days[-1])] == days[:2]
    assert (
        "No more from"
        in get(client, leader, "continuity:timetable", given.school_class.public_id).text
    )


def test_an_hour_follows_one_that_ends_at_the_same_time_of_the_week(client):
    given, today = teaching(), timezone.localdate()
    leader, in_a_week = LeaderFactory(leads=given.school_class.school), today + 7 * ONE_DAY
    class_hour(given, weekday=2, until=in_a_week)
    other = teaching(given.school_class)
    hour = {"weekday": 2, "begins": "09:00", "ends": "09:55", "teaching": other.public_id}

    refused = send(
        client,
        leader,
        "continuity:put_hour",
        given.school_class.public_id,
        **hour,
        since=str(today),
    )
    send(
        client,
        leader,
        "continuity:put_hour",
        given.school_class.public_id,
        **hour,
        since=str(in_a_week),
    )

    assert "at that time already" in refused.context["form"].non_field_errors()[0]
    assert list(other.hours.values_list("since", flat=True)) == [in_a_week]


def test_a_timetable_that_changes_makes_the_class_s_weeks_new(client):
    school_class = SchoolClassFactory()
    given, leader = teaching(school_class), LeaderFactory(leads=school_class.school)
    plan = part_of(given, timezone.localdate()).plan
    hour = class_hour(given)

    send(
        client, leader, "continuity:take_hour_out", hour.public_id, until=str(timezone.localdate())
    )

    assert ContinuityPlan.objects.get(pk=plan.pk).version == plan.version + 1


def test_a_work_due_on_a_day_that_is_closed_is_flagged_and_not_moved(client):
    """C6."""
    given = teaching()
    school, leader = given.school_class.school, LeaderFactory(leads=given.school_class.school)
    friday = timezone.localdate() + 30 * ONE_DAY
    work = homework_item(part_of(given, friday), due_at=at(friday, 18)).assignment

    response = send(
        client,
        leader,
        "continuity:close_days",
        school.public_id,
        **{"closure-first_day": str(friday), "closure-reason": "Grève"},
    )

    work.refresh_from_db()
    assert work.due_at == at(friday, 18)
    assert Closure.objects.get().last_day == friday
    assert response.context["due"] == [work]
    assert "Nothing is moved by itself" in response.text


@pytest.mark.at("2026-11-25T12:00")
def test_a_day_that_is_opened_again_is_a_school_day(client):
    leader, today = LeaderFactory(), timezone.localdate()
    (school,) = leader.places_as(Role.LEADER)
    closure = Closure.objects.create(school=school, first_day=today, last_day=today, reason="Neige")
    assert not school_days(school).has_class(today)

    send(client, leader, "continuity:reopen", closure.public_id)

    assert not Closure.objects.exists()
    assert school_days(school).has_class(today)


def test_the_school_s_own_date_says_which_week_is_a(client):
    """C3, the leader's side."""
    leader = LeaderFactory()
    (school,) = leader.places_as(Role.LEADER)

    send(
        client,
        leader,
        "continuity:count_weeks",
        school.public_id,
        **{"calendar-week_a": str(timezone.localdate())},
    )

    assert SchoolCalendar.objects.get(school=school).week_a == timezone.localdate()
    assert (
        "This week is a week A." in get(client, leader, "continuity:school", school.public_id).text
    )


# Leaves and exemptions


def test_tutor_and_leader_read_a_students_works_by_subject_and_their_teacher_does_not(
    client, time_machine
):
    time_machine.move_to(at(MONDAY + 3 * ONE_DAY, 12))
    school_class = SchoolClassFactory()
    french, maths = part_of(teaching(school_class)), part_of(teaching(school_class))
    student = StudentFactory(in_class=school_class)
    homework_item(french, due_at=at(MONDAY, 18), title="Jamais venu")
    homework_item(french, due_at=at(MONDAY + 4 * ONE_DAY, 18), title="Attendu demain")
    late = homework_item(maths, due_at=at(MONDAY, 18), title="Rendu tard").assignment
    handed_in(late, student, at(MONDAY + ONE_DAY, 9), is_late=True)
    answered = homework_item(maths, due_at=at(MONDAY, 12), title="Avec retour").assignment
    returned(handed_in(answered, student, at(MONDAY, 9)))
    homework_item(
        part_of(teaching(school_class), published=False), due_at=at(MONDAY, 18), title="Brouillon"
    )
    readers = [tutor_of(school_class), LeaderFactory(leads=school_class.school)]

    pages = [get(client, reader, "continuity:student", student.public_id) for reader in readers]
    teachers = get(client, french.teaching.teacher, "continuity:student", student.public_id)

    for page in pages:
        states = {
            work.mine.item.title: str(work.state)
            for subject in page.context["works"]
            for work in subject.works
        }
        assert states == {
            "Jamais venu": "missing",
            "Attendu demain": "awaited",
            "Rendu tard": "handed in late",
            "Avec retour": "returned",
        }
        assert "Last activity" in page.text
        assert "1 missing" in page.text
    assert "works" not in teachers.context
    assert "Jamais venu" not in teachers.text


def test_a_tutor_enters_a_leave_ends_it_and_takes_it_back(client):
    school_class = SchoolClassFactory()
    tutor, student = tutor_of(school_class), StudentFactory(in_class=school_class)
    subject, today = teaching(school_class, subject=SubjectFactory()).subject, timezone.localdate()
    facts = {
        "kind": "leave",
        "first_day": str(today),
        "subjects": [subject.code],
        "keeps_working": "on",
        "motive": "agreed",
    }

    for _twice in range(2):
        send(client, tutor, "continuity:exempt", student.public_id, **facts)

    exemption = Exemption.objects.get()
    assert (list(exemption.subjects.all()), exemption.keeps_working, exemption.entered_by) == (
        [subject],
        True,
        tutor,
    )

    send(
        client,
        tutor,
        "continuity:end_exemption",
        exemption.public_id,
        last_day=str(today + ONE_DAY),
    )
    exemption.refresh_from_db()
    assert exemption.last_day == today + ONE_DAY

    send(client, tutor, "continuity:withdraw_exemption", exemption.public_id)
    assert not Exemption.objects.standing().exists()


def test_an_untouched_form_exempts_from_nothing_and_says_what_to_choose(client):
    school_class = SchoolClassFactory()
    tutor, student = tutor_of(school_class), StudentFactory(in_class=school_class)

    shown = get(client, tutor, "continuity:exempt", student.public_id).text
    untouched = {
        "first_day": str(timezone.localdate()),
        "last_day": str(timezone.localdate() + ONE_DAY),
        "attends": "on",
    }
    response = send(client, tutor, "continuity:exempt", student.public_id, **untouched)

    assert "checked" not in shown
    assert response.status_code == 422
    form = response.context["form"]
    assert form.errors == {
        "kind": ["Choose: a leave or an exemption."],
        "motive": ["Choose a motive."],
    }
    assert (form["last_day"].value(), form["attends"].value()) == (untouched["last_day"], True)
    assert not Exemption.objects.exists()


@pytest.mark.parametrize(
    ("first_day", "last_day", "reason"),
    [
        pytest.param(
            "2026-11-25",
            "2027-09-01",
            "after the end of the school year. Give a day until Tuesday 31 August 2027",
            id="next year",
        ),
        pytest.param(
            "2026-11-25",
            "9999-12-31",
            "Nothing can be entered for Friday 31 December 9999.",
            id="last day in 9999",
        ),
        pytest.param(
            "9999-12-31",
            "9999-12-31",
            "Nothing can be entered for Friday 31 December 9999.",
            id="first day in 9999",
        ),
        pytest.param(
            "0001-01-01",
            "2026-11-25",
            "Nothing can be entered for Monday 1 January 1.",
            id="first day in the year 1",
        ),
    ],
)
@pytest.mark.at("2026-11-25T12:00")
def test_a_leave_ends_with_the_school_year_of_its_first_day(client, first_day, last_day, reason):
    school_class = SchoolClassFactory()
    tutor, student = tutor_of(school_class), StudentFactory(in_class=school_class)
    facts = {"kind": "leave", "motive": "agreed", "first_day": first_day}

    refused = send(
        client, tutor, "continuity:exempt", student.public_id, **facts, last_day=last_day
    )

    assert refused.status_code == 422
    assert reason in refused.text
    assert not Exemption.objects.exists()


@pytest.mark.at("2026-11-25T12:00")
def test_a_leave_may_last_until_31_august(client):
    school_class = SchoolClassFactory()
    tutor, student = tutor_of(school_class), StudentFactory(in_class=school_class)
    facts = {
        "kind": "leave",
        "motive": "agreed",
        "first_day": "2026-11-25",
        "last_day": "2027-08-31",
    }

    send(client, tutor, "continuity:exempt", student.public_id, **facts)
    refused = send(
        client,
        tutor,
        "continuity:end_exemption",
        Exemption.objects.get().public_id,
        last_day="2027-09-01",
    )

    assert Exemption.objects.get().last_day == datetime.date(2027, 8, 31)
    assert "after the end of the school year" in refused.text


@pytest.mark.parametrize("year", ["0001", "9999"])
def test_no_typed_day_is_of_the_year_1_or_9999(client, year):
    school_class = SchoolClassFactory()
    of, leader, student = (
        teaching(school_class),
        LeaderFactory(leads=school_class.school),
        StudentFactory(in_class=school_class),
    )
    day, stand_in = f"{year}-12-30", TeacherFactory(works_at=school_class.school)
    school, hour = school_class.school.public_id, class_hour(of)
    days = {"first_day": day, "last_day": day}

    answers = [
        send(
            client, leader, "continuity:stand_in", of.public_id, teacher=stand_in.public_id, **days
        ),
        send(
            client,
            leader,
            "continuity:close_days",
            school,
            **{f"closure-{name}": day for name in days},
            **{"closure-reason": "Pont"},
        ),
        send(client, leader, "continuity:count_weeks", school, **{"calendar-week_a": day}),
        send(
            client,
            leader,
            "continuity:add_student",
            school_class.public_id,
            given_name="Zoé",
            family_name="Neuf",
            since=day,
        ),
        send(client, leader, "continuity:take_hour_out", hour.public_id, until=day),
        send(
            client,
            tutor_of(school_class),
            "continuity:extensions",
            school_class.public_id,
            student=student.public_id,
            days_more="2",
            first_day=day,
        ),
    ]

    assert [answer.text.count("Nothing can be entered for") > 0 for answer in answers] == [
        True
    ] * len(answers)
    assert not Closure.objects.exists()
    assert not StandIn.objects.exists()


def test_only_a_leave_has_a_reduced_plan(client):
    school_class = SchoolClassFactory()
    tutor, student = tutor_of(school_class), StudentFactory(in_class=school_class)
    facts = {
        "kind": "exemption",
        "first_day": str(timezone.localdate()),
        "keeps_working": "on",
        "motive": "agreed",
    }

    response = send(client, tutor, "continuity:exempt", student.public_id, **facts)

    assert (
        "Only an authorised absence has a reduced plan"
        in response.context["form"].non_field_errors()[0]
    )
    assert not Exemption.objects.exists()


# From a table


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
        (line.number, [(p.column, p.reason) for p in line.problems])
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
        classes.look_after(school_class=school_class, teacher=teacher)

    assert (
        group.memberships.count(),
        group.teachings.count(),
        school_class.tutorships.count(),
    ) == (1, 1, 1)
