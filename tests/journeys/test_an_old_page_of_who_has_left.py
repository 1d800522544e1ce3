"""A second tab, or Back, after a student has left: it leads to what can still be read of them, says that
nothing was changed, and changes nothing.
"""

import datetime

import pytest
from django.urls import reverse

from courses.people.enums import Role
from courses.people.models import ComingOfAge, GuardianLink, Guardianship, Membership, Person
from courses.people.services import guardians
from tests.factories.continuity import LeaderFactory, SchoolClassFactory, StudentFactory
from tests.factories.guardians import GuardianFactory, follows
from tests.factories.people import MembershipFactory, OrganisationFactory

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-30T09:00")]

HAS_LEFT = "Nothing was changed: the student has left that school already."
IS_ENDED = "Nothing was changed: Morgane Martin isn’t a guardian of this student here any more."
OF_THE_STUDENT = ["student_leaves", "new_slip", "set_of_age", "student_guardians"]
OF_THE_GUARDIAN = ["end_guardian", "change_guardian", "make_guardian_link", "revoke_guardian_link"]


@pytest.fixture
def school():
    return SchoolClassFactory().school


@pytest.fixture
def student(school):
    return StudentFactory(in_class=school.classes.get(), language="en", email="l@example.org")


@pytest.fixture
def kept(student):
    return follows(GuardianFactory(family_name="Martin"), student)


@pytest.fixture
def leader(client, school):
    leader = LeaderFactory(leads=school, language="en")
    client.force_login(leader)
    return leader


@pytest.fixture
def goes_on_elsewhere(student):
    MembershipFactory(person=student, organisation=OrganisationFactory(), role=Role.STUDENT)


def address(name: str, about: Person | Guardianship) -> str:
    return reverse(f"people:{name}", args=[about.public_id])


def rows(student) -> list:
    found = (Membership.objects.filter(person=student), Guardianship.objects, GuardianLink.objects)
    return [list(one.order_by("pk").values()) for one in found] + [
        Person.objects.values_list("is_active", "password").get(pk=student.pk),
        ComingOfAge.objects.exists(),
    ]


def presses(client, name: str, about, **sent) -> tuple[str, str]:
    """Where it leads, and what is read there."""
    answer = client.post(address(name, about), {"of_age": "yes", **sent}, follow=True)
    assert answer.status_code == 200
    return answer.request["PATH_INFO"], " ".join(answer.text.split())


@pytest.mark.parametrize("name", OF_THE_STUDENT)
def test_a_press_of_before_the_departure_leads_to_the_student_who_has_left(
    client, student, leader, name
):
    client.post(address("student_leaves", student))
    before = rows(student)

    way, said = presses(client, name, student)

    assert way == address("student", student)
    assert HAS_LEFT in said
    assert rows(student) == before


@pytest.mark.usefixtures("goes_on_elsewhere")
@pytest.mark.parametrize("name", [*OF_THE_STUDENT, "forget_address"])
def test_it_leads_to_the_accounts_where_the_student_is_another_school_s_by_now(
    client, student, leader, name
):
    client.post(address("student_leaves", student))
    before = rows(student)

    way, said = presses(client, name, student)

    assert way == reverse("people:students")
    assert HAS_LEFT in said
    assert rows(student) == before
    assert Person.objects.get(pk=student.pk).email


def test_back_to_the_page_of_leaving_leads_to_the_student_who_has_left(client, student, leader):
    client.post(address("student_leaves", student))

    answer = client.get(address("student_leaves", student), follow=True)

    assert answer.redirect_chain == [(address("student", student), 302)]
    assert HAS_LEFT in answer.text


def test_back_to_the_guardians_of_who_left_with_none_leads_there_too(client, student, leader):
    client.post(address("student_leaves", student))

    answer = client.get(address("student_guardians", student), follow=True)

    assert answer.redirect_chain == [(address("student", student), 302)]
    assert HAS_LEFT in answer.text


