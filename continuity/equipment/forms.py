"""The days of a survey, and one answer; a thing of the pool; a loan."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from continuity.enums import (
    LOSSES,
    RETURNS,
    Criterion,
    EquipmentKind,
    ItemState,
    LossReason,
    NeedKind,
    NeedReason,
    NeedVerdict,
    Signatory,
)
from continuity.equipment.exceptions import CriteriaIncomplete
from continuity.equipment.values.numbers import number_of
from continuity.equipment.values.questions import QUESTIONS, SKIP, Question
from continuity.models import EquipmentItem, LoanLine
from continuity.models.equipment import MOST_EUROS
from continuity.writing.forms.days import TypedDayField
from courses.exceptions import Refusal
from courses.fields import TextAboutAPerson
from courses.people.models import Organisation, Person
from courses.tables.services.files import MOST_BYTES, text_of

MOST_DRAWN = 400_000  # characters of a drawn signature, as a browser sends it
MOST_WORDS = 200  # of a decision


class SurveyDaysForm(forms.Form):
    opens_on = TypedDayField(label=_("First day"))
    closes_on = TypedDayField(
        label=_("Last day"),
        help_text=_("Students can answer until the evening of that day."),
    )


class SurveyLastDayForm(forms.Form):
    closes_on = TypedDayField(
        label=_("Last day"),
        help_text=_("Today: it ends this evening."),
    )


class SurveyAnswerForm(forms.Form):
    """One press: `answer` says which button."""

    answer = forms.ChoiceField()
    adds = forms.BooleanField(required=False)

    def __init__(self, *args, question: Question, **kwargs):
        super().__init__(*args, **kwargs)
        options = [(one.value, one.label) for one in QUESTIONS[question].options]
        self.fields["answer"].choices = [*options, (SKIP, SKIP)]


class ThingForm(forms.Form):
    """`goes_with` is typed as a number: a list of hundreds is slower on a phone."""

    number = forms.CharField(
        label=_("Number"),
        max_length=12,
        help_text=_("As it stands on the thing. Letters, digits, hyphens."),
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off"}),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=EquipmentKind)
    model = forms.CharField(label=_("Make and model"), max_length=60, required=False)
    serial = forms.CharField(label=_("Serial number"), max_length=40, required=False)
    value_euros = forms.IntegerField(
        label=_("Estimated value, in euros"), min_value=0, max_value=MOST_EUROS, required=False
    )
    goes_with = forms.CharField(
        label=_("Goes with number"),
        max_length=12,
        required=False,
        help_text=_("Of a charger or a bag: the device to which it belongs."),
    )

    def __init__(self, *args, school: Organisation, item: EquipmentItem | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.school, self.item = school, item

    def clean_number(self):
        try:
            return number_of(self.cleaned_data["number"])
        except ValueError as error:
            raise forms.ValidationError(_("Letters, digits and hyphens only.")) from error

    def clean_goes_with(self):
        number = self.cleaned_data["goes_with"]
        if not number:
            return None
        found = self.school.equipment.filter(number__iexact=number).first()
        if found is None or found == self.item:
            raise forms.ValidationError(_("There is no other thing with this number."))
        return found


class ThingStateForm(forms.Form):
    state = forms.ChoiceField(choices=ItemState)
    is_erased = forms.BooleanField(required=False)


class PoolTableForm(forms.Form):
    file = forms.FileField(
        label=_("Table (CSV)"),
        required=False,
        help_text=_("At most 1 MB and 3,000 lines, as your spreadsheet saves it."),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv,text/plain"}),
    )
    pasted = forms.CharField(
        label=_("Or the lines themselves"),
        required=False,
        max_length=MOST_BYTES,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Copied from a spreadsheet, with the line of headings."),
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file is None:
            return ""
        try:
            return text_of(file.read(MOST_BYTES + 1))
        except Refusal as refusal:
            raise forms.ValidationError(refusal.reason) from refusal

    def clean(self):
        given = super().clean()
        if not self.errors and not self.text.strip():
            self.add_error("file", _("Choose a file, or paste the lines."))
        return given

    @property
    def text(self) -> str:
        return self.cleaned_data.get("file") or self.cleaned_data.get("pasted", "")


ANOTHER_ADULT = "other"  # signs, and isn't one of the guardians who are entered


class SignerForm(forms.Form):
    """Which of the guardians whom the school has entered signs before the desk's eyes."""

    asks_always = False
    signed_by = forms.ChoiceField(label=_("Who signs"), widget=forms.RadioSelect)

    def __init__(self, *args, guardians: list[Person], **kwargs):
        super().__init__(*args, **kwargs)
        self.guardians = guardians
        other = (ANOTHER_ADULT, _("another adult who holds parental authority"))
        choices = [*((one.public_id, one.display_name) for one in guardians), other]
        self.fields["signed_by"].choices = choices
        if not guardians and not self.asks_always:
            del self.fields["signed_by"]

    @property
    def signer(self) -> Person | None:
        """None is somebody whom the school hasn't entered."""
        chosen = self.cleaned_data.get("signed_by")
        return next((one for one in self.guardians if one.public_id == chosen), None)


