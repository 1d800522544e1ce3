"""A student of several schools leaves them all on one day, in any order: the page of the last departure alone
promises that it can be undone, and it can.
"""

import datetime
from itertools import permutations

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from courses.people.enums import Role
from courses.people.models import Membership, Organisation, Person
from courses.people.queries.students import students_who_left
from courses.people.services import accounts, leaving
from courses.roster.services import placing
from tests.factories.continuity import LeaderFactory, SchoolClassFactory, StudentFactory
from tests.factories.people import MembershipFactory, RegistrarFactory

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-30T09:00")]

TODAY = datetime.date(2026, 11, 30)
A_DAY = datetime.timedelta(days=1)
# Of schools that the student joined one after the other, the order in which they are left.
ORDERS = [order for number in (1, 2, 3) for order in permutations(range(number))]
LAST_BEGUN = {
    "all on one day": lambda n, number: TODAY - 90 * A_DAY,
    "one after the other": lambda n, number: TODAY - (90 - n) * A_DAY,
    "the last one today": lambda n, number: TODAY - (number - 1 - n) * A_DAY,
}


def in_words(order) -> str:
    return "".join("ABC"[n] for n in order)


@pytest.fixture(params=LAST_BEGUN)
def begun(request):
    return LAST_BEGUN[request.param]


def schools_of(student: Person, number: int, begun) -> list[Organisation]:
    """Joined in this order."""
    Membership.objects.filter(person=student).delete()
    found = [SchoolClassFactory().school for _n in range(number)]
    for n, school in enumerate(found):
        MembershipFactory(
            person=student, organisation=school, role=Role.STUDENT, since=begun(n, number)
        )
    return found


def address(name: str, student: Person) -> str:
    return reverse(name, args=[student.public_id])


def text(response) -> str:
    return " ".join(response.text.split())


def belongs_to(student: Person) -> list[Organisation]:
    open_ones = Membership.objects.filter(person=student, until=None)
    return [one.organisation for one in open_ones.select_related("organisation")]


@pytest.mark.parametrize("order", ORDERS, ids=in_words)
def test_only_what_the_last_page_promised_is_undone(client, order, begun):
    student = StudentFactory(language="en")
    schools = schools_of(student, len(order), begun)
    leaders = [LeaderFactory(leads=school, language="en") for school in schools]
    promised = {}
    for n in order:
        client.force_login(leaders[n])
        page = text(client.get(address("people:student_leaves", student)))
        promised[n] = "Until then this can be undone" in page
        assert promised[n] != ("This departure can’t be undone" in page)
        assert client.post(address("people:student_leaves", student)).status_code == 302
    last = order[-1]
    assert promised == {n: n == last for n in order}

    for n in sorted(order, key=promised.get):
        client.force_login(leaders[n])
        offered = client.get(address("people:student", student))
        assert offered.status_code == (200 if n == last else 404)
        assert (address("people:student_returns", student) in offered.text) == (n == last)
        copied = client.post(address("register:download_of", student)).status_code
        assert copied == (200 if n == last else 404)
        undone = client.post(address("people:student_returns", student))
        assert undone.status_code == (302 if n == last else 404)

    assert belongs_to(student) == [schools[last]]
    assert Person.objects.get(pk=student.pk).is_active


@pytest.mark.parametrize("order", ORDERS, ids=in_words)
def test_who_keeps_all_of_them_brings_back_to_the_one_left_last(client, order, begun):
    student, keeper = StudentFactory(), LeaderFactory()
    schools = schools_of(student, len(order), begun)
    for school in schools:
        MembershipFactory(person=keeper, organisation=school, role=Role.OFFICE)
    for n in order:
        leaving.close_student(student=student, school=schools[n], by=keeper)
    client.force_login(keeper)

    assert client.post(address("people:student_returns", student)).status_code == 302

    assert belongs_to(student) == [schools[order[-1]]]


def test_the_page_of_who_keeps_two_leaves_one_after_the_other(client, begun):
    student, keeper = StudentFactory(language="en"), LeaderFactory(language="en")
    schools = schools_of(student, 2, begun)
    for school in schools:
        MembershipFactory(person=keeper, organisation=school, role=Role.OFFICE)
    client.force_login(keeper)

    for school in reversed(schools):  # joined last, left first
        assert school.name in text(client.get(address("people:student_leaves", student)))
        client.post(address("people:student_leaves", student))
        assert school not in belongs_to(student)


