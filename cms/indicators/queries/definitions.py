"""Measures of the roof and the products, and the definitions that are frozen."""

import datetime
from collections.abc import Iterable

from django.utils import translation
from wagtail import hooks

from cms.indicators.models import Definition
from cms.indicators.values.definitions import OWN_MEASURES
from courses.digest.enums import Hook
from courses.digest.values import Measure

LANGUAGES = ("fr", "en")
WORDS = ("name", "definition", "unit", "not_said")


def measures() -> list[Measure]:
    """All versions of all measures, the roof's own first."""
    answers = [answer() for answer in hooks.get_hooks(Hook.MEASURES)]
    return [*OWN_MEASURES, *(measure for answer in answers for measure in answer)]


def measures_of(week: datetime.date) -> list[Measure]:
    """Those that are defined when the week begins: a version of a Wednesday counts from the next
    Monday on, beside the older one as long as that is still declared.
    """
    return [measure for measure in measures() if measure.since <= week]


def told_of_schools(definitions: Iterable[Definition]) -> list[Definition]:
    """Without those that are told of the region only."""
    of_region = {(one.code, one.version) for one in measures() if one.is_of_region}
    return [one for one in definitions if (one.code, one.version) not in of_region]


def definition_of(measure: Measure) -> Definition:
    """As it would be frozen: an unsaved row, with its words in both languages."""
    words = {}
    for language in LANGUAGES:
        with translation.override(language):
            for word in WORDS:
                words[f"{word}_{language}"] = str(getattr(measure, word))
    return Definition(
        code=measure.code,
        version=measure.version,
        since=measure.since,
        kind=measure.kind.value,
        **words,
    )


def differences(frozen: Definition, measure: Measure) -> list[str]:
    """Names of the fields that say something else than what is frozen."""
    now = definition_of(measure)
    fields = ["since", "kind", *(f"{word}_{language}" for word in WORDS for language in LANGUAGES)]
    return [field for field in fields if getattr(now, field) != getattr(frozen, field)]
