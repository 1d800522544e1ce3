"""A definition with which a week was closed is never changed; each version has days of its own."""

from collections.abc import Sequence

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError

from cms.indicators.models import Definition
from cms.indicators.queries.definitions import differences, measures, without_a_day_of_its_own


@register(Tags.database)
def check_definitions(app_configs=None, databases: Sequence[str] | None = None, **kwargs):
    """Other words, another day or kind under the same code and version. Asks the database, where
    `manage.py check --database default` or `migrate` wants it.
    """
    if not databases:
        return []
    by_version = {(measure.code, measure.version): measure for measure in measures()}
    try:
        frozen = list(Definition.objects.all())
    except DatabaseError:  # not migrated so far
        return []
    errors: list[CheckMessage] = []
    for definition in frozen:
        measure = by_version.get((definition.code, definition.version))
        if measure and (changed := differences(definition, measure)):
            errors.append(
                Error(
                    f"The indicator {definition} was frozen with another text:"
                    f" {', '.join(changed)}.",
                    hint="Give it back its words, and write the new ones as the next version.",
                    id="indicators.E001",
                )
            )
    return errors


@register()
def check_days_of_versions(app_configs=None, **kwargs) -> list[CheckMessage]:
    """A version is counted until the next one's day: on the same day, or before, nobody could say which."""
    return [
        Error(
            f"The indicator {newer.code} {newer.version} begins on {newer.since}, version"
            f" {older.version} on {older.since}.",
            hint="Give the newer version a later day, or declare only one of them.",
            id="indicators.E002",
        )
        for older, newer in without_a_day_of_its_own()
    ]
