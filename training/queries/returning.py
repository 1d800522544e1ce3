"""Trainers and substitutes whose membership with the provider has begun again, and what they weren't
told while they had none.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.utils import timezone

from courses.agenda.enums import CalendarMethod
from courses.agenda.models import CalendarEntry, Meeting
from courses.live.queries import meetings_with_pass
from courses.mail.enums import LetterState
from courses.mail.models import Letter, LetterQuerySet
from courses.people.enums import Role
from courses.people.models import Membership, Person
from training.enums import Letters, SessionState
from training.models import AdvanceQuestion, Session, Substitution
from training.models.leading import has_come_back
from training.queries.changes import changes_of_notice
from training.queries.leading import meetings_led
from training.queries.questions import letters_telling_questions, who_is_told_of_questions
from training.values import QUESTIONS_ANSWERED_WITHIN, RETURN_TOLD_WITHIN

A_DAY = timedelta(days=1)

TELL_OF_DATES = (
    Letters.SESSION_MOVED,
    Letters.SESSION_CANCELLED,
    Letters.SESSION_RESTORED,
    Letters.TRAINER_INVITATION,
    Letters.SUBSTITUTION,
)
SAY_WHAT_HOLDS = (Letters.TRAINER_IS_BACK, Letters.SESSION_CANCELLED)


def who_has_come_back(now: datetime) -> set[tuple[Session, Person]]:
    """Return who has come back with each session that they lead, or lead a date of, as long as its
    questions are answered: their membership began again in the last days. Three queries.
    """
    lately = Session.objects.filter(
        state__in=(SessionState.OPEN, SessionState.CANCELLED),
        ends_at__gt=now - QUESTIONS_ANSWERED_WITHIN,
    )
    trainers = Session.trainers.through.objects.filter(
        has_come_back("person", "session__"), session__in=lately
    ).select_related("session__training__resource", "person")
    substitutes = Substitution.objects.filter(
        has_come_back("substitute", "session__"), session__in=lately
    ).select_related("session__training__resource", "substitute")
    found = {(one.session, one.person) for one in trainers} | {
        (one.session, one.substitute) for one in substitutes
    }
    held = Membership.objects.filter(
        person__in={person for _session, person in found}, role=Role.TRAINER
    )
    of_people: dict[int, list[Membership]] = defaultdict(list)
    for one in held:
        of_people[one.person_id].append(one)
    return {
        (session, person)
        for session, person in found
        if _had_a_gap(_with_provider(session, of_people[person.pk]), timezone.localdate(now))
    }


def _had_a_gap(held: list[Membership], day: date) -> bool:
    """Whether one of them began in the last days, the eve without any."""
    return any(
        day - RETURN_TOLD_WITHIN <= one.since <= day and _was_away(held, one.since - A_DAY)
        for one in held
    )


def dates_not_told(session: Session, person: Person, *, now: datetime) -> list[Meeting]:
    """Those that this person leads and of which their calendar says something else than what holds:
    nothing, other hours, or that a cancelled one takes place; those to come without a pass to their
    room, whose calendar a later change brought in step; and those of which a letter was posted
    before the gap and not written in it. Five queries; two more for such a letter.
    """
    told = {
        one.meeting_id: one
        for one in CalendarEntry.objects.filter(
            person=person, meeting__series=session.series_id, method=CalendarMethod.REQUEST
        )
    }
    led = list(meetings_led(person, session).select_related("occurrence"))
    entered = meetings_with_pass(person, led)
    unwritten = _dates_unwritten(session, person)
    return [
        one
        for one in led
        if (one.pk in unwritten and one.ends_at > now)
        or not _holds(told.get(one.pk), one, now)
        or (one.pk not in entered and _takes_place(session, one, now))
    ]


def _takes_place(session: Session, meeting: Meeting, now: datetime) -> bool:
    return session.is_open and not meeting.is_cancelled and meeting.ends_at > now


def _holds(told: CalendarEntry | None, meeting: Meeting, now: datetime) -> bool:
    if told is None:
        return meeting.is_cancelled or meeting.ends_at <= now
    method = CalendarMethod.CANCEL if meeting.is_cancelled else CalendarMethod.REQUEST
    is_past = max(told.ends_at, meeting.ends_at) <= now
    return is_past or told.says(method, meeting.starts_at, meeting.ends_at)


def _dates_unwritten(session: Session, person: Person) -> set[int]:
    """The meetings in letters that weren't written in a gap, since a letter told what holds."""
    told = _letters(session, person).filter(kind__in=SAY_WHAT_HOLDS)
    last = told.exclude(state=LetterState.WITHDRAWN).order_by("-posted_at").first()
    found: set[int] = set()
    for letter in _unwritten_in_a_gap(session, person, *TELL_OF_DATES):
        if last and last.posted_at >= letter.posted_at:
            continue
        if letter.kind == Letters.SESSION_MOVED:
            found |= {one.meeting_id for one in changes_of_notice(session, letter.details)}
        else:
            found |= set(letter.details.get("meetings", ()))
    return found


def _unwritten_in_a_gap(session: Session, person: Person, *kinds: str) -> list[Letter]:
    """Letters about the session that the worker came to while the person had no membership: its
    writers say nothing then.
    """
    dropped = _letters(session, person).not_written().filter(kind__in=kinds)
    held = _held_by(person, session)
    return [
        one for one in dropped if one.taken_at and _was_away(held, timezone.localdate(one.taken_at))
    ]


def _letters(session: Session, person: Person) -> LetterQuerySet:
    about = {"about_model": session._meta.label, "about_pk": session.pk}
    return Letter.objects.defer("source").filter(to=person, **about)


def question_not_told(session: Session, person: Person, *, now: datetime) -> AdvanceQuestion | None:
    """The last one without an answer that was asked while this person had no membership with the
    provider, or of which the letter wasn't written then, if no letter of questions and no reminder
    went to them since.
    """
    unanswered = AdvanceQuestion.objects.of_seats().filter(
        enrolment__session=session, answered_at__isnull=True
    )
    last = unanswered.order_by("-asked_at", "-pk").select_related("enrolment__session")
    unwritten = _unwritten_in_a_gap(session, person, Letters.QUESTION_ASKED)
    held = _held_by(person, session)
    away = [one for one in last if unwritten or _was_away(held, timezone.localdate(one.asked_at))]
    if not away or person not in who_is_told_of_questions(session, now=now):
        return None
    letters = letters_telling_questions(session, person, since=away[0].asked_at)
    return None if letters.exclude(state=LetterState.WITHDRAWN).exists() else away[0]


def _held_by(person: Person, session: Session) -> list[Membership]:
    return _with_provider(session, person.memberships.filter(role=Role.TRAINER))


def _with_provider(session: Session, held: Iterable[Membership]) -> list[Membership]:
    """Those with the provider for which the session was planned, or that has its resource."""
    providers = (session.provider_id, session.resource.provider_id)
    return [one for one in held if one.organisation_id in providers]


def _was_away(held: Iterable[Membership], day: date) -> bool:
    return not any(one.since <= day and (one.until is None or one.until >= day) for one in held)
