"""What advisers do to a session: plan, open, edit, move, cancel, write to those who come.

Each holds the session's row until commit, before it counts or compares. Letters and what calendars
are told are written in the same transaction. Times are aware.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from courses.agenda import services as agenda
from courses.agenda.enums import CalendarMethod
from courses.agenda.models import Meeting
from courses.agenda.queries import PlannedDate
from courses.agenda.values import Hours
from courses.exceptions import StaleSheet
from courses.live import services as rooms
from courses.live.enums import RoomRole
from courses.mail import services as mail
from courses.people.models import Person
from training import rules
from training.enums import Letters, SessionState
from training.models import (
    Enrolment,
    Participation,
    Session,
    SessionChange,
    SessionMessage,
    Training,
)
from training.queries import filling
from training.services import absences, certificates, elsewhere, waiting_list
from training.services import enrolment as enrolments


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
    every: int | None = None,
    now: datetime | None = None,
) -> Session:
    """Make a draft with its meetings. `every`: these dates follow a rule, so many weeks apart.

    Raises a `Refusal` for a date in the past, dates that overlap, a foreign trainer.
    """
    hours, trainers = sorted(hours), list(trainers)
    if refusal := rules.why_not_plan(hours, now=now or timezone.now()):
        raise refusal
    check_trainers(training, trainers)
    with transaction.atomic():
        session = Session.objects.create(
            training=training,
            language=language,
            capacity=capacity,
            series=agenda.plan_series(title=training.title_fr, hours=hours, every=every),
            starts_at=hours[0].starts_at,
            ends_at=hours[-1].ends_at,
            threshold_percent=threshold_percent,
            note=note,
        )
        session.trainers.set(trainers)
        log(instance=session, action="training.plan", user=by)
    return session


def open_for_enrolment(*, session: Session, by: Person, now: datetime | None = None) -> Session:
    """Show a draft to everyone.

    Its trainers are invited to each meeting and may enter its room. Opening twice is once.
    """
    now = now or timezone.now()
    with transaction.atomic():
        session = hold_session(session)
        if session.is_open:
            return session
        if refusal := rules.why_not_open(session, now=now):
            raise refusal
        session.state = SessionState.OPEN
        session.save(update_fields=["state"])
        for trainer in session.trainers.all():
            call_trainer(session, trainer, now=now)
        log(instance=session, action="training.open", user=by)
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
    now: datetime | None = None,
) -> Session:
    """Change all but the dates. Raises `StaleSheet` if somebody saved since `revision`.

    More seats go to those who wait, in order, each with an email. Fewer than the people enrolled
    are refused, so is another threshold once somebody is enrolled. A new trainer is invited and may
    enter, one who leaves is told, and may not. Another language is told by letter to everybody; the
    note isn't.
    """
    now = now or timezone.now()
    trainers = list(trainers)
    with transaction.atomic():
        session = hold_session(session, revision)
        if refusal := (
            rules.why_not_change(session)
            or rules.why_not_lower_capacity(
                session, capacity=capacity, taken=session.count_seats_taken()
            )
            or rules.why_not_other_threshold(
                session,
                threshold_percent=threshold_percent,
                has_people=session.open_enrolments().exists(),
            )
        ):
            raise refusal
        before, has_other_language = set(session.trainers.all()), session.language != language
        check_trainers(session.training, trainers, already=before)
        session.capacity, session.language = capacity, language
        session.threshold_percent, session.note = threshold_percent, note
        save_next_revision(session, "capacity", "language", "threshold_percent", "note")
        session.trainers.set(trainers)
        if session.is_open:
            for trainer in before.difference(trainers):
                release_trainer(session, trainer, now=now)
            for trainer in set(trainers) - before:
                call_trainer(session, trainer, now=now)
            waiting_list.promote(session, now)
            if has_other_language:
                for person in filling.concerned(session):
                    key = f"language:{session.pk}:{session.revision}:{person.pk}"
                    mail.post(
                        Letters.SESSION_LANGUAGE,
                        about=session,
                        to=person,
                        key=key,
                        details={"language": language},
                    )
        log(instance=session, action="training.edit", user=by, data={"capacity": capacity})
        elsewhere.session_changed(session)
    return session


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

    One letter a person says what was and what is, and carries the first moved meeting's update;
    each further meeting's update goes with a letter of its own, because a calendar mail is about
    one meeting. Raises a `Refusal`.
    """
    now = now or timezone.now()
    with transaction.atomic():
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
        keep_span(session)
        absences.follow_meetings([m for m in meetings if m.pk in moves], now=now)
        save_next_revision(session)
        if session.is_open:
            tell_of_moves(session, changes)
        log(
            instance=session,
            action="training.move",
            user=by,
            data={"meetings": len(changes), "reason": reason},
        )
        elsewhere.session_changed(session)
    return changes


