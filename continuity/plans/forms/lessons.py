"""The shape of a lesson as it is written."""

from django import forms
from django.utils.translation import gettext_lazy as _

from continuity.plans.forms.plans import DayField
from continuity.plans.forms.tiles import TilesField, offer
from continuity.plans.values.lesson import LessonText
from continuity.plans.values.plans import LONGEST_MINUTES
from continuity.writing.forms.attachments import FilesForm
from continuity.writing.forms.rich_text import RichTextField
from courses.people.models import Teaching, today


class LessonForm(FilesForm):
    """Lesson form. `revision` is the one that the writer began from; `key` makes a repeated form
    idempotent.
    """

    title = forms.CharField(label=_("Title"), max_length=160)
    minutes = forms.IntegerField(
        label=_("Minutes"),
        min_value=0,
        max_value=LONGEST_MINUTES,
        initial=20,
        help_text=_("How long it takes a student, reading and doing."),
        widget=forms.NumberInput(attrs={"class": "input--short"}),
    )
    body = RichTextField("lesson", label=_("Text"), required=False)
    tiles = TilesField()
    in_library = forms.BooleanField(
        label=_("Keep it in my library, to use it again"), required=False
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    key = forms.RegexField(r"^[0-9a-z]{10,12}$", widget=forms.HiddenInput, required=False)

    field_order = [
        "title",
        "minutes",
        "body",
        "uploads",
        "new_alt",
        "tiles",
        "in_library",
        "revision",
        "key",
    ]

    def __init__(self, *args, teaching: Teaching | None, **kwargs):
        """`teaching`: whose class reads it; none where it stands in no week."""
        super().__init__(*args, **kwargs)
        offer(self, teaching, today(), self.initial.get("tiles", []))

    @property
    def text(self) -> LessonText:
        said = self.cleaned_data
        return LessonText(
            title=said["title"],
            body=said["body"],
            minutes=said["minutes"],
            in_library=said["in_library"],
            tiles=said.get("tiles", []),
        )


class NewLessonForm(LessonForm):
    """Lesson form with the day of the week; afterwards the lesson is moved in the planner."""

    day = DayField(label=_("Day"))

    field_order = ["title", "day", *LessonForm.field_order[1:]]

    def __init__(self, *args, monday, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["day"].of_week(monday)
