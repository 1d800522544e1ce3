"""Refusal: a no, in words for the person who asked."""

import datetime
import re

from django.utils import translation
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.dates import day, hour
from courses.quotes import inside_quotes


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
        if not sentence:
            return ""
        words = str(sentence)
        quoted = {name for name in self.values if re.search(rf"[“«]\s?%\({name}\)s", words)}
        values = {name: _shown(value) for name, value in self.values.items()}
        return words % (values | {name: inside_quotes(str(values[name])) for name in quoted})

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

    def as_kept(self) -> dict:
        """The class and its values as JSON, so that the sentence can be said later in another language."""
        kind = type(self)
        return {"refusal": f"{kind.__module__}.{kind.__qualname__}", "values": {name: _kept(v) for name, v in self.values.items()}}


def refusal_kept(kept: dict) -> Refusal:
    """The refusal that `as_kept` wrote down."""
    kind = import_string(kept["refusal"])
    return kind(**{name: _as_it_was(value) for name, value in kept["values"].items()})


def _kept(value):
    """A day, an instant and a translatable word keep what they are; everything else is as JSON has it."""
    if isinstance(value, datetime.datetime):
        return {"instant": value.isoformat()}
    if isinstance(value, datetime.date):
        return {"day": value.isoformat()}
    if isinstance(value, Promise):
        with translation.override("en"):  # source strings are English
            return {"word": str(value)}
    return value


def _as_it_was(value):
    match value:
        case {"instant": text}:
            return datetime.datetime.fromisoformat(text)
        case {"day": text}:
            return datetime.date.fromisoformat(text)
        case {"word": text}:
            return gettext(text)
    return value


def _shown(value):
    """Days in the product's own words: mardi 1er décembre 2026, 17 h 00."""
    if isinstance(value, datetime.datetime):
        return _("%(day)s, %(hour)s") % {"day": day(value), "hour": hour(value)}
    return day(value) if isinstance(value, datetime.date) else value


class StaleSheet(Refusal):
    message = _("Somebody saved this in the meantime. Your changes are below, nothing is lost: compare, then save again.")
