"""A session is cancelled, and each of its people is held a seat of another date; a teacher changes to
another date in one step, the old seat stays until the new one is sure.
"""

import datetime

import pytest
import time_machine
from django.core import mail
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from courses.agenda.values import Hours
from courses.live.models import RoomPass
from tests.factories.attendance import seated
from tests.factories.catalogue import LicenceFactory
from tests.factories.people import PlannerFactory, TeacherFactory
from tests.factories.training import SessionFactory, in_a_week
from tests.factories.worker import run_worker, run_worker_after_the_pause
from training.enums import EnrolmentState, SessionState
from training.exceptions import NoLicence, TooLateToCancel, TooLateToRestore
from training.models import Enrolment
from training.services import adviser_enrolment, rebooking, session_dates, sessions
from training.services import enrolment as enrolments

pytestmark = pytest.mark.django_db(transaction=True)

DAY = datetime.timedelta(days=1)
REASON = "La formatrice est souffrante."


@pytest.fixture
def licence():
    return LicenceFactory()


def a_date(licence, training=None, days: int = 7, **fields):
    start = in_a_week() + (days - 7) * DAY
    chosen = {"training": training} if training else {}
    return SessionFactory(resource=licence.resource, starts_at=start, **chosen, **fields)


def seat_of(teacher, session) -> Enrolment:
    return Enrolment.objects.filter(teacher=teacher, session=session).latest("pk")


def cancel(session):
    return sessions.cancel(session=session, by=PlannerFactory(), reason=REASON)


def letters_to(person):
    return [message for message in mail.outbox if person.email in message.to[0]]


def methods_of(person) -> list[str]:
    parts = [
        part
        for letter in letters_to(person)
        for part in letter.message().walk()
        if part.get_content_type() == "text/calendar"
    ]
    return [str(Calendar.from_ical(part.get_payload(decode=True))["METHOD"]) for part in parts]


@pytest.fixture
def cancelled(licence):
    """Three seats, two of them elsewhere free: the first two are held one."""
    session = a_date(licence, capacity=3)
    other = a_date(licence, session.training, days=14, capacity=2)
    teachers = TeacherFactory.create_batch(3, works_at=licence.school, language="en")
    for teacher in teachers:
        enrolments.enrol(session=session, teacher=teacher)
    run_worker()
    mail.outbox.clear()
    cancel(session)
    return session, other, teachers


def test_each_is_held_a_seat_of_another_date_as_far_as_there_are_seats(cancelled):  # T24
    _session, other, teachers = cancelled

    assert [e.teacher for e in other.enrolments.held()] == teachers[:2]
    assert other.count_seats_taken() == other.capacity
    held = seat_of(teachers[0], other)
    assert held.held_until - timezone.now() > datetime.timedelta(hours=71)


def test_the_letter_says_which_seat_is_held_and_until_when_or_leads_to_the_dates(cancelled):
    _session, _other, (first, _second, third) = cancelled

    run_worker()

    (letter,) = letters_to(first)
    assert REASON in letter.body
    assert "A seat is held for you on" in letter.body
    assert "/other-dates/" in letter.body
    (letter,) = letters_to(third)
    assert "held for you" not in letter.body
    assert "/other-dates/" in letter.body


def test_nobody_else_takes_a_seat_that_is_held(client, cancelled, licence):
    _session, other, _teachers = cancelled
    stranger = TeacherFactory(works_at=licence.school)

    assert enrolments.enrol(session=other, teacher=stranger).is_waiting


def test_by_one_press_the_held_seat_is_theirs_with_an_invitation(client, cancelled):
    session, other, (first, *_rest) = cancelled
    client.force_login(first)
    page = client.get(reverse("training:other_dates", args=[seat_of(first, session).public_id]))
    assert "A seat is held for you" in page.content.decode()
    run_worker()
    mail.outbox.clear()

    for _twice in range(2):
        client.post(reverse("training:take_held", args=[seat_of(first, other).public_id]))
    run_worker()

    assert seat_of(first, other).is_confirmed
    assert seat_of(first, other).participations.expected().count() == 1
    assert methods_of(first) == ["REQUEST"]
    assert seat_of(first, session).is_cancelled


