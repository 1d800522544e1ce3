"""Services of advisers on the dates of a session: move, add, go on at its rhythm, cancel.

Each holds the session's row until commit, before it counts or compares. Letters and what calendars
are told are written in the same transaction. Times are aware.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from courses.agenda import services as agenda
from courses.agenda.enums import CalendarMethod
from courses.agenda.models import Meeting
from courses.agenda.queries import PlannedDate
from courses.agenda.values import Hours
from courses.live import services as rooms
from courses.live.enums import RoomRole
from courses.mail import services as mail
from courses.people.models import Person
from training import rules
from training.enums import Letters
from training.models import Enrolment, Participation, SeatOffer, Session, SessionChange
from training.queries import filling
from training.queries.leading import working_trainers_of
from training.services import absences, elsewhere, holds, waiting_list
from training.services.session_letters import changes_not_told, tell_of_moves
from training.services.session_revisions import hold_session, refuse_if_stale, save_next_revision
from training.services.session_trainers import call_trainer
from training.values import days_of_meetings, minutes_of_meetings


def move(
    *,
    session: Session,
    moves: Mapping[int, Hours],
    revision: int,
    by: Person,
    reason: str = "",
    now: datetime | None = None,
) -> list[SessionChange]:
    """Give meetings (by primary key) new hours. Those whose hours stay the same are left alone.

    One letter a person says what was and what is, and carries the update of each moved meeting. If
    the whole session is on other days now, a seat of another date is held for each who has one.
    Raises a `Refusal`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        holds.lock_all_dates(session)
        session = hold_session(session, revision)
        meetings = list(session.meetings)
        moves = {
            m.pk: moves[m.pk]
            for m in meetings
            if m.pk in moves and moves[m.pk] != Hours(m.starts_at, m.ends_at)
        }
        if refusal := rules.why_not_move(session, meetings=meetings, moves=moves, now=now):
            raise refusal
        changes = []
        for meeting in meetings:
            if hours := moves.get(meeting.pk):
                changes.append(_change(session, meeting, hours, by=by, reason=reason, now=now))
                agenda.move(meeting=meeting, hours=hours)
        if not changes:
            return []
        keep_span(session, now=now)
        absences.follow_meetings([m for m in meetings if m.pk in moves], now=now)
        save_next_revision(session)
        if session.is_open:
            _hold_other_dates(session, changes, now=now)
            tell_of_moves(session, changes, now=now)
        log(
            instance=session,
            action="training.move",
            user=by,
            data={"meetings": len(changes), "reason": reason},
        )
        elsewhere.session_changed(session)
    return changes


def _hold_other_dates(session: Session, changes: list[SessionChange], *, now: datetime) -> None:
    """Hold seats for those to whom the whole session is on other days than they were told last.
    Moved back before they were told, nothing is held for them.
    """
    meetings = list(session.meetings)
    for not_told, people in changes_not_told(session, changes):
        if len(not_told) > len(changes):
            made_since = not_told[0].at
            holds.release_holds_of(session, now=now, made_since=made_since, of=people)
        if rules.is_on_other_days(not_told, meetings=meetings, now=now):
            holds.hold_seats(session, now=now, also_held=False, of=people)


def add_meeting(
    *, session: Session, hours: Hours, by: Person, revision: int, now: datetime | None = None
) -> Meeting:
    """One more date. Who has a seat is expected there, with an invitation; so are the trainers.

    Raises a `Refusal`. A date before all others withdraws the open offers of a seat: their holders
    are told.
    """
    now = now or timezone.now()
    with transaction.atomic():
        session = hold_session(session, revision)
        if refusal := rules.why_not_add_meeting(
            session, meetings=list(session.meetings), hours=hours, now=now
        ):
            raise refusal
        meeting = agenda.add_meeting(series=session.series, hours=hours)
        _settle_owed(session, [meeting], by=by, now=now)
        keep_span_and_tell(session, now=now)
        save_next_revision(session)
        if session.is_open:
            _invite_to(session, [meeting], now=now)
        log(
            instance=session,
            action="training.add_meeting",
            user=by,
            data={"starts_at": hours.starts_at.isoformat()},
        )
        elsewhere.session_changed(session)
    return meeting


