"""What people type about themselves: the shape of it. Services save."""

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_failure_limit
from django import forms
from django.contrib.auth.forms import AuthenticationForm, UsernameField
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

LONGEST_ADDRESS = 254
# From how many tries left on the page says so.
WARN_FROM = 3


class LoginForm(AuthenticationForm):
    """Login or mail address, and password; says how many tries are left when they get few."""

    username = UsernameField(
        label=_("Login or mail address"), max_length=LONGEST_ADDRESS, widget=forms.TextInput(attrs={"autocomplete": "username"})
    )

    error_messages = {
        "invalid_login": _("This login and this password don’t go together. Check the capitals, then try again."),
        "inactive": _("This account is closed."),
    }

    def __init__(self, request=None, *args, **kwargs):
        super().__init__(request, *args, **kwargs)
        self.fields["username"].max_length = LONGEST_ADDRESS
        self.fields["username"].widget.attrs["maxlength"] = LONGEST_ADDRESS

    def get_invalid_login_error(self):
        errors = [super().get_invalid_login_error()]
        if 0 < (left := self.tries_left()) <= WARN_FROM:
            errors.append(
                forms.ValidationError(
                    ngettext("One try is left before a pause of 15 minutes.", "%(left)s tries are left before a pause of 15 minutes.", left)
                    % {"left": left}
                )
            )
        return forms.ValidationError(errors)

    def tries_left(self) -> int:
        credentials = {"username": self.cleaned_data.get("username", "")}
        return get_failure_limit(self.request, credentials) - AxesProxyHandler.get_failures(self.request, credentials)
