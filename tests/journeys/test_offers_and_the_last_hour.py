"""In the hour before a session nobody is offered a seat: all who wait are told."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.agenda.values import Hours
from tests.factories.offers import (
    NOW,
    START,
    a_full_session,
    address,
    an_offer,
    it_is,
    letters,
    offers,
    states,
)
from tests.factories.people import PlannerFactory
from training.enums import EnrolmentState, Letters, OfferState
from training.models import SeatOffer
from training.services import enrolment as enrolments
from training.services import session_dates, waiting_list

# Wednesday noon. The session begins on Friday at 17:00: two days before, an offer stands four hours.
pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]
A_MINUTE = datetime.timedelta(minutes=1)
ENROLLED, WAITS = EnrolmentState.CONFIRMED, EnrolmentState.WAITING
OFFERED, GONE = EnrolmentState.OFFERED, EnrolmentState.CANCELLED


def test_a_seat_that_becomes_free_after_the_start_is_offered_to_nobody():
    session, _people = a_full_session(waiting=2)
    session.capacity = 3
    session.save()

    assert waiting_list.pass_on(START) == 0
    assert waiting_list.promote(session, START) == []
    assert states(session) == [ENROLLED, WAITS, WAITS]
    assert offers(session) == []


def test_in_the_last_hour_all_who_wait_are_told_once_and_the_first_press_has_the_seat(client):
    session, (seated, first, second) = a_full_session(waiting=2)
    in_the_last_hour = START - 30 * A_MINUTE

    with it_is(in_the_last_hour):
        enrolments.cancel(enrolment=seated, by=seated.teacher)
        for _tick in range(2):
            waiting_list.pass_on(timezone.now())
        client.force_login(second.teacher)
        link = address("offer", SeatOffer.objects.get(enrolment=second))
        page = client.get(link, follow=True).content.decode()
        client.post(reverse("training:enrol", args=[session.public_id]))
        client.force_login(first.teacher)
        too_late = client.get(session.get_absolute_url()).content.decode()
        client.post(reverse("training:enrol", args=[session.public_id]))

    assert [letters(e.teacher).count(Letters.LAST_HOUR) for e in (first, second)] == [1, 1]
    assert "1 seat is free: the first answer wins." in page
    assert "You are number 1 in the waiting list" in too_late
    assert states(session) == [GONE, WAITS, ENROLLED]
    assert offers(session) == [
        (first.teacher.login, OfferState.TOLD),
        (second.teacher.login, OfferState.TAKEN),
    ]


def test_the_tick_calls_all_at_the_beginning_of_the_last_hour_for_a_seat_nobody_took():
    session, (seated, *waiting) = a_full_session(waiting=2)
    too_late_for_an_offer = START - 80 * A_MINUTE
    enrolments.cancel(enrolment=seated, by=seated.teacher, now=too_late_for_an_offer)
    assert states(session) == [GONE, WAITS, WAITS]

    waiting_list.pass_on(START - 61 * A_MINUTE)
    assert offers(session) == []
    waiting_list.pass_on(START - 60 * A_MINUTE)

    assert offers(session) == [(e.teacher.login, OfferState.TOLD) for e in waiting]


def test_an_offer_never_outlives_the_beginning_of_the_last_hour():
    session, (seated, first, second) = a_full_session(waiting=2)
    enrolments.cancel(enrolment=seated, by=seated.teacher, now=START - 100 * A_MINUTE)
    offer = SeatOffer.objects.get(enrolment=first)
    assert offer.expires_at == START - 60 * A_MINUTE

    # The press of the second comes before the tick that writes down the end.
    taken = enrolments.enrol(session=session, teacher=second.teacher, now=offer.expires_at)

    assert taken.is_confirmed
    assert offers(session) == [(first.teacher.login, OfferState.EXPIRED)]


def test_another_start_withdraws_the_offer_and_the_seat_is_given_anew_by_the_time_left_then(client):
    session, offer, (first, _second) = an_offer(waiting=2)
    later = START + datetime.timedelta(days=14)
    meeting = session.meetings[0]

    session_dates.move(
        session=session,
        moves={meeting.pk: Hours(later, later + 90 * A_MINUTE)},
        revision=session.revision,
        by=PlannerFactory(),
        reason="",
    )

    assert states(session) == [GONE, WAITS, WAITS]
    assert letters(first.teacher)[-1] == Letters.SESSION_MOVED
    client.force_login(first.teacher)
    page = client.get(address("offer", offer)).content.decode()
    assert "This offer is withdrawn." in page
    assert "You are number 1 in the waiting list." in page

    waiting_list.pass_on(NOW + A_MINUTE)
    assert states(session) == [GONE, ENROLLED, WAITS]


def test_in_the_last_hour_everybody_is_told_of_the_second_seat_too_and_once():
    session, (one, two, first, second) = a_full_session(waiting=2, capacity=2)
    with it_is(START - 40 * A_MINUTE):
        enrolments.cancel(enrolment=one, by=one.teacher)
        enrolments.enrol(session=session, teacher=first.teacher)
    with it_is(START - 30 * A_MINUTE):
        enrolments.cancel(enrolment=two, by=two.teacher)
        for _tick in range(2):
            waiting_list.pass_on(timezone.now())

    assert letters(first.teacher).count(Letters.LAST_HOUR) == 1
    assert letters(second.teacher).count(Letters.LAST_HOUR) == 2
