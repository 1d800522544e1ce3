"""A set of a whole académie, of records as long as real ones: read once, staged and compared for each
of its schools; then the same archive again.
"""

import io
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from django.utils import timezone

from courses.digest.values import BenchTarget
from courses.exceptions import Refusal
from courses.people.models import Organisation
from courses.roster.models import AcademySet, RosterFolder, RosterImport
from courses.roster.services import academy
from tests.development.directory import OF_EACH, SCHOOLS, a_school
from tests.factories.rosters import HEAD, SUBJECTS, TAIL, a_teacher, attributes, record
from tests.factories.rosters import a_school as school_record

STAFF = 30  # of each school
OF_ONE_FILE = 10_000  # records
# What a real record holds beside what is read; the tool's own order.
UNREAD = {
    "ENTEleveINE": "100000001AA",
    "ENTEleveStructRattachId": "50002",
    "ENTPersonDateNaissance": "02/02/2011",
    "ENTPersonNomPatro": "MOREAU",
    "ENTPersonAutresPrenoms": "Louise",
    "personalTitle": "M.",
    "ENTElevePersRelEleve": ["2000002$2$1$1$1$1", "2000003$1$0$1$1$0"],
    "ENTEleveBoursier": "N",
    "ENTEleveRegime": "EXTERNE LIBRE",
    "ENTEleveTransport": "N",
    "ENTPersonAdresse": "2 RUE SECRETE$$$",
    "ENTPersonCodePostal": "14000",
    "ENTPersonVille": "CAEN",
    "ENTPersonPays": "FRANCE",
    "ENTEleveAdresseRel": "2000002",
    "ENTEleveStatutEleve": "SCOLAIRE",
    "ENTEleveMEF": "20010019110",
    "ENTEleveLibelleMEF": "2DE GT",
    "ENTEleveNivFormation": "SECONDE GENERALE &amp; TECHNO YC BT",
    "ENTEleveFiliere": "GENERALE",
    "ENTEleveEnseignements": ["FRANCAIS", "MATHEMATIQUES", "ANGLAIS LV1"],
    "ENTEleveCodeEnseignements": ["020700", "061300", "030201"],
    "ENTEleveDateEntreeClasses": "3001$01/09/2026$2DE1",
}
_archives: list[Path] = []


def _student(key: str, n: int) -> str:
    said = UNREAD | {
        "ENTPersonJointure": f"{key}{n:03}",
        "sn": f"NOM {chr(65 + n // 26 % 26)}{chr(65 + n // 60 % 20)}",
        "givenName": f"Prénom{chr(97 + n % 26)}",
        "ENTPersonStructRattach": key,
        "ENTEleveClasses": f"{key}$2DE{n // 30}",
        "ENTEleveGroupes": [f"{key}$LATIN{n // 60}", f"{key}$SPORT{n % 12}"],
    }
    return record("Eleve", said["ENTPersonJointure"], attributes(**said))


def _teacher(key: str, n: int) -> str:
    taught, places = [f"2DE{n % 12}$020700"], f"{key}$ENS$ENSEIGNEMENT$L0202$LETTRES MODERNES"
    text = a_teacher(f"9{key}{n:02}", "Camille", f"AGENT {chr(65 + n)}", taught)
    return text.replace("3001$ENS$ENSEIGNEMENT$L0202$LETTRES MODERNES", places).replace("3001", key)


def an_archive(schools: list[Organisation]) -> Path:
    keys = {str(3001 + n): str(one.uai) for n, one in enumerate(schools)}
    kinds: dict[str, Iterator[str]] = {
        "EtabEducNat": (school_record(uai).replace("3001", key) for key, uai in keys.items()),
        "Eleve": (_student(key, n) for key in keys for n in range(OF_EACH)),
        "PersEducNat": (_teacher(key, n) for key in keys for n in range(STAFF)),
        "MatiereEducNat": iter(SUBJECTS),
    }
    path = Path(tempfile.mkdtemp(prefix="academy")) / "set.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for kind, records in kinds.items():
            day, number, more = f"{timezone.localdate():%Y%m%d}", 0, True
            while more:
                name = f"ENT_NORMANDIE_Complet_{day}_{kind}_{number:04}.xml"
                with archive.open(name, "w") as binary:
                    file = io.TextIOWrapper(binary, "utf-8")
                    file.write(HEAD)
                    for written, one in enumerate(records, 1):
                        file.write(one)
                        if written == OF_ONE_FILE:
                            break
                    else:
                        more = False
                    file.write(TAIL)
                    file.flush()
                number += 1
    return path


def prepare() -> None:
    """New schools, and their archive."""
    schools = []
    for _number in range(SCHOOLS):
        school, leader = a_school()
        schools.append(school)
        RosterFolder.objects.create(school=school, by=leader)
    RosterFolder.objects.exclude(school__in=schools).delete()
    _archives.append(an_archive(schools))


def receive() -> int:
    """The first time it is a try with few records, and makes the archive."""
    if not _archives:
        prepare()
        return 1
    with _archives[-1].open("rb") as file:
        one = academy.receive(file, name="set.zip", by=None)
    return sum(RosterImport.objects.filter(academy_set=one).values_list("students", flat=True))


def receive_again() -> int:
    """As `receive`, of an archive that was read."""
    try:
        receive()
    except Refusal:
        return AcademySet.objects.count()
    raise AssertionError("the same archive was read again")


TARGETS = [
    BenchTarget(
        "student of an académie’s archive of 267 schools, read and compared",
        goal="at most 0.6 ms, a minute for all",
        chore=receive,
    ),
    BenchTarget("an académie’s archive again", goal="at most 1,000 ms", chore=receive_again),
]
