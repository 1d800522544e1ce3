"""The forms of the administration: organisations, persons, memberships."""

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateInput, BaseChooser

from courses.people import services
from courses.people.enums import GRANTED_BY, OrganisationKind, Role
from courses.people.exceptions import AddressTaken, LoginTaken
from courses.people.forms.names import NameField
from courses.people.models import Membership, Organisation, Person, today
from courses.people.rules.accounts import why_not_change_account, why_not_grant
from courses.people.rules.memberships import why_not_join
from courses.people.services.free_logins import free_login
from courses.people.services.organisations import UAI


class AdminPersonChooser(BaseChooser):
    """The chooser that `viewsets.PersonChooserViewSet` opens."""

    model = Person
    icon = "user"
    choose_one_text = _("Choose a person")
    chooser_modal_url_name = "person_chooser:choose"


class AdminOrganisationChooser(BaseChooser):
    model = Organisation
    icon = "home"
    choose_one_text = _("Choose an organisation")
    chooser_modal_url_name = "organisation_chooser:choose"


# What a registrar gives; students and the office of a school are the school's.
GIVEN_HERE = [(role.value, role.label) for role in GRANTED_BY[Role.REGISTRAR]]


class OrganisationForm(WagtailAdminModelForm):
    class Meta:
        model = Organisation
        fields = ["kind", "name", "uai", "city", "postcode", "department", "is_pilot"]

    def clean_uai(self):
        uai = (self.cleaned_data["uai"] or "").strip().upper()
        if uai and not UAI.fullmatch(uai):  # the folder of its sets is called by it
            raise forms.ValidationError(_("A UAI has seven figures and a letter."))
        return uai or None

    def clean(self):
        if (
            self.cleaned_data.get("uai")
            and self.cleaned_data.get("kind") != OrganisationKind.SCHOOL
        ):
            self.add_error("uai", _("Only schools have a UAI."))
        return super().clean()


class PersonForm(WagtailAdminModelForm):
    """An account, and a first or further membership with it."""

    login = forms.CharField(
        label=_("Login"), max_length=60, required=False, help_text=_("Empty: made from the name.")
    )
    given_name = NameField(label=_("First name"))
    family_name = NameField(label=_("Family name"))
    usage_name = NameField(
        label=_("Usage name"), required=False, help_text=_("Printed instead of the family name.")
    )
    email = forms.EmailField(
        label=_("Email address"),
        required=False,
        help_text=_("A new person gets an invitation there, with a link to choose a password."),
    )
    role = forms.ChoiceField(
        label=_("Further role"), required=False, choices=[("", "—"), *GIVEN_HERE]
    )
    organisation = forms.ModelChoiceField(
        Organisation.objects.all(),
        label=_("In"),
        required=False,
        widget=AdminOrganisationChooser,
        help_text=_("Valid there from today."),
    )

    class Meta:
        model = Person
        fields = [
            "given_name",
            "family_name",
            "usage_name",
            "login",
            "email",
            "language",
            "is_active",
        ]

    def clean_login(self):
        login = self.cleaned_data["login"].strip().lower()
        if login and Person.objects.exclude(pk=self.instance.pk).filter(login=login).exists():
            raise forms.ValidationError(LoginTaken(login=login).reason)
        return login

    def clean_email(self):
        address = self.cleaned_data["email"].strip() or None
        if address and Person.objects.exclude(pk=self.instance.pk).with_address(address).exists():
            raise forms.ValidationError(AddressTaken(address=address).reason)
        return address

    def clean(self):
        given = self.cleaned_data
        if not given.get("login") and given.get("given_name") and given.get("family_name"):
            given["login"] = self.instance.login or free_login(
                given["given_name"], given["family_name"]
            )
        role, organisation = given.get("role"), given.get("organisation")
        if bool(role) != bool(organisation):
            self.add_error("role", _("Choose a role and an organisation, or neither."))
        elif role:
            by = self.for_user
            if by and (
                no := why_not_grant(
                    role, organisation, by=by, to=self.instance, held=by.current_memberships
                )
            ):
                self.add_error("role", f"{no.reason} {no.advice}".strip())
            others = self.instance.memberships.select_related("person") if self.instance.pk else []
            if refusal := why_not_join(organisation, role, today(), None, others=others):
                self.add_error("role", refusal.reason)
        self._hold_against_own_account()
        return super().clean()

    def _hold_against_own_account(self):
        """Nobody closes her own account here, nor takes the short way to another address."""
        if not self.instance.pk or not self.for_user:
            return
        there = Person.objects.get(pk=self.instance.pk)
        changed = [
            name
            for name in self._meta.fields
            if name in self.cleaned_data and self.cleaned_data[name] != getattr(there, name)
        ]
        if no := why_not_change_account(changed, by=self.for_user, person=there, is_adult=True):
            self.add_error(None, f"{no.reason} {no.advice}".strip())

    def change_account(self, *, by) -> Person:
        fields = {name: self.cleaned_data[name] for name in self._meta.fields}
        return services.change_account(person=self.instance, by=by, **fields)

    def join(self, person, *, by) -> None:
        """Join as the account is in the database: this form's instance carries the new address
        already, and the old one is told.
        """
        if self.cleaned_data["role"]:
            services.join(
                person=Person.objects.get(pk=person.pk),
                organisation=self.cleaned_data["organisation"],
                role=self.cleaned_data["role"],
                by=by,
            )


class MembershipForm(WagtailAdminModelForm):
    """Days, role and subjects; person, role and organisation stay once it is made."""

    class Meta:
        model = Membership
        fields = ["person", "organisation", "role", "since", "until", "subjects"]
        widgets = {
            "person": AdminPersonChooser,
            "organisation": AdminOrganisationChooser,
            "since": AdminDateInput,
            "until": AdminDateInput,
            "subjects": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            for name in ("person", "organisation", "role"):
                self.fields[name].disabled = True
        else:
            self.fields["person"].queryset = Person.objects.kept_by(self.for_user)
        self.fields["role"].choices = [("", "—"), *GIVEN_HERE]

    def clean(self):
        given = super().clean()
        if not self.errors:
            by, where = self.for_user, given["organisation"]
            if by and (
                no := why_not_grant(
                    given["role"], where, by=by, to=given["person"], held=by.current_memberships
                )
            ):
                raise forms.ValidationError(f"{no.reason} {no.advice}".strip())
            others = (
                given["person"].memberships.exclude(pk=self.instance.pk).select_related("person")
            )
            if refusal := why_not_join(
                given["organisation"], given["role"], given["since"], given["until"], others=others
            ):
                raise forms.ValidationError(f"{refusal.reason} {refusal.advice}".strip())
        return given

    def join(self, *, by) -> Membership:
        return services.join(**self.cleaned_data, by=by)

    def change(self, *, by) -> Membership:
        given = self.cleaned_data
        return services.change_membership(
            membership=self.instance,
            since=given["since"],
            until=given["until"],
            subjects=given["subjects"],
            by=by,
        )
