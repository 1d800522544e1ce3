"""Nobody reads out of a closed week how many of one to four people there were, though its tables share
totals.
"""

import datetime
import random
from collections import Counter
from itertools import product
from types import SimpleNamespace

import pytest

from cms.indicators import rules
from cms.indicators.enums import ELSEWHERE, Place, ReaderDevice, ReaderRole
from cms.indicators.queries.weeks import schools_of_today
from cms.indicators.services.weeks import Tables
from cms.indicators.values.readers import SeenReader
from courses.digest.enums import MeasureKind
from courses.digest.values import Measure
from courses.disclosure.values import TOTAL
from tests.disclosure import attack, attack_together
from tests.factories.people import OrganisationFactory
from tests.periods import week_together

SCHOOLS = [*range(1, 13), ELSEWHERE]
WEIGHTS = [1, 1, 2, 3, 4, 6, 8, 10, 15, 20, 30, 40, 5]
HOUR_OF = {Place.CLASS_HOURS: 10, Place.EVENING: 20, Place.OTHER: 6}


def a_week(seed: int):
    """Readers, and pages by school, place and device, and by weekday and hour, that agree."""
    rng = random.Random(seed)
    readers, pages, by_hour = [], Counter(), Counter()
    people_of_hours, people_of_days = Counter(), Counter()
    for school in rng.choices(SCHOOLS, WEIGHTS, k=rng.randint(60, 250)):
        role = ReaderRole.OTHER if school == ELSEWHERE else rng.choice(list(ReaderRole))
        when = frozenset(
            (rng.choice(list(Place)), rng.choice(list(ReaderDevice))) for _time in range(2)
        )
        readers.append(SeenReader(school, role, when))
        at = set()
        for place, device in when:
            number = rng.randint(1, 9)
            day = rng.choice((5, 6) if place == Place.WEEKEND else range(5))
            hour = HOUR_OF.get(place, 15)
            pages[school, place, device] += number
            by_hour[day, hour] += number
            at.add((day, hour))
        people_of_hours.update(at)
        people_of_days.update({day for day, _hour in at})
    for _page in range(rng.randint(0, 40)):  # visitors
        pages[ELSEWHERE, Place.CLASS_HOURS, ReaderDevice.PHONE] += 1
        by_hour[2, 10] += 1
    return readers, pages, by_hour, people_of_hours, people_of_days


def tables_of(seed: int) -> SimpleNamespace:
    """As the close of a week makes them."""
    readers, pages, by_hour, people_of_hours, people_of_days = a_week(seed)
    people = rules.people_by_role(SCHOOLS, readers)
    hidden = rules.hidden_schools(people)
    hours = rules.pages_of_hours(by_hour, people_of_hours, people_of_days, readers)
    behind = {school: people.value(school, TOTAL) for school in SCHOOLS}
    visits: Counter = Counter()
    for reader in readers:
        visits[reader.school] += len(reader.when)
    return SimpleNamespace(
        axis=SCHOOLS,
        measures=[],
        people=people,
        hidden_schools=hidden,
        hours=hours,
        pages=rules.pages_of_schools(
            SCHOOLS, pages, readers, hidden=rules.pages_hidden(hidden, hours)
        ),
        visits=rules.by_school(SCHOOLS, visits, MeasureKind.ACTS, behind, hidden=hidden),
    )


@pytest.mark.parametrize("seed", range(12))
def test_no_tables_of_a_week_together_give_anybody_away(seed):
    week = tables_of(seed)

    together, links = week_together(week)

    assert week.people.published.hidden  # else there is nothing to attack
    assert attack_together(together, links, most_cells=40) == []
    for school in week.hidden_schools:
        assert week.visits.is_hidden(school)
        for place, device in product(rules.PLACES.keys, rules.DEVICES.keys):
            assert week.pages.is_hidden(school, place, device)
    small = [cell for cell, number in week.people.counted.items() if 0 < number < 5]
    assert all(week.people.is_hidden(*cell) for cell in small)


@pytest.mark.parametrize("seed", range(12))
def test_days_by_hour_and_schools_by_place_agree_on_what_they_share(seed):
    readers, pages, by_hour, people_of_hours, people_of_days = a_week(seed)

    hours = rules.pages_of_hours(by_hour, people_of_hours, people_of_days, readers)
    of_schools = rules.pages_of_schools(
        SCHOOLS, pages, readers, hidden=rules.pages_hidden([], hours)
    )

    assert [hours.value(*here) for here in rules.SHARED] == [
        of_schools.value(*there) for there in rules.SHARED.values()
    ]
    for here, there in rules.SHARED.items():
        assert not hours.is_hidden(*here) or of_schools.is_hidden(*there)


def test_what_the_hours_hide_of_shared_totals_is_hidden_of_the_schools():
    """One reader in the evening, one at the weekend: the hours hide both sums."""
    readers = [
        SeenReader(1, ReaderRole.TEACHER, frozenset({(place, ReaderDevice.PHONE)}))
        for place in (Place.EVENING, Place.WEEKEND)
    ]
    hours = rules.pages_of_hours(
        Counter({(2, 20): 9, (6, 11): 8}), {(2, 20): 1, (6, 11): 1}, {2: 1, 6: 1}, readers
    )

    hidden = rules.pages_hidden([], hours)

    assert hidden >= {(TOTAL, Place.EVENING, TOTAL), (TOTAL, Place.WEEKEND, TOTAL)}
    assert (TOTAL, Place.CLASS_HOURS, TOTAL) not in hidden


