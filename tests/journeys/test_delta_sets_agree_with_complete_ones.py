"""A complete set after delta sets changes nothing: they have said all of it."""

import datetime
import random
from collections.abc import Iterable

import pytest

from courses.people.models import Identity, today
from courses.people.models.classes import school_year
from courses.roster.enums import ImportState
from courses.roster.models import LastSaid, RosterImport
from courses.roster.services import applying, receiving
from tests.factories.continuity import LeaderFactory
from tests.factories.deltas import (
    a_change,
    a_change_of_staff,
    a_delta,
    changed,
    deleted,
)
from tests.factories.rosters import JOIN, UAI, a_student, a_teacher, with_staff
from tests.factories.staff import a_school_with_subjects

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-30T12:00")]
NAMES, FAMILIES = ["Inès", "Tom", "Zoé"], ["ABADIE", "BRUNET", "CARON"]
CLASSES, GROUPS = ["2DE1", "2DE2", "2DE3", ""], ["LATIN", "GREC", "SKI"]
TAUGHT = ["2DE1$020700", "2DE1$061300", "2DE2$020700", "2DE3$030201"]


class Directory:
    """A school as its directory has it, day after day."""

    def __init__(self, seed: int):
        self.draw = random.Random(seed)
        self.students = {f"{n}": self.student() for n in range(12)}
        self.gone: dict[str, dict] = {}
        self.teachers = {f"T{n}": self.teacher(n) for n in range(4)}
        self.day = datetime.date(2026, 11, 20)

    def student(self) -> dict:
        return {
            "given": self.draw.choice(NAMES),
            "family": self.draw.choice(FAMILIES),
            "school_class": self.draw.choice(CLASSES),
            "groups": self.draw.sample(GROUPS, self.draw.randrange(3)),
        }

    def teacher(self, number: int) -> dict:
        return {
            "given": "Zoé",
            "family": f"PROF{'ABCDEFGHIJ'[number]}",
            "taught": self.draw.sample(TAUGHT, self.draw.randrange(4)),
            "groups": [f"{group}$061300" for group in self.draw.sample(GROUPS[:1], 1)],
        }

    def complete(self) -> bytes:
        self.draw.shuffle(order := list(self.students.items()))
        return with_staff(
            UAI,
            *(a_teacher(key, **said) for key, said in self.teachers.items()),
            students=[a_student(key, **said) for key, said in order],
            day=f"{self.day:%Y%m%d}",
        )

    def next_day(self) -> bytes:
        """What changes, as the delta set says it: whole records, or what changed alone."""
        self.day += datetime.timedelta(days=1)
        changing = self.some(self.students, 0.4)
        records = [self.change(key) for key in changing if self.draw.random() < 0.7]
        named = {key for key in changing if any(f"<id>{key}</id>" in one for one in records)}
        leaving = [key for key in changing if key not in named]
        records += [self.leave(key) for key in leaving]
        for key in self.some(self.gone.keys() - set(leaving), 0.5):
            self.students[key] = self.gone.pop(key)
            records.append(a_student(key, **self.students[key]))
        new = f"n{self.day.day}"
        self.students[new] = self.student()
        records.append(self.draw.choice([a_student, a_change])(new, **self.students[new]))
        return a_delta(records, self.staff_of_the_day(), day=f"{self.day:%Y%m%d}")

    def leave(self, key: str) -> str:
        self.gone[key] = self.students.pop(key)
        moved = {"ENTPersonStructRattach": ["3999"], "ENTEleveClasses": ["3999$2DE1"]}
        return self.draw.choice([deleted(key), changed(key, **moved)])

    def staff_of_the_day(self) -> list[str]:
        found = []
        for key in self.some(self.teachers, 0.5):
            taught = self.draw.sample(TAUGHT, 2)
            self.teachers[key] |= {"taught": taught}
            whole = a_change_of_staff(key, **self.teachers[key])
            places = {"ENTAuxEnsClassesMatieres": [f"{JOIN}${one}" for one in taught]}
            found.append(self.draw.choice([whole, changed(key, "PersEducNat", **places)]))
        quiet = [
            key for key in sorted(self.teachers) if not any(f"<id>{key}<" in one for one in found)
        ]
        if quiet and self.draw.random() < 0.5:
            del self.teachers[quiet[0]]
            found.append(deleted(quiet[0], "PersEducNat"))
        return found

    def change(self, key: str) -> str:
        said = self.students[key]
        what = self.draw.choice(["class", "groups", "name", "all"])
        if what == "class":
            said["school_class"] = self.draw.choice(CLASSES)
            places = [f"{JOIN}${said['school_class']}"] if said["school_class"] else []
            return changed(key, ENTEleveClasses=places)
        if what == "groups":
            said["groups"] = self.draw.sample(GROUPS, self.draw.randrange(3))
            return changed(key, ENTEleveGroupes=[f"{JOIN}${one}" for one in said["groups"]])
        if what == "name":
            said["family"] = self.draw.choice(FAMILIES)
            return changed(key, sn=[said["family"]])
        self.students[key] = self.student()
        return a_change(key, **self.students[key])

    def some(self, keys: Iterable[str], share: float) -> list[str]:
        return [key for key in sorted(keys) if self.draw.random() < share]


def follow(school, leader, data: bytes) -> RosterImport:
    one = receiving.receive(school=school, data=data, by=leader)
    if one.state == ImportState.WAITING:
        applying.say_yes(one, by=leader, they_are_the_same=True)
        while applying.apply_piece(one.pk):
            pass
    one.refresh_from_db()
    assert not one.changes.filter(state="refused").exists()
    return one


@pytest.mark.parametrize("seed", range(6))
def test_a_complete_set_after_delta_sets_changes_nothing(seed):
    school = a_school_with_subjects()
    leader = LeaderFactory(leads=school)
    directory = Directory(seed)
    follow(school, leader, directory.complete())

    changes = 0
    for _day in range(4):
        delta = follow(school, leader, directory.next_day())
        changes += delta.changes.count()
        assert delta.bad == 0
    last = follow(school, leader, directory.complete())

    assert changes > 10
    assert [(one.kind, one.key, one.before, one.after) for one in last.changes.all()] == []
    assert last.state == ImportState.NOTHING
    here = LastSaid.objects.filter(gone_at=None, school_year=school_year(today()))
    assert sorted(here.values_list("identity__value", flat=True)) == sorted(directory.students)
    assert Identity.objects.filter(value__startswith="T").count() == 4
