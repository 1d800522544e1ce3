"""Class and groups of the students of a OneRoster bundle.

A homeroom is a class. A scheduled class is a group, unless it is the teaching of one class: most of
it and nobody else.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass

from courses.roster.enums import RecordFault
from courses.roster.rules import is_name_of_a_place, is_teaching_of
from courses.roster.services.collecting import RosterCollector
from courses.roster.services.oneroster_files import bad_row
from courses.roster.values import MOST_GROUPS, SaidStudent, plain

CLASSES, ENROLMENTS, CLASS = "classes.csv", "enrollments.csv", "classSourcedId"
HOMEROOM, SCHEDULED = KINDS = ("homeroom", "scheduled")

type Enrolled = dict[str, dict[str, int]]  # by student and class, the line of enrollments.csv
type Members = dict[str, set[str]]  # by class or by its name, students


@dataclass
class BundleClass:
    """A row of classes.csv. Wrong until it is read to its end."""

    line: int
    title: str
    code: str
    kind: str = ""
    counts: bool = False
    is_wrong: bool = True

    @property
    def blocks(self) -> bool:
        """True if it may be somebody's class, and can't be read: they stay as they are. A group
        that can't be read is passed over.
        """
        return self.is_wrong and self.kind != SCHEDULED

    @property
    def names(self) -> list[str]:
        """What it can be called, the best first."""
        return [name for name in (self.title, self.code) if is_name_of_a_place(name)]


@dataclass(frozen=True)
class BundleStudent:
    """A row of users.csv; a name is None where it can't be read."""

    file: str
    line: int
    given_name: str | None
    family_name: str | None


@dataclass
class BundlePlaces:
    """By class of the bundle, what it is called here; nothing where it is no class or group."""

    homerooms: dict[str, str]
    groups: dict[str, str]


def collect_students(
    collector: RosterCollector,
    classes: dict[str, BundleClass],
    enrolled: Enrolled,
    students: dict[str, BundleStudent],
) -> None:
    """Give the collector each student with class and groups, and what can't be read of these."""
    members: Members = defaultdict(set)
    for key in students:
        for one in enrolled.get(key, ()):
            members[one].add(key)
    homerooms = _homerooms(collector, classes, members)
    rooms: Members = defaultdict(set)
    for one, name in homerooms.items():
        rooms[name] |= members[one]
    places = BundlePlaces(homerooms, _groups(collector, classes, members, rooms))
    for key, student in students.items():
        if key not in collector.roster.undecided:
            _collect(collector, key, student, enrolled.get(key, {}), places)


def _homerooms(
    collector: RosterCollector, classes: dict[str, BundleClass], members: Members
) -> dict[str, str]:
    """By homeroom, its name: two of one name are one class."""
    found = {}
    for one, held in classes.items():
        if held.kind == HOMEROOM and one in members:
            if held.names:
                found[one] = held.names[0]
            else:
                collector.add_bad(bad_row(CLASSES, held.line, RecordFault.PLACE, "title"))
                collector.roster.undecided |= members[one]
    return found


def _groups(
    collector: RosterCollector, classes: dict[str, BundleClass], members: Members, rooms: Members
) -> dict[str, str]:
    """By scheduled class that is a group, its name: the title, or the code where another group or a
    class has that title. One that has only the name of a class is passed over, and so is one of
    students who all stay as they are: nobody knows whether it is the teaching of their class.
    """
    by_student: dict[str, set[str]] = defaultdict(set)
    for name, room in rooms.items():
        for key in room:
            by_student[key].add(name)
    groups = {
        one: held
        for one, held in classes.items()
        if held.kind == SCHEDULED
        and not members[one] <= collector.roster.undecided
        and not any(
            is_teaching_of(members[one], rooms[name])
            for name in by_student[next(iter(members[one]))]
        )
    }
    return _named(collector, groups, taken={plain(name) for name in rooms})


def _named(
    collector: RosterCollector, groups: dict[str, BundleClass], taken: set[str]
) -> dict[str, str]:
    free = {
        one: [name for name in held.names if plain(name) not in taken]
        for one, held in groups.items()
    }
    titles = Counter(plain(names[0]) for names in free.values() if names)
    chosen = {
        one: names[0] if titles[plain(names[0])] == 1 else names[-1]
        for one, names in free.items()
        if names
    }
    times = Counter(plain(name) for name in chosen.values())
    for one, held in groups.items():
        fault = None if held.names else RecordFault.PLACE
        if one in chosen and times[plain(chosen[one])] > 1:
            del chosen[one]
            fault = RecordFault.SAME_NAME
        if fault:
            collector.add_bad(bad_row(CLASSES, held.line, fault, "title"))
    return chosen


def _collect(
    collector: RosterCollector,
    key: str,
    student: BundleStudent,
    enrolled: dict[str, int],
    places: BundlePlaces,
) -> None:
    if student.given_name is None or student.family_name is None:
        return  # among the bad records already
    rooms: dict[str, int] = {}
    for one, line in enrolled.items():
        if one in places.homerooms:
            rooms.setdefault(places.homerooms[one], line)
    groups = sorted({places.groups[one] for one in enrolled if one in places.groups})
    for is_wrong, fault in (
        (len(rooms) > 1, RecordFault.TWO_CLASSES),
        (len(groups) > MOST_GROUPS, RecordFault.MANY_GROUPS),
    ):
        if is_wrong:
            line = max(rooms.values() if len(rooms) > 1 else enrolled.values())
            collector.add_bad(bad_row(ENROLMENTS, line, fault, CLASS, key))
            return
    room, line = next(iter(rooms.items()), ("", 0))
    collector.add(
        SaidStudent(
            key,
            student.given_name,
            student.family_name,
            room,
            tuple(groups),
            student.file,
            student.line,
            class_place=(ENROLMENTS, line),
            groups_place=(ENROLMENTS, 0),
        )
    )
