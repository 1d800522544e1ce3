"""The roll as it was posted, and a correction of one line."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from continuity.attendance.values.roll_call import MOST_MINUTES, RollMark
from continuity.enums import Mode, Status
from courses.fields import TextAboutAPerson

MARKS = (
    Status.PRESENT,
    Status.LATE,
    Status.ABSENT,
    Status.EXCUSED,
)  # who leaves early is present, with minutes
BESIDE_A_MARK = ("mode", "late", "early", "reason")


class RollForm:
    """Marks of a roll by the lines' public ids. A value that can't be read, or that was typed for a
    student without a mark, is an error beside its line.
    """

    def __init__(self, lines, data):
        self.data = data
        self.errors: dict[str, str] = {}
        self.marks: dict[str, RollMark] = {}
        self.strangers = {
            name.partition("-")[2]: data[name] for name in data if name.startswith("stranger-")
        }
        revision = data.get("revision", "")
        self.revision = int(revision) if revision.isdecimal() and len(revision) < 9 else -1
        for line in lines:
            if (status := data.get(f"status-{line.public_id}", "")) in MARKS:
                self.marks[line.public_id] = self._mark(line.public_id, status)
            elif any(self.typed(name, line.public_id) for name in BESIDE_A_MARK):
                self.errors[line.public_id] = _(
                    "Choose present, late, absent or excused: what is typed here is saved with it."
                )
                self.marks[line.public_id] = self._mark(line.public_id, "")

    def typed(self, name: str, public_id: str) -> str:
        """What stands in a field of a line, read or not."""
        return self.data.get(f"{name}-{public_id}", "").strip()

    def _mark(self, public_id: str, status: str) -> RollMark:
        mode = self.typed("mode", public_id)
        return RollMark(
            status=status,
            mode=mode if mode in Mode else Mode.UNKNOWN,
            late=self._minutes("late", public_id) if status == Status.LATE else None,
            early=self._minutes("early", public_id) if status else None,
            reason=self.typed("reason", public_id)[:200],
        )

    def _minutes(self, name: str, public_id: str) -> int | None:
        typed = self.typed(name, public_id)
        if not typed:
            return None
        if not (typed.isascii() and typed.isdigit() and int(typed[:4]) <= MOST_MINUTES):
            self.errors[public_id] = _("Minutes are a whole number, at most %(most)s.") % {
                "most": MOST_MINUTES
            }
            return None
        return int(typed) or None

    def is_valid(self) -> bool:
        return not self.errors


class RollCorrectionForm(forms.Form):
    """One line put right after closing, with its reason."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    status = forms.ChoiceField(
        label=gettext_lazy("Current status"), choices=Status.choices, widget=forms.RadioSelect
    )
    mode = forms.ChoiceField(
        label=gettext_lazy("How the student was there"), choices=Mode.choices, required=False
    )
    late = forms.IntegerField(
        label=gettext_lazy("Minutes late"), min_value=1, max_value=MOST_MINUTES, required=False
    )
    early = forms.IntegerField(
        label=gettext_lazy("Minutes before the end"),
        min_value=1,
        max_value=MOST_MINUTES,
        required=False,
    )
    reason = TextAboutAPerson(
        label=gettext_lazy("Reason"),
        max_length=200,
        help_text=gettext_lazy("Staff of the school read it."),
    )
    saw_a_document = forms.BooleanField(
        label=gettext_lazy("I have seen a document"),
        required=False,
        help_text=gettext_lazy("It isn’t kept: that you saw it, and when, is."),
    )

    @property
    def mark(self) -> RollMark:
        said = self.cleaned_data
        return RollMark(
            status=said["status"],
            mode=said["mode"],
            late=said["late"],
            early=said["early"],
            reason=said["reason"].strip(),
        )
