"""Sets of a directory (AAF, complete), written as an académie's tool writes them."""

import datetime
import io
import zipfile
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from courses.people.models import ClassMembership, Person
from courses.roster.enums import ImportState
from courses.roster.forms import ARCHIVE
from courses.roster.models import RosterImport
from tests.factories.school_pages import get, send
from tests.factories.worker import run_worker

SAMPLES = Path(__file__).parents[1] / "data" / "aaf" / "complet"
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE ficAlimMENESR SYSTEM "ficAlimMENESR.dtd">
<ficAlimMENESR>
<!-- versionAF="AAF-VE2601" -->
"""
TAIL = "</ficAlimMENESR>\n"
ZERO = datetime.date(1980, 1, 1)
JOIN = "3001"  # of the school, in the directory


def attributes(**said) -> str:
    return "\n".join(
        f'<attr name="{name}">'
        + "".join(
            f"<value>{value}</value>" for value in ([values] if isinstance(values, str) else values)
        )
        + "</attr>"
        for name, values in said.items()
    )


def record(kind: str, key: str, body: str) -> str:
    return (
        f'<addRequest>\n<operationalAttributes><attr name="categoriePersonne"><value>{kind}</value>'
        f"</attr></operationalAttributes>\n<identifier><id>{key}</id></identifier>\n"
        f"<attributes>\n{body}\n</attributes>\n</addRequest>\n"
    )


def a_school(uai: str, classes=("2DE1", "2DE2"), academy="NORMANDIE") -> str:
    return record(
        "EtabEducNat",
        JOIN,
        attributes(
            ENTStructureJointure=JOIN,
            ENTStructureUAI=uai,
            ENTServAcAcademie=academy,
            ENTStructureClasses=[f"{name}$CLASSE {name}" for name in classes],
        ),
    )


def a_student(key, given, family, school_class="2DE1", groups=(), **more) -> str:
    """With everything that a real record holds of what is never read."""
    said = {
        "ENTPersonJointure": key,
        "ENTEleveINE": "SECRETINE1",
        "ENTPersonDateNaissance": "14/07/2010",
        "sn": family,
        "givenName": given,
        "ENTPersonAdresse": "2 RUE SECRETE",
        "homePhone": "+33 2 31 11 22 33",
        "ENTPersonStructRattach": JOIN,
        "ENTEleveClasses": [f"{JOIN}${school_class}"] if school_class else [""],
        "ENTEleveGroupes": [f"{JOIN}${group}" for group in groups] or [""],
    } | more
    return record("Eleve", key, attributes(**said))


def a_teacher(key, given, family, taught=(), groups=(), tutor=(), **more) -> str:
    """`taught`, `groups`: class and code of a subject, such as `2DE1$020700`."""
    said = {
        "ENTPersonJointure": key,
        "ENTPersonDateNaissance": "14/07/1979",
        "ENTPersonNomPatro": "SECRETNOM",
        "sn": family,
        "givenName": given,
        "mail": f"agent{key}@ac-normandie.example",
        "telephoneNumber": "+33 2 31 11 22 33",
        "PersEducNatPresenceDevantEleves": "O",
        "ENTPersonStructRattach": JOIN,
        "ENTPersonFonctions": f"{JOIN}$ENS$ENSEIGNEMENT$L0202$LETTRES MODERNES",
        "ENTAuxEnsClassesMatieres": [f"{JOIN}${one}" for one in taught] or [""],
        "ENTAuxEnsGroupesMatieres": [f"{JOIN}${one}" for one in groups] or [""],
        "ENTAuxEnsClassesPrincipal": [f"{JOIN}${one}" for one in tutor] or [""],
    } | more
    return record("PersEducNat", key, attributes(**said))


def a_subject(code: str, label: str) -> str:
    return record("MatEducNat", code, attributes(ENTMatJointure=code, ENTLibelleMatiere=label))


SUBJECTS = (
    a_subject("020700", "FRANCAIS"),
    a_subject("061300", "MATHEMATIQUES"),
    a_subject("030201", "ANGLAIS LV1"),
    a_subject("999900", "VIE DE CLASSE"),
)


def with_staff(
    uai: str, *staff: str, students=(), day="20261120", subjects=SUBJECTS, classes=("2DE1", "2DE2")
) -> bytes:
    """A set that says who teaches, too."""
    files = named_files(a_school(uai, classes), *students, day=day)
    for kind, records in (("PersEducNat", staff), ("MatiereEducNat", subjects)):
        name = f"ENT_NORMANDIE_Complet_{day}_{kind}_0000.xml"
        files[name] = (HEAD + "".join(records) + TAIL).encode()
    return packed(files)


def named_files(school: str, *students: str, day="20261120") -> dict[str, bytes]:
    def name(kind: str) -> str:
        return f"ENT_NORMANDIE_Complet_{day}_{kind}_0000.xml"

    return {
        name("EtabEducNat"): (HEAD + school + TAIL).encode(),
        name("Eleve"): (HEAD + "".join(students) + TAIL).encode(),
        "ficAlimMENESR.dtd": b"<!-- the grammar -->",
    }


def packed(files: dict[str, bytes], day: datetime.date = ZERO) -> bytes:
    """`day`: of each file in the archive; by default what a zip holds where none was given."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            member = zipfile.ZipInfo(name, (day.year, day.month, day.day, 6, 0, 0))
            archive.writestr(member, data, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def a_set(uai: str, *students: str, day="20261120", classes=("2DE1", "2DE2"), **more) -> bytes:
    return packed(named_files(a_school(uai, classes, **more), *students, day=day))


def the_samples() -> bytes:
    return packed({path.name: path.read_bytes() for path in sorted(SAMPLES.iterdir())})


# The pages of a school whose UAI is that of the samples.

UAI = "0140004D"


def choose(client, keeper, school, data: bytes):
    """Post the archive, as the page's form does; follow to what it answers."""
    client.force_login(keeper)
    file = SimpleUploadedFile("set.zip", data, content_type="application/zip")
    address = reverse("roster:school", args=[school.public_id])
    return client.post(address, {ARCHIVE: file}, follow=True)


def imported(client, keeper, one=None):
    return get(client, keeper, "roster:import", (one or RosterImport.objects.first()).public_id)


def apply(client, keeper, one=None, **said):
    """Say yes; the page as it is when the worker is done, or the refusal. `same_teachers`: the answer
    for each teacher of whom is asked.
    """
    one = one or RosterImport.objects.get(state=ImportState.WAITING)
    if answer := said.pop("same_teachers", ""):
        said |= {f"teacher-{change.pk}": answer for change in one.asked_of_teachers}
    answer = send(client, keeper, "roster:apply", one.public_id, **({"what": "all"} | said))
    run_worker()
    one.refresh_from_db()
    return answer if one.state != ImportState.APPLIED else imported(client, keeper, one)


def undo(client, keeper, one=None):
    one = one or RosterImport.objects.first()
    answer = send(client, keeper, "roster:undo", one.public_id)
    run_worker()
    one.refresh_from_db()
    return answer if one.state != ImportState.UNDONE else imported(client, keeper, one)


def follow(client, keeper, school, *students, **more):
    """Choose a set and say yes."""
    choose(client, keeper, school, a_set(UAI, *students, **more))
    return apply(client, keeper)


def of_key(key) -> Person:
    return Person.objects.get(identities__value=key)


def places(person) -> list[str]:
    held = ClassMembership.objects.filter(student=person, until=None)
    return sorted(held.values_list("school_class__name", flat=True))
