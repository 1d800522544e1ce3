"""The admin's form of an identity provider; a login's reference; the password that confirms a key."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from courses.people.exceptions import TooManyAttempts
from courses.people.models import Identity, Organisation
from courses.people.services.identities import confirm
from courses.people.services.logins import Attempt
from courses.people.values import DEVICE_COOKIE, LoginDevice
from courses.signin import queries
from courses.signin.enums import COLUMNS_OF, ProviderKind, ValueForm
from courses.signin.exceptions import MetadataUnusable, OurKeyMissing
from courses.signin.gateways import saml_metadata
from courses.signin.gateways.saml_keys import our_keys
from courses.signin.models import IdentityProvider
from courses.signin.rules import why_not_address

PROTOCOL_COLUMNS = set().union(*COLUMNS_OF.values())


class SchoolsByUai(forms.CharField):
    """UAIs, a line or a space apart: a list of 267 schools can't be ticked."""

    def prepare_value(self, value):
        if isinstance(value, list):
            return " ".join(sorted(school.uai or "" for school in value))
        return value

    def clean(self, value):
        wanted = set(super().clean(value).upper().replace(",", " ").replace(";", " ").split())
        found = Organisation.objects.by_uai(wanted)
        if unknown := sorted(wanted - set(found)):
            raise forms.ValidationError(
                _("No school has this UAI: %(names)s.") % {"names": ", ".join(unknown)}
            )
        return list(dict.fromkeys(found.values()))


class IdentityProviderForm(WagtailAdminModelForm):
    schools = SchoolsByUai(
        label=_("Schools, by UAI"),
        required=False,
        help_text=_(
            "Separated by spaces. Nobody of another school comes in by it. Empty: of all schools."
        ),
    )

    class Meta:
        model = IdentityProvider
        fields = [
            "title_fr",
            "title_en",
            "slug",
            "kind",
            "address",
            "client_id",
            "secret",
            "token_auth",
            "scopes",
            "metadata",
            "attribute",
            "value_form",
            "namespace",
            "schools",
            "second_factor",
            "is_open",
        ]
        # Else browsers fill in the password of the superuser, who saves it unseen.
        widgets = {"secret": forms.PasswordInput(attrs={"autocomplete": "new-password"})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["address"].assume_scheme = "https"
        for name in PROTOCOL_COLUMNS:  # the style sheet hides those of other protocols
            protocols = [kind.value for kind, columns in COLUMNS_OF.items() if name in columns]
            self.fields[name].widget.attrs["data-of"] = " ".join(protocols)
        known = queries.namespaces()
        if known:
            self.fields["namespace"].help_text = _("Directories known here: %(names)s") % {
                "names": ", ".join(known)
            }

        self.fields["secret"].help_text = (
            _("OpenID Connect: one is stored. Empty: it stays.")
            if self.instance.secret
            else _("OpenID Connect: as the server gave it. It isn’t shown again.")
        )

    def clean_address(self):
        address = self.cleaned_data["address"].strip()
        if address and (refusal := why_not_address(address, site_address=settings.SITE_ADDRESS)):
            raise forms.ValidationError(refusal.reason)
        return address

    def clean_metadata(self):
        """As it is pasted; what it lacks is said at once."""
        metadata = self.cleaned_data["metadata"].strip()
        if metadata and self.cleaned_data.get("kind") == ProviderKind.SAML:
            try:
                saml_metadata.read(metadata.encode())
            except MetadataUnusable as refusal:
                raise forms.ValidationError(f"{refusal.reason} {refusal.advice}") from refusal
        return metadata

    def clean_namespace(self):
        return " ".join(self.cleaned_data["namespace"].split())

    def clean_secret(self):
        return self.cleaned_data["secret"] or self.instance.secret

    def clean(self):
        """What the protocol doesn't use is emptied."""
        cleaned = super().clean()
        columns = COLUMNS_OF.get(cleaned.get("kind"), PROTOCOL_COLUMNS)
        for name in PROTOCOL_COLUMNS - columns - {"token_auth"}:
            cleaned[name] = ""
        if cleaned.get("kind") == ProviderKind.SAML and cleaned.get("is_open"):
            self._check_our_keys()
        if cleaned.get("address") and cleaned.get("metadata"):
            self.add_error(
                "metadata", _("Give the address of the metadata, or the metadata itself.")
            )
        if cleaned.get("value_form") == ValueForm.PLAIN and " " in cleaned.get("namespace", ""):
            self.add_error("namespace", _("A value that names no académie is of one directory."))
        if cleaned.get("kind") == ProviderKind.CAS and "address" in cleaned:
            cleaned["address"] = cleaned["address"].rstrip("/")
        return cleaned

    def _check_our_keys(self) -> None:
        try:
            our_keys()
        except OurKeyMissing as refusal:
            self.add_error("is_open", f"{refusal.reason} {refusal.advice}")


class ReferenceForm(forms.Form):
    reference = forms.CharField(
        label=_("Reference of the login"),
        max_length=40,
        help_text=_("Eight characters, such as 7F3K-0219."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )


class ConfirmKeyForm(forms.Form):
    """The password of the account that a key would open. Wrong ones count as at the login."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, identity: Identity, request: HttpRequest, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.identity, self.request, self.seconds_to_wait = identity, request, 0

    @property
    def status(self) -> int:
        if self.seconds_to_wait:
            return 429
        return 422 if self.is_bound else 200

    def clean_password(self) -> str:
        password, account = self.cleaned_data["password"], str(self.identity.person_id)
        device = LoginDevice.read(self.request.COOKIES.get(DEVICE_COOKIE, ""))
        address = self.request.META["REMOTE_ADDR"]
        attempt = Attempt(account=account, address=address, device=device.known_as(account))
        try:
            is_proven = confirm(
                self.identity, password=password, attempt=attempt, now=timezone.now()
            )
        except TooManyAttempts as refusal:
            self.seconds_to_wait = refusal.values["seconds"]
            raise forms.ValidationError(refusal.reason) from refusal
        if not is_proven:
            raise forms.ValidationError(
                _("This isn’t the password of this account. Check the capitals, then try again.")
            )
        return password
