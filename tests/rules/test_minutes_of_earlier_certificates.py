"""Certificates from before `Certificate.minutes`: the migration reads them from the frozen words.

That it does so on upgrade: `tests/journeys/test_what_waits_goes_out_after_a_release.py`.
"""

from importlib import import_module

import pytest

minutes_in = import_module("training.migrations.0008_certificate_corrections").minutes_in


@pytest.mark.parametrize(
    ("words", "minutes"),
    [("1\xa0h\xa020\xa0min", 80), ("45\xa0min", 45), ("2\xa0h", 120), ("", 0)],
)
def test_minutes_are_read_from_the_english_words(words, minutes):
    assert minutes_in(words) == minutes
