"""Measure the marks that a roll proposes, from leave, video and work.

Nobody is ever absent by measure: the teacher decides on students who left no trace.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from continuity.attendance.values.presence import Interval, Seen, frame, seen
from continuity.enums import Expectation, HandInState, Mode, Status
from continuity.models import HandIn, RollCall, RollLine, Stranger
from continuity.school.queries.exemptions import Exemptions, exemptions_of
from courses.agenda.queries import school_days
from courses.live import queries as rooms
from courses.live.enums import RoomRole
from courses.live.values import union

PROPOSED = [
    "proposed_status",
    "proposed_mode",
    "proposed_late",
    "proposed_early",
    "minutes_seen",
    "times_cut",
    "worked_at",
    "expectation",
]


@dataclass
class Traces:
    """Facts about a roll's hour beside the roster: video, work and leave."""

    seen: dict[int, Seen]
    worked_at: dict[int, datetime]
    exemptions: Exemptions
    subject_id: int
    day: date

    def proposal(self, student_id: int, *, is_in_a_room: bool) -> dict:
        """Proposed mark by the line's columns. A student seen by video was there, leave or not."""
        there, worked_at = self.seen.get(student_id), self.worked_at.get(student_id)
        expectation = self.exemptions.expectation(student_id, self.subject_id, self.day)
        status, mode, late, early = "", Mode.UNKNOWN, None, None
        if there:
            status = (
                Status.LATE if there.late else Status.LEFT_EARLY if there.early else Status.PRESENT
            )
            mode, late, early = Mode.VIDEO, there.late, there.early
        elif expectation == Expectation.EXCUSED:
            status = Status.EXCUSED
        elif worked_at and not is_in_a_room:
            status, mode = Status.PRESENT, Mode.WORK
        elif is_in_a_room:
            status, mode = Status.PRESENT, Mode.ROOM
        return {
            "proposed_status": status,
            "proposed_mode": mode,
            "proposed_late": late,
            "proposed_early": early,
            "minutes_seen": there.minutes if there else 0,
            "times_cut": there.times_cut if there else 0,
            "worked_at": worked_at,
            "expectation": expectation,
        }


def measure(roll: RollCall, *, now: datetime) -> None:
    """Bring the lines of an open roll in line with the roster, leave, video and work. The roll is
    held by the caller.

    What the teacher said stays. Lines come and go with the roster; a line with the teacher's word
    stays.
    """
    day = timezone.localdate(roll.starts_at)
    roster = list(roll.teaching.school_class.students_on(day).values_list("pk", flat=True))
    subject_id = roll.teaching.subject_id
    exemptions = exemptions_of(roster, day, day, school_days(roll.teaching.school_class.school))
    on_it = [
        pk for pk in roster if exemptions.expectation(pk, subject_id, day) != Expectation.EXEMPT
    ]
    lines = {line.student_id: line for line in roll.lines.all()}
    seen_by_video = _seen(roll, set(on_it) | set(lines), now)
    traces = Traces(seen_by_video, _worked_at(roll, on_it), exemptions, subject_id, day)
    gone = [line.pk for pk, line in lines.items() if pk not in on_it and not line.status]
    changed, new = [], []
    for pk in on_it:
        proposal = traces.proposal(pk, is_in_a_room=roll.meeting_id is None)
        line = lines.get(pk)
        if line is None:
            new.append(RollLine(roll_call=roll, student_id=pk, **proposal))
        elif any(getattr(line, name) != value for name, value in proposal.items()):
            for name, value in proposal.items():
                setattr(line, name, value)
            changed.append(line)
    RollLine.objects.filter(pk__in=gone).delete()
    RollLine.objects.bulk_create(new)
    RollLine.objects.bulk_update(changed, PROPOSED)


def _worked_at(roll: RollCall, students: list[int]) -> dict[int, datetime]:
    """Time of each student's first hand-in on that day of homework that this teaching has given,
    also where it counts for another class; a replaced version counts too.
    """
    day = timezone.localdate(roll.starts_at)
    done = HandIn.objects.filter(
        assignment__homework__assignments__teaching=roll.teaching_id,
        student__in=students,
        handed_in_at__date=day,
        state__in=[HandInState.HANDED_IN, HandInState.REPLACED],
    )
    found = done.order_by("-handed_in_at").values_list("student", "handed_in_at")
    return {student: handed_in_at for student, handed_in_at in found if handed_in_at}


def _seen(roll: RollCall, students: set[int], now: datetime) -> dict[int, Seen]:
    """Presence by video, by student. Somebody who isn't on the roll, or came without a pass,
    becomes a stranger: never matched by name (case C23).
    """
    if roll.meeting is None:
        return {}
    everybody = rooms.stays_in(roll.meeting, now=now)
    led = union(
        stay for one in everybody if one.role == RoomRole.MODERATOR for stay in one.intervals
    )
    held = frame((roll.starts_at, roll.ends_at), led)
    is_over = now >= roll.ends_at
    strangers = {stranger.occupant: stranger for stranger in roll.strangers.all()}
    stays: dict[int, list[Interval]] = {}
    for one in everybody:
        if one.role == RoomRole.MODERATOR:
            continue
        student = one.person_id if one.person_id in students else None
        if student is None:
            student = _stranger(roll, strangers, one, seen(one.intervals, held, is_over=is_over))
        if student:
            stays.setdefault(student, []).extend(one.intervals)
    found = {pk: seen(union(intervals), held, is_over=is_over) for pk, intervals in stays.items()}
    return {pk: there for pk, there in found.items() if there}


def _stranger(
    roll: RollCall, strangers: dict[str, Stranger], one: rooms.PersonStays, there: Seen | None
) -> int | None:
    """Keep the stranger's line, and say to whom the teacher has attached it, if to anybody."""
    minutes = there.minutes if there else 0
    known = strangers.get(one.subject[:200])
    if known is None:
        Stranger.objects.create(
            roll_call=roll,
            occupant=one.subject[:200],
            shown_name=one.shown_name[:200],
            minutes=minutes,
        )
        return None
    if known.minutes != minutes:
        known.minutes = minutes
        known.save(update_fields=["minutes"])
    return known.student_id
