"""Why not: guardians of a student. Pure; the database is asked by the callers."""

import datetime
from collections.abc import Iterable

from courses.exceptions import Refusal
from courses.people.enums import Role
from courses.people.exceptions import (
    AddressIsNotTheSchools,
    AddressOfSomebodyElse,
    AlreadyGuardian,
    AnotherAddressStands,
    GuardianIsAStudent,
    GuardianIsTheStudent,
    GuardiansOff,
    LanguageIsTheGuardians,
    NotAStudentHere,
)
from courses.people.models import Guardianship, Membership, Organisation, Person
from courses.people.rules.memberships import is_there
from courses.people.values import folded


def is_named(person: Person, given_name: str, family_name: str) -> bool:
    """Whether these are the person's names, whatever accents and capitals; either family name."""
    names = {folded(person.family_name), folded(person.usage_name)} - {""}
    return folded(given_name) == folded(person.given_name) and folded(family_name) in names


def is_same_guardian(one: Person, other: Person) -> bool:
    """By account or by name: two schools that enter the same guardian without an address, or with two,
    make two accounts.
    """
    names = (other.family_name, other.usage_name)
    return one.pk == other.pk or any(is_named(one, other.given_name, name) for name in names)


def why_not_this_account(person: Person, given_name: str, family_name: str) -> Refusal | None:
    """`person` has the address that was typed. Of another name nothing is told."""
    if is_named(person, given_name, family_name):
        return None
    return AddressOfSomebodyElse(address=person.email or "")


def why_not_guard(
    guardian: Person,
    student: Person,
    school: Organisation,
    *,
    student_held: Iterable[Membership],
    guardian_held: Iterable[Membership],
    running: Iterable[Guardianship],
    today: datetime.date,
) -> Refusal | None:
    """`…_held`: memberships; `running`: the student's guardianships in that school."""
    if not school.with_guardians:
        return GuardiansOff(school=school.name)
    if not is_there(Role.STUDENT, school, today, student_held):
        return NotAStudentHere(student=student.display_name, school=school.name)
    if guardian.pk and guardian.pk == student.pk:
        return GuardianIsTheStudent()
    if any(m.role == Role.STUDENT and m.until is None for m in guardian_held):
        return GuardianIsAStudent()
    if guardian.pk and any(one.guardian_id == guardian.pk for one in running):
        return AlreadyGuardian(guardian=guardian.display_name, student=student.display_name)
    return None


def why_not_give_address(
    guardian: Person, address: str, school: Organisation, *, held: Iterable[Membership]
) -> Refusal | None:
    """`held`: the guardian's memberships. A leader gives a first address, and only to an account
    that is nothing but a guardian's of this school: whoever reads the address can log in with it.
    """
    if guardian.email and guardian.email.lower() != address.lower():
        return AnotherAddressStands(guardian=guardian.display_name)
    if not _is_but_a_guardian(held, school):
        return AddressIsNotTheSchools(guardian=guardian.display_name)
    return None


def why_not_set_language(
    guardian: Person, school: Organisation, *, held: Iterable[Membership]
) -> Refusal | None:
    """`held`: the guardian's memberships. Who logs in has chosen their language in their profile."""
    if guardian.last_login or not _is_but_a_guardian(held, school):
        return LanguageIsTheGuardians(guardian=guardian.display_name)
    return None


def _is_but_a_guardian(held: Iterable[Membership], school: Organisation) -> bool:
    return all(m.organisation_id == school.pk and m.role == Role.GUARDIAN for m in held)
