"""Filters of the catalogue."""

import calendar
import datetime
from typing import cast

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courses.agenda.queries import ONE_DAY
from courses.people.enums import Language
from training.enums import Length, Soon, TrainingLevel
from training.forms.month import MonthField
from training.forms.planning import ListedDay
from training.queries.catalogue import Between, CatalogueFilter

WEEK = datetime.timedelta(days=7)
# Longer than the first, no longer than the second, in minutes
MINUTES = {Length.HOUR: (0, 60), Length.TWO_HOURS: (0, 120), Length.MORE: (120, 10**6)}


class CatalogueForm(forms.Form):
    """Filters of the catalogue; an invalid filter is left out."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    mine = forms.BooleanField(label=_("Open to me"), required=False)
    free = forms.BooleanField(label=_("With free seats"), required=False)
    subject = forms.CharField(
        label=pgettext_lazy("taught", "Subject"), required=False, max_length=40
    )
    level = forms.MultipleChoiceField(
        label=_("Level"),
        required=False,
        choices=[choice for choice in TrainingLevel.choices if choice[0] != TrainingLevel.ANY],
        widget=forms.CheckboxSelectMultiple,
    )
    language = forms.MultipleChoiceField(
        label=_("Language"),
        required=False,
        choices=Language.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.ChoiceField(
        label=_("When"), required=False, choices=[("", _("At any time")), *Soon.choices]
    )
    since = ListedDay(label=pgettext_lazy("first day", "From"))
    until = ListedDay(label=_("Until"))
    length = forms.ChoiceField(
        label=_("Length"), required=False, choices=[("", _("Any length")), *Length.choices]
    )
    training = forms.CharField(
        label=_("One training only"), required=False, max_length=12, widget=forms.HiddenInput
    )
    when = forms.ChoiceField(required=False, choices=[("past", "past")], widget=forms.HiddenInput)
    month = MonthField(required=False, widget=forms.HiddenInput)

    def wanted(self, *, for_teacher: bool, reads_seats: bool) -> CatalogueFilter:
        said, every = self.cleaned_data, cast(QueryDict, self.data)
        length = said.get("length")
        return CatalogueFilter(
            words=said.get("q", ""),
            resources=tuple(dict.fromkeys(every.getlist("resource"))),
            subject=said.get("subject", ""),
            levels=tuple(said.get("level", ())),
            languages=tuple(said.get("language", ())),
            days=self._days(),
            minutes=MINUTES[Length(length)] if length else None,
            training=said.get("training", ""),
            open_to_me=for_teacher and said.get("mine", False),
            with_seats=reads_seats and said.get("free", False),
            past=said.get("when") == "past",
        )

    def _days(self) -> Between:
        """First and last day of the period between both days, within the named week or month."""
        said = self.cleaned_data
        first, last = said.get("since"), said.get("until")
        if soon := said.get("days"):
            begins, ends = days_of_soon(Soon(soon), timezone.localdate())
            first, last = max(first or begins, begins), min(last or ends, ends)
        return first, last

    def label_of(self, name: str, value: str) -> str:
        """Return the label of a choice, as it is written beside its box."""
        return str(dict(self.fields[name].choices)[value])


def days_of_soon(soon: Soon, today: datetime.date) -> tuple[datetime.date, datetime.date]:
    """Monday to Sunday, or the whole month."""
    if soon == Soon.THIS_MONTH:
        length = calendar.monthrange(today.year, today.month)[1]
        return today.replace(day=1), today.replace(day=length)
    monday = today - today.weekday() * ONE_DAY
    if soon == Soon.NEXT_WEEK:
        monday += WEEK
    return monday, monday + WEEK - ONE_DAY
