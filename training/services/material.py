"""Files and links that whoever leads a session leaves for its participants.

Each holds the session's row until commit. `now` is aware. Letters that go anyway name what is there
(`queries.material`); only what is added once the session is over has a notice of its own.
"""

from contextlib import nullcontext
from datetime import datetime
from uuid import UUID, uuid4

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from courses.agenda.models import Meeting
from courses.documents import services as documents
from courses.documents.values import keys_of_form, random_code
from courses.mail import services as mail
from courses.people.models import Person
from training import rules
from training.enums import Letters
from training.exceptions import MaterialNotStored, MaterialTooHeavy
from training.models import Material, Session
from training.services.session_letters import waiting_notices
from training.services.session_revisions import hold_session
from training.values import CHANGES_WAIT, MATERIAL_MEGABYTES, MATERIAL_UNDONE_WITHIN, MEGABYTE

# A PDF that is looked into twice differs in its bytes, not in its size.
SAME_CONTENT = ("meeting_id", "title", "address", "name", "media_type", "size_bytes")


def deposit(
    *,
    session: Session,
    meeting: Meeting | None,
    title: str,
    by: Person,
    key: UUID,
    address: str = "",
    sent: UploadedFile | None = None,
    now: datetime | None = None,
) -> Material:
    """Leave a link or a file for the session, or for one of its dates. The same with the same `key`
    of a form makes one row, and another one once that was removed.

    The file is looked into, in the fence, before the session is held. Raises a `Refusal`.
    """
    now = now or timezone.now()
    if refusal := rules.why_not_this_material(address=address, has_file=sent is not None):
        raise refusal
    row = Material(session=session, meeting=meeting, by=by, at=now)
    row.address = address.strip()
    if sent is not None:
        _store(row, sent, by)
    row.title = (title.strip() or row.name)[:120]
    with documents.kept_if_done(row.file) if row.file else nullcontext(), transaction.atomic():
        session = hold_session(session)
        content = {name: getattr(row, name) for name in SAME_CONTENT}
        keys = keys_of_form(key, session.pk, by.pk, content=content)
        of_form = Material.objects.filter(session=session, by=by, key__in=keys)
        if known := of_form.filter(**content).first():
            documents.forget([row.file] if row.file else [])
            return known
        row.key = keys.changed if of_form.exists() else keys.own
        if refusal := rules.why_not_deposit(
            session,
            meeting=meeting and session.meetings.get(pk=meeting.pk),
            number=session.materials.there().count(),
            now=now,
        ):
            raise refusal
        row.save()
        _log(row, "training.deposit", by)
        if session.ends_at <= now and not session.is_draft:
            _tell(row, session, now=now)
    return row


def _store(row: Material, sent: UploadedFile, by: Person) -> None:
    size = sent.size or 0
    if size > MATERIAL_MEGABYTES * MEGABYTE:
        raise MaterialTooHeavy(megabytes=-(-size // MEGABYTE), most=MATERIAL_MEGABYTES)
    sent.seek(0)
    found = documents.attached_file(sent.read(), sent.name or "", person_id=by.pk)
    row.name, row.media_type, row.size_bytes = found.name, found.media_type, len(found.content)
    try:
        row.file.save(random_code(26).lower(), ContentFile(found.content), save=False)
    except OSError as error:
        raise MaterialNotStored from error


def _tell(added: Material, session: Session, *, now: datetime) -> None:
    """One notice a person, ten minutes later, of all that was added until then."""
    prefix = f"material:{session.pk}:"
    seats = session.enrolments.holding_a_seat().select_related("teacher")
    people = [one.teacher for one in seats]
    told = waiting_notices(prefix, people)
    for person in people:
        if person.pk not in told:
            mail.post(
                Letters.MATERIAL_ADDED,
                about=session,
                to=person,
                key=f"{prefix}{added.pk}:{person.pk}",
                details={"since": added.pk},
                not_before=now + CHANGES_WAIT,
            )


def remove(*, material: Material, by: Person, now: datetime | None = None) -> Material:
    """Remove it: nobody reads it from now on. Idempotent; undone within the hour by `put_back`. Its
    form, sent again, makes another one.
    """
    now = now or timezone.now()
    with transaction.atomic():
        hold_session(material.session)
        material = Material.objects.select_related("session").get(pk=material.pk)
        if material.removed_at is None:
            material.removed_at, material.removed_by, material.key = now, by, uuid4()
            material.save(update_fields=["removed_at", "removed_by", "key"])
            _log(material, "training.remove_material", by)
    return material


def put_back(*, material: Material, by: Person, now: datetime | None = None) -> Material:
    """Raises a `Refusal`."""
    now = now or timezone.now()
    with transaction.atomic():
        session = hold_session(material.session)
        material = Material.objects.get(pk=material.pk)
        if material.removed_at is None:
            return material
        number = session.materials.there().count()
        if refusal := rules.why_not_put_back(material, number=number, now=now):
            raise refusal
        material.removed_at = material.removed_by = None
        material.save(update_fields=["removed_at", "removed_by"])
        _log(material, "training.put_material_back", by)
    return material


def forget_removed(now: datetime) -> int:
    """The sweep: what was removed more than an hour ago goes, with its file. Says how many."""
    with transaction.atomic():
        old = Material.objects.filter(removed_at__lte=now - MATERIAL_UNDONE_WITHIN)
        gone = list(old.select_for_update().order_by("pk"))
        documents.forget([one.file for one in gone if one.file])
        Material.objects.filter(pk__in=[one.pk for one in gone]).delete()
    return len(gone)


def _log(material: Material, action: str, by: Person) -> None:
    log(instance=material.session, action=action, user=by, data={"title": material.title})
