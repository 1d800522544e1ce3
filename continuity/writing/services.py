"""Pictures and files of lessons and homework: looked into by content, pictures made small and
without traces, stored privately.
"""

import contextlib
import io
import re
import zipfile
from pathlib import PurePath

import magic
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max

from continuity.models import Attachment, Homework, Lesson
from continuity.writing.exceptions.attachments import (
    AttachmentTooHeavy,
    HoldsMacros,
    KindOfFileNotTaken,
    StorageAway,
    TooManyAttachments,
)
from continuity.writing.values.files import Files
from courses.documents import services as documents
from courses.documents.values import JPEG, PDF, random_code
from courses.exceptions import Refusal
from courses.people.models import Person

MEGABYTE = 1_000_000
MOST_MEGABYTES, MOST, MOST_PAGES = 20, 20, 300
LONGEST_SIDE = 1_600  # pixels
UNPACKED_MEGABYTES = 300
UNPACKED_PDF = 100  # megabytes
LOOKED_AT = 64 * 1024
OFFICE, OPEN = "application/vnd.openxmlformats-officedocument", "application/vnd.oasis.opendocument"
# What the content is, as libmagic calls it → the ending that its name gets. What isn't here isn't
# taken.
ENDINGS = {
    f"{OPEN}.text": "odt",
    f"{OPEN}.spreadsheet": "ods",
    f"{OPEN}.presentation": "odp",
    f"{OFFICE}.wordprocessingml.document": "docx",
    f"{OFFICE}.spreadsheetml.sheet": "xlsx",
    f"{OFFICE}.presentationml.presentation": "pptx",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/x-m4a": "m4a",
    "audio/ogg": "ogg",
    "video/mp4": "mp4",
    "video/webm": "webm",
    "text/plain": "txt",
    "text/csv": "csv",
}
PACKED = {"application/zip", "application/octet-stream"}
# Packed formats that libmagic may take for a plain archive: told by what lies inside.
INSIDE = {
    "word/document.xml": f"{OFFICE}.wordprocessingml.document",
    "xl/workbook.xml": f"{OFFICE}.spreadsheetml.sheet",
    "ppt/presentation.xml": f"{OFFICE}.presentationml.presentation",
    "geogebra.xml": "application/vnd.geogebra.file",
}
ENDINGS["application/vnd.geogebra.file"] = "ggb"
PROGRAMS = re.compile(r"vbaProject\.bin$|^Basic/|^Scripts/", re.I)
PYTHON = re.compile(r"^text/x-(?:script\.)?python$")
NOT_IN_A_NAME = re.compile(
    r'[\x00-\x1f\x7f-\x9f/\\:*?"<>|\u200b-\u200f\u202a-\u202e\u2066-\u2069]+'
)


def change(
    *, of: Lesson | Homework, files: Files, by: Person, is_correction: bool = False
) -> list[tuple[str, Refusal]]:
    """Add, describe and take away.

    What can't be taken is said, each with its name and why; the rest is done.
    """
    own = {attachment.public_id: attachment for attachment in of.attachments.all()}
    for public_id, alt in files.alts.items():
        if public_id in own and own[public_id].alt != alt:
            own[public_id].alt = alt
            own[public_id].save(update_fields=["alt"])
    for public_id in files.removed & own.keys():
        remove(own[public_id])
    not_taken = []
    for sent, alt in files.new:
        try:
            add(to=of, sent=sent, by=by, alt=alt, is_correction=is_correction)
        except Refusal as refusal:
            not_taken.append((sent.name or "", refusal))
    return not_taken


