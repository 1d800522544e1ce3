"""What guardians do: tell of an absence, take it back, want no weekly email; and the weekly email."""

import datetime

from django.core import signing
from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from continuity.enums import Letters
from continuity.families.exceptions import GuardianshipIsOver
from continuity.families.queries import guardians_to_write_to, week_letter_key
from continuity.families.rules import (
    why_not_announce,
    why_not_change_motive,
    why_not_withdraw,
)
from continuity.families.values import STOP_SALT
from continuity.models import AbsenceNotice, NoFamilyMails
from courses.agenda.queries import monday_of
from courses.mail.services import post, withdraw
from courses.people.models import Guardianship, Person

SUNDAY, DIGEST_AT = 7, datetime.time(18)


def announce(
    *,
    guardianship: Guardianship,
    first_day: datetime.date,
    last_day: datetime.date,
    motive: str = "",
    now: datetime.datetime | None = None,
) -> AbsenceNotice:
    """Sent twice is once; for the same days with another motive, that one holds from now on, also
    once the absence has begun. Holds the guardianship's row until commit. Raises a `Refusal`.
    """
    now = now or timezone.now()
    today = timezone.localdate(now)
    with transaction.atomic():
        Guardianship.objects.select_for_update().get(pk=guardianship.pk)
        kept = Guardianship.objects.in_force().filter(pk=guardianship.pk).first()
        if kept is None:
            raise GuardianshipIsOver
        standing = AbsenceNotice.objects.standing().filter(guardianship=kept)
        if already := standing.filter(first_day=first_day, last_day=last_day).first():
            return _with_motive(already, motive, kept, today)
        to_come = standing.filter(last_day__gte=today).count()
        if refusal := why_not_announce(
            first_day, last_day, quality=kept.quality, to_come=to_come, today=today
        ):
            raise refusal
        made = AbsenceNotice.objects.create(
            guardianship=kept, first_day=first_day, last_day=last_day, motive=motive, sent_at=now
        )
        log(instance=made, action="continuity.announce_absence", user=guardianship.guardian)
    return made


def _with_motive(
    notice: AbsenceNotice, motive: str, kept: Guardianship, today: datetime.date
) -> AbsenceNotice:
    if notice.motive == motive:
        return notice
    if refusal := why_not_change_motive(notice.last_day, quality=kept.quality, today=today):
        raise refusal
    notice.motive = motive
    notice.save(update_fields=["motive"])
    log(instance=notice, action="continuity.change_absence", user=kept.guardian)
    return notice


def take_back(*, notice: AbsenceNotice, now: datetime.datetime | None = None) -> None:
    """Twice is once. Raises a `Refusal`."""
    now = now or timezone.now()
    with transaction.atomic():
        held = AbsenceNotice.objects.select_for_update().get(pk=notice.pk)
        if held.withdrawn_at:
            return
        if refusal := why_not_withdraw(held.first_day, today=timezone.localdate(now)):
            raise refusal
        held.withdrawn_at = now
        held.save(update_fields=["withdrawn_at"])
        log(instance=held, action="continuity.withdraw_absence", user=held.guardianship.guardian)


# The weekly email


def refuse_mails(guardian: Person) -> None:
    """Also the one that waits to be sent."""
    with transaction.atomic():
        NoFamilyMails.objects.get_or_create(guardian=guardian)
        withdraw(key_prefix=f"family-week:{guardian.pk}:")


def accept_mails_again(guardian: Person) -> None:
    NoFamilyMails.objects.filter(guardian=guardian).delete()


def guardian_of(token: str) -> Person | None:
    """Who stops the emails by this link."""
    try:
        public_id = signing.loads(token, salt=STOP_SALT)
    except signing.BadSignature:
        return None
    return Person.objects.filter(public_id=public_id, is_active=True).first()


def post_weekly(now: datetime.datetime) -> int:
    """On Sunday from 18:00 in Paris, one letter a guardian and week. May run twice. Says how many.

    The text is made when it is sent: of a right that ended meanwhile it says nothing.
    """
    here = timezone.localtime(now)
    if here.isoweekday() != SUNDAY or here.time() < DIGEST_AT:
        return 0
    monday = monday_of(here.date()) + datetime.timedelta(weeks=1)
    made = 0
    for guardian in guardians_to_write_to(monday):
        post(Letters.FAMILY_WEEK, to=guardian, key=week_letter_key(guardian, monday))
        made += 1
    return made
