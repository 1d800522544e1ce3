"""The days of a survey, and one answer."""

from django import forms
from django.utils.translation import gettext_lazy as _

from continuity.equipment.values.questions import QUESTIONS, SKIP, Question
from continuity.writing.forms.days import TypedDayField


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