def test_a_held_seat_that_is_not_wanted_goes_to_whoever_waits(client, cancelled, licence):
    _session, other, (first, *_rest) = cancelled
    waiting = TeacherFactory(works_at=licence.school)
    enrolments.enrol(session=other, teacher=waiting)
    client.force_login(first)

    client.post(reverse("training:let_go", args=[seat_of(first, other).public_id]))

    assert seat_of(first, other).is_cancelled
    assert seat_of(waiting, other).is_confirmed


def test_after_its_time_a_held_seat_is_free_again_and_its_holder_is_told(cancelled, licence):
    session, other, (first, *_rest) = cancelled
    waiting = TeacherFactory(works_at=licence.school)
    enrolments.enrol(session=other, teacher=waiting)
    run_worker()
    mail.outbox.clear()
    later = timezone.now() + 3 * DAY + datetime.timedelta(minutes=1)

    for _twice in range(2):
        rebooking.end_holds(later)
    run_worker()

    assert other.enrolments.held().count() == 0
    assert seat_of(waiting, other).is_confirmed
    (letter,) = letters_to(first)
    assert "no longer held" in letter.subject
    assert seat_of(first, session).public_id in letter.body


def test_pressed_after_its_time_the_page_says_so_and_shows_the_other_dates(client, cancelled):
    session, other, (first, *_rest) = cancelled
    held = seat_of(first, other)
    Enrolment.objects.filter(pk=held.pk).update(held_until=timezone.now())
    client.force_login(first)

    answer = client.post(reverse("training:take_held", args=[held.public_id]), follow=True)

    assert "it is free again" in answer.content.decode()
    assert seat_of(first, other).is_held
    assert answer.request["PATH_INFO"].endswith(f"{seat_of(first, session).public_id}/other-dates/")


def test_a_held_seat_whose_date_is_cancelled_too_is_held_on_a_third_date(cancelled, licence):
    session, other, (first, second, _third) = cancelled
    last = a_date(licence, session.training, days=20, capacity=5)

    cancel(other)

    assert {e.teacher for e in last.enrolments.held()} == {first, second}
    assert seat_of(first, last).instead_of == seat_of(first, session)
    assert other.enrolments.held().count() == 0


def test_somebody_elses_seat_is_not_found(client, cancelled):
    session, other, (first, second, _third) = cancelled
    client.force_login(second)

    assert (
        client.get(
            reverse("training:other_dates", args=[seat_of(first, session).public_id])
        ).status_code
        == 404
    )
    for name in ("take_held", "let_go"):
        assert (
            client.post(
                reverse(f"training:{name}", args=[seat_of(first, other).public_id])
            ).status_code
            == 404
        )


def test_a_session_cancelled_by_mistake_comes_back_with_its_people(client, cancelled):
    session, other, (first, second, third) = cancelled
    rebooking.take_held(held=seat_of(first, other), by=first)
    run_worker()
    mail.outbox.clear()
    client.force_login(PlannerFactory())

    for _twice in range(2):
        client.post(reverse("training:restore_session", args=[session.public_id]))
    run_worker()

    session.refresh_from_db()
    assert (session.state, session.cancel_reason) == (SessionState.OPEN, "")
    assert {e.teacher for e in session.enrolments.holding_a_seat()} == {second, third}
    assert seat_of(first, other).is_confirmed
    assert other.enrolments.held().count() == 0
    assert methods_of(second) == methods_of(third) == ["REQUEST"]
    assert letters_to(first) == []
    (meeting,) = session.meetings
    assert not meeting.is_cancelled


def test_a_date_that_was_cancelled_alone_before_stays_cancelled(licence):
    start = in_a_week()
    hours = [Hours(start + n * DAY, start + n * DAY + datetime.timedelta(hours=1)) for n in (0, 1)]
    session = SessionFactory(resource=licence.resource, hours=hours)
    first, second = session.meetings
    by = PlannerFactory()
    session_dates.cancel_meeting(session=session, meeting=first, by=by, reason="Férié")
    cancel(session)

    sessions.restore(session=session, by=by)

    first, second = session.meetings
    assert first.is_cancelled
    assert not second.is_cancelled


