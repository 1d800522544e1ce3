"""What a leader types of a guardian."""

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.people.enums import GuardianQuality, Language
from courses.people.forms.names import NameField
from courses.people.services.guardians import GuardianNames


class GuardianForm(forms.Form):
    given_name = NameField(label=_("First name"))
    family_name = NameField(label=_("Family name"))
    email = forms.EmailField(
        label=_("Email address"),
        required=False,
        help_text=_(
            "With one, an account can be opened and the week comes by email. Without, only a"
            " personal link."
        ),
    )
    language = forms.ChoiceField(label=_("Language"), choices=Language)
    quality = forms.ChoiceField(
        label=_("Legal quality"), choices=GuardianQuality, widget=forms.RadioSelect
    )
    invited = forms.BooleanField(
        label=_("Send an invitation to choose a password"), required=False, initial=True
    )

    @property
    def names(self) -> GuardianNames:
        given = self.cleaned_data
        return GuardianNames(
            given["given_name"], given["family_name"], given["email"], given["language"]
        )
