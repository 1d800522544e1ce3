"""Handing in: the text, the version that counts, its number; beginning again.

The student's row is the parent, held first: two taps, or two telephones, come one after the other.
"""

import datetime
import hashlib
import uuid

from django.db import transaction
from django.utils import timezone

from continuity.enums import HandInState, PartKind
from continuity.handins import rules, tasks
from continuity.handins.exceptions import HandedInAlready
from continuity.handins.queries import latest_answer
from continuity.handins.services.parts import remove_part
from continuity.handins.services.versions import (
    answer_to,
    begin_version,
    begun_version,
    handed_in_under,
    hold_versions,
    hold_work,
    standing_version,
    take_along,
)
from continuity.handins.values import TEXT_CHARACTERS
from continuity.homework.queries.due import due_dates_of
from continuity.homework.rules import is_asked_again
from continuity.models import Assignment, HandIn, HandInPart
from courses.documents import services as documents
from courses.documents.values import form_key
from courses.people.models import Person
from courses.people.models.classes import school_year


class WrittenSince(Exception):
    """The form was handed in already and something was added since, its answer having been lost on the
    way; or other work was handed in since, from another device. What the form brings is kept as a
    version that isn't handed in.
    """

    def __init__(self, handin: HandIn):
        super().__init__(handin.receipt_number)
        self.handin = handin


def keep_text(
    *,
    assignment: Assignment,
    student: Person,
    receipt_key: uuid.UUID,
    text: str,
    replaces: str | None = None,
    now: datetime.datetime | None = None,
) -> None:
    """Save the text as a draft; the teacher sees it once it is handed in. A form that was already
    handed in changes nothing, unless the student wrote on: a new version begins with its pages. So
    does one that doesn't know of the work that stands (`replaces`, see `hand_in`).

    Raises a `Refusal`.
    """
    with transaction.atomic():
        assignment, handins = hold_work(assignment, student)
        already = _unreplaced(handins, receipt_key, replaces)
        _keep(handins, already, assignment, student, text, now=now or timezone.now())


def _keep(
    handins: list[HandIn],
    already: HandIn | None,
    assignment: Assignment,
    student: Person,
    text: str,
    *,
    now: datetime.datetime,
) -> HandIn | None:
    """Return the version that is being put together, if there is one then."""
    handin = begun_version(handins)
    if already and _says_nothing_new(handins, already, text):
        return handin
    is_new = not any(one.state == HandInState.HANDED_IN and one.text == text for one in handins)
    if handin is None and text and is_new:
        handin = begin_version(handins, assignment, student, now=now)
        if already:
            take_along(handins, handin)
    if handin is not None and handin.text != text:
        handin.text = text[:TEXT_CHARACTERS]
        handin.save(update_fields=["text"])
    return handin


def hand_in(
    *,
    assignment: Assignment,
    student: Person,
    receipt_key: uuid.UUID,
    text: str = "",
    replaces: str | None = None,
    expected: int | None = None,
    as_it_is: bool = False,
    now: datetime.datetime | None = None,
) -> HandIn:
    """Make what was put together the version that counts, with a number: the same `receipt_key`
    again gives the same hand-in, and if something was added since it is kept (see `keep_text`), and
    raises `WrittenSince`: only a press that knows of the hand-in replaces it. `replaces` is the
    public id of what stood when the form was shown, "" if nothing did: what stands instead, handed
    in from another device since, isn't replaced either. Without it, whatever stands is.

    An earlier version is replaced and kept. `as_it_is`: although pages that the phone had announced
    haven't come. Holds the student's row, and the counter last. Raises a `Refusal`. The worker
    binds the pages afterwards.
    """
    now = now or timezone.now()
    with transaction.atomic():
        assignment, handins = hold_work(assignment, student)
        already = _unreplaced(handins, receipt_key, replaces)
        if already is None:
            return _hand_in(
                handins,
                assignment,
                student,
                receipt_key,
                text,
                expected,
                as_it_is=as_it_is,
                now=now,
            )
        begun = _keep(handins, already, assignment, student, text, now=now)
    if begun is None:
        return already
    raise WrittenSince(standing_version(handins) or already)


