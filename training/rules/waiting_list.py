"""Turns in the waiting list, and how long a seat is offered."""

from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext, ngettext

from courses.agenda.values import PARIS
from courses.dates import day_and_hour
from courses.exceptions import Refusal
from training.enums import OfferState, Phase
from training.exceptions import (
    OfferDeclined,
    OfferExpired,
    OfferTaken,
    OfferWithdrawn,
    SeatGivenBack,
)
from training.models import SeatOffer, Session
from training.values import (
    LAST_HOUR,
    LONGEST_OFFER_HOURS,
    OFFER_HOURS,
    OFFERS_FROM,
    SHORTEST_OFFER,
    PlaceInLine,
)


def phase(session: Session, *, now: datetime) -> Phase:
    """Return how a free seat is given now while people wait."""
    if now >= session.starts_at:
        return Phase.STARTED
    if now >= last_hour_of(session):
        return Phase.LAST_HOUR
    return Phase.OFFERS if now >= offers_from(session) else Phase.AT_ONCE


def offers_from(session: Session) -> datetime:
    """Seven days before the start, at the same time on a clock in Paris."""
    return (session.starts_at.astimezone(PARIS) - OFFERS_FROM).astimezone(UTC)


def last_hour_of(session: Session) -> datetime:
    return session.starts_at.astimezone(UTC) - LAST_HOUR


def offer_hours(session: Session, *, now: datetime) -> int:
    """24 hours until six days before, then fewer each day; 2 on the eve and on the day itself."""
    days = (session.starts_at.astimezone(PARIS).date() - now.astimezone(PARIS).date()).days
    return OFFER_HOURS.get(days, LONGEST_OFFER_HOURS)


def offer_ends_at(session: Session, *, now: datetime) -> datetime | None:
    """Until when an offer made now stands: a whole minute, on a clock in Paris, never after the
    last hour has begun.

    None if less than half an hour would be left: then everybody is told in the last hour.
    """
    local = now.astimezone(PARIS) + timedelta(hours=offer_hours(session, now=now))
    if local.second or local.microsecond:
        local = local.replace(second=0, microsecond=0) + timedelta(minutes=1)
    ends_at = min(local.astimezone(UTC), last_hour_of(session))
    return ends_at if ends_at - now.astimezone(UTC) >= SHORTEST_OFFER else None


def seats_for_a_press(
    session: Session, *, taken: int, in_line: int, now: datetime, school_is_full: bool = False
) -> int:
    """How many seats go to whoever presses first. Nobody passes those who wait, before the last
    hour; who has just let an offer expire holds nobody up.

    `in_line` counts those who are offered the next seat. With `school_is_full` the one who asks is
    of a school that has all the seats a school can have: then there is none.
    """
    if school_is_full:
        return 0
    if in_line and phase(session, now=now) != Phase.LAST_HOUR:
        return 0
    return max(session.capacity - taken, 0)


def why_not_take(offer: SeatOffer, *, now: datetime) -> Refusal | None:
    """Only an open offer can be taken, until its end."""
    if offer.state == OfferState.TAKEN:
        return OfferTaken() if offer.enrolment.holds_a_seat else SeatGivenBack()
    if offer.state == OfferState.DECLINED:
        return OfferDeclined()
    if offer.state in (OfferState.WITHDRAWN, OfferState.TOLD):
        return OfferWithdrawn()
    return None if offer.is_open_at(now) else OfferExpired(at=offer.expires_at)


def why_not_yet(session: Session, line: PlaceInLine, *, now: datetime) -> list[str]:
    """Why the turn of somebody who waits hasn't come, in sentences: who comes first, which offers
    are open, what happens next.
    """
    next_one = free_seats_pass() if line.school_quota else what_comes_next(session, now=now)
    return [*who_comes_first(line, now=now), next_one]


def who_comes_first(line: PlaceInLine, *, now: datetime) -> list[str]:
    """How many people wait before, and the open offers, if none of them is over already."""
    said = [gettext("Nobody waits before you.")]
    if line.before:
        before = ngettext(
            "%(count)s person waits before you.", "%(count)s people wait before you.", line.before
        )
        said = [before % {"count": line.before}]
    if line.offers and line.first_ends_at and now < line.first_ends_at:
        open_offers = ngettext(
            "%(count)s seat is offered to somebody, who can answer until %(end)s.",
            "%(count)s seats are offered, the first of them until %(end)s.",
            line.offers,
        )
        end = day_and_hour(line.first_ends_at)
        said.append(open_offers % {"count": line.offers, "end": end})
    if line.school_quota:
        said.append(
            ngettext(
                "Your school has the %(count)s seat that a school can have in this session: your"
                " turn comes when it becomes free.",
                "Your school has the %(count)s seats that a school can have in this session: your"
                " turn comes when one of them becomes free.",
                line.school_quota,
            )
            % {"count": line.school_quota}
        )
    return said


