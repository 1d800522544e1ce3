"""Trainers and planners are told of seats that became free: as numbers, once a day, soon on the eve."""

import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse

from courses.mail import services as outbox
from courses.mail.enums import MailRhythm
from courses.mail.models import Letter
from tests.factories.catalogue import LicenceFactory
from tests.factories.people import PlannerFactory, TeacherFactory
from tests.factories.training import SessionFactory, TrainingFactory
from tests.factories.worker import run_worker
from training.enums import Letters
from training.rules import is_time_to_tell_of_seats
from training.services import enrolment as enrolments
from training.services import given_back, sessions

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]
PARIS = ZoneInfo("Europe/Paris")
NOON = datetime.datetime(2026, 11, 25, 12, tzinfo=PARIS)  # a Wednesday
FOUR = NOON.replace(hour=16)
START = datetime.datetime(2026, 12, 4, 14, tzinfo=PARIS)
HOUR, MINUTE, DAY = (
    datetime.timedelta(hours=1),
    datetime.timedelta(minutes=1),
    datetime.timedelta(days=1),
)


@pytest.fixture
def session(planner):
    """Four seats, all taken; five teachers of one school, so that one waits."""
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource, starts_at=START, capacity=4)
    for teacher in TeacherFactory.create_batch(5, works_at=licence.school):
        enrolments.enrol(session=session, teacher=teacher)
    session.trainers.update(language="en")
    return session


def seats(session):
    return list(session.enrolments.holding_a_seat().select_related("teacher").order_by("pk"))


def give_back(seat, *, at=NOON, by=None):
    enrolments.cancel(enrolment=seat, by=by or seat.teacher, now=at)


def tell_at(moment):
    with time_machine.travel(moment, tick=False):
        given_back.tell(moment)


def told(person) -> int:
    return Letter.objects.filter(kind=Letters.SEATS_GIVEN_BACK, to=person).count()


def read(person, mailoutbox, *, at) -> list:
    with time_machine.travel(at, tick=False):
        run_worker()
    return [
        mail
        for mail in mailoutbox
        if person.email in mail.to[0]
        and ("became free" in mail.subject or "libéré" in mail.subject)
    ]


def test_trainer_and_planner_read_numbers_and_no_name_once_a_day(session, planner, mailoutbox):
    trainer, people = session.trainers.get(), [one.teacher for one in seats(session)]
    for seat in seats(session)[:3]:
        give_back(seat)

    given_back.tell(FOUR - MINUTE)
    assert told(trainer) == told(planner) == 0
    assert given_back.tell(FOUR) == 2
    assert given_back.tell(FOUR + MINUTE) == 0
    assert given_back.tell(FOUR + DAY) == 0

    for person, page in ((trainer, "my-sessions/%s/"), (planner, "sessions/%s/list/")):
        [mail] = read(person, mailoutbox, at=FOUR + MINUTE)
        assert mail.subject == f"3 seats became free: {session.title}"
        assert "Seats taken now: 2 of 4." in mail.body
        assert "On the waiting list" not in mail.body
        assert page % session.public_id in mail.body
        for text in (mail.body, mail.alternatives[0].content):
            assert not [one for one in people if one.family_name in text or one.email in text]


def test_one_seat_is_said_in_the_singular_with_those_who_wait(session, planner, mailoutbox):
    Letter.objects.all().delete()
    licence_school = seats(session)[0].school
    enrolments.enrol(session=session, teacher=TeacherFactory(works_at=licence_school))
    give_back(seats(session)[0])
    planner.language = "fr"
    planner.save()

    given_back.tell(FOUR)

    [mail] = read(planner, mailoutbox, at=FOUR)
    assert mail.subject == f"1 place s’est libérée : {session.training.title_fr}"
    assert "Places prises à présent\u00a0: 4 sur 4. Sur liste d’attente\u00a0: 1." in mail.body


def test_a_turn_that_is_given_back_is_no_seat_and_no_letter(session, planner):
    give_back(session.enrolments.waiting().get())

    assert given_back.tell(FOUR) == 0


def summary_of(planner, mailoutbox, *, at) -> str:
    with time_machine.travel(at, tick=False):
        outbox.sum_up(at)
        run_worker()
    [mail] = [one for one in mailoutbox if planner.email in one.to[0]]
    return mail.body


