"""The admin's forms of subscriptions; amounts, for the Region."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from django import forms
from django.http import QueryDict
from django.utils import formats
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateInput

from courses.catalogue.enums import LicenceScope
from courses.catalogue.exceptions import AmountsSetMeanwhile
from courses.catalogue.models import Licence, ProviderProfile, Resource
from courses.catalogue.rules import why_not_public
from courses.catalogue.values import AmountChange
from courses.fields import FreeText, replace_sent
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
    """Euros as they stand on an invoice: with spaces between thousands, narrow or not, or English
    commas, and the sign.
    """

    with_commas = re.compile(r"\d{1,3}(,\d{3})+(\.\d{1,2})?")

    def to_python(self, value):
        if isinstance(value, str):
            # A draft begun in French may be kept in English: 1200,50.
            value = "".join(value.replace("€", "").split())
            value = value.replace(",", "" if self.with_commas.fullmatch(value) else ".")
        return super().to_python(value)


class CostsForm(forms.Form):
    """What each resource costs the Region in a school year; an empty field: nobody has said. A hidden
    field beside each holds the amount that the page showed.
    """

    def __init__(
        self,
        data: QueryDict | None,
        *,
        resources: Sequence[Resource],
        amounts: Mapping[int, Decimal],
    ):
        self.names = {resource.pk: f"resource-{resource.pk}" for resource in resources}
        known = {name: amounts[pk] for pk, name in self.names.items() if pk in amounts}
        super().__init__(data, initial=known)
        for resource in resources:
            self.fields[self.names[resource.pk]] = AmountField(
                label=resource.name,
                required=False,
                show_hidden_initial=True,
                min_value=0,
                max_digits=10,
                decimal_places=2,
                localize=True,
                widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            )

    @property
    def state(self) -> str:
        """Of all amounts, the same in both languages (data-draft-base)."""
        return " ".join(f"{name}={amount}" for name, amount in self.initial.items())

    @cached_property
    def _changed(self) -> set[int]:
        """Of a resource that was added since the page was opened, nothing is sent."""
        changed = set(self.changed_data) & set(self.data)
        return {pk for pk, name in self.names.items() if name in changed}

    @property
    def changes(self) -> dict[int, AmountChange]:
        """Amounts that are others than the page showed, by the resource's primary key."""
        return {
            pk: AmountChange(self._shown(name), self.cleaned_data[name])
            for pk, name in self.names.items()
            if pk in self._changed
        }

    def _shown(self, name: str) -> Decimal | None:
        """None, too, of a page of an earlier release, which doesn't say."""
        try:
            return self.fields[name].clean(self.data.get(self[name].html_initial_name))
        except forms.ValidationError:
            return None

    def show_stored(self, amounts: Mapping[int, Decimal]) -> None:
        """Show what is stored by now wherever nothing was typed."""
        for pk, name in self.names.items():
            if pk not in self._changed:
                replace_sent(self, name, formats.localize_input(amounts.get(pk, "")))
                self._typed_over(pk, amounts)

    def refuse(self, refusal: AmountsSetMeanwhile) -> None:
        """Say at each field what was set there. What was typed stays; sent again, it replaces that."""
        self.show_stored(refusal.stored)
        for pk, one in refusal.by_resource.items():
            self._typed_over(pk, refusal.stored)
            self.add_error(self.names[pk], one.reason)

    def _typed_over(self, pk: int, amounts: Mapping[int, Decimal]) -> None:
        hidden = self[self.names[pk]].html_initial_name
        replace_sent(self, hidden, formats.localize_input(amounts.get(pk, "")))


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
