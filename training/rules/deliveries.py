"""Delivery notes: made, checked, corrected."""

import datetime

from courses.dates import month_after
from courses.exceptions import Refusal
from courses.people.models import Person
from training.enums import DeliveryState
from training.exceptions import (
    AnswerWithoutWords,
    ContestWithoutReason,
    MonthErased,
    MonthHasOpenSheets,
    MonthNotOver,
    NoteAnsweredMeanwhile,
    NoteContestedMeanwhile,
    NoteFoundRight,
    NoteFoundRightMeanwhile,
    NoteIsReplaced,
    NoteNotContested,
    NoteThereAlready,
    NothingDelivered,
    NothingToCorrect,
    StaleNote,
)
from training.models import DeliveryNote
from training.register import period_of
from training.values import NOTE_AT_THE_LATEST, NOTE_FROM_DAY, Delivery


def why_not_deliver(delivery: Delivery, *, there: DeliveryNote | None) -> Refusal | None:
    """Why the first note of a provider's month can't be made."""
    if there:
        return NoteThereAlready(number=there.number)
    return None if delivery.dates else NothingDelivered()


def why_not_write_month(
    month: datetime.date,
    *,
    is_written: bool,
    has_open_sheets: bool,
    has_lost_lines: bool,
    today: datetime.date,
) -> Refusal | None:
    """Why a month's no-shows can't be written, for the first of all delivery notes: as soon as all sheets
    of the month are closed, whoever's, else from the tenth on; no more once the register erases their
    lines. Nor a later first note, then: dates to which no trainer came are erased with them.
    """
    from_day = month_after(month).replace(day=NOTE_AT_THE_LATEST)
    if today < month_after(month):
        return MonthNotOver(day=month_after(month))
    if has_lost_lines:
        return MonthErased(period=period_of("training.SheetLine").words)
    if has_open_sheets and not is_written and today < from_day:
        return MonthHasOpenSheets(day=from_day)
    return None


def is_month_settled(month: datetime.date, *, has_open_sheets: bool, today: datetime.date) -> bool:
    """Whether a month's numbers are written down by themselves: from the third of the next one on if
    all its sheets are closed, from the tenth on in any case.
    """
    from_day = NOTE_AT_THE_LATEST if has_open_sheets else NOTE_FROM_DAY
    return today >= month_after(month).replace(day=from_day)


def why_not_judge(note: DeliveryNote) -> Refusal | None:
    """Why the Region can't say any more that a note is right, or isn't."""
    return NoteIsReplaced(number=note.replacement.number) if note.replacement else None


def why_not_from_page(
    note: DeliveryNote, revision: str | None, *, by: Person, is_over: bool = False
) -> StaleNote | None:
    """Who judged or answered the note since a page showed it. `revision`: what its form sent; None where
    somebody acts from no page. `is_over`: the note takes no such press any more.
    """
    if revision in (None, note.revision):
        return None
    is_answered = note.state == DeliveryState.CONTESTED and note.answer
    who, at = (
        (note.answered_by, note.answered_at) if is_answered else (note.checked_by, note.checked_at)
    )
    if who is None:  # nobody has judged it
        return None
    kind: type[StaleNote] = NoteAnsweredMeanwhile if is_answered else NoteContestedMeanwhile
    if note.state == DeliveryState.RIGHT:
        kind = NoteFoundRightMeanwhile
    return kind(name=who.display_name, at=at, is_own=who == by, is_over=is_over)


def why_not_any_more(
    note: DeliveryNote, refusal: Refusal, *, revision: str | None, by: Person
) -> Refusal:
    """Which note replaced it, or who judged or answered it since a page showed it; else the `refusal`."""
    return why_not_judge(note) or why_not_from_page(note, revision, by=by, is_over=True) or refusal


def why_not_contest_note(note: DeliveryNote, reason: str) -> Refusal | None:
    return why_not_judge(note) or (None if reason else ContestWithoutReason())


def why_no_box(note: DeliveryNote, *, for_answer: bool) -> Refusal | None:
    """Why the note's page has no box for a contest, or for an answer to one."""
    if refusal := why_not_judge(note):
        return refusal
    if for_answer and note.state != DeliveryState.CONTESTED:
        return NoteNotContested()
    return None


def why_not_answer_note(note: DeliveryNote, words: str) -> Refusal | None:
    return why_no_box(note, for_answer=True) or (None if words else AnswerWithoutWords())


def why_not_correct_note(note: DeliveryNote, delivery: Delivery) -> Refusal | None:
    """`delivery`: what a corrected note would say."""
    if refusal := why_not_judge(note):
        return refusal
    if note.state == DeliveryState.RIGHT:
        return NoteFoundRight()
    return None if would_say_something_else(note, delivery) else NothingToCorrect()


def is_outdated(note: DeliveryNote, delivery: Delivery) -> bool:
    """Whether a note that was found right would say something else now. `delivery`: what a corrected note
    would say.
    """
    return note.state == DeliveryState.RIGHT and would_say_something_else(note, delivery)


def would_say_something_else(note: DeliveryNote, delivery: Delivery) -> bool:
    """`delivery`: what a corrected note would say."""
    return delivery.stands_on_it() != Delivery.from_json(note.content).stands_on_it()
