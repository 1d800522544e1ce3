"""Filters of the Region's figures; what isn't right on a delivery note."""

import datetime
from collections.abc import Sequence

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courses.catalogue.models import Resource
from courses.dates import (
    month_words,
    months_of_school_year,
    school_year_begun,
    school_year_name,
)
from courses.fields import FreeText
from courses.people.values import department_words
from training.enums import FiguresBy
from training.forms.month import MonthForm
from training.values import LONGEST_CONTEST, FiguresAsked


class FiguresForm(forms.Form):
    """Which cells of the published tables are shown; a choice that makes no sense is left out."""

    year = forms.ChoiceField(label=_("School year"))
    month = forms.ChoiceField(
        label=_("Month"),
        required=False,
        error_messages={
            "invalid_choice": _("This month isn’t in the school year: the whole year is shown.")
        },
    )
    by = forms.ChoiceField(label=_("A line for each"), choices=FiguresBy.choices)
    resource = forms.ChoiceField(label=_("Resource"), required=False)
    department = forms.ChoiceField(label=_("Department"), required=False)

    def __init__(
        self,
        data: QueryDict,
        *,
        years: Sequence[int],
        resources: Sequence[Resource],
        departments: Sequence[str],
    ):
        self.years = years
        always = {"year": self._year_of_month(data), "by": str(FiguresBy.RESOURCE)}
        super().__init__(always | data.dict(), use_required_attribute=False)
        self.names = {one.name: one.pk for one in resources}
        self.resources = {one.slug: one.pk for one in resources}
        months = months_of_school_year(self._year(self.data["year"]))
        choices = {
            "year": [(str(year), school_year_name(year)) for year in years],
            "month": [
                ("", _("The whole year")),
                *[(f"{month:%Y-%m}", month_words(month)) for month in months],
            ],
            "resource": [
                ("", pgettext_lazy("resources", "All")),
                *[(one.slug, one.name) for one in resources],
            ],
            "department": [
                ("", pgettext_lazy("departments", "All")),
                *[(one, department_words(one)) for one in departments],
            ],
        }
        for name, offered in choices.items():
            self.fields[name].choices = offered

    def _year_of_month(self, data: QueryDict) -> str:
        """That of the chosen month, else the newest: for an address that has no year."""
        form = MonthForm(data)
        month = form.cleaned_data["month"] if form.is_valid() else None
        return str(self._year(str(school_year_begun(month)) if month else ""))

    def _year(self, written: str) -> int:
        return next((year for year in self.years if str(year) == written), self.years[0])

    @property
    def chosen(self) -> list[str]:
        """The resource and department that are filtered by, in words."""
        asked = self.asked
        names = [name for name, key in self.names.items() if key == asked.resource]
        if asked.department:
            names.append(department_words(asked.department))
        return names

    @property
    def asked(self) -> FiguresAsked:
        self.is_valid()
        said = self.cleaned_data
        month = said.get("month")
        return FiguresAsked(
            year=self._year(said.get("year", "")),
            month=datetime.date.fromisoformat(f"{month}-01") if month else None,
            by=FiguresBy(said.get("by") or FiguresBy.RESOURCE),
            resource=self.resources.get(said.get("resource", "")),
            department=said.get("department", ""),
        )


class UncutText(FreeText):
    """Without `maxlength`: a browser cuts silently there what is pasted. The form refuses it, and gives it back."""

    def widget_attrs(self, widget):
        attributes = super().widget_attrs(widget)
        attributes.pop("maxlength", None)
        return attributes


class AnswerNoteForm(forms.Form):
    answer = UncutText(
        label=_("Your answer to the Region"),
        max_length=LONGEST_CONTEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "“It stays as it is, because…”, or what is being corrected. No participant, and no number of"
            " people: beside those that are published it could tell who was absent."
        ),
    )


class ContestNoteForm(forms.Form):
    reason = UncutText(
        label=_("What isn’t right?"),
        max_length=LONGEST_CONTEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Training planners read it. Name the date and what the invoice says; no participant."
        ),
    )
