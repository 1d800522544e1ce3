"""New students of a set: accounts, or keys for accounts that the school had entered by hand."""

from collections.abc import Sequence
from dataclasses import dataclass

from courses.exceptions import Refusal
from courses.people.enums import Role
from courses.people.models import Identity, Person, SchoolClass, today
from courses.people.models.classes import school_year
from courses.people.services import classes
from courses.people.services import memberships as memberships_service
from courses.people.services.accounts import create_people
from courses.roster.exceptions import KnownElsewhere, NoMoreTheSame, TakenMeanwhile
from courses.roster.models import LastSaid, RosterChange, StagedStudent
from courses.roster.rules import name_mark
from courses.roster.services import other_directories, placing
from courses.roster.services.application import Application, PlacesOf, Refusals, planned
from courses.roster.services.linked_accounts import why_not_theirs
from courses.roster.values import plain


@dataclass
class Newcomer:
    """A new student as they are to be written."""

    change: RosterChange
    said: StagedStudent
    freed: Identity | None  # of who had the key before
    linked: Identity | None  # of a student here: the school linked a login by the ENT before
    is_the_same: bool  # by its key or by a person's word
    moves: bool  # into the set's class
    to: SchoolClass | None
    groups: list[str]
    regrouping: placing.Regrouping
    student: Person | None  # until the account is made


class _KnownByHand:
    """Of accounts that have the key of a new student, or their name: what decides about them."""

    def __init__(self, application: Application, changes: Sequence[RosterChange]):
        self.application, self.school = application, application.one.school
        found = (application.identities.get(change.key) for change in changes)
        self.staying = placing.staying(identity.person for identity in found if identity)
        linked = (self.linked(change) for change in changes)
        same = [change.person for change in changes if change.person]
        same += [identity.person for identity in linked if identity]
        self.classes = placing.stays(same, self.school, is_class=True)
        namespace = application.one.namespace
        has_former = bool(same and application.one.former)
        rows = other_directories.former_rows(self.school, namespace) if has_former else []
        self.former = {row.identity.person_id: row for row in rows}
        held = Identity.objects.filter(person__in=same, namespace=namespace)
        self.with_key = set(held.values_list("person", flat=True)) if same else set()

    def linked(self, change: RosterChange) -> Identity | None:
        """A key that the school put on the account of one of its students, by a login's reference."""
        identity = self.application.identities.get(change.key)
        if identity is None or identity.pk in self.application.last:
            return None
        return identity if identity.person_id in self.application.here else None

    def same_student(
        self, change: RosterChange, said: StagedStudent, linked: Identity | None
    ) -> Person | None:
        """Whose account it is, by its key or else by a person's word. Raises a `Refusal`."""
        chosen = change.person if self.application.one.they_are_the_same else None
        if linked is None:
            if chosen:
                self.still_the_same(chosen, said)
            return chosen
        if chosen and chosen != linked.person:
            raise TakenMeanwhile
        if refusal := why_not_theirs(linked.person, said):
            raise refusal
        return linked.person

    def freed(self, key: str) -> Identity | None:
        """A key passes on from an account that belongs nowhere any more; the account stays as it is.
        Raises `KnownElsewhere`.
        """
        identity = self.application.identities.get(key)
        if identity and (identity.person.is_active or self.staying[identity.person_id]):
            raise KnownElsewhere
        return identity

    def still_the_same(self, student: Person, said: StagedStudent) -> None:
        """As it was when the question was asked. Raises `NoMoreTheSame`."""
        place = next(iter(self.classes[student.pk]), None)
        is_there = place is not None and plain(place.name) == plain(said.school_class)
        if (
            student.pk not in self.application.here
            or student.pk in self.with_key
            or not (is_there or student.pk in self.former)
        ):
            raise NoMoreTheSame

    def groups_of(self, student: Person | None) -> list[str]:
        """Those that a directory before had named: this one may name others."""
        former = self.former.get(student.pk) if student else None
        return former.of_year(school_year(today()))[1] if former else []


