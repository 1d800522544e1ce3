"""Choosing and changing a password, and asking for a new one."""

from django import forms
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm
from django.utils.translation import gettext_lazy as _

from courses.people.forms.account import LONGEST_ADDRESS, own_password
from courses.people.rules.names import why_not_this_password


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
