"""The roll of a class hour or a video class: begun, prefilled, saved, closed once, corrected
beside.

Each holds the roll's row until commit. `now` is aware.
"""

import logging
import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from wagtail.log_actions import log

from continuity.attendance import rules
from continuity.attendance.exceptions import NotOnTheRoll
from continuity.attendance.queries.roll_call import RollHour
from continuity.attendance.services.measuring import measure
from continuity.attendance.values.roll_call import KEPT, OPENS_BEFORE, RollMark
from continuity.models import PlanItem, RollCall, RollCorrection, RollLine, Stranger
from courses.agenda.models import Meeting
from courses.documents.values import keys_of_form
from courses.live.values import RAW_EVENTS_KEPT
from courses.locks import lock_then_read
from courses.people.models import Organisation, Person

logger = logging.getLogger(__name__)

FOLLOWED_FOR = timedelta(hours=24)  # work that is handed in later the same day is a proposal, too
NOT_A_STUDENT = "no"


def begin(*, hour: RollHour, now: datetime | None = None) -> RollCall:
    """Get or create the hour's roll, with a line and a proposal for each student of that day. A
    second call may measure it anew.

    Raises a `Refusal` before it may be taken.
    """
    now = now or timezone.now()
    if refusal := rules.why_not_take(hour.starts_at, now=now):
        raise refusal
    with transaction.atomic():
        known = RollCall.objects.filter(meeting=hour.meeting).first() if hour.meeting else None
        if hour.meeting and known and known.teaching_id not in _teachings_of(hour):
            # A colleague at the same hour has the roll of the video class that was left over.
            hour, known = replace(hour, meeting=None), None
        facts = {"ends_at": hour.ends_at, "class_hour": hour.class_hour, "meeting": hour.meeting}
        roll = _held(
            known
            or RollCall.objects.get_or_create(
                teaching=hour.teaching, starts_at=hour.starts_at, defaults=facts
            )[0]
        )
        if hour.meeting and roll.meeting_id is None and not roll.is_closed:
            roll.meeting, roll.ends_at = (
                hour.meeting,
                hour.ends_at,
            )  # begun as a class hour, then held by video
            roll.save(update_fields=["meeting", "ends_at"])
        if not roll.is_closed and (_presence_is_known(roll, now) or not roll.lines.exists()):
            measure(roll, now=now)
    return roll


def _teachings_of(hour: RollHour) -> set[int]:
    planned_in = hour.meeting.series.video_class.teaching_id if hour.meeting else None
    return {pk for pk in (hour.teaching.pk, planned_in) if pk}


def _presence_is_known(roll: RollCall, now: datetime) -> bool:
    """Arrivals and departures are erased after thirty days: measured anew later, a roll would lose
    what it had.
    """
    return roll.ends_at > now - RAW_EVENTS_KEPT


def prefill(meeting_id: int, *, now: datetime | None = None) -> RollCall | None:
    """Measure a video class's presence into its roll, which is made if there is none. Idempotent.

    None if the meeting isn't a video class, is cancelled, or its roll is closed.
    """
    now = now or timezone.now()
    meeting = Meeting.objects.filter(pk=meeting_id, series__video_class__isnull=False).going_on()
    meeting = meeting.select_related(
        "occurrence", "series__video_class__teaching__school_class"
    ).first()
    if meeting is None or now < meeting.starts_at - OPENS_BEFORE:
        return None
    teaching = meeting.series.video_class.teaching
    roll = begin(
        hour=RollHour(teaching, meeting.starts_at, meeting.ends_at, meeting=meeting), now=now
    )
    return None if roll.is_closed else roll


def save(
    *,
    roll: RollCall,
    marks: Mapping[str, RollMark],
    strangers: Mapping[str, str] | None = None,
    revision: int,
    by: Person,
    now: datetime | None = None,
) -> RollCall:
    """Keep what the teacher says so far, by the lines' public ids. Raises `StaleSheet`,
    `RollClosed` or another `Refusal`.

    `strangers`: by their public ids, the public id of the student's line, or that it is none
    (`NOT_A_STUDENT`).
    """
    now = now or timezone.now()
    with transaction.atomic():
        roll = _held(roll)
        if refusal := rules.why_not_write(roll, revision=revision, now=now):
            raise refusal
        _write(roll, marks, strangers or {}, by=by, now=now)
        roll.revision, roll.saved_at = roll.revision + 1, now
        roll.save(update_fields=["revision", "saved_at"])
    return roll


def close(
    *,
    roll: RollCall,
    marks: Mapping[str, RollMark],
    strangers: Mapping[str, str] | None = None,
    revision: int,
    by: Person,
    now: datetime | None = None,
) -> RollCall:
    """Save, and close for good unless somebody is still to decide: nobody is absent by default.

    Idempotent. Raises `StaleSheet`, `RollClosed` or another `Refusal`; `is_closed` says whether it
    is closed.
    """
    now = now or timezone.now()
    with transaction.atomic():
        roll = _held(roll)
        if (
            roll.is_closed
            and roll.closed_by_id == by.pk
            and roll.revision == revision + 1
            and _says(roll, marks)
        ):
            return roll
        if refusal := rules.why_not_write(roll, revision=revision, now=now):
            raise refusal
        _write(roll, marks, strangers or {}, by=by, now=now)
        roll.revision, roll.saved_at = roll.revision + 1, now
        if not roll.lines.filter(status="").exists():
            roll.closed_at, roll.closed_by, roll.closed_by_name = now, by, by.display_name
            _freeze_names(roll)
            log(instance=roll, action="continuity.close_roll", user=by)
        roll.save(
            update_fields=["revision", "saved_at", "closed_at", "closed_by", "closed_by_name"]
        )
    return roll


