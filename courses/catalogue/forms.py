"""The admin's forms of subscriptions."""

from collections.abc import Iterable
from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateInput

from courses.catalogue.enums import LicenceScope
from courses.catalogue.models import Licence, ProviderProfile, Resource
from courses.catalogue.rules import why_not_public
from courses.fields import FreeText
from courses.people.forms.admin import AdminOrganisationChooser
from courses.people.models import Organisation, Person
from courses.tables.values import words_of


class ResourceForm(WagtailAdminModelForm):
    class Meta:
        model = Resource
        fields = ["name", "slug", "provider", "url", "summary_fr", "summary_en"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["url"].assume_scheme = "https"
        self.fields["provider"].queryset = Organisation.objects.providers()


class AmountField(forms.DecimalField):
    """Euros as they stand on an invoice: with spaces between thousands, narrow or not, and the sign."""

    def to_python(self, value):
        if isinstance(value, str):
            value = "".join(value.replace("€", "").split())
        return super().to_python(value)


class CostsForm(forms.Form):
    """What each resource costs the Region in a school year; an empty field: nobody has said."""

    def __init__(self, *args, resources: Iterable[Resource], **kwargs):
        super().__init__(*args, **kwargs)
        for resource in resources:
            self.fields[f"resource-{resource.pk}"] = AmountField(
                label=resource.name,
                required=False,
                min_value=0,
                max_digits=10,
                decimal_places=2,
                localize=True,
                widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            )

    @property
    def amounts(self) -> dict[int, Decimal | None]:
        """By the resource's primary key."""
        return {int(name.split("-")[1]): amount for name, amount in self.cleaned_data.items()}


class ProviderProfileForm(WagtailAdminModelForm):
    is_of_a_service = forms.BooleanField(
        label=_("This is the address of a service, read by several people"),
        required=False,
        help_text=_("To be ticked for each new or changed address."),
    )

    class Meta:
        model = ProviderProfile
        fields = [
            "organisation",
            "about_fr",
            "about_en",
            "source",
            "source_url",
            "website",
            "contact_url",
            "contact_email",
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("source_url", "website", "contact_url"):
            self.fields[name].assume_scheme = "https"
        self.fields["organisation"].queryset = Organisation.objects.providers()
        self.saved_address = self.instance.contact_email
        if self.instance.pk:
            self.fields["organisation"].disabled = True

    def clean(self):
        given = super().clean()
        if address := given.get("contact_email"):
            refusal = why_not_public(
                is_of_an_account=Person.objects.with_address(address).exists(),
                is_of_a_service=given["is_of_a_service"] or address == self.saved_address,
            )
            if refusal:
                self.add_error("contact_email", f"{refusal.reason} {refusal.advice}")
        return given


class LicenceForm(WagtailAdminModelForm):
    """A licence; named teachers are typed, one login or email address a line, since a school has a
    hundred.
    """

    named = FreeText(
        label=_("Named teachers"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For “Named teachers” only: logins or email addresses, one a line."),
    )

    class Meta:
        model = Licence
        fields = ["resource", "school", "scope", "since", "until", "subjects", "contact"]
        widgets = {
            "school": AdminOrganisationChooser,
            "since": AdminDateInput,
            "until": AdminDateInput,
            "subjects": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["named"].initial = "\n".join(
                self.instance.teachers.values_list("login", flat=True)
            )

    def clean_named(self) -> list[Person]:
        words = [word.lower() for word in words_of(self.cleaned_data["named"])]
        people = Person.objects.annotate_lower_email()
        found = {
            word: people.filter(login=word).first() or people.filter(lower_email=word).first()
            for word in words
        }
        if unknown := [word for word, person in found.items() if person is None]:
            raise forms.ValidationError(
                _("Nobody has these logins or addresses: %(names)s.")
                % {"names": ", ".join(unknown)}
            )
        return list(found.values())

    def clean(self):
        given = super().clean()
        since, until, scope = given.get("since"), given.get("until"), given.get("scope")
        if since and until and until < since:
            self.add_error("until", _("The last day is before the first."))
        if scope == LicenceScope.SUBJECTS and not given.get("subjects"):
            self.add_error("subjects", _("Name the subjects of this licence."))
        if scope == LicenceScope.NAMED and not given.get("named") and "named" not in self.errors:
            self.add_error("named", _("Name the teachers of this licence."))
        school = given.get("school")
        if school and scope == LicenceScope.NAMED:
            teach = set(school.memberships.teaching().values_list("person_id", flat=True))
            if elsewhere := [
                person.login for person in given.get("named") or [] if person.pk not in teach
            ]:
                self.add_error(
                    "named",
                    _("These people do not teach at this school: %(names)s.")
                    % {"names": ", ".join(elsewhere)},
                )
        return given

    def save(self, commit=True):
        licence = super().save(commit)
        licence.teachers.set(self.cleaned_data["named"])
        return licence
