"""Bundles of OneRoster (CSV, bulk), written as a school's software writes them: all columns of the
specification, with values in those that are never read.
"""

import csv
import datetime
import io

from tests.factories.rosters import UAI, packed

DAY = datetime.date(2026, 11, 20)
SECRET = "SECRET"
HEAD = "sourcedId status dateLastModified"
SCHOOL, OTHER, YEAR = "org-1", "org-2", "term-year"
COLUMNS = {
    "academicSessions": f"{HEAD} title type startDate endDate parentSourcedId schoolYear",
    "orgs": f"{HEAD} name type identifier parentSourcedId",
    "courses": f"{HEAD} schoolYearSourcedId title courseCode grades orgSourcedId subjects"
    " subjectCodes",
    "classes": f"{HEAD} title grades courseSourcedId classCode classType location schoolSourcedId"
    " termSourcedIds subjects subjectCodes periods",
    "enrollments": f"{HEAD} classSourcedId schoolSourcedId userSourcedId role primary beginDate"
    " endDate",
    "demographics": f"{HEAD} birthDate sex",
}
USERS = {
    "1.1": f"{HEAD} enabledUser orgSourcedIds role username userIds givenName familyName middleName"
    " identifier email sms phone agentSourcedIds grades password",
    "1.2": f"{HEAD} enabledUser username userIds givenName familyName middleName identifier email"
    " sms phone agentSourcedIds grades password userMasterIdentifier resourceSourcedIds"
    " preferredGivenName preferredMiddleName preferredFamilyName primaryOrgSourcedId pronouns",
}
ROLES = f"{HEAD} userSourcedId roleType role beginDate endDate orgSourcedId userProfileSourcedId"

type Tables = dict[str, list[dict[str, str]]]


def a_pupil(key, given, family, school_class="2DE1", groups=(), **more) -> dict:
    """`more`: other values of the row in users.csv."""
    return {
        "sourcedId": key,
        "enabledUser": "true",
        "username": SECRET,
        "userIds": f"{{LDAP:{SECRET}}}",
        "givenName": given,
        "familyName": family,
        "identifier": SECRET,
        "email": f"{SECRET}@mail.example",
        "sms": SECRET,
        "phone": SECRET,
        "password": SECRET,
        "grades": "10",
        "orgSourcedIds": SCHOOL,
        "role": "student",
        "places": [*([school_class] if school_class else []), *groups],
    } | more


def a_class(name: str, kind: str, **more) -> dict[str, str]:
    return {
        "sourcedId": f"class-{name}",
        "title": name,
        "courseSourcedId": "course-1",
        "classType": kind,
        "schoolSourcedId": SCHOOL,
        "termSourcedIds": YEAR,
    } | more


def a_term(key: str, first: str, last: str, **more) -> dict[str, str]:
    return {
        "sourcedId": key,
        "title": key,
        "type": "term",
        "startDate": first,
        "endDate": last,
        "schoolYear": "2027",
    } | more


def an_enrolment(key: str, name: str, **more) -> dict[str, str]:
    return {
        "sourcedId": f"{key}-{name}",
        "classSourcedId": f"class-{name}",
        "schoolSourcedId": SCHOOL,
        "userSourcedId": key,
        "role": "student",
    } | more


def a_role(key: str, role: str = "student", **more) -> dict[str, str]:
    return {
        "sourcedId": f"role-{key}",
        "userSourcedId": key,
        "roleType": "primary",
        "role": role,
        "orgSourcedId": SCHOOL,
    } | more


def tables_of(*pupils: dict, version="1.1", classes=("2DE1", "2DE2"), uai=UAI) -> Tables:
    """A teacher and these students, with their classes: `classes` are homerooms, every other name
    that a student has is of a scheduled class.
    """
    names = dict.fromkeys([*classes, *(name for one in pupils for name in one["places"])])
    mail = "claire.morel@lycee.example"
    teacher = a_pupil("teacher", "Claire", "MOREL", "", role="teacher", email=mail)
    tables = {
        "academicSessions": [a_term(YEAR, "2026-09-01", "2027-07-04", type="schoolYear")],
        "orgs": [
            {"sourcedId": SCHOOL, "name": "Lycée", "type": "school", "identifier": uai},
            {"sourcedId": OTHER, "name": "Autre", "type": "school", "identifier": "0140099X"},
        ],
        "courses": [{"sourcedId": "course-1", "title": "Seconde", "orgSourcedId": SCHOOL}],
        "classes": [
            a_class(name, "homeroom" if name in classes else "scheduled") for name in names
        ],
        "users": [teacher, *pupils],
        "enrollments": [
            an_enrolment("teacher", next(iter(names)), role="teacher", primary="true"),
            *(an_enrolment(one["sourcedId"], name) for one in pupils for name in one["places"]),
        ],
        "demographics": [{"sourcedId": one["sourcedId"], "birthDate": SECRET} for one in pupils],
    }
    if version == "1.2":
        tables["roles"] = [
            a_role(one["sourcedId"], one["role"], orgSourcedId=one["orgSourcedIds"])
            for one in tables["users"]
        ]
    return tables


def columns_of(name: str, version: str) -> list[str]:
    return (COLUMNS | {"users": USERS[version], "roles": ROLES})[name].split()


def csv_file(columns: list[str], rows: list[dict[str, str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, restval="", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def manifest_of(names, version="1.1", **said) -> bytes:
    """All the files of the archive in bulk. `said`: other values, of files by their name."""
    properties = {
        "manifest.version": "1.0",
        "oneroster.version": version,
        "file.categories": "absent",
        **{f"file.{name}": "bulk" for name in names},
        **{f"file.{name}": mode for name, mode in said.items()},
        "source.systemName": "Logiciel de vie scolaire",
        "source.systemCode": "LVS",
    }
    rows = [{"propertyName": name, "value": value} for name, value in properties.items()]
    return csv_file(["propertyName", "value"], rows)


def files_of(tables: Tables, version="1.1") -> dict[str, bytes]:
    files = {
        f"{name}.csv": csv_file(columns_of(name, version), rows) for name, rows in tables.items()
    }
    return {"manifest.csv": manifest_of(tables, version)} | files


def a_bundle(*pupils: dict, version="1.1", day=DAY, **more) -> bytes:
    return packed(files_of(tables_of(*pupils, version=version, **more), version), day)
