"""Forms of a school's leader about its students."""

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.people.forms.names import NameField
from courses.people.models import Person


class StudentNameForm(forms.Form):
    given_name = NameField(label=_("First name"))
    family_name = NameField(label=_("Family name"))


class OfficeForm(forms.Form):
    """Whom a leader names for the students of the school: somebody who works there."""

    teacher = forms.ModelChoiceField(Person.objects.none(), label=_("Person"))

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["teacher"].queryset = people
