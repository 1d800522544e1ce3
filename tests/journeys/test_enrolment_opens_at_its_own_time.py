"""Enrolment opens and closes at times of its own, by itself; new dates are told to those who asked."""

import datetime
from contextlib import contextmanager

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from courses.agenda.values import PARIS, Hours
from courses.mail.documents import opened
from courses.mail.models import Letter
from tests.factories.catalogue import LicenceFactory
from tests.factories.people import PlannerFactory, TeacherFactory
from tests.factories.training import SessionFactory
from tests.factories.worker import run_worker
from training.enums import EnrolmentState, Letters, OpenTo, SessionState
from training.exceptions import (
    BeginsBeforeEnrolment,
    EnrolmentClosesTooLate,
    EnrolmentClosesTooSoon,
    EnrolmentIsClosed,
    EnrolmentNotOpenYet,
    EnrolmentOpensTooLate,
)
from training.models import DateAlert, Session
from training.queries.rights import Audience
from training.rules import why_not_press, why_not_these_times
from training.services import adviser_enrolment, date_alerts, openings, session_dates, sessions
from training.services import enrolment as enrolments
from training.values import EnrolmentTimes

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]

START = datetime.datetime(2026, 12, 10, 17, tzinfo=PARIS)
OPENS = datetime.datetime(2026, 12, 1, 8, tzinfo=PARIS)
CLOSES = datetime.datetime(2026, 12, 8, 18, tzinfo=PARIS)
NOW = datetime.datetime(2026, 11, 25, 12, tzinfo=PARIS)
MINUTE = datetime.timedelta(minutes=1)


@contextmanager
def it_is(moment):
    with time_machine.travel(moment, tick=False):
        yield moment


def a_session(licence, **fields):
    times = {"enrolment_opens_at": OPENS, "enrolment_closes_at": CLOSES}
    return SessionFactory(resource=licence.resource, starts_at=START, **times | fields)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param(OPENS - MINUTE, EnrolmentNotOpenYet, id="a minute before it opens"),
        pytest.param(OPENS, None, id="the moment it opens"),
        pytest.param(CLOSES - MINUTE, None, id="a minute before it closes"),
        pytest.param(CLOSES, EnrolmentIsClosed, id="the moment it closes"),
    ],
)
def test_a_press_is_asked_what_the_clock_says(now, expected):
    session = a_session(LicenceFactory())

    refusal = why_not_press(session, now=now)

    assert (refusal and type(refusal)) == expected


@pytest.mark.parametrize(
    ("opens_at", "closes_at", "expected"),
    [
        pytest.param(OPENS, CLOSES, None, id="opens, then closes"),
        pytest.param(None, CLOSES, None, id="only closes"),
        pytest.param(CLOSES, OPENS, EnrolmentClosesTooSoon, id="closes before it opens"),
        pytest.param(START, None, EnrolmentOpensTooLate, id="opens when the session begins"),
        pytest.param(None, START, None, id="closes when the session begins"),
        pytest.param(None, START + MINUTE, EnrolmentClosesTooLate, id="closes after that"),
    ],
)
def test_times_that_make_no_sense_are_refused(opens_at, closes_at, expected):
    refusal = why_not_these_times(EnrolmentTimes(opens_at, closes_at), starts_at=START)

    assert (refusal and type(refusal)) == expected


def test_the_pages_say_soon_and_the_post_by_hand_is_refused(client):
    """A state word says when it opens, and it opens by itself."""
    licence = LicenceFactory()
    session = a_session(licence)
    client.force_login(TeacherFactory(works_at=licence.school, language="en"))
    enrol = reverse("training:enrol", args=[session.public_id])

    page = client.get(session.get_absolute_url()).text
    listed = client.get(reverse("training:catalogue")).text
    client.post(enrol)

    assert "Enrolment opens on Tuesday 1 December 2026, 08:00." in page
    assert enrol not in page
    assert "Soon: enrolment opens on Tuesday 1 December at 08:00" in listed
    assert "Not open to you" not in listed
    assert not session.enrolments.exists()
    with it_is(OPENS):
        client.post(enrol)
    assert session.enrolments.get().state == EnrolmentState.CONFIRMED


def test_a_visitor_reads_when_it_opens(client):
    session = a_session(LicenceFactory())

    page = client.get(f"/en{session.get_absolute_url()[3:]}", follow=True).text

    assert "Enrolment opens on Tuesday 1 December 2026, 08:00." in page


def test_who_is_in_already_and_planners_are_not_asked():
    licence = LicenceFactory()
    session = a_session(licence, capacity=1)
    teachers = TeacherFactory.create_batch(3, works_at=licence.school)
    seated, waits = (
        enrolments.enrol(session=session, teacher=teacher, now=OPENS) for teacher in teachers[:2]
    )

    enrolments.cancel(enrolment=seated, by=seated.teacher, now=CLOSES)
    waits.refresh_from_db()
    late = adviser_enrolment.enrol_by_adviser(
        session=session,
        teacher=teachers[2],
        by=PlannerFactory(),
        reason="Asked in time",
        now=CLOSES,
    )

    assert waits.is_offered  # seven days are left no more
    assert late.is_waiting
    with pytest.raises(EnrolmentIsClosed):
        enrolments.enrol(session=session, teacher=seated.teacher, now=CLOSES)


