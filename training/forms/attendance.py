"""The attendance sheet: what is attested, corrected, and who a guest was."""

import datetime

from django import forms
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext_lazy as _

from courses.agenda.values import Hours, instants_of
from courses.fields import TextAboutAPerson
from training.enums import Attested
from training.models import SheetLine
from training.rules import why_not_attest
from training.values import Decision


class SheetForm:
    """Decision for each line, read from `choice-…`, `minutes-…` and `reason-…`.

    Not a form of two hundred times three fields: a sheet is drawn and read in one go.
    """

    def __init__(self, lines: list[SheetLine], *, real_minutes: int, data=None):
        self.decisions: dict[str, Decision] = {}
        self.errors: dict[str, str] = {}
        self.revision = self._number(data.get("revision", "")) if data else None
        for line in lines:
            name = line.public_id
            if data is None or f"choice-{name}" not in data:
                continue
            choice = data[f"choice-{name}"]
            decision = Decision(
                Attested(choice) if choice in Attested.values else Attested.MEASURED,
                self._number(data.get(f"minutes-{name}", "")),
                data.get(f"reason-{name}", ""),
            )
            self.decisions[name] = decision
            if refusal := why_not_attest(line, decision, real_minutes=real_minutes):
                self.errors[name] = refusal.reason

    @staticmethod
    def _number(typed: str) -> int | None:
        return int(typed) if typed.strip().isdecimal() and len(typed) < 6 else None

    def is_valid(self) -> bool:
        return not self.errors and self.revision is not None


class SheetHoursForm(forms.Form):
    """When a meeting really took place, on its own day, and why that isn't what was measured."""

    begun = forms.TimeField(
        label=_("Begun at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    ended = forms.TimeField(
        label=_("Ended at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    reason = TextAboutAPerson(
        label=_("Reason"),
        max_length=300,
        help_text=_(
            "It stays on the sheet. Such as: the room broke down at 17:03, we went on by telephone."
        ),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, day: datetime.date, **kwargs):
        super().__init__(*args, **kwargs)
        self.day = day

    def clean(self):
        super().clean()
        said = self.cleaned_data
        if "begun" in said and "ended" in said:
            begun, ended = (
                instants_of(self.day, said["begun"]),
                instants_of(self.day, said["ended"]),
            )
            if not begun or not ended or begun[0] >= ended[-1]:
                raise forms.ValidationError(_("The end comes after the beginning."))
            said["hours"] = Hours(begun[0], ended[-1])
        return said


class MarkAllForm(forms.Form):
    """Why all were there, once for the whole sheet."""

    reason = TextAboutAPerson(
        label=_("Reason, for all lines"),
        required=False,
        max_length=300,
        initial=_("Held in another tool: all took part."),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)


class MinutesCorrectionForm(forms.Form):
    """After closing: other minutes, and why."""

    minutes = forms.IntegerField(
        label=_("Minutes"), min_value=0, widget=forms.NumberInput(attrs={"class": "input--short"})
    )
    reason = TextAboutAPerson(
        label=_("Reason"),
        max_length=300,
        help_text=_("It stays beside the entry, with your name."),
        strip=True,
    )

    def __init__(self, *args, real_minutes: int, **kwargs):
        super().__init__(*args, **kwargs)
        minutes = self.fields["minutes"]
        minutes.help_text = _("Between 0 and %(real_minutes)s, the real length of the meeting.") % {
            "real_minutes": real_minutes
        }
        minutes.widget.attrs["max"] = real_minutes
        minutes.validators.append(MaxValueValidator(real_minutes))


class GuestForm(forms.Form):
    """Who a guest was, by public id, and how that is known."""

    teacher = forms.CharField(max_length=12, widget=forms.HiddenInput)
    reason = TextAboutAPerson(
        label=_("Reason"),
        max_length=300,
        help_text=_("How you know who it was. It stays in the history of the enrolment."),
    )
