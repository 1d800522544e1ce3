"""Photos of a loan: added by the desk, removed by it."""

import contextlib
import datetime
import hashlib
import secrets
from collections.abc import Sequence

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils import timezone

from continuity.equipment.queries.photos import has_come_back
from continuity.equipment.rules.photos import MOST_PHOTOS, why_not_photograph, why_not_so_many
from continuity.models import Loan, LoanPhoto
from courses.documents import services as documents
from courses.people.models import Person


def add(
    *,
    loan: Loan,
    shows: str,
    sent: Sequence[File],
    by: Person,
    now: datetime.datetime | None = None,
) -> list[LoanPhoto]:
    """All of them, upright and without traces, or none. The same photo sent twice is one. Each is
    opened before the loan is held. Raises a `Refusal`.
    """
    now = now or timezone.now()
    kept_ones = LoanPhoto.objects.filter(loan=loan, shows=shows, removed_at__isnull=True)
    refusal = why_not_photograph(shows, is_back=has_come_back(loan))
    if len(sent) > MOST_PHOTOS:  # too many in any case: none is opened
        refusal = refusal or why_not_so_many(len(sent), there=kept_ones.count())
    if refusal:
        raise refusal
    made = {}
    for file in sent:
        content = documents.photo_sent(file)
        checksum = hashlib.sha256(content).hexdigest()
        made[checksum] = documents.upright(content, person_id=by.pk).content
    with contextlib.ExitStack() as kept, transaction.atomic():
        held = Loan.objects.select_for_update().get(pk=loan.pk)
        there = set(kept_ones.values_list("checksum", flat=True))
        new = {checksum: content for checksum, content in made.items() if checksum not in there}
        if refusal := why_not_so_many(len(new), there=len(there)):
            raise refusal
        return [
            _keep(
                LoanPhoto(loan=held, shows=shows, checksum=checksum, taken_by=by, taken_at=now),
                content,
                kept,
            )
            for checksum, content in new.items()
        ]


def _keep(photo: LoanPhoto, content: bytes, kept: contextlib.ExitStack) -> LoanPhoto:
    photo.file.save(f"{secrets.token_hex(16)}.jpg", ContentFile(content), save=False)
    kept.enter_context(documents.kept_if_done(photo.file))
    photo.save()
    return photo


def remove(photo: LoanPhoto, *, by: Person, now: datetime.datetime | None = None) -> None:
    """The file goes once that is committed; who removed it and when stays. Twice is once."""
    with transaction.atomic():
        there = LoanPhoto.objects.filter(pk=photo.pk, removed_at__isnull=True)
        if there.update(file="", checksum="", removed_by=by, removed_at=now or timezone.now()):
            documents.forget([photo.file])
