"""What happens to a free seat while people wait, by the time left until the start. No database."""

import datetime

import pytest
from django.utils import translation

from courses.agenda.values import PARIS
from tests.factories.training import SessionFactory, TrainingFactory
from training.enums import EnrolmentState, OfferState, Phase
from training.exceptions import (
    FewerSeatsThanPeople,
    OfferDeclined,
    OfferExpired,
    OfferTaken,
    OfferWithdrawn,
    SeatGivenBack,
    SeatsAreOffered,
)
from training.models import Enrolment, SeatOffer
from training.rules import (
    offer_ends_at,
    phase,
    seats_for_a_press,
    where_a_seat_goes,
    why_not_lower_capacity,
    why_not_take,
    why_not_yet,
)
from training.values import PlaceInLine, bridge


def paris(text: str, fold: int = 0) -> datetime.datetime:
    """An instant, from what a clock in Paris shows."""
    local = datetime.datetime.fromisoformat(text).replace(tzinfo=PARIS, fold=fold)
    return local.astimezone(datetime.UTC)


def session(starts_at: str, **fields):
    return SessionFactory.build(
        training=TrainingFactory.build(resource=None),
        resource=None,
        starts_at=paris(starts_at),
        **fields,
    )


DECEMBER = "2026-12-10T17:00"  # a Thursday


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param("2026-12-03T16:59", Phase.AT_ONCE, id="a minute more than seven days before"),
        pytest.param("2026-12-03T17:00", Phase.OFFERS, id="seven days before"),
        pytest.param("2026-12-10T15:59", Phase.OFFERS, id="a minute before the last hour"),
        pytest.param("2026-12-10T16:00", Phase.LAST_HOUR, id="the last hour begins"),
        pytest.param("2026-12-10T16:59", Phase.LAST_HOUR, id="the last minute"),
        pytest.param("2026-12-10T17:00", Phase.STARTED, id="the very start"),
        pytest.param("2026-12-12T17:00", Phase.STARTED, id="long after"),
    ],
)
def test_the_phase_follows_from_the_time_left(now, expected):
    assert phase(session(DECEMBER), now=paris(now)) == expected


@pytest.mark.parametrize(
    ("starts_at", "now", "expected"),
    [
        pytest.param(DECEMBER, "2026-12-03T17:00", "2026-12-04T17:00", id="7 days before: 24 h"),
        pytest.param(DECEMBER, "2026-12-04T09:00", "2026-12-05T05:00", id="6 days before: 20 h"),
        pytest.param(DECEMBER, "2026-12-05T09:00", "2026-12-06T01:00", id="5 days before: 16 h"),
        pytest.param(DECEMBER, "2026-12-06T09:00", "2026-12-06T21:00", id="4 days before: 12 h"),
        pytest.param(DECEMBER, "2026-12-07T09:00", "2026-12-07T17:00", id="3 days before: 8 h"),
        pytest.param(DECEMBER, "2026-12-08T09:00", "2026-12-08T13:00", id="2 days before: 4 h"),
        pytest.param(DECEMBER, "2026-12-09T09:00", "2026-12-09T11:00", id="the eve: 2 h"),
        pytest.param(DECEMBER, "2026-12-10T09:00", "2026-12-10T11:00", id="the day itself: 2 h"),
        pytest.param(DECEMBER, "2026-12-09T23:30", "2026-12-10T01:30", id="the eve, at night"),
        pytest.param(DECEMBER, "2026-12-09T09:00:27", "2026-12-09T11:01", id="a whole minute"),
        pytest.param(DECEMBER, "2026-12-10T14:30", "2026-12-10T16:00", id="cut by the last hour"),
        pytest.param(DECEMBER, "2026-12-10T15:30", "2026-12-10T16:00", id="half an hour is left"),
        pytest.param(DECEMBER, "2026-12-10T15:31", None, id="less than half an hour is left"),
        pytest.param(DECEMBER, "2026-12-10T16:00", None, id="the last hour"),
        pytest.param(DECEMBER, "2026-12-10T18:00", None, id="begun"),
        pytest.param(
            "2027-03-29T17:00",
            "2027-03-27T23:30",
            "2027-03-28T03:30",
            id="spring: 4 h by the clock",
        ),
        pytest.param(
            "2027-04-04T17:00", "2027-03-28T17:00", "2027-03-29T17:00", id="after the spring change"
        ),
        pytest.param(
            "2027-03-29T17:00",
            "2027-03-28T00:30",
            "2027-03-28T03:30",
            id="an hour that isn't there",
        ),
        pytest.param(
            "2026-10-26T17:00", "2026-10-25T00:30", "2026-10-25T02:30", id="autumn: the first 2:30"
        ),
        pytest.param(
            "2026-10-31T17:00", "2026-10-24T18:00", "2026-10-25T18:00", id="autumn: 25 real hours"
        ),
    ],
)
def test_an_offer_ends_by_the_clock_in_paris(starts_at, now, expected):
    that, at = session(starts_at), paris(now)

    ends_at = offer_ends_at(that, now=at)

    assert ends_at == (paris(expected) if expected else None)