def test_once_its_first_date_has_begun_a_cancelled_session_is_not_restored(client, licence):
    session = a_date(licence)
    cancel(session)
    client.force_login(PlannerFactory())
    later = session.starts_at

    with pytest.raises(TooLateToRestore):
        sessions.restore(session=session, by=PlannerFactory(), now=later)


def test_to_a_date_with_a_free_seat_in_one_step(client, licence):
    session = a_date(licence)
    other = a_date(licence, session.training, days=12)
    teacher = TeacherFactory(works_at=licence.school, language="en")
    seat = enrolments.enrol(session=session, teacher=teacher)
    run_worker()
    mail.outbox.clear()
    client.force_login(teacher)
    press = reverse("training:change_date", args=[seat.public_id, other.public_id])

    for _twice in range(2):
        client.post(press)
    run_worker()

    assert seat_of(teacher, session).is_cancelled
    assert seat_of(teacher, other).is_confirmed
    assert sorted(methods_of(teacher)) == ["CANCEL", "REQUEST"]


def test_to_a_full_date_the_old_seat_stays_until_one_is_sure(client, licence):
    session = a_date(licence, days=20)
    other = a_date(licence, session.training, days=22, capacity=1)
    holder, teacher = TeacherFactory.create_batch(2, works_at=licence.school, language="en")
    taken = enrolments.enrol(session=other, teacher=holder)
    seat = enrolments.enrol(session=session, teacher=teacher)
    client.force_login(teacher)
    client.post(reverse("training:change_date", args=[seat.public_id, other.public_id]))

    assert seat_of(teacher, other).is_waiting
    assert seat_of(teacher, session).is_confirmed
    run_worker()
    assert "until one is sure here" in letters_to(teacher)[-1].body

    enrolments.cancel(enrolment=taken, by=holder)
    rebooking.end_holds(timezone.now())

    assert seat_of(teacher, other).is_confirmed
    assert seat_of(teacher, session).is_cancelled


def test_the_deadline_is_that_of_the_date_left(client, licence):  # T69
    session = a_date(licence, days=7)
    other = a_date(licence, session.training, days=30)
    teacher = TeacherFactory(works_at=licence.school, language="en")
    seat = enrolments.enrol(session=session, teacher=teacher)
    started = session.starts_at + datetime.timedelta(minutes=1)

    with pytest.raises(TooLateToCancel):
        rebooking.change_date(enrolment=seat, to=other, by=teacher, now=started)
    new = rebooking.change_date(
        enrolment=seat, to=other, by=teacher, now=started - datetime.timedelta(minutes=2)
    )
    assert new.state == EnrolmentState.CONFIRMED


def test_without_another_date_the_page_offers_to_tell_of_new_ones(client, licence):
    session = a_date(licence)
    teacher = TeacherFactory(works_at=licence.school, language="en")
    seat = enrolments.enrol(session=session, teacher=teacher)
    cancel(session)
    client.force_login(teacher)

    page = client.get(reverse("training:other_dates", args=[seat.public_id]))

    assert "No other date is planned for now" in page.content.decode()
    assert "Tell me of new dates" in page.content.decode()


def test_before_cancelling_the_planner_reads_for_how_many_a_seat_is_held(client, licence):
    session = a_date(licence)
    a_date(licence, session.training, days=10, capacity=1)
    for teacher in TeacherFactory.create_batch(2, works_at=licence.school):
        enrolments.enrol(session=session, teacher=teacher)
    client.force_login(PlannerFactory(language="en"))

    page = client.get(reverse("training:cancel_session", args=[session.public_id]))

    shown = page.content.decode()
    assert "For 1 person a seat on another date is held for 72 hours at most." in shown
    assert "For 1 person no seat on another date can be held" in shown


def move(session, days: int, hours: int = 0):
    by = days * DAY + datetime.timedelta(hours=hours)
    moves = {m.pk: Hours(m.starts_at + by, m.ends_at + by) for m in session.meetings}
    session.refresh_from_db()
    return session_dates.move(
        session=session, moves=moves, revision=session.revision, by=PlannerFactory(), reason="Salle"
    )


