"""The admin's form of an identity provider."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from courses.people.models import Organisation
from courses.signin import queries
from courses.signin.models import IdentityProvider
from courses.signin.rules import why_not_address


class SchoolsByUai(forms.CharField):
    """UAIs, a line or a space apart: a list of 267 schools can't be ticked."""

    def prepare_value(self, value):
        if isinstance(value, list):
            return " ".join(sorted(school.uai or "" for school in value))
        return value

    def clean(self, value):
        wanted = set(super().clean(value).upper().replace(",", " ").replace(";", " ").split())
        found = list(Organisation.objects.schools().filter(uai__in=wanted))
        if unknown := sorted(wanted - {school.uai for school in found}):
            raise forms.ValidationError(
                _("No school has this UAI: %(names)s.") % {"names": ", ".join(unknown)}
            )
        return found


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
            "attribute",
            "namespace",
            "schools",
            "is_open",
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["address"].assume_scheme = "https"
        known = queries.namespaces()
        if known:
            self.fields["namespace"].help_text = _("Directories known here: %(names)s") % {
                "names": ", ".join(known)
            }

    def clean_address(self):
        address = self.cleaned_data["address"].strip().rstrip("/")
        if refusal := why_not_address(address, site_address=settings.SITE_ADDRESS):
            raise forms.ValidationError(refusal.reason)
        return address
