"""Why not: pure, over rows that are at hand.

The page shows the very sentence that the service raises.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from courses.agenda.models import CalendarEntry, Meeting
from courses.agenda.queries import PlannedDate
from courses.agenda.values import PARIS, Hours
from courses.catalogue.enums import LicenceScope
from courses.catalogue.queries import Entitlement
from courses.dates import day_and_hour, day_without_year
from courses.exceptions import Refusal
from courses.live.values import OPENS_BEFORE, STAYS_OPEN_AFTER, TRAINER_IS_GIVEN_UP_AFTER
from courses.mail.enums import ReminderTimes
from courses.people.models import Person
from courses.people.rules import why_not_a_name
from training import exceptions as no
from training.enums import (
    NOT_HELD,
    Attested,
    ContestReason,
    EnrolmentState,
    OfferState,
    Phase,
    RequestedChange,
    SessionState,
)
from training.models import (
    Certificate,
    CertificateRequest,
    Enrolment,
    Evaluation,
    Material,
    MissedDate,
    Participation,
    PresenceContest,
    RoomPlan,
    SeatOffer,
    Session,
    SessionChange,
    Sheet,
    SheetCorrection,
    SheetLine,
    Substitution,
    Training,
)
from training.queries.evaluations import OpenEvaluation, Participant, is_final
from training.queries.late_entry import LateEntry
from training.values import (
    ADVISERS_CLOSE_AFTER,
    CONTEST_WITHIN,
    EVALUATION_AT_LEAST,
    EVALUATION_AT_THE_LATEST,
    EVALUATION_OPENS,
    EVALUATION_STAYS_OPEN,
    FEWEST_ANSWERS,
    HELD_FOR,
    HELD_UNTIL,
    HOURS_STATED_WITHIN,
    LAST_HOUR,
    LONGEST_OFFER_HOURS,
    MATERIAL_ADDED_WITHIN,
    MATERIAL_UNDONE_WITHIN,
    MISSED_UNDONE_WITHIN,
    MOST_IN_AN_ARCHIVE,
    MOST_MATERIAL,
    MOST_QUESTIONS,
    MOST_TIMES_PLANNED,
    OFFER_HOURS,
    OFFERS_FROM,
    REMINDERS,
    RIGHT_ASKED_FROM,
    SEATS_TOLD_EVERY,
    SEATS_TOLD_SOON_FROM,
    SHORTEST_HOLD,
    SHORTEST_NOTICE,
    SHORTEST_OFFER,
    SUBSTITUTE_CLOSES_WITHIN,
    SUBSTITUTE_READS_AFTER,
    TOLD_AT_ONCE,
    Attended,
    CertificateChange,
    Claim,
    Decision,
    EnrolmentTimes,
    PlaceInLine,
    RoomFields,
    Standing,
    enough_answers,
    is_measured_too_short,
    needed_minutes,
    reaches,
    seats_told_from,
)

NOBODY_NAMED = _("the school’s leader")


def why_not_now(session: Session, *, now: datetime) -> Refusal | None:
    """What stands in anybody's way, whoever asks."""
    if session.is_cancelled:
        return no.SessionIsCancelled(reason=session.cancel_reason)
    if session.starts_at <= now:
        return _why_begun(session, now=now)
    if not session.is_open:
        return no.SessionNotOpen()
    return None


def _why_begun(session: Session, *, now: datetime) -> Refusal:
    """Where a day is to come, whom to ask."""
    if session.is_open and session.last_day > timezone.localdate(now):
        return no.SeriesStarted(contact=settings.CONTACT_ADDRESS)
    return no.SessionStarted()


def why_not_enter_late(
    session: Session, *, to_come: list[Meeting], now: datetime
) -> Refusal | None:
    """What stands in the way of a planner who enrols somebody for the rest of a session that has
    begun. `to_come` are its dates that haven't begun.
    """
    if session.is_cancelled:
        return no.SessionIsCancelled(reason=session.cancel_reason)
    if session.is_draft:
        return no.SessionNotOpen()
    return None if session.is_open and to_come else no.NoDateToEnter()


def why_not_place(session: Session, *, late: LateEntry | None, now: datetime) -> Refusal | None:
    """What stands in the way of a planner who enrols somebody: until the start the same as for
    anybody, then what hinders a late entry. `late` is None before the start.
    """
    if late is None:
        return why_not_now(session, now=now)
    return why_not_enter_late(session, to_come=late.to_come, now=now)


def has_seat_for_late_entry(session: Session, *, taken: int) -> bool:
    """After the start a seat is free for whomever a planner enrols: the waiting list has ended."""
    return taken < session.capacity


def what_late_entry_gives(late: LateEntry, *, threshold_percent: int) -> list[str]:
    """In sentences, for the planner before, and for the person after. Of a late entry with dates
    to come.
    """
    seat = gettext(
        "The session has begun: the seat is for %(kept)s of its %(count)s dates, from %(day)s on."
    ) % {
        "kept": len(late.to_come),
        "count": len(late.meetings),
        "day": day_without_year(late.to_come[0].starts_at),
    }
    if is_certificate_within_reach(late.meetings, late.to_come, threshold_percent):
        return [seat, gettext("That is enough for the certificate.")]
    return [seat, gettext("That isn’t enough for the certificate any more.")]


def is_certificate_within_reach(
    meetings: list[Meeting], kept: list[Meeting], threshold_percent: int
) -> bool:
    """By the planned length of the dates that somebody keeps, whether given back or entered late."""
    return percent_within_reach(meetings, kept) >= threshold_percent


def why_not_press(session: Session, *, now: datetime) -> Refusal | None:
    """What stands in the way of a teacher who would enrol now, whoever it is: enrolment opens and
    closes at times of its own. Those who are in already, and planners, aren't asked.
    """
    if refusal := why_not_now(session, now=now):
        return refusal
    if session.enrolment_opens_at and now < session.enrolment_opens_at:
        return no.EnrolmentNotOpenYet(at=session.enrolment_opens_at)
    if session.enrolment_closes_at and now >= session.enrolment_closes_at:
        return no.EnrolmentIsClosed(at=session.enrolment_closes_at)
    return None


def why_not_invite(session: Session, *, now: datetime) -> Refusal | None:
    """Teachers are invited to what they could enrol in now."""
    return why_not_press(session, now=now)