class SignatoryForm(SignerForm):
    """Which of them signed what is out; another adult, too, where the school has entered nobody."""

    asks_always = True

    def __init__(self, *args, now: Person | None, **kwargs):
        initial = {"signed_by": now.public_id if now else ANOTHER_ADULT}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["signed_by"].label = _("Who signed")


class LendForm(SignerForm):
    """The last step of the desk: what of the things found is handed over, until when, signed by
    whom.
    """

    key = forms.UUIDField(widget=forms.HiddenInput)
    items = forms.MultipleChoiceField(required=False)
    due_on = TypedDayField(label=_("Until"), help_text=_("The last day of the loan."))
    signed_as = forms.ChoiceField(label=_("The agreement on paper is signed by"))

    words = TextAboutAPerson(
        label=_("Why before others"),
        max_length=MOST_WORDS,
        required=False,
        help_text=_("In a few words. The family reads it."),
    )

    came_back = forms.ChoiceField(
        label=_("What became of the first one"),
        choices=[(one.value, one.label) for one in LOSSES],
        widget=forms.RadioSelect,
    )

    def __init__(
        self,
        *args,
        items: list[EquipmentItem],
        is_of_age: bool,
        first: LoanLine | None = None,
        is_signed: bool = True,
        **kwargs,
    ):
        """`first`: in whose place this is lent. `is_signed`: False for what is to be signed later."""
        super().__init__(*args, **kwargs)
        if first is None or first.back_at:
            del self.fields["came_back"]
        if "signed_by" in self.fields:
            self.fields["signed_by"].required = is_signed
        self.fields["items"].choices = [(one.public_id, one.number) for one in items]
        who = Signatory.STUDENT if is_of_age else Signatory.GUARDIAN
        self.fields["signed_as"].choices = [(who.value, who.label)]
        self.fields["signed_as"].widget = forms.RadioSelect(
            choices=self.fields["signed_as"].choices
        )


def _returns() -> list[tuple[str, Any]]:
    return [(one.value, one.label) for one in RETURNS]


class CorrectionForm(forms.Form):
    """How it really came back; `out`: it didn't."""

    outcome = forms.ChoiceField(
        label=_("What is right"),
        choices=[("out", pgettext_lazy("an item of a loan", "not back: still out")), *_returns()],
        widget=forms.RadioSelect,
    )
    is_erased = forms.BooleanField(
        label=_("I made sure that no data of the student are left on it"), required=False
    )

    def __init__(self, *args, line: LoanLine, **kwargs):
        super().__init__(*args, **kwargs)
        if not line.thing.holds_data:
            del self.fields["is_erased"]


class EstimateForm(forms.Form):
    euros = forms.IntegerField(label=_("Estimate, in euros"), min_value=1, max_value=MOST_EUROS)
    reason = forms.ChoiceField(label=_("What it is of"), choices=LossReason)