def add_meeting(
    *, session: Session, hours: Hours, by: Person, revision: int, now: datetime | None = None
) -> Meeting:
    """One more date. Who has a seat is expected there, with an invitation; so are the trainers.

    Raises a `Refusal`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        session = hold_session(session, revision)
        if refusal := rules.why_not_add_meeting(
            session, meetings=list(session.meetings), hours=hours, now=now
        ):
            raise refusal
        meeting = agenda.add_meeting(series=session.series, hours=hours)
        keep_span(session)
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
        keep_span(session)
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


def cancel(
    *,
    session: Session,
    by: Person,
    reason: str,
    revision: int | None = None,
    now: datetime | None = None,
) -> Session:
    """Call the session off: every meeting to come is cancelled, in everyone's calendar, too.
    Cancelling twice is once.

    Those who wait are told as well. Passes stay: the join page then says that it is cancelled, and
    why. Whoever attended all that was held gets the certificate. A draft is refused: see
    `drafts.delete`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        session = hold_session(session)
        if session.is_cancelled:
            return session
        refuse_if_stale(session, revision)
        if refusal := rules.why_not_cancel_session(session, now=now):
            raise refusal
        meetings = [m for m in session.meetings.going_on() if m.ends_at > now]
        session.state, session.cancel_reason = SessionState.CANCELLED, reason
        save_next_revision(session, "state", "cancel_reason")
        for meeting in meetings:
            agenda.cancel(meeting=meeting, reason=reason)
        absences.follow_meetings(meetings, now=now)
        for person, theirs in who_comes(session, meetings).items():
            post_with_calendar(
                session,
                person,
                theirs,
                Letters.SESSION_CANCELLED,
                key=f"cancelled:{session.pk}:{person.pk}",
            )
        for enrolment in session.enrolments.waiting().select_related("teacher"):
            post_about(
                session,
                enrolment.teacher,
                Letters.SESSION_CANCELLED,
                key=f"cancelled:{session.pk}:{enrolment.teacher_id}",
            )
        certificates.issue_if_complete(
            session, now=now
        )  # whoever attended all that was held has earned it
        log(instance=session, action="training.cancel", user=by, data={"reason": reason})
        elsewhere.session_changed(session)
    return session


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

    Raises a `Refusal`, such as `OnlyMeeting`. Twice is once.
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
        absences.follow_meetings([meeting], now=now)
        keep_span(session)
        save_next_revision(session)
        if session.is_open:
            for person in who_comes(session, [meeting]):
                post_with_calendar(
                    session,
                    person,
                    [meeting],
                    Letters.SESSION_MOVED,
                    key=f"change:{change.pk}:{person.pk}",
                    changes=[change],
                )
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

    Each further meeting's CANCEL goes with a letter of its own. Raises `StaleSheet` and a
    `Refusal`, such as `NothingFollows`.
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
        absences.follow_meetings(following, now=now)
        keep_span(session)
        save_next_revision(session)
        if session.is_open:
            tell_of_moves(session, changes)
        log(
            instance=session,
            action="training.cancel_meeting",
            user=by,
            data={"meetings": len(changes), "reason": reason},
        )
        elsewhere.session_changed(session)
    return changes


def message(
    *, session: Session, by: Person, subject: str, body: str, key: UUID, also_waiting: bool = False
) -> SessionMessage:
    """Write to those who hold a seat, and to those who wait if wanted.

    The same key is the same message, sent once.
    """
    with transaction.atomic():
        session = hold_session(session)
        sent, is_new = SessionMessage.objects.get_or_create(
            key=key, defaults={"session": session, "subject": subject, "body": body, "by": by}
        )
        if is_new:
            for teacher in filling.readers_of_a_message(session, also_waiting=also_waiting):
                mail.post(
                    Letters.MESSAGE, about=sent, to=teacher, key=f"message:{sent.pk}:{teacher.pk}"
                )
            log(instance=session, action="training.message", user=by, data={"subject": subject})
    return sent


def record_export(*, session: Session, by: Person) -> None:
    """Who took the list of names away, and when."""
    log(instance=session, action="training.export", user=by)


def keep_span(session: Session) -> None:
    """Begin with the first and end with the last meeting that isn't cancelled; if all are, keep the
    span as it was.
    """
    if meetings := list(session.meetings.going_on()):
        session.starts_at = min(meeting.starts_at for meeting in meetings)
        session.ends_at = max(meeting.ends_at for meeting in meetings)
        session.save(update_fields=["starts_at", "ends_at"])


def hold_session(session: Session, revision: int | None = None) -> Session:
    held = enrolments.locked(session)
    refuse_if_stale(held, revision)
    return held


def refuse_if_stale(session: Session, revision: int | None) -> None:
    if revision is not None and session.revision != revision:
        raise StaleSheet


def save_next_revision(session: Session, *fields: str) -> None:
    session.revision += 1
    session.save(update_fields=["revision", *fields])


def check_trainers(
    training: Training, trainers: list[Person], *, already: Iterable[Person] = ()
) -> None:
    """Somebody, and of the provider; who leads the session already may stay."""
    allowed = {*filling.trainers_of(training.resource), *already}
    foreign = [trainer for trainer in trainers if trainer not in allowed]
    if refusal := rules.why_not_these_trainers(training, foreign=foreign, trainers=trainers):
        raise refusal


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


