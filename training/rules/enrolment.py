"""Who may enrol, wish, cancel."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.agenda.models import Meeting
from courses.agenda.values import Hours
from courses.catalogue.enums import LicenceScope
from courses.catalogue.queries import Entitlement
from courses.exceptions import Refusal
from training.exceptions import (
    ApologyTooLate,
    BeginsBeforeEnrolment,
    DateIsCancelled,
    DateIsGivenBack,
    DateIsTakenAway,
    DateNotBegun,
    EnrolmentClosesTooLate,
    EnrolmentClosesTooSoon,
    EnrolmentIsClosed,
    EnrolmentNotOpenYet,
    EnrolmentOpensTooLate,
    ForOtherSchools,
    LicenceBeginsAfter,
    LicenceEndsBefore,
    LicenceForNamedTeachers,
    LicenceForSomeSubjects,
    MeetingHasBegun,
    NoLicence,
    NoLicenceInAnySchool,
    NoSchool,
    NoSeatLeft,
    NoSeatToNotify,
    NothingToWishFor,
    OnlyDateLeft,
    OnlyDateLeftOfSomebody,
    SeriesStarted,
    SessionIsCancelled,
    SessionNotOpen,
    SessionStarted,
    TooLateToCancel,
    TooLateToInvite,
)
from training.models import Enrolment, Participation, Session
from training.values import EXCUSED_WITHIN, AttestedDate, EnrolmentTimes, LicenceStanding

NOBODY_NAMED = _("the school’s leader")


def why_not_now(session: Session, *, now: datetime) -> Refusal | None:
    """Return the refusal that holds for anybody now, or None."""
    if session.is_cancelled:
        return SessionIsCancelled(reason=session.cancel_reason)
    if session.starts_at <= now:
        return _why_begun(session, now=now)
    if not session.is_open:
        return SessionNotOpen()
    return None


def _why_begun(session: Session, *, now: datetime) -> Refusal:
    """Where a day is to come, whom to ask."""
    if session.is_open and session.last_day > timezone.localdate(now):
        return SeriesStarted(contact=settings.CONTACT_ADDRESS)
    return SessionStarted()


def why_not_press(session: Session, *, now: datetime) -> Refusal | None:
    """Return why no teacher can enrol now, or None: as `why_not_now`, and enrolment opens and
    closes at times of its own. Those who are in already, and planners, aren't asked.
    """
    if refusal := why_not_now(session, now=now):
        return refusal
    if session.enrolment_opens_at and now < session.enrolment_opens_at:
        return EnrolmentNotOpenYet(at=session.enrolment_opens_at)
    if session.enrolment_closes_at and now >= session.enrolment_closes_at:
        return EnrolmentIsClosed(at=session.enrolment_closes_at)
    return None


def why_not_invite(session: Session, *, now: datetime) -> Refusal | None:
    """Teachers are invited to what they could enrol in now; in words for planners."""
    if session.is_open and session.starts_at <= now:
        return TooLateToInvite()
    return why_not_press(session, now=now)


def why_not_these_times(times: EnrolmentTimes, *, starts_at: datetime) -> Refusal | None:
    if times.opens_at and times.opens_at >= starts_at:
        return EnrolmentOpensTooLate()
    if times.opens_at and times.closes_at and times.closes_at <= times.opens_at:
        return EnrolmentClosesTooSoon()
    if times.closes_at and times.closes_at > starts_at:
        return EnrolmentClosesTooLate()
    return None


def _why_not_begin(session: Session, hours: list[Hours]) -> Refusal | None:
    """`hours` are those of all dates. Before enrolment opens the session can't begin: nobody could
    enrol.
    """
    if not hours or session.enrolment_opens_at is None:
        return None
    if min(one.starts_at for one in hours) <= session.enrolment_opens_at < session.starts_at:
        return BeginsBeforeEnrolment(at=session.enrolment_opens_at)
    return None


def why_not_enrol(
    session: Session,
    *,
    entitlement: Entitlement | None,
    now: datetime,
    standing: LicenceStanding | None = None,
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
    standing: LicenceStanding | None = None,
    days: Sequence[date] = (),
) -> Refusal | None:
    """Why the person may not attend the session, whenever it is asked; or some of its `days` alone.

    `entitlement` covers the days of the meetings or is the nearest to them; `standing` lets the
    refusal name the school when there is none.
    """
    if entitlement is None:
        return _why_no_licence(session, standing or LicenceStanding())
    names = {
        "school": entitlement.school.name,
        "resource": session.resource.name,
        "contact": (entitlement.licence and entitlement.licence.contact) or NOBODY_NAMED,
    }
    first, last = (days[0], days[-1]) if days else (session.first_day, session.last_day)
    if entitlement.since > first:
        return LicenceBeginsAfter(**names, day=entitlement.since)
    if entitlement.until and entitlement.until < last:
        return LicenceEndsBefore(**names, day=entitlement.until)
    return None


def _why_no_licence(session: Session, standing: LicenceStanding) -> Refusal:
    resource = session.resource
    contact = standing.contact or NOBODY_NAMED
    if standing.is_for_other_schools:
        return ForOtherSchools()
    if standing.reserved_for == LicenceScope.NAMED:
        return LicenceForNamedTeachers(
            school=standing.reserved_at, resource=resource.name, contact=contact
        )
    if standing.reserved_for == LicenceScope.SUBJECTS:
        return LicenceForSomeSubjects(
            school=standing.reserved_at,
            resource=resource.name,
            subjects=standing.subjects,
            contact=contact,
        )
    if not standing.schools:
        return NoSchool()
    kind = NoLicence if len(standing.schools) == 1 else NoLicenceInAnySchool
    return kind(
        school=", ".join(standing.schools),
        resource=resource.name,
        contact=NOBODY_NAMED,
        provider=resource.provider.name,
    )


BY_A_LICENCE = (
    NoLicence,
    LicenceForNamedTeachers,
    LicenceForSomeSubjects,
    LicenceBeginsAfter,
    LicenceEndsBefore,
)


def why_not_wish(refusal: Refusal | None) -> Refusal | None:
    """A wish reaches the school's leaders where a subscription would open the session."""
    return None if isinstance(refusal, BY_A_LICENCE) else NothingToWishFor()


