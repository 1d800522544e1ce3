"""A school that follows its directory for some days, drawn from a seed; and all that its sets leave
behind, without keys, so that two runs can be compared.
"""

import datetime
import random
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress

import time_machine
from wagtail.models import ModelLogEntry

from continuity.models import Extension, HandIn
from courses.exceptions import Refusal
from courses.mail.models import Letter
from courses.people.enums import GuardianQuality, Role
from courses.people.models import (
    AccountChange,
    ClassMembership,
    Guardianship,
    Identity,
    Membership,
    Organisation,
    Person,
    SchoolClass,
)
from courses.people.services import classes, guardians, leaving
from courses.people.services import memberships as memberships_service
from courses.roster.models import LastSaid, RosterChange, RosterImport, StagedStudent
from courses.roster.services import applying, receiving, undoing
from tests.factories.continuity import (
    LeaderFactory,
    SchoolClassFactory,
    StudentFactory,
    assignment,
    at,
    handed_in,
    homework_item,
    part_of,
    teaching,
)
from tests.factories.people import OrganisationFactory, PersonFactory, TeacherFactory
from tests.factories.rosters import UAI, a_set, a_student

CLASSES = ["2DE1", "2DE2", "2DE3", "2DE4"]
GROUPS = ["LATIN", "GREC", "CHORALE", "SKI"]
NAMES = ["Inès", "Tom", "Zoé", "Loïc"]
FAMILIES = ["ABADIE", "BRUNET", "CARON", "DURAND"]
FIRST_DAY = datetime.date(2026, 11, 24)


def on(day: datetime.date):
    moment = datetime.datetime.combine(day, datetime.time(9), tzinfo=datetime.UTC)
    return time_machine.travel(moment, tick=False)


