"""An offer that its holder lets expire: to whom the seat goes, and who is asked again."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from courses.agenda.values import PARIS
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
from tests.factories.people import PlannerFactory, TeacherFactory
from training.enums import EnrolmentState, Letters, OfferState
from training.exceptions import OfferExpired
from training.models import SeatOffer
from training.notifications.enrolment import offer_expired
from training.queries.sessions import turns_of
from training.services import enrolment as enrolments
from training.services import sessions, waiting_list

# Wednesday noon. The session begins on Friday at 17:00: two days before, an offer stands four hours.
pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]
END = datetime.datetime(2026, 11, 25, 16, tzinfo=PARIS)
A_MINUTE = datetime.timedelta(minutes=1)
ENROLLED, WAITS = EnrolmentState.CONFIRMED, EnrolmentState.WAITING
OFFERED, GONE = EnrolmentState.OFFERED, EnrolmentState.CANCELLED


def test_an_expired_offer_passes_on_in_order_and_its_holder_stands_behind():
    session, offer, (first, second, third) = an_offer(waiting=3)

    waiting_list.pass_on(END - A_MINUTE)
    assert offers(session) == [(first.teacher.login, OfferState.OPEN)]
    waiting_list.pass_on(END)

    assert states(session) == [GONE, WAITS, OFFERED, WAITS]
    assert offers(session) == [
        (first.teacher.login, OfferState.EXPIRED),
        (second.teacher.login, OfferState.OPEN),
    ]
    first.refresh_from_db()
    assert turns_of([first, third]) == {third.pk: 1, first.pk: 2}
    assert letters(first.teacher)[-1] == Letters.OFFER_EXPIRED
    assert letters(second.teacher)[-1] == Letters.SEAT_OFFERED
    assert session.count_seats_taken() == 1
    assert offer.enrolment_id == first.pk


def test_an_offer_that_expires_while_its_page_is_open_says_so_with_the_place_and_books_nothing(
    client,
):
    session, offer, (first, second, _third) = an_offer(waiting=3)
    client.force_login(first.teacher)
    assert client.get(address("offer", offer)).status_code == 200

    with it_is(END):  # and the tick hasn't come yet
        before_the_tick = client.get(address("offer", offer)).content.decode()
        page = client.post(address("take_offer", offer), follow=True).content.decode()

    for shown in (before_the_tick, page):
        assert "This offer ended on Wednesday 25 November 2026, 16:00" in shown
    assert "You are number 3 in the waiting list." in before_the_tick
    assert "You are number 2 in the waiting list." in page  # as the second has the offer by now
    assert "1 seat is offered to somebody" in page
    assert states(session) == [GONE, WAITS, OFFERED, WAITS]
    assert offers(session)[-1] == (second.teacher.login, OfferState.OPEN)


def test_the_service_refuses_after_the_end_and_keeps_what_expired():
    session, offer, (first, second) = an_offer(waiting=2)

    with pytest.raises(OfferExpired):
        waiting_list.take(offer=offer, by=first.teacher, now=END)

    assert offers(session) == [
        (first.teacher.login, OfferState.EXPIRED),
        (second.teacher.login, OfferState.OPEN),
    ]


def test_who_let_an_offer_expire_is_not_asked_again_and_takes_a_seat_that_stays_free(client):
    session, _offer, (only,) = an_offer(waiting=1)
    client.force_login(only.teacher)
    waiting_list.pass_on(END)

    with it_is(END + A_MINUTE):
        assert waiting_list.pass_on(timezone.now()) == 0
        page = client.get(session.get_absolute_url()).content.decode()
        client.post(reverse("training:enrol", args=[session.public_id]))

    assert "1 seat is free: the first answer wins." in page
    assert states(session) == [GONE, ENROLLED]
    assert len(offers(session)) == 1


def test_a_newcomer_does_not_wait_behind_those_who_let_their_offers_expire():
    session, _offer, (first,) = an_offer(waiting=1)
    waiting_list.pass_on(END)
    newcomer = TeacherFactory(works_at=first.school)

    assert enrolments.enrol(session=session, teacher=newcomer, now=END).is_confirmed


def test_another_seat_is_offered_again_to_a_list_of_one_that_let_an_offer_expire():
    session, _offer, (only,) = an_offer(waiting=1)
    waiting_list.pass_on(END)
    newcomer = TeacherFactory(works_at=only.school)
    taken = enrolments.enrol(session=session, teacher=newcomer, now=END + A_MINUTE)

    enrolments.cancel(enrolment=taken, by=newcomer, now=END + 2 * A_MINUTE)

    assert offers(session) == [
        (only.teacher.login, OfferState.EXPIRED),
        (only.teacher.login, OfferState.OPEN),
    ]


def test_the_number_in_the_line_is_the_order_of_the_offers_after_one_expired(client):
    session, _offer, (first,) = an_offer(waiting=1)
    waiting_list.pass_on(END)
    newcomer, later = TeacherFactory.create_batch(2, works_at=first.school)
    taken = enrolments.enrol(session=session, teacher=newcomer, now=END + A_MINUTE)
    behind = enrolments.enrol(session=session, teacher=later, now=END + 2 * A_MINUTE)
    first.refresh_from_db()
    assert turns_of([first, behind]) == {first.pk: 1, behind.pk: 2}

    enrolments.cancel(enrolment=taken, by=newcomer, now=END + 3 * A_MINUTE)

    assert offers(session)[-1] == (first.teacher.login, OfferState.OPEN)


def test_who_let_an_offer_expire_is_asked_again_when_the_next_did_too_and_never_twice_in_a_row():
    session, _offer, (first, second) = an_offer(waiting=2)
    for hours in (4, 8, 12):
        waiting_list.pass_on(NOW + datetime.timedelta(hours=hours))

    assert [login for login, _state in offers(session)] == [
        e.teacher.login for e in (first, second, first, second)
    ]


def test_two_that_let_their_offers_expire_together_are_not_asked_at_once_again():
    session, _people = a_full_session(waiting=2)
    session.capacity = 3
    session.save()
    waiting_list.pass_on(NOW)
    waiting_list.pass_on(END)

    assert states(session) == [ENROLLED, WAITS, WAITS]
    assert waiting_list.pass_on(END + A_MINUTE) == 0
    assert waiting_list.has_a_free_seat(session, END + A_MINUTE)
    counted = type(session).objects.with_seats().get(pk=session.pk)
    assert (counted.turns, counted.in_line) == (2, 0)


def test_more_seats_are_offered_again_to_who_let_an_offer_expire():
    session, _offer, (only,) = an_offer(waiting=1)
    waiting_list.pass_on(END)
    enrolments.enrol(session=session, teacher=TeacherFactory(works_at=only.school), now=END)

    with it_is(END + A_MINUTE):
        sessions.edit(
            session=session,
            revision=session.revision,
            by=PlannerFactory(),
            capacity=2,
            trainers=session.trainers.all(),
            language=session.language,
            threshold_percent=session.threshold_percent,
            note="",
        )

    assert offers(session)[-1] == (only.teacher.login, OfferState.OPEN)


@pytest.mark.parametrize("moment", [END + 180 * A_MINUTE, START + A_MINUTE])
def test_no_page_shows_an_offer_as_open_after_its_end_though_the_tick_is_late(client, moment):
    session, _offer, (first, second) = an_offer(waiting=2)
    with it_is(moment):
        for reader in (first.teacher, second.teacher):
            client.force_login(reader)
            for page in (
                session.get_absolute_url(),
                reverse("training:mine"),
                reverse("today:home"),
            ):
                shown = client.get(page).content.decode()
                assert "Answer the offer" not in shown
                assert "is offered to" not in shown
        client.force_login(PlannerFactory(language="en"))
        people = reverse("training:session_people", args=[session.public_id])
        log = client.get(people).content.decode()

    assert "Offer until" not in log
    assert "Expired" in log.partition("Offers of seats: 1")[2]


def test_an_expired_offer_that_the_licence_no_longer_covers_ends_the_turn():
    session, _offer, (first, second) = an_offer(waiting=2)
    first.teacher.memberships.update(until=timezone.localdate())

    waiting_list.pass_on(END)

    assert states(session) == [GONE, GONE, OFFERED]
    assert Letters.OFFER_EXPIRED not in letters(first.teacher)
    assert offers(session)[-1] == (second.teacher.login, OfferState.OPEN)


def test_a_press_after_the_end_of_one_s_offer_says_that_one_waits_though_the_tick_is_late(client):
    session, _offer, (first, second) = an_offer(waiting=2)
    client.force_login(first.teacher)

    with it_is(END + A_MINUTE):
        address = reverse("training:enrol", args=[session.public_id])
        page = client.post(address, follow=True).content.decode()

    assert "answer the offer" not in page
    assert "You are number 1 in the waiting list" in page
    assert states(session) == [GONE, WAITS, OFFERED]
    assert letters(second.teacher)[-1] == Letters.SEAT_OFFERED


def test_who_stands_first_after_an_expired_offer_stands_behind_nobody():
    two, three = an_offer(waiting=2), an_offer(waiting=3)
    waiting_list.pass_on(END)

    with it_is(END + A_MINUTE), translation.override("en"):
        alone, behind = (
            offer_expired(SeatOffer.objects.get(pk=offer.pk), to=first.teacher, details={})
            for _session, offer, (first, *_others) in (two, three)
        )

    assert "You stay in the waiting list, as the first." in alone.text
    assert "behind those who waited" not in alone.text
    assert "as number 2, behind those who waited." in behind.text