def test_where_every_shared_total_is_shown_no_hour_is_hidden_for_them():
    readers = [
        SeenReader(
            1,
            ReaderRole.STUDENT,
            frozenset((place, device) for place in Place for device in ReaderDevice),
        )
        for _reader in range(60)
    ]
    pages = Counter({(1, place, device): 90 for place in Place for device in ReaderDevice})

    of_schools = rules.pages_of_schools([1, ELSEWHERE], pages, readers, hidden=())

    assert not rules.hides_all_hours(of_schools)


def test_where_a_shared_total_is_hidden_all_hours_are():
    reader = SeenReader(1, ReaderRole.TEACHER, frozenset({(Place.EVENING, ReaderDevice.PHONE)}))
    pages = Counter({(1, Place.EVENING, ReaderDevice.PHONE): 9})

    of_schools = rules.pages_of_schools([1, 2, ELSEWHERE], pages, [reader], hidden=())

    assert rules.hides_all_hours(of_schools)


def test_pages_that_nobody_is_known_to_have_read_are_visitors_pages_only_at_no_school():
    """At a school they'd be of somebody whom its number of people leaves out."""
    when = frozenset({(Place.CLASS_HOURS, ReaderDevice.PHONE)})
    readers = [SeenReader(school, ReaderRole.STUDENT, when) for school in (1, 2) for _n in range(9)]
    pages = Counter({(school, *next(iter(when))): 40 for school in (1, 2, 3, ELSEWHERE)})

    table = rules.pages_of_schools([1, 2, 3, 4, ELSEWHERE], pages, readers, hidden=())

    for place, device in product((Place.CLASS_HOURS, TOTAL), (ReaderDevice.PHONE, TOTAL)):
        assert table.is_hidden(3, place, device)
        assert not table.is_hidden(4, place, device)
        assert not table.is_hidden(ELSEWHERE, place, device)
        assert not table.is_hidden(TOTAL, place, device)
    assert attack(table.published) == []


def test_things_are_exact():
    table = rules.by_school([1, 2, ELSEWHERE], Counter({1: 1, 2: 3}), MeasureKind.THINGS, {})

    assert (table.published.value(1), table.published.value(TOTAL)) == (1, 4)


@pytest.mark.parametrize("seed", range(3))
def test_the_region_s_total_is_shown_where_each_act_is_another_person_s(seed):
    """267 schools; the people behind are published nowhere, so that nobody takes acts for at least so many."""
    rng = random.Random(seed)
    acts = Counter({school: int(rng.expovariate(1 / 6)) for school in range(1, 268)})

    table = rules.by_school([*acts, ELSEWHERE], acts, MeasureKind.ACTS, acts, people_shown={})

    assert not table.is_hidden(TOTAL)
    assert all(table.is_hidden(school) for school, number in acts.items() if 0 < number < 5)
    assert attack(table.published) == []


@pytest.mark.django_db
def test_a_product_s_people_are_published_nowhere_so_that_its_region_s_total_is_shown():
    """Two and six people, each with one act: taken for published, they would hide the total of eight, too."""
    small, large = (OrganisationFactory().pk for _school in range(2))
    monday = datetime.date(2026, 11, 16)
    measure = Measure(
        code="books",
        version=1,
        since=monday,
        kind=MeasureKind.ACTS,
        name="Books",
        definition="Books that somebody took from a shelf.",
        unit="books",
        not_said="Not whether they are read.",
        count=lambda first, last: {small: 2, large: 6},
        people=lambda first, last: {small: 2, large: 6},
    )

    table, _cells = Tables(monday, schools_of_today()).counted_by_product(measure)

    assert [table.is_hidden(one) for one in (small, large, TOTAL)] == [True, True, False]


def test_acts_aren_t_told_where_nobody_is_known_to_have_been():
    """Nobody of school 2 was active, as everybody reads: its zero hides no other's number."""
    acts = Counter({1: 98, 3: 200})

    table = rules.by_school(
        [1, 2, 3, ELSEWHERE],
        acts,
        MeasureKind.ACTS,
        {1: 3, 3: 50},
        people_shown={2: 0, ELSEWHERE: 0},
    )

    assert table.published.hidden == {(1,), (3,)}
    assert attack(table.published, {(2,): 0, (ELSEWHERE,): 0}) == []


def test_acts_of_few_people_are_hidden_however_many_they_are():
    counts, people = Counter({1: 90, 2: 80, 3: 70, 4: 60}), {1: 2, 2: 20, 3: 30, 4: 40}

    table = rules.by_school([1, 2, 3, 4, ELSEWHERE], counts, MeasureKind.ACTS, people)

    assert table.is_hidden(1)
    assert not table.is_hidden(TOTAL)
    assert attack(table.published) == []