class World:
    """One school. `apply` and `undo` write the changes of an import that somebody said yes to."""

    def __init__(self, seed: int, number: int, apply: Callable, undo: Callable):
        self.draw, self.apply, self.undo = random.Random(seed), apply, undo
        self.day = FIRST_DAY
        first = SchoolClassFactory(name="2DE1", school=OrganisationFactory(name="Lycée"))
        self.school = first.school
        self.school.uai, self.school.with_guardians = UAI, True
        self.school.save()
        self.leader = LeaderFactory(
            leads=self.school, login="leader", given_name="Maxime", family_name="Chef"
        )
        self.elsewhere = OrganisationFactory(name="Ailleurs")
        SchoolClassFactory(school=self.school, kind="group", name="2DE9")  # said as a class, too
        self.said = {f"{n}": self.a_newcomer() for n in range(number)}
        for n in range(3):  # entered by hand, with the names of others
            StudentFactory(
                in_class=first, login=f"hand{n}", given_name=NAMES[n], family_name=FAMILIES[n]
            )

    def a_newcomer(self) -> dict:
        return {
            "given": self.draw.choice(NAMES),
            "family": self.draw.choice(FAMILIES),
            "school_class": self.draw.choice([*CLASSES, ""]),
            "groups": self.draw.sample(GROUPS, self.draw.randrange(3)),
        }

    def receive(self) -> RosterImport:
        records = [a_student(key, **said) for key, said in self.said.items()]
        data = a_set(UAI, *records, day=f"{self.day:%Y%m%d}", classes=CLASSES)
        return receiving.receive(school=self.school, data=data, by=self.leader)

    def follow(self) -> dict:
        """A set is chosen and applied."""
        with on(self.day):
            one = self.receive()
            if one.changes.exists():
                applying.say_yes(one, by=self.leader, they_are_the_same=True)
                self.by_hand(0.15)
                self.apply(one)
        return all_rows()

    def take_back(self, days: int) -> dict:
        self.day += datetime.timedelta(days=days)
        with on(self.day):
            one = RosterImport.objects.first()
            undoing.say_undo(one, by=self.leader)
            self.undo(one)
        return all_rows()

    def some(self, share: float) -> list[str]:
        return [key for key in sorted(self.said) if self.draw.random() < share]

    def next_day(self) -> None:
        """What the directory says then."""
        self.day += datetime.timedelta(days=1)
        for key in self.some(0.25):
            self.said[key]["school_class"] = self.draw.choice([*CLASSES, "2DE7", "2DE9", ""])
        for key in self.some(0.25):
            self.said[key]["groups"] = self.draw.sample([*GROUPS, "RUGBY"], self.draw.randrange(3))
        for key in self.some(0.1):
            self.said[key]["family"] = self.draw.choice([*FAMILIES, "NOUVEAU"])
        self.gone = {key: self.said.pop(key) for key in self.some(0.2)}
        for _n in range(4):
            self.said[f"new{self.draw.randrange(100)}"] = self.a_newcomer()

    def all_are_back(self) -> None:
        self.day += datetime.timedelta(days=self.draw.choice([0, 1]))
        self.said |= self.gone

    def by_hand(self, share: float = 0.5) -> None:
        """What people do between two sets, or between the yes and the worker."""
        with on(self.day):
            for key in self.some(share):
                held = Identity.objects.filter(value=key).select_related("person").first()
                if held and held.person.is_active:
                    with suppress(Refusal):
                        self.draw.choice(self.hands)(self, held.person)

    def give_homework(self) -> None:
        """Of two classes, due on other days, with work handed in."""
        held = SchoolClass.objects.filter(school=self.school, name__in=CLASSES).order_by("name")
        teacher = TeacherFactory(works_at=self.school, login="teacher", family_name="Prof")
        taught = [teaching(one, teacher=teacher) for one in held]
        for number, one in enumerate(taught[:-1]):
            first = assignment(one, at(FIRST_DAY + datetime.timedelta(days=9), 18))
            other = assignment(
                taught[number + 1],
                at(FIRST_DAY + datetime.timedelta(days=self.draw.choice([4, 6])), 18),
                homework=first.homework,
            )
            for given in (first, other):
                homework_item(part_of(given.teaching), given)
            inside = ClassMembership.objects.filter(school_class=one.school_class, until=None)
            for place in inside.select_related("student").order_by("student__login"):
                if self.draw.random() < 0.5:
                    handed_in(first, place.student, is_late=self.draw.random() < 0.3)

    def _close(self, student: Person) -> None:
        leaving.close_student(student=student, school=self.school, by=self.leader)

    def _move(self, student: Person) -> None:
        to = SchoolClass.objects.get(school=self.school, name="2DE1")
        day = self.day + datetime.timedelta(days=self.draw.choice([0, 0, 5]))
        if ClassMembership.objects.filter(student=student, since__gt=self.day).exists():
            return
        classes.change_class(student=student, to=to, on=day, by=self.leader)

    def _guard(self, student: Person) -> None:
        if Guardianship.objects.running().filter(student=student).exists():
            return
        login = f"guardian-of-{student.login}"
        guardian = Person.objects.filter(login=login).first() or PersonFactory(
            login=login, family_name="Parent"
        )
        guardians.guard(
            guardian=guardian,
            student=student,
            school=self.school,
            quality=GuardianQuality.AUTHORITY,
            by=self.leader,
        )

    def _also_elsewhere(self, student: Person) -> None:
        if not student.memberships.filter(organisation=self.elsewhere).exists():
            memberships_service.join(
                person=student, organisation=self.elsewhere, role=Role.STUDENT, by=None
            )

    def _goes_elsewhere(self, student: Person) -> None:
        self._close(student)
        Person.objects.filter(pk=student.pk).update(is_active=True)
        self._also_elsewhere(student)

    def _group_ahead(self, student: Person) -> None:
        group = SchoolClass.objects.filter(school=self.school, name="SKI").first()
        day = self.day + datetime.timedelta(days=5)
        held = ClassMembership.objects.filter(student=student, school_class=group)
        if group and not held.exists():
            classes.join_class(student=student, school_class=group, since=day, by=self.leader)

    def _has_address(self, student: Person) -> None:
        Person.objects.filter(pk=student.pk).update(email=f"{student.login}@lycee.example")

    def _leaves_on_the_first_day(self, student: Person) -> None:
        self._begins(student, self.day)
        self._also_elsewhere(student)
        self._close(student)

    def _begins_tomorrow(self, student: Person) -> None:
        """The rules refuse a class of today, the account is open."""
        self._begins(student, self.day + datetime.timedelta(days=1))

    def _begins(self, student: Person, day: datetime.date) -> None:
        held = student.memberships.filter(organisation=self.school, until=None).first()
        if held:
            memberships_service.change_membership(membership=held, since=day, until=None, by=None)

    hands = (_close, _move, _guard, _guard, _also_elsewhere, _goes_elsewhere, _group_ahead,
             _has_address, _leaves_on_the_first_day, _begins_tomorrow)  # fmt: skip


