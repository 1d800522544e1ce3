"""Files that people send for others to read: told by their content, never by their name; pictures
made small and without traces.
"""

import io
import re
import zipfile
from pathlib import PurePath
from typing import IO

import magic

from courses.documents.exceptions import FileHoldsMacros, KindOfFileNotTaken
from courses.documents.services.pdfs import look_into
from courses.documents.services.pictures import first_frame, upright
from courses.documents.values import JPEG, PDF, PROGRAMS, AttachedFile

MOST_PAGES = 300
LONGEST_SIDE = 1_600  # pixels
UNPACKED_MEGABYTES = 300
UNPACKED_PDF = 100  # megabytes
MOST_PARTS = 10_000
LISTED = b"PK\x01\x02"  # begins the entry of each part in a zip's directory (APPNOTE 4.3.12)
MEGABYTE = 1_000_000
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
PYTHON = re.compile(r"^text/x-(?:script\.)?python$")
NOT_IN_A_NAME = re.compile(
    r'[\x00-\x1f\x7f-\x9f/\\:*?"<>|\u200b-\u200f\u202a-\u202e\u2066-\u2069]+'
)


def attached_file(content: bytes, name: str, *, person_id: int | None) -> AttachedFile:
    """Return the file to be stored, of one that somebody sent under this name. Raises a
    `Refusal`.
    """
    found = magic.from_buffer(content[:LOOKED_AT], mime=True) if content else ""
    if found.startswith("image/"):
        opened = first_frame if found == "image/gif" else upright
        picture = opened(content, longest=LONGEST_SIDE, person_id=person_id)
        name = _name(name, "jpg")
        return AttachedFile(picture.content, name, JPEG, picture.width, picture.height)
    if found == PDF:
        kept = look_into(
            content,
            most_pages=MOST_PAGES,
            unpacked=UNPACKED_PDF,
            is_bare=False,
            person_id=person_id,
        )
        return AttachedFile(kept.content, _name(name, "pdf"), PDF)
    if PYTHON.match(found):
        return AttachedFile(content, _name(name, "py"), "text/plain")
    if found in PACKED or found.startswith((OFFICE, OPEN)):
        found = _unpacked(content, found)
    if found not in ENDINGS:
        raise KindOfFileNotTaken
    return AttachedFile(content, _name(name, ENDINGS[found]), found)


def _name(name: str, ending: str) -> str:
    last = name.replace("\\", "/").rpartition("/")[2]
    stem = " ".join(PurePath(NOT_IN_A_NAME.sub(" ", last)).stem.split()).strip(" .")[:100]
    return f"{stem or 'document'}.{ending}"


def _unpacked(content: bytes, found: str) -> str:
    """Return the kind of a packed document, by what lies inside.

    Raises a `Refusal` for programs and for what unpacks to a flood.
    """
    if has_too_many_parts(io.BytesIO(content)):
        raise KindOfFileNotTaken
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            entries = packed.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise KindOfFileNotTaken from error
    if sum(entry.file_size for entry in entries) > UNPACKED_MEGABYTES * MEGABYTE:
        raise KindOfFileNotTaken
    names = [entry.filename for entry in entries]
    if any(PROGRAMS.search(name) for name in names):
        raise FileHoldsMacros
    return next((INSIDE[name] for name in names if name in INSIDE), found)


def has_too_many_parts(packed: IO[bytes]) -> bool:
    """Asked before zipfile makes an object of each: 49 MB can list a million empty parts, for which it
    takes 400 MB and five seconds in the web process.
    """
    packed.seek(0)
    listed = sum(block.count(LISTED) for block in iter(lambda: packed.read(MEGABYTE), b""))
    packed.seek(0)
    return listed > MOST_PARTS
