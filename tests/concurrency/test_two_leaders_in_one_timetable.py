"""Two leaders decide on one timetable from files at the same instant, or a teacher plans meanwhile:
one decision counts, no hour is there twice, nothing waits for ever.
"""

import datetime
import threading
import time

import pytest
from django.db import transaction

from continuity.models import ContinuityPlan, PlanItem
from continuity.plans.services import items, plans
from continuity.school.services import school as keeping_by_hand
from continuity.school.services import timetable_files as keeping
from courses.agenda.models import ClassHour
from courses.people.models import today
from courses.timetables.enums import TimetableState
from courses.timetables.exceptions import ChangedMeanwhile, TimetableNotWaiting, TimetableWaits
from courses.timetables.models import HourChange, StagedHour, TimetableImport
from courses.timetables.services import applying, comparing, receiving
from tests.concurrency.threads import all_at_once
from tests.factories.continuity import LeaderFactory, class_hour, part_of
from tests.factories.timetables import TimetableSchool, calendar, each_week, given, hours

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.at("2026-11-25T12:00")]

NEXT_MONDAY = datetime.date(2026, 11, 30)
HOURS_AFTER_A_YES = [
    "1re 1 svt 3 10:00-11:00 30/11-",
    "2de 3 francais 1 08:00-08:55 30/11-",
    "2de 3 francais 2 09:00-09:55 01/09-30/11",
    "2de 3 svt 4 10:00-11:00 30/11-",
]


@pytest.fixture
def school() -> TimetableSchool:
    made = TimetableSchool()
    class_hour(given(made), weekday=2, begins=9)
    ClassHour.objects.update(is_from_file=True)
    return made


@pytest.fixture
def leaders(school):
    return LeaderFactory.create_batch(2, leads=school.school)


def files() -> list[tuple[str, bytes]]:
    """The hour of French moves; two hours of another subject begin, in two classes."""
    thursday = datetime.date(2026, 9, 17)
    svt = {"subject": "SVT", "teacher": "M. SPECIMEN Luc", "begins": "10:00", "ends": "11:00"}
    of_class = calendar(each_week(), each_week(first=thursday, **svt))
    first = calendar(
        each_week(first=thursday - datetime.timedelta(days=1), where="Classe : 1re 1", **svt)
    )
    return [("2de3.ics", of_class), ("1re1.ics", first)]


def waiting(school, leader) -> tuple[TimetableImport, str]:
    """An import, and what its page showed."""
    one = receiving.receive(school=school.school, files=files(), by=leader)
    return one, comparing.waiting(one).diff.fingerprint


def kinds(answers) -> list[type]:
    return sorted((type(answer) for answer in answers), key=lambda kind: kind.__name__)


def test_files_that_two_leaders_choose_at_once_wait_once(school, leaders):
    answers = all_at_once(
        [
            lambda who=who: receiving.receive(school=school.school, files=files(), by=who)
            for who in leaders
        ]
    )

    assert kinds(answers) == [TimetableImport, TimetableWaits]
    assert TimetableImport.objects.get().staged.count() == StagedHour.objects.count() == 3


def test_of_two_who_say_yes_at_once_one_applies_it(school, leaders):
    one, shown = waiting(school, leaders[0])

    answers = all_at_once(
        [lambda who=who: keeping.apply(one, by=who, shown=shown) for who in leaders]
    )

    assert kinds(answers) == [type(None), TimetableNotWaiting]
    assert hours() == HOURS_AFTER_A_YES
    assert HourChange.objects.count() == 6  # two subjects begin, an hour ends, three begin


def test_of_a_yes_and_a_no_at_once_one_counts(school, leaders):
    before = hours()
    one, shown = waiting(school, leaders[0])

    answers = all_at_once(
        [
            lambda: keeping.apply(one, by=leaders[0], shown=shown),
            lambda: applying.set_aside(one, by=leaders[1]),
        ]
    )

    assert kinds(answers) == [type(None), TimetableNotWaiting]
    one.refresh_from_db()
    assert (one.state, hours()) in [
        (TimetableState.APPLIED, HOURS_AFTER_A_YES),
        (TimetableState.REFUSED, before),
    ]
    assert not StagedHour.objects.exists()


def test_of_two_who_undo_at_once_one_takes_it_back(school, leaders):
    before = hours()
    one, shown = waiting(school, leaders[0])
    keeping.apply(one, by=leaders[0], shown=shown)

    answers = all_at_once([lambda who=who: keeping.undo(one, by=who) for who in leaders])

    assert [answer for answer in answers if answer is None] == [None]
    assert hours() == before


def test_a_yes_beside_a_plan_of_the_hour_that_moves_keeps_the_plan_on_its_day(school, leaders):
    one, shown = waiting(school, leaders[0])
    moving = ClassHour.objects.get()
    tuesday = NEXT_MONDAY + datetime.timedelta(days=1)
    part = part_of(moving.teaching, NEXT_MONDAY)

    answers = all_at_once(
        [
            lambda: keeping.apply(one, by=leaders[0], shown=shown),
            lambda: items.add_note(
                part=part, day=tuesday, title="Lire", note="", minutes=10, by=part.teaching.teacher
            ),
        ]
    )

    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert PlanItem.objects.get().day == tuesday
    assert hours() == HOURS_AFTER_A_YES
    assert ContinuityPlan.objects.get().version == part.plan.version + 2


def test_a_yes_and_a_teacher_who_plans_for_two_classes_do_not_wait_for_each_other(school, leaders):
    """The teacher holds the plan of one class and begins that of the other, whose row PostgreSQL
    looks at. The yes holds the rows of both classes and draws their plans anew.
    """
    one, shown = waiting(school, leaders[0])
    french, other = ClassHour.objects.get().teaching, given(school, where="1re 1")
    part_of(french, NEXT_MONDAY)
    is_held = threading.Event()

    def plan():
        with transaction.atomic():
            plans.part_for(teaching=french, day=NEXT_MONDAY)
            is_held.set()
            time.sleep(0.5)
            plans.part_for(teaching=other, day=NEXT_MONDAY)

    def say_yes():
        is_held.wait(10)
        keeping.apply(one, by=leaders[0], shown=shown)

    assert all_at_once([plan, say_yes]) == [None, None]
    assert ContinuityPlan.objects.count() == 2


def test_an_hour_that_is_taken_out_by_hand_beside_a_yes_stays_out(school, leaders):
    one, shown = waiting(school, leaders[0])
    hour, is_out = ClassHour.objects.get(), threading.Event()

    def take_out():
        with transaction.atomic():
            keeping_by_hand.take_hour_out(hour=hour)
            is_out.set()
            time.sleep(0.5)

    def say_yes():
        is_out.wait(10)
        keeping.apply(one, by=leaders[0], shown=shown)

    answers = all_at_once([take_out, say_yes])

    assert kinds(answers) == [ChangedMeanwhile, type(None)]
    hour.refresh_from_db()
    assert hour.until == today()