def why_not_these_times(times: EnrolmentTimes, *, starts_at: datetime) -> Refusal | None:
    if times.opens_at and times.opens_at >= starts_at:
        return no.EnrolmentOpensTooLate()
    if times.opens_at and times.closes_at and times.closes_at <= times.opens_at:
        return no.EnrolmentClosesTooSoon()
    if times.closes_at and times.closes_at > starts_at:
        return no.EnrolmentClosesTooLate()
    return None


def _why_not_begin(session: Session, hours: list[Hours]) -> Refusal | None:
    """`hours` are those of all dates. Before enrolment opens the session can't begin: nobody could
    enrol.
    """
    if not hours or session.enrolment_opens_at is None:
        return None
    if min(one.starts_at for one in hours) <= session.enrolment_opens_at < session.starts_at:
        return no.BeginsBeforeEnrolment(at=session.enrolment_opens_at)
    return None


def why_not_enrol(
    session: Session,
    *,
    entitlement: Entitlement | None,
    now: datetime,
    standing: Standing | None = None,
    is_admitted: bool = False,
) -> Refusal | None:
    """The first thing in the way, or None. Asks the database nothing, if the session comes with its
    resource.

    `is_admitted`: a planner opened the session to this person, the right isn't asked.
    """
    if refusal := why_not_now(session, now=now):
        return refusal
    if is_admitted:
        return None
    return why_no_right(session, entitlement=entitlement, standing=standing)


def why_no_right(
    session: Session,
    *,
    entitlement: Entitlement | None,
    standing: Standing | None = None,
    days: Sequence[date] = (),
) -> Refusal | None:
    """Why the person may not attend the session, whenever it is asked; or some of its `days` alone.

    `entitlement` covers the days of the meetings or is the nearest to them; `standing` lets the
    refusal name the school when there is none.
    """
    if entitlement is None:
        return _why_no_licence(session, standing or Standing())
    names = {
        "school": entitlement.school.name,
        "resource": session.resource.name,
        "contact": (entitlement.licence and entitlement.licence.contact) or NOBODY_NAMED,
    }
    first, last = (days[0], days[-1]) if days else (session.first_day, session.last_day)
    if entitlement.since > first:
        return no.LicenceBeginsAfter(**names, day=entitlement.since)
    if entitlement.until and entitlement.until < last:
        return no.LicenceEndsBefore(**names, day=entitlement.until)
    return None


def _why_no_licence(session: Session, standing: Standing) -> Refusal:
    resource = session.resource
    contact = standing.contact or NOBODY_NAMED
    if standing.is_for_other_schools:
        return no.ForOtherSchools()
    if standing.reserved_for == LicenceScope.NAMED:
        return no.LicenceForNamedTeachers(
            school=standing.reserved_at, resource=resource.name, contact=contact
        )
    if standing.reserved_for == LicenceScope.SUBJECTS:
        return no.LicenceForSomeSubjects(
            school=standing.reserved_at,
            resource=resource.name,
            subjects=standing.subjects,
            contact=contact,
        )
    if not standing.schools:
        return no.NoSchool()
    kind = no.NoLicence if len(standing.schools) == 1 else no.NoLicenceInAnySchool
    return kind(
        school=", ".join(standing.schools),
        resource=resource.name,
        contact=NOBODY_NAMED,
        provider=resource.provider.name,
    )


BY_A_LICENCE = (
    no.NoLicence,
    no.LicenceForNamedTeachers,
    no.LicenceForSomeSubjects,
    no.LicenceBeginsAfter,
    no.LicenceEndsBefore,
)


def why_not_wish(refusal: Refusal | None) -> Refusal | None:
    """A wish reaches the school's leaders where a subscription would open the session."""
    return None if isinstance(refusal, BY_A_LICENCE) else no.NothingToWishFor()


def why_not_admit(refusal: Refusal | None) -> Refusal | None:
    """A planner opens a session to one person whom the right refuses; a seat needs a school to
    count for.
    """
    return refusal if isinstance(refusal, no.NoSchool) else None


def right_asked_from(session: Session) -> datetime:
    """Fifteen days before the start, at the same time on a clock in Paris."""
    return (session.starts_at.astimezone(PARIS) - RIGHT_ASKED_FROM).astimezone(UTC)


def seat_held_until(session: Session, *, told_at: datetime) -> datetime | None:
    """Until when a seat is held whose right has ended: 48 hours before the start, and a day after
    it was told; None where that is after the start: then the seat is kept.
    """
    before = session.starts_at.astimezone(UTC) - HELD_UNTIL
    until = max(before, told_at.astimezone(UTC) + SHORTEST_NOTICE)
    return until if until < session.starts_at else None


def state_by_right(
    session: Session,
    *,
    state: str,
    ended_at: datetime | None,
    refusal: Refusal | None,
    now: datetime,
) -> EnrolmentState | None:
    """What becomes of a seat whose right is asked again, None if nothing.

    From fifteen days before the start a seat without a right is to confirm; renewed, it is sure
    again; not renewed in time, it is given on; renewed after that, the person waits as the first.
    """
    if now >= session.starts_at:
        return None
    if refusal is None:
        renewed = {
            EnrolmentState.TO_CONFIRM: EnrolmentState.CONFIRMED,
            EnrolmentState.CANCELLED: EnrolmentState.WAITING,
        }
        return renewed.get(EnrolmentState(state)) if ended_at else None
    if state == EnrolmentState.CONFIRMED and now >= right_asked_from(session):
        return EnrolmentState.TO_CONFIRM
    if state == EnrolmentState.TO_CONFIRM and ended_at:
        until = seat_held_until(session, told_at=ended_at)
        return EnrolmentState.CANCELLED if until and now >= until else None
    return None


def how_long_a_seat_is_held(enrolment: Enrolment, *, now: datetime) -> str:
    """For whoever holds a seat that the right doesn't cover any more."""
    session = enrolment.session
    told_at = enrolment.right_ended_at or max(now, right_asked_from(session))
    until = seat_held_until(session, told_at=told_at)
    if until is None:
        return gettext("It is too late to give the seat on: you keep it.")
    return gettext(
        "Your seat is held until %(end)s. If the right is renewed by then, it stays yours; if not,"
        " it goes on to others, and you come first as soon as the right is renewed."
    ) % {"end": day_and_hour(until)}


def how_long_seats_are_held(session: Session, at_risk: list[Enrolment]) -> str:
    """For the leader of the school whose subscription doesn't reach these seats' session any more;
    `at_risk` is one seat at least. The first to go on names the time.
    """
    told_at = min(one.right_ended_at for one in at_risk if one.right_ended_at)
    until = seat_held_until(session, told_at=told_at)
    if until is None:
        return gettext("It is too late to give these seats on: the teachers keep them.")
    return gettext(
        "Renewed before %(end)s, the subscription keeps these seats; after that they go on to others."
    ) % {"end": day_and_hour(until)}


