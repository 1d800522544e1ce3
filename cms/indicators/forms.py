"""Which closed figures a page shows: a choice among published cells, nothing else."""

import datetime
from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from cms.indicators.models import Definition
from cms.indicators.queries.definitions import to_choose, told_of_region_only
from cms.indicators.values.periods import ClosedCalendar, FigurePeriod, school_year_words
from courses.dates import date_words
from courses.people.values import department_words

LONGEST_SEARCH = 80
MAIN_ONES, ALL_ONES = "", "all"


def week_words(week: datetime.date, is_invented: bool) -> str:
    words = date_words(week)
    return gettext("%(week)s (invented)") % {"week": words} if is_invented else words


class PeriodForm(forms.Form):
    """A school year, and one of its weeks; what isn't closed is left out."""

    year = forms.ChoiceField(label=_("School year"))
    week = forms.ChoiceField(label=_("Week"), required=False)

    def __init__(self, data, *, calendar: ClosedCalendar, is_week: bool = False):
        super().__init__(data)
        self.calendar = calendar
        self.period: FigurePeriod | None = calendar.period(
            data.get("year", ""), data.get("week", ""), is_week=is_week
        )
        self.fields["year"].choices = [(year, school_year_words(year)) for year in calendar.years]
        weeks = reversed(self.period.weeks) if self.period else ()
        self.fields["week"].required = is_week  # shown as optional where it is
        whole = [] if is_week else [("", pgettext_lazy("school year", "The whole year"))]
        self.fields["week"].choices = [
            *whole,
            *((one.isoformat(), week_words(one, one in calendar.invented)) for one in weeks),
        ]
        if self.period:  # shown as chosen, also where the address names nothing
            chosen = self.period.week.isoformat() if self.period.week else ""
            self.data = {**data.dict(), "year": str(self.period.school_year), "week": chosen}

    @property
    def is_narrowed(self) -> bool:
        """By more than the period, which the page says in words."""
        return False


class MeasureForm(PeriodForm):
    """With measures that are counted now and told of schools. `told_of_region`: the name of one that an
    address asks for and that is told of the region only.
    """

    ASKED = "measure"

    def __init__(self, data, *, definitions: Iterable[Definition], **more):
        super().__init__(data, **more)
        known = list(definitions)
        self.names = {one.code: one.name for one in to_choose(known)}
        asked = data.get(self.ASKED, "")
        codes = told_of_region_only()
        of_region = {one.code: one.name for one in known if one.code in codes}
        self.told_of_region: str = of_region.get(asked, "")
        if asked in {one.code for one in known} - self.names.keys():
            self.data = {**dict(self.data.items()), self.ASKED: ""}


class OneMeasureForm(MeasureForm):
    """With the measure that the chart shows."""

    measure = forms.ChoiceField(label=_("In the chart"))

    def __init__(self, data, **more):
        super().__init__(data, **more)
        self.fields["measure"].choices = list(self.names.items())
        asked = data.get("measure", "")
        self.code: str = asked if asked in self.names else next(iter(self.names), "")
        self.data = {**dict(self.data.items()), "measure": self.code}


class SchoolsForm(MeasureForm):
    """Schools by name, place, UAI or department, and which measures are columns."""

    ASKED = "measures"
    field_order = ["q", "department", "year", "week", "measures"]

    q = forms.CharField(
        label=_("School, city or UAI"),
        required=False,
        max_length=LONGEST_SEARCH,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    department = forms.ChoiceField(label=_("Department"), required=False)
    measures = forms.ChoiceField(label=_("Columns"), required=False)

    def __init__(self, data, *, departments: Iterable[str], **more):
        super().__init__(data, **more)
        all_departments = ("", pgettext_lazy("departments", "All"))
        self.fields["department"].choices = [
            all_departments,
            *((one, department_words(one)) for one in departments),
        ]
        self.fields["measures"].choices = [
            (MAIN_ONES, _("Pages, visits, people")),
            (ALL_ONES, pgettext_lazy("measures", "All")),
            *self.names.items(),
        ]

    def asked(self, name: str) -> str:
        """What was typed or chosen; empty for what is no choice."""
        self.is_valid()
        return self.cleaned_data.get(name, "")

    @property
    def is_narrowed(self) -> bool:
        return bool(self.asked("q") or self.asked("department"))
