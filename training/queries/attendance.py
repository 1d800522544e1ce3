"""What sheets show, and what a session's sheets amount to."""

from dataclasses import dataclass, field

from django.db.models import Q

from training.enums import SheetState
from training.models import Session, Sheet, SheetLine


@dataclass
class Tally:
    """What a session's sheets amount to: the real and the planned length of the meetings held, and the minutes attested by enrolment."""

    real_minutes: int = 0
    planned_minutes: int = 0
    meetings: list = field(default_factory=list)
    attested_by: list[str] = field(default_factory=list)
    followed: dict[int, int] = field(default_factory=dict)


def tally(session: Session, *, as_if_closed: Sheet | None = None) -> Tally:
    """From the closed sheets of meetings that weren't cancelled, corrections included; `as_if_closed` with what is chosen so far."""
    counted = Q(state=SheetState.CLOSED)
    if as_if_closed:
        counted |= Q(pk=as_if_closed.pk)
    sheets = Sheet.objects.filter(counted, session=session, meeting__occurrence__cancelled=False)
    sheets = {sheet.pk: sheet for sheet in sheets.select_related("meeting__occurrence", "closed_by").order_by("meeting__occurrence__start")}
    found = Tally(
        real_minutes=sum(sheet.real_minutes for sheet in sheets.values()),
        planned_minutes=sum(round(sheet.meeting.duration.total_seconds() / 60) for sheet in sheets.values()),
        meetings=[sheet.meeting for sheet in sheets.values()],
        attested_by=list(dict.fromkeys(sheet.closed_by.display_name for sheet in sheets.values() if sheet.closed_by)),
    )
    lines = SheetLine.objects.participants().with_corrections().filter(sheet__in=sheets).select_related("participation")
    for line in lines:
        enrolment = line.participation.enrolment_id
        found.followed[enrolment] = found.followed.get(enrolment, 0) + counted_minutes(line, sheets[line.sheet_id])
    return found


def counted_minutes(line: SheetLine, sheet: Sheet) -> int:
    """The newest correction's minutes, else those frozen at closing, else those chosen so far."""
    if line.corrected_minutes is not None:
        return line.corrected_minutes
    return line.attested_minutes if line.attested_minutes is not None else line.chosen(sheet.real_minutes)