def add(
    *,
    to: Lesson | Homework,
    sent: UploadedFile,
    by: Person,
    alt: str = "",
    is_correction: bool = False,
) -> Attachment:
    """Keep one picture or file. The same one twice, by name and content, is one.

    Holds the lesson or homework while it is counted; storing is done before. Raises a `Refusal`.
    """
    size = sent.size or 0
    if size > MOST_MEGABYTES * MEGABYTE:
        raise AttachmentTooHeavy(megabytes=-(-size // MEGABYTE), most=MOST_MEGABYTES)
    sent.seek(0)
    row, content = _looked_at(sent.read(), sent.name or "", by)
    row.owner, row.is_correction = by, is_correction
    kept = content.read()
    if row.is_picture:
        row.alt = alt[:300]
    try:
        row.file.save(random_code(26).lower(), content, save=False)
    except OSError as error:
        raise StorageAway from error
    with documents.kept_if_done(row.file), transaction.atomic():
        held = type(to).objects.select_for_update().get(pk=to.pk)
        if same := _same_as(row, kept, held):
            documents.forget([row.file])
            if row.alt and row.alt != same.alt:
                same.alt = row.alt
                same.save(update_fields=["alt"])
            return same
        if held.attachments.count() >= MOST:
            raise TooManyAttachments(most=MOST)
        if row.is_picture:
            row.number = (held.attachments.aggregate(last=Max("number"))["last"] or 0) + 1
        setattr(row, "lesson" if isinstance(to, Lesson) else "homework", held)
        row.save()
    return row


def _same_as(row: Attachment, content: bytes, held: Lesson | Homework) -> Attachment | None:
    alike = held.attachments.filter(
        name=row.name, size_bytes=row.size_bytes, is_correction=row.is_correction
    )
    for other in alike:
        with contextlib.suppress(OSError), other.file.open() as stored:
            if stored.read() == content:
                return other
    return None


def remove(attachment: Attachment) -> None:
    """The row, and the file once no copy of the lesson or homework shows it any more."""
    with transaction.atomic():
        documents.forget([attachment.file])
        attachment.delete()


# What it is


def _looked_at(content: bytes, name: str, by: Person) -> tuple[Attachment, ContentFile]:
    """The row without its place and its file, and what is to be stored. Raises a `Refusal`."""
    found = magic.from_buffer(content[:LOOKED_AT], mime=True) if content else ""
    if found.startswith("image/") or (
        content[4:8] == b"ftyp" and content[8:12] in {b"heic", b"heix", b"hevc", b"mif1", b"msf1"}
    ):
        opened = documents.first_frame if found == "image/gif" else documents.upright
        picture = opened(content, longest=LONGEST_SIDE, person_id=by.pk)
        row = Attachment(
            is_picture=True, media_type=JPEG, width=picture.width, height=picture.height
        )
        return _with_file(row, picture.content, name, "jpg")
    if found == PDF:
        kept = documents.look_into(
            content, most_pages=MOST_PAGES, unpacked=UNPACKED_PDF, is_bare=False, person_id=by.pk
        )
        return _with_file(Attachment(media_type=PDF), kept.content, name, "pdf")
    if PYTHON.match(found):
        return _with_file(Attachment(media_type="text/plain"), content, name, "py")
    if found in PACKED or found.startswith((OFFICE, OPEN)):
        found = _unpacked(content, found)
    if found not in ENDINGS:
        raise KindOfFileNotTaken
    return _with_file(Attachment(media_type=found), content, name, ENDINGS[found])


def _with_file(
    row: Attachment, content: bytes, name: str, ending: str
) -> tuple[Attachment, ContentFile]:
    last = name.replace("\\", "/").rpartition("/")[2]
    stem = " ".join(PurePath(NOT_IN_A_NAME.sub(" ", last)).stem.split()).strip(" .")[:100]
    row.name = f"{stem or 'document'}.{ending}"
    row.size_bytes = len(content)
    return row, ContentFile(content)


def _unpacked(content: bytes, found: str) -> str:
    """What a packed document is, by what lies inside.

    Raises a `Refusal` for programs and for what unpacks to a flood.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            entries = packed.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise KindOfFileNotTaken from error
    if sum(entry.file_size for entry in entries) > UNPACKED_MEGABYTES * MEGABYTE:
        raise KindOfFileNotTaken
    names = [entry.filename for entry in entries]
    if any(PROGRAMS.search(name) for name in names):
        raise HoldsMacros
    return next((INSIDE[name] for name in names if name in INSIDE), found)
