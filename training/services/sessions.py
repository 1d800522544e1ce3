"""Services of advisers on a session: plan, open, edit, cancel.

Each holds the session's row until commit, before it counts or compares. Letters and what calendars
are told are written in the same transaction. Times are aware.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from courses.agenda import services as agenda
from courses.agenda.values import Hours
from courses.exceptions import Refusal
from courses.mail import services as mail
from courses.people.models import Person
from training import rules
from training.enums import Letters, OpenTo, SessionState
from training.models import Session, Training
from training.queries import filling
from training.queries.leading import has_a_trainer, providers_of, working_trainers_of
from training.queries.rights import Audience, audience_of, without_right
from training.services import (
    absences,
    attendance,
    certificates,
    date_alerts,
    elsewhere,
    holds,
    rebooking,
    rooms,
    substitutes,
    waiting_list,
)
from training.services.session_dates import keep_date_owed
from training.services.session_letters import (
    post_about,
    post_with_calendar,
    take_back_notices,
    who_comes,
)
from training.services.session_revisions import hold_session, refuse_if_stale, save_next_revision
from training.services.session_trainers import call_trainer, check_trainers, release_trainer
from training.values import (
    EnrolmentTimes,
    RoomFields,
    days_of_meetings,
    minutes_of_meetings,
)


def plan(
    *,
    training: Training,
    language: str,
    capacity: int,
    hours: Iterable[Hours],
    trainers: Iterable[Person],
    by: Person,
    threshold_percent: int = 75,
    note: str = "",
    audience: Audience | None = None,
    times: EnrolmentTimes | None = None,
    every: int | None = None,
    room: RoomFields | None = None,
    now: datetime | None = None,
) -> Session:
    """Make a draft with its meetings. `every`: these dates follow a rule, so many weeks apart;
    `room`: where they take place, of a session that is copied.

    Raises a `Refusal` for a date in the past, dates that overlap, a foreign trainer.
    """
    hours, trainers = sorted(hours), list(trainers)
    if refusal := rules.why_not_plan(hours, now=now or timezone.now()):
        raise refusal
    times = times or EnrolmentTimes()
    if refusal := rules.why_not_these_times(times, starts_at=hours[0].starts_at):
        raise refusal
    provider = training.resource.provider
    allowed = filling.trainers_working_for([provider])
    check_trainers(trainers, allowed=allowed, providers=[provider])
    with transaction.atomic():
        session = Session.objects.create(
            training=training,
            provider=provider,
            language=language,
            capacity=capacity,
            series=agenda.plan_series(title=training.title_fr, hours=hours, every=every),
            starts_at=hours[0].starts_at,
            ends_at=hours[-1].ends_at,
            meeting_days=days_of_meetings(one.starts_at for one in hours),
            planned_minutes=minutes_of_meetings(one.duration for one in hours),
            threshold_percent=threshold_percent,
            note=note,
            enrolment_opens_at=times.opens_at,
            enrolment_closes_at=times.closes_at,
        )
        session.trainers.set(trainers)
        if audience:
            _open_to(session, audience)
        if room:
            rooms.set_room(session=session, meeting=None, fields=room, by=by, now=now)
        log(instance=session, action="training.plan", user=by)
    return session


def open_for_enrolment(*, session: Session, by: Person, now: datetime | None = None) -> Session:
    """Show a draft to everyone.

    Its trainers are invited to each meeting and may enter its room, in a membership gap once they
    are back (`services.returns`); those who asked to be told of new dates, and may attend, are
    told. Idempotent.
    """
    now = now or timezone.now()
    with transaction.atomic():
        session = hold_session(session)
        if session.is_open:
            return session
        is_led = has_a_trainer(session, now=now)
        if refusal := rules.why_not_open(session, is_led=is_led, now=now):
            raise refusal
        session.state, session.opened_at = SessionState.OPEN, now
        session.save(update_fields=["state", "opened_at"])
        for trainer in working_trainers_of(session):
            call_trainer(session, trainer, now=now)
        date_alerts.tell(session)
        log(instance=session, action="training.open", user=by, timestamp=now)
        elsewhere.session_changed(session)
    return session


def edit(
    *,
    session: Session,
    revision: int,
    by: Person,
    capacity: int,
    trainers: Iterable[Person],
    language: str,
    threshold_percent: int,
    note: str,
    audience: Audience | None = None,
    times: EnrolmentTimes | None = None,
    now: datetime | None = None,
) -> Session:
    """Change all but the dates. Raises `StaleSheet` if somebody saved since `revision`.

    Without an `audience` or `times` these stay. One that leaves out somebody with a seat or a turn is refused.
    More seats go to those who wait, in order, each with an email. Fewer than the people enrolled
    and the open offers are refused, so is another threshold once somebody is enrolled. A new
    trainer is invited and may enter, one who leaves is told, and may not; who led a date stays who
    led it. Who asked for new dates and may attend only now is told. Another language is told by
    letter to everybody; the note isn't.
    """
    now = now or timezone.now()
    trainers = list(trainers)
    with transaction.atomic():
        session = hold_session(session, revision)
        if refusal := _why_not_edit(session, capacity, threshold_percent, times):
            raise refusal
        allowed = filling.who_may_lead(session)
        check_trainers(trainers, allowed=allowed, providers=providers_of(session))
        has_another_seat = capacity > session.capacity or _has_a_larger_quota(session, audience)
        has_other_language = session.language != language
        if times:
            _set_times(session, times)
        session.capacity, session.language = capacity, language
        session.threshold_percent, session.note = threshold_percent, note
        save_next_revision(session, "capacity", "language", "threshold_percent", "note")
        if audience and audience != audience_of(session):
            _change_audience(session, audience)
        _change_trainers(session, trainers, now=now)
        if session.is_open:
            waiting_list.promote(session, now, has_another_seat=has_another_seat)
            if has_other_language:
                _tell_of_language(session)
        log(instance=session, action="training.edit", user=by, data={"capacity": capacity})
        elsewhere.session_changed(session)
    return session


def _why_not_edit(
    session: Session, capacity: int, threshold_percent: int, times: EnrolmentTimes | None
) -> Refusal | None:
    taken, to_answer = filling.seats_and_offers(session)
    return (
        rules.why_not_change(session)
        or rules.why_not_lower_capacity(session, capacity=capacity, taken=taken, offered=to_answer)
        or rules.why_not_other_threshold(
            session,
            threshold_percent=threshold_percent,
            has_people=session.open_enrolments().exists(),
        )
        or (rules.why_not_these_times(times, starts_at=session.starts_at) if times else None)
    )


def _set_times(session: Session, times: EnrolmentTimes) -> None:
    session.enrolment_opens_at = times.opens_at
    session.enrolment_closes_at = times.closes_at
    session.save(update_fields=["enrolment_opens_at", "enrolment_closes_at"])


def _change_audience(session: Session, audience: Audience) -> None:
    """Refuse to leave out somebody with a seat or a turn; tell who may attend only now."""
    had_no_right = without_right(session)
    could_attend = date_alerts.who_may_attend(session)
    _open_to(session, audience)
    left_out = without_right(session) - had_no_right
    if refusal := rules.why_not_leave_out(len(left_out)):
        raise refusal
    if session.is_open:
        date_alerts.tell(session, apart_from=could_attend)


def _change_trainers(session: Session, trainers: list[Person], *, now: datetime) -> None:
    """Who led a date stays who led it; who comes is invited, who leaves is told."""
    before, after = set(session.trainers.all()), set(trainers)
    if before == after:
        return
    if session.is_open:
        attendance.keep_who_led(session, now=now)
    session.trainers.set(trainers)
    if session.is_open:
        substitutes.release_unneeded_substitutes(session, now=now)
        for trainer in before - after:
            release_trainer(session, trainer, now=now)
        for trainer in after - before:
            call_trainer(session, trainer, now=now)


def _open_to(session: Session, audience: Audience) -> None:
    session.open_to, session.school_quota = audience.open_to, audience.school_quota
    session.save(update_fields=["open_to", "school_quota"])
    is_for_schools = audience.open_to == OpenTo.SCHOOLS
    session.schools.set(audience.schools if is_for_schools else ())


def _has_a_larger_quota(session: Session, audience: Audience | None) -> bool:
    """Some of those who wait may have a seat now that their school may have more."""
    if audience is None or session.school_quota is None:
        return False
    return audience.school_quota is None or audience.school_quota > session.school_quota


def _tell_of_language(session: Session) -> None:
    for person in filling.concerned(session):
        key = f"language:{session.pk}:{session.revision}:{person.pk}"
        mail.post(
            Letters.SESSION_LANGUAGE,
            about=session,
            to=person,
            key=key,
            details={"language": session.language},
        )


def cancel(
    *,
    session: Session,
    by: Person,
    reason: str,
    revision: int | None = None,
    now: datetime | None = None,
) -> Session:
    """Call the session off: every meeting to come is cancelled, in everyone's calendar, too.
    Idempotent.

    For each who had a seat one of another date is held. Those who wait are told as well. Passes
    stay: the join page then says that it is cancelled, and why. Whoever attended all that was held
    gets the certificate. A draft is refused: see `drafts.delete`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        holds.lock_all_dates(session)
        session = hold_session(session)
        if session.is_cancelled:
            return session
        refuse_if_stale(session, revision)
        if refusal := rules.why_not_cancel_session(session, now=now):
            raise refusal
        meetings = filling.cancels_with_it(session, now=now)
        owed = [one.meeting for one in session.missed_dates.owed().select_related("meeting")]
        session.state, session.cancel_reason = SessionState.CANCELLED, reason
        session.cancelled_at = now
        save_next_revision(session, "state", "cancel_reason", "cancelled_at")
        for meeting in meetings:
            agenda.cancel(meeting=meeting, reason=reason)
        absences.follow_meetings(meetings, now=now)
        take_back_notices(session)
        holds.hold_seats(session, now=now)
        coming = who_comes(session, meetings)
        # Who was promised another date has it in no calendar yet.
        for person in {**dict.fromkeys(who_comes(session, owed)), **coming}:
            post_with_calendar(
                session,
                person,
                coming.get(person, []),
                Letters.SESSION_CANCELLED,
                key=f"cancelled:{session.pk}:{session.revision}:{person.pk}",
            )
        waiting_list.withdraw_offers(session, now)
        for enrolment in session.enrolments.without_a_seat_yet().select_related("teacher"):
            post_about(
                session,
                enrolment.teacher,
                Letters.SESSION_CANCELLED,
                key=f"cancelled:{session.pk}:{session.revision}:{enrolment.teacher_id}",
            )
        holds.release_held_in(session, now=now)
        keep_date_owed(session)
        certificates.issue_if_complete(
            session, now=now
        )  # whoever attended all that was held has earned it
        log(instance=session, action="training.cancel", user=by, data={"reason": reason})
        elsewhere.session_changed(session)
    return session


