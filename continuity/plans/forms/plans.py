"""The shape of what a planner's forms send in."""

import datetime

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from continuity.plans.values.plans import LONGEST_MINUTES, PlanPlace
from continuity.writing.forms.days import TypedDayField
from courses.agenda.queries import ONE_DAY
from courses.agenda.values import PARIS
from courses.catalogue.models import Resource
from courses.documents.values import public_id
from courses.fields import FreeText
from courses.templatetags.passerelle import day_without_year


class DayField(forms.TypedChoiceField):
    """A day of one week."""

    def __init__(self, **kwargs):
        super().__init__(coerce=datetime.date.fromisoformat, **kwargs)

    def of_week(self, monday: datetime.date, *, days: int = 7) -> None:
        week = [monday + n * ONE_DAY for n in range(days)]
        self.choices = [(day.isoformat(), day_without_year(day)) for day in week]


class ItemForm(forms.Form):
    """A note: some words on a day. `seen` is the stamp of the text that the writer began from."""

    title = forms.CharField(label=_("Title"), max_length=160)
    note = FreeText(
        label=_("Text"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Addresses of pages become links."),
    )
    minutes = forms.IntegerField(
        label=_("Minutes"),
        required=False,
        min_value=0,
        max_value=LONGEST_MINUTES,
        help_text=_("How long it takes a student. Empty: not counted."),
        widget=forms.NumberInput(attrs={"class": "input--short"}),
    )
    day = DayField(label=_("Day"))
    seen = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)
    # Sent twice, a new thing is one: the key becomes its public id.
    key = forms.RegexField(
        r"^[a-z0-9]{10,12}$", required=False, initial=public_id, widget=forms.HiddenInput
    )

    def __init__(self, *args, monday: datetime.date, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["day"].of_week(monday)

    @property
    def facts(self) -> dict:
        said = self.cleaned_data
        return {
            "day": said["day"],
            "title": said["title"],
            "note": said["note"],
            "minutes": said["minutes"] or 0,
        }


class ResourceItemForm(ItemForm):
    """A resource of the bouquet; without a title it is called by its name."""

    resource = forms.ModelChoiceField(
        Resource.objects.none(), label=_("Resource"), to_field_name="slug", empty_label=None
    )

    field_order = ["resource", "title", "note", "minutes", "day"]

    def __init__(self, *args, resources, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["resource"].queryset = resources
        self.fields["title"].required = False
        self.fields["title"].help_text = _(
            "What is to be done or looked at there. Empty: the name of the resource."
        )

    def clean(self):
        super().clean()
        said = self.cleaned_data
        if said.get("resource") and not said.get("title"):
            said["title"] = said["resource"].name
        return said

    @property
    def facts(self) -> dict:
        return super().facts | {"resource": self.cleaned_data["resource"]}


class MoveForm(forms.Form):
    """Target of a move: a day, before another item or last; or one place up (-1) or down (1)."""

    day = TypedDayField(required=False)
    before = forms.CharField(required=False, max_length=12)
    places = forms.IntegerField(required=False, min_value=-1, max_value=1)
    seen = forms.CharField(required=False, max_length=20)

    def clean_seen(self) -> PlanPlace | None:
        return PlanPlace.read(self.cleaned_data["seen"]) if self.cleaned_data["seen"] else None


class LaterForm(forms.Form):
    """Time of a later publication: wall time in Paris."""

    on = TypedDayField(label=_("Day"))
    at = forms.TimeField(
        label=_("Hour"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )

    @property
    def instant(self) -> datetime.datetime:
        return datetime.datetime.combine(
            self.cleaned_data["on"], self.cleaned_data["at"], tzinfo=PARIS
        )


class AddForm(forms.Form):
    """Kind, day and teaching of an item to add."""

    LIBRARY = "library"

    KINDS = (
        ("lesson", _("Lesson")),
        ("homework", _("Homework")),
        ("video", _("Video class")),
        ("resource", _("Resource")),
        ("note", _("Note")),
        (LIBRARY, pgettext_lazy("add to a plan", "From my library")),
    )

    kind = forms.ChoiceField(choices=KINDS)
    day = TypedDayField()
    teaching = forms.CharField(max_length=12)
