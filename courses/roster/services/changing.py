"""Changes of a set are written, all of one kind at once: in as many statements as for one. What
undoing needs is kept with each.
"""

import datetime
import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import IntegrityError, transaction

from courses.exceptions import Refusal
from courses.people.models import Person, today
from courses.roster.enums import (
    ADDED,
    OF_GUARDIANS,
    OF_TEACHERS,
    RosterChangeKind,
    RosterChangeState,
)
from courses.roster.exceptions import OpenedForNobody, TakenMeanwhile
from courses.roster.models import LastSaid, RosterChange, RosterImport
from courses.roster.rules import name_mark
from courses.roster.services import adding, ages, changing_guardians, changing_teachers, placing
from courses.roster.services.application import (
    SAID,
    Application,
    PlacesOf,
    Refusals,
    Step,
    by_change,
    planned,
)
from courses.roster.services.saving import save_all

Kind = RosterChangeKind


def apply_all(
    one: RosterImport, changes: Sequence[RosterChange], by: Person, now: datetime.datetime
) -> None:
    """Write these changes in their order, kind by kind, and what became of each into `changes`, which
    aren't saved. Raises `IntegrityError` or a `Refusal` where it can't be done at once: then nothing
    of it is to be kept.
    """
    application = Application(one, by, now, changes)
    for _kind, group in itertools.groupby(changes, key=lambda change: change.kind):
        same = list(group)
        refused = _of_kind(application, same)
        if refused and placing.one_is_empty(application.places.opened):
            raise OpenedForNobody
        _answer(same, refused)


def apply_each(
    one: RosterImport, changes: Sequence[RosterChange], by: Person, now: datetime.datetime
) -> None:
    """The same one by one: who can't be is refused alone."""
    application = Application(one, by, now, changes)
    for change in changes:
        refusal = _refusal(application, change)
        if isinstance(refusal, TakenMeanwhile):  # two schools, one login: the second looks again
            refusal = _refusal(application, change)
        _answer([change], {change: refusal} if refusal else {})


def _refusal(application: Application, change: RosterChange) -> Refusal | None:
    """Do it. None if it is done; else nothing of it is written."""
    try:
        with transaction.atomic():
            for refusal in _of_kind(application, [change]).values():
                raise refusal
    except IntegrityError:
        application.read()
        return TakenMeanwhile()
    except Refusal as refusal:
        application.read()
        return refusal
    return None


def _answer(changes: Iterable[RosterChange], refused: Refusals) -> None:
    for change in changes:
        refusal = refused.get(change)
        if refusal is None:
            change.state, change.refusal = RosterChangeState.APPLIED, None
            continue
        change.state, change.refusal = RosterChangeState.REFUSED, refusal.as_kept()
        change.done = {}
        if change.kind in ADDED:
            change.person = None


def _of_kind(application: Application, changes: Sequence[RosterChange]) -> Refusals:
    """Write these changes of one kind. Gives those that a rule forbids, with the reason; of these
    nothing is written, apart from classes that were opened for them.
    """
    application.read_here()
    application.places.opened = []
    return _WAYS[Kind(changes[0].kind)](application, changes)


def _save_last(steps: Iterable[Step]) -> None:
    save_all([step.last for step in steps], SAID)


def _finish(
    application: Application, steps: Sequence[Step], refused: Refusals, before: PlacesOf, **of: Any
) -> list[Step]:
    """Keep where the students were and are with the changes that weren't refused; give these."""
    done = [step for step in steps if step.change not in refused]
    after = application.places_of([step.student for step in done], **of)
    for step in done:
        pk = step.student.pk
        step.change.done |= {"before": before[pk], "after": after[pk], "day": f"{today()}"}
    return done


def _move(application: Application, changes: Sequence[RosterChange]) -> Refusals:
    def plan(change: RosterChange) -> Step:
        student, last = application.known(change)
        said = application.of(change)
        return Step(change, student, last, said, to=application.class_of(said))

    steps, refused = planned(changes, plan)
    application.places.open_new()
    before = application.places_of([step.student for step in steps], whole=True)
    moved = placing.move({step.student: step.to for step in steps}, application.places)
    refused |= by_change(steps, moved)
    done = _finish(application, steps, refused, before, whole=True)
    for step in done:
        step.last.school_class = step.said.school_class
    _save_last(done)
    return refused


