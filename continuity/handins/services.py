"""Handing in, photo by photo.

The student's row is the parent, held first: two taps, or two telephones, come one after the other.
"""

import contextlib
import datetime
import hashlib
import logging
import secrets
import uuid
from collections.abc import Iterator

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.db.models import Count, F
from django.db.models.fields.files import FieldFile
from django.utils import timezone

from continuity.enums import HandInState, PartKind, Returns
from continuity.handins import rules, tasks
from continuity.handins.exceptions import GoneMeanwhile, HandedInAlready, NotKept
from continuity.handins.queries import latest_answer
from continuity.handins.values import (
    MOST_MINUTES,
    MOST_PAGES,
    PDF_BYTES,
    PHOTO_BYTES,
    SOUND_BYTES,
    TEXT_CHARACTERS,
)
from continuity.homework.queries.due import due_dates_of
from continuity.homework.rules import is_asked_again
from continuity.models import Assignment, Feedback, HandIn, HandInPart
from courses.documents import services as documents
from courses.documents.exceptions import FileTooHeavy
from courses.documents.values import PDF
from courses.jobs import services as jobs
from courses.people.models import Person
from courses.people.models.classes import school_year
from courses.required import required

logger = logging.getLogger(__name__)
BOUND_BY_NOW = datetime.timedelta(minutes=5)
MEGABYTE = 1_000_000
BEGINNING = 64 * 1024  # bytes
QUARTER = 90  # degrees


