"""A person says yes, and the worker applies the set piece by piece; or they set it aside.

Each piece is one transaction: one of a whole school would hold a small database for seconds.
What a killed worker left undone is taken up again (`sweep`).
"""

import datetime
from collections.abc import Collection, Mapping
from contextlib import suppress
from functools import partial

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from wagtail.log_actions import log

from courses.jobs import services as jobs
from courses.people.models import Person
from courses.people.permissions import leads
from courses.roster import rules, tasks
from courses.roster.enums import ADDED, OF_LEADERS, ImportState, RosterChangeKind, RosterChangeState
from courses.roster.exceptions import NotWaiting, SayWhoTheyAre
from courses.roster.exceptions.guardians import SayWhoGuardiansAre
from courses.roster.models import RosterImport
from courses.roster.services import asking, changing, delta_bases, other_directories
from courses.roster.services.holding import held_import
from courses.roster.services.pieces import write_piece
from courses.roster.services.saving import save_all
from courses.roster.values import PIECE

Kind = RosterChangeKind
LOSSES = Q(kind__in=[Kind.SUSPENDED, Kind.TEACHER_LEFT, Kind.GUARDIAN_ENDED]) | Q(
    kind__in=[Kind.MOVED, Kind.GROUPS, Kind.TEACHES], after=[]
)
CHANGED = ["state", "person", "done", "refusal"]


def say_yes(
    one: RosterImport,
    *,
    by: Person,
    also_leaving: bool = True,
    they_are_the_same: bool | None = None,
    guardians_are_the_same: bool | None = None,
    teachers: Mapping[int, str] | None = None,
    others: Collection[int] = (),
    students: Mapping[int, str] | None = None,
    now: datetime.datetime | None = None,
) -> RosterImport:
    """From now on the worker applies the set. Without `also_leaving` nobody is suspended, nor taken
    out of every class or group, and no guardian is ended. What it says of teachers, guardians and of
    age is applied with a leader's yes alone; `teachers`: whether a new one owns the account of a
    change, by the change's key (`TeacherAnswer`).
    `others`, `students`: as `other_directories.keep_answers` has them.

    Holds the rows of the school and of the import until commit. Raises a `Refusal`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        one = held_import(one.pk)
        if refusal := rules.why_not_close(one, now=now):
            raise refusal
        if they_are_the_same is None and one.asks_who_they_are:
            raise SayWhoTheyAre
        if not leads(by, one.school):
            one.changes.filter(kind__in=OF_LEADERS).update(state=RosterChangeState.KEPT)
            one.changes.filter(kind__in=[Kind.TEACHER_NEW, Kind.GUARDIAN_NEW]).update(person=None)
        else:
            asking.keep_answers(one, teachers or {})
            if guardians_are_the_same is None and one.asks_of_guardians:
                raise SayWhoGuardiansAre
        if not also_leaving:
            one.changes.filter(LOSSES).update(state=RosterChangeState.KEPT)
        one.they_are_the_same = other_directories.keep_answers(
            one, they_are_the_same=bool(they_are_the_same), others=others, answers=students or {}
        )
        other_directories.take_over(one)
        one.state, one.told_by = ImportState.APPLYING, by
        one.also_leaving = also_leaving
        one.guardians_are_the_same = bool(guardians_are_the_same)
        one.save()
        tasks.apply_on.enqueue(one.pk)
    return one


def apply_piece(pk: int, now: datetime.datetime | None = None, at_once: int = PIECE) -> int:
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
        changes = write_piece(
            one,
            waiting.select_related("person"),
            at_once=at_once,
            together=partial(changing.apply_all, one, by=one.told_by, now=now),
            one_by_one=partial(changing.apply_each, one, by=one.told_by, now=now),
        )
        save_all(changes, CHANGED)
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
        one.changes.filter(kind__in=ADDED).update(person=None)
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
    refused = one.changes.filter(kind__in=ADDED, state=RosterChangeState.REFUSED).values("key")
    one.staged.exclude(key__in=refused).delete()
    if one.says_teachers:
        one.staged_teachers.exclude(key__in=refused).delete()
    if one.says_guardians:
        one.staged_guardians.exclude(key__in=refused).delete()
    one.state, one.closed_at = state, now
    if state == ImportState.REFUSED:
        one.base = {}
    else:
        delta_bases.keep_base(one)
    one.save(update_fields=["state", "closed_at", "base"])
    log(
        instance=one.school,
        action=f"roster.{state}",
        user=by,
        data={"import": one.public_id, "changes": one.changes.count()},
    )
