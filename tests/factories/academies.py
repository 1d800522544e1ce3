"""Sets of a whole académie: several schools in one archive, its files split as its tool splits them."""

import datetime
import os
from pathlib import Path

from django.utils import timezone

from courses.people.models import Organisation
from courses.people.models.classes import school_year
from courses.roster.services import folder as folders
from tests.factories.continuity import LeaderFactory, SchoolClassFactory
from tests.factories.rosters import HEAD, TAIL, a_school, a_student, packed

RESTED = datetime.timedelta(minutes=5)


def a_taker(uai: str, *, applies_by_itself: bool = False, language: str = "en") -> Organisation:
    """A school that takes sets by itself, told to its leader (`school.leader`)."""
    school = SchoolClassFactory(name="2DE1", school_year=school_year(timezone.localdate())).school
    school.uai = uai
    school.save()
    school.leader = LeaderFactory(leads=school, language=language)
    folders.set_folder(
        school=school,
        by=school.leader,
        recipients=[school.leader],
        applies_by_itself=applies_by_itself,
        now=timezone.now(),
    )
    return school


def of_school(key: str, *students: tuple, school_class: str = "2DE1") -> list[str]:
    """`students`: key, first and family name."""
    return [
        a_student(
            student,
            given,
            family,
            ENTPersonStructRattach=key,
            ENTEleveClasses=[f"{key}${school_class}"],
        )
        for student, given, family in students
    ]


def an_academy_set(
    schools: dict[str, str], *students: str, day="20261120", academy="NORMANDIE", each=2, more=None
) -> bytes:
    """`schools`: UAI by key in the directory. `each`: students of one file; `more`: other files."""

    def name(kind: str, number: int) -> str:
        return f"ENT_{academy}_Complet_{day}_{kind}_{number:04}.xml"

    records = "".join(
        a_school(uai, academy=academy).replace("3001", key) for key, uai in schools.items()
    )
    files = {name("EtabEducNat", 0): (HEAD + records + TAIL).encode()}
    for number, first in enumerate(range(0, max(len(students), 1), each)):
        some = "".join(students[first : first + each])
        files[name("Eleve", number)] = (HEAD + some + TAIL).encode()
    return packed(files | (more or {}))


def dropped(folder: Path, data: bytes, name="academie.zip", rested=RESTED) -> Path:
    """A file of the folder that has rested."""
    path = folder / name
    path.write_bytes(data)
    then = (timezone.now() - rested).timestamp()
    os.utime(path, (then, then))
    return path