def test_a_page_sent_twice_leaves_one_school(client, begun):
    student, keeper = StudentFactory(language="en"), LeaderFactory(language="en")
    schools = schools_of(student, 2, begun)
    for school in schools:
        MembershipFactory(person=keeper, organisation=school, role=Role.OFFICE)
    client.force_login(keeper)
    page = client.get(address("people:student_leaves", student))
    sent = {"school": page.context["school"].public_id}

    client.post(address("people:student_leaves", student), sent)
    again = client.post(address("people:student_leaves", student), sent, follow=True)

    assert f'name="school" value="{sent["school"]}"' in page.text
    assert belongs_to(student) == [one for one in schools if one.public_id != sent["school"]]
    assert "Nothing was changed: the student has left that school already." in text(again)


def test_who_has_a_place_to_come_has_a_page(client):
    student = StudentFactory(language="en")
    (school,) = schools_of(student, 1, lambda n, number: TODAY - A_DAY)
    MembershipFactory(
        person=student, organisation=school, role=Role.STUDENT, since=TODAY + 9 * A_DAY
    )
    client.force_login(LeaderFactory(leads=school, language="en"))
    client.post(address("people:student_leaves", student))

    assert client.get(address("people:student", student)).status_code == 200


def test_a_school_to_come_is_not_the_one_that_is_left(client):
    student, keeper = StudentFactory(language="en"), LeaderFactory(language="en")
    here, next_one = schools_of(student, 2, lambda n, number: TODAY + (n * 9 - 1) * A_DAY)
    for school in (here, next_one):
        MembershipFactory(person=keeper, organisation=school, role=Role.OFFICE)
    client.force_login(keeper)

    client.post(address("people:student_leaves", student))

    assert belongs_to(student) == [next_one]


def test_the_name_goes_in_the_night_that_the_page_says_of_who_began_today(client):
    student = StudentFactory(language="en")
    (school,) = schools_of(student, 1, lambda n, number: TODAY)
    client.force_login(LeaderFactory(leads=school, language="en"))
    before = text(client.get(address("people:student_leaves", student)))

    client.post(address("people:student_leaves", student))

    assert "On Wednesday 2 June 2027, or once everything lent is back" in before
    after = text(client.get(address("people:student", student)))
    assert "are erased on Wednesday 2 June 2027, or once" in after


def test_a_place_of_today_alone_has_not_been_left(client):
    """Entered so, with an open account: it is the school's until midnight."""
    student = StudentFactory(language="en")
    (school,) = schools_of(student, 1, lambda n, number: TODAY)
    Membership.objects.filter(person=student).update(until=TODAY)
    client.force_login(LeaderFactory(leads=school, language="en"))

    page = text(client.get(address("people:student", student)))

    assert "The account of a student of your school." in page
    assert not students_who_left([school]).exists()


def test_who_joined_another_school_since_is_not_brought_back(client):
    student = StudentFactory()
    (school,) = schools_of(student, 1, lambda n, number: TODAY - A_DAY)
    leader, next_one = LeaderFactory(leads=school), SchoolClassFactory().school
    leaving.close_student(student=student, school=school, by=leader)
    MembershipFactory(person=student, organisation=next_one, role=Role.STUDENT, since=TODAY)
    client.force_login(leader)

    assert client.post(address("people:student_returns", student)).status_code == 404