def why_not_cancel(
    enrolment: Enrolment, *, now: datetime, enters_at: datetime | None = None
) -> Refusal | None:
    """A seat or a turn is given back until the start; a seat of somebody who came late until
    `enters_at`, its own first date.
    """
    session = enrolment.session
    if session.is_cancelled:
        return no.SessionIsCancelled(reason=session.cancel_reason)
    is_before_entry = enters_at is not None and now < enters_at
    if is_before_entry or takes_place_later(session, now=now):
        return None
    return no.TooLateToCancel()


def takes_place_later(session: Session, *, now: datetime) -> bool:
    """Not begun, or no trainer came to any of its dates, and another one is looked for: nobody has
    been there.
    """
    return session.starts_at > now or (session.awaits_date_at(now) and not session.has_a_date)


def why_not_give_back_date(
    one: Participation, others: list[Participation], *, now: datetime
) -> Refusal | None:
    """One date of a seat in a series, until it begins. Before the session begins its only date left
    goes with the seat. `others` are the seat's other dates.
    """
    if refusal := why_not_take_date_again(one, now=now):
        return refusal
    is_left = any(not other.is_withdrawn and not other.meeting.is_cancelled for other in others)
    return None if is_left or one.enrolment.session.starts_at <= now else no.OnlyDateLeft()


def why_not_take_date_again(one: Participation, *, now: datetime) -> Refusal | None:
    """With the seat, until the date begins."""
    session, meeting = one.enrolment.session, one.meeting
    if session.is_cancelled:
        return no.SessionIsCancelled(reason=session.cancel_reason)
    if not one.enrolment.holds_a_seat:
        return no.NoSeatLeft()
    if meeting.is_cancelled:
        return no.MeetingIsCancelled(day=meeting.starts_at)
    return no.MeetingHasBegun(day=meeting.starts_at) if meeting.starts_at <= now else None


def percent_within_reach(meetings: list[Meeting], kept: list[Meeting]) -> int:
    """Of the planned length of all dates that take place, what the dates that somebody keeps make."""
    whole = sum((one.duration for one in meetings if not one.is_cancelled), start=timedelta())
    left = sum((one.duration for one in kept if not one.is_cancelled), start=timedelta())
    return int(left * 100 / whole) if whole else 0


def phase(session: Session, *, now: datetime) -> Phase:
    """What happens to a free seat while people wait."""
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


def held_seat_until(session: Session, *, now: datetime) -> datetime | None:
    """Until when a seat of this date is held for somebody whose own was cancelled or moved: 72 h,
    never into the last hour; None if less than two hours would be left.
    """
    until = min(now.astimezone(UTC) + HELD_FOR, last_hour_of(session))
    until = until.replace(second=0, microsecond=0)
    return until if until - now.astimezone(UTC) >= SHORTEST_HOLD else None


def is_admitted_elsewhere(seat: Enrolment) -> bool:
    """A planner opened the session to this person, and didn't take it back: that holds for the other
    dates of the training, too.
    """
    return seat.is_admitted and not seat.is_cancelled


def is_on_other_days(
    changes: list[SessionChange], *, meetings: list[Meeting], now: datetime
) -> bool:
    """Before it has begun every date was moved to another day in Paris: it is another session for
    those who enrolled. `changes` in the order in which they were made.
    """
    was: dict[int, date] = {}
    for one in changes:
        was.setdefault(one.meeting_id, one.was_starts_at.astimezone(PARIS).date())
    to_come = [one for one in meetings if not one.is_cancelled]
    has_begun = any(one.starts_at <= now for one in to_come)
    return (
        bool(to_come)
        and not has_begun
        and all(was.get(one.pk, _day_of(one)) != _day_of(one) for one in to_come)
    )


def _day_of(meeting: Meeting) -> date:
    return meeting.starts_at.astimezone(PARIS).date()


def why_not_take_held(
    held: Enrolment,
    *,
    entitlement: Entitlement | None,
    standing: Standing | None = None,
    now: datetime,
) -> Refusal | None:
    """A seat of another date, while it is held, whatever became of the seat that was lost."""
    if refusal := why_not_now(held.session, now=now):
        return refusal
    if not held.is_held:
        return no.NoSeatHeld()
    if not held.is_held_at(now):
        return no.HeldSeatIsOver(at=held.held_until)
    if held.is_admitted:
        return None
    return why_no_right(held.session, entitlement=entitlement, standing=standing)


def why_not_change_date(enrolment: Enrolment, *, to: Session, now: datetime) -> Refusal | None:
    if to.training_id != enrolment.session.training_id or to.pk == enrolment.session_id:
        return no.AnotherTraining()
    return why_not_leave(enrolment, now=now)


def why_not_leave(enrolment: Enrolment, *, now: datetime) -> Refusal | None:
    """For another date, as long as the seat could be given back: the deadline is that of the date
    left. A cancelled date is left at any time.
    """
    if enrolment.session.is_cancelled or enrolment.is_cancelled:
        return None
    return why_not_cancel(enrolment, now=now)


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
        return no.OfferTaken() if offer.enrolment.holds_a_seat else no.SeatGivenBack()
    if offer.state == OfferState.DECLINED:
        return no.OfferDeclined()
    if offer.state in (OfferState.WITHDRAWN, OfferState.TOLD):
        return no.OfferWithdrawn()
    return None if offer.is_open_at(now) else no.OfferExpired(at=offer.expires_at)


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
    """For somebody whose school has all the seats that a school can have."""
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
    """What happens to a seat that is given back now, to whoever gives it back for somebody. `taken`
    counts open offers, too.
    """
    last_hour = day_and_hour(last_hour_of(session))
    if taken > session.capacity:
        return gettext("More seats are given than there are: none becomes free by this.")
    if phase(session, now=now) == Phase.STARTED:
        return gettext("The session has begun: nobody is told of the seat that becomes free.")
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


def what_comes_next(session: Session, *, now: datetime) -> str:
    """What happens to the next seat that becomes free."""
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


def wants_reminder(person: Person, kind: str) -> bool:
    """`kind` is a key of `REMINDERS`."""
    return person.reminders in (ReminderTimes.BOTH, kind)


