"""Who comes: looked for, enrolled by an adviser, written to, giving a seat back."""

import re

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from courses.fields import NOTHING_PRIVATE, TextAboutAPerson


class CancelForm(forms.Form):
    """Giving a seat back; why is nobody's business unless one likes to say."""

    reason = TextAboutAPerson(
        label=_("Reason"), required=False, max_length=300, widget=forms.TextInput
    )


class MessageForm(forms.Form):
    """A message to those who come. With its key, a form that is posted twice makes one message."""

    subject = forms.CharField(label=_("Subject"), max_length=120)
    body = TextAboutAPerson(
        label=_("Message"), max_length=4000, widget=forms.Textarea(attrs={"rows": 8})
    )
    also_waiting = forms.BooleanField(label=_("To those in the waiting list, too"), required=False)
    key = forms.UUIDField(widget=forms.HiddenInput)


class TeacherSearchForm(forms.Form):
    q = forms.CharField(
        label=_("Teacher"),
        max_length=120,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
        help_text=_("Name, login, email address or school."),
    )


class EnrolSomebodyForm(forms.Form):
    """Why an adviser enrols somebody, and what to do when no seat is free."""

    WAIT, OVER = "wait", "over"

    teacher = forms.CharField(max_length=12, widget=forms.HiddenInput)
    reason = TextAboutAPerson(
        label=_("Reason"), max_length=300, help_text=_("Kept in the history of the enrolment.")
    )
    full = forms.ChoiceField(
        label=_("The session is full"), required=False, widget=forms.RadioSelect
    )

    one_more = forms.BooleanField(required=False)
    all_the_same = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args,
        over_by: int = 0,
        is_refused: bool = False,
        is_late: bool = False,
        **kwargs,
    ):
        """`over_by`: how many more people than seats there would be; 0 when a seat is free.

        `is_late`: the session has begun, and nobody is put in the waiting list any more.

        `is_refused`: the right refuses the person, who reads why they may come all the same.
        """
        super().__init__(*args, **kwargs)
        if is_refused:
            self.fields["reason"].help_text = format_lazy(
                "{} {}",
                _(
                    "The person reads it in their email. It is kept in the history of the"
                    " enrolment, for training planners."
                ),
                NOTHING_PRIVATE,
            )
            self.fields["all_the_same"].initial = True
        if over_by and is_late:
            one_more = _("One seat more: over capacity by %(n)s") % {"n": over_by}
            self.fields["one_more"].label = one_more
        else:
            del self.fields["one_more"]
        if over_by and not is_late:
            over = _("Give a seat all the same: over capacity by %(n)s") % {"n": over_by}
            self.fields["full"].choices = [
                (self.WAIT, _("Put in the waiting list")),
                (self.OVER, over),
            ]
            self.fields["full"].required = True
            self.fields["full"].initial = self.WAIT
        else:
            del self.fields["full"]


class EnrolTeamForm(forms.Form):
    """Several teachers at once, by login or email address: one a line, or with commas between."""

    MOST = 60

    people = forms.CharField(
        label=_("Logins or email addresses"),
        max_length=6000,
        widget=forms.Textarea(
            attrs={
                "rows": 8,
                "autocomplete": "off",
                "autocapitalize": "none",
                "spellcheck": "false",
            }
        ),
        help_text=_("One a line, or with commas between them: as they come out of a spreadsheet."),
    )
    reason = TextAboutAPerson(
        label=_("Reason"),
        max_length=300,
        help_text=_("Kept in the history of each enrolment."),
    )
    one_more = forms.BooleanField(
        label=_("One seat more for each, where no seat is free"), required=False
    )

    def __init__(self, *args, is_late: bool = False, **kwargs):
        """`is_late`: the session has begun, and nobody is put in the waiting list any more."""
        super().__init__(*args, **kwargs)
        if not is_late:
            del self.fields["one_more"]

    def clean_people(self) -> list[str]:
        """Each once, in the order in which they were typed."""
        said = re.split(r"[\s,;]+", self.cleaned_data["people"].strip())
        names = list({name.casefold(): name for name in said if name}.values())
        if len(names) > self.MOST:
            raise forms.ValidationError(
                _("At most %(most)s at once: here are %(count)s. Enrol them in two parts."),
                params={"most": self.MOST, "count": len(names)},
            )
        return names
