"""A set that a visitor of the demo can choose: the school's next one, in which a little is changed."""

import datetime
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.conf import settings
from lxml import etree

from courses.people.enums import GuardianQuality, Role
from courses.people.models import (
    Guardianship,
    Membership,
    Organisation,
    Person,
    Subject,
    Teaching,
    today,
)
from courses.people.models.classes import school_year
from courses.people.values import folded
from courses.roster import rules
from courses.roster.models import LastSaid, LastSaidOfGuardian
from courses.roster.services import aaf, aaf_files, aaf_guardians, aaf_staff
from courses.roster.services.other_directories import directory_of
from courses.roster.values import Duty, SaidGuardian, SaidStudent, SaidTeacher

ACADEMY = "NORMANDIE"
JOIN = "1"  # of the school, in the directory
NEW = ("NOUVEL", "ELEVE")
NEW_TEACHER = ("NOUVEAU", "PROFESSEUR")
NEW_GUARDIAN = "RESPONSABLE"
MOVE = 2  # of the first class


def practice_set(school: Organisation) -> bytes | None:
    """The next set of a school that follows one: two change class, one leaves, one is new, and it
    names two teachers and, where guardians are switched on, two guardians. None where nothing is to be tried.
    """
    said = _as_last_said(school)
    demo = Person.objects.filter(login__in=settings.DEMO_ACCOUNTS, identities__isnull=False)
    kept = set(demo.values_list("identities__value", flat=True))
    classes = sorted({one.school_class for one in said} - {""})
    if len(classes) < 2:
        return None
    here, there = classes[:2]
    movable = [one for one in said if one.school_class == here and one.key not in kept]
    moved = {one.key: replace(one, school_class=there) for one in movable[:MOVE]}
    leaving = {one.key for one in movable[MOVE : MOVE + 1]}
    changed = [moved.get(one.key, one) for one in said if one.key not in leaving]
    new = SaidStudent(
        str(LastSaid.objects.filter(school=school).count() + 1), *NEW, here, (), "", 0
    )
    # From the last one: those who change class come before them in the next set.
    children = [one for one in reversed(said) if one.school_class == classes[-1]]
    guardians = _guardians(school, children)
    return packed(school, [*changed, new], today(), _teachers(school, here), guardians)


def _guardians(school: Organisation, children: Sequence[SaidStudent]) -> list[SaidGuardian]:
    """Somebody new, and whom the school entered for another student; else somebody new, too."""
    if not school.with_guardians:
        return []
    brought = LastSaidOfGuardian.objects.filter(school=school, brought=True)
    held = Guardianship.objects.running().filter(school=school)
    held = held.exclude(pk__in=brought.values("guardianship"))
    entered = held.filter(student__identities__value__in=[one.key for one in children])
    key_of = dict(entered.values_list("pk", "student__identities__value"))
    by_key = {key_of[one.pk]: one.guardian for one in entered.select_related("guardian")}
    known = [one for one in children if one.key in by_key]
    found = []
    for child in [*[one for one in children if one.key not in by_key][:1], *known[:1]]:
        given, family = NEW_GUARDIAN, child.family_name
        quality = GuardianQuality.INFORMED
        if child.key in by_key:
            (given, family), quality = _as_written(by_key[child.key]), GuardianQuality.AUTHORITY
        found.append(SaidGuardian(child.key, f"G{child.key}", given, family, "", quality, "", 0))
    return found


def _teachers(school: Organisation, class_name: str) -> list[SaidTeacher]:
    """Somebody new, with a subject that nobody gives the class, and one whom the school entered."""
    there = {"school_class__school": school, "school_class__name": class_name}
    given = Teaching.objects.on(today()).filter(**there)
    subject = Subject.objects.exclude(pk__in=given.values("subject")).order_by("code").first()
    duties = (Duty(class_name, True, subject.code),) if subject else ()
    address = f"{NEW_TEACHER[1].lower()}@{school.public_id.lower()}.example"
    found = [SaidTeacher("T1", *NEW_TEACHER, address, duties, "", 0)]
    theirs = Membership.objects.current().filter(organisation=school, role=Role.TEACHER)
    known = Person.objects.filter(pk__in=theirs.values("person")).exclude(email=None)
    known = known.exclude(login__in=settings.DEMO_ACCOUNTS).order_by("pk")
    if one := known.first():
        given_name, family_name = _as_written(one)
        found.append(SaidTeacher("T2", given_name, family_name, str(one.email), (), "", 0))
    return found


