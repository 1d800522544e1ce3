"""Why a call can't be taken, noted or undone. Pure."""

import datetime
from collections.abc import Iterable

from continuity.contact.exceptions import (
    CalledByAnother,
    CallSavedOtherwise,
    CallWasUndone,
    NextCallNotToCome,
    NextCallTooFar,
    NotYoursToUndo,
    TooLateToUndoCall,
)
from continuity.models import Call
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


def why_not_undo(call: Call, *, by: Person, now: datetime.datetime) -> Refusal | None:
    if call.caller_id != by.pk:
        return NotYoursToUndo()
    return None if call.can_be_undone(now) else TooLateToUndoCall()


def undoable(calls: Iterable[Call], by: Person, now: datetime.datetime) -> Call | None:
    """The newest of these that were made, if the person may undo it."""
    newest = next(iter(calls), None)
    return newest if newest and why_not_undo(newest, by=by, now=now) is None else None
