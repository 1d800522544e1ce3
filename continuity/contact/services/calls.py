"""Calls to silent students and their families: taken by one person, noted, undone.

The student's row is the parent, held first: two who press at once come one after the other.
"""

import datetime
import uuid

from django.db import transaction
from django.utils import timezone

from continuity.contact.rules import (
    why_not_call_again,
    why_not_take,
    why_not_the_same,
    why_not_undo,
)
from continuity.contact.services.counts import count_anew
from continuity.enums import REACHED
from continuity.models import Call, PaperHandover
from continuity.models.contact import TAKEN_FOR
from courses.documents.values import keys_of_form
from courses.people.models import Person


def take(*, student: Person, by: Person, now: datetime.datetime | None = None) -> Call:
    """`by` is going to call, and nobody else needs to. Taken twice by one person is once. Holds the
    student's row until commit. Raises a `Refusal`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        return _open_call(student, by, now) or Call.objects.create(
            student=student, caller=by, taken_at=now
        )


def give_back(*, call: Call, now: datetime.datetime | None = None) -> None:
    """Its taker doesn't call after all. Given back twice is once; one that is noted stays."""
    now = now or timezone.now()
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=call.student_id)
        Call.objects.open().filter(pk=call.pk).update(given_back_at=now)


def note(
    *,
    student: Person,
    by: Person,
    result: str,
    key: uuid.UUID,
    next_on: datetime.date | None = None,
    now: datetime.datetime | None = None,
) -> Call:
    """What came of a call, taken before or not. The same key with the same words is the same call;
    with others, or once undone, it is refused.

    Who was reached needs no next call: `next_on` is left out. Holds the student's row until commit.
    Raises a `Refusal`.
    """
    now = now or timezone.now()
    next_on = None if result in REACHED else next_on
    keys = keys_of_form(key, student.pk, by.pk)
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=student.pk)
        if noted := Call.objects.filter(student=student, caller=by, key__in=keys).first():
            if refusal := why_not_the_same(noted, student=student, result=result, next_on=next_on):
                raise refusal
            return noted
        call = _open_call(student, by, now)
        if refusal := why_not_call_again(next_on, today=timezone.localdate(now)):
            raise refusal
        call = call or Call(student=student, caller=by, taken_at=now)
        call.result, call.next_on, call.noted_at, call.key = result, next_on, now, keys.own
        call.save()
        count_anew(by, timezone.localdate(now))
    return call


def undo(*, call: Call, by: Person, now: datetime.datetime | None = None) -> None:
    """As if it hadn't been noted. Undone twice is once. Holds the student's row until commit.
    Raises a `Refusal`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=call.student_id)
        call = Call.objects.get(pk=call.pk)
        if call.undone_at and call.caller_id == by.pk:
            return
        noted = Call.objects.noted().filter(student=call.student_id).select_related("caller")
        papers = PaperHandover.objects.filter(student=call.student_id, withdrawn_at__isnull=True)
        if refusal := why_not_undo(call, by=by, now=now, noted=noted, handovers=papers):
            raise refusal
        call.undone_at = now
        call.save(update_fields=["undone_at"])
        count_anew(by, timezone.localdate(now))


def _open_call(student: Person, by: Person, now: datetime.datetime) -> Call | None:
    """The one that `by` has taken. One of somebody else that has lapsed ends here.

    Locks the student's row. Raises a `Refusal` where somebody else calls.
    """
    Person.objects.select_for_update().get(pk=student.pk)
    held = Call.objects.filter(student=student).open().select_related("caller").first()
    if refusal := why_not_take(held, by=by, now=now):
        raise refusal
    if held and held.has_lapsed(now):
        held.given_back_at = held.taken_at + TAKEN_FOR
        held.save(update_fields=["given_back_at"])
        return None
    return held
