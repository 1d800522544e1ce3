"""A question to the trainer, and the answer."""

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.fields import TextAboutAPerson
from training.models.question import LONGEST_ANSWER, LONGEST_QUESTION


class ChangeQuestionForm(forms.Form):
    text = TextAboutAPerson(
        label=_("Your question, or what you need"),
        max_length=LONGEST_QUESTION,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Name nobody, no colleague and no student."),
    )


class QuestionForm(ChangeQuestionForm):
    key = forms.UUIDField(widget=forms.HiddenInput)


class QuestionAnswerForm(forms.Form):
    text = TextAboutAPerson(
        label=_("Your answer"),
        max_length=LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "This participant reads it, with your name: on the page and by email. Whoever leads the"
            " session reads it, too."
        ),
    )
    read = forms.CharField(required=False, widget=forms.HiddenInput)
