"""Somebody logs in by the ENT, which nobody here can place: the page gives a reference, with which the
school links the login to a student's account, the registrars to an adult's.
"""

import datetime
import re

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from courses.mail.models import Letter
from courses.people.models import Guardianship, Identity
from courses.signin.models import UnknownIdentity
from tests.factories.continuity import LeaderFactory, SchoolClassFactory, StudentFactory
from tests.factories.equipment import office_of
from tests.factories.guardians import GuardianFactory, follows, with_guardians
from tests.factories.people import (
    MembershipFactory,
    PersonFactory,
    RegistrarFactory,
    TeacherFactory,
)
from tests.factories.relatives import CHILDREN, RELATIVES, a_school_with_guardians, follow
from tests.factories.second_factors import switched_on
from tests.factories.signin import (
    DIRECTORY,
    STRANGER,
    IdentityProviderFactory,
    is_in,
    known_as,
    logs_in,
)
from tests.factories.worker import run_worker

pytestmark = pytest.mark.django_db
REFERENCE = re.compile(r"<code>(\w{4}-\w{4})</code>")


@pytest.fixture
def student():
    return StudentFactory(in_class=SchoolClassFactory())


@pytest.fixture
def leader(student):
    return LeaderFactory(leads=student.current_memberships[0].organisation, language="en")


@pytest.fixture
def registrar():
    return RegistrarFactory(language="en")


def reference_of(answer) -> str:
    assert answer.status_code == 403
    found = REFERENCE.search(answer.text)
    return found[1] if found else ""


def stranger(server, ent, who="stranger") -> str:
    """The reference that somebody whom nobody here knows reads."""
    return reference_of(logs_in(Client(), server, ent, who, next="/en/"))


def page(person) -> str:
    return reverse("ent:link", args=[person.public_id])


def says(keeper, person, reference):
    client = Client()
    client.force_login(keeper)
    return client.post(page(person), {"reference": reference}, follow=True)


def test_a_student_comes_in_once_the_school_has_linked_the_login(server, ent, student, leader):
    reference = stranger(server, ent)

    assert "The login is linked to this account." in says(leader, student, reference).text

    browser = Client()
    logs_in(browser, server, ent, "stranger")
    assert is_in(browser)
    assert browser.session["_auth_user_id"] == str(student.pk)
    assert ModelLogEntry.objects.get(action="roster.key").user == leader


def test_an_adult_comes_in_once_the_password_was_typed_too(server, ent, registrar):
    teacher = TeacherFactory(language="en")

    says(registrar, teacher, stranger(server, ent))

    browser = Client()
    answer = logs_in(browser, server, ent, "stranger")
    assert answer.url == reverse("signin:confirm", args=["ent"])
    assert not is_in(browser)
    run_worker()
    browser.post(answer.url, {"password": "password"})
    assert is_in(browser)
    assert f"{registrar.display_name} has linked a login by an ENT" in mail.outbox[-1].body
    assert teacher.email in mail.outbox[-1].to[0]


@pytest.mark.parametrize("typed", ["{}", " {} ", "{}".lower])
def test_the_reference_is_read_as_it_is_typed(server, ent, student, leader, typed):
    reference = stranger(server, ent)
    typed = reference.replace("-", " ").lower() if callable(typed) else typed.format(reference)

    says(leader, student, typed)

    assert student.identities.get().value == STRANGER


def test_the_same_person_has_one_reference_a_day(server, ent):
    assert stranger(server, ent) == stranger(server, ent)
    assert UnknownIdentity.objects.get().times == 2


def test_a_reference_is_good_once(server, ent, student, leader):
    other = StudentFactory(in_class=student.class_memberships.get().school_class)
    reference = stranger(server, ent)
    says(leader, student, reference)

    answer = says(leader, other, reference)

    assert answer.status_code == 422
    assert "No login by an ENT has this reference." in answer.text
    assert not UnknownIdentity.objects.exclude(value="").exists()


def test_a_reference_is_good_for_thirty_days(server, ent, student, leader):
    reference = stranger(server, ent)

    with time_machine.travel(timezone.now() + datetime.timedelta(days=30)):
        assert "No login by an ENT has this reference." in says(leader, student, reference).text
    with time_machine.travel(timezone.now() + datetime.timedelta(days=29)):
        assert "The login is linked" in says(leader, student, reference).text


@pytest.mark.parametrize("reference", ["", "0000-0000", "x", "7" * 40])
def test_what_is_no_reference_is_said(student, leader, ent, reference):
    answer = says(leader, student, reference)

    assert answer.status_code == 422
    assert not Identity.objects.exists()


