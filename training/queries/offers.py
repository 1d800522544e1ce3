"""What the page of an offer shows."""

from dataclasses import dataclass, field
from datetime import datetime

from courses.agenda.models import Meeting
from courses.agenda.queries import hours_missed, series_in_words
from courses.agenda.values import Hours
from courses.people.models import Person
from training.enums import OfferState
from training.models import Enrolment, Participation, SeatOffer
from training.queries.sessions import clashes, places_in_line
from training.values import PlaceInLine


@dataclass
class OfferPage:
    """`line` is the place of somebody who waits again, `enrolment` the present one in the session,
    `classes` their own that fall into its hours.
    """

    meetings: list[Meeting]
    enrolment: Enrolment | None
    is_open: bool
    in_words: str
    clashes: list[Participation] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    line: PlaceInLine | None = None

    @property
    def turn(self) -> int:
        return self.line.before + 1 if self.line else 0


def offer_page(offer: SeatOffer, person: Person, *, now: datetime) -> OfferPage:
    """Meetings and the present enrolment; then clashes and classes while it is open, the place in
    the list once it is gone.
    """
    session = offer.enrolment.session
    meetings = list(session.meetings.going_on())
    enrolment = session.enrolments.visible_to(person).still_open().first()
    page = OfferPage(
        meetings, enrolment, offer.is_open_at(now), series_in_words(session.series, meetings)
    )
    if page.is_open:
        page.clashes = clashes(person, session, meetings)
        page.classes = sorted(
            {
                str(dated.hour.teaching.school_class)
                for meeting in meetings
                for dated in hours_missed(person, Hours(meeting.starts_at, meeting.ends_at))
            }
        )
    elif enrolment and not enrolment.holds_a_seat:
        page.line = _place(offer, enrolment)
    return page


def _place(offer: SeatOffer, enrolment: Enrolment) -> PlaceInLine | None:
    """Between the end of the offer and the tick that writes it down, the place is the last one."""
    if enrolment.is_waiting:
        return places_in_line([enrolment]).get(enrolment.pk)
    if offer.state == OfferState.OPEN and offer.enrolment_id == enrolment.pk:
        return PlaceInLine(offer.enrolment.session.enrolments.waiting().count())
    return None
