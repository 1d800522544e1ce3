"""Logging in."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm, UsernameField
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.people.exceptions import TooManyAttempts
from courses.people.forms.account import LONGEST_ADDRESS
from courses.people.services import logins
from courses.required import required


class SharedForm(forms.Form):
    """The one question at each login."""

    is_shared = forms.BooleanField(
        label=_("This computer is shared"),
        required=False,
        help_text=_(
            "In a library or a classroom: you are logged out when the browser is closed, or after"
            " four hours."
        ),
    )


class LoginForm(SharedForm, AuthenticationForm):
    """Login or email address, and password. Wrong passwords are counted; `seconds_to_wait` says how
    long the pause still is.

    `device`: the browser's `values.Device`.
    """

    username = UsernameField(
        label=_("Login or email address"),
        max_length=LONGEST_ADDRESS,
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
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
        self.seconds_to_wait = logins.take_turn(attempt, now)
        if self.seconds_to_wait:
            raise forms.ValidationError(TooManyAttempts(seconds=self.seconds_to_wait).reason)
        try:
            super().clean()
        except forms.ValidationError:
            logins.count_wrong_password(attempt, now)
            raise
        logins.forget_wrong_passwords(attempt)
        return given
