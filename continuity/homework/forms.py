"""The shape of what a homework's forms send in. Days and hours are Paris's."""

import dataclasses
import datetime

from django import forms
from django.forms.utils import ErrorDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from continuity.enums import Returns
from continuity.homework.values import DueDate, HomeworkText
from continuity.models import Assignment, Homework
from continuity.plans.forms.tiles import TilesField, offer
from continuity.plans.values.plans import LONGEST_MINUTES, SIX_IN_THE_EVENING
from continuity.writing.forms.days import TypedDayField
from continuity.writing.forms.rich_text import RichTextField
from courses.agenda.values import PARIS
from courses.fields import TextAboutAPerson
from courses.people.models import Person, Teaching, today

MOST_DAYS_MORE = 30
TEXT_FIELDS = [field.name for field in dataclasses.fields(HomeworkText)]


def day_input(**attrs) -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date", **attrs}, format="%Y-%m-%d")


def hour_input(**attrs) -> forms.TimeInput:
    return forms.TimeInput(attrs={"type": "time", **attrs}, format="%H:%M")


def in_paris(day: datetime.date, hour: datetime.time) -> datetime.datetime:
    """Return the aware instant of a Paris clock time (case C60); an ambiguous hour is its first."""
    return datetime.datetime.combine(day, hour, tzinfo=PARIS)


class Unjudged:
    """A form that can be shown as it was typed so far, without a word on what is missing."""

    def not_judged(self):
        self._errors = ErrorDict()
        return self


class HomeworkForm(Unjudged, forms.Form):
    """Text of a homework, the same for all classes."""

    title = forms.CharField(label=_("Title"), max_length=160)
    body = RichTextField("homework", label=_("What is to be done"), required=False)
    minutes = forms.IntegerField(
        label=_("Minutes"),
        min_value=1,
        max_value=LONGEST_MINUTES,
        initial=30,
        help_text=_("How long it takes a student who finds it neither easy nor hard."),
        widget=forms.NumberInput(attrs={"class": "input--short", "data-load": ""}),
    )
    returns = forms.ChoiceField(
        label=_("To hand in"), choices=Returns, initial=Returns.PHOTOS, widget=forms.RadioSelect
    )
    correction = RichTextField("homework", label=_("Text of the correction"), required=False)
    tiles = TilesField()
    in_library = forms.BooleanField(label=_("Keep it in my library"), required=False)
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)
    key = forms.RegexField(r"^[0-9a-z]{10}$", required=False, widget=forms.HiddenInput)

    def __init__(self, *args, teaching: Teaching | None, **kwargs):
        """`teaching`: one of those whose classes have it."""
        super().__init__(*args, **kwargs)
        offer(self, teaching, today(), self.initial.get("tiles", []))

    @property
    def text(self) -> HomeworkText:
        said = {"tiles": []} | self.cleaned_data
        return HomeworkText(**{name: said[name] for name in TEXT_FIELDS})

    @classmethod
    def of(cls, homework: Homework) -> dict:
        """Initial values from a saved homework."""
        return {name: getattr(homework, name) for name in (*TEXT_FIELDS, "revision")}


class DatesForm(Unjudged, forms.Form):
    """One class: whether it has the homework, since when, until when, and from when it sees the
    correction.
    """

    given = forms.BooleanField(
        label=_("Given to this class"),
        required=False,
        widget=forms.CheckboxInput(attrs={"data-load": ""}),
    )
    day = TypedDayField(label=_("In the plan on"))
    due_on = TypedDayField(label=_("Due on"), widget=day_input(**{"data-load": ""}))
    due_hour = forms.TimeField(label=pgettext_lazy("an hour", "at"), widget=hour_input())
    correction_on = TypedDayField(label=_("Shown from"), required=False)
    correction_hour = forms.TimeField(
        label=pgettext_lazy("an hour", "at"), required=False, widget=hour_input()
    )

    use_required_attribute = False  # of a class that isn't ticked nothing is required

    def __init__(self, *args, teaching: Teaching, is_given: bool, is_asked: bool = True, **kwargs):
        """`is_given`: the class has it already; `is_asked`: whether it may be left out."""
        kwargs["prefix"] = f"class-{teaching.public_id}"
        super().__init__(*args, **kwargs)
        self.teaching, self.is_given = teaching, is_given
        if is_given:
            del self.fields["day"]
        if not is_asked:
            del self.fields["given"]

    @property
    def is_chosen(self) -> bool:
        """Whether the class was last chosen, also in a form that isn't validated yet."""
        if "given" not in self.fields:
            return True
        return bool(self["given"].value())

    def full_clean(self):
        super().full_clean()
        if self.is_bound and not self.is_chosen:
            self._errors = ErrorDict()

    @property
    def dates(self) -> DueDate:
        said = self.cleaned_data
        correction_at = None
        if said.get("correction_on"):
            correction_at = in_paris(
                said["correction_on"], said.get("correction_hour") or datetime.time()
            )
        return DueDate(in_paris(said["due_on"], said["due_hour"]), correction_at, said.get("day"))

    @classmethod
    def of(cls, assignment: Assignment) -> dict:
        due, shown = (
            timezone.localtime(assignment.due_at),
            assignment.correction_at and timezone.localtime(assignment.correction_at),
        )
        correction = (
            {"correction_on": shown.date(), "correction_hour": shown.time()}
            if shown and shown != due
            else {}
        )
        return {"given": True, "due_on": due.date(), "due_hour": due.time(), **correction}


class HomeworkSearchForm(forms.Form):
    """Search in a class's list."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )


class StudentField(forms.ModelChoiceField):
    def label_from_instance(self, person):
        return f"{person.last_name} {person.given_name}"


class ExtensionForm(forms.Form):
    """More time for one student, on one homework."""

    student = StudentField(Person.objects.none(), label=_("Student"), to_field_name="public_id")
    due_on = TypedDayField(label=_("Due on"))
    due_hour = forms.TimeField(
        label=pgettext_lazy("an hour", "at"), widget=hour_input(), initial=SIX_IN_THE_EVENING
    )
    reason = TextAboutAPerson(
        label=_("Reason"),
        required=False,
        max_length=200,
        help_text=_("Read by staff and by the student, by nobody else."),
    )

    def __init__(self, *args, students, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["student"].queryset = students

    @property
    def due_at(self) -> datetime.datetime:
        return in_paris(self.cleaned_data["due_on"], self.cleaned_data["due_hour"])


class StandingForm(forms.Form):
    """More time for one student, on everything."""

    student = StudentField(Person.objects.none(), label=_("Student"), to_field_name="public_id")
    days_more = forms.IntegerField(
        label=_("Days more"),
        min_value=1,
        max_value=MOST_DAYS_MORE,
        initial=2,
        help_text=_("On each due date, at the same hour."),
        widget=forms.NumberInput(attrs={"class": "input--short"}),
    )
    first_day = TypedDayField(label=_("First day"))
    last_day = TypedDayField(
        label=_("Last day"),
        required=False,
        help_text=_("Empty: until it is taken back, 31 August at the latest."),
    )
    reason = TextAboutAPerson(
        label=_("Reason"),
        required=False,
        max_length=200,
        help_text=_("Read by staff and by the student, by nobody else."),
    )

    def __init__(self, *args, students, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["student"].queryset = students

    @property
    def facts(self) -> dict:
        return {
            name: self.cleaned_data[name]
            for name in ("student", "days_more", "first_day", "last_day", "reason")
        }