def call_trainer(
    session: Session, trainer: Person, *, now: datetime, meetings: list[Meeting] | None = None
) -> None:
    """A moderator's pass and an invitation for each meeting that isn't over."""
    for meeting in meetings or [m for m in session.meetings.going_on() if m.ends_at > now]:
        rooms.give_pass(meeting=meeting, person=trainer, role=RoomRole.MODERATOR)
        _post_calendar(session, trainer, meeting, CalendarMethod.REQUEST)


def release_trainer(session: Session, trainer: Person, *, now: datetime) -> None:
    for meeting in session.meetings.going_on():
        if meeting.ends_at > now:
            rooms.take_back_pass(meeting=meeting, person=trainer)
            _post_calendar(session, trainer, meeting, CalendarMethod.CANCEL)


def _post_calendar(
    session: Session, trainer: Person, meeting: Meeting, method: CalendarMethod
) -> None:
    if entry := agenda.tell(meeting=meeting, person=trainer, method=method):
        key = f"trainer:{meeting.pk}:{trainer.pk}:{entry.sequence}"
        mail.post(
            Letters.TRAINER_INVITATION,
            about=session,
            to=trainer,
            key=key,
            details={"meeting": meeting.pk, "method": method},
        )


def _invite_to(session: Session, meetings: list[Meeting], *, now: datetime) -> None:
    """New meetings of an open session: trainers lead them, those who have a seat are expected."""
    for trainer in session.trainers.all():
        call_trainer(session, trainer, now=now, meetings=meetings)
    for enrolment in session.enrolments.holding_a_seat().select_related("teacher"):
        for meeting in meetings:
            _expect(enrolment, meeting)
    absences.follow_meetings(meetings, now=now)


def _expect(enrolment: Enrolment, meeting: Meeting) -> None:
    """A seat counts for a meeting that was added, too."""
    Participation.objects.get_or_create(enrolment=enrolment, meeting=meeting)
    rooms.give_pass(meeting=meeting, person=enrolment.teacher, role=RoomRole.MEMBER)
    entry = agenda.tell(meeting=meeting, person=enrolment.teacher, method=CalendarMethod.REQUEST)
    if entry:
        key = f"invite:{meeting.pk}:{enrolment.teacher_id}:{entry.sequence}"
        mail.post(
            Letters.MEETING_INVITATION,
            about=enrolment,
            to=enrolment.teacher,
            key=key,
            details={"meeting": meeting.pk},
        )


def who_comes(session: Session, meetings: list[Meeting]) -> dict[Person, list[Meeting]]:
    """Trainers, and who is expected in these meetings; each with theirs, earliest first."""
    coming = {trainer: list(meetings) for trainer in session.trainers.all()}
    expected = Participation.objects.filter(
        meeting__in=meetings, is_withdrawn=False, enrolment__in=session.enrolments.holding_a_seat()
    ).select_related("enrolment__teacher")
    by_pk = {meeting.pk: place for place, meeting in enumerate(meetings)}
    for participation in sorted(expected, key=lambda p: by_pk[p.meeting_id]):
        coming.setdefault(participation.enrolment.teacher, []).append(
            meetings[by_pk[participation.meeting_id]]
        )
    return coming


def tell_of_moves(session: Session, changes: list[SessionChange]) -> None:
    moved = list(session.meetings.filter(pk__in=[change.meeting_id for change in changes]))
    coming = who_comes(session, moved)
    for person, theirs in coming.items():
        post_with_calendar(
            session,
            person,
            theirs,
            Letters.SESSION_MOVED,
            key=f"change:{changes[0].pk}:{person.pk}",
            changes=changes,
        )
    for enrolment in session.enrolments.waiting().select_related("teacher"):
        key = f"change:{changes[0].pk}:{enrolment.teacher_id}"
        post_about(session, enrolment.teacher, Letters.SESSION_MOVED, key=key, changes=changes)


def post_with_calendar(
    session: Session,
    person: Person,
    meetings: list[Meeting],
    letter: str,
    *,
    key: str,
    changes: Iterable[SessionChange] = (),
) -> None:
    """One letter with the first meeting's calendar part, then a short one for the calendar of each
    further meeting.
    """
    first, *further = meetings
    for meeting in meetings:
        agenda.tell(
            meeting=meeting,
            person=person,
            method=CalendarMethod.CANCEL if meeting.is_cancelled else CalendarMethod.REQUEST,
        )
    post_about(session, person, letter, key=key, meeting=first, changes=changes)
    for meeting in further:
        details = {"meeting": meeting.pk}
        mail.post(
            Letters.MEETING_UPDATE,
            about=session,
            to=person,
            key=f"{key}:{meeting.pk}",
            details=details,
        )


def post_about(
    session: Session,
    person: Person,
    letter: str,
    *,
    key: str,
    meeting: Meeting | None = None,
    changes: Iterable[SessionChange] = (),
) -> None:
    details = {"meeting": meeting and meeting.pk, "changes": [change.pk for change in changes]}
    mail.post(letter, about=session, to=person, key=key, details=details)
