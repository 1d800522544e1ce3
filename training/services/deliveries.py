"""Delivery notes: made when a month is over, checked by the Region, corrected by another note."""

import datetime
import logging

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from courses.dates import month_before
from courses.documents.services import next_number
from courses.jobs import services as jobs
from courses.people.models import Organisation, Person
from training import tasks
from training.enums import DeliveryState
from training.models import DeliveryNote, MonthNoShows
from training.queries.deliveries import (
    CountedDelivery,
    corrected_delivery,
    delivery_of,
    providers_without_note,
)
from training.queries.month_sheets import closed_sheets_in, has_lost_lines, has_open_sheets
from training.rules import (
    is_month_settled,
    why_not_answer_note,
    why_not_any_more,
    why_not_contest_note,
    why_not_correct_note,
    why_not_deliver,
    why_not_from_page,
    why_not_judge,
    why_not_write_month,
)
from training.services import no_shows

logger = logging.getLogger(__name__)

MONTHS_MADE_UP_FOR = 2  # by themselves, if no tick ran; an officer asks for older ones
DRAWN_BY_NOW = datetime.timedelta(minutes=5)


def make_due(now: datetime.datetime) -> int:
    """The sweep: notes of months that are settled, of all providers together, since their numbers of
    people have one pattern; return how many were made.
    """
    today, made = timezone.localdate(now), 0
    month = month_before(today)
    for _back in range(MONTHS_MADE_UP_FOR):
        is_open = has_open_sheets(month)
        is_settled = is_month_settled(month, has_open_sheets=is_open, today=today)
        for provider in providers_without_note(month) if is_settled else []:
            if not closed_sheets_in(month, provider).exists():
                continue
            try:
                make(provider=provider, month=month, now=now)
                made += 1
            except Exception:  # the providers behind it get theirs all the same
                logger.exception("the delivery note of %s could not be made", provider.public_id)
        month = month_before(month)
    return made


def make(
    *,
    provider: Organisation,
    month: datetime.date,
    by: Person | None = None,
    now: datetime.datetime | None = None,
) -> DeliveryNote:
    """Make the first note of a provider's month, from the sheets that are closed. `by`: the officer
    who didn't wait for the tick.

    The month's no-shows are written before it, by whose pattern it hides numbers of people. Holds the
    resources until they are, the provider, and the counter last. Raises a `Refusal`. Its file is drawn by
    the worker.
    """
    now = now or timezone.now()
    with transaction.atomic():
        if refusal := why_not_write_month(
            month,
            is_written=MonthNoShows.objects.filter(month=month).exists(),
            has_open_sheets=has_open_sheets(month),
            has_lost_lines=has_lost_lines(month, now),
            today=timezone.localdate(now),
        ):
            raise refusal
        no_shows.close_month(month, now)
        provider = Organisation.objects.select_for_update().get(pk=provider.pk)
        counted = delivery_of(provider, month)
        there = DeliveryNote.objects.of_month(provider, month).last()
        if refusal := why_not_deliver(counted.content, there=there):
            raise refusal
        note = _write(counted, provider=provider, month=month, now=now)
        if by:
            log(instance=note, action="training.make_delivery_note", user=by)
    return note


def correct(
    *,
    note: DeliveryNote,
    by: Person,
    revision: str | None = None,
    now: datetime.datetime | None = None,
) -> DeliveryNote:
    """Make the note that replaces it, from the sheets as they are now. Raises a `Refusal`, also where
    it would say the same, and a `StaleNote`: who presses has read the contest or answer that it ends.
    """
    now = now or timezone.now()
    with transaction.atomic():
        provider = Organisation.objects.select_for_update().get(pk=note.provider_id)
        note = _locked(note)
        counted = corrected_delivery(note)
        if refusal := why_not_correct_note(note, counted.content):
            raise why_not_any_more(note, refusal, revision=revision, by=by)
        if refusal := why_not_from_page(note, revision, by=by):
            raise refusal
        made = _write(counted, provider=provider, month=note.month, now=now, replaces=note)
        log(instance=made, action="training.correct_delivery_note", user=by)
    return made