def test_a_weekly_reader_reads_the_seats_of_all_days_as_one_number(session, planner, mailoutbox):
    session.enrolments.waiting().delete()
    planner.mail_rhythm = MailRhythm.WEEKLY
    planner.save()
    Letter.objects.all().delete()
    one, two, *_others = seats(session)
    monday = NOON - 2 * DAY
    give_back(one, at=monday)
    tell_at(monday + 4 * HOUR)
    give_back(two, at=monday + DAY)
    tell_at(monday + DAY + 4 * HOUR)
    tell_at(monday + DAY + 5 * HOUR)

    body = summary_of(planner, mailoutbox, at=monday + 4 * DAY + 5 * HOUR + MINUTE)

    assert body.count(f"2 seats became free: {session.title}") == 2  # heading and item
    assert "Seats taken now: 2 of 4." in body
    assert "1 seat" not in body


def test_a_summary_names_each_session_with_a_free_seat(session, planner, mailoutbox):
    planner.mail_rhythm = MailRhythm.DAILY
    planner.save()
    licence = LicenceFactory()
    other = SessionFactory(resource=licence.resource, starts_at=START, capacity=4)
    teacher = TeacherFactory(works_at=licence.school)
    Letter.objects.all().delete()
    give_back(enrolments.enrol(session=other, teacher=teacher, now=NOON - DAY))
    for seat in seats(session)[:2]:
        give_back(seat)
    tell_at(FOUR)

    body = summary_of(planner, mailoutbox, at=FOUR + HOUR + MINUTE)

    assert f"2 seats became free in “{session.title}”" in body
    assert f"1 seat became free in “{other.title}”" in body
    assert f"{reverse('training:planning')}\n" in body


@pytest.mark.parametrize(
    ("sessions", "more"),
    [(8, ""), (9, "And in 1 more session: the list of sessions shows it."), (11, "And in 3 more")],
)
def test_a_summary_cuts_no_session_without_a_word(session, planner, mailoutbox, sessions, more):
    planner.mail_rhythm = MailRhythm.DAILY
    planner.save()
    licence = LicenceFactory()
    teacher = TeacherFactory(works_at=licence.school)
    title = "A long title of a training on reading aloud, writing and printing a newspaper " * 2
    training = TrainingFactory(resource=licence.resource, title_en=title[:120].strip())
    Letter.objects.all().delete()
    for n in range(sessions):
        other = SessionFactory(training=training, starts_at=START + n * 3 * HOUR, capacity=4)
        give_back(enrolments.enrol(session=other, teacher=teacher, now=NOON - DAY))
    tell_at(FOUR)

    body = summary_of(planner, mailoutbox, at=FOUR + HOUR + MINUTE)

    lines = [line.strip() for line in body.splitlines() if "became free in “" in line]
    assert len(lines) == min(sessions, 8)
    assert lines[1] == (
        f"1 seat became free in “{training.title}”, Friday 4 December at 17:00."
        " Seats taken now: 0 of 4."
    )
    assert "…" not in body
    assert ("And in" in body) == bool(more)
    assert more in body


def test_who_has_a_seat_again_is_not_counted(session, planner):
    session.enrolments.waiting().get().delete()
    seat = seats(session)[0]
    give_back(seat)
    enrolments.enrol(session=session, teacher=seat.teacher, now=NOON + HOUR)

    assert given_back.tell(FOUR) == 0


def test_nobody_is_told_of_what_they_did_themselves(session, planner):
    colleague = PlannerFactory()
    give_back(seats(session)[0], by=planner)

    given_back.tell(FOUR)

    assert (told(planner), told(colleague), told(session.trainers.get())) == (0, 1, 1)


def test_a_letter_for_all_sessions_of_a_reader(session, planner, mailoutbox):
    other = SessionFactory(resource=session.resource, starts_at=START + DAY, capacity=4)
    other_seat = enrolments.enrol(
        session=other, teacher=TeacherFactory(works_at=seats(session)[0].school)
    )
    give_back(seats(session)[0])
    give_back(other_seat)

    given_back.tell(FOUR)

    [mail] = read(planner, mailoutbox, at=FOUR)
    assert mail.subject == "2 seats became free in 2 sessions"
    [mail] = read(session.trainers.get(), mailoutbox, at=FOUR)
    assert mail.subject == f"1 seat became free: {session.title}"


def test_a_session_that_is_cancelled_or_over_is_not_told_of(session, planner, mailoutbox):
    give_back(seats(session)[0])
    given_back.tell(FOUR)
    give_back(seats(session)[0], at=FOUR + MINUTE)
    sessions.cancel(session=session, by=planner, reason="Trainer ill")

    assert given_back.tell(FOUR + DAY) == 0
    assert read(planner, mailoutbox, at=FOUR + DAY) == []


def test_a_session_that_is_over_is_not_told_of(session, planner, mailoutbox):
    give_back(seats(session)[0], at=START - MINUTE)

    assert given_back.tell(session.ends_at) == 0


