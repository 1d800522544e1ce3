"""Questions of participants, as who leads reads them: a first name and a code, nothing else."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter

from django.db.models import CharField, Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast, Coalesce

from courses.agenda.enums import CalendarMethod
from courses.agenda.models import CalendarEntry, Meeting
from courses.live.enums import RoomRole
from courses.live.models import RoomPass
from courses.mail.enums import LetterState
from courses.mail.models import Letter, LetterQuerySet
from courses.people.models import Person
from training.enums import EnrolmentState, Letters, SessionState
from training.models import AdvanceQuestion, Enrolment, Session, Substitution
from training.models.leading import works_for
from training.models.question import AdvanceQuestionQuerySet
from training.models.session import SessionQuerySet
from training.queries.leading import is_trainer_of, leaders_of, working_trainers_of

A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class AskedQuestion:
    """`code` is the person's in the first date that isn't cancelled; empty where they have none."""

    given_name: str
    code: str
    text: str
    public_id: str
    answer: str


def seats_of(person: Person) -> QuerySet[Enrolment]:
    """Return the person's seats with the sessions as their pages show them."""
    mine = Enrolment.objects.filter(teacher=person).holding_a_seat()
    return mine.select_related("session__training__resource", "session__provider")


def left_by(person: Person) -> QuerySet[Enrolment]:
    """Return what the person gave back or lost."""
    mine = Enrolment.objects.filter(teacher=person, state=EnrolmentState.CANCELLED)
    return mine.select_related("session__training")


def questions_of(enrolment: Enrolment) -> list[AdvanceQuestion]:
    return list(enrolment.advance_questions.select_related("answered_by"))


def questions_asked(
    session: Session, *, of_those_at: Collection[Meeting] | None = None
) -> list[AskedQuestion]:
    """All of the session's, or of those expected at these dates, by first name. Two queries, and no
    family name leaves the database.
    """
    rows = _asked(session, of_those_at).values_list(
        "enrolment__teacher", "enrolment__teacher__given_name", "text", "public_id", "answer"
    )
    last_first = _passes(session, of_those_at).order_by("-room__meeting__occurrence__start")
    codes = dict(last_first.values_list("person", "code"))
    in_order = rows.order_by("enrolment__teacher__given_name", "enrolment", "pk")
    return [
        AskedQuestion(name, codes.get(person, ""), text, public_id, answer)
        for person, name, text, public_id, answer in in_order
    ]


def count_asked(session: Session, *, of_those_at: Collection[Meeting] | None = None) -> int:
    return _asked(session, of_those_at).count()


def with_number_asked(sessions: SessionQuerySet) -> SessionQuerySet:
    """Annotate `number_asked`: `count_asked` of the whole session, by the database."""
    asked = AdvanceQuestion.objects.of_seats().filter(enrolment__session=OuterRef("pk")).order_by()
    number = asked.values("enrolment__session").annotate(number=Count("pk")).values("number")
    return sessions.annotate(number_asked=Coalesce(Subquery(number), 0))


def question_asked_at(
    public_id: str, session: Session, *, of_those_at: Collection[Meeting] | None = None
) -> AdvanceQuestion | None:
    """One of `questions_asked`."""
    return _asked(session, of_those_at).filter(public_id=public_id).first()


def count_unanswered(session: Session, *, of_those_at: Collection[Meeting] | None = None) -> int:
    return _asked(session, of_those_at).filter(answered_at__isnull=True).count()


def dates_read_by(person: Person, session: Session, *, now: datetime) -> list[Meeting] | None:
    """The dates of whose participants somebody who leads reads questions; None: of all. Who leads
    one in somebody's place reads those of that date, as long as its names (`rules.may_read_names`).
    Two queries at most.
    """
    if is_trainer_of(person, session):
        return None
    own = Substitution.objects.with_access(now).filter(
        works_for(person, "session__"), session=session, substitute=person
    )
    return list(Meeting.objects.filter(substitution__in=own))


