"""The sheet of a meeting: prefilled from presence, attested, closed, corrected, and guests
regularised.

Each holds the session's row, then the sheet's, until commit. Minutes are whole; `now` is aware.
"""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from wagtail.log_actions import log

from courses.agenda.models import Meeting
from courses.agenda.values import Hours
from courses.exceptions import Refusal, StaleSheet
from courses.live import queries as rooms
from courses.live.enums import RoomRole
from courses.live.values import OPENS_BEFORE, STAYS_OPEN_AFTER
from courses.locks import lock_then_read
from courses.mail.services import post
from courses.people.models import Person
from training import rules
from training.enums import Attested, HoursSource, Letters, SessionState, SheetState
from training.models import Session, Sheet, SheetCorrection, SheetLine
from training.queries.filling import meetings_with_sheets
from training.queries.leading import leaders_of, leads, named_leaders_of
from training.queries.missed_dates import trainers_seen
from training.services import certificate_corrections, certificates, measuring
from training.values import REMIND_AFTER, Decision

logger = logging.getLogger(__name__)

JOINED = ("session__training", "meeting__occurrence")


def prefill(meeting_id: int, *, now: datetime | None = None) -> Sheet | None:
    """Measure the meeting's presence into its sheet, which is made if there is none. Running twice
    changes nothing.

    A closed sheet, or a cancelled meeting's, stays as it is. What a trainer chose stays; the
    revision rises when what was measured has changed. None if the meeting isn't a training's.
    """
    now = now or timezone.now()
    with transaction.atomic():
        series = Meeting.objects.filter(pk=meeting_id).values("series")[:1]
        session = Session.objects.select_for_update().filter(series=series).first()
        if session is None:
            return None
        Sheet.objects.get_or_create(meeting_id=meeting_id, defaults={"session": session})
        sheet = _held(meeting__pk=meeting_id)
        if not sheet.is_closed and not sheet.meeting.is_cancelled:
            measuring.measure(sheet, now=now)
    return sheet


def save(
    *,
    sheet: Sheet,
    decisions: Mapping[str, Decision],
    revision: int,
    by: Person,
    now: datetime | None = None,
) -> Sheet:
    """Keep what the trainer attests so far, by the lines' public ids.

    Raises `StaleSheet`, or another `Refusal`.
    """
    with transaction.atomic():
        sheet = both_held(sheet)
        if refusal := _why_not_write(sheet, by=by, revision=revision, now=now or timezone.now()):
            raise refusal
        _decide(sheet, decisions)
        sheet.revision += 1
        sheet.save(update_fields=["revision"])
        log(instance=sheet, action="training.save_sheet", user=by)
    return sheet


def state_hours(
    *,
    sheet: Sheet,
    hours: Hours | None,
    reason: str = "",
    revision: int,
    by: Person,
    now: datetime | None = None,
) -> Sheet:
    """Say when the meeting really took place; None takes it back, and what the room measured counts
    again.

    Every line is measured within these hours; what was chosen by hand stays. Raises `StaleSheet`,
    or another `Refusal`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        sheet = both_held(sheet)
        refusal = _why_not_write(sheet, by=by, revision=revision, now=now)
        if refusal is None and hours:
            refusal = rules.why_not_state_hours(sheet, hours=hours, reason=reason, now=now)
        if refusal:
            raise refusal
        if hours:
            sheet.measure, sheet.held = (
                HoursSource.STATED,
                measuring.written([(hours.starts_at, hours.ends_at)]),
            )
            sheet.hours_reason, sheet.hours_by = reason.strip(), by
        else:
            sheet.measure, sheet.hours_reason, sheet.hours_by = HoursSource.PLANNED, "", None
        sheet.revision += 1
        sheet.save(update_fields=["measure", "held", "hours_reason", "hours_by", "revision"])
        measuring.measure(sheet, now=now)
        data = {"reason": sheet.hours_reason, "minutes": sheet.real_minutes}
        log(instance=sheet, action="training.state_hours", user=by, data=data)
    return sheet


def close(
    *,
    sheet: Sheet,
    by: Person,
    revision: int,
    decisions: Mapping[str, Decision] | None = None,
    now: datetime | None = None,
) -> Sheet:
    """Freeze what is attested. With the session's last sheet the certificates are issued, in the
    same transaction.

    The same form posted twice closes once. Raises `StaleSheet`, `SheetClosed`, or another
    `Refusal`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        sheet = both_held(sheet)
        if (
            sheet.is_closed
            and sheet.closed_by_id == by.pk
            and sheet.revision == revision + 1
            and _is_as_decided(sheet, decisions)
        ):
            return sheet
        if not sheet.is_closed and not sheet.real_minutes:
            measuring.measure(sheet, now=now)  # nobody's presence was ever reported
            revision = sheet.revision
        refusal = _why_not_write(sheet, by=by, revision=revision, now=now)
        if refusal := refusal or rules.why_not_close_as_measured(sheet):
            raise refusal
        _decide(sheet, decisions or {})
        lines = list(sheet.lines.participants())
        if refusal := rules.why_not_close_unmarked(lines):
            raise refusal
        for line in lines:
            line.attested_minutes = line.chosen(sheet.real_minutes)
        SheetLine.objects.bulk_update(lines, ["attested_minutes"])
        sheet.state, sheet.closed_at, sheet.closed_by = SheetState.CLOSED, now, by
        sheet.revision += 1
        sheet.save(update_fields=["state", "closed_at", "closed_by", "revision"])
        _keep_leaders(sheet)
        left = sheet.provider_rows.filter(line__isnull=True).count()
        sheet.provider_rows.all().delete()  # evidence of its minutes stays on the lines
        log(
            instance=sheet,
            action="training.close_sheet",
            user=by,
            data={"unmatched": left} if left else None,
        )
        certificates.issue_if_complete(sheet.session, now=now)
    return sheet