def due_reminders(entry: CalendarEntry, *, to: Person, now: datetime) -> list[tuple[str, datetime]]:
    """The kinds of reminders of a meeting that are due, each with the instant from which it comes
    too late.

    None whose time was before the person was told of these hours, or before they chose when
    reminders come: nothing is sent late because of a choice.
    """
    known_since = max(entry.stamped_at, to.reminders_chosen_at or entry.stamped_at)
    return [
        (kind, entry.starts_at - at_the_latest)
        for kind, (before, at_the_latest) in REMINDERS.items()
        if wants_reminder(to, kind)
        and known_since <= entry.starts_at - before <= now < entry.starts_at - at_the_latest
    ]


def is_time_to_tell_of_seats(
    session: Session, *, first_at: datetime, told_at: datetime | None, now: datetime
) -> bool:
    """Whether trainers and planners are told by now of seats that became free, the first of them at
    `first_at`: once a day; in the last day before the start soon, once an hour at most. `told_at` is
    when the reader was told of this session last, if it was.
    """
    if session.starts_at - SEATS_TOLD_SOON_FROM <= now < session.starts_at:
        return told_at is None or told_at + SEATS_TOLD_EVERY <= now
    return seats_told_from(first_at) <= now


def why_not_plan(hours: list[Hours], *, now: datetime) -> Refusal | None:
    """Dates of a new session."""
    if not hours:
        return no.NoDates()
    return _why_not_these_hours(hours, now=now) or _why_not_side_by_side(hours)


def why_not_these_trainers(
    training: Training, *, foreign: list[Person], trainers: list[Person]
) -> Refusal | None:
    if not trainers:
        return no.NoTrainer()
    if foreign:
        return no.NotATrainerHere(
            name=foreign[0].display_name, provider=training.resource.provider.name
        )
    return None


def why_not_substitute(
    session: Session, *, meeting: Meeting, known: Substitution | None, now: datetime
) -> Refusal | None:
    """Somebody else for one date, named until it is over; `known` is who is named already."""
    if session.is_draft:
        return no.DraftHasItsTrainers()
    if refusal := why_not_change(session):
        return refusal
    if meeting.is_cancelled:
        return no.MeetingIsCancelled(day=meeting.starts_at)
    if meeting.ends_at <= now:
        return no.DateIsOver(day=meeting.starts_at)
    if known:
        return no.SubstituteIsNamed(
            name=known.substitute.display_name, replaced=known.replaces.display_name
        )
    return None


def why_not_this_substitute(
    session: Session,
    *,
    substitute: Person,
    replaces: Person,
    leaders: list[Person],
    colleagues: Collection[Person],
    has_a_place: bool,
) -> Refusal | None:
    """`leaders` lead the date as it stands, `colleagues` are the provider's trainers of today;
    `has_a_place`: the substitute has a seat or a turn in the session.
    """
    if replaces not in leaders:
        return no.LeadsItNot(name=replaces.display_name)
    if substitute not in colleagues:
        return no.NotATrainerHere(
            name=substitute.display_name, provider=session.training.resource.provider.name
        )
    if substitute in leaders:
        return no.LeadsItAlready(name=substitute.display_name)
    return no.HasASeatThere(name=substitute.display_name) if has_a_place else None


def why_not_take_back_substitute(
    session: Session, *, meeting: Meeting, now: datetime
) -> Refusal | None:
    """Until the date begins."""
    if refusal := why_not_change(session):
        return refusal
    if meeting.is_cancelled:
        return no.MeetingIsCancelled(day=meeting.starts_at)
    return no.MeetingHasBegun(day=meeting.starts_at) if meeting.starts_at <= now else None


def why_not_record_missed(
    session: Session, *, meeting: Meeting, is_seen: bool, now: datetime
) -> Refusal | None:
    """No trainer came: from a quarter of an hour after the start on, until the sheet is closed.
    `is_seen`: the room saw one. The meeting comes with its sheet.
    """
    if session.is_draft:
        return no.SessionIsDraft()
    if refusal := why_not_change(session):
        return refusal
    if meeting.is_cancelled:
        return no.MeetingIsCancelled(day=meeting.starts_at)
    given_up_at = meeting.starts_at + TRAINER_IS_GIVEN_UP_AFTER
    if now < given_up_at:
        return no.NotMissedYet(at=given_up_at)
    sheet = getattr(meeting, "sheet", None)
    if sheet and sheet.is_closed:
        return no.SheetClosed()
    if is_seen:
        return no.TrainerWasSeen()
    return no.HoursAreStated() if sheet and sheet.has_stated_hours else None


def why_not_undo_missed(session: Session, *, missed: MissedDate, now: datetime) -> Refusal | None:
    if refusal := why_not_change(session):
        return refusal
    if missed.settled_at:
        return no.NoLongerOwed()
    return no.TooLateToUndo() if now >= missed.at + MISSED_UNDONE_WITHIN else None


def is_date_owed(session: Session, missed: MissedDate) -> bool:
    """The same as `MissedDateQuerySet.owed`."""
    return missed.settled_at is None and not session.is_cancelled


def leads_date(person: Person, meeting: Meeting, *, is_trainer: bool) -> bool:
    """The same as `models.leading.led_by`, of a meeting that comes with its substitution."""
    instead = getattr(meeting, "substitution", None)
    if instead and instead.substitute_id == person.pk:
        return True
    return is_trainer and not (instead and instead.replaces_id == person.pk)


def is_known_who_leads(meeting: Meeting, *, is_seen: bool, now: datetime) -> bool:
    """Whether another trainer of the session changes nothing of a date: it is over, or it goes on
    and its room saw one who leads it. Unseen, whoever takes the session over leads it.
    """
    if meeting.is_cancelled:
        return False
    return meeting.ends_at <= now or (meeting.starts_at <= now and is_seen)


def may_read_names(person: Person, meeting: Meeting, *, now: datetime) -> bool:
    """Of who comes to a date that this person leads; the meeting comes with its sheet, too."""
    instead = getattr(meeting, "substitution", None)
    if instead is None or instead.substitute_id != person.pk:
        return True
    sheet = getattr(meeting, "sheet", None)
    closed_at = sheet.closed_at if sheet else None
    return substitute_has_access(ended_at=meeting.ends_at, closed_at=closed_at, now=now)


