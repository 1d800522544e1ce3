"""The shape of what the library's forms send in."""

import datetime

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from continuity.enums import ItemKind
from continuity.writing.forms.days import TypedDayField
from courses.agenda.values import PARIS
from courses.people.models import Subject


class LibraryForm(forms.Form):
    """Filters of the library. Invalid values are ignored."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        required=False,
        choices=[
            ("", pgettext_lazy("kinds", "All")),
            (ItemKind.LESSON, ItemKind.LESSON.label),
            (ItemKind.HOMEWORK, ItemKind.HOMEWORK.label),
        ],
    )
    subject = forms.ModelChoiceField(
        Subject.objects.none(),
        label=pgettext_lazy("what is taught", "Subject"),
        required=False,
        to_field_name="code",
        empty_label=pgettext_lazy("what is taught", "All"),
    )
    teaching = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)
    day = TypedDayField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, subjects: list[Subject], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["subject"].queryset = Subject.objects.filter(
            pk__in=[subject.pk for subject in subjects]
        )


class UseForm(forms.Form):
    """A thing of the library goes to a day; a homework has its due date, wall time in Paris."""

    kind = forms.ChoiceField(choices=[(ItemKind.LESSON, ""), (ItemKind.HOMEWORK, "")])
    content = forms.CharField(max_length=12)
    day = TypedDayField()
    due_on = TypedDayField(required=False)
    due_time = forms.TimeField(required=False)

    def clean(self):
        super().clean()
        said = self.cleaned_data
        if said.get("kind") == ItemKind.HOMEWORK and not (
            said.get("due_on") and said.get("due_time")
        ):
            raise forms.ValidationError(
                _("A homework needs the day and the hour at which it is due.")
            )
        return said

    @property
    def due_at(self) -> datetime.datetime | None:
        if self.cleaned_data["kind"] != ItemKind.HOMEWORK:
            return None
        return datetime.datetime.combine(
            self.cleaned_data["due_on"], self.cleaned_data["due_time"], tzinfo=PARIS
        )