def test_moved_to_another_day_each_is_held_a_seat_of_another_date_and_keeps_theirs(licence):
    session = a_date(licence, days=9)
    other = a_date(licence, session.training, days=14)
    teacher = TeacherFactory(works_at=licence.school, language="en")
    enrolments.enrol(session=session, teacher=teacher)

    move(session, 0, hours=1)
    assert not other.enrolments.held().exists()
    move(session, 1)

    held = seat_of(teacher, other)
    assert held.is_held
    assert seat_of(teacher, session).is_confirmed
    run_worker_after_the_pause()
    (letter,) = [one for one in letters_to(teacher) if "New date" in one.subject]
    assert "A seat is held for you on" in letter.body
    assert "Your seat here stays yours until you take it." in letter.body

    rebooking.take_held(held=held, by=teacher)

    assert seat_of(teacher, session).is_cancelled


# Never two seats of one training by changing dates


def three_dates(licence, **of_the_last):
    first = a_date(licence, days=10)
    second = a_date(licence, first.training, days=20)
    third = a_date(licence, first.training, days=30, **of_the_last)
    return first, second, third


def change(teacher, seat, to):
    return rebooking.change_date(enrolment=seat, to=to, by=teacher)


def open_seats_of(teacher) -> list:
    return [e.session for e in Enrolment.objects.still_open().filter(teacher=teacher)]


def test_the_old_link_changes_the_seat_that_is_theirs_now(client, licence):
    first, second, third = three_dates(licence)
    teacher = TeacherFactory(works_at=licence.school, language="en")
    seat = enrolments.enrol(session=first, teacher=teacher)
    cancel(first)
    rebooking.take_held(held=seat_of(teacher, second), by=teacher)
    client.force_login(teacher)
    old_link = reverse("training:other_dates", args=[seat.public_id])
    assert "It stays yours until another one is sure." in client.get(old_link).content.decode()

    client.post(reverse("training:change_date", args=[seat.public_id, third.public_id]))

    assert open_seats_of(teacher) == [third]


def test_pressed_by_the_back_button_for_a_third_date_the_second_is_given_back(licence):
    first, second, third = three_dates(licence)
    teacher = TeacherFactory(works_at=licence.school)
    seat = enrolments.enrol(session=first, teacher=teacher)

    change(teacher, seat, second)
    change(teacher, seat, third)

    assert open_seats_of(teacher) == [third]


def test_a_turn_for_one_date_ends_when_another_is_sure(licence):
    first, second, third = three_dates(licence, capacity=1)
    holder, teacher = TeacherFactory.create_batch(2, works_at=licence.school)
    enrolments.enrol(session=third, teacher=holder)
    seat = enrolments.enrol(session=first, teacher=teacher)
    change(teacher, seat, third)
    turn = seat_of(teacher, third)
    assert turn.is_waiting

    change(teacher, turn, second)

    assert open_seats_of(teacher) == [second]


def test_a_turn_that_was_asked_for_later_stays_and_moves_the_person_once_it_is_sure(licence):
    first, second, third = three_dates(licence, capacity=1)
    holder, teacher = TeacherFactory.create_batch(2, works_at=licence.school)
    taken = enrolments.enrol(session=third, teacher=holder)
    seat = enrolments.enrol(session=first, teacher=teacher)
    change(teacher, seat, second)
    change(teacher, seat, third)
    rebooking.end_holds(timezone.now())
    assert open_seats_of(teacher) == [second, third]

    enrolments.cancel(enrolment=taken, by=holder)
    rebooking.end_holds(timezone.now())

    assert open_seats_of(teacher) == [third]


def test_what_was_held_of_a_series_stays_theirs_though_they_take_another_date(licence):
    hour = datetime.timedelta(hours=1)
    start = timezone.localtime() - DAY
    hours = [Hours(start + n * 7 * DAY, start + n * 7 * DAY + hour) for n in range(3)]
    session = SessionFactory(resource=licence.resource, hours=hours)
    other = a_date(licence, session.training, days=12)
    teacher = TeacherFactory(works_at=licence.school)
    seat = seated(session, teacher)
    cancel(session)

    rebooking.take_held(held=seat_of(teacher, other), by=teacher)

    seat.refresh_from_db()
    assert seat.is_confirmed
    assert not seat.participations.get(meeting=session.meetings[0]).is_withdrawn