def test_an_address_is_removed_also_of_who_has_left(client, student, leader):
    """The page offers it then, too."""
    client.post(address("student_leaves", student))
    assert address("forget_address", student) in client.get(address("student", student)).text

    client.post(address("forget_address", student))

    assert Person.objects.get(pk=student.pk).email is None


def test_a_departure_undone_twice_is_undone_once(client, student, leader, kept):
    client.post(address("student_leaves", student))
    client.post(address("student_returns", student))
    before = rows(student)

    way, said = presses(client, "student_returns", student)

    assert way == address("student", student)
    assert "Nothing was changed: the account is open already." in said
    assert rows(student) == before


@pytest.mark.parametrize("has_left", [False, True])
@pytest.mark.parametrize("name", OF_THE_GUARDIAN)
def test_a_press_about_a_guardian_who_is_ended_leads_to_the_guardians(
    client, student, school, leader, kept, name, has_left
):
    guardians.end(guardianship=kept, by=leader)
    if has_left:
        client.post(address("student_leaves", student))
    before = rows(student)

    way, said = presses(client, name, kept, quality="informed")

    of_the_school = reverse("people:guardians", args=[school.public_id])
    assert way == (of_the_school if has_left else address("student_guardians", student))
    assert IS_ENDED in said
    assert rows(student) == before


@pytest.mark.parametrize("name", OF_THE_GUARDIAN[1:])
def test_a_press_about_a_guardian_whom_the_departure_ended_leads_to_who_can_be_ended(
    client, student, leader, kept, name
):
    client.post(address("student_leaves", student))
    before = rows(student)

    way, said = presses(client, name, kept, quality="informed")

    assert way == address("student_guardians", student)
    assert IS_ENDED in said
    assert rows(student) == before


@pytest.mark.parametrize("is_same_account", [True, False])
@pytest.mark.parametrize("name", OF_THE_GUARDIAN)
def test_who_is_entered_again_since_is_not_said_to_be_ended(
    client, student, school, leader, kept, name, is_same_account
):
    guardians.end(guardianship=kept, by=leader)
    again = kept.guardian if is_same_account else GuardianFactory(family_name="Martin")
    guardians.guard(guardian=again, student=student, school=school, quality=kept.quality, by=leader)
    before = rows(student)

    way, said = presses(client, name, kept, quality="informed")

    assert way == address("student_guardians", student)
    assert "Nothing was changed: Morgane Martin was entered here again since." in said
    assert IS_ENDED not in said
    assert rows(student) == before


@pytest.mark.parametrize("has_left", [False, True])
def test_for_another_school_s_leader_nothing_is_there(client, student, leader, kept, has_left):
    if has_left:
        client.post(address("student_leaves", student))
    before = rows(student)
    client.force_login(LeaderFactory())

    answers = {
        client.post(address(name, about)).status_code
        for names, about in ((OF_THE_STUDENT, student), (OF_THE_GUARDIAN, kept))
        for name in [*names, *(["student_returns", "forget_address"] if about == student else [])]
    }

    assert answers == {404}
    assert rows(student) == before


def test_who_is_a_student_here_again_has_not_left(client, student, school, leader):
    """A registrar closed the account meanwhile: neither left nor back."""
    Membership.objects.filter(person=student).update(
        since=datetime.date(2024, 9, 1), until=datetime.date(2025, 7, 4)
    )
    MembershipFactory(person=student, organisation=school, role=Role.STUDENT)
    Person.objects.filter(pk=student.pk).update(is_active=False)

    for name in ("student_leaves", "student_returns"):
        assert client.post(address(name, student)).status_code == 404


def test_who_is_a_student_here_and_something_else_has_not_left(client, student, school, leader):
    """A student of before and of today, by now a guardian of somebody, too: not kept by the school."""
    Membership.objects.filter(person=student).update(
        since=datetime.date(2025, 9, 1), until=datetime.date(2026, 7, 4)
    )
    for role in (Role.STUDENT, Role.GUARDIAN):
        MembershipFactory(person=student, organisation=school, role=role)

    for name in ("student_leaves", "new_slip", "forget_address"):
        assert client.post(address(name, student)).status_code == 404
