"""Checks of uploaded images and files: by their content, not by their name.

Photos lose where and with what they were taken.
"""

import zipfile
from pathlib import PurePath

import magic
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile

from cms.guidance.exceptions import (
    FileHoldsPrograms,
    FileTooBig,
    FileUnpacksTooBig,
    NotWhatItsNameSays,
    PictureUnreadable,
)
from courses.documents import services as documents
from courses.documents.exceptions import PictureBroken, PictureTooDense
from courses.documents.values import PROGRAMS
from courses.exceptions import Refusal

DOCUMENT_BYTES = 50 * 1024 * 1024
UNPACKED_BYTES = 500 * 1024 * 1024
LOOKED_AT = 64 * 1024

PACKED = {"application/zip", "application/octet-stream"}
OFFICE = "application/vnd.openxmlformats-officedocument"
OPEN = "application/vnd.oasis.opendocument"
PLAIN = {"text/plain", "text/csv", "application/csv", "text/vtt", "application/x-subrip"}
# What libmagic calls the content → which endings it may have. Office files are packed: what they
# hold is looked at, too.
CONTENTS = {
    "pdf": {"application/pdf"},
    "odt": {f"{OPEN}.text"},
    "ods": {f"{OPEN}.spreadsheet"},
    "odp": {f"{OPEN}.presentation"},
    "docx": {f"{OFFICE}.wordprocessingml.document", *PACKED},
    "xlsx": {f"{OFFICE}.spreadsheetml.sheet", *PACKED},
    "pptx": {f"{OFFICE}.presentationml.presentation", *PACKED},
    "epub": {"application/epub+zip"},
    "csv": PLAIN,
    "txt": PLAIN,
    "vtt": PLAIN,
    "srt": PLAIN,
    "mp4": {"video/mp4", "video/x-m4v", "video/quicktime"},
    "webm": {"video/webm"},
    "mp3": {"audio/mpeg", "audio/mpeg3", "audio/x-mpeg"},
}
FOLDER_OF = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/"}


def why_not_take(sent: UploadedFile) -> Refusal | None:
    """Why this document can't be taken, or None.

    Its ending is one of those that are allowed.
    """
    ending = PurePath(sent.name or "").suffix.lower().lstrip(".")
    size = sent.size or 0
    if size > DOCUMENT_BYTES:
        return FileTooBig(megabytes=size // 1024 // 1024 + 1, most=DOCUMENT_BYTES // 1024 // 1024)
    sent.seek(0)
    found = magic.from_buffer(sent.read(LOOKED_AT), mime=True)
    sent.seek(0)
    if found not in CONTENTS.get(ending, set()):
        return NotWhatItsNameSays(ending=ending.upper(), found=found)
    if ending in FOLDER_OF or ending in {"odt", "ods", "odp", "epub"}:
        return why_not_unpack(sent, ending)
    return None


def why_not_unpack(sent: UploadedFile, ending: str) -> Refusal | None:
    if documents.has_too_many_parts(sent):
        return FileUnpacksTooBig()
    try:
        with zipfile.ZipFile(sent) as packed:
            inside = packed.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return NotWhatItsNameSays(ending=ending.upper(), found="application/octet-stream")
    finally:
        sent.seek(0)
    names = [part.filename for part in inside]
    if ending in FOLDER_OF and not any(name.startswith(FOLDER_OF[ending]) for name in names):
        return NotWhatItsNameSays(ending=ending.upper(), found="application/zip")
    if any(PROGRAMS.search(name) for name in names):
        return FileHoldsPrograms()
    if sum(part.file_size for part in inside) > UNPACKED_BYTES:
        return FileUnpacksTooBig()
    return None


def without_traces(sent: UploadedFile, *, person_id: int | None = None) -> UploadedFile:
    """The same picture without its place, its camera, its comments and its thumbnail; turned as it
    was. Raises a `Refusal`.
    """
    sent.seek(0)
    try:
        content = documents.without_traces(sent.read(), person_id=person_id)
    except (PictureBroken, PictureTooDense) as error:
        raise PictureUnreadable from error
    return SimpleUploadedFile(sent.name or "", content, sent.content_type or "")
