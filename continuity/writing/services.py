"""Pictures and files of lessons and homework: looked into by content, pictures made small and
without traces, stored privately.
"""

import contextlib

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max

from continuity.models import Attachment, Homework, Lesson
from continuity.writing.exceptions.attachments import (
    AttachmentTooHeavy,
    StorageAway,
    TooManyAttachments,
)
from continuity.writing.values.files import Files
from courses.documents import services as documents
from courses.documents.values import random_code
from courses.exceptions import Refusal
from courses.people.models import Person

MEGABYTE = 1_000_000
MOST_MEGABYTES, MOST = 20, 20


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
    """Attach one picture or file. Idempotent by name and content.

    Holds the lesson or homework while it is counted; storing is done before. Raises a `Refusal`.
    """
    size = sent.size or 0
    if size > MOST_MEGABYTES * MEGABYTE:
        raise AttachmentTooHeavy(megabytes=-(-size // MEGABYTE), most=MOST_MEGABYTES)
    sent.seek(0)
    found = documents.attached_file(sent.read(), sent.name or "", person_id=by.pk)
    row = Attachment(
        owner=by,
        is_correction=is_correction,
        is_picture=found.is_picture,
        name=found.name,
        media_type=found.media_type,
        size_bytes=len(found.content),
        width=found.width,
        height=found.height,
    )
    if row.is_picture:
        row.alt = alt[:300]
    try:
        row.file.save(random_code(26).lower(), ContentFile(found.content), save=False)
    except OSError as error:
        raise StorageAway from error
    with documents.kept_if_done(row.file), transaction.atomic():
        held = type(to).objects.select_for_update().get(pk=to.pk)
        if same := _same_as(row, found.content, held):
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