def keep_who_led(session: Session, *, now: datetime) -> None:
    """Before the session's trainers change: who led a date that has begun stays on its sheet
    (`rules.is_known_who_leads`), which is made if there is none. Called under the session's lock.
    """
    begun = [one for one in meetings_with_sheets(session) if one.starts_at <= now]
    seen = trainers_seen([one for one in begun if one.ends_at > now])
    for meeting in begun:
        is_known = rules.is_known_who_leads(meeting, is_seen=meeting.pk in seen, now=now)
        if is_known and (sheet := getattr(meeting, "sheet", None) or prefill(meeting.pk, now=now)):
            _keep_leaders(sheet)


def _keep_leaders(sheet: Sheet) -> None:
    """Who leads the meeting now, unless it is known already."""
    if not sheet.leaders.exists():
        sheet.leaders.set(named_leaders_of(sheet.session, [sheet.meeting])[sheet.meeting_id])


def mark_all(
    *,
    sheet: Sheet,
    choice: Attested,
    reason: str,
    revision: int,
    by: Person,
    now: datetime | None = None,
) -> int:
    """Say in one go that all were there (whole), that those whom nothing saw weren't (none), or
    that the provider's list counts for those whom the room didn't see (provider).

    Lines that somebody decided already stay, and for "whole" those that have it all. Gives how
    many were marked. Raises `StaleSheet`, or another `Refusal`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        sheet = both_held(sheet)
        if refusal := _why_not_write(sheet, by=by, revision=revision, now=now):
            raise refusal
        lines = [line for line in sheet.lines.participants() if _is_left(line, choice, sheet)]
        if refusal := rules.why_not_mark_all(lines, choice=choice, reason=reason):
            raise refusal
        for line in lines:
            line.choice, line.chosen_minutes, line.reason = Decision(choice, None, reason).as_kept
        SheetLine.objects.bulk_update(lines, ["choice", "chosen_minutes", "reason"])
        sheet.revision += 1
        sheet.save(update_fields=["revision"])
        log(
            instance=sheet,
            action="training.mark_all",
            user=by,
            data={"choice": choice, "lines": len(lines), "reason": reason.strip()},
        )
    return len(lines)


def _is_left(line: SheetLine, choice: Attested, sheet: Sheet) -> bool:
    if choice == Attested.NONE:
        return rules.is_seen_nowhere(line)
    if choice == Attested.PROVIDER:
        return rules.is_only_in_the_list(line)
    return line.choice == Attested.MEASURED and line.measured_minutes < sheet.real_minutes


def correct(
    *, line: SheetLine, minutes: int, reason: str, by: Person, now: datetime | None = None
) -> SheetCorrection:
    """A new entry beside a frozen line.

    Who now reaches the threshold gets a certificate, and one that states other minutes is replaced;
    none is taken back. Raises a `Refusal`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        line.sheet = both_held(line.sheet)
        if refusal := rules.why_not_correct(line, minutes=minutes, reason=reason, by=by):
            raise refusal
        newest = line.corrections.last()
        if newest and (newest.minutes, newest.reason, newest.by_id) == (
            minutes,
            reason.strip(),
            by.pk,
        ):
            return newest  # the form was posted twice
        correction = SheetCorrection.objects.create(
            line=line, minutes=minutes, reason=reason.strip(), by=by, at=now
        )
        log(instance=line.sheet, action="training.correct_sheet", user=by, data={"reason": reason})
        certificates.issue_if_complete(line.sheet.session, now=now)
        if line.participation:
            certificate_corrections.follow_the_sheets(
                enrolment=line.participation.enrolment, by=by, reason=reason, now=now
            )
    return correction


