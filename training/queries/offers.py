"""Query for the page of an offer."""

from dataclasses import dataclass, field
from datetime import datetime

from courses.agenda.models import Meeting
from courses.agenda.queries import hours_missed, series_in_words
from courses.agenda.values import Hours
from courses.catalogue.queries import Entitlement
from courses.people.models import Person
from training.enums import OfferState
from training.models import Enrolment, Participation, SeatOffer, Session
from training.queries.rights import may_enrol_through
from training.queries.sessions import clashes, places_in_line, schools_at_quota
from training.values import LicenceStanding, PlaceInLine


@dataclass
class OfferPage:
    """`line` is the place of somebody who waits again, `enrolment` the present one in the session,
    `classes` their own that fall into its hours, `entitlement` and `standing` what the rule
    reads for an open offer, `counted` the session `with_seats()` once the offer is gone.
    """

    meetings: list[Meeting]
    enrolment: Enrolment | None
    is_open: bool
    in_words: str
    clashes: list[Participation] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    line: PlaceInLine | None = None
    entitlement: Entitlement | None = None
    standing: LicenceStanding | None = None
    counted: Session | None = None
    school_is_full: bool = False

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
        page.entitlement, page.standing = may_enrol_through(session, person)
        page.clashes = clashes(person, session, meetings)
        page.classes = sorted(
            {
                str(dated.hour.teaching.school_class)
                for meeting in meetings
                for dated in hours_missed(person, Hours(meeting.starts_at, meeting.ends_at))
            }
        )
    elif not session.is_cancelled and not (enrolment and enrolment.holds_a_seat):
        if enrolment:
            page.line = _place(offer, enrolment)
        page.counted = Session.objects.with_seats().get(pk=session.pk)
        school = (session.pk, (enrolment or offer.enrolment).school_id)
        page.school_is_full = school in schools_at_quota([session])
    return page


def _place(offer: SeatOffer, enrolment: Enrolment) -> PlaceInLine | None:
    """Between the end of the offer and the tick that writes it down, the place is the last one."""
    if enrolment.is_waiting:
        return places_in_line([enrolment]).get(enrolment.pk)
    if offer.state == OfferState.OPEN and offer.enrolment_id == enrolment.pk:
        return PlaceInLine(offer.enrolment.session.enrolments.waiting().count())
    return None
