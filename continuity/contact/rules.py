"""Why a call can't be taken, noted or undone. Pure."""

import datetime
from collections.abc import Collection, Iterable

from continuity.contact.exceptions import (
    CalledByAnother,
    CallSavedOtherwise,
    CallWasUndone,
    NewerCallStands,
    NextCallNotToCome,
    NextCallTooFar,
    NotYoursToUndo,
    PaperStands,
    TooLateToUndoCall,
)
from continuity.models import Call, PaperHandover
from courses.exceptions import Refusal
from courses.people.models import Person

FARTHEST_NEXT_CALL = datetime.timedelta(days=30)


def why_not_take(open_call: Call | None, *, by: Person, now: datetime.datetime) -> Refusal | None:
    """Two people don't call the same family; who let a day go by doesn't keep others from it."""
    if open_call is None or open_call.caller_id == by.pk or open_call.has_lapsed(now):
        return None
    return CalledByAnother(name=open_call.caller.display_name)


def why_not_call_again(next_on: datetime.date | None, *, today: datetime.date) -> Refusal | None:
    if next_on is None:
        return None
    if next_on <= today:
        return NextCallNotToCome(day=next_on)
    if next_on > today + FARTHEST_NEXT_CALL:
        return NextCallTooFar(last=today + FARTHEST_NEXT_CALL)
    return None


def why_not_the_same(
    noted: Call, *, student: Person, result: str, next_on: datetime.date | None
) -> Refusal | None:
    """`noted`: with the key of the form that was sent again. The same words are the same call."""
    if noted.undone_at:
        return CallWasUndone()
    if (noted.student_id, noted.result, noted.next_on) != (student.pk, result, next_on):
        return CallSavedOtherwise(result=noted.get_result_display())
    return None


def why_not_undo(
    call: Call,
    *,
    by: Person,
    now: datetime.datetime,
    noted: Iterable[Call],
    handovers: Iterable[PaperHandover],
) -> Refusal | None:
    """`noted`: the student's calls that were made; `handovers`: their weeks on paper. What came
    after the call would keep the student out of the list: it stands in the way where it is newer, or
    where the person can take it back.
    """
    if call.caller_id != by.pk:
        return NotYoursToUndo()
    if call.noted_at is None or not call.can_be_undone(now):
        return TooLateToUndoCall()
    for other in noted:
        if other.pk != call.pk and other.noted_at and other.noted_at > call.noted_at:
            return NewerCallStands(name=other.caller.display_name)
    for handover in handovers:
        if handover.recorded_by_id == by.pk and handover.recorded_at > call.noted_at:
            return PaperStands(day=handover.handed_on)
    return None


def undoable(
    calls: Collection[Call],
    by: Person,
    now: datetime.datetime,
    handovers: Collection[PaperHandover] = (),
) -> Call | None:
    """The one of these that were made which the person may undo."""
    return next(
        (
            call
            for call in calls
            if why_not_undo(call, by=by, now=now, noted=calls, handovers=handovers) is None
        ),
        None,
    )
