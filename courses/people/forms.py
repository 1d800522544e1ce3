"""What people type about themselves: the shape of it. Services save."""

from django import forms
from django.contrib.auth.forms import (
    AuthenticationForm,
    PasswordChangeForm,
    SetPasswordForm,
    UsernameField,
)
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateInput, BaseChooser

from courses.people import services
from courses.people.enums import GRANTED_BY, Language, OrganisationKind, Role
from courses.people.exceptions import AddressTaken, LoginTaken, TooManyAttempts
from courses.people.models import Membership, Organisation, Person, today
from courses.people.rules import (
    why_not_a_name,
    why_not_change_account,
    why_not_grant,
    why_not_join,
    why_not_this_password,
)
from courses.people.services import logins
from courses.people.services.accounts import free_login
from courses.people.values import tidy_name
from courses.required import required

LONGEST_ADDRESS = 254
LONGEST_NAME = 80


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


class LoginForm(AuthenticationForm):
    """Login or email address, and password. Wrong passwords are counted; `seconds_to_wait` says how
    long the pause still is.

    `device`: the browser's `values.Device`.
    """

    username = UsernameField(
        label=_("Login or email address"),
        max_length=LONGEST_ADDRESS,
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
    )
    is_shared = forms.BooleanField(
        label=_("This computer is shared"),
        required=False,
        help_text=_(
            "In a library or a classroom: you are logged out when the browser is closed, or after"
            " four hours."
        ),
    )

    error_messages = {
        "invalid_login": _(
            "This login and this password don’t go together. Check the capitals, then try again."
        ),
        "inactive": _("This account is closed."),
    }

    def __init__(self, request=None, *args, device, **kwargs):
        super().__init__(request, *args, **kwargs)
        self.device, self.seconds_to_wait = device, 0
        self.fields["username"].max_length = LONGEST_ADDRESS
        self.fields["username"].widget.attrs["maxlength"] = LONGEST_ADDRESS

    def clean(self):
        given = self.cleaned_data
        if not given.get("username") or not given.get("password"):
            return given
        now = timezone.now()
        attempt = logins.attempt_of(
            typed=given["username"],
            address=required(self.request).META["REMOTE_ADDR"],
            device=self.device,
        )
        self.seconds_to_wait = logins.seconds_to_wait(attempt, now)
        if self.seconds_to_wait:
            raise forms.ValidationError(TooManyAttempts(seconds=self.seconds_to_wait).reason)
        try:
            super().clean()
        except forms.ValidationError:
            logins.count_wrong_password(attempt, now)
            raise
        logins.forget_wrong_passwords(attempt)
        return given


class NameField(forms.CharField):
    """A name as it is printed: tidied, then held against the same rule as everywhere.

    What was typed stays in the form.
    """

    def __init__(self, **kwargs):
        super().__init__(**{"max_length": LONGEST_NAME, **kwargs})

    def to_python(self, value):
        return tidy_name(super().to_python(value) or "")

    def validate(self, value):
        super().validate(value)
        if refusal := why_not_a_name(value):
            raise forms.ValidationError(refusal.reason)


class LanguageForm(forms.Form):
    """All that students change of their account by themselves, beside the password: names are the
    school's.
    """

    language = forms.ChoiceField(
        label=_("Language of my emails and pages"), choices=Language, widget=forms.RadioSelect
    )


class ProfileForm(LanguageForm):
    given_name = NameField(
        label=_("First name"), widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    family_name = NameField(
        label=_("Family name"), widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    usage_name = NameField(
        label=_("Usage name"),
        required=False,
        help_text=_("Printed instead of the family name, if you use another one."),
    )
    field_order = ["given_name", "family_name", "usage_name", "language"]


class StudentNameForm(forms.Form):
    given_name = NameField(label=_("First name"))
    family_name = NameField(label=_("Family name"))


class OfficeForm(forms.Form):
    """Whom a leader names for the students of the school: somebody who works there."""

    teacher = forms.ModelChoiceField(Person.objects.none(), label=_("Person"))

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["teacher"].queryset = people


def own_password(person: Person, typed: str) -> str:
    """The person's own password, typed once more.

    Raises ValidationError where it is wrong, or was too often.
    """
    try:
        if not logins.is_own_password(person=person, password=typed, now=timezone.now()):
            raise forms.ValidationError(_("This is not your password."))
    except TooManyAttempts as refusal:
        raise forms.ValidationError(refusal.reason) from refusal
    return typed


class AddressForm(forms.Form):
    """A new email address, and the password, so that an open screen is not enough to take an
    account.
    """

    email = forms.EmailField(
        label=_("New email address"),
        max_length=LONGEST_ADDRESS,
        help_text=_("It counts once you have opened the link that we send there."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    password = forms.CharField(
        label=_("My password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_password(self):
        return own_password(self.person, self.cleaned_data["password"])


class ForgottenForm(forms.Form):
    email = forms.EmailField(
        label=_("Email address"),
        max_length=LONGEST_ADDRESS,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class NameNotInPassword:
    """A password validator (AUTH_PASSWORD_VALIDATORS): what the page says, "not your name"."""

    def validate(self, password, user=None):
        if user is not None and (refusal := why_not_this_password(password, user)):
            raise forms.ValidationError(f"{refusal.reason} {refusal.advice}")

    def get_help_text(self):
        return ""


class NewPasswordInOurWords(SetPasswordForm):
    """Django's own help is a list in HTML, ours a sentence; what is wrong with the password stands
    beside it, not beside its repetition.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].label = _("New password")
        self.fields["new_password1"].help_text = _(
            "At least 10 characters, not only figures, and not your name."
        )
        self.fields["new_password2"].label = _("New password, once more")
        self.fields["new_password2"].help_text = ""

    def validate_password_for_user(self, user, password_field_name="new_password1"):  # noqa: S107 (the name of a field)
        super().validate_password_for_user(user, "new_password1")


class ChoosePasswordForm(NewPasswordInOurWords):
    pass


class ChangePasswordForm(NewPasswordInOurWords, PasswordChangeForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = _("My password until now")

    def clean_old_password(self):
        return own_password(self.user, self.cleaned_data["old_password"])


# The admin's forms


# What a registrar gives; students and the office of a school are the school's.
GIVEN_HERE = [(role.value, role.label) for role in GRANTED_BY[Role.REGISTRAR]]


class OrganisationForm(WagtailAdminModelForm):
    class Meta:
        model = Organisation
        fields = ["kind", "name", "uai", "city", "postcode", "department", "is_pilot"]

    def clean_uai(self):
        return (self.cleaned_data["uai"] or "").strip().upper() or None

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
        """As the account is in the database: this form's instance carries the new address already,
        and the old one is told.
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
            self.fields["person"].queryset = Person.objects.adults()
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
