"""What came of a call: two presses on a phone."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from continuity.enums import CallResult
from continuity.writing.forms.days import TypedDayField


class CallForm(forms.Form):
    key = forms.UUIDField(widget=forms.HiddenInput)
    result = forms.ChoiceField(
        label=pgettext_lazy("call", "Result"),
        choices=CallResult,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what came of the call.")},
    )
    next_on = TypedDayField(
        label=pgettext_lazy("call", "Next call"),
        required=False,
        help_text=_("Not needed once somebody was reached."),
    )


def new_call_form() -> CallForm:
    """Empty, with a key of its own; its ids differ from those of other forms on the page."""
    key = uuid.uuid4()
    return CallForm(initial={"key": key}, auto_id=f"id_{key.hex[:8]}_%s")