def substitute_has_access(*, ended_at: datetime, closed_at: datetime | None, now: datetime) -> bool:
    """To the names and the sheet of the date: for a day after the sheet was closed, which is when
    a mistake is seen; for a week after the date at most, whoever closes it later. The same as
    `SubstitutionQuerySet.with_access`.
    """
    if closed_at and now >= closed_at + SUBSTITUTE_READS_AFTER:
        return False
    return now < ended_at + SUBSTITUTE_CLOSES_WITHIN


def why_not_change(session: Session) -> Refusal | None:
    if session.state == SessionState.CANCELLED:
        return no.SessionIsCancelled(reason=session.cancel_reason)
    if session.state == SessionState.CLOSED:
        return no.SessionIsOver()
    return None


def why_not_open(session: Session, *, now: datetime) -> Refusal | None:
    if refusal := why_not_change(session):
        return refusal
    if session.ends_at <= now:
        return no.SessionIsOver()
    if not session.training.is_published:
        return no.TrainingNotPublished()
    return None


def why_not_lower_capacity(
    session: Session, *, capacity: int, taken: int, offered: int = 0
) -> Refusal | None:
    """Nobody is dropped, nor a seat that is offered. A session over its capacity may keep the number
    of seats it has.

    `taken` counts people, `offered` the open offers beside them.
    """
    if capacity >= session.capacity or capacity >= taken + offered:
        return None
    if capacity < taken:
        return no.FewerSeatsThanPeople(capacity=capacity, taken=taken)
    return no.SeatsAreOffered(capacity=capacity, taken=taken, offered=offered)


def why_not_leave_out(left_out: int) -> Refusal | None:
    """Nobody who has a seat or waits loses it because the session is for others now."""
    return no.PeopleLeftOut(count=left_out) if left_out else None


def why_not_other_threshold(
    session: Session, *, threshold_percent: int, has_people: bool
) -> Refusal | None:
    """What a certificate needs is frozen while somebody has a seat or waits for one."""
    if has_people and threshold_percent != session.threshold_percent:
        return no.ThresholdFrozen(percent=session.threshold_percent)
    return None


def is_told_at_once(starts: Iterable[datetime], *, now: datetime) -> bool:
    """A change of dates, given their old and new starts, can't wait for a further one: it is about
    one that begins within two hours, or has begun.
    """
    return any(start <= now + TOLD_AT_ONCE for start in starts)


def why_not_move(
    session: Session, *, meetings: list[Meeting], moves: Mapping[int, Hours], now: datetime
) -> Refusal | None:
    """`meetings` are all of the session's, `moves` the new hours by the meeting's primary key."""
    if refusal := why_not_change(session):
        return refusal
    for meeting in meetings:
        if meeting.pk in moves:
            if meeting.is_cancelled:
                return no.MeetingIsCancelled(day=meeting.starts_at)
            if meeting.starts_at <= now:
                return no.MeetingHasBegun(day=meeting.starts_at)
    going_on = [
        moves.get(m.pk, Hours(m.starts_at, m.ends_at)) for m in meetings if not m.is_cancelled
    ]
    return (
        _why_not_these_hours(list(moves.values()), now=now)
        or _why_not_side_by_side(going_on)
        or _why_not_begin(session, going_on)
    )


def why_not_add_meeting(
    session: Session, *, meetings: list[Meeting], hours: Hours, now: datetime
) -> Refusal | None:
    if refusal := why_not_change(session):
        return refusal
    going_on = [Hours(m.starts_at, m.ends_at) for m in meetings if not m.is_cancelled]
    return (
        _why_not_these_hours([hours], now=now)
        or _why_not_side_by_side([*going_on, hours])
        or _why_not_begin(session, [*going_on, hours])
    )


def why_not_go_on(
    session: Session, *, meetings: list[Meeting], dates: list[PlannedDate], now: datetime
) -> Refusal | None:
    """`dates` are those that the session's rhythm would go on with."""
    if refusal := why_not_change(session):
        return refusal
    if not dates:
        return no.NoRhythm()
    going_on = [Hours(m.starts_at, m.ends_at) for m in meetings if not m.is_cancelled]
    hours = [date.hours for date in dates]
    return _why_not_these_hours(hours, now=now) or _why_not_side_by_side([*going_on, *hours])


def why_not_stop_after(
    session: Session, *, meeting: Meeting, following: list[Meeting]
) -> Refusal | None:
    """`following` are the dates to come after it that would be cancelled."""
    if refusal := why_not_change(session):
        return refusal
    if meeting.is_cancelled:
        return no.MeetingIsCancelled(day=meeting.starts_at)
    return None if following else no.NothingFollows(day=meeting.starts_at)


def why_not_delete(session: Session) -> Refusal | None:
    """A draft is deleted without a trace; what people have seen is cancelled."""
    return None if session.is_draft else no.SessionIsNoDraft()


def why_not_cancel_session(session: Session, *, now: datetime) -> Refusal | None:
    if session.is_draft:
        return no.SessionIsDraft()
    if session.state == SessionState.CLOSED or session.ends_at <= now:
        return no.SessionIsOver()
    return None


def why_not_restore(
    session: Session, *, cancelled: list[Meeting], has_certificates: bool, now: datetime
) -> Refusal | None:
    """A session that was cancelled by mistake, until the first of its cancelled dates begins."""
    if not session.is_cancelled:
        return no.SessionNotCancelled()
    if not cancelled or min(meeting.starts_at for meeting in cancelled) <= now:
        return no.TooLateToRestore()
    return no.CertificatesWereIssued() if has_certificates else None


def why_not_cancel_meeting(
    session: Session, *, meeting: Meeting, meetings: list[Meeting], now: datetime
) -> Refusal | None:
    if refusal := why_not_change(session):
        return refusal
    if meeting.starts_at <= now:
        return no.MeetingHasBegun(day=meeting.starts_at)
    if not any(other.pk != meeting.pk and not other.is_cancelled for other in meetings):
        return no.OnlyMeeting()
    return None


def _why_not_these_hours(hours: list[Hours], *, now: datetime) -> Refusal | None:
    for one in hours:
        if one.starts_at <= now:
            return no.MeetingInThePast(day=one.starts_at)
    return None


def _why_not_side_by_side(hours: list[Hours]) -> Refusal | None:
    for first, second in pairwise(sorted(hours)):
        if first.overlap(second):
            return no.MeetingsOverlap(day=second.starts_at)
    return None


def why_no_notice(enrolment: Enrolment) -> Refusal | None:
    """A notice tells of a seat in a session that takes place."""
    if enrolment.session.is_cancelled:
        return no.SessionIsCancelled(reason=enrolment.session.cancel_reason)
    return None if enrolment.holds_a_seat else no.NoSeatToNotify()