def unanswered_near_a_date(now: datetime) -> list[AdvanceQuestion]:
    """Return the last question without an answer of each open session of which a date begins, or
    began, within a day. One query.
    """
    near = Meeting.objects.going_on().filter(
        series__training_session__state=SessionState.OPEN,
        occurrence__start__gt=now - A_DAY,
        occurrence__start__lte=now + A_DAY,
    )
    unanswered = AdvanceQuestion.objects.of_seats().filter(
        answered_at__isnull=True, enrolment__session__series__in=near.values("series")
    )
    rows = unanswered.select_related("enrolment__session__training__resource")
    by_session = {one.enrolment.session_id: one for one in rows.order_by("asked_at", "pk")}
    return list(by_session.values())


def letters_telling_questions(
    session: Session, person: Person, *, since: datetime
) -> LetterQuerySet:
    """Return the letters posted, sent or still to be written since then that tell this person how many
    questions wait, as each counts when it is written: those on questions, also with nothing to say
    then, and reminders that weren't withdrawn.
    """
    of_questions = Q(
        kind=Letters.QUESTION_ASKED, about_model=session._meta.label, about_pk=session.pk
    )
    reminders = Q(
        kind=Letters.REMINDER,
        about_model=Meeting._meta.label,
        about_pk__in=session.meetings.values(key=Cast("pk", CharField())),
    ) & ~Q(state=LetterState.WITHDRAWN)
    told = Q(posted_at__gte=since) | Q(sent_at__gte=since) | Q(summary__sent_at__gte=since)
    to_be_written = Q(state=LetterState.WAITING) | Q(
        state=LetterState.SUMMED_UP, summary__state=LetterState.WAITING
    )
    return Letter.objects.filter(of_questions | reminders, told | to_be_written, to=person)


def next_start(session: Session, *, now: datetime) -> datetime | None:
    starts = [one.starts_at for one in session.meetings.going_on() if one.starts_at > now]
    return min(starts, default=None)


def start_in_calendar(session: Session, person: Person, start: datetime | None) -> datetime | None:
    """Return `start`, if a date that begins then stands in this person's calendar: of those alone go
    reminders. A substitute's date stands in no calendar of whom they replace.
    """
    if start is None:
        return None
    entries = CalendarEntry.objects.filter(
        person=person,
        meeting__series=session.series_id,
        meeting__occurrence__cancelled=False,
        method=CalendarMethod.REQUEST,
        starts_at=start,
    )
    return entries.values_list("starts_at", flat=True).first()


def who_is_told_of_questions(session: Session, *, now: datetime) -> list[Person]:
    """The session's trainers who work for its provider, and who leads the date that comes next in
    their place; where none of them leads any of its dates, all who lead in their place and still
    read of theirs. Five queries at most.
    """
    trainers, meetings = working_trainers_of(session), list(session.meetings.going_on())
    leading = leaders_of(session, meetings)
    to_come = [one for one in meetings if one.starts_at > now]
    is_led = any(one in trainers for people in leading.values() for one in people)
    dates = sorted(to_come, key=attrgetter("starts_at"))[:1] if is_led else meetings
    instead = {one.pk: one for date in dates for one in leading[date.pk] if one not in trainers}
    if not instead:
        return trainers
    still = Substitution.objects.with_access(now).filter(session=session, substitute__in=instead)
    with_access = set(still.values_list("substitute", flat=True))
    return [*trainers, *(one for pk, one in instead.items() if pk in with_access)]


def _asked(session: Session, of_those_at: Collection[Meeting] | None) -> AdvanceQuestionQuerySet:
    asked = AdvanceQuestion.objects.of_seats().filter(enrolment__session=session)
    if of_those_at is None:
        return asked
    return asked.filter(enrolment__teacher__in=_passes(session, of_those_at).values("person"))


def _passes(session: Session, at: Collection[Meeting] | None) -> QuerySet[RoomPass]:
    passes = RoomPass.objects.filter(
        is_withdrawn=False, role=RoomRole.MEMBER, room__meeting__occurrence__cancelled=False
    )
    if at is None:
        return passes.filter(room__meeting__series=session.series_id)
    return passes.filter(room__meeting__in=at)
