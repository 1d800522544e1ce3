"""Sets of a directory that name guardians, and a school that follows them."""

import datetime

from courses.people.enums import GuardianQuality
from courses.people.models import Guardianship, Organisation, today
from courses.people.models.classes import school_year
from tests.factories.continuity import SchoolClassFactory
from tests.factories.guardians import with_guardians
from tests.factories.rosters import (
    HEAD,
    TAIL,
    UAI,
    a_school,
    a_student,
    apply,
    attributes,
    choose,
    named_files,
    packed,
    record,
)

NEXT_DAY = datetime.datetime(2026, 11, 26, 9, tzinfo=datetime.UTC)
AUTHORITY, INFORMED = GuardianQuality.AUTHORITY, GuardianQuality.INFORMED


def relation(key, authority="1", link="1") -> str:
    return f"{key}${link}$1${authority}$1$1"


def a_child(key, given, family, *relations, **more) -> str:
    """`relations`: of `relation`."""
    return a_student(key, given, family, ENTElevePersRelEleve=list(relations) or [""], **more)


def a_relative(key, given, family, mail="", **more) -> str:
    """With everything that a real record holds of what is never read."""
    said = {
        "ENTPersonJointure": key,
        "ENTPersonDateNaissance": "14/07/1979",
        "ENTPersonNomPatro": "SECRETNOM",
        "sn": family,
        "givenName": given,
        "homePhone": "+33 2 31 11 22 33",
        "ENTPersonMobileSMS": "+33 6 44 55 66 77",
        "mail": mail,
        "ENTPersonAdresse": "2 RUE SECRETE$$$",
        "ENTPersonVille": "CAEN",
    } | more
    return record("PersRelEleve", key, attributes(**said))


def with_relatives(*relatives: str, students, day="20261120", academy="NORMANDIE") -> bytes:
    files = named_files(a_school(UAI, academy=academy), *students, day=day)
    name = f"ENT_NORMANDIE_Complet_{day}_PersRelEleve_0000.xml"
    files[name] = (HEAD + "".join(relatives) + TAIL).encode()
    return packed(files)


def a_school_with_guardians() -> Organisation:
    """That of the samples, with two classes."""
    year = school_year(today())
    school = SchoolClassFactory(name="2DE1", school_year=year).school
    school.uai = UAI
    school.save()
    SchoolClassFactory(name="2DE2", school=school, school_year=year)
    return with_guardians(school)


def follow(client, keeper, school, *relatives, students, day="20261120", what="all", **said):
    """Choose a set and say yes; the page before, and the one after."""
    data = with_relatives(*relatives, students=students, day=day)
    trial = choose(client, keeper, school, data)
    return trial, apply(client, keeper, what=what, **said)


def words_of(page) -> str:
    """What it says, in one line."""
    return " ".join(page.content.decode().split())


def who_follows(school: Organisation) -> list[tuple[str, str, str]]:
    """Student, guardian and quality, of today."""
    held = Guardianship.objects.running().filter(school=school)
    return sorted(held.values_list("student__given_name", "guardian__given_name", "quality"))


RELATIVES = (
    a_relative("901", "Morgane", "ABADIE", "morgane.abadie@mail.example"),
    a_relative("902", "Yann", "LE GALL"),
    a_relative("903", "Odile", "TANTE", "odile@mail.example"),
)
CHILDREN = (
    a_child("1", "Inès", "ABADIE", relation("901"), relation("902", "2"), relation("903", "0")),
    a_child("2", "Tom", "ABADIE", relation("901"), school_class="2DE2"),
    a_child("3", "Zoé", "CARON", school_class="2DE2"),
)
