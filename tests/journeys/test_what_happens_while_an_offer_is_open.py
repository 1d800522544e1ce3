"""Dates that change and accounts that go while an offer is open."""

import datetime

import pytest

from cms.register.services import accounts
from courses.agenda.values import Hours
from tests.factories.offers import (
    NOW,
    START,
    a_full_session,
    address,
    an_offer,
    letters,
    offers,
    states,
)
from tests.factories.people import PlannerFactory
from tests.factories.worker import run_worker, run_worker_after_the_pause
from training.enums import EnrolmentState, Letters, OfferState
from training.services import enrolment as enrolments
from training.services import missed_dates, session_dates, sessions, waiting_list

# Wednesday noon. The session begins on Friday at 17:00: two days before, an offer stands four hours.
pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]
A_MINUTE = datetime.timedelta(minutes=1)
OFFERED, GONE = EnrolmentState.OFFERED, EnrolmentState.CANCELLED


def test_a_cancelled_session_withdraws_its_offers_and_tells_their_holders(client):
    session, offer, (first,) = an_offer(waiting=1)

    sessions.cancel(session=session, by=PlannerFactory(), reason="The trainer is ill.")

    assert offers(session) == [(first.teacher.login, OfferState.WITHDRAWN)]
    assert letters(first.teacher)[-1] == Letters.SESSION_CANCELLED
    client.force_login(first.teacher)
    assert "The trainer is ill." in client.get(address("offer", offer)).content.decode()
    assert client.post(address("take_offer", offer)).status_code == 302
    assert session.enrolments.holding_a_seat().count() == 0


def two_dates(**fields):
    """An offer of a seat in two dates, a week apart."""
    again = START + datetime.timedelta(days=7)
    hours = [Hours(start, start + 90 * A_MINUTE) for start in (START, again)]
    return an_offer(waiting=2, hours=hours, **fields)


def last_letter_to(mailoutbox, enrolment) -> str:
    return [mail.body for mail in mailoutbox if enrolment.teacher.email in mail.to[0]][-1]


def test_who_has_an_offer_is_told_that_a_later_date_moves(mailoutbox):
    session, offer, (first, second) = two_dates()
    meeting = session.meetings[1]
    later = meeting.starts_at + datetime.timedelta(days=1)

    session_dates.move(
        session=session,
        moves={meeting.pk: Hours(later, later + 90 * A_MINUTE)},
        revision=session.revision,
        by=PlannerFactory(),
    )
    run_worker()
    run_worker_after_the_pause()

    offer.refresh_from_db()
    assert offer.state == OfferState.OPEN
    assert [letters(e.teacher)[-1] for e in (first, second)] == [Letters.SESSION_MOVED] * 2
    body = last_letter_to(mailoutbox, first)
    assert "Leave the waiting list" in body
    assert "your seat goes" not in body
    assert "withdrawn" not in body


def test_a_first_date_that_is_cancelled_is_told_with_the_withdrawn_offer(mailoutbox):
    session, _offer, (first, second) = two_dates()

    session_dates.cancel_meeting(
        session=session, meeting=session.meetings[0], by=PlannerFactory(), reason="Ill."
    )
    run_worker()
    run_worker_after_the_pause()

    assert [letters(e.teacher)[-1] for e in (first, second)] == [Letters.SESSION_MOVED] * 2
    withdrawn = "The offer of a seat that you had is withdrawn"
    assert withdrawn in last_letter_to(mailoutbox, first)
    assert withdrawn not in last_letter_to(mailoutbox, second)


def test_a_first_date_that_is_missed_withdraws_the_offer_with_a_letter():
    session, offer, (first, _second) = two_dates()
    meeting = session.meetings[0]

    missed_dates.record(
        session=session,
        meeting=meeting,
        words="",
        by=PlannerFactory(),
        now=meeting.starts_at + 20 * A_MINUTE,
    )
    run_worker()

    offer.refresh_from_db()
    assert offer.state == OfferState.WITHDRAWN
    assert Letters.OFFER_WITHDRAWN in letters(first.teacher)


def test_an_earlier_date_withdraws_the_offer_with_a_letter(mailoutbox):
    session, offer, (first, second) = an_offer(waiting=2)
    earlier = START - datetime.timedelta(days=1)

    session_dates.add_meeting(
        session=session,
        hours=Hours(earlier, earlier + 60 * A_MINUTE),
        by=PlannerFactory(),
        revision=session.revision,
    )
    run_worker()

    offer.refresh_from_db()
    assert offer.state == OfferState.WITHDRAWN
    assert letters(first.teacher)[-1] == Letters.OFFER_WITHDRAWN
    assert letters(second.teacher) == [Letters.ON_THE_WAITING_LIST]
    body = last_letter_to(mailoutbox, first)
    assert "it has one more date" in body
    assert "Thursday 26 November 2026, from 17:00 to 18:00" in body


@pytest.mark.parametrize("how", ["erased", "closed"])
def test_the_offer_of_an_account_that_is_gone_passes_on_at_the_next_tick(how):
    session, offer, (first, second) = an_offer(waiting=2)
    if how == "erased":
        accounts.erase_account(person=first.teacher)
    else:
        first.teacher.is_active = False
        first.teacher.save()

    assert waiting_list.pass_on(NOW + A_MINUTE) == 1

    offer.refresh_from_db()
    assert offer.state == OfferState.WITHDRAWN
    assert states(session) == [GONE, GONE, OFFERED]
    assert letters(second.teacher)[-1] == Letters.SEAT_OFFERED
    run_worker()


def test_a_closed_account_is_offered_nothing():
    session, (seated, first, second) = a_full_session(waiting=2)
    first.teacher.is_active = False
    first.teacher.save()

    enrolments.cancel(enrolment=seated, by=seated.teacher, now=NOW)

    assert states(session) == [GONE, GONE, OFFERED]
    assert [login for login, _state in offers(session)] == [second.teacher.login]
