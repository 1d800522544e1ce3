"""Forms of a person's own account, beside the password."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.mail.enums import MailRhythm, ReminderTimes
from courses.people.enums import Language
from courses.people.exceptions import TooManyAttempts
from courses.people.forms.names import NameField
from courses.people.models import Person
from courses.people.services import logins

LONGEST_ADDRESS = 254


class KeptChoice(forms.ChoiceField):
    """One is always chosen, so it isn't marked as optional. Empty for a request that doesn't name
    it, such as a script's.
    """

    def clean(self, value: object) -> str:
        return super().clean(value) if value else ""


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
    mail_rhythm = KeptChoice(
        label=_("Emails that may wait"),
        help_text=_(
            "New material, pages to look at, numbers, questions of participants after the last date."
            " Changes of dates, seats, rooms, answers to you and links always come at once."
        ),
        choices=MailRhythm,
        widget=forms.RadioSelect,
    )
    reminders = KeptChoice(
        label=_("Reminders of trainings"),
        help_text=_(
            "Emails before each date that you attend or lead. The invitation has the link to the"
            " room, whatever you choose; changes always come. Reminders tell whoever leads how many"
            " questions of participants wait; where none is to come, an email of its own does."
        ),
        choices=ReminderTimes,
        widget=forms.RadioSelect,
    )
    field_order = [
        "given_name",
        "family_name",
        "usage_name",
        "language",
        "mail_rhythm",
        "reminders",
    ]

    def clean_mail_rhythm(self) -> str:
        return self._as_before("mail_rhythm", MailRhythm.AT_ONCE)

    def clean_reminders(self) -> str:
        return self._as_before("reminders", ReminderTimes.BOTH)

    def _as_before(self, field: str, default: str) -> str:
        """Without an answer all stays as it is."""
        return self.cleaned_data[field] or self.initial.get(field, default)


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
