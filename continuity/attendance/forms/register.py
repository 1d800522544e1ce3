"""Form to export days of the register."""

import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from continuity.writing.forms.days import TypedDayField
from courses.people.models import SchoolClass

MOST_DAYS = datetime.timedelta(days=31)


class RegisterForm(forms.Form):
    """Class and days to export, at most a month at once."""

    school_class = forms.ModelChoiceField(
        SchoolClass.objects.none(),
        label=gettext_lazy("Class"),
        to_field_name="public_id",
        required=False,
        empty_label=gettext_lazy("All"),
    )
    first = TypedDayField(label=gettext_lazy("First day"))
    last = TypedDayField(label=gettext_lazy("Last day"))

    def __init__(self, *args, classes, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["school_class"].queryset = classes

    def clean(self):
        super().clean()
        said = self.cleaned_data
        first, last = said.get("first"), said.get("last")
        if first and last and not first <= last <= first + MOST_DAYS:
            raise ValidationError(_("Choose a month at most, the first day before the last."))
        return said
