"""A person's name."""

from django import forms

from courses.people.rules.names import why_not_a_name
from courses.people.values import LONGEST_NAME, tidy_name


class NameField(forms.CharField):
    """A name as it is printed: tidied, then held against the same rule as everywhere.

    What was typed stays in the form.
    """

    def __init__(self, **kwargs):
        super().__init__(**{"max_length": LONGEST_NAME, **kwargs})

    def to_python(self, value):
        return tidy_name(super().to_python(value) or "")

    def validate(self, value):
        super().validate(value)
        if refusal := why_not_a_name(value):
            raise forms.ValidationError(refusal.reason)
