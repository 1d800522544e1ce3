"""Two advisers, or an adviser and a teacher, at the same instant: nothing is lost, nobody is left
untold.
"""

import datetime

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from courses.agenda.models import CalendarEntry
from courses.agenda.values import Hours
from courses.exceptions import Refusal, StaleSheet
from courses.live.models import RoomPass
from courses.mail.models import Letter
from tests.concurrency.test_the_rush import enrolling
from tests.concurrency.threads import all_at_once
from tests.factories.catalogue import LicenceFactory
from tests.factories.mail import calendars_in
from tests.factories.people import PlannerFactory, TeacherFactory, TrainerFactory
from tests.factories.training import SessionFactory, in_a_week
from tests.factories.worker import run_worker, run_worker_after_the_pause
from training.enums import EnrolmentState, Letters
from training.exceptions import NoSeatForLateEntry, SubstituteIsNamed
from training.services import adviser_enrolment, missed_dates, session_dates, sessions, substitutes
from training.services import enrolment as enrolments
from training.values import CHANGES_WAIT

pytestmark = pytest.mark.django_db(transaction=True)

DAY = datetime.timedelta(days=1)


def editing(session, adviser, trainers, capacity):
    def edit():
        return sessions.edit(
            session=session,
            revision=0,
            by=adviser,
            capacity=capacity,
            trainers=trainers,
            language="fr",
            threshold_percent=75,
            note="",
        ).capacity

    return edit


def test_of_two_advisers_saving_one_session_one_saves_and_the_other_is_told():
    session = SessionFactory(capacity=20)
    trainers = list(session.trainers.all())

    answers = all_at_once(
        [editing(session, PlannerFactory(), trainers, capacity) for capacity in (21, 22)]
    )

    (saved,) = [answer for answer in answers if not isinstance(answer, Exception)]
    assert [type(answer) for answer in answers if isinstance(answer, Exception)] == [StaleSheet]
    session.refresh_from_db()
    assert (session.capacity, session.revision) == (saved, 1)


def test_of_two_planners_one_gives_the_last_seat_of_a_series_that_has_begun():
    licence = LicenceFactory()
    first = in_a_week() - 8 * DAY
    hours = [Hours(first + n * DAY, first + n * DAY + DAY / 24) for n in (0, 3, 6)]
    session = SessionFactory(resource=licence.resource, hours=hours, capacity=1)

    def entering(teacher, planner):
        return lambda: adviser_enrolment.enrol_by_adviser(
            session=session, teacher=teacher, by=planner, reason="Arrived today"
        )

    teachers = TeacherFactory.create_batch(2, works_at=licence.school)
    answers = all_at_once([entering(one, PlannerFactory()) for one in teachers])

    (seat,) = [answer for answer in answers if not isinstance(answer, Exception)]
    assert [type(one) for one in answers if isinstance(one, Exception)] == [NoSeatForLateEntry]
    assert (session.enrolments.count(), seat.participations.count()) == (1, 2)
    letter = Letter.objects.get(kind=Letters.SEAT_CONFIRMED)
    assert letter.to == seat.teacher


def test_who_enrols_while_the_session_moves_has_the_new_hours_in_the_calendar():
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource)
    meeting = session.meetings.get()
    later = Hours(meeting.starts_at + DAY, meeting.ends_at + DAY)
    teachers = TeacherFactory.create_batch(4, works_at=licence.school)
    adviser = PlannerFactory()

    def moving():
        return len(
            session_dates.move(session=session, moves={meeting.pk: later}, revision=0, by=adviser)
        )

    all_at_once([*[enrolling(session, teacher) for teacher in teachers], moving])

    told = CalendarEntry.objects.filter(person__in=teachers).values_list("starts_at", flat=True)
    assert list(told) == [later.starts_at] * 4


def test_who_enrols_while_the_session_is_cancelled_is_refused_or_told():
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource)
    teachers = TeacherFactory.create_batch(4, works_at=licence.school)
    adviser = PlannerFactory()

    def cancelling():
        return sessions.cancel(session=session, by=adviser, reason="Grève.").state

    answers = all_at_once([*[enrolling(session, teacher) for teacher in teachers], cancelling])

    confirmed = {
        t.pk
        for t, answer in zip(teachers, answers, strict=False)
        if answer == EnrolmentState.CONFIRMED
    }
    refused = [answer for answer in answers[:4] if isinstance(answer, Refusal)]
    assert len(confirmed) + len(refused) == 4
    told = Letter.objects.filter(kind=Letters.SESSION_CANCELLED, to__in=teachers).values_list(
        "to", flat=True
    )
    assert set(told) == confirmed