def why_no_sign_in(session: Session) -> Refusal | None:
    if session.is_cancelled:
        return no.SessionIsCancelled(reason=session.cancel_reason)
    return no.SessionIsDraft() if session.is_draft else None


# Sheets and certificates


def why_not_close(
    sheet: Sheet, *, by_trainer: bool, trainer_is_there: bool, now: datetime
) -> Refusal | None:
    """The session's trainers close once the meeting is over; three days later an adviser may.

    While a trainer is in the room the real time still grows: until then, and at most until the room
    closes, we wait.
    """
    meeting = sheet.meeting
    if sheet.is_closed:
        return no.SheetClosed()
    if meeting.is_cancelled:
        return no.NothingToAttest()
    if now < meeting.ends_at:
        return no.MeetingNotOver(ends_at=meeting.ends_at)
    if trainer_is_there and now < meeting.ends_at + STAYS_OPEN_AFTER:
        return no.TrainerStillThere(until=meeting.ends_at + STAYS_OPEN_AFTER)
    if not by_trainer and now < meeting.ends_at + ADVISERS_CLOSE_AFTER:
        return no.TrainersCloseFirst(until=meeting.ends_at + ADVISERS_CLOSE_AFTER)
    return None


def why_not_close_as_measured(sheet: Sheet) -> Refusal | None:
    """Minutes of a room that broke down early earn no certificate by accident: somebody says when
    the meeting took place.
    """
    if is_measured_too_short(sheet.measure, sheet.real_minutes, sheet.planned_minutes):
        return no.MeasuredTooShort(measured=sheet.real_minutes, planned=sheet.planned_minutes)
    return None


def why_not_state_hours(
    sheet: Sheet, *, hours: Hours, reason: str, now: datetime
) -> Refusal | None:
    """Hours of the meeting's day (in Paris) that are over, at most twice as long as planned, with a
    reason.
    """
    meeting = sheet.meeting
    if now > meeting.ends_at + HOURS_STATED_WITHIN:
        return no.HoursStatedTooLate()
    if not reason.strip():
        return no.ReasonMissing()
    day, most = timezone.localdate(meeting.starts_at), sheet.planned_minutes * MOST_TIMES_PLANNED
    if (
        timezone.localdate(hours.starts_at) != day
        or hours.ends_at > now
        or hours.duration.total_seconds() > most * 60
    ):
        return no.HoursBeyondReason(day=day, most=most)
    return None


def why_not_attest(line: SheetLine, decision: Decision, *, real_minutes: int) -> Refusal | None:
    """A number lies within the meeting's real length; anything but what was measured has a reason."""
    number = decision.minutes
    if decision.choice == Attested.NUMBER and (number is None or not 0 <= number <= real_minutes):
        return no.MinutesBeyondTheMeeting(name=line.shown_name, real_minutes=real_minutes)
    if decision.choice == Attested.PROVIDER and line.provider_minutes is None:
        return no.NotInTheList(name=line.shown_name)
    if needs_a_reason(line, decision.choice) and not decision.reason.strip():
        return no.ReasonMissingFor(name=line.shown_name)
    return None


def needs_a_reason(line: SheetLine, choice: str) -> bool:
    """Anything but evidence. That nobody came, where nothing was seen, is what the evidence says."""
    if choice in (Attested.MEASURED, Attested.PROVIDER):
        return False
    return choice != Attested.NONE or bool(line.measured_minutes or line.provider_minutes)


def why_not_close_unmarked(lines: list[SheetLine]) -> Refusal | None:
    """Nothing unmarked closes as absent. `lines` are the participants'."""
    names = [line.shown_name for line in lines if line.is_to_check]
    return no.LinesToCheck(names=", ".join(names)) if names else None


def is_seen_nowhere(line: SheetLine) -> bool:
    """To check, and the provider's list has no minutes of this person either."""
    return line.is_to_check and not line.provider_minutes


def is_only_in_the_list(line: SheetLine) -> bool:
    """To check, and the provider's list says how long this person was there."""
    return line.is_to_check and bool(line.provider_minutes)


def why_not_mark_all(lines: list[SheetLine], *, choice: str, reason: str) -> Refusal | None:
    """`lines` are those that would be marked."""
    if not lines:
        return no.NobodyToMark()
    if any(needs_a_reason(line, choice) for line in lines) and not reason.strip():
        return no.ReasonMissing()
    return None


def why_not_list(sheet: Sheet, *, now: datetime) -> Refusal | None:
    """The provider's list is evidence for a sheet that is still open."""
    if sheet.is_closed:
        return no.SheetClosed()
    if sheet.meeting.is_cancelled:
        return no.NothingToAttest()
    if now < sheet.meeting.ends_at:
        return no.MeetingNotOver(ends_at=sheet.meeting.ends_at)
    return None


def why_not_correct(line: SheetLine, *, minutes: int, reason: str, by: Person) -> Refusal | None:
    """Corrections are for closed sheets, for those who are enrolled, and for other people's lines."""
    if not line.sheet.is_closed:
        return no.SheetNotClosed()
    if line.participation and line.participation.enrolment.teacher_id == by.pk:
        return no.OwnMinutes()
    return why_not_attest(
        line, Decision(Attested.NUMBER, minutes, reason), real_minutes=line.sheet.real_minutes
    )


def why_not_regularise(
    line: SheetLine, *, teacher: Person, reason: str, by: Person
) -> Refusal | None:
    """Only a guest whom nobody has regularised, never oneself, and never in silence."""
    if teacher.pk == by.pk:
        return no.OwnStays()
    if not line.is_guest or line.joined_to_id:
        return no.NotAGuest()
    if line.sheet.meeting.is_cancelled:
        return no.NothingToAttest()
    return None if reason.strip() else no.ReasonMissing()


def why_not_revoke(certificate: Certificate) -> Refusal | None:
    """A replaced version holds no more: the one that replaced it can be revoked."""
    if certificate.is_revoked:
        return no.AlreadyRevoked()
    if certificate.replacement:
        return no.CertificateIsReplaced(number=certificate.replacement.number)
    return None


def why_no_archive(number: int) -> Refusal | None:
    """`number` of valid certificates that are asked for at once."""
    if not number:
        return no.NoCertificateToTake()
    if number > MOST_IN_AN_ARCHIVE:
        return no.TooManyCertificates(number=number, most=MOST_IN_AN_ARCHIVE)
    return None


