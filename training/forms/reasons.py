"""Why something is moved or cancelled, for those whom it concerns."""

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.fields import TextAboutAPerson


class ReasonForm(forms.Form):
    """Why, for those whom it concerns."""

    reason = TextAboutAPerson(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Participants read it as it appears here, in the session’s language."),
    )
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)


class ReasonForOneForm(ReasonForm):
    """Why, for one person who is told."""

    reason = TextAboutAPerson(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "Only this person reads it, in their email. It stays in the history of the enrolment."
        ),
    )


class MoveReasonForm(ReasonForm):
    reason = TextAboutAPerson(
        label=_("Reason"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Participants read it as it appears here, in the session’s language."),
    )
