"""Forms of the pages on personal data."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courses.fields import TextAboutAPerson
from courses.people.models.corrections import LONGEST_REQUEST


class CorrectionRequestForm(forms.Form):
    """A request to correct something about oneself."""

    text = TextAboutAPerson(
        label=_("What is wrong, and what is right"),
        max_length=LONGEST_REQUEST,
        help_text=_("For example: my family name has two r."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ChildsCorrectionForm(forms.Form):
    """The same in a child's words."""

    text = TextAboutAPerson(
        label=_("What is wrong, and what is right"),
        max_length=LONGEST_REQUEST,
        help_text=_("For example: my family name has two r."),
        of_yours=True,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class CorrectionAnswerForm(forms.Form):
    """The answer: done or not, and in words."""

    is_done = forms.TypedChoiceField(
        label=pgettext_lazy("answer to a request for a correction", "The correction"),
        choices=[
            ("yes", pgettext_lazy("answer to a request for a correction", "Done")),
            ("no", pgettext_lazy("answer to a request for a correction", "Not done, because")),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    words = TextAboutAPerson(
        label=_("Your words"),
        max_length=LONGEST_REQUEST,
        help_text=_("The person reads this: what you corrected, or why not."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