def _regroup(application: Application, changes: Sequence[RosterChange]) -> Refusals:
    def plan(change: RosterChange) -> Step:
        student, last = application.known(change)
        said = application.of(change)
        groups = application.groups_of(said)
        regrouping = application.regrouping(last.groups, groups)
        return Step(change, student, last, said, groups=groups, regrouping=regrouping)

    steps, refused = planned(changes, plan)
    application.places.open_new()
    before = application.places_of([step.student for step in steps], whole=False)
    refused |= by_change(steps, _regroup_all(application, steps))
    done = _finish(application, steps, refused, before, whole=False)
    for step in done:
        step.last.groups = list(step.groups)
    _save_last(done)
    return refused


def _regroup_all(application: Application, steps: Iterable[Step]) -> dict[Person, Refusal]:
    wishes = {step.student: step.regrouping for step in steps if step.regrouping}
    return placing.regroup(wishes, application.places)


def _rename(application: Application, changes: Sequence[RosterChange]) -> Refusals:
    def plan(change: RosterChange) -> Step:
        student, last = application.known(change)
        return Step(change, student, last, application.of(change))

    steps, refused = planned(changes, plan)
    names = {step.student: (step.said.given_name, step.said.family_name) for step in steps}
    done = placing.rename(names, application.by)
    for step in steps:
        step.change.done = done[step.student] | {"mark": step.last.name_mark}
        step.last.name_mark = name_mark(*names[step.student])
    _save_last(steps)
    return refused


def _restore(application: Application, changes: Sequence[RosterChange]) -> Refusals:
    school = application.one.school
    found = (application.identities.get(change.key) for change in changes)
    there = placing.staying(identity.person for identity in found if identity)

    def plan(change: RosterChange) -> Step:
        student, last = application.known(change, gone=True)
        said = application.of(change)
        if refusal := placing.why_not_bring_back(student, school, there[student.pk]):
            raise refusal
        to, groups = application.class_of(said), application.groups_of(said)
        regrouping = application.regrouping(last.groups, groups)
        return Step(change, student, last, said, to, groups, regrouping)

    steps, refused = planned(changes, plan)
    students = [step.student for step in steps]
    before = application.places_of(students)
    for step in steps:
        is_open = step.student.is_active and placing.is_student_of(school, there[step.student.pk])
        gone_at = step.last.gone_at
        step.change.done = {
            "was": step.last.school_class,
            "groups": step.last.groups,
            "opened": not is_open,
            "gone_at": gone_at.isoformat() if gone_at else None,
        }
    placing.bring_back(students, school, application.by, application.now, as_if_never_gone=False)
    application.places.open_new()
    moved = placing.move({step.student: step.to for step in steps}, application.places)
    for refusal in (moved | _regroup_all(application, steps)).values():
        raise refusal  # the account is open already: one by one, if at all
    done = _finish(application, steps, refused, before)
    for step in done:
        step.last.gone_at, step.last.school_class = None, step.said.school_class
        step.last.groups = list(step.groups)
    _save_last(done)
    return refused


def _suspend(application: Application, changes: Sequence[RosterChange]) -> Refusals:
    def plan(change: RosterChange) -> tuple[RosterChange, Person, LastSaid]:
        return (change, *application.known(change))

    steps, refused = planned(changes, plan)
    students = [student for _change, student, _last in steps]
    before = application.places_of(students)
    left = placing.leave(students, application.one.school, application.by, application.now)
    after = application.places_of(students)
    for change, student, last in steps:
        pk = student.pk
        is_open = left[pk].is_active
        change.done = {"before": before[pk], "after": after[pk], "is_open": is_open}
        last.gone_at = application.now
    save_all([last for _change, _student, last in steps], SAID)
    return refused


_WAYS: dict[Kind, Callable[[Application, Sequence[RosterChange]], Refusals]] = {
    Kind.MOVED: _move,
    Kind.GROUPS: _regroup,
    Kind.RENAMED: _rename,
    Kind.RESTORED: _restore,
    Kind.NEW: adding.add,
    Kind.SUSPENDED: _suspend,
    Kind.OF_AGE: ages.write,
    **dict.fromkeys(OF_TEACHERS, changing_teachers.write),
    **dict.fromkeys(OF_GUARDIANS, changing_guardians.write),
}
