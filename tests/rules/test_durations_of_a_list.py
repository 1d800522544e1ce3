"""Durations as other tools write them, and whose a name may be."""

import pytest

from training.services.provider_lists import proposed
from training.values import minutes_of


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("65", 65),
        ("65 min", 65),
        ("65 min.", 65),
        ("65 minutes", 65),
        ("65,5", 66),
        ("01:05:30", 66),
        ("1:05:29", 65),
        ("1:05", 65),
        ("1 h 05", 65),
        ("1h05min", 65),
        ("1 h 5 min 30 s", 66),
        ("1 heure 5 minutes", 65),
        ("2h", 120),
        ("0", 0),
        ("45 s", 1),
        ("29s", 0),
    ],
)
def test_a_duration_is_read_to_the_nearest_minute(typed, minutes):
    assert minutes_of(typed) == minutes


@pytest.mark.parametrize("typed", ["", "long", "-5", "1:75", "01:05:99", "9999", "12/11/2026", "h"])
def test_what_is_no_duration_is_refused(typed):
    with pytest.raises(ValueError) as refused:  # noqa: PT011 any
        minutes_of(typed)
    assert refused.value.args == (typed,)


def test_a_name_is_proposed_where_its_words_are_one_person_s_in_any_order():
    people = {"a": "Anne Delaunay", "b": "Chloé Bertin", "c": "Jean Martin", "d": "Martin Jean"}

    found = proposed(["DELAUNAY Anne", "chloe bertin", "Jean MARTIN", "iPad", " "], people)

    assert found == {"DELAUNAY Anne": "a", "chloe bertin": "b"}