def test_a_planner_gives_the_times_in_the_form(client):
    session = SessionFactory(starts_at=START)
    client.force_login(PlannerFactory(language="en"))
    form = {
        "language": session.language,
        "capacity": session.capacity,
        "trainers": [trainer.pk for trainer in session.trainers.all()],
        "open_to": "subscribers",
        "threshold_percent": 75,
        "note": "",
        "revision": 0,
    }
    page = reverse("training:edit_session", args=[session.public_id])

    client.post(
        page,
        form
        | {"enrolment_opens_at": "2026-12-08T18:00", "enrolment_closes_at": "2026-12-01T08:00"},
    )
    session.refresh_from_db()
    assert session.enrolment_opens_at is None
    client.post(
        page,
        form
        | {"enrolment_opens_at": "2026-12-01T08:00", "enrolment_closes_at": "2026-12-08T18:00"},
    )

    session.refresh_from_db()
    assert (session.enrolment_opens_at, session.enrolment_closes_at) == (OPENS, CLOSES)
    assert "2026-12-01T08:00" in client.get(page).text
    assert "enrolment opens on" in client.get(reverse("training:planning")).text


def test_a_session_is_not_moved_to_before_its_enrolment_opens(client):
    session, planner = a_session(LicenceFactory()), PlannerFactory()
    (meeting,) = session.meetings
    asked = {"session": session, "revision": 0, "by": planner, "now": NOW}

    def an_hour_from(start):
        return Hours(start, start + 60 * MINUTE)

    for start in (OPENS, OPENS - MINUTE):
        with pytest.raises(BeginsBeforeEnrolment):
            session_dates.move(moves={meeting.pk: an_hour_from(start)}, **asked)
        with pytest.raises(BeginsBeforeEnrolment):
            session_dates.add_meeting(hours=an_hour_from(start - 60 * MINUTE), **asked)
    session_dates.move(moves={meeting.pk: an_hour_from(OPENS + MINUTE)}, **asked)

    session.refresh_from_db()
    assert session.starts_at == OPENS + MINUTE
    client.force_login(TeacherFactory(language="en"))
    page = client.get(session.get_absolute_url()).text
    assert "From Tuesday 1 December" in page
    assert "Until Tuesday 8 December" not in page  # it begins before that


def test_kept_pages_are_told_when_enrolment_opens_and_closes():
    a_session(LicenceFactory())

    assert [openings.tell_pages(at) for at in (OPENS - MINUTE, OPENS, CLOSES, START)] == [
        0,
        1,
        1,
        0,
    ]


def test_the_database_keeps_the_order_of_both_times():
    session = a_session(LicenceFactory())

    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.filter(pk=session.pk).update(enrolment_closes_at=OPENS)


# Told of new dates


def test_a_teacher_is_told_of_a_new_date_and_takes_it_back_by_one_press(client):
    """One press, a letter when a date opens that one may attend, one press to end it."""
    licence = LicenceFactory()
    seen = SessionFactory(resource=licence.resource, starts_at=START)
    teacher = TeacherFactory(works_at=licence.school, language="en")
    client.force_login(teacher)
    press = reverse("training:tell_me_of_dates", args=[seen.public_id])
    for _twice in range(2):
        client.post(press, {"wanted": "yes"})
    assert "No longer tell me of new dates" in client.get(seen.get_absolute_url()).text
    assert DateAlert.objects.count() == 1

    new, other = (
        SessionFactory(training=seen.training, starts_at=START, state=SessionState.DRAFT)
        for _n in range(2)
    )
    for _twice in range(2):
        sessions.open_for_enrolment(session=new, by=PlannerFactory())
    run_worker()
    client.post(press, {"wanted": "no"})
    sessions.open_for_enrolment(session=other, by=PlannerFactory())

    letter = Letter.objects.get(to=teacher)
    assert letter.kind == Letters.NEW_DATE
    assert "has a new session, and you may attend it" in " ".join(opened(letter).text.split())
    assert not DateAlert.objects.exists()


def test_a_session_opened_to_more_people_is_a_new_date_for_those_who_may_attend_only_now():
    licence, planner = LicenceFactory(), PlannerFactory()
    session = SessionFactory(resource=licence.resource, starts_at=START)
    could, can_now = TeacherFactory(works_at=licence.school), TeacherFactory()
    for person in (could, can_now):
        date_alerts.ask(training=session.training, person=person)

    for revision, open_to in enumerate((OpenTo.EVERYONE, OpenTo.EVERYONE)):
        sessions.edit(
            session=session,
            revision=revision,
            by=planner,
            capacity=20 + revision,
            trainers=list(session.trainers.all()),
            language="fr",
            threshold_percent=75,
            note="",
            audience=Audience(open_to),
        )

    assert [one.to for one in Letter.objects.filter(kind=Letters.NEW_DATE)] == [can_now]


def test_nobody_is_told_of_a_date_that_is_not_for_them(client):
    seen = SessionFactory(starts_at=START)
    teacher = TeacherFactory()
    client.force_login(teacher)
    client.post(reverse("training:tell_me_of_dates", args=[seen.public_id]), {"wanted": "yes"})

    new = SessionFactory(training=seen.training, starts_at=START, state=SessionState.DRAFT)
    sessions.open_for_enrolment(session=new, by=PlannerFactory())

    assert not Letter.objects.filter(to=teacher).exists()


def test_a_copied_session_does_not_take_these_times_along(client):
    """They are of the other dates: enrolment of the copy would be closed before it opens."""
    session = a_session(LicenceFactory())
    client.force_login(PlannerFactory())

    page = client.get(
        reverse("training:new_session"),
        {"training": session.training.public_id, "copy": session.public_id},
    )

    form = page.context["form"]
    assert form["capacity"].value() == session.capacity
    assert (form["enrolment_opens_at"].value(), form["enrolment_closes_at"].value()) == (None, None)
