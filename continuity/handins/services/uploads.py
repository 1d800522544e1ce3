"""Checks of an uploaded file: its size, its kind, and the part made of it."""

import contextlib
import hashlib
import logging
import secrets
import uuid

from django.core.files.base import ContentFile, File
from django.db.models.fields.files import FieldFile

from continuity.enums import PartKind
from continuity.handins.exceptions import NotKept
from continuity.handins.values import MOST_MINUTES, MOST_PAGES, PDF_BYTES, PHOTO_BYTES, SOUND_BYTES
from continuity.models import HandInPart
from courses.documents import services as documents
from courses.documents.exceptions import (
    FileTooHeavy,
    FilmForSound,
    FilmNotTaken,
    KindNotTaken,
    KindNotTakenForSound,
    SoundTooHeavy,
)
from courses.documents.values import PDF
from courses.people.models import Person
from courses.required import required

logger = logging.getLogger(__name__)
MEGABYTE = 1_000_000
BEGINNING = 64 * 1024  # bytes


def read(sent: File, *, takes_sound: bool) -> bytes:
    """Return the content of an upload. Above `PHOTO_BYTES` it is refused, by the kind that its
    first bytes show or by its size.

    Raises a `Refusal`.
    """
    size = sent.size or 0
    if size > PHOTO_BYTES:
        beginning = sent.read(BEGINNING)
        if takes_sound and documents.sounds_like_a_recording(beginning):
            raise _sound_too_heavy(size)
        _kind_of(beginning, takes_sound=takes_sound)
        raise FileTooHeavy(megabytes=-(-size // MEGABYTE), most=PHOTO_BYTES // MEGABYTE)
    return sent.read()


def _kind_of(content: bytes, *, takes_sound: bool) -> str:
    """The media type of a photo or a PDF. A refusal says so where a recording was asked for."""
    try:
        return documents.kind_of(content)
    except KindNotTaken as error:
        raise (KindNotTakenForSound() if takes_sound else error) from error
    except FilmNotTaken as error:
        raise (FilmForSound() if takes_sound else error) from error


def part_from_upload(
    content: bytes, key: uuid.UUID, student: Person, *, takes_sound: bool
) -> HandInPart:
    """A part that isn't kept yet, fit to be read, with its file stored. Raises a `Refusal`."""
    part = HandInPart(key=key, checksum=hashlib.sha256(content).hexdigest())
    if takes_sound and documents.sounds_like_a_recording(content):
        fit, ending = _listened_to(part, content, student)
    else:
        kind = _kind_of(content, takes_sound=takes_sound)
        fit, ending = _read_through(part, content, student, is_pdf=kind == PDF)
    part.size_bytes = len(fit)
    name = f"{secrets.token_hex(16)}.{ending}"
    try:
        part.file.save(name, ContentFile(fit), save=False)
    except OSError as error:
        logger.exception("A photo couldn't be kept")
        forget_file(part.file, f"handin-parts/{name}")
        raise NotKept from error
    return part


def _read_through(
    part: HandInPart, content: bytes, student: Person, *, is_pdf: bool
) -> tuple[bytes, str]:
    """A photo or a PDF: what is kept of it, and its ending."""
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
    if len(content) > SOUND_BYTES:
        raise _sound_too_heavy(len(content))
    sound = documents.sound(content, most_minutes=MOST_MINUTES, person_id=student.pk)
    part.kind, part.pages, part.seconds = PartKind.SOUND, 0, sound.seconds
    return sound.content, sound.ending


def _sound_too_heavy(size: int) -> SoundTooHeavy:
    return SoundTooHeavy(
        megabytes=-(-size // MEGABYTE), most=SOUND_BYTES // MEGABYTE, minutes=MOST_MINUTES
    )


def _weighed(content: bytes, most: int) -> None:
    if len(content) > most:
        raise FileTooHeavy(megabytes=-(-len(content) // MEGABYTE), most=most // MEGABYTE)


def forget_file(file: FieldFile, name: str = "") -> None:
    with contextlib.suppress(OSError):
        file.storage.delete(name or required(file.name))
