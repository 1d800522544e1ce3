"""Between a decision and the telling of it, and while it is told, others change the session: each
end is as if one had come after the other, and nobody waits for ever.
"""

import datetime
import threading
import time

import pytest
from django.db import connection

from courses.agenda.enums import CalendarMethod
from courses.agenda.models import Absence, CalendarEntry
from courses.agenda.values import Hours
from courses.live.models import RoomPass
from courses.mail.models import Letter
from tests.concurrency.test_a_cancelled_session_is_rebooked import dates_of_one_training
from tests.concurrency.threads import all_at_once
from tests.factories.catalogue import LicenceFactory
from tests.factories.continuity import SchoolClassFactory, at, class_hour, teaching
from tests.factories.people import PlannerFactory, TeacherFactory
from tests.factories.training import SessionFactory, in_a_week
from training.enums import Letters
from training.exceptions import SessionIsCancelled
from training.models import Enrolment
from training.services import enrolment as enrolments
from training.services import one_date, one_seat, session_dates, sessions

pytestmark = pytest.mark.django_db(transaction=True)

DAY = datetime.timedelta(days=1)
HOUR = datetime.timedelta(hours=1)


def on_a_thread(call, errors: list) -> threading.Thread:
    def run():
        try:
            call()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def while_it_is_told(monkeypatch, session, teacher, other) -> None:
    """`other` begins once the seat's rows are held, and has half a second before the telling goes
    on: it waits, or is done.
    """
    is_held, goes_on, errors = threading.Event(), threading.Event(), []
    expect = one_seat._expect

    def slowly(participations, *, now):
        is_held.set()
        goes_on.wait(10)
        expect(participations, now=now)

    with monkeypatch.context() as patch:
        patch.setattr(one_seat, "_expect", slowly)
        pressing = on_a_thread(lambda: enrolments.enrol(session=session, teacher=teacher), errors)
        assert is_held.wait(10)
        patch.setattr(one_seat, "_expect", expect)
        changing = on_a_thread(other, errors)
        changing.join(0.5)
        goes_on.set()
        for thread in (pressing, changing):
            thread.join(30)
    assert errors == []


def test_a_session_cancelled_in_a_rush_fails_for_nobody():
    session, _other_date = dates_of_one_training(LicenceFactory(), 30, 30)
    school = session.training.resource.licences.get().school
    people, planner = TeacherFactory.create_batch(20, works_at=school), PlannerFactory()

    def cancel_soon():
        time.sleep(0.1)
        return sessions.cancel(session=session, by=planner, reason="Trainer ill")

    presses = [lambda one=one: enrolments.enrol(session=session, teacher=one) for one in people]
    answers = all_at_once([*presses, cancel_soon])

    failed = [one for one in answers if isinstance(one, Exception)]
    assert [one for one in failed if not isinstance(one, SessionIsCancelled)] == []
    assert not Enrolment.objects.exclude(not_yet_told="").exists()


@pytest.mark.at("2026-11-25T12:00")
def test_a_date_moved_while_a_seat_is_told_is_an_absence_at_its_new_hour(monkeypatch):
    licence = LicenceFactory()
    teacher, planner = TeacherFactory(works_at=licence.school), PlannerFactory()
    hour = teaching(SchoolClassFactory(school=licence.school), teacher=teacher)
    for weekday in range(1, 6):
        class_hour(hour, weekday=weekday, begins=10)
    start = at(datetime.date(2026, 12, 3), 10)
    session = SessionFactory(
        resource=licence.resource, capacity=5, hours=[Hours(start, start + HOUR)]
    )
    moves = {session.meetings.get().pk: Hours(start + DAY, start + DAY + HOUR)}

    while_it_is_told(
        monkeypatch,
        session,
        teacher,
        lambda: session_dates.move(
            session=session, moves=moves, by=planner, revision=session.revision
        ),
    )

    assert [one.starts_at for one in Absence.objects.standing()] == [start + DAY]
    assert CalendarEntry.objects.get(person=teacher).starts_at == start + DAY


def test_a_date_given_back_while_a_seat_is_told_leaves_no_way_in(monkeypatch):
    licence = LicenceFactory()
    teacher, start = TeacherFactory(works_at=licence.school), in_a_week()
    hours = [Hours(start + n * DAY, start + n * DAY + HOUR) for n in range(2)]
    session = SessionFactory(resource=licence.resource, capacity=5, hours=hours)
    first = session.meetings[0]

    while_it_is_told(
        monkeypatch,
        session,
        teacher,
        lambda: one_date.give_back(enrolment=Enrolment.objects.get(), meeting=first),
    )

    ways_in = RoomPass.objects.filter(person=teacher, is_withdrawn=False)
    assert [one.room.meeting for one in ways_in] == [session.meetings[1]]
    entry = CalendarEntry.objects.get(person=teacher, meeting=first)
    assert entry.method == CalendarMethod.CANCEL


def test_another_press_is_decided_while_a_seat_is_told(monkeypatch):
    """Not on SQLite, where the whole file is held."""
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource, capacity=5)
    teacher, second = TeacherFactory.create_batch(2, works_at=licence.school)
    decided = []

    def decide():
        with monkeypatch.context() as patch:
            patch.setattr(one_seat, "tell_of_decision", lambda *_args, **_more: None)
            enrolments.enrol(session=session, teacher=second)
        decided.append(Letter.objects.filter(kind=Letters.SEAT_CONFIRMED).exists())

    while_it_is_told(monkeypatch, session, teacher, decide)

    assert decided == [connection.vendor == "sqlite"]
