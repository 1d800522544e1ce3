"""Guests of a room, who were no participants: said afterwards who they were."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from courses.live import services as live
from courses.live.enums import RoomRole
from courses.people.models import Person
from training import rules
from training.models import Participation, Sheet, SheetCorrection, SheetLine
from training.services import adviser_enrolment, certificate_corrections, certificates, measuring
from training.services.attendance import both_held


def regularise(
    *, line: SheetLine, teacher: Person, reason: str, by: Person, now: datetime | None = None
) -> SheetLine:
    """Say who a guest was: an enrolment after the fact, and the guest's stays count on that
    participation's line.

    On a closed sheet the minutes come as a correction, and a certificate that states the earlier
    ones is replaced. Gives the participation's line. Raises a `Refusal`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        sheet = both_held(line.sheet)
        line = sheet.lines.select_for_update(of=("self",)).get(pk=line.pk)
        line.sheet = sheet
        if refusal := rules.why_not_regularise(line, teacher=teacher, reason=reason, by=by):
            raise refusal
        enrolment = adviser_enrolment.regularise(
            session=sheet.session,
            meeting=sheet.meeting,
            teacher=teacher,
            by=by,
            reason=reason,
            now=now,
        )
        participation, _ = Participation.objects.update_or_create(
            enrolment=enrolment,
            meeting=sheet.meeting,
            defaults={
                "is_withdrawn": False,
                "left_with_seat": False,
                "reason": "",
                "decided_by": None,
                "excused_at": None,
            },
        )
        key = live.give_pass(meeting=sheet.meeting, person=teacher, role=RoomRole.MEMBER)
        own, is_new = SheetLine.objects.get_or_create(
            participation=participation,
            defaults={
                "sheet": sheet,
                "subject": f"participation:{participation.pk}",
                "shown_name": key.display_name,
            },
        )
        line.joined_to = own
        line.save(update_fields=["joined_to"])
        _count_in(sheet, own, line, is_new=is_new, reason=reason, by=by, now=now)
        log(instance=sheet, action="training.regularise_guest", user=by, data={"reason": reason})
        certificates.issue_if_complete(sheet.session, now=now)
        certificate_corrections.follow_the_sheets(
            enrolment=enrolment, by=by, reason=reason, now=now
        )
    return own


def _count_in(
    sheet: Sheet,
    own: SheetLine,
    guest: SheetLine,
    *,
    is_new: bool,
    reason: str,
    by: Person,
    now: datetime,
) -> None:
    minutes = measuring.together(own, guest)
    if not sheet.is_closed:
        sheet.revision += 1
        sheet.save(update_fields=["revision"])
        own.save(update_fields=["stays", "measured_minutes", "has_estimate"])
        return
    if is_new:
        own.attested_minutes = 0
        own.save(update_fields=["stays", "measured_minutes", "has_estimate", "attested_minutes"])
    SheetCorrection.objects.create(
        line=own, minutes=min(minutes, sheet.real_minutes), reason=reason.strip(), by=by, at=now
    )