def go_on(
    *,
    session: Session,
    dates: list[PlannedDate],
    by: Person,
    revision: int,
    now: datetime | None = None,
) -> list[Meeting]:
    """Further dates at the session's rhythm. Who has a seat is expected at each, with an
    invitation; so are the trainers.

    Raises `StaleSheet` if somebody saved since `revision`, and a `Refusal`, such as `NoRhythm`
    without a date.
    """
    now = now or timezone.now()
    with transaction.atomic():
        session = hold_session(session, revision)
        if refusal := rules.why_not_go_on(
            session, meetings=list(session.meetings), dates=dates, now=now
        ):
            raise refusal
        meetings = agenda.prolong(series=session.series, dates=dates)
        _settle_owed(session, meetings, by=by, now=now)
        keep_span(session, now=now)
        save_next_revision(session)
        if session.is_open:
            _invite_to(session, meetings, now=now)
        log(
            instance=session,
            action="training.add_meeting",
            user=by,
            data={"meetings": len(meetings)},
        )
        elsewhere.session_changed(session)
    return meetings


def cancel_meeting(
    *,
    session: Session,
    meeting: Meeting,
    by: Person,
    reason: str,
    revision: int | None = None,
    now: datetime | None = None,
) -> Meeting:
    """Call off one date of several: only that one.

    Raises a `Refusal`, such as `OnlyMeeting`. Idempotent.
    """
    now = now or timezone.now()
    with transaction.atomic():
        session = hold_session(session)
        meeting = session.meetings.get(pk=meeting.pk)
        if meeting.is_cancelled:
            return meeting
        refuse_if_stale(session, revision)
        if refusal := rules.why_not_cancel_meeting(
            session, meeting=meeting, meetings=list(session.meetings), now=now
        ):
            raise refusal
        change = _change(session, meeting, None, by=by, reason=reason, now=now)
        agenda.cancel(meeting=meeting, reason=reason)
        _owe_again(session, [meeting])
        absences.follow_meetings([meeting], now=now)
        keep_span(session, now=now)
        save_next_revision(session)
        if session.is_open:
            tell_of_moves(session, [change], now=now)
        log(instance=session, action="training.cancel_meeting", user=by, data={"reason": reason})
        elsewhere.session_changed(session)
    return meeting


