"""A week is closed with the words of its measures; other words need another version, which is counted
instead of the old one from the first Monday on or after its day.
"""

import datetime
import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.utils import timezone
from wagtail import hooks

from cms.indicators.exceptions import DefinitionChanged
from cms.indicators.models import ClosedDay, ClosedWeek, Definition, HourFigure, WeekFigure
from cms.indicators.queries.definitions import (
    LANGUAGES,
    WORDS,
    definition_of,
    measures,
    measures_of,
)
from cms.indicators.services import weeks
from cms.indicators.services.definitions import freeze
from courses.digest.enums import Hook, MeasureKind
from courses.digest.values import Measure
from courses.people.models import Organisation
from tests.factories.people import OrganisationFactory

pytestmark = pytest.mark.django_db

MONDAY = datetime.date(2026, 11, 16)
WEEK = datetime.timedelta(days=7)
AT_NIGHT = datetime.time(3)
FROZEN = Path(__file__).parents[1] / "data" / "definitions.json"
BOOKS = Measure(
    code="books",
    version=1,
    since=datetime.date(2026, 8, 31),
    kind=MeasureKind.THINGS,
    name="Books",
    definition="Books on a shelf.",
    unit="books",
    not_said="Not whether they are read.",
    count=lambda first, last: dict.fromkeys(
        Organisation.objects.schools().values_list("pk", flat=True), 7
    ),
)


@pytest.fixture
def declared(monkeypatch):
    """A product that declares these measures, and no other does."""

    def declare(*said: Measure) -> None:
        asked = hooks.get_hooks
        monkeypatch.setattr(
            hooks,
            "get_hooks",
            lambda name: [lambda: list(said)] if name == Hook.MEASURES else asked(name),
        )

    return declare


def closed(week: datetime.date) -> bool:
    """In the night after its Sunday: of a week closed months later nothing of people is told."""
    ClosedDay.objects.get_or_create(day=week + datetime.timedelta(days=6))
    return weeks.close_week(
        week, timezone.make_aware(datetime.datetime.combine(week + WEEK, AT_NIGHT))
    )


def changed(databases=("default",), error="indicators.E001") -> list[str]:
    return [one.msg for one in run_checks(databases=databases) if one.id == error]


def fingerprint(measure: Measure) -> str:
    frozen = definition_of(measure)
    words = [getattr(frozen, f"{word}_{language}") for word in WORDS for language in LANGUAGES]
    text = "\n".join([str(frozen.since), frozen.kind, *words])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def test_words_of_a_version_never_change():
    """Another sentence? Write it as the next version, and add its line to the file. Not released yet: take
    the new fingerprint.
    """
    now = {f"{one.code} {one.version}": fingerprint(one) for one in measures()}

    assert now == json.loads(FROZEN.read_text())


def test_each_measure_says_in_two_languages_what_it_counts_and_what_it_does_not_say():
    for measure in measures():
        frozen = definition_of(measure)
        for word in WORDS:
            french, english = getattr(frozen, f"{word}_fr"), getattr(frozen, f"{word}_en")
            assert french, (measure.code, word)
            assert english, (measure.code, word)
            assert french != english or word in ("name", "unit"), (measure.code, word)
    codes = [(measure.code, measure.version) for measure in measures()]
    assert len(codes) == len(set(codes)) >= 18


def test_other_words_under_the_same_version_close_no_week(declared):
    OrganisationFactory()
    declared(BOOKS)
    assert closed(MONDAY)
    declared(replace(BOOKS, definition="Books on a shelf, and magazines."))

    with pytest.raises(DefinitionChanged, match="books 1: definition_fr, definition_en"):
        closed(MONDAY + WEEK)

    assert list(ClosedWeek.objects.values_list("week", flat=True)) == [MONDAY]
    assert Definition.objects.get(code="books").definition_en == "Books on a shelf."


def test_the_check_names_a_definition_that_was_changed(declared):
    declared(BOOKS)
    freeze(BOOKS)
    assert changed() == []
    declared(replace(BOOKS, unit="volumes"))

    assert changed() == ["The indicator books 1 was frozen with another text: unit_fr, unit_en."]


def test_a_new_version_takes_the_place_of_the_old_from_its_day_on(declared):
    """Two in one week would tell by their difference what each of them hides."""
    school = OrganisationFactory()
    newer = replace(
        BOOKS,
        version=2,
        since=MONDAY + WEEK,
        definition="Books and magazines on a shelf.",
        count=lambda first, last: {school.pk: 9},
    )
    declared(BOOKS, newer)

    assert closed(MONDAY)
    assert closed(MONDAY + WEEK)

    figures = WeekFigure.objects.filter(definition__code="books", school=school)
    assert list(
        figures.order_by("week", "definition__version").values_list(
            "week", "definition__version", "value"
        )
    ) == [(MONDAY, 1, 7), (MONDAY + WEEK, 2, 9)]
    assert Definition.objects.get(code="books", version=1).definition_en == "Books on a shelf."


def test_a_version_of_a_wednesday_begins_the_next_monday(declared):
    """Days before it would be counted by its words, too."""
    newer = replace(BOOKS, version=2, since=MONDAY + datetime.timedelta(days=2))
    declared(BOOKS, newer)

    def versions(week: datetime.date) -> list[int]:
        return [one.version for one in measures_of(week) if one.code == BOOKS.code]

    assert versions(MONDAY) == [1]
    assert versions(MONDAY + WEEK) == [2]


@pytest.mark.parametrize(
    ("days", "errors"),
    [
        pytest.param(
            0,
            ["The indicator books 2 begins on 2026-08-31, version 1 on 2026-08-31."],
            id="the same",
        ),
        pytest.param(
            -7,
            ["The indicator books 2 begins on 2026-08-24, version 1 on 2026-08-31."],
            id="before",
        ),
        pytest.param(7, [], id="later"),
    ],
)
def test_the_check_names_versions_that_share_their_days(declared, days, errors):
    newer = replace(BOOKS, version=2, since=BOOKS.since + datetime.timedelta(days=days))

    declared(newer, BOOKS)

    assert changed(databases=(), error="indicators.E002") == errors


def test_pages_read_no_number_that_is_hidden(declared):
    school = OrganisationFactory()
    people = replace(
        BOOKS, code="readers", kind=MeasureKind.PEOPLE, count=lambda first, last: {school.pk: 3}
    )
    declared(people)
    closed(MONDAY)

    figure = WeekFigure.objects.published().get(definition__code="readers", school=school)

    assert (figure.is_hidden, figure.shown) == (True, None)
    assert "value" in figure.get_deferred_fields()
    assert HourFigure.objects.published().filter(shown__isnull=False).count() == 7 * 25


def test_a_week_without_a_visit_closes_with_zeros(declared):
    school = OrganisationFactory()
    declared()

    assert closed(MONDAY)

    of_school = WeekFigure.objects.filter(school=school, part="")
    assert set(of_school.values_list("value", "is_hidden")) == {(0, False)}


def test_manage_py_check_asks_the_database_only_when_told(declared):
    declared(BOOKS)
    freeze(BOOKS)
    declared(replace(BOOKS, unit="volumes"))

    assert changed(databases=None) == []
    with pytest.raises(SystemCheckError, match=r"indicators\.E001"):
        call_command("check", databases=["default"])