def free_seats_pass() -> str:
    """Return a sentence for somebody whose school has all the seats that a school can have."""
    return gettext(
        "Until then a free seat goes to people of other schools, in the last hour, too. You are told"
        " by email when your turn comes."
    )


def how_seats_go(session: Session, line: PlaceInLine, *, now: datetime) -> str:
    """The phases of the waiting list that are to come, for a letter that is read at any time."""
    if line.school_quota:
        return free_seats_pass()
    days = {
        "offers_from": day_and_hour(offers_from(session)),
        "last_hour": day_and_hour(last_hour_of(session)),
    }
    if phase(session, now=now) != Phase.AT_ONCE:
        return (
            gettext(
                "A seat that becomes free is offered to the first person, with a time to answer that"
                " is shorter as the session comes nearer: 2 hours on the eve. From %(last_hour)s on,"
                " everybody is told, and the first answer wins. You are told by email each time."
            )
            % days
        )
    return (
        gettext(
            "Until %(offers_from)s, a seat that becomes free goes at once to the first person waiting."
            " After that it is offered to the first person, with 24 hours to answer, and less as the"
            " session comes nearer: 2 hours on the eve. From %(last_hour)s on, everybody is told, and"
            " the first answer wins. You are told by email each time."
        )
        % days
    )


def where_a_seat_goes(session: Session, *, taken: int, waiting: int, now: datetime) -> str:
    """Return the sentence on where a seat goes that is given back now, to whoever gives it back for
    somebody. `taken` counts open offers, too.
    """
    last_hour = day_and_hour(last_hour_of(session))
    if taken > session.capacity:
        return gettext("More seats are given than there are: none becomes free by this.")
    if phase(session, now=now) == Phase.STARTED:
        return gettext(
            "The session has begun: nobody who waited is told of the seat that becomes free."
        )
    if not waiting:
        return gettext("Nobody else waits: the seat is then free for whoever is first.")
    match phase(session, now=now):
        case Phase.AT_ONCE:
            return gettext("The seat goes at once to the first person on the waiting list.")
        case Phase.OFFERS if ends_at := offer_ends_at(session, now=now):
            return gettext(
                "The seat is offered to the first person on the waiting list, until %(end)s."
            ) % {"end": day_and_hour(ends_at)}
        case Phase.OFFERS:
            return gettext(
                "It is too late for an offer: from %(last_hour)s on, everybody who waits is told of"
                " the seat, and the first answer wins."
            ) % {"last_hour": last_hour}
    return gettext("Everybody who waits is told of the seat, and the first answer wins.")


def where_extra_seats_go(session: Session, *, may_enter_late: bool, now: datetime) -> list[str]:
    """Return sentences on where seats go that a planner adds now. `may_enter_late`: a planner can
    still enrol somebody for dates to come.
    """
    when = phase(session, now=now)
    if when == Phase.STARTED:
        said = [gettext("The session has begun: nobody is told of extra seats.")]
        if may_enter_late:
            said.append(gettext("You can still enrol somebody for the dates to come."))
        return said
    next_one = what_comes_next(session, now=now)
    if when == Phase.AT_ONCE or offer_ends_at(session, now=now):
        return [
            gettext(
                "Extra seats go to the people on the waiting list, in order, as every seat that"
                " becomes free."
            ),
            next_one,
        ]
    return [gettext("Extra seats go as every seat that becomes free."), next_one]


def what_comes_next(session: Session, *, now: datetime) -> str:
    """Return the sentence on where the next seat goes that becomes free."""
    last_hour = day_and_hour(last_hour_of(session))
    match phase(session, now=now):
        case Phase.AT_ONCE:
            return gettext(
                "Until %(day)s, a seat that becomes free goes at once to the first person waiting."
                " After that it is offered, with a time to answer."
            ) % {"day": day_and_hour(offers_from(session))}
        case Phase.OFFERS if ends_at := offer_ends_at(session, now=now):
            return gettext(
                "If a seat becomes free now, the next person can take it until %(end)s. From"
                " %(last_hour)s on, everybody is told of a free seat, and the first answer wins."
            ) % {"end": day_and_hour(ends_at), "last_hour": last_hour}
        case Phase.OFFERS:
            return gettext(
                "It is too late for an offer. From %(last_hour)s on, everybody is told of a free"
                " seat, and the first answer wins."
            ) % {"last_hour": last_hour}
        case Phase.LAST_HOUR:
            return gettext(
                "This is the last hour: everybody is told of a free seat, and the first answer"
                " wins."
            )
    return gettext("The session has begun: no seat is given any more.")
