"""A certificate revoked, or verified."""

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.fields import TextAboutAPerson


class RevokeForm(forms.Form):
    reason = TextAboutAPerson(
        label=_("Reason"),
        max_length=300,
        help_text=_(
            "The holder reads it. The public page only says that the certificate is revoked."
        ),
    )


class VerifyForm(forms.Form):
    """A code as somebody typed it from paper."""

    code = forms.CharField(
        label=_("Code of the certificate"),
        max_length=40,
        help_text=_(
            "Four groups of four characters, such as 7F3K-2042-QX9M-4TRD. Capitals, spaces and"
            " hyphens don’t matter."
        ),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
