"""The files of an AAF set in an archive: their names say form, day, kind and number."""

import datetime
import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from courses.roster.exceptions import FileMissing, FileTwice, NoSuchDay, TwoSets

NAME = re.compile(r"([\w-]{1,40})_(Complet|Delta)_(\d{8})_([A-Za-z]{1,20})_(\d{4})\.xml", re.ASCII)
SCHOOLS, STUDENTS, STAFF, SUBJECTS = "EtabEducNat", "Eleve", "PersEducNat", "MatiereEducNat"
GUARDIANS = "PersRelEleve"


DELTA = "Delta"


@dataclass(frozen=True)
class DirectorySet:
    """A set: how its names begin, its day, and its files by kind, in the order of their numbers."""

    prefix: str
    is_delta: bool
    day: datetime.date
    files: dict[str, list[str]]


def is_directory_set(names: Iterable[str]) -> bool:
    return any(NAME.fullmatch(name) for name in names)


def directory_set(names: Iterable[str], also: Collection[str] = ()) -> DirectorySet:
    """Raises a `Refusal` for what isn't one whole set; a delta set holds the kinds in which anything
    changed. `also`: kinds that may be missing and are read.
    """
    found: dict[str, dict[int, str]] = defaultdict(dict)
    sets = set()
    for name in names:
        if match := NAME.fullmatch(name):
            prefix, form, day, kind, number = match.groups()
            sets.add((prefix, form, day))
            if int(number) in found[kind]:
                raise FileTwice(name=name)
            found[kind][int(number)] = name
    if len(sets) > 1:
        raise TwoSets
    prefix, form, day = sets.pop()
    needed = () if form == DELTA else (SCHOOLS, STUDENTS)
    for kind in (*needed, *({STUDENTS, STAFF, SUBJECTS, *also} & found.keys())):
        _whole(kind, found[kind])
    try:
        of_day = datetime.date(int(day[:4]), int(day[4:6]), int(day[6:]))
    except ValueError as error:
        raise NoSuchDay from error
    files = {kind: [numbered[n] for n in sorted(numbered)] for kind, numbered in found.items()}
    return DirectorySet(prefix, form == DELTA, of_day, files)


def _whole(kind: str, files: dict[int, str]) -> None:
    """Numbers begin at 0 or 1, without a gap."""
    first = min(files, default=0)
    for number in range(min(first, 1), min(first, 1) + max(len(files), 1)):
        if number not in files:
            raise FileMissing(name=f"{kind}_{number:04}.xml")
