"""Content of the page of a sheet: rows as typed or saved, contests, who is in the room."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from courses.live import queries as rooms
from courses.live.enums import RoomRole
from courses.live.values import OPENS_BEFORE, STAYS_OPEN_AFTER
from courses.people.models import Person
from courses.people.permissions import (
    PersonRequest,
    is_planner,
)
from training import rules
from training.enums import AttendanceVerdict, Attested
from training.forms.attendance import (
    MarkAllForm,
    SheetForm,
)
from training.forms.presence import ContestAnswerForm
from training.models import PresenceContest, Sheet
from training.queries.attendance import (
    SheetPage,
    SheetRow,
    sheet_page,
)
from training.queries.leading import leads
from training.values import Decision


@dataclass
class Here:
    """How many of those who are expected are in the room now."""

    people: int
    expected: int
    guests: int


@dataclass
class ShownContest:
    """A contest on its sheet, with the form of its answer while it is open."""

    contest: PresenceContest
    row: SheetRow
    form: ContestAnswerForm | None


@dataclass
class ShownSheetRow:
    """A row with what stands in its fields: what was typed, else what is kept."""

    row: SheetRow
    decision: Decision
    wrong: str = ""
    is_other: bool = False  # typed over something that was saved meanwhile

    @property
    def tone(self) -> str:
        if self.row.line.is_to_check and self.row.line.attested_minutes is None:
            return "wait"
        return {
            AttendanceVerdict.PRESENT: "done",
            AttendanceVerdict.PARTIAL: "wait" if self.row.is_just_short else "warn",
            AttendanceVerdict.ABSENT: "warn",
        }[self.row.proposal]

    @property
    def sign(self) -> str:
        return {"done": "circle-check", "wait": "hourglass", "warn": "circle-x"}[self.tone]


def context_of(request: PersonRequest, found: Sheet, form: SheetForm | None = None) -> dict:
    now, meeting = timezone.now(), found.meeting
    adviser = is_planner(request.user)
    is_over = meeting.ends_at <= now
    page = sheet_page(found, sees_names=adviser, is_over=is_over)
    room_is_open = meeting.starts_at - OPENS_BEFORE <= now < meeting.ends_at + STAYS_OPEN_AFTER
    stays = rooms.stays_in(meeting, now=now) if room_is_open else []
    by_trainer = not adviser or leads(request.user, meeting)
    there = any(one.is_open and one.role == RoomRole.MODERATOR for one in stays)
    refusal = rules.why_not_close(found, by_trainer=by_trainer, trainer_is_there=there, now=now)
    return {
        "sheet": found,
        "session": found.session,
        "meeting": meeting,
        "page": page,
        "shown": [_shown(row, form) for row in page.rows],
        "here": _here(page, stays) if room_is_open and not found.is_closed else None,
        "is_over": is_over,
        "bar_tone": "" if is_over else "now",
        "why_not": None if found.is_closed else refusal,
        "can_write": refusal is None,
        "why_hours": rules.why_not_close_as_measured(found) if refusal is None else None,
        "axis": axis(found),
        "is_typed_over": form is not None and form.is_valid(),
        "adviser": adviser,
        "choices": Attested,
        "to_check": sum(row.line.is_to_check for row in page.rows),
        "unseen": sum(rules.is_seen_nowhere(row.line) for row in page.rows),
        "in_the_list": sum(rules.is_only_in_the_list(row.line) for row in page.rows),
        "mark_form": MarkAllForm(initial={"revision": found.revision}),
        "why_no_list": rules.why_not_list(found, now=now),
        "listed": found.provider_rows.count() if adviser else 0,
        "contests": shown_contests(page.rows, request.user),
        "now": now,
    }


def shown_contests(
    rows: list[SheetRow], reader: Person, sent: ContestAnswerForm | None = None
) -> list[ShownContest]:
    """Those of the sheet's lines, open ones first; with the answer that was sent and refused. One's
    own has no form.
    """
    found = [
        ShownContest(one, row, _answer_form(one, sent) if _may_answer(one, row, reader) else None)
        for row in rows
        for one in row.line.contests.all()
    ]
    return sorted(found, key=lambda shown: (not shown.contest.is_open, shown.contest.asked_at))


def _may_answer(contest: PresenceContest, row: SheetRow, reader: Person) -> bool:
    return contest.is_open and row.teacher != reader


def _answer_form(contest: PresenceContest, sent: ContestAnswerForm | None) -> ContestAnswerForm:
    if sent is not None and sent.prefix == contest.public_id:
        return sent
    return ContestAnswerForm(prefix=contest.public_id)


def axis(found: Sheet) -> tuple[datetime, datetime]:
    """Return from where to where the bars run: the planned hours, and stated ones beyond them."""
    ends = [
        found.meeting.starts_at,
        found.meeting.ends_at,
        found.real_starts_at,
        found.real_ends_at,
    ]
    known = [instant for instant in ends if instant]
    return min(known), max(known)


def _here(page: SheetPage, stays) -> Here:
    inside = {one.subject for one in stays if one.is_open and one.role != RoomRole.MODERATOR}
    people = sum(row.line.subject in inside for row in page.rows)
    return Here(people, len(page.rows), len(inside) - people)


def _shown(row: SheetRow, form: SheetForm | None) -> ShownSheetRow:
    kept = Decision(Attested(row.line.choice), row.line.chosen_minutes, row.line.reason)
    if row.line.is_to_check and row.line.provider_minutes is not None:
        kept = Decision(Attested.PROVIDER)  # proposed; it counts once it is saved
    typed = form.decisions.get(row.line.public_id) if form else None
    if form is None or typed is None:
        return ShownSheetRow(row, kept)
    return ShownSheetRow(
        row, typed, form.errors.get(row.line.public_id, ""), is_other=typed.as_kept != kept.as_kept
    )