def test_a_seat_taken_elsewhere_leaves_no_way_into_the_room_of_a_restored_session(cancelled):
    session, other, (first, *_rest) = cancelled
    rebooking.take_held(held=seat_of(first, other), by=first)

    sessions.restore(session=session, by=PlannerFactory())

    passes = RoomPass.objects.filter(room__meeting__in=session.meetings, is_withdrawn=False)
    assert not passes.filter(person=first).exists()
    assert passes.filter(person=_rest[0]).exists()


def test_a_planner_seats_who_has_a_held_seat_though_the_right_has_ended(licence):
    session = a_date(licence)
    other = a_date(licence, session.training, days=40)
    teacher = TeacherFactory(works_at=licence.school)
    enrolments.enrol(session=session, teacher=teacher)
    cancel(session)
    licence.until = session.first_day
    licence.save()

    adviser_enrolment.enrol_by_adviser(
        session=other, teacher=teacher, by=PlannerFactory(), reason="Accord", all_the_same=True
    )

    assert seat_of(teacher, other).is_confirmed
    assert seat_of(teacher, other).is_admitted


def test_whom_a_planner_took_back_is_not_admitted_to_other_dates(client, licence):
    session = a_date(licence)
    other = a_date(licence, session.training, days=20)
    teacher, by = TeacherFactory(), PlannerFactory()
    seat = adviser_enrolment.enrol_by_adviser(
        session=session, teacher=teacher, by=by, reason="Accord", all_the_same=True
    )
    enrolments.cancel(enrolment=seat, by=by, reason="Erreur")
    client.force_login(teacher)
    page = reverse("training:other_dates", args=[seat.public_id])

    assert "/other-dates/" + other.public_id not in client.get(page).content.decode()
    client.post(reverse("training:change_date", args=[seat.public_id, other.public_id]))

    assert open_seats_of(teacher) == []


def test_moved_back_before_anybody_is_told_no_seat_is_held(licence):
    session = a_date(licence, days=9)
    other = a_date(licence, session.training, days=14)
    enrolments.enrol(session=session, teacher=TeacherFactory(works_at=licence.school))

    move(session, 1)
    assert other.enrolments.held().exists()
    move(session, -1)

    assert not other.enrolments.held().exists()


def test_a_held_seat_ends_before_the_last_hour_of_its_date_when_that_one_moves(cancelled):
    _session, other, (first, *_rest) = cancelled

    move(other, -13)

    held = seat_of(first, other)
    other.refresh_from_db()
    assert held.held_until <= other.starts_at - datetime.timedelta(hours=1)


def test_the_seat_of_somebody_without_an_account_is_not_held_any_longer(cancelled):
    _session, other, (first, *_rest) = cancelled
    first.is_active = False
    first.save()

    rebooking.end_holds(timezone.now())

    assert seat_of(first, other).is_cancelled


def test_letting_go_after_it_was_taken_keeps_it_and_says_so(client, cancelled):
    _session, other, (first, *_rest) = cancelled
    held = seat_of(first, other)
    rebooking.take_held(held=held, by=first)
    client.force_login(first)

    answer = client.post(reverse("training:let_go", args=[held.public_id]), follow=True)

    assert "You have taken this seat already." in answer.content.decode()
    assert seat_of(first, other).is_confirmed


def test_who_was_held_a_seat_in_a_date_that_is_cancelled_too_reads_of_the_next(cancelled, licence):
    session, other, (first, *_rest) = cancelled
    a_date(licence, session.training, days=20, capacity=5)
    run_worker()
    mail.outbox.clear()

    cancel(other)
    run_worker()

    (letter,) = letters_to(first)
    assert "A seat is held for you on" in letter.body


def test_a_seat_that_was_told_stays_held_when_hours_change_twice_afterwards(licence):
    session = a_date(licence, days=9)
    other = a_date(licence, session.training, days=20)
    teacher = TeacherFactory(works_at=licence.school)
    enrolments.enrol(session=session, teacher=teacher)
    move(session, 1)
    run_worker_after_the_pause()

    with time_machine.travel(timezone.now() + DAY, tick=True):
        move(session, 0, hours=1)
        move(session, 0, hours=1)

    assert seat_of(teacher, other).is_held