def _freeze_names(roll: RollCall) -> None:
    """Copy the students' names to the lines, so that a closed roll keeps them."""
    lines = list(roll.lines.select_related("student"))
    for line in lines:
        line.closed_family_name, line.closed_given_name = (
            line.student.last_name,
            line.student.given_name,
        )
    RollLine.objects.bulk_update(lines, ["closed_family_name", "closed_given_name"])


def correct(
    *,
    line: RollLine,
    mark: RollMark,
    by: Person,
    key: uuid.UUID,
    saw_a_document: bool = False,
    now: datetime | None = None,
) -> RollCorrection:
    """Add a correction with its reason to a closed line: the line keeps its first state (case C28).
    Idempotent by key: another mark under the same key is a new correction.

    Raises a `Refusal`.
    """
    keys = keys_of_form(key, line.pk, by.pk, content=[mark.as_kept, saw_a_document])
    with transaction.atomic():
        roll = _held(line.roll_call)
        of_form = RollCorrection.objects.filter(line=line, corrected_by=by, key__in=keys)
        if already := of_form.filter(**mark.as_kept, saw_a_document=saw_a_document).first():
            return already
        before = standing_of(line)
        after = {name: value for name, value in mark.as_kept.items() if name != "reason"}
        if refusal := rules.why_not_correct(roll, before, after):
            raise refusal
        correction = RollCorrection.objects.create(
            key=keys.changed if of_form.exists() else keys.own,
            line=line,
            was_status=before["status"],
            was_mode=before["mode"],
            reason=mark.reason,
            saw_a_document=saw_a_document,
            corrected_by=by,
            corrected_at=now or timezone.now(),
            **after,
        )
        log(instance=roll, action="continuity.correct_roll", user=by, data={"line": line.public_id})
    return correction


def standing_of(line: RollLine) -> dict:
    """The state of a line by its columns, corrections included, without the reason."""
    newest = line.corrections.last() or line
    return {name: getattr(newest, name) for name in KEPT if name != "reason"}


def record_export(*, school: Organisation, by: Person, first: date, last: date, lines: int) -> None:
    """Log who exported which days of the register."""
    log(
        instance=school,
        action="continuity.export_rolls",
        user=by,
        data={"first": f"{first}", "last": f"{last}", "lines": lines},
    )


def follow_the_rooms(now: datetime, *, ended_within: timedelta = FOLLOWED_FOR) -> None:
    """The sweep behind `presence_settled`: open rolls of video classes that go on or ended so long
    ago are measured anew.
    """
    stands = Exists(PlanItem.objects.filter(meeting=OuterRef("pk")))
    begun = {
        "occurrence__start__lte": now + OPENS_BEFORE,
        "occurrence__end__gt": now - ended_within,
    }
    ours = Meeting.objects.going_on().filter(
        stands, series__video_class__isnull=False, roll_call__closed_at__isnull=True, **begun
    )
    for pk in ours.values_list("pk", flat=True):
        try:
            prefill(pk, now=now)
        except Exception:
            logger.exception("the roll of meeting %s could not be prefilled", pk)


def _held(roll: RollCall) -> RollCall:
    held = lock_then_read(RollCall.objects.filter(pk=roll.pk))
    return held.select_related("teaching__school_class__school", "meeting__occurrence").get()


def _write(
    roll: RollCall,
    marks: Mapping[str, RollMark],
    strangers: Mapping[str, str],
    *,
    by: Person,
    now: datetime,
) -> None:
    lines = {line.public_id: line for line in roll.lines.all()}
    changed = []
    for public_id, mark in marks.items():
        line = lines.get(public_id)
        if line is not None and any(
            getattr(line, name) != value for name, value in mark.as_kept.items()
        ):
            for name, value in mark.as_kept.items():
                setattr(line, name, value)
            changed.append(line)
    if changed:
        RollLine.objects.bulk_update(changed, KEPT)
    if (
        strangers
        and _decide(roll, lines, strangers, by=by, now=now)
        and _presence_is_known(roll, now)
    ):
        measure(roll, now=now)


def _decide(
    roll: RollCall,
    lines: Mapping[str, RollLine],
    choices: Mapping[str, str],
    *,
    by: Person,
    now: datetime,
) -> bool:
    """Say of strangers who they are: only ever the teacher's word. True if anything changed."""
    changed = []
    for stranger in Stranger.objects.filter(roll_call=roll, public_id__in=choices):
        choice = choices[stranger.public_id]
        if choice not in ("", NOT_A_STUDENT) and choice not in lines:
            raise NotOnTheRoll
        student_id = lines[choice].student_id if choice in lines else None
        is_decided = choice != ""
        if (student_id, is_decided) != (stranger.student_id, stranger.decided_at is not None):
            stranger.student_id = student_id
            stranger.decided_by, stranger.decided_at = (by, now) if is_decided else (None, None)
            changed.append(stranger)
    Stranger.objects.bulk_update(changed, ["student", "decided_by", "decided_at"])
    return bool(changed)


def _says(roll: RollCall, marks: Mapping[str, RollMark]) -> bool:
    lines = {line.public_id: line for line in roll.lines.all()}
    return all(
        public_id in lines
        and all(getattr(lines[public_id], name) == value for name, value in mark.as_kept.items())
        for public_id, mark in marks.items()
    )
