"""A code on paper is good until the holidays that end its term, and is typed as one reads it."""

import datetime

import pytest

from courses.codes.rules import SHORTEST, as_printed, end_of_term

DAY = datetime.date


@pytest.mark.parametrize(
    ("day", "end"),
    [
        (DAY(2026, 9, 1), DAY(2026, 12, 18)),
        (DAY(2026, 12, 4), DAY(2026, 12, 18)),
        (DAY(2026, 12, 5), DAY(2027, 4, 16)),  # less than two weeks away: for the term that follows
        (DAY(2027, 1, 4), DAY(2027, 4, 16)),
        (DAY(2027, 4, 3), DAY(2027, 7, 2)),
        (DAY(2027, 6, 25), DAY(2027, 12, 17)),
    ],
)
def test_a_code_ends_with_the_last_day_of_class_of_its_term(day, end):
    assert end_of_term(day) == end


def test_it_is_good_for_two_weeks_at_least_also_where_no_holidays_are_published():
    first = DAY(2026, 8, 1)
    for days in range(0, 20 * 366, 11):
        day = first + datetime.timedelta(days)

        assert SHORTEST <= end_of_term(day) - day <= datetime.timedelta(days=200), day


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("kanu-7342-fopi", "kanu-7342-fopi"),
        (" KANU 7342 Fopi ", "kanu-7342-fopi"),
        ("kanu7342fopi", "kanu-7342-fopi"),
        ("kanu–7342–fopi", "kanu-7342-fopi"),
        ("kanu-734-fopi", ""),
        ("password", ""),
        ("", ""),
    ],
)
def test_capitals_and_dashes_dont_matter(typed, read):
    assert as_printed(typed) == read
