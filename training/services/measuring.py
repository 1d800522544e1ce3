"""Lines of a sheet, computed from the stays of a room. Called under the sheet's lock."""

import datetime
from collections.abc import Iterable
from itertools import chain

from courses.live import queries as rooms
from courses.live.enums import RoomRole
from courses.live.models import RoomPass
from courses.live.values import RAW_EVENTS_KEPT, union
from training.enums import HOLD_A_SEAT, HoursSource
from training.models import Participation, Sheet, SheetLine
from training.values import (
    Interval,
    RealTime,
    intervals_of,
    real_time,
    whole_minutes,
    within,
)

MEASURED = [
    "participation_id",
    "subject",
    "shown_name",
    "stays",
    "measured_minutes",
    "has_estimate",
]
OF_THE_SHEET = ["measure", "held", "real_starts_at", "real_ends_at", "real_minutes"]


def measure(sheet: Sheet, *, now: datetime.datetime) -> bool:
    """Bring the real time and every line in step with the room. True, and a higher revision, if
    anything changed.

    Stated hours stay as they were stated: the lines are measured within them. After thirty days the
    room's stays are erased: the lines keep theirs.
    """
    if sheet.meeting.ends_at <= now - RAW_EVENTS_KEPT and sheet.lines.exists():
        return False
    people = rooms.stays_in(sheet.meeting, now=now)
    led = list(
        chain.from_iterable(one.intervals for one in people if one.role == RoomRole.MODERATOR)
    )
    if sheet.has_stated_hours:
        real = RealTime(HoursSource.STATED, intervals_of(sheet.held))
    else:
        real = real_time(led, planned=(sheet.meeting.starts_at, sheet.meeting.ends_at))
    was = [getattr(sheet, name) for name in OF_THE_SHEET]
    sheet.measure, sheet.held, sheet.real_minutes = (
        real.measure,
        written(real.intervals),
        real.minutes,
    )
    sheet.real_starts_at, sheet.real_ends_at = real.intervals[0][0], real.intervals[-1][1]
    attended = {one.subject: one for one in people if one.role != RoomRole.MODERATOR}
    changed = _keep_lines(sheet, attended, real.intervals)
    if changed or was != [getattr(sheet, name) for name in OF_THE_SHEET]:
        sheet.revision += 1
        sheet.save(update_fields=[*OF_THE_SHEET, "revision"])
        return True
    return False


def together(own: SheetLine, guest: SheetLine) -> int:
    """Put the guest's stays on the participant's line, unsaved: counted once where they overlap.

    Gives the minutes.
    """
    stays = union([*intervals_of(own.stays), *intervals_of(guest.stays)])
    own.stays, own.measured_minutes = written(stays), whole_minutes(stays)
    own.has_estimate = own.has_estimate or guest.has_estimate
    return own.measured_minutes


def written(intervals: Iterable[Interval]) -> list[list[str]]:
    return [
        [begin.astimezone(datetime.UTC).isoformat(), end.astimezone(datetime.UTC).isoformat()]
        for begin, end in intervals
    ]


def _keep_lines(sheet: Sheet, attended: dict, real: list[Interval]) -> bool:
    expected = _expected(sheet)
    passes = {
        one.person_id: one
        for one in RoomPass.objects.filter(room__meeting=sheet.meeting_id).select_related("person")
    }
    lines = list(sheet.lines.all())
    gone = [line for line in lines if _is_gone(line, expected, attended)]
    sheet.lines.filter(pk__in=[line.pk for line in gone]).delete()
    gone_pks = {line.pk for line in gone}
    lines = [
        line for line in lines if line.pk not in gone_pks and line.joined_to_id not in gone_pks
    ]
    known = {line.participation_id: line for line in lines if not line.is_guest}
    guests = {line.subject: line for line in lines if line.is_guest}
    taken: set[str] = set()
    kept: list[SheetLine] = []
    for participation in expected.values():
        key = passes.get(participation.enrolment.teacher_id)
        subject = key.subject if key else f"participation:{participation.pk}"
        line = known.get(participation.pk) or guests.get(subject) or SheetLine(sheet=sheet)
        before = _measured(line)
        line.participation_id, line.subject = participation.pk, subject
        line.shown_name = key.display_name if key else participation.enrolment.teacher.given_name
        subjects = {
            line.subject,
            *(
                guest.subject
                for guest in guests.values()
                if guest.joined_to_id and guest.joined_to_id == line.pk
            ),
        }
        taken |= subjects
        kept.append(_fill(line, subjects, attended, real, before=before))
    for subject in attended.keys() - taken:
        line = guests.get(subject) or SheetLine(sheet=sheet, subject=subject)
        before = _measured(line)
        line.shown_name = attended[subject].shown_name
        kept.append(_fill(line, {subject}, attended, real, before=before))
    new, changed = (
        [line for line in kept if line.pk is None],
        [line for line in kept if line.pk and line.has_changed],
    )
    SheetLine.objects.bulk_create(new)
    SheetLine.objects.bulk_update(changed, [name.removesuffix("_id") for name in MEASURED])
    return bool(new or changed or gone)


def _expected(sheet: Sheet) -> dict[int, Participation]:
    rows = Participation.objects.expected().filter(
        meeting=sheet.meeting_id, enrolment__session=sheet.session_id
    )
    rows = rows.filter(enrolment__state__in=HOLD_A_SEAT).select_related("enrolment__teacher")
    return {row.pk: row for row in rows.order_by("pk")}


def _is_gone(line: SheetLine, expected: dict[int, Participation], attended: dict) -> bool:
    """A seat given back before the start, or a connection that a later event explained away."""
    if not line.is_guest:
        return line.participation_id not in expected
    return line.joined_to_id is None and line.subject not in attended


def _measured(line: SheetLine) -> list:
    return [getattr(line, name) for name in MEASURED]


def _fill(
    line: SheetLine, subjects: set[str], attended: dict, real: list[Interval], *, before: list
) -> SheetLine:
    seen = [attended[subject] for subject in subjects if subject in attended]
    stays = within(union(chain.from_iterable(one.intervals for one in seen)), real)
    line.stays, line.measured_minutes = (
        written(stays),
        min(whole_minutes(stays), whole_minutes(real)),
    )
    line.has_estimate = any(one.has_estimate for one in seen)
    line.has_changed = _measured(line) != before
    return line
