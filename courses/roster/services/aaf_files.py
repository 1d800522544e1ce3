"""The files of a complete AAF set in an archive: their names say day, kind and number."""

import datetime
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from courses.roster.exceptions import DeltaNotRead, FileMissing, FileTwice, NoSuchDay, TwoSets

NAME = re.compile(r"([\w-]{1,40})_(Complet|Delta)_(\d{8})_([A-Za-z]{1,20})_(\d{4})\.xml", re.ASCII)
SCHOOLS, STUDENTS, STAFF, SUBJECTS = "EtabEducNat", "Eleve", "PersEducNat", "MatiereEducNat"


@dataclass(frozen=True)
class DirectorySet:
    """A complete set: its day, and its files by kind, in the order of their numbers."""

    day: datetime.date
    files: dict[str, list[str]]


def is_directory_set(names: Iterable[str]) -> bool:
    return any(NAME.fullmatch(name) for name in names)


def directory_set(names: Iterable[str]) -> DirectorySet:
    """Raises a `Refusal` for what isn't one whole complete set."""
    found: dict[str, dict[int, str]] = defaultdict(dict)
    sets = set()
    for name in names:
        if match := NAME.fullmatch(name):
            prefix, form, day, kind, number = match.groups()
            if form == "Delta":
                raise DeltaNotRead
            sets.add((prefix, day))
            if int(number) in found[kind]:
                raise FileTwice(name=name)
            found[kind][int(number)] = name
    for kind in (SCHOOLS, STUDENTS, *({STAFF, SUBJECTS} & found.keys())):
        _whole(kind, found[kind])
    if len(sets) > 1:
        raise TwoSets
    _prefix, day = sets.pop()
    try:
        of_day = datetime.date(int(day[:4]), int(day[4:6]), int(day[6:]))
    except ValueError as error:
        raise NoSuchDay from error
    return DirectorySet(
        of_day, {kind: [files[n] for n in sorted(files)] for kind, files in found.items()}
    )


def _whole(kind: str, files: dict[int, str]) -> None:
    """Numbers begin at 0 or 1, without a gap."""
    first = min(files, default=0)
    for number in range(min(first, 1), min(first, 1) + max(len(files), 1)):
        if number not in files:
            raise FileMissing(name=f"{kind}_{number:04}.xml")
