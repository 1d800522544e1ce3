"""A day that somebody types."""

import datetime

from django import forms

from continuity.writing.exceptions.days import DayOutOfReach
from courses.dates import FIRST_YEAR
from courses.people.models import today
from courses.people.models.classes import end_of_next_school_year

FIRST_DAY = datetime.date(FIRST_YEAR, 1, 1)


class TypedDayField(forms.DateField):
    """A day of Paris, typed or chosen, until the end of the next school year: a slip of the finger
    types the year 9999.
    """

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})

    def __init__(self, **kwargs):
        super().__init__(input_formats=["%Y-%m-%d", "%d/%m/%Y"], **kwargs)

    def validate(self, value):
        super().validate(value)
        last_day = end_of_next_school_year(today())
        if value and not FIRST_DAY <= value <= last_day:
            refusal = DayOutOfReach(day=value, first=FIRST_DAY, last=last_day)
            raise forms.ValidationError(f"{refusal.reason} {refusal.advice}")