def stop_after(
    *,
    session: Session,
    meeting: Meeting,
    by: Person,
    reason: str,
    revision: int,
    now: datetime | None = None,
) -> list[SessionChange]:
    """Call off every date to come after this one, and end the session's rhythm with it. One letter
    a person names them all.

    Raises `StaleSheet` and a `Refusal`, such as `NothingFollows`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        session = hold_session(session, revision)
        meeting = session.meetings.get(pk=meeting.pk)
        following = filling.dates_after(meeting, session.meetings, now=now)
        if refusal := rules.why_not_stop_after(session, meeting=meeting, following=following):
            raise refusal
        changes = [_change(session, one, None, by=by, reason=reason, now=now) for one in following]
        for one in following:
            agenda.cancel(meeting=one, reason=reason)
        agenda.end_rule_with(meeting=meeting)
        _owe_again(session, following)
        absences.follow_meetings(following, now=now)
        keep_span(session, now=now)
        save_next_revision(session)
        if session.is_open:
            tell_of_moves(session, changes, now=now)
        log(
            instance=session,
            action="training.cancel_meeting",
            user=by,
            data={"meetings": len(changes), "reason": reason},
        )
        elsewhere.session_changed(session)
    return changes


def keep_span(session: Session, *, now: datetime) -> list[SeatOffer]:
    """Begin with the first and end with the last meeting that isn't cancelled; if all are, keep the
    span as it was, with no minutes planned.

    With another start, open offers are withdrawn: the next tick gives those seats anew, by the time
    left then. Gives the offers withdrawn, so that the caller tells their holders.
    """
    was = session.starts_at
    keep_date_owed(session)
    if meetings := list(session.meetings.going_on()):
        session.starts_at = min(meeting.starts_at for meeting in meetings)
        session.ends_at = max(meeting.ends_at for meeting in meetings)
        session.meeting_days = days_of_meetings(meeting.starts_at for meeting in meetings)
        session.planned_minutes = minutes_of_meetings(meeting.duration for meeting in meetings)
        session.save(update_fields=["starts_at", "ends_at", "meeting_days", "planned_minutes"])
        if session.starts_at != was:
            holds.keep_holds_within(session, now=now)
            return waiting_list.withdraw_offers(session, now)
    else:
        session.planned_minutes = 0
        session.save(update_fields=["planned_minutes"])
    return []


def keep_span_and_tell(session: Session, *, now: datetime) -> None:
    """`keep_span`, with a letter to each whose offer of a seat is withdrawn."""
    for offer in keep_span(session, now=now):
        key = f"offer:{offer.pk}:withdrawn"
        mail.post(Letters.OFFER_WITHDRAWN, about=offer, to=offer.enrolment.teacher, key=key)


def keep_date_owed(session: Session) -> None:
    """Store from when on no date is left while one is owed; None if none is owed."""
    since = session.missed_dates.owed().values_list("at", flat=True).first()
    last = session.meetings.going_on().values_list("occurrence__end", flat=True).last()
    session.date_owed_from = since and (last or since)
    session.save(update_fields=["date_owed_from"])


def end_without_a_date(session: Session, *, now: datetime) -> None:
    """No trainer came to the date that was left, and there is no other: the session is over. One
    that is added all the same gives it a span again (`keep_span`).
    """
    is_going_on = session.starts_at < now < session.ends_at
    if is_going_on and session.date_owed_from is None and not session.has_a_date:
        session.ends_at = now
        session.save(update_fields=["ends_at"])


def _settle_owed(session: Session, added: list[Meeting], *, by: Person, now: datetime) -> None:
    """Each date that is added stands for one to which no trainer came."""
    for missed, meeting in zip(session.missed_dates.owed(), added, strict=False):
        missed.settled_at, missed.settled_by, missed.made_up_by = now, by, meeting
        missed.save(update_fields=["settled_at", "settled_by", "made_up_by"])


def _owe_again(session: Session, cancelled: list[Meeting]) -> None:
    """Those that were added instead of a date to which no trainer came."""
    made_up = session.missed_dates.filter(made_up_by__in=cancelled)
    made_up.update(settled_at=None, settled_by=None, made_up_by=None)


def _change(
    session: Session,
    meeting: Meeting,
    hours: Hours | None,
    *,
    by: Person,
    reason: str,
    now: datetime,
) -> SessionChange:
    return SessionChange.objects.create(
        session=session,
        meeting=meeting,
        was_starts_at=meeting.starts_at,
        was_ends_at=meeting.ends_at,
        starts_at=hours.starts_at if hours else None,
        ends_at=hours.ends_at if hours else None,
        reason=reason,
        by=by,
        at=now,
    )


def _invite_to(session: Session, meetings: list[Meeting], *, now: datetime) -> None:
    """New meetings of an open session: trainers lead them, those who have a seat are expected."""
    for trainer in working_trainers_of(session):
        call_trainer(session, trainer, now=now, meetings=meetings)
    for enrolment in session.enrolments.holding_a_seat().select_related("teacher"):
        _expect(enrolment, meetings)
    absences.follow_meetings(meetings, now=now)


def _expect(enrolment: Enrolment, meetings: list[Meeting]) -> None:
    """A seat counts for meetings that were added, too: one letter invites to all."""
    teacher, told = enrolment.teacher, []
    for meeting in meetings:
        Participation.objects.get_or_create(enrolment=enrolment, meeting=meeting)
        rooms.give_pass(meeting=meeting, person=teacher, role=RoomRole.MEMBER)
        if entry := agenda.tell(meeting=meeting, person=teacher, method=CalendarMethod.REQUEST):
            told.append(entry)
    if told:
        key = f"invite:{told[0].meeting_id}:{teacher.pk}:{told[0].sequence}"
        details = {"meetings": [entry.meeting_id for entry in told]}
        mail.post(Letters.MEETING_INVITATION, about=enrolment, to=teacher, key=key, details=details)
