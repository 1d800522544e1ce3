"""A person says yes, and the worker applies the set piece by piece; or they set it aside.

Each piece is one transaction: one of a whole school would hold a small database for half a minute.
What a killed worker left undone is taken up again (`sweep`).
"""

import datetime
from contextlib import suppress
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from wagtail.log_actions import log

from courses.exceptions import Refusal
from courses.jobs import services as jobs
from courses.people.enums import Role
from courses.people.exceptions import LoginTaken
from courses.people.models import Identity, Person, today
from courses.people.models.classes import school_year
from courses.people.queries.students import students_of
from courses.people.services import classes, create_person, put_back
from courses.people.services import memberships as memberships_service
from courses.roster import rules, tasks
from courses.roster.enums import ImportState, RosterChangeKind, RosterChangeState
from courses.roster.exceptions import (
    KnownElsewhere,
    NoMoreTheSame,
    NotFoundHere,
    NotWaiting,
    SayWhoTheyAre,
    TakenMeanwhile,
    WaitedTooLong,
)
from courses.roster.models import LastSaid, RosterChange, RosterImport, StagedStudent
from courses.roster.rules import name_mark
from courses.roster.services import placing
from courses.roster.services.holding import held_import, hold_people
from courses.roster.values import PIECE, plain

Kind = RosterChangeKind
LOSSES = Q(kind=Kind.SUSPENDED) | Q(kind__in=[Kind.MOVED, Kind.GROUPS], after=[])
CHANGED = ["state", "person", "done", "refusal"]


@dataclass
class Application:
    """What applying a piece needs at hand."""

    one: RosterImport
    by: Person
    now: datetime.datetime
    changes: list[RosterChange]
    said: dict[str, StagedStudent] = field(init=False)
    identities: dict[str, Identity] = field(init=False)
    last: dict[int, LastSaid] = field(init=False)
    places: placing.Places = field(init=False)

    def __post_init__(self) -> None:
        keys = [change.key for change in self.changes]
        self.said = {row.key: row for row in self.one.staged.filter(key__in=keys)}
        self.places = placing.Places(self.one.school, self.by, self.one.class_names)
        self.read()

    def read(self) -> None:
        """Anew, too: what was made for a change that was refused isn't there."""
        self.places.read()
        keys = [change.key for change in self.changes]
        held = Identity.objects.filter(namespace=self.one.namespace, value__in=keys)
        self.identities = {held.value: held for held in held.select_related("person")}
        rows = LastSaid.objects.filter(school=self.one.school, identity__in=held)
        self.last = {row.identity_id: row for row in rows}

    def of(self, change: RosterChange) -> StagedStudent:
        if change.key not in self.said:
            raise WaitedTooLong
        return self.said[change.key]


