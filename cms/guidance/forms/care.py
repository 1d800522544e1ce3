"""Forms on the owners of a page, and on its readers' opinions."""

import datetime
from typing import cast

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cms.guidance.exceptions import DeputyIsOwner
from cms.guidance.models.opinions import LONGEST_WORDS
from cms.guidance.queries.care import advisers
from courses.fields import FreeText
from courses.people.models import Person


class OpinionForm(forms.Form):
    """Yes or no, and words. `website` is for machines that fill in whatever they find."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    useful = forms.ChoiceField(
        label=_("Was this page useful?"),
        choices=[
            ("yes", pgettext_lazy("was it useful?", "Yes")),
            ("no", pgettext_lazy("was it useful?", "No")),
        ],
        widget=forms.RadioSelect,
    )
    words = FreeText(
        label=_("What was missing, or what helped?"),
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 5, "maxlength": LONGEST_WORDS}),
        help_text=_("At most 1,000 characters. Advisers read it."),
    )
    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class OpinionAnswerForm(forms.Form):
    answer = FreeText(
        label=_("Answer"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "The reader finds it at the address that was shown to them. Write in the language of"
            " the page."
        ),
    )
    closed = forms.BooleanField(label=_("Close without an answer"), required=False)


class StrikeOutForm(forms.Form):
    name = forms.CharField(
        label=_("Words to strike out"),
        max_length=120,
        help_text=_(
            "Exactly as written above. They are deleted for good; only the fact that it was done is"
            " kept."
        ),
    )


class KeepersForm(forms.Form):
    """Owner and deputy of a page, and its check where it is to be checked at all."""

    owner = forms.ModelChoiceField(Person.objects.none(), label=_("Owner"), empty_label=None)
    deputy = forms.ModelChoiceField(
        Person.objects.none(),
        label=_("Deputy"),
        required=False,
        empty_label=_("Nobody"),
        help_text=_(
            "Gets an email when a check stays undone, and owns the page from the day its owner"
            " leaves."
        ),
    )
    check_months = forms.IntegerField(
        label=_("Months between two checks"), min_value=1, max_value=24
    )
    check_on = forms.DateField(
        label=_("To be checked by"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args, day: datetime.date, is_dated: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if is_dated:
            del self.fields["check_months"], self.fields["check_on"]
        for name in ("owner", "deputy"):
            cast(forms.ModelChoiceField, self.fields[name]).queryset = advisers(day)

    def clean(self):
        super().clean()
        given = self.cleaned_data
        if given.get("owner") and given["owner"] == given.get("deputy"):
            self.add_error("deputy", DeputyIsOwner().reason)
        return given
