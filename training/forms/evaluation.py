"""Forms to evaluate a session and to hide a comment with a reason."""

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.fields import TextAboutAPerson
from training.enums import Agreement, EvaluationQuestion
from training.models import Evaluation
from training.models.evaluation import LONGEST_EVALUATION_COMMENT
from training.values import Answers

COMMENT = _("What should stay, and what should change?")


def _sentence(question: EvaluationQuestion) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=question.label, choices=Agreement.choices, coerce=int, widget=forms.RadioSelect
    )


class EvaluationForm(forms.Form):
    """Four sentences and a comment, in the words that the results show."""

    useful = _sentence(EvaluationQuestion.USEFUL)
    clear = _sentence(EvaluationQuestion.CLEAR)
    pace = _sentence(EvaluationQuestion.PACE)
    online = _sentence(EvaluationQuestion.ONLINE)
    comment = TextAboutAPerson(
        label=COMMENT,
        required=False,
        max_length=LONGEST_EVALUATION_COMMENT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Name nobody, no colleague and no student."),
    )

    @property
    def answers(self) -> Answers:
        given = self.cleaned_data
        marks = {question.value: given[question.value] for question in EvaluationQuestion}
        return Answers(marks, given["comment"])

    @staticmethod
    def initial_of(evaluation: Evaluation | None) -> dict:
        if evaluation is None:
            return {}
        return {name: getattr(evaluation, name) for name in EvaluationForm.base_fields}


class HideCommentForm(forms.Form):
    reason = TextAboutAPerson(
        label=_("Why it is hidden"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Whoever wrote it reads this. It stays as a trace, without the comment."),
    )
    digest = forms.CharField(widget=forms.HiddenInput)