def a_series(dates):
    """With a seat whose letter has gone."""
    licence = LicenceFactory()
    start = in_a_week()
    hours = [
        Hours(start + 7 * n * DAY, start + 7 * n * DAY + datetime.timedelta(hours=1))
        for n in range(dates)
    ]
    session = SessionFactory(resource=licence.resource, hours=hours)
    teacher = TeacherFactory(works_at=licence.school, language="en")
    enrolments.enrol(session=session, teacher=teacher)
    run_worker()
    mail.outbox.clear()
    return session, teacher


def test_two_planners_who_cancel_two_dates_at_once_make_one_notice_of_both():
    session, teacher = a_series(dates=3)

    def cancelling(meeting):
        by = PlannerFactory()
        return lambda: (
            session_dates.cancel_meeting(
                session=session, meeting=meeting, by=by, reason="Grève."
            ).is_cancelled
        )

    assert all_at_once([cancelling(meeting) for meeting in session.meetings[:2]]) == [True, True]
    run_worker_after_the_pause()

    (message,) = [one for one in mail.outbox if teacher.email in one.to[0]]
    assert len(calendars_in(message)) == 2


def test_a_date_that_changes_while_the_worker_sends_the_notice_is_told_in_it_or_in_a_second_one():
    """Eight times, as the worker takes the letter before, within or after the change."""
    session, teacher = a_series(dates=1)
    meeting, adviser = session.meetings.get(), PlannerFactory()

    def moving():
        session.refresh_from_db()
        now = session.meetings.get()
        hours = Hours(now.starts_at + DAY, now.ends_at + DAY)
        session_dates.move(
            session=session, moves={meeting.pk: hours}, revision=session.revision, by=adviser
        )

    for _time in range(8):
        moving()
        with time_machine.travel(timezone.now() + CHANGES_WAIT, tick=True):
            answers = all_at_once([moving, run_worker])
        assert answers == [None, None]
        run_worker_after_the_pause()
        with time_machine.travel(timezone.now() + 2 * CHANGES_WAIT, tick=True):
            run_worker()

        last = [one for one in mail.outbox if teacher.email in one.to[0]][-1]
        (told,) = calendars_in(last)
        assert told.event["DTSTART"].dt == session.meetings.get().starts_at
        mail.outbox.clear()
    assert not Letter.objects.waiting().exists()


def test_of_two_who_name_a_substitute_at_once_one_is_told_who_is_named():
    session = SessionFactory()
    meeting, replaced = session.meetings.get(), session.trainers.get()
    provider = session.resource.provider
    colleagues = [TrainerFactory(works_for=provider) for _one in range(2)]

    def naming(colleague):
        return lambda: (
            substitutes.name_substitute(
                session=session,
                meeting=meeting,
                substitute=colleague,
                replaces=replaced,
                by=PlannerFactory(),
            ).substitute
        )

    answers = all_at_once([naming(colleague) for colleague in colleagues])

    (named,) = [answer for answer in answers if not isinstance(answer, Exception)]
    assert [type(one) for one in answers if isinstance(one, Exception)] == [SubstituteIsNamed]
    moderators = RoomPass.objects.filter(room__meeting=meeting, is_withdrawn=False)
    assert [one.person for one in moderators] == [named]


def test_that_no_trainer_came_is_recorded_once_and_told_once():
    session = SessionFactory(starts_at=timezone.now() - datetime.timedelta(minutes=20))
    meeting, trainer = session.meetings.get(), session.trainers.get()

    def recording(by):
        return lambda: missed_dates.record(session=session, meeting=meeting, words="", by=by).pk

    answers = all_at_once([recording(by) for by in (trainer, PlannerFactory())])

    assert answers == [session.missed_dates.get().pk] * 2
    assert Letter.objects.filter(kind=Letters.NO_TRAINER_CAME, to=trainer).count() == 1