def _write(
    counted: CountedDelivery,
    *,
    provider: Organisation,
    month: datetime.date,
    now: datetime.datetime,
    replaces: DeliveryNote | None = None,
) -> DeliveryNote:
    year = timezone.localdate(now).year
    note = DeliveryNote.objects.create(
        number=f"{year}-{next_number(f'delivery-note-{year}'):04d}",
        provider=provider,
        month=month,
        version=replaces.version + 1 if replaces else 1,
        content=counted.content.made_on(timezone.localdate(now)).as_json(),
        issued_at=now,
        replaces=replaces,
    )
    note.leaders.set(counted.leaders)
    tasks.draw_delivery_note.enqueue(note.pk)
    return note


def find_right(
    *,
    note: DeliveryNote,
    by: Person,
    revision: str | None = None,
    now: datetime.datetime | None = None,
) -> None:
    """The officer held it against the invoice, and it is right. `revision`: that of the page on which it
    was pressed, for `contest` and `answer` as well. What was contested last stays. Idempotent.
    Raises a `Refusal`, also a `StaleNote`.
    """
    with transaction.atomic():
        note = _locked(note)
        if refusal := why_not_judge(note):
            raise refusal
        if note.state == DeliveryState.RIGHT:
            return
        if refusal := why_not_from_page(note, revision, by=by):
            raise refusal
        _judge(note, DeliveryState.RIGHT, note.reason, by=by, now=now)


def contest(
    *,
    note: DeliveryNote,
    reason: str,
    by: Person,
    revision: str | None = None,
    now: datetime.datetime | None = None,
) -> None:
    """The officer says what isn't right: training planners read it, correct the sheets and make the
    corrected note. Idempotent until it is answered. Raises a `Refusal`.
    """
    with transaction.atomic():
        note = _locked(note)
        if refusal := why_not_contest_note(note, reason):
            raise refusal
        if note.state == DeliveryState.CONTESTED and (note.reason, note.answer) == (reason, ""):
            return
        if refusal := why_not_from_page(note, revision, by=by):
            raise refusal
        _judge(note, DeliveryState.CONTESTED, reason, by=by, now=now)


def answer(
    *,
    note: DeliveryNote,
    words: str,
    by: Person,
    revision: str | None = None,
    now: datetime.datetime | None = None,
) -> None:
    """A training planner says why a contested note stays as it is, or what becomes of it: the officer
    reads it with the note, and checks once more. Idempotent. Raises a `Refusal`.
    """
    with transaction.atomic():
        note = _locked(note)
        if refusal := why_not_answer_note(note, words):
            raise why_not_any_more(note, refusal, revision=revision, by=by)
        if note.answer == words:
            return
        if refusal := why_not_from_page(note, revision, by=by):
            raise refusal
        note.answer, note.answered_at, note.answered_by = words, now or timezone.now(), by
        note.save(update_fields=["answer", "answered_at", "answered_by"])
        log(
            instance=note,
            action="training.answer_delivery_note",
            user=by,
            timestamp=note.answered_at,
            data={"answer": words},
        )


def _locked(note: DeliveryNote) -> DeliveryNote:
    """What it leads to is read by later statements. PostgreSQL joins to a row for which it had to wait
    what was there before: no successor, and nobody who judged it.
    """
    return DeliveryNote.objects.select_for_update().get(pk=note.pk)


def _judge(
    note: DeliveryNote,
    state: DeliveryState,
    reason: str,
    *,
    by: Person,
    now: datetime.datetime | None,
) -> None:
    note.state, note.reason = state, reason
    note.checked_at, note.checked_by = now or timezone.now(), by
    fields = ["state", "reason", "checked_at", "checked_by"]
    if state == DeliveryState.CONTESTED:  # again: what was answered before stays in the log
        note.answer, note.answered_at, note.answered_by = "", None, None
        fields += ["answer", "answered_at", "answered_by"]
    note.save(update_fields=fields)
    log(
        instance=note,
        action="training.check_delivery_note",
        user=by,
        timestamp=note.checked_at,
        data={"state": str(state), "reason": reason},
    )


def draw_what_is_missing(now: datetime.datetime) -> None:
    """The sweep behind the worker: notes that a killed one, or a machine without Pango, left undrawn."""
    missing = DeliveryNote.objects.filter(drawn_at=None, issued_at__lte=now - DRAWN_BY_NOW)
    jobs.enqueue_missing(tasks.draw_delivery_note, missing.values_list("pk"))
