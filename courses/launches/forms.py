"""Forms: what a person lets a resource learn; the admin's form of a way to a resource."""

from django import forms
from django.core.validators import URLValidator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from courses.launches.enums import LaunchWay
from courses.launches.models import TELLING, ResourceConnection
from courses.launches.queries import signing_key
from courses.launches.values import Knowledge, lines_of, origin_of
from courses.people.models import today

# A new code can't be undone: no single tap asks for one.
UNTICKED = {"required": _("Tick the box, if it is to be done all the same.")}


class TellsForm(forms.Form):
    """Optional attributes, each off unless ticked."""

    tells = forms.MultipleChoiceField(
        label=_("Send this, too, if you like"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, knowledge: Knowledge, **kwargs):
        super().__init__(*args, **kwargs)
        on = [one.claim for one in knowledge.told if one.is_optional]
        self.fields["tells"].initial = on
        self.fields["tells"].choices = [(one.claim, one.in_words) for one in knowledge.choices]


class RenewCodesForm(forms.Form):
    knows = forms.BooleanField(
        label=_("I know that everybody’s work at this resource begins anew."),
        error_messages=UNTICKED,
    )


class RenewSecretForm(forms.Form):
    knows = forms.BooleanField(
        label=_("I know that no link opens until the provider has the new secret."),
        error_messages=UNTICKED,
    )


class RenewCodeForm(forms.Form):
    knows = forms.BooleanField(
        label=_("I know that what I began there won’t follow me."), error_messages=UNTICKED
    )


NO_FRAGMENT = _("The address holds no “#”.")
secure_address = URLValidator(
    schemes=["https"], message=_("Each line is an address that begins with https://.")
)


def _look_at_origin(address: str, words: str | Promise) -> None:
    try:
        origin_of(address)
    except ValueError as fault:
        raise forms.ValidationError(str(words)) from fault


class ConnectionForm(WagtailAdminModelForm):
    """A provider that wants a name can't be opened with a code: asked here, before a school finds
    out.
    """

    works_without_a_name = forms.BooleanField(
        label=_("The provider says that it works with a code in place of a name"),
        required=False,
        help_text=_(
            "Signed link and LTI 1.3. Passerelle gives no name and no email address to anybody: a"
            " resource that asks for them can only be opened through the ENT."
        ),
    )

    class Meta:
        model = ResourceConnection
        fields = [
            "resource",
            "way",
            "address",
            "login_address",
            "other_addresses",
            "other_origins",
            *TELLING.values(),
            "purpose_fr",
            "purpose_en",
            "meanwhile_fr",
            "meanwhile_en",
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["address"].assume_scheme = "https"
        self.fields["login_address"].assume_scheme = "https"
        self.fields["works_without_a_name"].initial = bool(
            self.instance.pk and self.instance.gives_code
        )
        if self.instance.pk:
            self.fields["resource"].disabled = True

    def clean(self):
        given = super().clean()
        address = given.get("address", "")
        if not address and not self.instance.is_practice and "address" not in self.errors:
            self.add_error("address", _("Give the address."))
        if given.get("way") == LaunchWay.SIGNED and ("?" in address or "#" in address):
            self.add_error("address", _("The address of a signed link holds neither “?” nor “#”."))
        if given.get("way") == LaunchWay.LTI:
            self._look_at_lti(given, address)
        gives_code = given.get("way") in (LaunchWay.SIGNED, LaunchWay.LTI)
        if gives_code and not given["works_without_a_name"]:
            self.add_error(
                "works_without_a_name",
                _(
                    "We give no name. If the provider insists on one, choose the way through the"
                    " ENT."
                ),
            )
        return given

    def clean_address(self) -> str:
        _look_at_origin(self.cleaned_data["address"], URLValidator.message)
        return self.cleaned_data["address"]

    def clean_login_address(self) -> str:
        _look_at_origin(self.cleaned_data["login_address"], URLValidator.message)
        return self.cleaned_data["login_address"]

    def clean_other_addresses(self) -> str:
        """One a line; blanks and empty lines go."""
        lines = lines_of(self.cleaned_data["other_addresses"])
        for line in lines:
            secure_address(line)
            _look_at_origin(line, secure_address.message)
            if "#" in line:
                raise forms.ValidationError(NO_FRAGMENT)
        return "\n".join(lines)

    def clean_other_origins(self) -> str:
        """Of an address, the site alone: a content security policy takes no more."""
        lines = lines_of(self.cleaned_data["other_origins"])
        for line in lines:
            secure_address(line)
            _look_at_origin(line, secure_address.message)
        return "\n".join(dict.fromkeys(origin_of(line) for line in lines))

    def _look_at_lti(self, given: dict, address: str) -> None:
        if "#" in address:
            self.add_error("address", NO_FRAGMENT)
        login_address = given.get("login_address", "")
        if "#" in login_address:
            self.add_error("login_address", NO_FRAGMENT)
        has_one = login_address or self.instance.is_practice or "login_address" in self.errors
        if not has_one:  # the constraint isn't asked, since `is_practice` isn't in the form
            self.add_error("login_address", _("LTI 1.3 needs the login address."))
        if not signing_key(today()):
            self.add_error(
                "way",
                _(
                    "This site has no key for LTI 1.3. Those who run Passerelle make one: “Keys” in"
                    " docs/launches.md."
                ),
            )