class ReturnForm(forms.Form):
    """The checklist: a field for each thing that is out, named by its line."""

    def __init__(self, *args, lines: list[LoanLine], **kwargs):
        super().__init__(*args, **kwargs)
        for line in lines:
            self.fields[f"line-{line.public_id}"] = forms.ChoiceField(
                choices=[("", ""), *_returns()], required=False
            )
            self.fields[f"erased-{line.public_id}"] = forms.BooleanField(required=False)

    @property
    def outcomes(self) -> dict[str, str]:
        return {
            name.removeprefix("line-"): value
            for name, value in self.cleaned_data.items()
            if name.startswith("line-") and value
        }

    @property
    def erased(self) -> list[str]:
        return [
            name.removeprefix("erased-")
            for name, value in self.cleaned_data.items()
            if name.startswith("erased-") and value
        ]


def _answers_to(question: Question) -> list[tuple[str, Any]]:
    return [(one.value, one.label) for one in QUESTIONS[question].options]


class NeedForm(forms.Form):
    """The survey's own questions, as far as an order needs them. No text."""

    wants = forms.ChoiceField(label=_("What is needed"), choices=NeedKind, widget=forms.RadioSelect)
    device = forms.ChoiceField(
        label=_("To work at home, there is…"),
        choices=_answers_to(Question.DEVICE),
        widget=forms.RadioSelect,
    )
    shared_with = forms.TypedChoiceField(
        label=_("If it is shared: with how many people"),
        choices=[("", _("not shared")), *_answers_to(Question.SHARED)],
        coerce=int,
        empty_value=None,
        required=False,
    )
    connection = forms.ChoiceField(
        label=_("To go online, there is…"),
        choices=_answers_to(Question.CONNECTION),
        widget=forms.RadioSelect,
    )


class DecisionForm(forms.Form):
    verdict = forms.ChoiceField(label=_("Decision"), choices=NeedVerdict, widget=forms.RadioSelect)
    reason = forms.ChoiceField(label=_("Why"), choices=NeedReason)
    words = TextAboutAPerson(
        label=_("In a few words"),
        max_length=MOST_WORDS,
        required=False,
        help_text=_("The family reads it."),
    )
    number = forms.CharField(
        label=_("Reserve number"),
        max_length=12,
        required=False,
        help_text=_("With a yes: the thing that nobody else takes until it is handed over."),
    )


class CriteriaForm(forms.Form):
    """A place for each criterion."""

    def __init__(self, *args, order: list[Criterion], **kwargs):
        super().__init__(*args, **kwargs)
        places = [(str(n), str(n)) for n in range(1, len(Criterion) + 1)]
        for n, one in enumerate(order, start=1):
            self.fields[one.value] = forms.ChoiceField(
                label=Criterion(one).label.capitalize(), choices=places, initial=str(n)
            )

    def clean(self):
        super().clean()
        if len(set(self.cleaned_data.values())) != len(self.fields):
            raise forms.ValidationError(CriteriaIncomplete().reason)
        return self.cleaned_data

    @property
    def codes(self) -> list[str]:
        return sorted(self.cleaned_data, key=lambda code: int(self.cleaned_data[code]))


class SignForm(forms.Form):
    """A typed name and a box are the signature, without a script. At the counter a drawing can stand
    beside them.
    """

    name = forms.CharField(
        label=_("Your name"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    has_read = forms.BooleanField()
    drawn = forms.CharField(required=False, max_length=MOST_DRAWN, widget=forms.HiddenInput)

    def __init__(self, *args, signed_as: str, at_counter: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        if not at_counter:
            del self.fields["drawn"]
        self.fields["name"].widget.attrs.pop("maxlength", None)  # said, not cut
        self.fields["has_read"].label = (
            _("I have read the agreement and I agree")
            if signed_as == Signatory.STUDENT
            else _("I hold parental authority, I have read the agreement and I agree")
        )

    def clean_name(self):
        name = self.cleaned_data["name"]
        if not any(c.isalpha() for c in name):
            raise forms.ValidationError(_("Type your name in letters."))
        return name


class HandOverForm(SignerForm):
    """Of an agreement: who signs it, and why before others who wait."""

    words = TextAboutAPerson(
        label=_("Why before others"),
        max_length=MOST_WORDS,
        help_text=_("In a few words. The family reads it."),
    )

    def __init__(self, *args, passes_others: bool = True, **kwargs):
        super().__init__(*args, **kwargs)
        if not passes_others:
            del self.fields["words"]


class DueForm(forms.Form):
    due_on = TypedDayField(label=_("Last day"))