def follow_the_rooms(now: datetime) -> None:
    """The sweep behind `presence_settled`: a sheet for each room that has opened, measured anew
    until the room closes.
    """
    around = {
        "occurrence__start__lte": now + OPENS_BEFORE,
        "occurrence__end__gt": now - STAYS_OPEN_AFTER * 2,
    }
    ours = Exists(
        Session.objects.filter(
            series=OuterRef("series"), state__in=[SessionState.OPEN, SessionState.CLOSED]
        )
    )
    open_rooms = Meeting.objects.going_on().filter(ours, **around)
    missed = Meeting.objects.going_on().filter(ours, occurrence__end__lte=now, sheet__isnull=True)
    for pk in dict.fromkeys(
        [*open_rooms.values_list("pk", flat=True), *missed.values_list("pk", flat=True)]
    ):
        try:
            prefill(pk, now=now)
        except Exception:  # the sheets behind it are measured all the same
            logger.exception("the sheet of meeting %s could not be prefilled", pk)


def remind(now: datetime) -> None:
    """A day after a meeting its trainers are asked, once, to close the sheet."""
    late = Sheet.objects.to_close(now - REMIND_AFTER).filter(reminded_at__isnull=True)
    for pk in list(late.values_list("pk", flat=True)):
        with transaction.atomic():
            sheet = lock_then_read(late.filter(pk=pk)).select_related(*JOINED).first()
            if sheet is None:  # closed, or called off, meanwhile
                continue
            for trainer in leaders_of(sheet.session, [sheet.meeting])[sheet.meeting_id]:
                post(
                    Letters.SHEET_TO_CLOSE,
                    about=sheet,
                    to=trainer,
                    key=f"sheet:{sheet.pk}:to-close:{trainer.pk}",
                )
            sheet.reminded_at = now
            sheet.save(update_fields=["reminded_at"])


def _held(**which: Any) -> Sheet:
    return lock_then_read(Sheet.objects.filter(**which)).select_related(*JOINED).get()


def both_held(sheet: Sheet) -> Sheet:
    """The sheet as it stands now, locked after its session. Inside a transaction."""
    Session.objects.select_for_update().get(pk=sheet.session_id)
    return _held(pk=sheet.pk)


def _why_not_write(sheet: Sheet, *, by: Person, revision: int, now: datetime) -> Refusal | None:
    by_trainer = leads(by, sheet.meeting)
    there = any(
        person.is_open and person.role == RoomRole.MODERATOR
        for person in rooms.stays_in(sheet.meeting, now=now)
    )
    refusal = rules.why_not_close(sheet, by_trainer=by_trainer, trainer_is_there=there, now=now)
    return refusal or (StaleSheet() if sheet.revision != revision else None)


def _decide(sheet: Sheet, decisions: Mapping[str, Decision]) -> None:
    lines = [line for line in sheet.lines.participants() if line.public_id in decisions]
    for line in lines:
        decision = decisions[line.public_id]
        if refusal := rules.why_not_attest(line, decision, real_minutes=sheet.real_minutes):
            raise refusal
        line.choice, line.chosen_minutes, line.reason = decision.as_kept
    SheetLine.objects.bulk_update(lines, ["choice", "chosen_minutes", "reason"])


def _is_as_decided(sheet: Sheet, decisions: Mapping[str, Decision] | None) -> bool:
    lines = {
        line.public_id: (line.choice, line.chosen_minutes, line.reason)
        for line in sheet.lines.participants()
    }
    return all(lines.get(line) == decision.as_kept for line, decision in (decisions or {}).items())
