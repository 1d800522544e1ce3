"""Sets of a directory: of a school of 1,200 students, read, compared and applied; of all schools of a
large académie, read and compared.
"""

import itertools

from courses.digest.values import BenchTarget
from courses.people.enums import OrganisationKind, Role
from courses.people.models import Organisation, Person
from courses.people.services import create_person, join
from courses.roster.models import RosterImport
from courses.roster.services import applying, receiving
from tests.factories.rosters import a_set, a_student

STUDENTS = 1_200  # of a large school
SCHOOLS, OF_EACH = 267, 375  # 100,125 students
_numbers = itertools.count(1)
_received: list[RosterImport] = []


def a_school() -> tuple[Organisation, Person]:
    """A new one, without students, and its leader."""
    school = Organisation.objects.create(
        kind=OrganisationKind.SCHOOL, name="Lycée", uai=f"099{next(_numbers):04}B"
    )
    leader = create_person(given_name="Maxime", family_name="Chef", invited=False)
    join(person=leader, organisation=school, role=Role.LEADER)
    return school, leader


def first_set(uai: str, number: int) -> bytes:
    """In classes of thirty and two groups. A tenth have the name of another."""
    return a_set(
        uai,
        *(
            a_student(
                f"{uai}{n}",
                f"Prénom{chr(97 + n % 26)}",
                f"NOM {chr(65 + n // 26 % 26)}{chr(65 + n // 60 % 20)}",
                f"2DE{n // 30}",
                groups=[f"LATIN{n // 60}", f"SPORT{n % 12}"],
            )
            for n in range(number)
        ),
    )


def receive(number: int = STUDENTS) -> int:
    school, leader = a_school()
    data = first_set(school.uai or "", number)
    _received.append(receiving.receive(school=school, data=data, by=leader))
    return number


def receive_many() -> int:
    return sum(receive(OF_EACH) for _school in range(SCHOOLS))


def apply() -> int:
    """Of a set that came before; alone, it is read first, too."""
    if not _received:
        receive()
    one = _received.pop()
    applying.say_yes(one, by=one.by)
    while applying.apply_piece(one.pk):
        pass
    return one.students


TARGETS = [
    BenchTarget(
        "student of a directory’s set, read and compared", goal="at most 0.6 ms", chore=receive
    ),
    BenchTarget("student of a directory’s set, applied", goal="none", chore=apply),
    BenchTarget(
        "student of the sets of 267 schools, read and compared",
        goal="at most 0.6 ms, a minute for all",
        chore=receive_many,
    ),
]
