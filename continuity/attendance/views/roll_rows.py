"""A roll's lines as its page shows them: facts in words, what is marked, in which tone."""

from dataclasses import dataclass, field

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from continuity.attendance.forms.roll_call import RollForm
from continuity.attendance.values.roll_call import RollMark
from continuity.enums import Expectation, Mode, Status
from continuity.models import RollCall, RollCorrection, RollLine

TONES = {
    Status.PRESENT: "done",
    Status.LATE: "wait",
    Status.LEFT_EARLY: "wait",
    Status.ABSENT: "warn",
    Status.EXCUSED: "calm",
    Status.EXEMPT: "calm",
    "": "warn",
}
SIGNS = {
    Status.PRESENT: "circle-check",
    Status.LATE: "clock",
    Status.LEFT_EARLY: "clock",
    Status.ABSENT: "circle-x",
    Status.EXCUSED: "info",
    Status.EXEMPT: "info",
    "": "circle-help",
}


@dataclass
class RollRow:
    """`mark` is what stands in the fields: what was typed, else what was said, else what is
    proposed.
    """

    line: RollLine
    mark: RollMark
    hint: str
    wrong: str = ""
    typed_minutes: dict[str, str] = field(default_factory=dict)  # of a line that is wrong
    meanwhile: str = ""  # what somebody else saved, where something else was typed here
    corrections: list[RollCorrection] = field(default_factory=list)

    @property
    def status(self) -> str:
        """The one of the four marks that is set, or counts by now: a student who left early is
        present.
        """
        return Status.PRESENT if self.status_now == Status.LEFT_EARLY else self.status_now

    @property
    def status_now(self) -> str:
        """Corrections included."""
        return self.corrections[-1].status if self.corrections else self.mark.status

    @property
    def late(self) -> int | str | None:
        return self.typed_minutes.get("late", self.mark.late)

    @property
    def early(self) -> int | str | None:
        return self.typed_minutes.get("early", self.mark.early)

    @property
    def tone(self) -> str:
        return TONES[self.mark.status]

    @property
    def said(self) -> str:
        return said(self.line)

    @property
    def corrections_in_words(self) -> list[tuple[str, RollCorrection]]:
        return [(said(one), one) for one in self.corrections]

    @property
    def tone_now(self) -> str:
        return TONES[self.status_now]

    @property
    def has_more(self) -> bool:
        return bool(self.mark.early or self.mark.reason or self.wrong)


@dataclass(frozen=True)
class RollTally:
    """Number of students of one status, in words."""

    tone: str
    sign: str
    status: str
    count: int
    words: str

    @property
    def plural_forms(self) -> dict[str, str]:
        """Words for one and for two, by the categories of `Intl.PluralRules` (roll.js counts on)."""
        return {
            "one": counted(self.status, 1).words,
            "other": counted(self.status, 2).words,
        }


def rows_of(roll: RollCall, lines: list[RollLine], form: RollForm | None = None) -> list[RollRow]:
    return [_row(roll, line, form) for line in lines]


def _row(roll: RollCall, line: RollLine, form: RollForm | None) -> RollRow:
    kept = kept_mark(line)
    typed = form.marks.get(line.public_id) if form else None
    if form is None or typed is None:
        return RollRow(line, kept, hint(line, roll))
    is_other = bool(line.status) and typed.as_kept != kept.as_kept
    wrong = form.errors.get(line.public_id, "")
    minutes = {name: form.typed(name, line.public_id) for name in ("late", "early")}
    return RollRow(
        line,
        typed,
        hint(line, roll),
        wrong=wrong,
        typed_minutes=minutes if wrong else {},
        meanwhile=said(line) if is_other else "",
    )


def carry_over(rows: list[RollRow], away: dict[int, RollMark]) -> None:
    """Mark students who were away in the hour before, until the teacher decides; not those seen by
    video.
    """
    for row in rows:
        if row.line.student_id in away and row.line.proposed_mode != Mode.VIDEO:
            row.mark = away[row.line.student_id]


def kept_mark(line: RollLine) -> RollMark:
    if line.status:
        return RollMark(line.status, line.mode, line.minutes_late, line.minutes_early, line.reason)
    return RollMark(
        line.proposed_status, line.proposed_mode, line.proposed_late, line.proposed_early
    )


def said(line) -> str:
    """A line or a correction in words: status, minutes, how."""
    late, early = {"minutes": line.minutes_late}, {"minutes": line.minutes_early}
    if line.minutes_late and line.status == Status.LATE:
        parts = [_("Late by %(minutes)s min") % late]
    elif line.minutes_early and line.status == Status.LEFT_EARLY:
        parts = [_("Left %(minutes)s min before the end") % early]
    else:
        parts = [line.get_status_display()]
    if line.minutes_late and line.status != Status.LATE:
        parts.append(_("late by %(minutes)s min") % late)
    if line.minutes_early and line.status != Status.LEFT_EARLY:
        parts.append(_("%(minutes)s min before the end") % early)
    if line.mode:
        parts.append(str(Mode(line.mode).label).lower())
    return ", ".join(parts)


def hint(line: RollLine, roll: RollCall) -> str:
    """Facts about the student's presence, in words, shown beside the teacher's mark."""
    facts = []
    if line.proposed_mode == Mode.VIDEO:
        facts.append(_("By video, %(minutes)s min") % {"minutes": line.minutes_seen})
        if line.times_cut:
            facts.append(
                ngettext("line cut once", "line cut %(count)s times", line.times_cut)
                % {"count": line.times_cut}
            )
        if line.proposed_late:
            facts.append(
                _("came %(minutes)s min after the beginning") % {"minutes": line.proposed_late}
            )
        if line.proposed_early:
            facts.append(
                _("left %(minutes)s min before the end") % {"minutes": line.proposed_early}
            )
    if line.expectation == Expectation.ATTENDS:
        facts.append(_("Exempt, attends"))
    elif line.expectation == Expectation.EXCUSED:
        facts.append(_("On leave"))
    if line.worked_at:
        facts.append(
            _("By work: handed in at %(hour)s")
            % {"hour": formats.time_format(timezone.localtime(line.worked_at), "TIME_FORMAT")}
        )
    if not facts and roll.meeting_id and not line.proposed_status:
        facts.append(_("Not seen by video, no work handed in that day"))
    return ", ".join(facts)


def counted(status: str, count: int) -> RollTally:
    """Make the tally of one status, in words."""
    words = {
        Status.PRESENT: ngettext("%(count)s present", "%(count)s present", count),
        Status.LATE: ngettext("%(count)s late", "%(count)s late", count),
        Status.LEFT_EARLY: ngettext("%(count)s left early", "%(count)s left early", count),
        Status.ABSENT: ngettext("%(count)s absent", "%(count)s absent", count),
        Status.EXCUSED: ngettext("%(count)s excused", "%(count)s excused", count),
        Status.EXEMPT: ngettext("%(count)s exempt", "%(count)s exempt", count),
        "": ngettext("%(count)s to decide", "%(count)s to decide", count),
    }
    return RollTally(TONES[status], SIGNS[status], status, count, words[status] % {"count": count})


def tallies(rows: list[RollRow]) -> list[RollTally]:
    """Tallies of the four marks, and of those to decide: a student who left early is present."""
    shown = (Status.PRESENT, Status.LATE, Status.ABSENT, Status.EXCUSED, "")
    return [counted(status, sum(row.status == status for row in rows)) for status in shown]
