"""What a training planner does to a session, its seats and people while offers are open."""

import datetime

import pytest
from django.urls import reverse

from courses.agenda.values import PARIS
from courses.mail.models import Letter
from tests.factories.markup import shows
from tests.factories.offers import a_full_session, an_offer, it_is, letters, offers, states
from tests.factories.people import PlannerFactory
from training.enums import EnrolmentState, Letters, OfferState
from training.exceptions import SeatsAreOffered
from training.services import adviser_enrolment, sessions, waiting_list
from training.services import enrolment as enrolments

# Wednesday noon. The session begins on Friday at 17:00: two days before, an offer stands four hours.
pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]
END = datetime.datetime(2026, 11, 25, 16, tzinfo=PARIS)
A_MINUTE = datetime.timedelta(minutes=1)
ENROLLED, WAITS = EnrolmentState.CONFIRMED, EnrolmentState.WAITING
OFFERED, GONE = EnrolmentState.OFFERED, EnrolmentState.CANCELLED


def test_an_adviser_who_cancels_withdraws_the_offer():
    session, _offer, (first, _second) = an_offer(waiting=2)

    enrolments.cancel(enrolment=first, by=PlannerFactory(), reason="Asked by telephone")

    assert offers(session)[0] == (first.teacher.login, OfferState.WITHDRAWN)


def test_three_seats_more_and_five_waiting_are_three_offers_in_order():
    session, (_seated, *waiting) = a_full_session(waiting=5)

    sessions.edit(
        session=session,
        revision=session.revision,
        by=PlannerFactory(),
        capacity=4,
        trainers=session.trainers.all(),
        language=session.language,
        threshold_percent=session.threshold_percent,
        note="",
    )

    assert states(session) == [ENROLLED, OFFERED, OFFERED, OFFERED, WAITS, WAITS]
    assert offers(session) == [(e.teacher.login, OfferState.OPEN) for e in waiting[:3]]
    told = Letter.objects.filter(kind=Letters.SEAT_OFFERED).order_by("pk")
    assert [letter.to for letter in told] == [e.teacher for e in waiting[:3]]


def test_capacity_is_not_lowered_below_an_open_offer():
    session, _offer, _others = an_offer(waiting=1, capacity=2)

    with pytest.raises(SeatsAreOffered):
        sessions.edit(
            session=session,
            revision=session.revision,
            by=PlannerFactory(),
            capacity=1,
            trainers=session.trainers.all(),
            language=session.language,
            threshold_percent=session.threshold_percent,
            note="",
        )


def test_the_adviser_reads_the_whole_log(client):
    session, _offer, (first, second) = an_offer(waiting=2)
    waiting_list.pass_on(END)
    client.force_login(PlannerFactory())

    page = client.get(reverse("training:session_people", args=[session.public_id])).content.decode()

    log = page.partition("Offers of seats: 2")[2]
    assert log.index(second.teacher.printed_name) < log.index(first.teacher.printed_name)
    assert shows(log, "Expired, Wed 25 Nov, 16:00")
    assert "Offer until Wednesday 25 November at 20:00" in page


def test_the_planner_s_page_of_cancelling_says_where_the_seat_goes(client):
    session, (seated, first) = a_full_session(waiting=1)
    client.force_login(PlannerFactory(language="en"))
    pages = [
        client.get(reverse("training:cancel_for_somebody", args=[e.public_id])).content.decode()
        for e in (seated, first)
    ]

    assert "The seat is offered to the first person on the waiting list, until" in pages[0]
    assert "seat is offered" not in pages[1]
    assert "goes at once" not in "".join(pages)
    assert session.count_seats_taken() == 1


def enrolled_by_a_planner(client, session, teacher, **typed) -> str:
    client.force_login(PlannerFactory(language="en"))
    form = {"teacher": teacher.public_id, "reason": "By telephone."} | typed
    address = reverse("training:enrol_somebody", args=[session.public_id])
    return client.post(address, form, follow=True).content.decode()


def test_a_planner_seats_who_has_an_offer(client):
    session, offer, (first, _second) = an_offer(waiting=2)
    client.force_login(PlannerFactory(language="en"))
    address = reverse("training:enrol_somebody", args=[session.public_id])
    form = client.get(address, {"teacher": first.teacher.public_id}).content.decode()
    assert "over capacity" not in form

    page = enrolled_by_a_planner(client, session, first.teacher)

    offer.refresh_from_db()
    assert "has a seat, and is invited." in page
    assert (states(session), offer.state) == ([GONE, ENROLLED, WAITS], OfferState.TAKEN)
    assert letters(first.teacher)[-1] == Letters.SEAT_FROM_WAITING_LIST
    first.refresh_from_db()
    assert not first.over_capacity


def test_a_planner_seats_who_waits_while_a_seat_is_free(client):
    session, _offer, (only,) = an_offer(waiting=1)
    waiting_list.pass_on(END)

    with it_is(END + A_MINUTE):
        page = enrolled_by_a_planner(client, session, only.teacher)

    assert "has a seat, and is invited." in page
    assert states(session) == [GONE, ENROLLED]


def test_a_planner_reads_that_who_waited_waits_still(client):
    session, _offer, (_first, second) = an_offer(waiting=2)

    page = enrolled_by_a_planner(client, session, second.teacher, full="wait")

    assert "is in the waiting list already: nothing has changed." in page
    assert letters(second.teacher) == [Letters.ON_THE_WAITING_LIST]


def test_the_planner_s_page_counts_an_offer_once(client):
    session, _offer, _people = an_offer(waiting=2)
    client.force_login(PlannerFactory(language="en"))

    address = reverse("training:session_people", args=[session.public_id])
    page = " ".join(client.get(address).content.decode().split())

    assert "1 seat taken of 1, one waits" in page


def test_over_capacity_no_seat_is_said_to_become_free(client):
    session, (_seated, _first, second) = a_full_session(waiting=2)
    planner = PlannerFactory(language="en")
    adviser_enrolment.enrol_by_adviser(
        session=session, teacher=second.teacher, by=planner, reason="Leads.", over_capacity=True
    )
    client.force_login(planner)

    address = reverse("training:cancel_for_somebody", args=[second.public_id])
    page = client.get(address).content.decode()

    assert "none becomes free by this" in page
    assert "is offered to the first person" not in page
