"""Acts of teachers, or of students, don't tell how many people of the other role there were."""

import datetime
from collections import Counter

import pytest

from cms.indicators import demo
from cms.indicators.enums import ELSEWHERE, ReaderRole
from cms.indicators.queries.definitions import measures
from cms.indicators.queries.weeks import Schools
from courses.digest.enums import MeasureKind
from courses.disclosure.values import TOTAL
from tests.disclosure import attack_together
from tests.periods import week_together

SMALL = 1  # the school of which the case tells
OTHERS = {2: (19, 200, 7), 3: (30, 400, 9), 4: (25, 310, 0)}
ACTS = [one for one in measures() if one.kind is MeasureKind.ACTS and one.count]


def a_week(*small: int, others: dict[int, tuple[int, ...]] = OTHERS) -> demo.InventedTables:
    """Teachers, students and others of the small school, where everybody did everything twice."""
    invented = demo.InventedWeek(of_products={one.code: Counter() for one in measures()})
    for school, of_roles in {SMALL: small, **others, ELSEWHERE: (0, 0, 46)}.items():
        counts = dict(
            zip((ReaderRole.TEACHER, ReaderRole.STUDENT, ReaderRole.OTHER), of_roles, strict=True)
        )
        counts_of = {**counts, "": sum(of_roles)}
        invented.people.update({(school, role): number for role, number in counts.items()})
        invented.visits[school] = 2 * sum(of_roles)
        demo.spread(invented, school, 20 * sum(of_roles), is_closed=False)
        for measure in ACTS:
            invented.of_products[measure.code][school] = 2 * counts_of[measure.role]
    demo.spread_hours(invented, is_closed=False)
    return demo.InventedTables(datetime.date(2026, 11, 23), Schools([SMALL, *others], {}), invented)


@pytest.mark.parametrize(
    "small",
    [
        pytest.param((5, 4, 0), id="fewer than five students"),
        pytest.param((5, 2, 0), id="few people in all"),
        pytest.param((6, 30, 1), id="one who is neither"),
        pytest.param((5, 6, 1), id="few of each"),
        pytest.param((4, 60, 0), id="fewer than five teachers"),
    ],
)
def test_acts_of_one_role_don_t_tell_the_number_of_the_other(small):
    week = a_week(*small)

    together, links = week_together(week)

    roles = [role for role in ReaderRole if week.people.is_hidden(SMALL, role)]
    assert len(roles) > 1  # else there is nothing to attack
    assert attack_together(together, links) == []
    for measure in ACTS:
        if measure.role in roles:
            table, _cells = week.counted_by_product(measure)
            assert table.is_hidden(SMALL), measure.code


def test_acts_of_a_role_that_is_shown_are_hidden_where_all_people_are():
    """Five teachers are told; that there was one more isn't, nor what the five did."""
    week = a_week(5, 0, 1)

    assert week.people.is_hidden(SMALL, TOTAL)
    assert not week.people.is_hidden(SMALL, ReaderRole.TEACHER)
    for measure in ACTS:
        if measure.role == ReaderRole.TEACHER:
            table, _cells = week.counted_by_product(measure)
            assert table.is_hidden(SMALL), measure.code


def test_openings_of_a_week_are_hidden_where_the_region_s_people_are():
    """Of the region alone they are told, as a sum in which dozens of people are."""
    week = a_week(30, 0, 2, others={2: (0, 4, 0)})
    launches = next(measure for measure in ACTS if measure.is_of_region)

    table, cells = week.counted_by_product(launches)

    assert week.people.is_hidden(TOTAL, TOTAL)
    assert list(cells.values()) == [(TOTAL,)]
    assert table.value(TOTAL) > 30
    assert table.is_hidden(TOTAL)


def test_acts_of_a_role_are_shown_where_its_people_are():
    week = a_week(30, 300, 40)

    for measure in ACTS:
        table, _cells = week.counted_by_product(measure)
        assert not table.published.hidden, measure.code
    assert week.people.published.value(TOTAL, ReaderRole.TEACHER) == 104


def test_every_act_of_one_role_says_which():
    assert {one.code: one.role for one in ACTS} == {
        "lessons_read": "student",
        "homework": "teacher",
        "hand_ins": "student",
        "answers": "teacher",
        "questions": "student",
        "rolls": "teacher",
        "launches": "",
    }