def why_not_admit(refusal: Refusal | None) -> Refusal | None:
    """A planner opens a session to one person whom the right refuses; a seat needs a school to
    count for.
    """
    return refusal if isinstance(refusal, NoSchool) else None


def why_not_cancel(
    enrolment: Enrolment, *, now: datetime, enters_at: datetime | None = None
) -> Refusal | None:
    """A seat or a turn is given back until the start; a seat of somebody who came late until
    `enters_at`, its own first date.
    """
    session = enrolment.session
    if session.is_cancelled:
        return SessionIsCancelled(reason=session.cancel_reason)
    is_before_entry = enters_at is not None and now < enters_at
    if is_before_entry or takes_place_later(session, now=now):
        return None
    return TooLateToCancel()


def how_to_decline(session: Session, *, enters_at: datetime | None, now: datetime) -> str:
    """Return the sentence on declining in letters to somebody with a seat: as `why_not_cancel` and
    `why_not_give_back_date` allow. After the start nobody waits for a seat.
    """
    if takes_place_later(session, now=now):
        return gettext(
            "You can’t come? Say so on the session’s page, until the start: your seat goes to the next"
            " person. Declining in your calendar tells nobody."
        )
    if enters_at is not None and now < enters_at:
        return gettext(
            "You can’t come? Say so on the session’s page, until your first date begins. Declining in"
            " your calendar tells nobody."
        )
    return gettext(
        "You can’t come? Give the date back under “My trainings”, until it begins. Declining in your"
        " calendar tells nobody."
    )


def takes_place_later(session: Session, *, now: datetime) -> bool:
    """Not begun, or no trainer came to any of its dates, and another one is looked for: nobody has
    been there.
    """
    return session.starts_at > now or (session.awaits_date_at(now) and not session.has_a_date)


def are_subjects_shown(session: Session, *, now: datetime) -> bool:
    """Whether who leads sees the participants' subjects as numbers: counted when the session
    begins.
    """
    return not takes_place_later(session, now=now)


def why_not_give_back_date(
    one: Participation, others: list[Participation], *, now: datetime
) -> Refusal | None:
    """One date of a seat in a series, until it begins. Before the session begins its only date left
    goes with the seat. `others` are the seat's other dates.
    """
    if refusal := why_not_take_date_again(one, now=now):
        return refusal
    is_left = any(not other.is_withdrawn and not other.meeting.is_cancelled for other in others)
    return None if is_left or one.enrolment.session.starts_at <= now else OnlyDateLeft()