def read(sent: File) -> bytes:
    """What was sent, unless it is too heavy to be a page: then its beginning says what it is.

    Raises a `Refusal`.
    """
    size = sent.size or 0
    if size > PHOTO_BYTES:
        documents.kind_of(sent.read(BEGINNING))
        raise FileTooHeavy(megabytes=-(-size // MEGABYTE), most=PHOTO_BYTES // MEGABYTE)
    return sent.read()


def add_part(
    *,
    assignment: Assignment,
    student: Person,
    key: uuid.UUID,
    content: bytes,
    expected: int | None = None,
    instead_of: HandInPart | None = None,
    now: datetime.datetime | None = None,
) -> HandInPart:
    """Receive one photo or PDF under its key: the same key again gives the part that is there
    already.

    `expected` is how many pages the phone will have sent in the end, `instead_of` a page that this
    one takes the place of. What is not fit to be read is refused before anything is kept. Holds the
    student's row. Raises a `Refusal`.
    """
    now = now or timezone.now()
    if already := _received(assignment, student, key):
        return already
    takes_sound = assignment.homework.returns == Returns.SOUND
    part = part_from_upload(content, key, student, takes_sound=takes_sound)
    with documents.kept_if_done(part.file), transaction.atomic():
        handins = hold_versions(assignment, student)
        if already := _received(assignment, student, key):
            forget_file(part.file)
            return already
        handin = begin_version(handins, assignment, student, now=now)
        _put(part, handin, instead_of, now=now)
        handin.touched_at = now
        if expected is not None:
            handin.expected_parts = max(expected, handin.parts.count())
        handin.save(update_fields=["touched_at", "expected_parts"])
    return part


def _put(
    part: HandInPart, handin: HandIn, instead_of: HandInPart | None, *, now: datetime.datetime
) -> None:
    """Behind the others, or in the place of one of them."""
    parts = list(handin.parts.all())
    left = next((one for one in parts if instead_of and one.pk == instead_of.pk), None)
    if instead_of and left is None:
        raise GoneMeanwhile
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
    """Another photo in the place of this one; the same photo again is one. Raises a `Refusal`."""
    handin = part.handin
    content = read(sent) if sent else b""
    key = uuid.uuid5(part.key, hashlib.sha256(content).hexdigest())
    return add_part(
        assignment=handin.assignment,
        student=handin.student,
        key=key,
        content=content,
        instead_of=part,
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


def keep_text(
    *,
    assignment: Assignment,
    student: Person,
    receipt_key: uuid.UUID,
    text: str,
    now: datetime.datetime | None = None,
) -> None:
    """What was written so far; the teacher sees it once it is handed in. A form that was handed in
    already begins nothing new.

    Raises a `Refusal`.
    """
    with transaction.atomic():
        handins = hold_versions(assignment, student)
        if _under(receipt_key, handins, assignment, student):
            return
        handin = begun_version(handins)
        is_new = not any(one.state == HandInState.HANDED_IN and one.text == text for one in handins)
        if handin is None and text and is_new:
            handin = begin_version(handins, assignment, student, now=now or timezone.now())
        if handin is not None and handin.text != text:
            handin.text = text[:TEXT_CHARACTERS]
            handin.save(update_fields=["text"])


def hand_in(
    *,
    assignment: Assignment,
    student: Person,
    receipt_key: uuid.UUID,
    text: str = "",
    expected: int | None = None,
    as_it_is: bool = False,
    now: datetime.datetime | None = None,
) -> HandIn:
    """Make what was put together the version that counts, with a number: the same `receipt_key`
    again gives the same hand-in.

    An earlier version is replaced and kept. `as_it_is`: although pages that the phone had announced
    haven't come. Holds the student's row, and the counter last. Raises a `Refusal`. The worker
    binds the pages afterwards.
    """
    now = now or timezone.now()
    with transaction.atomic():
        handins = hold_versions(assignment, student)
        if already := _under(receipt_key, handins, assignment, student):
            return already
        standing = next((one for one in handins if one.state == HandInState.HANDED_IN), None)
        is_redo = standing is not None and is_asked_again(latest_answer(assignment, student))
        if (
            standing
            and not is_asked_again(answer_to(standing))
            and text in ("", standing.text)
            and not begun_version(handins)
        ):
            raise HandedInAlready(number=standing.receipt_number)
        handin = begin_version(handins, assignment, student, now=now)
        parts = list(handin.parts.all())
        expected = None if as_it_is else expected or handin.expected_parts
        if refusal := rules.why_not_hand_in(
            assignment.homework.returns, parts=len(parts), text=text, expected=expected
        ):
            raise refusal
        if standing:
            standing.state = HandInState.REPLACED
            standing.save(update_fields=["state"])
        handin.state, handin.text = HandInState.HANDED_IN, text[:TEXT_CHARACTERS]
        handin.receipt_key = _own_key(receipt_key, assignment, student)
        handin.handed_in_at = handin.touched_at = now
        handin.student_name = student.display_name
        handin.is_late = not is_redo and due_dates_of(student).is_late(assignment, now)
        handin.pages = sum(part.pages for part in parts)
        handin.checksum = _checksum(parts, handin.text)
        handin.receipt_number = next_receipt_number(timezone.localdate(now))
        handin.save()
        if handin.pages:
            tasks.bind_photos.enqueue(handin.pk)
        if any(part.kind == PartKind.PDF for part in parts):
            tasks.draw_pages.enqueue(handin.pk)
    return handin


def next_receipt_number(day: datetime.date) -> str:
    """Such as 2026-27/000222, counted per school year. Holds the counter until commit."""
    year = school_year(day)
    return f"{year - 1}-{year % 100:02d}/{documents.next_number(f'handin-{year}'):06d}"


def begin_again(
    *, assignment: Assignment, student: Person, now: datetime.datetime | None = None
) -> HandIn:
    """A new version that begins with the pages of the one that was handed in; that one counts until
    the new one is handed in.

    Begun twice is begun once. Raises a `Refusal`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        handins = hold_versions(assignment, student)
        begun = begun_version(handins)
        if begun is not None:
            return begun
        handin = begin_version(handins, assignment, student, now=now)
        standing = next((one for one in handins if one.state == HandInState.HANDED_IN), None)
        if standing:
            handin.text = standing.text
            handin.save(update_fields=["text"])
            for part in standing.parts.all():
                part.pk, part.handin, part.key = None, handin, uuid.uuid4()
                part.public_id = HandInPart._meta.get_field("public_id").get_default()
                part._state.adding = True
                part.save()
    return handin


def drop(*, assignment: Assignment, student: Person) -> None:
    """Forget the version that was being put together."""
    with transaction.atomic():
        handin = begun_version(hold_versions(assignment, student))
        if handin is not None:
            for part in handin.parts.all():
                remove_part(part)
            handin.delete()


def bind_what_is_missing(now: datetime.datetime) -> int:
    """The sweep behind the worker: hand-ins that a killed worker, or a storage that didn't answer,
    left without their PDF.
    """
    missing = HandIn.objects.exclude(state=HandInState.COLLECTING).filter(
        pdf="", pdf_failed="", pages__gt=0
    )
    late = missing.filter(handed_in_at__lte=now - BOUND_BY_NOW).values_list("pk")
    return jobs.enqueue_missing(tasks.bind_photos, late, now=now)


def draw_what_is_missing(now: datetime.datetime) -> int:
    """The sweep behind the worker, for two days: PDFs whose pages have no pictures yet."""
    since, until = now - datetime.timedelta(days=2), now - BOUND_BY_NOW
    pdfs = HandInPart.objects.filter(
        kind=PartKind.PDF, handin__handed_in_at__gte=since, handin__handed_in_at__lte=until
    )
    missing = (
        pdfs.annotate(there=Count("drawn"))
        .filter(there__lt=F("pages"))
        .order_by()
        .values_list("handin")
        .distinct()
    )
    return jobs.enqueue_missing(tasks.draw_pages, missing, now=now)


def hold_versions(assignment: Assignment, student: Person) -> list[HandIn]:
    """All versions of the student's work, the student's row and theirs held until commit."""
    Person.objects.select_for_update(no_key=True).get(pk=student.pk)
    return list(
        HandIn.objects.select_for_update()
        .filter(assignment=assignment, student=student)
        .order_by("version")
    )


def _own_key(receipt_key: uuid.UUID, assignment: Assignment, student: Person) -> uuid.UUID:
    """Nobody takes another's."""
    return uuid.uuid5(receipt_key, f"{assignment.pk} {student.pk}")


def _under(
    receipt_key: uuid.UUID, handins: list[HandIn], assignment: Assignment, student: Person
) -> HandIn | None:
    """What this form was handed in as, if it was."""
    own = _own_key(receipt_key, assignment, student)
    return next((one for one in handins if one.receipt_key == own), None)


def begun_version(handins: list[HandIn]) -> HandIn | None:
    return next((one for one in handins if one.state == HandInState.COLLECTING), None)


def begin_version(
    handins: list[HandIn], assignment: Assignment, student: Person, *, now: datetime.datetime
) -> HandIn:
    """The version that is being put together, begun at the first call.

    Called with all held. Raises a `Refusal`.
    """
    standing = next((one for one in handins if one.state == HandInState.HANDED_IN), None)
    due_at = due_dates_of(student).of(assignment)
    if refusal := rules.why_not_begin(
        assignment.homework.returns, standing, answer_to(standing), due_at=due_at, now=now
    ):
        raise refusal
    version = max((one.version for one in handins), default=0) + 1
    return begun_version(handins) or HandIn.objects.create(
        assignment=assignment, student=student, version=version, begun_at=now, touched_at=now
    )


def answer_to(handin: HandIn | None) -> Feedback | None:
    return Feedback.objects.filter(handin=handin).first() if handin else None


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
    """In whichever version: an answer that was lost on its way is asked for again, also after the
    work was handed in.
    """
    return (
        HandInPart.objects.filter(handin__assignment=assignment, handin__student=student, key=key)
        .select_related("handin")
        .last()
    )


def part_from_upload(
    content: bytes, key: uuid.UUID, student: Person, *, takes_sound: bool
) -> HandInPart:
    """A part that isn't kept yet, fit to be read, with its file stored. Raises a `Refusal`."""
    part = HandInPart(key=key, checksum=hashlib.sha256(content).hexdigest())
    if takes_sound and documents.sounds_like_a_recording(content):
        fit, ending = _listened_to(part, content, student)
    else:
        fit, ending = _read_through(part, content, student)
    part.size_bytes = len(fit)
    name = f"{secrets.token_hex(16)}.{ending}"
    try:
        part.file.save(name, ContentFile(fit), save=False)
    except OSError as error:
        logger.exception("A photo couldn't be kept")
        forget_file(part.file, f"handin-parts/{name}")
        raise NotKept from error
    return part


def _read_through(part: HandInPart, content: bytes, student: Person) -> tuple[bytes, str]:
    """A photo or a PDF: what is kept of it, and its ending."""
    is_pdf = documents.kind_of(content) == PDF
    _weighed(content, PDF_BYTES if is_pdf else PHOTO_BYTES)
    if is_pdf:
        pdf = documents.look_into(content, most_pages=MOST_PAGES, person_id=student.pk)
        part.kind, part.pages = PartKind.PDF, pdf.pages
        return pdf.content, "pdf"
    picture = documents.upright(content, person_id=student.pk)
    part.kind, part.width, part.height = PartKind.PHOTO, picture.width, picture.height
    return picture.content, "jpg"


def _listened_to(part: HandInPart, content: bytes, student: Person) -> tuple[bytes, str]:
    """A recording, likewise."""
    _weighed(content, SOUND_BYTES)
    sound = documents.sound(content, most_minutes=MOST_MINUTES, person_id=student.pk)
    part.kind, part.pages, part.seconds = PartKind.SOUND, 0, sound.seconds
    return sound.content, sound.ending


def _weighed(content: bytes, most: int) -> None:
    if len(content) > most:
        raise FileTooHeavy(megabytes=-(-len(content) // MEGABYTE), most=most // MEGABYTE)


def remove_part(part: HandInPart) -> None:
    """The row, and its file once that is committed, unless another version shows the same page."""
    part.delete()
    documents.forget([part.file])


def forget_file(file: FieldFile, name: str = "") -> None:
    with contextlib.suppress(OSError):
        file.storage.delete(name or required(file.name))


def _checksum(parts: list[HandInPart], text: str) -> str:
    """Over the files as they were sent, in order, and the text: what the receipt shows."""
    told = hashlib.sha256()
    for part in parts:
        told.update(bytes.fromhex(part.checksum))
    told.update(text.encode())
    return told.hexdigest()