def restore(*, session: Session, by: Person, now: datetime | None = None) -> Session:
    """Restore a session that was cancelled by mistake, with its people: each seat and turn is as it
    was, but for those who took another date meanwhile.

    Its dates stand in the calendars again, seats that were held elsewhere are free, those that were
    held here are held again, and it owes the dates that it owed. Idempotent. Raises a `Refusal`,
    such as `TooLateToRestore`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        holds.lock_all_dates(session)
        session = hold_session(session)
        if session.is_open:
            return session
        meetings = filling.cancelled_with(session)
        if refusal := rules.why_not_restore(
            session,
            cancelled=meetings,
            has_certificates=certificates.were_issued(session),
            now=now,
        ):
            raise refusal
        session.state, session.cancel_reason = SessionState.OPEN, ""
        save_next_revision(session, "state", "cancel_reason")
        for meeting in meetings:
            agenda.restore(meeting=meeting)
        rebooking.settle_restored(session, now=now)
        holds.release_holds_of(session, now=now)
        holds.hold_again(session, now=now)
        session.cancelled_at = None
        session.save(update_fields=["cancelled_at"])
        keep_date_owed(session)
        absences.follow_meetings(meetings, now=now)
        for person, theirs in who_comes(session, meetings).items():
            post_with_calendar(
                session,
                person,
                theirs,
                Letters.SESSION_RESTORED,
                key=f"restored:{session.pk}:{session.revision}:{person.pk}",
            )
        for enrolment in session.enrolments.without_a_seat_yet().select_related("teacher"):
            post_about(
                session,
                enrolment.teacher,
                Letters.SESSION_RESTORED,
                key=f"restored:{session.pk}:{session.revision}:{enrolment.teacher_id}",
            )
        waiting_list.promote(session, now)
        log(instance=session, action="training.restore", user=by)
        elsewhere.session_changed(session)
    return session