def why_not_ask_for_correction(
    certificate: Certificate, *, waiting: CertificateRequest | None = None
) -> Refusal | None:
    """Of a certificate that holds, one correction at a time. `waiting` is its open request."""
    if refusal := _why_not_correct_any_more(certificate):
        return refusal
    return no.CorrectionAlreadyAsked(day=waiting.asked_at) if waiting else None


def why_not_this_change(
    certificate: Certificate, change: CertificateChange, *, real_minutes: int
) -> Refusal | None:
    """Minutes lie within the session's real length; what the certificate says already is no change.

    A usage name is its bearer's right: only what isn't a name is refused, as in the profile.
    """
    if change.minutes is None:
        if refusal := why_not_a_name(change.name):
            return refusal
        if change.name == certificate.content["fr"]["name"]:
            return no.CertificateSaysSo(words=change.name)
        return None
    if not 1 <= change.minutes <= real_minutes:
        return no.MinutesBeyondTheSession(most=real_minutes)
    if change.minutes == certificate.minutes:
        return no.CertificateSaysSo(words=f"{change.minutes} min")
    return None


def why_not_replace(
    request: CertificateRequest,
    change: CertificateChange,
    *,
    stated_minutes: int,
    real_minutes: int,
    threshold_percent: int,
    reason: str,
) -> Refusal | None:
    """`stated_minutes` are those of the session's sheets for this person, corrections included:
    other ones need a reason, and none may fall below what a certificate needs.
    """
    if refusal := _why_not_answer_now(request) or _why_not_correct_any_more(request.certificate):
        return refusal
    if refusal := why_not_this_change(request.certificate, change, real_minutes=real_minutes):
        return refusal
    if request.change == RequestedChange.NAME or change.minutes is None:
        return None
    if not reaches(change.minutes, real_minutes, threshold_percent):
        return no.BelowTheThreshold(needed=needed_minutes(real_minutes, threshold_percent))
    if change.minutes != stated_minutes and not reason.strip():
        return no.OtherThanTheSheets(stated=stated_minutes)
    return None


def why_not_refuse(request: CertificateRequest, *, reason: str) -> Refusal | None:
    """Once, and never in silence."""
    if refusal := _why_not_answer_now(request):
        return refusal
    return None if reason.strip() else no.AnswerMissing()


def _why_not_correct_any_more(certificate: Certificate) -> Refusal | None:
    if certificate.is_revoked:
        return no.CertificateIsRevoked()
    if certificate.replacement:
        return no.CertificateIsReplaced(number=certificate.replacement.number)
    return None


def why_not_withdraw(request: CertificateRequest) -> Refusal | None:
    """A request that was answered stays."""
    return None if request.is_open else no.CorrectionAlreadyAnswered(day=request.answered_at)


def _why_not_answer_now(request: CertificateRequest) -> Refusal | None:
    if request.is_withdrawn:
        return no.CorrectionWithdrawn()
    return None if request.is_open else no.CorrectionAlreadyAnswered(day=request.answered_at)


# Presence that is contested


def contested_until(sheet: Sheet) -> date | None:
    """The last day on which the minutes of a closed sheet can be contested."""
    return timezone.localdate(sheet.closed_at) + CONTEST_WITHIN if sheet.closed_at else None


def why_not_contest(
    sheet: Sheet, *, contests: list[PresenceContest], now: datetime
) -> Refusal | None:
    """`contests` are those of the participant's line. One contest has one answer; what comes later
    goes by the way that corrects personal data.
    """
    last_day = contested_until(sheet)
    if last_day is None:
        return no.PresenceNotClosed()
    if any(one.is_open for one in contests):
        return no.ContestWaits()
    if contests:
        return no.ContestAnswered()
    if timezone.localdate(now) > last_day:
        return no.ContestTooLate(days=CONTEST_WITHIN.days)
    return None


def why_not_claim(claim: Claim, *, counted_minutes: int, real_minutes: int) -> Refusal | None:
    """Other minutes than those that count, within the meeting's real length."""
    if not 0 <= claim.minutes <= real_minutes:
        return no.MinutesBeyondItsLength(real_minutes=real_minutes)
    if claim.minutes == counted_minutes:
        return no.SameMinutes(minutes=counted_minutes)
    if claim.why == ContestReason.OTHER and not claim.words.strip():
        return no.WordsMissing()
    return None


def why_not_answer_contest(
    contest: PresenceContest,
    *,
    by: Person,
    teacher_id: int,
    minutes: int | None,
    counted_minutes: int,
    words: str,
    meanwhile: SheetCorrection | None = None,
) -> Refusal | None:
    """`minutes` are the new ones, None where they stay; `teacher_id` is who contests. `meanwhile`
    is the correction that counts now: it can be the answer.
    """
    if not contest.is_open:
        name = contest.answered_by.display_name if contest.answered_by else ""
        return no.AnsweredAlready(name=name)
    if by.pk == teacher_id:
        return no.OwnContest()
    if not words.strip():
        return no.ReasonMissing()
    if minutes is None:
        return None
    if not 0 <= minutes <= contest.line.sheet.real_minutes:
        return no.MinutesBeyondItsLength(real_minutes=contest.line.sheet.real_minutes)
    if minutes != counted_minutes or is_the_answer(meanwhile, contest, minutes):
        return None
    return no.SameMinutes(minutes=minutes)


def is_the_answer(
    correction: SheetCorrection | None, contest: PresenceContest, minutes: int | None
) -> bool:
    """The sheet was corrected to these minutes after they were contested."""
    return (
        correction is not None
        and correction.at >= contest.asked_at
        and correction.minutes == minutes != contest.counted_minutes
    )


# Evaluation


def evaluated_from(session: Session) -> datetime:
    """From the last minutes of the last meeting on."""
    return session.ends_at.astimezone(UTC) - EVALUATION_OPENS


def evaluated_until(session: Session, attended: Attended) -> date:
    """The last day on which a participant can answer: 14 days after the end of the session. Who was
    attested present later has at least three days from then on.
    """
    ends_on = timezone.localdate(session.ends_at)
    until = ends_on + EVALUATION_STAYS_OPEN
    if attended.known_at is None or attended.is_seen:
        return until
    known_on = timezone.localdate(attended.known_at)
    return min(max(until, known_on + EVALUATION_AT_LEAST), ends_on + EVALUATION_AT_THE_LATEST)