def why_not_take_date_again(one: Participation, *, now: datetime) -> Refusal | None:
    """Allow it with the seat, until the date begins."""
    session, meeting = one.enrolment.session, one.meeting
    if session.is_cancelled:
        return SessionIsCancelled(reason=session.cancel_reason)
    if not one.enrolment.holds_a_seat:
        return NoSeatLeft()
    if meeting.is_cancelled:
        return DateIsCancelled(day=meeting.starts_at)
    return MeetingHasBegun(day=meeting.starts_at) if meeting.starts_at <= now else None


def why_not_come_after_all(one: Participation, *, now: datetime) -> Refusal | None:
    """The person, on a date that was given back: not one that a planner took away, whose name and
    reason stay.
    """
    if refusal := why_not_take_date_again(one, now=now):
        return refusal
    return DateIsTakenAway() if one.is_withdrawn and one.decided_by_id is not None else None


def dates_as_read(participations: Iterable[Participation]) -> str:
    """Version mark of a planner's form: the dates on which the person was expected, over or to
    come.
    """
    return "-".join(
        str(pk) for pk in sorted(p.meeting_id for p in participations if not p.is_withdrawn)
    )


def why_not_change_dates_of(
    participations: Sequence[Participation], *, expected: Collection[int], now: datetime
) -> Refusal | None:
    """A planner says on which dates to come (`expected`: primary keys of meetings) somebody comes:
    as `why_not_give_back_date`, of all at once. Dates that have begun stay as they are.
    """
    session = participations[0].enrolment.session
    to_come = [one for one in participations if why_not_take_date_again(one, now=now) is None]
    if not to_come:
        return why_not_take_date_again(participations[-1], now=now)
    if session.starts_at <= now or any(one.meeting_id in expected for one in to_come):
        return None
    return OnlyDateLeftOfSomebody()


def why_not_excuse(one: Participation, *, now: datetime) -> Refusal | None:
    """Saying that one couldn't come, once the date has begun: as long as minutes are contested as a
    rule, so that it is read with the presence. It changes no minutes.
    """
    session, meeting = one.enrolment.session, one.meeting
    if session.is_cancelled:
        return SessionIsCancelled(reason=session.cancel_reason)
    if not one.enrolment.holds_a_seat:
        return NoSeatLeft()
    if meeting.is_cancelled:
        return DateIsCancelled(day=meeting.starts_at)
    if one.is_withdrawn:
        return DateIsGivenBack() if one.decided_by_id is None else DateIsTakenAway()
    if now < meeting.starts_at:
        return DateNotBegun()
    return ApologyTooLate() if now >= meeting.ends_at + EXCUSED_WITHIN else None


def percent_within_reach(
    meetings: list[Meeting],
    kept: list[Meeting],
    attested: Mapping[int, AttestedDate],
) -> int:
    """Return the share of the dates that somebody keeps in the length of all dates that take place,
    in percent: planned, but where the sheet is closed (`attested`, by the meeting's primary key),
    what it states, as the certificate counts it.
    """
    going_on = [one for one in meetings if not one.is_cancelled]
    stated = [attested[one.pk] for one in going_on if one.pk in attested]
    left = timedelta(minutes=sum(one.minutes for one in stated))
    for one in kept:
        if not one.is_cancelled and one.pk not in attested:
            left += one.duration
    return _percent(left, going_on, attested)


def percent_of_date(
    one: Meeting, meetings: list[Meeting], attested: Mapping[int, AttestedDate]
) -> int:
    """Return the share of a date to come in what `percent_within_reach` counts."""
    going_on = [other for other in meetings if not other.is_cancelled]
    return _percent(one.duration, going_on, attested)


def _percent(part: timedelta, going_on: list[Meeting], attested: Mapping[int, AttestedDate]) -> int:
    whole = timedelta()
    for one in going_on:
        known = attested.get(one.pk)
        whole += timedelta(minutes=known.real_minutes) if known else one.duration
    return int(part * 100 / whole) if whole else 0


def why_no_notice(enrolment: Enrolment) -> Refusal | None:
    """A notice tells of a seat in a session that takes place."""
    if enrolment.session.is_cancelled:
        return SessionIsCancelled(reason=enrolment.session.cancel_reason)
    return None if enrolment.holds_a_seat else NoSeatToNotify()
