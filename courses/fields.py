"""Fields of forms that several packages use, and what is done to a form that was sent."""

from typing import cast

from django import forms
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

NOTHING_PRIVATE = _("Nothing on health or family.")
NOTHING_PRIVATE_OF_YOURS = pgettext_lazy("to a child", "Nothing on your health or your family.")


class FreeText(forms.CharField):
    """Text of several lines."""

    default_error_messages = {
        "max_length": _("Your text has %(show_value)s characters; at most %(limit_value)s.")
    }

    def to_python(self, value):
        """A form sends a line's end as two characters, where `maxlength` of the browser counts one
        (HTML, "the textarea element": API value): what fits there is taken here.
        """
        return super().to_python(value.replace("\r\n", "\n") if isinstance(value, str) else value)


class TextAboutAPerson(FreeText):
    """Free text that may come to speak of somebody: the hint that nothing on health or family
    belongs there ends its help.

    `of_yours`: the reader is a child who writes of herself. tests/rules/test_hints_on_free_texts.py
    knows every free text.
    """

    def __init__(self, *, help_text="", of_yours: bool = False, **kwargs):
        hint = NOTHING_PRIVATE_OF_YOURS if of_yours else NOTHING_PRIVATE
        super().__init__(
            help_text=format_lazy("{} {}", help_text, hint) if help_text else hint, **kwargs
        )


def replace_sent(form: forms.BaseForm, field: str, value: object) -> None:
    """Show another value than the one that was sent, in a bound form: a newer revision, so that
    saving again is a decision over it.
    """
    sent = cast(QueryDict, form.data).copy()
    sent[field] = str(value)
    form.data = sent