def say_yes(
    one: RosterImport,
    *,
    by: Person,
    also_leaving: bool = True,
    they_are_the_same: bool | None = None,
    now: datetime.datetime | None = None,
) -> RosterImport:
    """From now on the worker applies the set. Without `also_leaving` nobody is suspended, nor taken
    out of every class or group.

    Holds the rows of the school and of the import until commit. Raises a `Refusal`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        one = held_import(one.pk)
        if refusal := rules.why_not_close(one, now=now):
            raise refusal
        if they_are_the_same is None and one.asks_who_they_are:
            raise SayWhoTheyAre
        if not also_leaving:
            one.changes.filter(LOSSES).update(state=RosterChangeState.KEPT)
        one.state, one.told_by = ImportState.APPLYING, by
        one.also_leaving, one.they_are_the_same = also_leaving, bool(they_are_the_same)
        one.save()
        tasks.apply_on.enqueue(one.pk)
    return one


def apply_piece(pk: int, now: datetime.datetime | None = None) -> int:
    """Write the next changes, in one transaction, and have the worker go on; after the last one the
    import is over. A change that a rule forbids stays out and keeps its reason.

    Holds the rows of the school and of the import until commit. May run twice. Says how many.
    """
    now = now or timezone.now()
    with transaction.atomic():
        one = held_import(pk)
        if one.state != ImportState.APPLYING or one.told_by is None:
            return 0
        waiting = one.changes.filter(state=RosterChangeState.PROPOSED)
        changes = list(waiting.select_related("person")[:PIECE])
        hold_people(one, changes)
        application = Application(one, one.told_by, now, changes)
        for change in changes:
            _try(application, change)
        RosterChange.objects.bulk_update(changes, CHANGED)
        if waiting.exists():
            tasks.apply_on.enqueue(one.pk)
        else:
            _close(one, ImportState.APPLIED, one.told_by, now)
    return len(changes)


def set_aside(
    one: RosterImport, *, by: Person | None, now: datetime.datetime | None = None
) -> RosterImport:
    """Nothing of it is applied. Raises `NotWaiting`."""
    with transaction.atomic():
        one = held_import(one.pk)
        if one.state != ImportState.WAITING:
            raise NotWaiting
        one.changes.update(state=RosterChangeState.KEPT)
        one.changes.filter(kind=Kind.NEW).update(person=None)
        _close(one, ImportState.REFUSED, by, now or timezone.now())
    return one


def sweep(now: datetime.datetime) -> int:
    """Set aside what waited too long; have the worker go on with what it left. May run twice."""
    waiting = RosterImport.objects.filter(state=ImportState.WAITING)
    late = [one for one in waiting if rules.why_not_close(one, now=now)]
    for one in late:
        with suppress(NotWaiting):  # somebody said yes, or another tick was first
            set_aside(one, by=None, now=now)
    for state, task in (
        (ImportState.APPLYING, tasks.apply_on),
        (ImportState.UNDOING, tasks.undo_on),
    ):
        left = RosterImport.objects.filter(state=state).values_list("pk")
        jobs.enqueue_missing(task, left, now=now)
    return len(late)


def _close(
    one: RosterImport, state: ImportState, by: Person | None, now: datetime.datetime
) -> None:
    """What was staged goes: changes and accounts hold what is needed. New students who couldn't be
    entered have none: they are named for as long as the register says.
    """
    refused = one.changes.filter(kind=Kind.NEW, state=RosterChangeState.REFUSED)
    one.staged.exclude(key__in=refused.values("key")).delete()
    one.state, one.closed_at = state, now
    one.save(update_fields=["state", "closed_at"])
    log(
        instance=one.school,
        action=f"roster.{state}",
        user=by,
        data={"import": one.public_id, "changes": one.changes.count()},
    )


def _try(application: Application, change: RosterChange) -> None:
    refusal = _refusal(application, change)
    if isinstance(refusal, TakenMeanwhile):  # two schools, one login: the second looks again
        refusal = _refusal(application, change)
    if refusal is None:
        change.state, change.refusal = RosterChangeState.APPLIED, None
        return
    change.state, change.refusal, change.done = RosterChangeState.REFUSED, refusal.as_kept(), {}
    if change.kind == Kind.NEW:
        change.person = None


def _refusal(application: Application, change: RosterChange) -> Refusal | None:
    """Do it. None if it is done; else nothing of it is written."""
    try:
        with transaction.atomic():
            _WAYS[Kind(change.kind)](application, change)
    except (IntegrityError, LoginTaken):
        application.read()
        return TakenMeanwhile()
    except Refusal as refusal:
        application.read()
        return refusal
    return None


def _known(
    application: Application, change: RosterChange, *, gone: bool = False
) -> tuple[Person, LastSaid]:
    """The account of the key, and what was said of it in this school year. Only a student of the
    school today, as on its pages; or who is `gone`.
    """
    identity = application.identities.get(change.key)
    if identity is None or identity.person.erased_at or identity.pk not in application.last:
        raise NotFoundHere
    last, year = application.last[identity.pk], school_year(today())
    here = students_of([application.one.school]).filter(pk=identity.person_id, is_active=True)
    if not (gone and last.is_gone) and not here.exists():
        raise NotFoundHere
    last.school_class, last.groups = last.of_year(year)
    last.school_year = year
    return identity.person, last


def _places(
    application: Application, student: Person, *, whole: bool | None = None
) -> list[put_back.Place]:
    return put_back.places_of(student, application.one.school, today(), whole=whole)


def _move(application: Application, change: RosterChange) -> None:
    student, last = _known(application, change)
    said = application.of(change)
    before = _places(application, student, whole=True)
    placing.move(student, application.places, said.school_class)
    after = _places(application, student, whole=True)
    change.done = {"before": before, "after": after, "day": today().isoformat()}
    last.school_class = said.school_class
    last.save()


def _regroup(application: Application, change: RosterChange) -> None:
    student, last = _known(application, change)
    said = application.of(change)
    before = _places(application, student, whole=False)
    groups = application.places.not_classes(said.groups)
    placing.regroup(student, application.places, before=last.groups, after=groups)
    after = _places(application, student, whole=False)
    change.done = {"before": before, "after": after, "day": today().isoformat()}
    last.groups = groups
    last.save()


def _rename(application: Application, change: RosterChange) -> None:
    student, last = _known(application, change)
    said = application.of(change)
    change.done = placing.rename(student, said.given_name, said.family_name, application.by)
    change.done["mark"] = last.name_mark
    last.name_mark = name_mark(said.given_name, said.family_name)
    last.save()


def _restore(application: Application, change: RosterChange) -> None:
    student, last = _known(application, change, gone=True)
    said, places = application.of(change), application.places
    is_open = student.is_active and placing.belongs(student, application.one.school)
    change.done = {
        "was": last.school_class,
        "groups": last.groups,
        "opened": not is_open,
        "gone_at": last.gone_at.isoformat() if last.gone_at else None,
        "before": _places(application, student),
        "day": today().isoformat(),
    }
    placing.bring_back(
        student, application.one.school, application.by, application.now, as_if_never_gone=False
    )
    groups = places.not_classes(said.groups)
    placing.move(student, places, said.school_class)
    placing.regroup(student, places, before=last.groups, after=groups)
    change.done["after"] = _places(application, student)
    last.gone_at, last.school_class, last.groups = None, said.school_class, groups
    last.save()


def _suspend(application: Application, change: RosterChange) -> None:
    student, last = _known(application, change)
    school = application.one.school
    change.done = {"before": _places(application, student)}
    placing.leave(student, school, application.by, application.now)
    change.done |= {"after": _places(application, student), "is_open": student.is_active}
    last.gone_at = application.now
    last.save()


def _add(application: Application, change: RosterChange) -> None:
    said, places = application.of(change), application.places
    _free_key(application, change.key)
    is_the_same = bool(change.person_id) and application.one.they_are_the_same
    student = change.person if is_the_same else None
    if student:
        _still_the_same(application, student, said)
    else:
        student = _new_student(application, said)
    before = _places(application, student)
    groups = places.not_classes(said.groups)
    placing.regroup(student, places, before=(), after=groups)
    change.done = {
        "same": is_the_same,
        "before": before,
        "after": _places(application, student),
        "day": today().isoformat(),
    }
    identity = Identity.objects.create(
        person=student, namespace=application.one.namespace, value=change.key
    )
    application.identities[change.key] = identity
    LastSaid.objects.create(
        identity=identity,
        school=application.one.school,
        name_mark=name_mark(said.given_name, said.family_name),
        school_year=school_year(today()),
        school_class=said.school_class,
        groups=groups,
    )
    change.person = student


def _free_key(application: Application, key: str) -> None:
    """A key passes on from an account that belongs nowhere any more; the account stays as it is.
    Raises `KnownElsewhere`.
    """
    identity = application.identities.get(key)
    if identity is None:
        return
    if identity.person.is_active or placing.staying(identity.person).exists():
        raise KnownElsewhere
    identity.delete()
    del application.identities[key]


def _new_student(application: Application, said: StagedStudent) -> Person:
    school, by = application.one.school, application.by
    student = create_person(
        given_name=said.given_name, family_name=said.family_name, by=by, invited=False
    )
    memberships_service.join(person=student, organisation=school, role=Role.STUDENT, by=by)
    if said.school_class:
        to = application.places.get(said.school_class, is_class=True)
        classes.join_class(student=student, school_class=to, by=by)
    return student


def _still_the_same(application: Application, student: Person, said: StagedStudent) -> None:
    """As it was when the question was asked. Raises `NoMoreTheSame`."""
    school = application.one.school
    here = students_of([school]).filter(pk=student.pk, is_active=True)
    place = placing.class_today(student, school)
    if (
        not here.exists()
        or place is None
        or plain(place.name) != plain(said.school_class)
        or student.identities.filter(namespace=application.one.namespace).exists()
    ):
        raise NoMoreTheSame


_WAYS = {
    Kind.MOVED: _move,
    Kind.GROUPS: _regroup,
    Kind.RENAMED: _rename,
    Kind.RESTORED: _restore,
    Kind.NEW: _add,
    Kind.SUSPENDED: _suspend,
}