def why_not_evaluate(
    session: Session, *, attended: Attended, is_final: bool, now: datetime
) -> Refusal | None:
    """`is_final`: answers were given, and the link to the person is cut."""
    if session.is_cancelled:
        return no.SessionIsCancelled(reason=session.cancel_reason)
    if session.state in NOT_HELD or now < evaluated_from(session):
        return no.EvaluationNotOpen(opens_at=evaluated_from(session))
    if is_final:
        return no.EvaluatedAlready()
    if not attended.is_present:
        return no.NotSeenPresent()
    until = evaluated_until(session, attended)
    return no.EvaluationClosed(day=until) if timezone.localdate(now) > until else None


def open_evaluations(participants: list[Participant], *, now: datetime) -> list[OpenEvaluation]:
    """Of those, the ones that can be answered or changed now."""
    return [
        OpenEvaluation(
            one.enrolment,
            evaluated_until(one.session, one.attended),
            one.enrolment.has_evaluated,
        )
        for one in participants
        if why_not_evaluate(
            one.session, attended=one.attended, is_final=is_final(one.enrolment), now=now
        )
        is None
    ]


def why_no_results(number: int) -> Refusal | None:
    return None if enough_answers(number) else no.TooFewAnswers(fewest=FEWEST_ANSWERS)


def why_not_hide(
    evaluation: Evaluation, *, digest: str, number: int, reason: str
) -> Refusal | None:
    """`digest` is that of the comment that the planner has read, `number` counts all answers."""
    if refusal := why_no_results(number):
        return refusal
    if evaluation.is_hidden or not evaluation.comment or evaluation.comment_digest != digest:
        return no.NoCommentToHide()
    return None if reason.strip() else no.ReasonMissing()


def why_not_show_again(evaluation: Evaluation) -> Refusal | None:
    return None if evaluation.is_hidden and evaluation.comment else no.CommentNotHidden()


# Rooms


def why_not_set_room(session: Session, *, meeting: Meeting | None, now: datetime) -> Refusal | None:
    """Until the end of the meeting, or of the session's last one (None): also while it goes on."""
    if session.is_cancelled:
        return no.SessionIsCancelled(reason=session.cancel_reason)
    if meeting and meeting.is_cancelled:
        return no.MeetingIsCancelled(day=meeting.starts_at)
    is_over = (meeting.ends_at if meeting else session.ends_at) + STAYS_OPEN_AFTER <= now
    return no.SessionIsOver() if is_over else None


def why_not_this_address(address: str) -> Refusal | None:
    """Any https address of a server with a name, that isn't ours; empty is none."""
    if not address:
        return None
    host = _https_host(address)
    if not host:
        return no.AddressIsNoRoom()
    return no.AddressIsOurs() if host == urlsplit(settings.SITE_ADDRESS).hostname else None


def _https_host(address: str) -> str:
    """Of an https address that names a server and no account; else empty."""
    try:
        parts = urlsplit(address)
        host, is_plain = parts.hostname or "", parts.username is None and parts.port != 0
    except ValueError:
        return ""
    has_odd_signs = any(sign.isspace() or not sign.isprintable() for sign in address)
    is_https = parts.scheme == "https" and "." in host and is_plain and not has_odd_signs
    return host if is_https else ""


def why_not_these_fields(fields: RoomFields) -> Refusal | None:
    """What the form asks of a room, asked again."""
    kept = fields.as_kept
    for address in (kept["address"], kept["plan_b_address"]):
        if refusal := why_not_this_address(address):
            return refusal
    is_said = not kept["address"] or (kept["tool"] and kept["learns"])
    return None if is_said else no.ToolNotSaid()


def why_not_announce(
    session: Session, *, meeting: Meeting, plan: RoomPlan | None, now: datetime
) -> Refusal | None:
    """While the room is open, where there is a plan B."""
    if session.is_cancelled:
        return no.SessionIsCancelled(reason=session.cancel_reason)
    if meeting.is_cancelled:
        return no.MeetingIsCancelled(day=meeting.starts_at)
    if plan is None or not plan.has_plan_b:
        return no.NoPlanB()
    if now < meeting.starts_at - OPENS_BEFORE:
        return no.PlanBNotYet(opens_at=meeting.starts_at - OPENS_BEFORE)
    return no.PlanBTooLate() if now >= meeting.ends_at + STAYS_OPEN_AFTER else None


# Material


def why_not_this_link(address: str) -> Refusal | None:
    """Empty is none."""
    return None if not address or _https_host(address) else no.AddressIsNoLink()


def why_not_this_material(*, address: str, has_file: bool) -> Refusal | None:
    """One of the two, as the form asks it."""
    if bool(address) == has_file:
        return no.FileOrLink()
    return why_not_this_link(address)


def why_not_deposit(
    session: Session, *, meeting: Meeting | None, number: int, now: datetime
) -> Refusal | None:
    """Until thirty days after the session's end. `number` is how much there is already."""
    if session.is_cancelled:
        return no.SessionIsCancelled(reason=session.cancel_reason)
    if meeting and meeting.is_cancelled:
        return no.MeetingIsCancelled(day=meeting.starts_at)
    if now >= session.ends_at + MATERIAL_ADDED_WITHIN:
        return no.MaterialTooLate(days=MATERIAL_ADDED_WITHIN.days)
    return no.TooMuchMaterial(most=MOST_MATERIAL) if number >= MOST_MATERIAL else None


def why_not_put_back(material: Material, *, number: int, now: datetime) -> Refusal | None:
    """Within the hour after it was removed."""
    if material.removed_at and now >= material.removed_at + MATERIAL_UNDONE_WITHIN:
        return no.RemovedTooLongAgo()
    return no.TooMuchMaterial(most=MOST_MATERIAL) if number >= MOST_MATERIAL else None


# Questions asked in advance


def why_not_ask(enrolment: Enrolment, *, number: int, now: datetime) -> Refusal | None:
    """`number` is how many questions this person has asked already."""
    if refusal := why_not_change_question(enrolment, now=now):
        return refusal
    return no.QuestionsEnough(most=MOST_QUESTIONS) if number >= MOST_QUESTIONS else None


def why_not_change_question(enrolment: Enrolment, *, now: datetime) -> Refusal | None:
    """With a seat, until the session begins."""
    session = enrolment.session
    if session.is_cancelled:
        return no.SessionIsCancelled(reason=session.cancel_reason)
    if not enrolment.holds_a_seat:
        return no.NoSeatLeft()
    return None if takes_place_later(session, now=now) else no.QuestionTooLate()
