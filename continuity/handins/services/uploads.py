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
from courses.documents.exceptions import FileTooHeavy
from courses.documents.values import PDF
from courses.people.models import Person
from courses.required import required

logger = logging.getLogger(__name__)
MEGABYTE = 1_000_000
BEGINNING = 64 * 1024  # bytes


def read(sent: File) -> bytes:
    """Return the content of an upload. Above `PHOTO_BYTES` it is refused, by the kind that its
    first bytes show or by its size.

    Raises a `Refusal`.
    """
    size = sent.size or 0
    if size > PHOTO_BYTES:
        documents.kind_of(sent.read(BEGINNING))
        raise FileTooHeavy(megabytes=-(-size // MEGABYTE), most=PHOTO_BYTES // MEGABYTE)
    return sent.read()


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


def forget_file(file: FieldFile, name: str = "") -> None:
    with contextlib.suppress(OSError):
        file.storage.delete(name or required(file.name))
