"""Two teachers, or two devices of one, at the same roll at the same instant."""

import pytest

from continuity.attendance.exceptions import RollClosed
from continuity.attendance.queries.roll_call import RollHour
from continuity.attendance.services import roll_call as rolls
from continuity.attendance.values.roll_call import RollMark
from continuity.enums import Status
from continuity.models import RollCall, RollLine
from courses.exceptions import StaleSheet
from tests.concurrency.threads import all_at_once
from tests.factories.continuity import StudentFactory, teaching
from tests.factories.people import TeacherFactory
from tests.factories.rolls import begun, nine

pytestmark = pytest.mark.django_db(transaction=True)


def closing(roll, by, status):
    marks = {line.public_id: RollMark(status) for line in roll.lines.all()}

    def close():
        return rolls.close(roll=roll, marks=marks, revision=0, by=by).closed_at

    return close


def test_of_two_closings_at_once_one_closes_and_the_other_is_told():
    given = teaching()
    StudentFactory.create_batch(3, in_class=given.school_class)
    roll = begun(given)
    people = [(given.teacher, Status.PRESENT), (TeacherFactory(), Status.ABSENT)]

    answers = all_at_once([closing(roll, by, status) for by, status in people])

    refusals = [answer for answer in answers if isinstance(answer, Exception)]
    assert [type(refusal) for refusal in refusals] in ([RollClosed], [StaleSheet])
    roll.refresh_from_db()
    (status,) = set(RollLine.objects.values_list("status", flat=True))
    assert (roll.closed_by, status) in people


def test_the_same_closing_from_two_devices_closes_once():
    given = teaching()
    StudentFactory.create_batch(3, in_class=given.school_class)
    roll = begun(given)

    first, second = all_at_once([closing(roll, given.teacher, Status.PRESENT)] * 2)

    roll.refresh_from_db()
    assert first == second == roll.closed_at
    assert roll.revision == 1


def test_a_roll_begun_twice_at_once_is_one_roll():
    given = teaching()
    StudentFactory.create_batch(3, in_class=given.school_class)
    hour = RollHour(given, nine(), nine(hour=10))

    def begin():
        return rolls.begin(hour=hour).pk

    first, second = all_at_once([begin] * 2)

    assert first == second == RollCall.objects.get().pk
    assert RollLine.objects.count() == 3
