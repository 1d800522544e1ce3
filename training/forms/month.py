"""A month in an address."""

import datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.dates import FIRST_YEAR, LAST_YEAR


class MonthField(forms.CharField):
    """`2026-12`: its first day, in years that a calendar has."""

    def clean(self, value):
        value = super().clean(value)
        if not value:
            return None
        try:
            first = datetime.datetime.strptime(value, "%Y-%m").date()
        except ValueError as wrong:
            raise forms.ValidationError(_("This isn’t a month.")) from wrong
        if not FIRST_YEAR <= first.year <= LAST_YEAR:
            raise forms.ValidationError(_("This isn’t a month."))
        return first


class MonthForm(forms.Form):
    """Which month a planner looks at; one that makes no sense is left out."""

    month = MonthField(required=False, max_length=7)
