"""Refusal: a no, in words for the person who asked."""

import datetime

from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refusal(Exception):
    """Why something can't be done now. Subclasses are named after what is wrong and carry the sentence.

    `message` is a lazy translation with %(name)s places; the values are formatted when the sentence is shown,
    so that a mail and a page may differ in language. `remedy` says what to do next, and may be empty.
    """

    message = _("This can’t be done now.")
    remedy: str | Promise = ""

    def __init__(self, **values):
        self.values = values
        super().__init__(type(self).__name__)

    def _filled(self, sentence) -> str:
        return str(sentence) % {name: _shown(value) for name, value in self.values.items()} if sentence else ""

    @property
    def reason(self) -> str:
        """The sentence, in the language that is active now."""
        return self._filled(self.message)

    @property
    def advice(self) -> str:
        """What to do next, in the language that is active now; may be empty."""
        return self._filled(self.remedy)

    def __str__(self) -> str:
        return self.reason


def _shown(value):
    if isinstance(value, datetime.datetime):
        return formats.date_format(timezone.localtime(value), "DATETIME_FORMAT")
    if isinstance(value, datetime.date):
        return formats.date_format(value, "DATE_FORMAT")
    return value


class StaleSheet(Refusal):
    message = _("Somebody saved this in the meantime. Your changes are below, nothing is lost: compare, then save again.")