def test_what_was_held_for_a_seat_ends_when_that_seat_comes_back(licence):
    first, second, _third = three_dates(licence)
    teacher = TeacherFactory(works_at=licence.school)
    seat = enrolments.enrol(session=first, teacher=teacher)
    change(teacher, seat, second)
    cancel(second)
    assert Enrolment.objects.held().filter(teacher=teacher).exists()

    sessions.restore(session=second, by=PlannerFactory())

    assert open_seats_of(teacher) == [second]


def test_a_session_left_long_ago_takes_nothing_away_when_it_is_restored(licence):
    first, second, third = three_dates(licence)
    teacher = TeacherFactory(works_at=licence.school)
    enrolments.enrol(session=first, teacher=teacher)
    cancel(first)
    rebooking.take_held(held=seat_of(teacher, second), by=teacher)
    cancel(second)
    assert seat_of(teacher, third).is_held

    sessions.restore(session=first, by=PlannerFactory())

    assert seat_of(teacher, third).is_held


def test_the_press_that_comes_twice_says_the_same(client, licence):
    first, second, _third = three_dates(licence)
    teacher = TeacherFactory(works_at=licence.school, language="en")
    seat = enrolments.enrol(session=first, teacher=teacher)
    client.force_login(teacher)
    press = reverse("training:change_date", args=[seat.public_id, second.public_id])

    answers = [client.post(press, follow=True) for _twice in range(2)]

    assert all("Your seat is now on" in one.content.decode() for one in answers)
    assert open_seats_of(teacher) == [second]


def test_who_only_waits_for_another_date_is_held_a_seat_of_a_third(licence):
    first, second, third = three_dates(licence)
    third.capacity = 1
    third.save()
    holder, teacher = TeacherFactory.create_batch(2, works_at=licence.school)
    enrolments.enrol(session=third, teacher=holder)
    seat = enrolments.enrol(session=first, teacher=teacher)
    change(teacher, seat, third)

    cancel(first)

    assert seat_of(teacher, second).is_held


def test_whom_a_planner_took_back_stays_out_though_the_session_is_cancelled_later(licence):
    session = a_date(licence)
    other = a_date(licence, session.training, days=20)
    teacher, by = TeacherFactory(), PlannerFactory()
    seat = adviser_enrolment.enrol_by_adviser(
        session=session, teacher=teacher, by=by, reason="Accord", all_the_same=True
    )
    enrolments.cancel(enrolment=seat, by=by, reason="Erreur")
    cancel(session)

    with pytest.raises(NoLicence):
        change(teacher, seat, other)


def test_an_admission_holds_for_the_date_that_is_held(licence):
    session = a_date(licence)
    other = a_date(licence, session.training, days=20)
    teacher = TeacherFactory()
    adviser_enrolment.enrol_by_adviser(
        session=session, teacher=teacher, by=PlannerFactory(), reason="Accord", all_the_same=True
    )
    cancel(session)

    rebooking.take_held(held=seat_of(teacher, other), by=teacher)

    assert seat_of(teacher, other).is_confirmed


def test_of_two_changes_at_once_one_seat_is_left(licence):
    first, second, third = three_dates(licence)
    teacher = TeacherFactory(works_at=licence.school)
    seat = enrolments.enrol(session=first, teacher=teacher)
    now = timezone.now()
    with transaction.atomic():
        new = [enrolments.enrol_instead(seat, session=one, now=now) for one in (second, third)]

    for one in new:
        rebooking.give_up_others(one, now=now)

    assert len(open_seats_of(teacher)) == 1


def test_a_seat_that_is_only_held_in_a_session_that_moves_gets_no_second_one(cancelled, licence):
    session, other, (first, *_rest) = cancelled
    last = a_date(licence, session.training, days=40)

    move(other, 1)

    assert not last.enrolments.held().exists()
    assert seat_of(first, other).is_held


def test_taken_in_a_session_that_is_cancelled_since_says_so(client, cancelled):
    _session, other, (first, *_rest) = cancelled
    held = seat_of(first, other)
    rebooking.take_held(held=held, by=first)
    cancel(other)
    client.force_login(first)

    answer = client.post(reverse("training:take_held", args=[held.public_id]), follow=True)

    assert "This session is cancelled." in answer.content.decode()
