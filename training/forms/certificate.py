"""A certificate revoked, corrected, or verified."""

from collections.abc import Callable

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.fields import TextAboutAPerson
from courses.people.models import Person
from courses.people.rules.names import why_not_a_name
from courses.people.values import LONGEST_NAME, tidy_name
from training.documents.certificate import plain
from training.enums import RequestedChange
from training.models import Certificate, CertificateRequest
from training.values import CertificateChange


class RevokeForm(forms.Form):
    reason = TextAboutAPerson(
        label=_("Reason"),
        max_length=300,
        help_text=_(
            "The holder reads it. The public page only says that the certificate is revoked."
        ),
    )


class CertificateCorrectionForm(forms.Form):
    """Correction of a certificate and its reason, as its holder types it."""

    @property
    def change(self) -> CertificateChange:
        raise NotImplementedError


class NameCorrectionForm(CertificateCorrectionForm):
    """The name that a certificate should bear, as its holder types it; filled in from the account."""

    given_name = forms.CharField(label=_("First name"), max_length=LONGEST_NAME)
    last_name = forms.CharField(
        label=_("Name"),
        max_length=LONGEST_NAME,
        help_text=_("Family name or usage name: it is printed in capitals."),
    )
    reason = TextAboutAPerson(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Such as: I use another name since the summer, or: one letter is missing."),
    )

    def __init__(self, *args, certificate: Certificate, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["given_name"] = certificate.person.given_name
        self.initial["last_name"] = certificate.person.last_name

    def clean_given_name(self) -> str:
        return _name(self.cleaned_data["given_name"])

    def clean_last_name(self) -> str:
        return _name(self.cleaned_data["last_name"])

    @property
    def change(self) -> CertificateChange:
        names = self.cleaned_data
        printed = Person(given_name=names["given_name"], family_name=names["last_name"])
        return CertificateChange(name=plain(printed.printed_name))


def _name(typed: str) -> str:
    name = tidy_name(typed)
    if refusal := why_not_a_name(name):
        raise forms.ValidationError(refusal.reason)
    return name


class TimeCorrectionForm(CertificateCorrectionForm):
    """The minutes that a certificate should state, as its holder sees them."""

    minutes = forms.IntegerField(
        label=_("Minutes attended"),
        min_value=1,
        max_value=32_000,
        widget=forms.NumberInput(attrs={"class": "input--short"}),
    )
    reason = TextAboutAPerson(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Such as: my line dropped, and I followed the rest by telephone."),
    )

    def __init__(self, *args, certificate: Certificate, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["minutes"].help_text = _("The certificate states %(minutes)s min.") % {
            "minutes": certificate.minutes
        }

    @property
    def change(self) -> CertificateChange:
        return CertificateChange(minutes=self.cleaned_data["minutes"])


CORRECTION_FORMS: dict[str, Callable[..., CertificateCorrectionForm]] = {
    RequestedChange.NAME: NameCorrectionForm,
    RequestedChange.HOURS: TimeCorrectionForm,
}


class CertificateAnswerForm(forms.Form):
    """A planner's answer to a request: replace the certificate, or leave it as it is.

    `minutes` are asked for where the request is about the time.
    """

    minutes = forms.IntegerField(
        label=_("Minutes attended"),
        required=False,
        min_value=1,
        max_value=32_000,
        widget=forms.NumberInput(attrs={"class": "input--short"}),
    )
    reason = TextAboutAPerson(
        label=_("Your words to the holder"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, request: CertificateRequest, **kwargs):
        super().__init__(*args, **kwargs)
        if request.change == RequestedChange.NAME:
            del self.fields["minutes"]
            needed_for = _("Needed if the certificate stays as it is.")
        else:
            self.initial["minutes"] = request.wanted_minutes
            needed_for = _(
                "Needed if the certificate stays as it is, or states other minutes than the sheets."
            )
        self.fields["reason"].help_text = f"{needed_for} {self.fields['reason'].help_text}"

    def clean(self):
        super().clean()
        asks_for_minutes = "minutes" in self.fields and self.data.get("step") == "replace"
        if asks_for_minutes and self.cleaned_data.get("minutes", 0) is None:
            self.add_error("minutes", _("Give the minutes that the certificate is to state."))
        return self.cleaned_data


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
