"""Class and groups of the students of a OneRoster bundle.

A homeroom is a class. A scheduled class is a group, unless it is the teaching of one class: most of
it and nobody else.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import partial

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
    course: str = ""
    subject: str = ""  # as the bundle calls it
    kind: str = ""
    counts: bool = False
    runs: bool = False  # in a term of today
    is_wrong: bool = True

    @property
    def blocks(self) -> bool:
        """True if it may be somebody's class, and can't be read: they stay as they are."""
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
    members: Members

    def rooms_of(self, one: str) -> set[str]:
        """Names of the homerooms in which students of that class are."""
        inside = self.members.get(one, set())
        return {name for room, name in self.homerooms.items() if self.members[room] & inside}


def collect_students(
    collector: RosterCollector,
    classes: dict[str, BundleClass],
    enrolled: Enrolled,
    students: dict[str, BundleStudent],
) -> BundlePlaces:
    """Give the collector each student with class and groups, and what can't be read of these."""
    roster = collector.roster
    of_now = {
        key: _of_now(enrolled.get(key, {}), classes) for key in students.keys() | roster.unread
    }
    members: Members = defaultdict(set)
    for key, places in of_now.items():
        for one in places:
            members[one].add(key)
    homerooms = _homerooms(collector, classes, members)
    unsure = roster.undecided | (roster.unread - students.keys())
    rooms: Members = defaultdict(set)
    for one, name in homerooms.items():
        rooms[name] |= members[one] - unsure
    groups = _groups(collector, classes, members, rooms, unsure)
    found = BundlePlaces(homerooms, groups, members)
    for key, student in students.items():
        if key not in roster.undecided:
            _collect(collector, key, student, of_now[key], found)
    return found


def _of_now(places: dict[str, int], classes: dict[str, BundleClass]) -> dict[str, int]:
    """Without homerooms of a term that is over or to come, where another one runs."""
    over = {one for one in places if classes[one].kind == HOMEROOM and not classes[one].runs}
    if not any(classes[one].kind == HOMEROOM for one in places.keys() - over):
        return places
    return {one: line for one, line in places.items() if one not in over}


def _homerooms(
    collector: RosterCollector, classes: dict[str, BundleClass], members: Members
) -> dict[str, str]:
    """By homeroom, its name: the title. Those of one title are one class, unless they are apart."""
    alike: dict[tuple[str, bool], list[str]] = defaultdict(list)
    for one, held in classes.items():
        if held.kind == HOMEROOM and one in members:
            if held.names:
                alike[plain(held.names[0]), held.runs].append(one)
            else:
                collector.add_bad(bad_row(CLASSES, held.line, RecordFault.PLACE, "title"))
                collector.roster.undecided |= members[one]
    found: dict[str, str] = {}
    for same in alike.values():
        rank = -1 if _are_apart([(classes[one], members[one]) for one in same]) else 0
        found |= {one: classes[one].names[rank] for one in same}
    return found


def _are_apart(homerooms: list[tuple[BundleClass, set[str]]]) -> bool:
    """True if each of them has a code of its own, and nobody is in two."""
    codes = {plain(held.code) for held, _members in homerooms if len(held.names) > 1}
    students = [key for _held, members in homerooms for key in members]
    is_each = len(codes) == len(homerooms) > 1
    return is_each and len(set(students)) == len(students)


def _groups(
    collector: RosterCollector,
    classes: dict[str, BundleClass],
    members: Members,
    rooms: Members,
    unsure: set[str],
) -> dict[str, str]:
    """By scheduled class that is a group, its name: the title, or the code where another group or a
    class has that title. One that has only the name of a class is passed over.

    `unsure`: whose class can't be read; they are in none of `rooms`. Where they decide whether this
    is the teaching of a class, it makes no group, and whoever is in a group of this name stays in it.
    """
    roster, groups = collector.roster, {}
    placed = unsure.union(*rooms.values())
    for one, held in classes.items():
        inside = members.get(one, set())
        settled = inside - unsure
        if held.kind != SCHEDULED or not settled:
            continue
        is_teaching = partial(is_teaching_of, inside, in_no_class=inside - placed)
        near = [room for room in rooms.values() if not room.isdisjoint(settled)]
        if held.is_wrong:
            roster.groups_undecided |= settled
        elif not any(is_teaching(room | (inside & unsure)) for room in near):
            groups[one] = held
        elif inside & unsure or not any(is_teaching(room | unsure) for room in near):
            for key in settled:
                roster.groups_perhaps.setdefault(key, set()).update(map(plain, held.names))
    return _named(collector, groups, members, taken={plain(name) for name in rooms})


def _named(
    collector: RosterCollector, groups: dict[str, BundleClass], members: Members, taken: set[str]
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
            collector.roster.groups_undecided |= members[one]
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
