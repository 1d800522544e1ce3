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
            "This person reads it in their email, and training planners in the history of the"
            " enrolment."
        ),
    )


class WhyNotComingForm(forms.Form):
    """Why somebody doesn't, or didn't, come on one date: nobody has to say it."""

    reason = TextAboutAPerson(label=_("Reason"), required=False, max_length=300)


class DatesOfSomebodyForm(ReasonForOneForm):
    """Dates to come on which somebody is expected; `read`: those on which they were
    (`rules.dates_as_read`).
    """

    reason = TextAboutAPerson(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "This person reads it in their email, training planners in the list of people."
        ),
    )
    dates = forms.MultipleChoiceField(
        label=_("Expected on"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": _(
                "A date that you ticked has begun or was cancelled meanwhile and can’t be changed."
                " Look at the dates again, then press once more."
            )
        },
    )
    read = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, choices: list[tuple[str, str]], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        dates = self.fields["dates"]
        dates.choices = choices
        self.order_fields(["dates", "reason"])


class MoveReasonForm(ReasonForm):
    reason = TextAboutAPerson(
        label=_("Reason"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Participants read it as it appears here, in the session’s language."),
    )
