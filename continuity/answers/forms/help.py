"""Forms of a student's question, asked from the week."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courses.fields import TextAboutAPerson
from courses.people.models import Teaching
from courses.required import required


class TeachingField(forms.ModelChoiceField):
    """Choice of a teaching, labelled with its subject and class or group; with the teacher's name,
    where two labels are equal.
    """

    def label_from_instance(self, teaching: Teaching) -> str:
        label = f"{teaching.subject} ({teaching.school_class})"
        pairs = [(one.subject_id, one.school_class_id) for one in required(self.queryset)]
        return (
            f"{label}, {teaching.teacher.display_name}"
            if pairs.count((teaching.subject_id, teaching.school_class_id)) > 1
            else label
        )


class HelpForm(forms.Form):
    """“I need help”: about an item, then the teacher is known; or about a subject."""

    teaching = TeachingField(
        label=pgettext_lazy("what is taught", "Subject"),
        queryset=Teaching.objects.none(),
        to_field_name="public_id",
        empty_label=_("Choose a subject"),  # chosen beforehand, one press asked whoever is first
    )
    text = TextAboutAPerson(
        label=_("What is in the way"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("A word is enough. Your teacher reads it, or whoever stands in."),
    )

    def __init__(self, *args, teachings, item=None, **kwargs):
        super().__init__(*args, **kwargs)
        if item is None:
            self.fields["teaching"].queryset = teachings
        else:
            del self.fields["teaching"]
