"""Changes of teachers are written one by one: an account is opened by the same service as by hand,
with its invitation. What undoing needs is kept with each.
"""

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from django.db import transaction

from courses.exceptions import Refusal
from courses.people.enums import Role
from courses.people.exceptions import AddressTaken
from courses.people.models import Identity, Membership, Organisation, Person, Subject, today
from courses.people.models.classes import school_year
from courses.people.services import memberships as memberships_service
from courses.people.services.accounts import create_person
from courses.people.services.identities import put_key
from courses.roster.enums import RosterChangeKind
from courses.roster.exceptions import (
    MailMissing,
    MailTaken,
    NoMoreTheSameTeacher,
    NotATeachersKey,
    NotBroughtIn,
    NoTeacherHere,
    NotYourTeacher,
    WaitedTooLong,
)
from courses.roster.models import LastSaidOfTeacher, RosterChange, StagedTeacher
from courses.roster.services import former_teachers
from courses.roster.services.application import Application, Refusals
from courses.roster.services.comparing_teachers import may_join
from courses.roster.services.duties import Duties
from courses.roster.services.other_directories import keys_of
from courses.roster.services.staging_teachers import memberships_of

Kind = RosterChangeKind
type Key = tuple[str, str]  # with its directory
ONE_DAY = datetime.timedelta(days=1)


@dataclass
class TeacherApplication:
    """These changes of one kind, with what is known of their teachers."""

    application: Application
    changes: Sequence[RosterChange]
    said: dict[str, StagedTeacher] = field(init=False)
    last: dict[Key, LastSaidOfTeacher] = field(init=False)
    subjects: dict[str, Subject] = field(init=False)
    former: dict[int, LastSaidOfTeacher] = field(init=False)  # by account

    def __post_init__(self) -> None:
        one, keys = self.application.one, [change.key for change in self.changes]
        self.said = {row.key: row for row in one.staged_teachers.filter(key__in=keys)}
        held = Identity.objects.filter(keys_of(self.changes, one))
        rows = LastSaidOfTeacher.objects.filter(school=self.school, identity__in=held)
        rows = rows.select_related("identity__person", "membership")
        self.last = {(row.identity.namespace, row.identity.value): row for row in rows}
        former = former_teachers.former_rows(self.school, one.namespace)
        self.former = {row.identity.person_id: row for row in former}
        self.subjects = {subject.code: subject for subject in Subject.objects.all()}

    @property
    def school(self) -> Organisation:
        return self.application.one.school

    @property
    def by(self) -> Person:
        return self.application.by

    def of(self, change: RosterChange) -> StagedTeacher:
        if change.key not in self.said:
            raise WaitedTooLong
        return self.said[change.key]

    def known(self, change: RosterChange) -> tuple[Person, LastSaidOfTeacher]:
        """Raises `NotBroughtIn`, `NoTeacherHere`."""
        namespace = change.namespace or self.application.one.namespace
        last = self.last.get((namespace, change.key))
        if last is None:
            raise NotBroughtIn
        change.person = last.identity.person
        if last.identity.person.erased_at or not last.identity.person.is_active:
            raise NoTeacherHere
        return last.identity.person, last

    def identity_of_now(self, change: RosterChange) -> Identity | None:
        """Another school's set may have brought them at the same moment."""
        held = Identity.objects.filter(namespace=self.application.one.namespace, value=change.key)
        return held.select_related("person").first()

    def is_here(self, person: Person) -> bool:
        return bool(memberships_of([person.pk], self.school).here(person.pk))

    def duties(self, teacher: Person) -> Duties:
        return Duties(teacher, self.application.places, self.subjects)


def write(application: Application, changes: Sequence[RosterChange]) -> Refusals:
    """Write these changes of one kind, as `changing.apply_all` does. Raises `IntegrityError`."""
    teachers, refused = TeacherApplication(application, changes), {}
    for change in changes:
        try:
            with transaction.atomic():
                _WAYS[Kind(change.kind)](teachers, change)
        except Refusal as refusal:
            refused[change] = refusal
    return refused


def _add(teachers: TeacherApplication, change: RosterChange) -> None:
    said = teachers.of(change)
    identity = teachers.application.identities.get(change.key)
    if identity:
        way, person = "known", _known_elsewhere(teachers, identity.person, said)
    elif change.person:
        way, person = "same", _still_the_same(teachers, change.person)
    else:
        try:
            way, person = "new", _open_account(said, teachers.by)
        except MailTaken:
            if (identity := teachers.identity_of_now(change)) is None:
                raise
            way, person = "known", _known_elsewhere(teachers, identity.person, said)
    membership, was = join(person, teachers.school, teachers.by)
    if identity is None:
        identity = _put_key(teachers, change, person, is_new=way == "new")
        teachers.application.identities[change.key] = identity
    former = teachers.former.get(person.pk)
    words = former_teachers.words_taken_over(former, said.duties, teachers.duties(person))
    begun = {"membership": membership} if membership else {}
    LastSaidOfTeacher.objects.update_or_create(
        identity=identity,
        school=teachers.school,
        defaults={"membership": None}
        | words
        | begun
        | {"school_year": school_year(today()), "gone_at": None},
    )
    change.person = person
    change.done = {"way": way, "membership": membership and membership.pk, "was": was}
    change.done["day"] = f"{today()}"


