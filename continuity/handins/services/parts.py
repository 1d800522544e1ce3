"""The parts of a hand-in, photo by photo: added, taken again, turned, moved, removed.

The student's row is the parent, held first: two taps, or two telephones, come one after the other.
"""

import contextlib
import datetime
import hashlib
import uuid
from collections.abc import Iterable, Iterator

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from continuity.enums import HandInState
from continuity.handins import rules
from continuity.handins.exceptions import GoneMeanwhile
from continuity.handins.queries import versions_of
from continuity.handins.services.uploads import forget_file, part_from_upload, read
from continuity.handins.services.versions import (
    begin_version,
    begun_version,
    handed_in_under,
    hold_versions,
    hold_work,
    take_along,
)
from continuity.handins.values import SentFiles
from continuity.models import Assignment, HandIn, HandInPart
from courses.documents import services as documents
from courses.documents.exceptions import FileRefused
from courses.people.models import Person

QUARTER = 90  # degrees


def add_part(
    *,
    assignment: Assignment,
    student: Person,
    key: uuid.UUID,
    content: bytes,
    expected: int | None = None,
    instead_of: str = "",
    receipt_key: uuid.UUID | None = None,
    now: datetime.datetime | None = None,
) -> HandInPart:
    """Receive one photo or PDF under its key. Idempotent by key.

    `expected` is how many pages the phone will have sent in the end, `instead_of` the public id of
    a page that this one replaces, `receipt_key` that of the form in which it was chosen: if the
    form was handed in meanwhile, the page comes to those that were. An unreadable file is refused
    before anything is stored. Holds the student's row. Raises a `Refusal`.
    """
    now = now or timezone.now()
    if already := _received(assignment, student, key):
        return already
    part = part_from_upload(content, key, student, takes_sound=assignment.homework.takes_sound)
    with documents.kept_if_done(part.file), transaction.atomic():
        assignment, handins = hold_work(assignment, student)
        if already := _received(assignment, student, key):
            forget_file(part.file)
            return already
        is_new = begun_version(handins) is None
        handin = begin_version(handins, assignment, student, now=now)
        if is_new and receipt_key and handed_in_under(receipt_key, handins):
            take_along(handins, handin)
        _put(part, handin, _page(handins, handin, instead_of) if instead_of else None, now=now)
        handin.touched_at = now
        if expected is not None:
            handin.expected_parts = max(expected, handin.parts.count())
        handin.save(update_fields=["touched_at", "expected_parts"])
    return part


def add_files(
    *,
    assignment: Assignment,
    student: Person,
    receipt_key: uuid.UUID,
    files: Iterable[tuple[uuid.UUID, File]],
) -> SentFiles:
    """Receive the files of one form, each under its key; one that is refused leaves the others.

    Raises a `Refusal` that isn't about a file.
    """
    sent = SentFiles()
    for key, file in files:
        name = file.name or ""
        try:
            add_part(
                assignment=assignment,
                student=student,
                key=key,
                content=read(file, takes_sound=assignment.homework.takes_sound),
                receipt_key=receipt_key,
            )
        except FileRefused as refusal:
            sent.refused.append((name, refusal))
        else:
            sent.arrived.append(name)
    return sent


def _page(handins: list[HandIn], handin: HandIn, public_id: str) -> HandInPart:
    """The page of this version with the id, or the copy of one that was handed in: both lie over the
    same file. Raises `GoneMeanwhile`.
    """
    named = HandInPart.objects.filter(handin__in=[handin, *handins], public_id=public_id).first()
    page = handin.parts.filter(file=named.file).first() if named else None
    if page is None:
        raise GoneMeanwhile
    return page


def _put(
    part: HandInPart, handin: HandIn, left: HandInPart | None, *, now: datetime.datetime
) -> None:
    """Place the part behind the others, or instead of one of them."""
    parts = list(handin.parts.all())
    others = [one for one in parts if one != left]
    pages = sum(one.pages for one in others) + part.pages
    if refusal := rules.why_not_add(
        handin.assignment.homework.returns, parts=len(others) + 1, pages=pages
    ):
        raise refusal
    part.handin, part.received_at = handin, now
    part.position = left.position if left else max([one.position for one in parts], default=0) + 1
    if left:
        remove_part(left)
    part.save()


def retake(
    *, part: HandInPart, sent: File | None, now: datetime.datetime | None = None
) -> HandInPart:
    """Replace this photo by another. Idempotent for the same photo. Raises a `Refusal`."""
    handin = part.handin
    takes_sound = handin.assignment.homework.takes_sound
    content = read(sent, takes_sound=takes_sound) if sent else b""
    key = uuid.uuid5(part.key, hashlib.sha256(content).hexdigest())
    return add_part(
        assignment=handin.assignment,
        student=handin.student,
        key=key,
        content=content,
        instead_of=part.public_id,
        now=now,
    )


def turn(*, part: HandInPart) -> HandInPart:
    """A quarter clockwise."""
    with _open(part) as (_handin, part):
        part.turned = (part.turned + QUARTER) % 360
        part.save(update_fields=["turned"])
    return part


def move_earlier(*, part: HandInPart) -> HandInPart:
    """One place towards the beginning."""
    with _open(part) as (handin, part):
        parts = list(handin.parts.all())
        at = parts.index(part)
        parts.insert(max(0, at - 1), parts.pop(at))
        for position, one in enumerate(parts, 1):
            one.position = position
        HandInPart.objects.bulk_update(parts, ["position"])
    return part


def remove(*, part: HandInPart) -> None:
    with _open(part) as (handin, part):
        remove_part(part)
        if handin.expected_parts:
            handin.expected_parts -= 1
            handin.save(update_fields=["expected_parts"])


@contextlib.contextmanager
def _open(part: HandInPart) -> Iterator[tuple[HandIn, HandInPart]]:
    """The part and its hand-in, held, while the work is still being put together.

    Raises `GoneMeanwhile`.
    """
    with transaction.atomic():
        found = HandInPart.objects.select_related("handin").filter(pk=part.pk).first()
        if found is None:
            raise GoneMeanwhile
        handins = hold_versions(found.handin.assignment, found.handin.student)
        handin = next(one for one in handins if one.pk == found.handin_id)
        held = handin.parts.filter(pk=part.pk).first()
        if held is None or handin.state != HandInState.COLLECTING:
            raise GoneMeanwhile
        yield handin, held


def _received(assignment: Assignment, student: Person, key: uuid.UUID) -> HandInPart | None:
    """The part with this key in any version, or None: the phone may ask again for a lost answer,
    also after the work was handed in.
    """
    return (
        HandInPart.objects.filter(handin__in=versions_of(assignment, student), key=key)
        .select_related("handin")
        .last()
    )


def remove_part(part: HandInPart) -> None:
    """The row, and its file once that is committed, unless another version shows the same page."""
    part.delete()
    documents.forget([part.file])
