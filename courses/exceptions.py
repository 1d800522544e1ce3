"""Refusal: a no, in words for the person who asked."""

import datetime
import re
from collections.abc import Iterator

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.dates import day, hour
from courses.quotes import inside_quotes


class Refusal(Exception):
    """Why something can't be done now. Subclasses are named after what is wrong and carry the
    sentence.

    `message` is a lazy translation with %(name)s places; the values are formatted when the sentence
    is shown, so that a mail and a page may differ in language. `remedy` says what to do next, and
    may be empty.
    """

    message: str | Promise = _("This can’t be done now.")
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
        """Advice on what to do next, in the language that is active now; may be empty."""
        return self._filled(self.remedy)

    def __str__(self) -> str:
        return self.reason

    def as_kept(self) -> dict:
        """The class and its values as JSON, so that the sentence can be said later in another
        language.
        """
        kept = {name: _kept(value) for name, value in self.values.items()}
        return {"refusal": _key_of(type(self)), "values": kept}


def refusal_kept(kept: dict) -> Refusal:
    """The refusal that `as_kept` wrote down."""
    package, *_modules, name = kept["refusal"].split(".")  # 0.2.0 kept the whole path of the class
    kind = {_key_of(kind): kind for kind in _all_kinds(Refusal)}[f"{package}.{name}"]
    return kind(**{name: _as_it_was(value) for name, value in kept["values"].items()})


def _key_of(kind: type[Refusal]) -> str:
    """Package and class, such as `training.SessionIsFull`: what rows keep, so that a class can move
    within its package.
    """
    return f"{kind.__module__.partition('.')[0]}.{kind.__name__}"


def _all_kinds(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    for narrower in kind.__subclasses__():
        yield narrower
        yield from _all_kinds(narrower)


def _kept(value):
    """A day, an instant and a translatable word keep what they are; everything else is as JSON has
    it.
    """
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
    message = _(
        "Somebody saved this in the meantime. Your changes are below, nothing is lost: compare,"
        " then save again."
    )