def all_rows() -> dict[str, list]:
    """Rows that a set writes or that follow from it, by the names of what they refer to."""
    logins = dict(Person.objects.values_list("pk", "login"))
    places = dict(SchoolClass.objects.values_list("pk", "name"))

    def named(stays: list) -> list:
        return sorted([places[pk], since, until or ""] for pk, since, until in stays)

    def done(change: RosterChange) -> dict:
        both = {
            name: named(change.done[name]) for name in ("before", "after") if name in change.done
        }
        return change.done | both

    return {
        "people": _rows(
            Person.objects.values_list("login", "given_name", "family_name", "is_active", "email")
        ),
        "groups": _rows(Person.groups.through.objects.values_list("person__login", "group__name")),
        "memberships": _rows(
            Membership.objects.values_list(
                "person__login", "organisation__name", "role", "since", "until"
            )
        ),
        "classes": _rows(SchoolClass.objects.values_list("school__name", "name", "kind", "level")),
        "places": _rows(
            ClassMembership.objects.values_list(
                "student__login", "school_class__name", "since", "until"
            )
        ),
        "keys": _rows(Identity.objects.values_list("person__login", "namespace", "value")),
        "last": _rows(
            LastSaid.objects.values_list(
                "identity__value", "name_mark", "school_year", "school_class", "groups", "gone_at"
            )
        ),
        "guardians": _rows(
            Guardianship.objects.values_list(
                "guardian__login", "student__login", "since", "until", "ended_by_leaving"
            )
        ),
        "changes": _rows(
            (one.roster_import.day, one.kind, one.key, one.state, logins.get(one.person_id),
             one.refusal, sorted(done(one).items()))
            for one in RosterChange.objects.select_related("roster_import")
        ),
        "imports": _rows(RosterImport.objects.values_list("day", "state", "closed_at")),
        "staged": _rows(StagedStudent.objects.values_list("key", "school_class")),
        "account changes": _traces(logins),
        "log": _log(logins, places),
        "letters": _rows(Letter.objects.values_list("kind", "to__login", "details")),
        "more time": _rows(
            Extension.objects.values_list(
                "student__login", "assignment__teaching__school_class__name", "due_at",
                "granted_by__login", "withdrawn_at",
            )
        ),
        "handed in": _rows(
            HandIn.objects.values_list(
                "student__login", "assignment__teaching__school_class__name", "is_late"
            )
        ),
    }  # fmt: skip


def _rows(rows) -> list[str]:
    return sorted(str(row) for row in rows)


def _traces(logins: dict[int, str]) -> list[str]:
    """Of each account in their order."""
    found = defaultdict(list)
    for one in AccountChange.objects.order_by("pk"):
        found[logins[one.person_id]].append(
            (one.kind, one.was, one.now, one.by_id and logins[one.by_id], one.at,
             one.left_school and one.left_school.name)
        )  # fmt: skip
    return _rows(found.items())


def _log(logins: dict[int, str], places: dict[int, str]) -> list[str]:
    names = {
        "person": logins,
        "schoolclass": places,
        "organisation": dict(Organisation.objects.values_list("pk", "name")),
    }
    return _rows(
        (one.content_type.model, names[one.content_type.model][int(one.object_id)], one.action,
         one.label, sorted(one.data.items()) if "import" not in one.data else "", one.user_id and logins[one.user_id],
         one.timestamp)
        for one in ModelLogEntry.objects.select_related("content_type")
        if one.content_type.model in names
    )  # fmt: skip