def add(application: Application, changes: Sequence[RosterChange]) -> Refusals:
    """Write these new students, as `changing.apply_all` does."""
    known = _KnownByHand(application, changes)

    def plan(change: RosterChange) -> Newcomer:
        said, linked = application.of(change), known.linked(change)
        student = known.same_student(change, said, linked)
        freed = None if linked else known.freed(change.key)
        moves = student is None or student.pk in known.former
        moves = moves or bool(linked and said.school_class)
        to = application.class_of(said) if moves else None
        groups = application.groups_of(said)
        regrouping = application.regrouping(known.groups_of(student), groups)
        return Newcomer(
            change,
            said,
            freed,
            linked,
            student is not None,
            moves,
            to,
            groups,
            regrouping,
            student,
        )

    newcomers, refused = planned(changes, plan)
    application.places.open_new()
    _write(application, newcomers)
    return refused


def _write(application: Application, newcomers: Sequence[Newcomer]) -> None:
    """All of them. Raises a `Refusal`."""
    if freed := [one.freed.pk for one in newcomers if one.freed]:
        Identity.objects.filter(pk__in=freed).delete()
    new = [one for one in newcomers if not one.is_the_same]
    before = _open_accounts(application, new) | _regroup(
        application, [one for one in newcomers if one.is_the_same]
    )
    students = {one.change.key: one.student for one in newcomers if one.student}
    after = application.places_of(students.values())
    for one in newcomers:
        pk = students[one.change.key].pk
        one.change.done = {
            "same": one.is_the_same,
            "linked": one.linked is not None,
            "before": before[pk],
            "after": after[pk],
            "day": today().isoformat(),
        }
    _keep_keys(application, newcomers, students)


def _regroup(application: Application, newcomers: Sequence[Newcomer]) -> PlacesOf:
    """Those who are here already: whose login was linked into their class, too. Gives where they
    were.
    """
    wishes = {one.student: one.regrouping for one in newcomers if one.student}
    if not wishes:
        return {}
    before = application.places_of(wishes)
    moves = {one.student: one.to for one in newcomers if one.student and one.moves}
    if moves:
        _raise_first(placing.move(moves, application.places))
    _raise_first(placing.regroup(wishes, application.places))
    return before


def _open_accounts(application: Application, newcomers: Sequence[Newcomer]) -> PlacesOf:
    """Into the school, a class and groups. Gives their places without the groups, which undoing keeps
    for whom the school had entered by hand.
    """
    people = create_people([(one.said.given_name, one.said.family_name) for one in newcomers])
    memberships_service.join_all(
        people=people, organisation=application.one.school, role=Role.STUDENT, by=application.by
    )
    wishes = {}
    before: PlacesOf = {}
    for one, student in zip(newcomers, people, strict=True):
        one.student = student
        before[student.pk] = [[one.to.pk, f"{today()}", None]] if one.to else []
        wishes[student] = [*([one.to] if one.to else []), *dict.fromkeys(one.regrouping.after)]
    if wishes:
        _raise_first(classes.join_classes(wishes=wishes, by=application.by))
    return before


def _raise_first(answers: dict) -> None:
    for answer in answers.values():
        if isinstance(answer, Refusal):
            raise answer


def _keep_keys(
    application: Application, newcomers: Sequence[Newcomer], students: dict[str, Person]
) -> None:
    namespace, school = application.one.namespace, application.one.school
    linked = {one.change.key for one in newcomers if one.linked}
    identities = Identity.objects.bulk_create(
        Identity(person=person, namespace=namespace, value=key, confirmed_at=application.now)
        for key, person in sorted(students.items())  # two schools wait in one order
        if key not in linked
    )
    application.identities |= {identity.value: identity for identity in identities}
    last = LastSaid.objects.bulk_create(
        LastSaid(
            identity=application.identities[one.change.key],
            school=school,
            name_mark=name_mark(one.said.given_name, one.said.family_name),
            school_year=school_year(today()),
            school_class=one.said.school_class,
            groups=one.groups,
        )
        for one in newcomers
    )
    application.last |= {row.identity_id: row for row in last}
    for one in newcomers:  # not before all is written: a second look must find it as it was
        one.change.person = students[one.change.key]
