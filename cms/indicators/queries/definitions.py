"""Measures of the roof and the products, and the definitions that are frozen."""

import datetime
from collections.abc import Iterable
from itertools import pairwise

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
    """Of each measure the newest version that is defined when the week begins: one of a Wednesday counts
    from the next Monday on. Never two in one week: each hides by itself, and the difference of two
    numbers would be of a few people.
    """
    newest: dict[str, Measure] = {}
    for measure in measures():
        known = newest.get(measure.code)
        if measure.since <= week and (known is None or known.version < measure.version):
            newest[measure.code] = measure
    return list(newest.values())


def without_a_day_of_its_own() -> list[tuple[Measure, Measure]]:
    """Versions of a measure, each with the one before, of which the later doesn't begin later."""
    by_code: dict[str, list[Measure]] = {}
    for measure in measures():
        by_code.setdefault(measure.code, []).append(measure)
    return [
        (older, newer)
        for versions in by_code.values()
        for older, newer in pairwise(sorted(versions, key=lambda one: one.version))
        if newer.since <= older.since
    ]


def told_of_region_only() -> set[str]:
    """Codes of those that are counted now."""
    return {one.code for one in measures() if one.is_of_region}


def to_choose(definitions: Iterable[Definition]) -> list[Definition]:
    """Those that are counted now, and told of schools. Closed weeks keep what was counted then."""
    counted = {one.code for one in measures()} - told_of_region_only()
    return [one for one in definitions if one.code in counted]


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
