"""Whose dates are compared when students change class, and for which homework."""

import pytest

from continuity.homework.queries.own import deciding_for_each, in_several_classes
from tests.factories.continuity import (
    MONDAY,
    SchoolClassFactory,
    StudentFactory,
    assignment,
    at,
    homework_item,
    part_of,
    teaching,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def classes():
    """Two of one school, one homework in both."""
    first = SchoolClassFactory()
    found = [first, SchoolClassFactory(school=first.school)]
    given = assignment(teaching(found[0]), at(MONDAY, 18))
    other = assignment(teaching(found[1]), at(MONDAY, 20), homework=given.homework)
    for one in (given, other):
        homework_item(part_of(one.teaching), one)
    return found


def homework_of(school_class):
    return school_class.teachings.get().assignments.get().homework_id


def test_homework_that_two_classes_share_is_nothing_to_who_is_in_one_of_them(classes):
    students = [StudentFactory(in_class=one) for one in classes]

    found = in_several_classes({one.pk: [] for one in students})

    assert found == set()


@pytest.mark.parametrize("left", [True, False], ids=["left one", "in both"])
def test_it_is_compared_for_who_is_or_was_in_both(classes, left):
    neighbour = StudentFactory(in_class=classes[0])
    student = StudentFactory(in_class=classes[1] if left else classes)
    before = {neighbour.pk: [classes[0].pk], student.pk: [classes[0].pk]}

    found = in_several_classes(before)

    assert found == {(student.pk, homework_of(classes[0]))}


def test_a_date_is_found_for_each_pair_alone(classes):
    one, other = StudentFactory.create_batch(2, in_class=classes)
    shared = homework_of(classes[0])
    alone = assignment(classes[0].teachings.get(), at(MONDAY, 16))
    homework_item(part_of(alone.teaching), alone)
    pairs = [(one.pk, shared), (other.pk, alone.homework_id)]

    found = deciding_for_each(pairs)

    assert {pair: date.due_at for pair, date in found.items()} == {
        pairs[0]: at(MONDAY, 20),
        pairs[1]: at(MONDAY, 16),
    }