def test_a_server_of_other_schools_serves_nobody_here(server, ent, student, leader):
    reference = stranger(server, ent)
    ent.schools.add(SchoolClassFactory().school)

    assert (
        "No ENT that is connected here may open this account."
        in says(leader, student, reference).text
    )
    assert not student.identities.exists()


def test_a_server_that_was_closed_meanwhile_serves_nobody(server, ent, student, leader):
    other = IdentityProviderFactory(slug="other", address=ent.address)  # the page stays open
    reference = stranger(server, ent)
    ent.is_open = False
    ent.save()

    answer = says(leader, student, reference)

    assert other.is_open
    assert answer.status_code == 422
    assert not student.identities.exists()


def test_an_account_has_one_key_of_a_directory(server, ent, student, leader):
    known_as(student, "1000001")

    answer = says(leader, student, stranger(server, ent))

    assert f"another key of the directory “{DIRECTORY}” already" in answer.text
    assert [one.value for one in student.identities.all()] == ["1000001"]


def test_a_key_that_a_set_gave_to_somebody_meanwhile_stays_theirs(server, ent, student, leader):
    reference = stranger(server, ent)
    known_as(StudentFactory(), STRANGER)

    answer = says(leader, student, reference)

    assert "This login was linked to an account meanwhile." in answer.text
    assert not student.identities.exists()


def test_an_account_without_a_password_gets_no_key(server, ent, registrar):
    teacher = TeacherFactory()
    teacher.set_unusable_password()
    teacher.save()

    answer = says(registrar, teacher, stranger(server, ent))

    assert "This account has no password yet." in answer.text
    assert not teacher.identities.exists()


@pytest.mark.parametrize(
    "known",
    [
        pytest.param({"is_active": False}, id="closed"),
        pytest.param({"is_superuser": True}, id="superuser"),
    ],
)
def test_whose_account_does_not_open_gets_no_reference(server, ent, known):
    known_as(PersonFactory(**known), STRANGER)

    assert stranger(server, ent) == ""
    assert UnknownIdentity.objects.get().value == ""


def test_of_several_identifiers_none_is_kept(server, ent):
    assert stranger(server, ent, "both") == ""
    assert UnknownIdentity.objects.get().reference is None


@pytest.mark.parametrize("is_erased", [False, True], ids=["closed", "erased"])
def test_an_account_that_no_login_opens_gets_no_key(server, ent, registrar, is_erased):
    erased_at = timezone.now() if is_erased else None
    teacher = TeacherFactory(is_active=False, erased_at=erased_at)

    answer = says(registrar, teacher, stranger(server, ent))

    assert "No ENT that is connected here may open this account." in answer.text
    assert not teacher.identities.exists()


def test_a_registrar_without_a_second_step_gets_no_key(server, ent, registrar):
    colleague = RegistrarFactory()
    reference = stranger(server, ent)

    says(registrar, colleague, reference)
    assert not colleague.identities.exists()

    switched_on(colleague)
    assert "The login is linked" in says(registrar, colleague, reference).text


def test_a_linked_login_is_kept_under_no_reference_of_another_server(server, ent, student, leader):
    """Two servers of one directory."""
    other = IdentityProviderFactory(slug="other", address=ent.address)
    reference = stranger(server, ent)
    stranger(server, other)

    says(leader, student, reference)

    assert not UnknownIdentity.objects.exclude(value="").exists()


def test_guardians_read_that_no_reference_helps_them(server, ent):
    answer = logs_in(Client(), server, ent, "stranger", next="/en/")

    assert "guardian: the management of the school, which says" in answer.text


@pytest.fixture
def guardian(student):
    school = student.current_memberships[0].organisation
    guardian = GuardianFactory(language="en")
    follows(guardian, student, with_guardians(school))
    return guardian


def test_a_guardian_comes_in_once_the_management_has_linked_the_login(
    server, ent, student, leader, guardian
):
    reference = stranger(server, ent)
    client = Client()
    client.force_login(leader)

    before = client.get(reverse("people:student_guardians", args=[student.public_id]))
    asked = client.get(page(guardian))
    said = says(leader, guardian, reference)

    assert page(guardian) in before.text
    assert reverse("people:student_guardians", args=[student.public_id]) in asked.text
    assert "the password of the account is asked for once" in asked.text
    assert "The login is linked to this account." in said.text
    browser = Client()
    answer = logs_in(browser, server, ent, "stranger")
    browser.post(answer.url, {"password": "password"})
    assert is_in(browser)
    assert browser.session["_auth_user_id"] == str(guardian.pk)


