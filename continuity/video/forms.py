"""A video class: its title and hours, once or each week; one date's new hours; why one doesn't take
place.
"""

import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from continuity.writing.forms.days import TypedDayField
from courses.agenda.enums import WeeksBetween
from courses.agenda.queries import last_day_of_class
from courses.agenda.values import PARIS, Hours
from courses.fields import TextAboutAPerson

A_YEAR = datetime.timedelta(days=310)


class HoursForm(forms.Form):
    """A day, an hour on a clock in Paris, a length."""

    day = TypedDayField(label=gettext_lazy("Day"))
    hour = forms.TimeField(
        label=gettext_lazy("Hour, Paris time"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("Length in minutes"), min_value=10, max_value=240, initial=55
    )

    @property
    def hours(self) -> Hours:
        said = self.cleaned_data
        start = datetime.datetime.combine(said["day"], said["hour"], tzinfo=PARIS)
        return Hours(start, start + datetime.timedelta(minutes=said["minutes"]))


class VideoForm(HoursForm):
    title = forms.CharField(label=gettext_lazy("Title"), max_length=160)
    until = TypedDayField(
        label=gettext_lazy("Repeated until"),
        required=False,
        help_text=gettext_lazy(
            "Empty: only once. Holidays and days without class are left out; you see the dates"
            " before anything is planned."
        ),
    )
    every = forms.TypedChoiceField(
        label=gettext_lazy("Repeated"),
        choices=WeeksBetween.choices,
        coerce=int,
        required=False,
        empty_value=None,
        initial=WeeksBetween.WEEK,
    )
    all_year = forms.BooleanField(
        label=gettext_lazy("Until the end of the school year"), required=False
    )
    field_order = ["title", "day", "hour", "minutes", "every", "until", "all_year"]

    def clean(self):
        super().clean()
        said = self.cleaned_data
        first, until = said.get("day"), said.get("until")
        if first and until and until < first:
            self.add_error("until", ValidationError(_("The last date lies before the first one.")))
        if first and until and until - first > A_YEAR:
            self.add_error(
                "until",
                ValidationError(_("A series reaches to the end of the school year at most.")),
            )
        return said

    @property
    def rhythm(self) -> int | None:
        """Weeks between two dates; None: only once."""
        return self.cleaned_data["every"] or WeeksBetween.WEEK if self.last_day else None

    @property
    def last_day(self) -> datetime.date | None:
        """Last day of the repetition: the typed day, else the last day of class if the whole year
        is asked for.
        """
        said = self.cleaned_data
        return said["until"] or (last_day_of_class(said["day"]) if said["all_year"] else None)


class MoveVideoForm(HoursForm):
    reason = TextAboutAPerson(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("The class reads it beside the new hours."),
    )


class CancelVideoForm(forms.Form):
    reason = TextAboutAPerson(
        label=gettext_lazy("Reason"),
        max_length=200,
        help_text=gettext_lazy("The class reads it on its week."),
    )


class TitleForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("Title"), max_length=160)
