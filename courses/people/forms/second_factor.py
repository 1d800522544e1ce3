"""The second step of a login: its code."""

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.people.forms.account import own_password

# A recovery code in groups of three, and room for how it is typed.
LONGEST_CODE = 30


def code_field(help_text) -> forms.CharField:
    return forms.CharField(
        label=_("Code"),
        max_length=LONGEST_CODE,
        help_text=help_text,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
        ),
    )


class CodeForm(forms.Form):
    """At each login."""

    code = code_field(
        _("The six figures that your app shows now. Phone lost? One of your recovery codes.")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["autofocus"] = True


class SecondFactorForm(forms.Form):
    """To set the second step up, or change it: the password too, so that an open screen is not enough
    to take an account. Who comes in by an ENT alone has none.
    """

    password = forms.CharField(
        label=_("My password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    code = code_field(_("The six figures that your app shows now, or one of your recovery codes."))

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, **kwargs)
        self.person = person
        if not person.has_usable_password():
            del self.fields["password"]

    def clean_password(self):
        return own_password(self.person, self.cleaned_data["password"])


class FirstCodeForm(SecondFactorForm):
    code = code_field(_("The six figures that your app shows now."))
