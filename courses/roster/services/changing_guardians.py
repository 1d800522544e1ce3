"""Guardians that a set names or doesn't any more: entered, changed and ended one by one, by the services
of the pages, with the same letters, limits and refusals. What undoing needs is kept with each.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.db import transaction

from courses.exceptions import Refusal
from courses.people.exceptions import AddressOfSomebodyElse, AddressTaken
from courses.people.models import Guardianship, Identity, Organisation, Person
from courses.people.rules.guardians import is_named
from courses.people.services import guardians
from courses.people.services.guardians import GuardianNames
from courses.roster.enums import RosterChangeKind
from courses.roster.exceptions import StudentNotEntered, WaitedTooLong
from courses.roster.exceptions.guardians import (
    GuardianMailTaken,
    GuardianOfThisName,
    NoGuardianHere,
    NoMoreTheSameGuardian,
)
from courses.roster.models import LastSaid, LastSaidOfGuardian, RosterChange, StagedGuardian
from courses.roster.services.application import Application, Refusals
from courses.roster.services.staging_guardians import not_of_sets
from courses.roster.values import keys_of, relation_of

Kind = RosterChangeKind


@dataclass
class GuardianApplication:
    """These changes of one kind, with what is known of their students and guardians."""

    application: Application
    changes: Sequence[RosterChange]
    said: dict[str, StagedGuardian] = field(init=False)
    students: dict[str, Identity] = field(init=False)
    last: dict[str, LastSaidOfGuardian] = field(init=False)

    def __post_init__(self) -> None:
        one, relations = self.application.one, [change.key for change in self.changes]
        self.said = {row.key: row for row in one.staged_guardians.filter(key__in=relations)}
        keys = {keys_of(relation)[0] for relation in relations}
        rows = LastSaid.objects.filter(
            school=self.school, identity__namespace=one.namespace, identity__value__in=keys
        ).select_related("identity__person")
        self.students = {row.identity.value: row.identity for row in rows}
        held = LastSaidOfGuardian.objects.filter(
            school=self.school, identity__in=self.students.values()
        ).select_related("guardianship__guardian")
        by_pk = {identity.pk: key for key, identity in self.students.items()}
        self.last = {relation_of(by_pk[row.identity_id], row.key): row for row in held}

    @property
    def school(self) -> Organisation:
        return self.application.one.school

    @property
    def by(self) -> Person:
        return self.application.by

    def of(self, change: RosterChange) -> StagedGuardian:
        if change.key not in self.said:
            raise WaitedTooLong
        return self.said[change.key]

    def student(self, change: RosterChange) -> Identity:
        """Raises `StudentNotEntered`; who left since is refused by the service."""
        identity = self.students.get(keys_of(change.key)[0])
        if identity is None or identity.person.erased_at:
            raise StudentNotEntered
        return identity

    def entered(self, change: RosterChange) -> tuple[LastSaidOfGuardian, Guardianship]:
        """As it runs today. Raises `NoGuardianHere`."""
        last = self.last.get(change.key)
        if last is None or last.guardianship is None:
            raise NoGuardianHere
        running = Guardianship.objects.running().select_related("guardian", "school")
        held = running.filter(
            guardian=last.guardianship.guardian_id,
            student=last.guardianship.student_id,
            school=self.school,
        ).first()
        if held is None:
            raise NoGuardianHere
        return last, held


def write(application: Application, changes: Sequence[RosterChange]) -> Refusals:
    """Write these changes of one kind, as `changing.apply_all` does. Raises `IntegrityError`."""
    known, refused = GuardianApplication(application, changes), {}
    for change in changes:
        try:
            with transaction.atomic():
                _WAYS[Kind(change.kind)](known, change)
        except Refusal as refusal:
            refused[change] = refusal
    return refused


def _enter(known: GuardianApplication, change: RosterChange) -> None:
    """Who is entered under the same name already stays as they are, and gets the key. Whom a set of a
    directory before brought may be ended by one of this.
    """
    said, identity = known.of(change), known.student(change)
    is_the_same = bool(change.person and known.application.one.guardians_are_the_same)
    if is_the_same:
        made = _by_hand(known, identity.person, change.person)
    else:
        if not change.person:
            _check_name(known, identity.person, said)
        guardian = _account(known, change, said)
        made = guardians.guard(
            guardian=guardian,
            student=identity.person,
            school=known.school,
            quality=said.quality,
            by=known.by,
        )
    last = known.last.get(change.key) or LastSaidOfGuardian(
        identity=identity, school=known.school, key=keys_of(change.key)[1]
    )
    last.guardianship, last.quality = made, said.quality
    by_a_set = LastSaidOfGuardian.objects.filter(guardianship=made, brought=True)
    last.brought, last.ended_at = not is_the_same or by_a_set.exists(), None
    last.save()
    change.person = made.guardian
    change.done = {"same": is_the_same, "guardianship": made.pk, "quality": made.quality}


def _check_name(known: GuardianApplication, student: Person, said: StagedGuardian) -> None:
    """Of whom nothing could be asked: the student's account wasn't known, or a person entered them
    since. Raises `GuardianOfThisName`.
    """
    held = not_of_sets(known.school, known.application.one.namespace).filter(student=student)
    if any(is_named(one.guardian, said.given_name, said.family_name) for one in held):
        raise GuardianOfThisName


def _by_hand(known: GuardianApplication, student: Person, guardian: Person | None) -> Guardianship:
    running = Guardianship.objects.running().select_related("guardian")
    held = running.filter(guardian=guardian, student=student, school=known.school).first()
    if held is None:
        raise NoMoreTheSameGuardian
    return held


def _account(known: GuardianApplication, change: RosterChange, said: StagedGuardian) -> Person:
    """Whom the school's sets call by this key, as for a second child; else as by hand: who has address
    and name, or a new account, which the key opens from now on. Addresses aren't kept with a refusal.
    """
    one, (_student, key) = known.application.one, keys_of(change.key)
    brought = LastSaidOfGuardian.objects.filter(
        school=known.school, identity__namespace=one.namespace, key=key
    )
    brought = brought.filter(guardianship__guardian__is_active=True)
    last = brought.select_related("guardianship__guardian").order_by("-pk").first()
    if last and last.guardianship:
        return last.guardianship.guardian
    names = GuardianNames(said.given_name, said.family_name, said.email)
    had_one = bool(names.email) and Person.objects.with_address(names.email).exists()
    try:
        guardian = guardians.account_for(names, by=known.by, invited=True)
    except (AddressOfSomebodyElse, AddressTaken) as taken:
        raise GuardianMailTaken from taken
    if not had_one:
        _put_key(known, guardian, key)
    return guardian


def _put_key(known: GuardianApplication, guardian: Person, key: str) -> None:
    """On an account that was opened with it: nothing is in there yet. Whoever claims a key first keeps
    it.
    """
    namespace = known.application.one.namespace
    if not Identity.objects.filter(namespace=namespace, value=key).exists():
        Identity.objects.create(
            person=guardian, namespace=namespace, value=key, confirmed_at=known.application.now
        )


def _change_quality(known: GuardianApplication, change: RosterChange) -> None:
    said, (last, held) = known.of(change), known.entered(change)
    change.person = held.guardian
    change.done = {"was": held.quality, "now": said.quality, "last": last.quality}
    guardians.set_quality(guardianship=held, quality=said.quality, by=known.by)
    last.quality = said.quality
    last.save()


def _end(known: GuardianApplication, change: RosterChange) -> None:
    """From this moment, with the personal link. Raises `NoGuardianHere` where a person ended whom the
    set brought, and entered them again.
    """
    last, held = known.entered(change)
    if held.pk != last.guardianship_id:
        raise NoGuardianHere
    change.person = held.guardian
    change.done = {"guardianship": held.pk, "quality": held.quality}
    guardians.end(guardianship=held, by=known.by)
    last.ended_at = known.application.now
    last.save()


_WAYS: dict[Kind, Callable[[GuardianApplication, RosterChange], None]] = {
    Kind.GUARDIAN_NEW: _enter,
    Kind.GUARDIAN_QUALITY: _change_quality,
    Kind.GUARDIAN_ENDED: _end,
}