def test_seven_days_before_is_the_same_hour_on_the_clock_over_a_change():
    that = session("2026-10-28T17:00")  # winter time; a week before it is summer time

    assert phase(that, now=paris("2026-10-21T16:59")) == Phase.AT_ONCE
    assert phase(that, now=paris("2026-10-21T17:00")) == Phase.OFFERS


def test_the_last_hour_is_a_real_hour_in_the_night_of_a_change():
    that = session("2026-10-25T03:30")

    assert phase(that, now=paris("2026-10-25T02:30", fold=0)) == Phase.OFFERS
    assert phase(that, now=paris("2026-10-25T02:30", fold=1)) == Phase.LAST_HOUR


@pytest.mark.parametrize(
    ("taken", "in_line", "now", "expected"),
    [
        pytest.param(3, 0, "2026-11-20T12:00", 2, id="free seats, nobody waits"),
        pytest.param(3, 1, "2026-11-20T12:00", 0, id="somebody waits"),
        pytest.param(3, 1, "2026-12-08T12:00", 0, id="somebody waits for an offer"),
        pytest.param(3, 1, "2026-12-10T15:45", 0, id="too late for an offer"),
        pytest.param(3, 9, "2026-12-10T16:00", 2, id="the last hour: the first answer wins"),
        pytest.param(5, 9, "2026-12-10T16:00", 0, id="the last hour, full"),
        pytest.param(6, 0, "2026-11-20T12:00", 0, id="over capacity"),
    ],
)
def test_a_press_takes_a_free_seat_past_nobody_before_the_last_hour(taken, in_line, now, expected):
    that = session(DECEMBER, capacity=5)

    assert seats_for_a_press(that, taken=taken, in_line=in_line, now=paris(now)) == expected


@pytest.mark.parametrize(
    ("waiting", "now", "begins"),
    [
        (0, "2026-12-08T12:00", "Nobody else waits"),
        (1, "2026-11-20T12:00", "The seat goes at once to the first person"),
        (
            1,
            "2026-12-08T12:00",
            "The seat is offered to the first person on the waiting list, until Tu",
        ),
        (1, "2026-12-10T15:45", "It is too late for an offer: from Thursday 10 December at 16:00"),
        (1, "2026-12-10T16:00", "Everybody who waits is told of the seat"),
    ],
)
def test_where_a_seat_goes_that_is_given_back(waiting, now, begins):
    with translation.override("en"):
        said = where_a_seat_goes(session(DECEMBER), taken=1, waiting=waiting, now=paris(now))

    assert said.startswith(begins)


@pytest.mark.parametrize("waiting", [0, 1])
def test_no_seat_becomes_free_while_more_are_given_than_there_are(waiting):
    now, over = paris("2026-12-08T12:00"), session(DECEMBER)

    with translation.override("en"):
        said = where_a_seat_goes(over, taken=over.capacity + 1, waiting=waiting, now=now)

    assert said == "More seats are given than there are: none becomes free by this."


def test_an_offer_whose_end_is_past_is_not_said_to_be_open():
    with translation.override("en"):
        said = why_not_yet(session(DECEMBER), PlaceInLine(0, 1, END), now=END)

    assert not [sentence for sentence in said if "is offered to somebody" in sentence]


def test_a_seat_that_was_taken_and_given_back_is_not_taken_again():
    gone = Enrolment(state=EnrolmentState.CANCELLED)
    offer = SeatOffer(enrolment=gone, state=OfferState.TAKEN, expires_at=END)

    assert isinstance(why_not_take(offer, now=paris("2026-12-08T12:00")), SeatGivenBack)


