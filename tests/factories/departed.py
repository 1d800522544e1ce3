"""A student who leaves with something lent, signed for by a guardian."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from continuity.equipment.queries.loans import told_of
from continuity.models import Loan
from courses.people.enums import Role
from courses.people.models import Guardianship, Person
from courses.people.services import leaving
from tests.factories import equipment
from tests.factories.continuity import LeaderFactory, SchoolClassFactory, StudentFactory
from tests.factories.guardians import GuardianFactory, follows
from tests.factories.people import MembershipFactory, OrganisationFactory
from tests.factories.worker import run_worker

DUE = datetime.date(2027, 1, 29)


@pytest.fixture
def student():
    joined = datetime.datetime(2026, 9, 1, 8, tzinfo=datetime.UTC)
    return StudentFactory(
        in_class=SchoolClassFactory(name="2de 4"),
        given_name="Lilas",
        language="en",
        joined_at=joined,
        email="lilas@example.org",
    )


@pytest.fixture
def school(student):
    return student.class_memberships.get().school_class.school


@pytest.fixture
def leader(school, client):
    person = LeaderFactory(leads=school, language="en")
    client.force_login(person)
    return person


@pytest.fixture
def kept(student):
    """Of who signed."""
    return entered(student, family_name="Noisetier")


@pytest.fixture
def other(student):
    return entered(student, given_name="Aure")


@pytest.fixture
def loan(student, school, kept, other):
    return lent(student, school, kept.guardian)


def entered(student, **names) -> Guardianship:
    """Since the first day of the year."""
    made = follows(GuardianFactory(language="en", **names), student)
    since = datetime.date(2026, 9, 1)
    Guardianship.objects.filter(pk=made.pk).update(since=since)
    made.guardian.memberships.update(since=since)
    return Guardianship.objects.get(pk=made.pk)


def lent(student, school, signed_by, number="0414") -> Loan:
    as_what = "student" if signed_by == student else "guardian"
    made = equipment.lent(
        student,
        *equipment.with_charger(school, number=number),
        due_on=DUE,
        signed_by=signed_by,
        signed_as=as_what,
    )
    run_worker()
    return made


def leaves(student, school, by=None):
    leaving.close_student(student=student, school=school, by=by or LeaderFactory(leads=school))
    run_worker()  # the student is told that the account is closed


def comes_back(student, school, by=None):
    leaving.reopen_student(student=student, school=school, by=by or LeaderFactory(leads=school))


def joins_again(student, school):
    since = timezone.localdate()
    MembershipFactory(person=student, organisation=school, role=Role.STUDENT, since=since)


def told_now(loan) -> list[Person]:
    return told_of(Loan.objects.get(pk=loan.pk))


def addresses(mailoutbox) -> list[str]:
    return [mail.to[0].partition("<")[2].strip(">") for mail in mailoutbox]


def text(response) -> str:
    return " ".join(response.text.split())


def page(client, name, student) -> str:
    return text(client.get(reverse(f"people:{name}", args=[student.public_id])))


def undo(client, student) -> str:
    address = reverse("people:student_returns", args=[student.public_id])
    return text(client.post(address, follow=True))


def goes(one: Guardianship) -> bool:
    return Guardianship.objects.in_force().filter(pk=one.pk).exists()


def elsewhere(student):
    MembershipFactory(person=student, organisation=OrganisationFactory(), role=Role.STUDENT)