def _put_key(
    teachers: TeacherApplication, change: RosterChange, person: Person, *, is_new: bool
) -> Identity:
    """Confirmed where the account was opened with it: nothing is in there yet."""
    namespace, key, now = teachers.application.one.namespace, change.key, teachers.application.now
    if is_new:
        return Identity.objects.create(
            person=person, namespace=namespace, value=key, confirmed_at=now
        )
    return put_key(
        person=person, namespace=namespace, value=key, by=teachers.by, school=teachers.school
    )


def _known_elsewhere(teachers: TeacherApplication, person: Person, said: StagedTeacher) -> Person:
    """Whose key an account had by now. Raises a `Refusal`."""
    if not may_join(_adult(person), said.email, is_here=teachers.is_here(person)):
        raise NotYourTeacher
    return person


def _adult(person: Person) -> Person:
    """A key of the directory's staff leads to no student. Raises `NotATeachersKey`."""
    if person.erased_at or not person.is_active or not person.is_adult:
        raise NotATeachersKey
    return person


def _still_the_same(teachers: TeacherApplication, person: Person) -> Person:
    """As it was when the question was asked. Raises `NoMoreTheSameTeacher`."""
    namespace = teachers.application.one.namespace
    held = memberships_of([person.pk], teachers.school)
    has_key = Identity.objects.filter(person=person, namespace=namespace).exists()
    if has_key or not held.is_alone_here(person):
        raise NoMoreTheSameTeacher
    return person


def _open_account(said: StagedTeacher, by: Person) -> Person:
    """With the invitation that every new account gets. The address isn't kept with a refusal."""
    if not said.email:
        raise MailMissing
    try:
        return create_person(
            given_name=said.given_name, family_name=said.family_name, email=said.email, by=by
        )
    except AddressTaken as taken:
        raise MailTaken from taken


def join(
    person: Person, school: Organisation, by: Person
) -> tuple[Membership | None, list[str | None] | None]:
    """A teacher of the school from today: one that ended today or yesterday goes on. Gives the
    membership, None where a person gave one that goes on; and its days before, if it had any.
    """
    held = Membership.objects.teaching().filter(person=person, organisation=school)
    if memberships_of([person.pk], school).here(person.pk):
        return None, None
    if ended := held.filter(until__in=[today(), today() - ONE_DAY]).order_by("-since").first():
        was = days_of(ended)
        memberships_service.change_membership(
            membership=ended, since=ended.since, until=None, by=by
        )
        return ended, was
    made = memberships_service.join(person=person, organisation=school, role=Role.TEACHER, by=by)
    return made, None


def days_of(membership: Membership) -> list[str | None]:
    return [f"{membership.since}", f"{membership.until}" if membership.until else None]


def _bring_back(teachers: TeacherApplication, change: RosterChange) -> None:
    person, last = teachers.known(change)
    _adult(person)
    gone_at = last.gone_at
    membership, was = join(person, teachers.school, teachers.by)
    change.done = {
        "membership": membership and membership.pk,
        "was": was,
        "before": last.membership_id,
        "gone_at": gone_at.isoformat() if gone_at else None,
        "day": f"{today()}",
    }
    last.membership, last.gone_at = membership, None
    last.save()


def _teach(teachers: TeacherApplication, change: RosterChange) -> None:
    person, last = teachers.known(change)
    if not teachers.is_here(person):
        raise NoTeacherHere
    said, duties = teachers.of(change).duties, teachers.duties(person)
    before, begun = last.of_year(school_year(today()))
    over = [text for text in before if text not in said]
    new = [text for text in said if text not in before and duties.can_begin(text)]
    ended = [done for text in over if text in begun and (done := duties.end(text))]
    began = [done for text in new if (done := duties.begin(text))]
    change.person = person  # whose name the page says when the set is closed
    change.done = {"ended": ended, "began": began, "was": [before, begun], "day": f"{today()}"}
    last.school_year = school_year(today())
    last.duties = [text for text in said if text in before or text in new]
    last.begun = [text for text in last.duties if text in {*begun, *_texts(began)}]
    last.save()


def _texts(done: Iterable[dict]) -> list[str]:
    return [one["duty"] for one in done]


def _leave(teachers: TeacherApplication, change: RosterChange) -> None:
    """Only what a set began; the account stays, and what they teach until it is handed over."""
    person, last = teachers.known(change)
    there = {one.pk: one for one in memberships_of([person.pk], teachers.school).here(person.pk)}
    membership = there.get(last.membership_id or 0)
    if membership is None:
        raise NoTeacherHere
    was = days_of(membership)
    membership.person, membership.organisation = person, teachers.school
    memberships_service.leave(
        membership=membership, last_day=max(membership.since, today() - ONE_DAY), by=teachers.by
    )
    change.done = {"membership": membership.pk, "was": was, "now": days_of(membership)}
    last.gone_at = teachers.application.now
    last.save()


_WAYS: dict[Kind, Callable[[TeacherApplication, RosterChange], None]] = {
    Kind.TEACHER_NEW: _add,
    Kind.TEACHER_BACK: _bring_back,
    Kind.TEACHES: _teach,
    Kind.TEACHER_LEFT: _leave,
}
