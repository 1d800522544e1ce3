"""Who leads one date in place of a trainer; a date to which no trainer came."""

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.fields import TextAboutAPerson
from courses.people.models import Person


class PersonField(forms.ModelChoiceField):
    """A person by name; the public id stands in the form."""

    def __init__(self, **kwargs):
        super().__init__(
            queryset=Person.objects.none(),
            to_field_name="public_id",
            empty_label=None,
            widget=forms.RadioSelect,
            **kwargs,
        )

    def label_from_instance(self, person):
        return person.display_name


class SubstituteForm(forms.Form):
    """`leaders` lead the date, `colleagues` are those who may."""

    replaces = PersonField(label=_("In place of"))
    substitute = PersonField(label=_("Who leads this date"))

    def __init__(self, *args, leaders, colleagues, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["replaces"].queryset = leaders
        self.fields["substitute"].queryset = colleagues
        people = list(leaders[:2])
        if len(people) == 1:
            self.fields["replaces"].initial = people[0].public_id
            self.fields["replaces"].widget = forms.HiddenInput()


class MissedForm(forms.Form):
    words = TextAboutAPerson(
        label=_("What happened, if you wish"),
        required=False,
        max_length=250,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Participants read it as it appears here, in the session’s language."),
    )


class SettleForm(forms.Form):
    words = TextAboutAPerson(
        label=_("Why there is no other date"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Participants get it by email as it stands here, in the session’s language."),
    )