def _as_last_said(school: Organisation) -> list[SaidStudent]:
    """Nobody, where another directory is followed."""
    namespace = rules.namespace_of(ACADEMY)
    if directory_of(school) != namespace:
        return []
    rows = LastSaid.objects.filter(school=school, gone_at=None).select_related("identity__person")
    rows = rows.filter(identity__namespace=namespace)
    return [
        said_of(row.identity.value, row.identity.person, *row.of_year(school_year(today())))
        for row in rows.order_by("pk")
    ]


def said_of(key: str, student: Person, school_class: str, groups: Iterable[str]) -> SaidStudent:
    given, family = _as_written(student)
    return SaidStudent(key, given, family, school_class, tuple(sorted(groups)), "", 0)


def _as_written(person: Person) -> tuple[str, str]:
    """Names as a directory writes them: in capitals, without accents."""
    return folded(person.given_name).upper(), folded(person.family_name).upper()


def packed(
    school: Organisation,
    students: Iterable[SaidStudent],
    day: datetime.date,
    teachers: Sequence[SaidTeacher] = (),
    guardians: Sequence[SaidGuardian] = (),
) -> bytes:
    """A complete set of that day, as `aaf.read_set` reads it."""
    about = {aaf.STRUCTURE: [JOIN], aaf.UAI: [str(school.uai)], aaf.ACADEMY: [ACADEMY]}
    records = {
        aaf_files.SCHOOLS: [(JOIN, about)],
        aaf_files.STUDENTS: [(one.key, _attributes(one, guardians)) for one in students],
    }
    if teachers:
        records[aaf_files.STAFF] = [(one.key, _attributes_of_teacher(one)) for one in teachers]
    if guardians:
        relatives = [(one.key, _attributes_of_guardian(one)) for one in guardians]
        records[aaf_files.GUARDIANS] = relatives
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive_made:
        for kind, found in records.items():
            name = f"ENT_DEMO_Complet_{day:%Y%m%d}_{kind}_0000.xml"
            archive_made.writestr(name, _written(found))
    return made.getvalue()


def _attributes(one: SaidStudent, guardians: Sequence[SaidGuardian]) -> dict[str, list[str]]:
    theirs = [guardian for guardian in guardians if guardian.student == one.key]
    return {
        aaf_guardians.RELATIONS: [
            f"{guardian.key}$1$1${aaf_guardians.CODES[guardian.quality]}$1$1" for guardian in theirs
        ],
        aaf.KEY: [one.key],
        aaf.FAMILY: [one.family_name],
        aaf.GIVEN: [one.given_name],
        aaf.HOME: [JOIN],
        aaf.CLASSES: [f"{JOIN}${one.school_class}"] if one.school_class else [],
        aaf.GROUPS: [f"{JOIN}${group}" for group in one.groups],
    }


def _attributes_of_guardian(one: SaidGuardian) -> dict[str, list[str]]:
    return {
        aaf_guardians.KEY: [one.key],
        aaf_guardians.FAMILY: [one.family_name],
        aaf_guardians.GIVEN: [one.given_name],
    }


def _attributes_of_teacher(one: SaidTeacher) -> dict[str, list[str]]:
    return {
        aaf_staff.KEY: [one.key],
        aaf_staff.FAMILY: [one.family_name],
        aaf_staff.GIVEN: [one.given_name],
        aaf_staff.MAIL: [one.email],
        aaf_staff.HOME: [JOIN],
        aaf_staff.FUNCTIONS: [f"{JOIN}$ENS"],
        aaf_staff.OF_CLASSES: [f"{JOIN}${duty.place}${duty.subject}" for duty in one.duties],
    }


def _written(records: Iterable[tuple[str, dict[str, list[str]]]]) -> bytes:
    root = etree.Element("ficAlimMENESR")
    for key, said in records:
        record = etree.SubElement(root, "addRequest")
        identifier = etree.SubElement(record, "identifier")
        etree.SubElement(identifier, "id").text = key
        attributes = etree.SubElement(record, "attributes")
        for name, values in said.items():
            attr = etree.SubElement(attributes, "attr", name=name)
            for value in values:
                etree.SubElement(attr, "value").text = value
    return etree.tostring(
        root,
        encoding="UTF-8",
        xml_declaration=True,
        pretty_print=True,
        doctype='<!DOCTYPE ficAlimMENESR SYSTEM "ficAlimMENESR.dtd">',
    )