def test_only_the_management_links_a_guardian_who_is_nothing_else(
    server, ent, student, leader, registrar, guardian
):
    school = student.current_memberships[0].organisation
    reference = stranger(server, ent)
    teacher_too = GuardianFactory()
    follows(teacher_too, student, school)
    MembershipFactory(person=teacher_too, until=datetime.date(2021, 7, 1))
    elsewhere = GuardianFactory()
    follows(elsewhere, StudentFactory(in_class=SchoolClassFactory()))
    superuser = GuardianFactory(is_superuser=True)
    follows(superuser, student, school)
    closed = GuardianFactory(is_active=False)
    follows(closed, student, school)
    former = GuardianFactory()
    until = timezone.localdate() - datetime.timedelta(days=1)
    Guardianship.objects.filter(pk=follows(former, student, school).pk).update(
        since=until, until=until
    )

    for keeper, person in (
        (office_of(school), guardian),
        (registrar, guardian),
        (LeaderFactory(), guardian),
        (leader, teacher_too),
        (leader, elsewhere),
        (leader, superuser),
        (leader, closed),
        (leader, former),
    ):
        assert says(keeper, person, reference).status_code == 404
    assert not Identity.objects.exists()


def test_registrars_link_no_student_and_schools_no_adult(server, ent, student, leader, registrar):
    teacher = TeacherFactory(works_at=student.current_memberships[0].organisation)
    reference = stranger(server, ent)

    assert says(registrar, student, reference).status_code == 404
    assert says(leader, teacher, reference).status_code == 404
    assert says(leader, StudentFactory(in_class=SchoolClassFactory()), reference).status_code == 404
    assert says(registrar, registrar, reference).status_code == 404
    assert not Identity.objects.exists()


def test_what_was_linked_by_mistake_is_taken_off(server, ent, student, leader, client):
    says(leader, student, stranger(server, ent))
    browser = Client()
    logs_in(browser, server, ent, "stranger")

    client.force_login(leader)
    client.post(reverse("ent:unlink", args=[student.public_id, student.identities.get().pk]))

    assert not student.identities.exists()
    assert not is_in(browser)
    assert not Letter.objects.exists()


def test_the_management_takes_off_a_guardians_login_that_was_linked_by_mistake(
    server, ent, leader, guardian, client
):
    says(leader, guardian, stranger(server, ent))
    identity = guardian.identities.get()
    address = reverse("ent:unlink", args=[guardian.public_id, identity.pk])
    client.force_login(leader)
    assert address in client.get(page(guardian)).text

    client.post(address)

    assert not guardian.identities.exists()
    assert stranger(server, ent)
    run_worker()
    assert leader.display_name in mail.outbox[-1].body
    assert guardian.email in mail.outbox[-1].to[0]


def test_only_who_keeps_the_account_takes_its_key_off(student, leader, guardian, client):
    school = student.current_memberships[0].organisation
    of_student, of_guardian = (known_as(one, f"of {one.login}") for one in (student, guardian))
    teacher = known_as(TeacherFactory(works_at=school), "teacher")
    other = known_as(StudentFactory(in_class=SchoolClassFactory()), "other")

    for keeper, person, of in (
        (office_of(school), guardian, of_guardian),
        (LeaderFactory(), guardian, of_guardian),
        (LeaderFactory(), student, of_student),
        (leader, teacher, teacher),
        (leader, student, other),
    ):
        client.force_login(keeper)
        key = of.identities.get()
        answer = client.post(reverse("ent:unlink", args=[person.public_id, key.pk]))
        assert answer.status_code == 404
    assert Identity.objects.count() == 4


@pytest.mark.at("2026-11-25T12:00")  # the set has its day
@pytest.mark.parametrize("whose", [0, 1])
def test_a_key_of_a_set_is_corrected_in_the_directory(client, whose):
    """Also a guardian's, whose key stands with the child's."""
    school = a_school_with_guardians()
    leader = LeaderFactory(leads=school, language="en")
    follow(client, leader, school, *RELATIVES, students=CHILDREN)
    identity = Identity.objects.get(value=["1", "901"][whose])

    address = reverse("ent:unlink", args=[identity.person.public_id, identity.pk])
    answer = client.post(address, follow=True)

    assert "The directory’s sets gave this key" in answer.text
    assert Identity.objects.filter(pk=identity.pk).exists()


def test_the_pages_of_an_account_lead_there(student, leader, registrar, client):
    client.force_login(leader)
    assert page(student) in client.get(reverse("people:student", args=[student.public_id])).text
    teacher = TeacherFactory()
    client.force_login(registrar)
    letters = client.get(reverse("people:person_letters", args=[teacher.public_id])).text
    assert page(teacher) in letters
