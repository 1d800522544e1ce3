"""A session's dates: first ones, further ones, moved ones."""

import datetime
from typing import cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.agenda.enums import WeeksBetween
from courses.agenda.queries import apart_from_days_off, starts_every
from courses.agenda.values import Hours, instants_of
from courses.dates import FIRST_YEAR, LAST_YEAR
from training.values import MOST_DAYS_OFF

MOST_ROWS = 20
LEAVE_OUT_DAYS_OFF = _("Leave out Sundays, bank holidays and school holidays")


def hours_of_series(
    first: Hours, *, every: int, times: int, leave_out_days_off: bool
) -> list[Hours]:
    """The same hour on a clock in Paris each time. The first date is as given; of the others those
    on days off are left out if so asked, and the rhythm goes on after them.
    """
    later = starts_every(first.starts_at, every, times + MOST_DAYS_OFF)[1:]
    if leave_out_days_off:
        later = apart_from_days_off(later, day_of=timezone.localdate)
    return [first, *(Hours(start, start + first.duration) for start in later[: times - 1])]


class DateForm(forms.Form):
    """A date in Paris time, and how long it lasts.

    The hour that spring skips is refused; of the hour that autumn repeats the form asks which one
    is meant.
    """

    FIRST, SECOND = "first", "second"

    day = forms.DateField(
        label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    hour = forms.TimeField(
        label=_("Hour, Paris time"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        initial=datetime.time(17),
    )
    which = forms.ChoiceField(
        label=_("Which of the two"),
        required=False,
        choices=[
            ("", "…"),
            (FIRST, _("The first, in summer time")),
            (SECOND, _("The second, in winter time")),
        ],
        widget=forms.HiddenInput,
    )
    minutes = forms.IntegerField(
        label=_("Length in minutes"), min_value=10, max_value=480, initial=60
    )

    def clean_day(self):
        """A year that our pages show; the ends of the calendar leave no room for hours and series."""
        day = self.cleaned_data["day"]
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise forms.ValidationError(
                _("Give a year from %(first)s to %(last)s."),
                params={"first": FIRST_YEAR, "last": LAST_YEAR},
            )
        return day

    def clean(self):
        super().clean()
        said = self.cleaned_data
        if "day" not in said or "hour" not in said:
            return said
        found = instants_of(said["day"], said["hour"])
        if not found:
            self.add_error(
                "hour",
                _("The clocks go forward that night: this hour doesn’t exist. Give another one."),
            )
        elif len(found) == 2:
            field = self.fields["which"]
            field.widget = forms.Select(choices=field.choices)
            if not said.get("which"):
                self.add_error(
                    "which",
                    _(
                        "The clocks go back that night: this hour comes twice. Say which one is"
                        " meant."
                    ),
                )
        return said

    @property
    def hours(self) -> Hours:
        """Its length is in real minutes, also over a change of clocks."""
        said = self.cleaned_data
        found = instants_of(said["day"], said["hour"])
        start = found[-1] if said.get("which") == self.SECOND else found[0]
        return Hours(start, start + datetime.timedelta(minutes=said["minutes"]))


class SeriesForm(DateForm):
    """A date that may come back each week, or every two weeks."""

    every = forms.TypedChoiceField(
        label=_("Repeated"),
        choices=WeeksBetween.choices,
        coerce=int,
        required=False,
        empty_value=None,
        initial=WeeksBetween.WEEK,
    )
    times = forms.IntegerField(label=_("How many times"), min_value=1, max_value=20, initial=1)
    leave_out_days_off = forms.BooleanField(label=LEAVE_OUT_DAYS_OFF, required=False, initial=True)

    def clean(self):
        said = super().clean()
        if not self.errors and len(self.series) < said["times"]:
            self.add_error(
                "times",
                _("Too many of these dates are days off. Choose another day, or keep days off."),
            )
        return said

    def has_changed(self):
        """A row without a day is a row that isn't used."""
        return bool(self.data.get(self.add_prefix("day")))

    @property
    def series(self) -> list[Hours]:
        said = self.cleaned_data
        return hours_of_series(
            self.hours,
            every=said["every"] or WeeksBetween.WEEK,
            times=said["times"],
            leave_out_days_off=said["leave_out_days_off"],
        )


class MeetingMoveForm(DateForm):
    """One meeting's new hours, filled in with those it has."""

    meeting = forms.IntegerField(widget=forms.HiddenInput)

    def has_changed(self):
        return True  # an untouched row still says where its meeting is


class GoOnForm(forms.Form):
    """How many more dates at the session's rhythm."""

    count = forms.IntegerField(label=_("How many more dates"), min_value=1, max_value=20, initial=3)
    leave_out_days_off = forms.BooleanField(label=LEAVE_OUT_DAYS_OFF, required=False, initial=True)
    revision = forms.IntegerField(widget=forms.HiddenInput)


class DatesFormSet(forms.BaseFormSet):
    """Rows of dates, at least one; more can be asked for without a script.

    Rows without a day are ignored, apart from the first.
    """

    def clean(self):
        if not any(self.errors) and not self.used:
            raise forms.ValidationError(_("Give at least one date."))

    def initial_form_count(self):
        return 0

    def total_form_count(self):
        return (
            super().total_form_count()
            if self.is_bound
            else max(len(self.initial or []), self.min_num)
        )

    @property
    def used(self) -> list[SeriesForm]:
        return [form for form in self.forms if form.has_changed() and form.cleaned_data]

    @property
    def hours(self) -> list[Hours]:
        return [hours for form in self.used for hours in form.series]

    @property
    def every(self) -> int | None:
        """The rhythm of all dates; None where they have none in common: one date, or several rows."""
        rows = self.used
        return (
            rows[0].cleaned_data["every"] or WeeksBetween.WEEK
            if len(rows) == 1 and rows[0].cleaned_data["times"] > 1
            else None
        )


Dates = cast(
    type[DatesFormSet],
    forms.formset_factory(SeriesForm, formset=DatesFormSet, extra=0, min_num=1, max_num=MOST_ROWS),
)
Moves = forms.formset_factory(MeetingMoveForm, extra=0, max_num=60)