@pytest.mark.parametrize(
    ("since", "until", "after"),
    [
        # Left for the next school, whose leader closes the account today: back from today.
        (90, 40, [(90, 40), (0, None)]),
        # Left today, though another school closed the account, or on the first day: as if never gone.
        (90, None, [(90, None)]),
        (0, None, [(0, None)]),
    ],
    ids=["left before", "left today", "begun and left today"],
)
def test_a_set_undoes_only_the_departure_from_its_own_school(since, until, after):
    student = StudentFactory()
    own, next_one = schools_of(student, 2, lambda n, number: TODAY - (1 if n else since) * A_DAY)
    leaders = [LeaderFactory(leads=school) for school in (own, next_one)]
    if until:
        Membership.objects.filter(organisation=own, person=student).update(
            until=TODAY - until * A_DAY
        )
    student.refresh_from_db()
    in_order = [(own, leaders[0]), (next_one, leaders[1])]
    for school, leader in in_order if since else reversed(in_order):
        leaving.close_student(student=student, school=school, by=leader)
    student = Person.objects.get(pk=student.pk)

    placing.bring_back([student], own, leaders[0], timezone.now(), as_if_never_gone=False)

    held = Membership.objects.filter(organisation=own, person=student).order_by("since")
    assert list(held.values_list("since", "until")) == [
        tuple(None if days is None else TODAY - days * A_DAY for days in pair) for pair in after
    ]


def test_what_a_registrar_has_opened_again_no_school_brings_back(client):
    student = StudentFactory()
    (school,) = schools_of(student, 1, lambda n, number: TODAY - A_DAY)
    leader = LeaderFactory(leads=school)
    leaving.close_student(student=student, school=school, by=leader)
    student.refresh_from_db()
    accounts.change_account(person=student, by=RegistrarFactory(), is_active=True)
    client.force_login(leader)

    assert client.post(address("people:student_returns", student)).status_code == 404


def test_no_departure_is_offered_to_be_undone_where_a_registrar_closed_the_account(client):
    """Also where the last day at the school was entered ahead."""
    student = StudentFactory(language="en")
    (school,) = schools_of(student, 1, lambda n, number: TODAY - 90 * A_DAY)
    Membership.objects.filter(person=student).update(until=TODAY + 90 * A_DAY)
    accounts.change_account(person=student, by=RegistrarFactory(), is_active=False)
    client.force_login(LeaderFactory(leads=school, language="en"))

    page = text(client.get(address("people:student", student)))

    assert "The account of a student of your school." in page
    assert "Undo: the student stays" not in page
    assert client.post(address("people:student_returns", student)).status_code == 404


def test_a_departure_undone_leaves_no_trace_in_the_next_one():
    """The account is closed by the second school then, which alone can undo it."""
    student = StudentFactory()
    first, second = schools_of(student, 2, lambda n, number: TODAY - 90 * A_DAY)
    keepers = [LeaderFactory(leads=school) for school in (first, second)]
    leaving.close_student(student=student, school=second, by=keepers[1])
    leaving.close_student(student=student, school=first, by=keepers[0])
    leaving.reopen_student(student=student, school=first, by=keepers[0])
    MembershipFactory(person=student, organisation=second, role=Role.STUDENT, since=TODAY)
    leaving.close_student(student=student, school=first, by=keepers[0])
    leaving.close_student(student=student, school=second, by=keepers[1])

    assert student.account_changes.closings()[0].left_school == second


def test_a_membership_begun_today_is_deleted_only_if_the_account_stays_open():
    """Of two who leave together. The other school begins later, so the role ends today."""
    leaver, staying = StudentFactory.create_batch(2)
    school, next_one = schools_of(staying, 2, lambda n, number: TODAY + n * 9 * A_DAY)
    Membership.objects.filter(person=leaver).delete()
    MembershipFactory(person=leaver, organisation=school, role=Role.STUDENT, since=TODAY)
    group, _made = Group.objects.get_or_create(name=Role.STUDENT)
    group.user_set.add(leaver, staying)
    leader = LeaderFactory(leads=school)

    leaving.close_students(students=[leaver, staying], school=school, by=leader)

    held = Membership.objects.filter(person__in=[leaver, staying])
    assert set(held.values_list("person", "organisation", "since", "until")) == {
        (leaver.pk, school.pk, TODAY, TODAY),
        (staying.pk, next_one.pk, TODAY + 9 * A_DAY, None),
    }
    assert [Person.objects.get(pk=one.pk).is_active for one in (leaver, staying)] == [False, True]
    assert not staying.groups.filter(pk=group.pk).exists()
    logged = ModelLogEntry.objects.filter(action="people.take_away")
    assert list(logged.values_list("object_id", "user")) == [(str(staying.pk), leader.pk)]
