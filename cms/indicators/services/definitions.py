"""Freezes the words of a measure when a week is first closed with it."""

from cms.indicators.exceptions import DefinitionChanged
from cms.indicators.models import Definition
from cms.indicators.queries.definitions import definition_of, differences
from courses.digest.values import Measure


def freeze(measure: Measure) -> Definition:
    """The definition of this version, written down if it is the first time.

    Raises `DefinitionChanged` where the measure says something else by now.
    """
    frozen = Definition.objects.filter(code=measure.code, version=measure.version).first()
    if frozen is None:
        frozen = definition_of(measure)
        frozen.save()
    elif changed := differences(frozen, measure):
        raise DefinitionChanged(f"{frozen}: {', '.join(changed)}")
    return frozen
