"""Two people in one week at once: nothing is lost or doubled, and places stay in order."""

import datetime

import pytest

from continuity.enums import ItemKind
from continuity.models import ContinuityPlan, ItemChange, PlanItem, PlanPart, RemovedItem
from continuity.plans.exceptions import MovedMeanwhile, TakenOutMeanwhile
from continuity.plans.services import copies, items, plans, publishing
from continuity.plans.values.plans import PlanPlace
from tests.concurrency.threads import all_at_once
from tests.factories.continuity import (
    MONDAY,
    SchoolClassFactory,
    at,
    class_hour,
    lesson_item,
    note_item,
    part_of,
    teaching,
)

pytestmark = pytest.mark.django_db(transaction=True)

TUESDAY, FRIDAY = MONDAY + datetime.timedelta(days=1), MONDAY + datetime.timedelta(days=4)
AFTER = MONDAY + datetime.timedelta(weeks=1)


def test_two_who_begin_the_same_week_get_one_part():
    french = teaching()

    parts = all_at_once(
        [
            lambda: plans.part_for(teaching=french, day=FRIDAY, by=french.teacher)
            for _person in range(4)
        ]
    )

    assert {part.pk for part in parts} == {PlanPart.objects.get().pk}
    assert ContinuityPlan.objects.count() == 1


def test_things_added_at_once_stand_one_below_the_other():
    part = part_of(teaching())

    all_at_once(
        [
            lambda n=n: plans.add_item(part=part, kind=ItemKind.NOTE, day=MONDAY, title=str(n))
            for n in range(4)
        ]
    )

    assert list(part.items.in_order().values_list("position", flat=True)) == [0, 1, 2, 3]
    part.plan.refresh_from_db()
    assert part.plan.version == 4


def test_of_two_who_move_the_same_thing_the_second_is_told():
    part = part_of(teaching(), published=False)
    note = note_item(part)
    seen = PlanPlace(MONDAY, 0)

    said = all_at_once(
        [lambda day=day: items.move(item=note, day=day, seen=seen) for day in (TUESDAY, FRIDAY)]
    )

    note.refresh_from_db()
    (moved,) = [one for one in said if isinstance(one, PlanItem)]
    assert [type(one) for one in said if not isinstance(one, PlanItem)] == [MovedMeanwhile]
    assert note.day == moved.day


def test_the_same_move_twice_is_once():
    part = part_of(teaching())
    note = note_item(part)
    ItemChange.objects.all().delete()

    said = all_at_once(
        [lambda: items.move(item=note, day=FRIDAY, seen=PlanPlace(MONDAY, 0)) for _tap in range(2)]
    )

    assert [type(one) for one in said] == [PlanItem, PlanItem]
    assert ItemChange.objects.values_list("field", "was", "now").get() == (
        "day",
        MONDAY.isoformat(),
        FRIDAY.isoformat(),
    )


def test_what_one_takes_out_another_does_not_move_and_it_goes_once():
    part = part_of(teaching(), published=False)
    note = note_item(part)

    all_at_once([lambda: items.remove(item=note, by=part.teaching.teacher) for _tap in range(3)])

    assert RemovedItem.objects.count() == 1
    with pytest.raises(TakenOutMeanwhile):
        items.move(item=note, day=FRIDAY)
    removed = RemovedItem.objects.get()
    all_at_once(
        [lambda: items.put_back(removed=removed, by=part.teaching.teacher) for _tap in range(3)]
    )
    assert PlanItem.objects.get().public_id == note.public_id
    assert not RemovedItem.objects.exists()


def test_a_week_copied_by_two_taps_is_there_once():
    french = teaching()
    class_hour(french)
    source = part_of(french)
    lesson_item(source)
    target = plans.part_for(teaching=french, day=AFTER)

    all_at_once(
        [
            lambda: copies.copy_week(source=source, target=target, by=french.teacher)
            for _tap in range(3)
        ]
    )

    assert target.items.count() == 1


def test_two_classes_weeks_with_the_same_texts_in_another_order_are_copied_at_once():
    """Nobody waits for who waits for them."""
    french = teaching()
    other = teaching(SchoolClassFactory(school=french.school_class.school))
    other.subject, other.teacher = french.subject, french.teacher
    other.save()
    sources = [part_of(french), part_of(other)]
    for of in (french, other):
        class_hour(of)
    lessons = [lesson_item(sources[0]).lesson for _lesson in range(12)]
    for lesson in reversed(lessons):
        item = lesson_item(sources[1])
        item.lesson = lesson
        item.save()
    targets = [plans.part_for(teaching=of, day=AFTER) for of in (french, other)]

    copied = all_at_once(
        [
            lambda pair=pair: copies.copy_week(source=pair[0], target=pair[1], by=french.teacher)
            for pair in zip(sources, targets, strict=True)
        ]
    )

    assert [type(fates) for fates in copied] == [list, list]
    assert [target.items.count() for target in targets] == [12, 12]


def test_the_tick_and_the_teacher_publish_at_once_and_it_is_published_once():
    part = part_of(teaching(), published=False)
    note_item(part)
    publishing.publish_later(
        part=part, at=at(MONDAY, 6), by=part.teaching.teacher, now=at(MONDAY, 5)
    )

    all_at_once(
        [
            lambda: publishing.publish(part=part, by=part.teaching.teacher, now=at(MONDAY, 6, 1)),
            lambda: publishing.publish_what_is_due(at(MONDAY, 6, 1)),
            lambda: publishing.publish_what_is_due(at(MONDAY, 6, 1)),
        ]
    )

    part.plan.refresh_from_db()
    assert part.plan.version == 1