def test_a_trainer_who_leads_no_longer_is_not_told(session, planner, mailoutbox):
    trainer = session.trainers.get()
    give_back(seats(session)[0])
    given_back.tell(FOUR)
    session.trainers.clear()

    assert read(trainer, mailoutbox, at=FOUR) == []
    assert len(read(planner, mailoutbox, at=FOUR)) == 1


def test_on_the_eve_it_is_told_soon_once_an_hour_at_most(session, planner):
    eve = START - 5 * HOUR
    first, second, third, _fourth = seats(session)
    give_back(first, at=eve)

    tell_at(eve + MINUTE)
    assert told(planner) == 1
    give_back(second, at=eve + 10 * MINUTE)
    give_back(third, at=eve + 20 * MINUTE)
    tell_at(eve + 30 * MINUTE)
    assert told(planner) == 1
    tell_at(eve + HOUR + 2 * MINUTE)
    assert told(planner) == 2
    steps = Letter.objects.filter(kind=Letters.SEATS_GIVEN_BACK, to=planner).order_by("pk")
    assert [len(letter.details["steps"]) for letter in steps] == [1, 2]


def test_on_an_eve_of_several_sessions_a_planner_has_one_email_an_hour(session, planner):
    licence = LicenceFactory()
    other = SessionFactory(resource=licence.resource, starts_at=START + HOUR, capacity=4)
    for teacher in TeacherFactory.create_batch(2, works_at=licence.school):
        enrolments.enrol(session=other, teacher=teacher)
    eve = START - 20 * HOUR

    tells = []
    for minutes, seat in ((0, seats(session)[0]), (6, seats(other)[0]), (60, None)):
        moment = eve + minutes * MINUTE
        if seat:
            give_back(seat, at=moment)
        tell_at(moment)
        tells.append(told(planner))
    give_back(seats(other)[0], at=eve + 70 * MINUTE)
    tell_at(eve + 70 * MINUTE)

    assert tells == [1, 1, 2]
    assert told(planner) == 2


def test_who_wishes_for_one_email_a_day_reads_it_at_five(session, planner, mailoutbox):
    planner.mail_rhythm = MailRhythm.DAILY
    planner.save()
    give_back(seats(session)[0])
    with time_machine.travel(FOUR, tick=False):
        given_back.tell(FOUR)
        run_worker()
    with time_machine.travel(FOUR + HOUR, tick=False):
        outbox.sum_up(FOUR + HOUR)
        run_worker()

    [summary] = [mail for mail in mailoutbox if planner.email in mail.to[0]]
    assert f"* 1 seat became free: {session.title}\n" in summary.body
    assert "Seats taken now: 4 of 4." in summary.body


@pytest.mark.parametrize(
    ("first_at", "told_at", "now", "is_time"),
    [
        pytest.param("11-25T12:00", None, "11-25T15:59", False, id="before four"),
        pytest.param("11-25T12:00", None, "11-25T16:00", True, id="at four"),
        pytest.param("11-25T16:00", None, "11-25T23:59", False, id="after four, that day"),
        pytest.param("11-25T16:00", None, "11-26T16:00", True, id="after four, the next day"),
        pytest.param("11-27T17:00", None, "11-28T16:00", False, id="no Saturday"),
        pytest.param("11-27T17:00", None, "11-30T16:00", True, id="Monday"),
        pytest.param("12-03T09:00", None, "12-03T13:59", False, id="more than a day before"),
        pytest.param("12-03T09:00", None, "12-03T14:00", True, id="a day before"),
        pytest.param("12-04T09:00", "12-04T08:30", "12-04T09:29", False, id="told within the hour"),
        pytest.param("12-04T09:00", "12-04T08:30", "12-04T09:30", True, id="an hour later"),
        pytest.param("12-04T13:59", None, "12-04T14:00", False, id="begun: no longer soon"),
    ],
)
def test_when_it_is_time_to_tell(first_at, told_at, now, is_time):
    session = SessionFactory.build(starts_at=START)

    def moment(text):
        return datetime.datetime.fromisoformat(f"2026-{text}").replace(tzinfo=PARIS)

    assert (
        is_time_to_tell_of_seats(
            session,
            first_at=moment(first_at),
            told_at=moment(told_at) if told_at else None,
            now=moment(now),
        )
        == is_time
    )


def test_how_many_queries_it_takes(session, planner, django_assert_max_num_queries):
    for seat in seats(session):
        give_back(seat)

    with django_assert_max_num_queries(5):
        given_back.tell(FOUR - MINUTE)