@pytest.mark.parametrize(
    ("state", "now", "expected"),
    [
        pytest.param(OfferState.OPEN, "2026-12-08T12:59:59", None, id="open"),
        pytest.param(OfferState.OPEN, "2026-12-08T13:00", OfferExpired, id="its very end"),
        pytest.param(OfferState.EXPIRED, "2026-12-08T13:01", OfferExpired, id="expired"),
        pytest.param(OfferState.TAKEN, "2026-12-08T12:00", OfferTaken, id="taken"),
        pytest.param(OfferState.DECLINED, "2026-12-08T12:00", OfferDeclined, id="declined"),
        pytest.param(OfferState.WITHDRAWN, "2026-12-08T12:00", OfferWithdrawn, id="withdrawn"),
        pytest.param(OfferState.TOLD, "2026-12-08T12:00", OfferWithdrawn, id="no offer at all"),
    ],
)
def test_only_an_open_offer_is_taken_before_its_end(state, now, expected):
    enrolment = Enrolment(state=EnrolmentState.CONFIRMED)
    offer = SeatOffer(enrolment=enrolment, state=state, expires_at=paris("2026-12-08T13:00"))

    refusal = why_not_take(offer, now=paris(now))

    assert (type(refusal) if refusal else None) == expected


@pytest.mark.parametrize(
    ("capacity", "expected"),
    [
        (6, None),
        (5, None),
        (4, SeatsAreOffered),
        (3, SeatsAreOffered),
        (2, FewerSeatsThanPeople),
    ],
)
def test_capacity_goes_below_neither_people_nor_open_offers(capacity, expected):
    refusal = why_not_lower_capacity(
        session(DECEMBER, capacity=6), capacity=capacity, taken=3, offered=2
    )

    assert (type(refusal) if refusal else None) == expected


END = paris("2026-12-08T13:00")


@pytest.mark.parametrize(
    ("line", "english", "french"),
    [
        pytest.param(
            PlaceInLine(0),
            ["Nobody waits before you."],
            ["Personne n’attend avant vous."],
            id="the head, no offer",
        ),
        pytest.param(
            PlaceInLine(1, 1, END),
            [
                "1 person waits before you.",
                "1 seat is offered to somebody, who can answer until Tuesday 8 December at 13:00.",
            ],
            [
                "1 personne attend avant vous.",
                "1 place est proposée à quelqu’un, qui peut répondre jusqu’au mardi 8 décembre à"
                " 13 h 00.",
            ],
            id="one and one",
        ),
        pytest.param(
            PlaceInLine(2, 2, END),
            [
                "2 people wait before you.",
                "2 seats are offered, the first of them until Tuesday 8 December at 13:00.",
            ],
            [
                "2 personnes attendent avant vous.",
                "2 places sont proposées, la première jusqu’au mardi 8 décembre à 13 h 00.",
            ],
            id="two and two",
        ),
    ],
)
def test_who_waits_reads_who_comes_first_in_right_numbers(line, english, french):
    now = paris("2026-12-08T10:00")
    read = {}
    for language in ("en", "fr"):
        with translation.override(language):
            read[language] = [
                sentence.replace("\N{NO-BREAK SPACE}", " ")
                for sentence in why_not_yet(session(DECEMBER), line, now=now)
            ]

    assert read["en"][:-1] == english
    assert read["fr"][:-1] == french
    assert read["en"][-1] == (
        "If a seat becomes free now, the next person can take it until Tuesday 8 December at 14:00."
        " From Thursday 10 December at 16:00 on, everybody is told of a free seat, and the first"
        " answer wins."
    )


@pytest.mark.parametrize(
    ("now", "begins"),
    [
        ("2026-11-20T12:00", "Until Thursday 3 December at 17:00, a seat that becomes free goes"),
        ("2026-12-10T15:45", "It is too late for an offer. From Thursday 10 December at 16:00"),
        ("2026-12-10T16:00", "This is the last hour"),
        ("2026-12-10T17:00", "The session has begun"),
    ],
)
def test_what_comes_next_is_said_for_each_phase(now, begins):
    with translation.override("en"):
        *_first, said = why_not_yet(session(DECEMBER), PlaceInLine(0), now=paris(now))

    assert said.startswith(begins)


def test_the_bridge_of_an_offer_s_clock_is_cut_where_the_time_is():
    assert bridge(0)["gone"] == [(10, 92)] * 3
    assert bridge(1)["left"] == [(310, 92)] * 3
    assert bridge(0.5)["gone"][-1] == bridge(0.5)["left"][0] == (160, 24)
