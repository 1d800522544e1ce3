"""Forms of a participant's contest and of a training planner's answer."""

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.fields import TextAboutAPerson
from training.enums import ContestAnswer, ContestReason
from training.models.presence import LONGEST_WORDS
from training.values import Claim


class ContestForm(forms.Form):
    why = forms.ChoiceField(
        label=_("What happened"),
        choices=ContestReason.choices,
        initial=ContestReason.LINE_CUT,
        widget=forms.RadioSelect,
    )
    minutes = forms.IntegerField(
        label=_("Minutes that you think right"),
        min_value=0,
        max_value=24 * 60,
        widget=forms.NumberInput(attrs={"class": "input--short"}),
    )
    words = TextAboutAPerson(
        label=_("In your words"),
        required=False,
        max_length=LONGEST_WORDS,
        help_text=_("Read by the training planners of the académie."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    @property
    def claim(self) -> Claim:
        given = self.cleaned_data
        return Claim(ContestReason(given["why"]), given["minutes"], given["words"])


class ContestAnswerForm(forms.Form):
    answer = forms.ChoiceField(
        label=_("Your answer"), choices=ContestAnswer.choices, widget=forms.RadioSelect
    )
    minutes = forms.IntegerField(
        label=_("Minutes"),
        required=False,
        min_value=0,
        max_value=24 * 60,
        widget=forms.NumberInput(attrs={"class": "input--short"}),
        help_text=_("Only where they are changed."),
    )
    words = TextAboutAPerson(
        label=_("Reason"),
        max_length=LONGEST_WORDS,
        help_text=_("The participant reads this, with your name. It stays on the sheet."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self):
        super().clean()
        given = self.cleaned_data
        if given.get("answer") == ContestAnswer.KEPT:
            if given.get("minutes") is not None:
                self.add_error(
                    "minutes",
                    _("Leave this empty where the minutes stay, or answer that they are changed."),
                )
            given["minutes"] = None
        elif given.get("minutes") is None and "minutes" not in self.errors:
            self.add_error("minutes", _("Say how many minutes count from now on."))
        return given