def _unreplaced(
    handins: list[HandIn], receipt_key: uuid.UUID, replaces: str | None
) -> HandIn | None:
    """The version that this form was handed in as, or the one that stands and that the form doesn't
    know. None if a press of the form makes the version that counts.
    """
    standing = standing_version(handins)
    is_known = standing is None or replaces in (None, standing.public_id)
    return handed_in_under(receipt_key, handins) or (None if is_known else standing)


def _hand_in(
    handins: list[HandIn],
    assignment: Assignment,
    student: Person,
    receipt_key: uuid.UUID,
    text: str,
    expected: int | None,
    *,
    as_it_is: bool,
    now: datetime.datetime,
) -> HandIn:
    """The first press of its form. Called with all held. Raises a `Refusal`."""
    standing = standing_version(handins)
    is_redo = standing is not None and is_asked_again(latest_answer(assignment, student))
    if standing and not begun_version(handins) and _adds_nothing(standing, text):
        raise HandedInAlready(number=standing.receipt_number)
    handin = begin_version(handins, assignment, student, now=now)
    parts = list(handin.parts.all())
    expected = None if as_it_is else expected or handin.expected_parts
    if refusal := rules.why_not_hand_in(
        assignment.homework.returns, parts=len(parts), text=text, expected=expected
    ):
        raise refusal
    for earlier in handins:
        if earlier.state == HandInState.HANDED_IN:
            earlier.state = HandInState.REPLACED
            earlier.save(update_fields=["state"])
    handin.state, handin.text = HandInState.HANDED_IN, text[:TEXT_CHARACTERS]
    handin.receipt_key = form_key(receipt_key, assignment.pk, student.pk)
    handin.handed_in_at = handin.touched_at = now
    handin.student_name = student.display_name
    handin.is_late = not is_redo and due_dates_of(student).is_work_late(assignment, now)
    handin.pages = sum(part.pages for part in parts)
    handin.checksum = _checksum(parts, handin.text)
    handin.receipt_number = next_receipt_number(timezone.localdate(now))
    handin.save()
    if handin.pages:
        tasks.bind_photos.enqueue(handin.pk)
    if any(part.kind == PartKind.PDF for part in parts):
        tasks.draw_pages.enqueue(handin.pk)
    return handin


def _adds_nothing(standing: HandIn, text: str) -> bool:
    """Whether the text isn't new and nobody asked for the work again."""
    return text in ("", standing.text) and not is_asked_again(answer_to(standing))


def next_receipt_number(day: datetime.date) -> str:
    """The next receipt number, such as 2026-27/000222, counted per school year. Holds the counter
    until commit.
    """
    year = school_year(day)
    return f"{year - 1}-{year % 100:02d}/{documents.next_number(f'handin-{year}'):06d}"


def begin_again(
    *, assignment: Assignment, student: Person, now: datetime.datetime | None = None
) -> HandIn:
    """Begin a new version with the pages of the one that was handed in. The earlier one counts
    until the new one is handed in.

    Idempotent. Raises a `Refusal`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        assignment, handins = hold_work(assignment, student)
        begun = begun_version(handins)
        if begun is not None:
            return begun
        handin = begin_version(handins, assignment, student, now=now)
        take_along(handins, handin)
    return handin


def drop(*, assignment: Assignment, student: Person) -> None:
    """Forget the version that was being put together."""
    with transaction.atomic():
        handin = begun_version(hold_versions(assignment, student))
        if handin is not None:
            for part in handin.parts.all():
                remove_part(part)
            handin.delete()


def _says_nothing_new(handins: list[HandIn], already: HandIn, text: str) -> bool:
    """True if the text is that of the version of this form, or of the one that stands."""
    counts = [one.text for one in handins if one.state == HandInState.HANDED_IN]
    return text[:TEXT_CHARACTERS] in ("", already.text, *counts)


def _checksum(parts: list[HandInPart], text: str) -> str:
    """Over the files as they were sent, in order, and the text: what the receipt shows."""
    told = hashlib.sha256()
    for part in parts:
        told.update(bytes.fromhex(part.checksum))
    told.update(text.encode())
    return told.hexdigest()
