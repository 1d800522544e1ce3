"""How full sessions are, and what an adviser chooses from: in a known number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Lower
from django.utils import timezone
from django.utils.translation import get_language

from courses.agenda.models import Meeting
from courses.agenda.queries import PlannedDate, apart_from_days_off, further_dates
from courses.agenda.values import PARIS, Hours
from courses.catalogue.models import Resource
from courses.people.enums import Language, Role
from courses.people.models import Membership, Organisation, Person
from training.enums import HOLD_A_SEAT, STILL_OPEN, TO_ANSWER, PlannedSort, SessionState
from training.models import Enrolment, SeatOffer, Session, Substitution, Training
from training.models.leading import led_by, working
from training.models.session import SessionQuerySet
from training.queries.ending_memberships import ending_memberships
from training.queries.found_by_words import plain
from training.queries.leading import (
    WITH_SUBSTITUTION,
    each_date_has_a_substitute,
    everybody_leading,
    providers_of,
    without_trainer,
    working_trainers_of,
)
from training.values import MOST_DAYS_OFF

FEW_DAYS = 10
FEW_SHARE = 4  # a session to come with less than a quarter of its seats taken lacks people


def planned(
    person: Person,
    *,
    when: str,
    resource: Resource | None,
    text: str,
    now: datetime,
    provider: Organisation | None = None,
    training: Training | None = None,
    days: tuple[date | None, date | None] = (None, None),
    sort: str = "",
) -> SessionQuerySet:
    """The adviser's list: each session with its seats, turns and meetings still to be held.

    `days`: those that have a date between them, both included.
    """
    sessions = Session.objects.visible_to(person).with_page_rows().with_counts()
    if when == "past":
        sessions = sessions.over(now).held().order_by("-starts_at", "-pk")
    elif when == "few":
        sessions = sessions.filter(pk__in=without_enough_people(now).values("pk")).order_by(
            "starts_at", "pk"
        )
    elif when == "unled":
        sessions = sessions.filter(pk__in=without_trainer(now).values("pk")).order_by(
            "starts_at", "pk"
        )
    elif when == "ending":
        ending = {one.session_id for one in ending_memberships(now)}
        sessions = sessions.filter(pk__in=ending).order_by("starts_at", "pk")
    elif when in (SessionState.DRAFT, SessionState.CANCELLED):
        sessions = sessions.filter(state=when).order_by("-starts_at", "-pk")
    else:
        sessions = sessions.not_over(now).held().order_by("starts_at", "pk")
    if resource:
        sessions = sessions.filter(training__resource=resource)
    if provider:
        sessions = sessions.of_provider(provider)
    if training:
        sessions = sessions.filter(training=training)
    sessions = _between(sessions, *days)
    if sort == PlannedSort.EMPTIEST:
        free = models.F("capacity") - models.F("seats_taken")
        sessions = sessions.order_by(free.desc(), "starts_at", "pk")
    elif sort == PlannedSort.TITLE:
        sessions = sessions.order_by(_title(), "starts_at", "pk")
    if text:
        sessions = sessions.filter(_that_say(plain(text).split()))
    return (
        sessions.with_rule()
        .annotate(is_led_by_dates=each_date_has_a_substitute(now))
        .prefetch_related("trainers", _meetings_of())
        .fetch_mode(models.FETCH_PEERS)
    )


def _between(sessions: SessionQuerySet, first: date | None, last: date | None) -> SessionQuerySet:
    """Those with a date between these days, as in the catalogue. A cancelled date counts only where
    all are; then each does, where the catalogue has those that weren't cancelled one by one.
    """
    if not (first or last):
        return sessions
    dates = Meeting.objects.filter(series=OuterRef("series"))
    between = dates
    if first:
        begins = datetime.combine(first, time(), tzinfo=PARIS)
        between = between.filter(occurrence__start__gte=begins)
    if last:
        ends = datetime.combine(last + timedelta(days=1), time(), tzinfo=PARIS)
        between = between.filter(occurrence__start__lt=ends)
    return sessions.filter(
        Exists(between.going_on()) | (~Exists(dates.going_on()) & Exists(between))
    )


def _that_say(words: list[str]) -> Q:
    """Every word in a title, the resource or the name of a trainer. Two queries.

    Compared here and not by the database, as the catalogue does: with or without accents.
    """
    trainings = [
        (pk, plain(" ".join(said)))
        for pk, *said in Training.objects.values_list(
            "pk", "title_fr", "title_en", "resource__name"
        )
    ]
    led = Session.trainers.through.objects.values_list(
        "session", "person__given_name", "person__family_name"
    )
    trainers = [(session, plain(f"{given} {family}")) for session, given, family in led]
    found = Q()
    for word in words:
        found &= Q(training__in=[pk for pk, said in trainings if word in said]) | Q(
            pk__in={session for session, said in trainers if word in said}
        )
    return found


def _title() -> Combinable:
    """The title in the reader's language, in lower case."""
    return Lower(f"training__title_{'en' if get_language() == Language.ENGLISH else 'fr'}")


def without_enough_people(now: datetime) -> SessionQuerySet:
    """Open, beginning within some days, and mostly empty."""
    soon = Session.objects.filter(
        state=SessionState.OPEN, starts_at__gt=now, starts_at__lte=now + timedelta(days=FEW_DAYS)
    )
    return (
        soon.with_page_rows()
        .with_counts()
        .filter(capacity__gt=models.F("seats_taken") * FEW_SHARE)
        .order_by("starts_at")
    )


def count_drafts(now: datetime) -> tuple[int, int]:
    """As many as the list of drafts has, and of these those that can't be opened any more."""
    drafts = Session.objects.filter(state=SessionState.DRAFT)
    is_over = models.Q(ends_at__lte=now)  # as `why_not_open`
    counted = drafts.aggregate(all=models.Count("pk"), over=models.Count("pk", filter=is_over))
    return counted["all"], counted["over"]


def lacks_people(session: Session, now: datetime) -> bool:
    """The same question about one session that comes `with_counts()`."""
    is_soon = now < session.starts_at <= now + timedelta(days=FEW_DAYS)
    return is_soon and session.capacity > session.seats_taken * FEW_SHARE


def led_sessions(trainer: Person, *, now: datetime) -> tuple[list[Session], list[Session]]:
    """A trainer's sessions, to come and past, with how many are expected and the meetings that they
    lead; those of which they lead one date only are over with it.
    """
    sessions = list(
        Session.objects.with_dates_of(trainer)
        .exclude(state=SessionState.DRAFT)
        .with_page_rows()
        .prefetch_related(
            "trainers",
            _meetings_of(with_sheet=True, led_by_person=trainer),
            Prefetch("substitutions", _to_say_of(trainer), to_attr="of_mine"),
        )
        .annotate(enrolled=count_enrolled())
        .order_by("starts_at")
        .fetch_mode(models.FETCH_PEERS)
    )
    to_come = [
        one
        for one in sessions
        if _ends_for(trainer, one) > now
        or (one.awaits_date_at(now) and trainer in one.trainers.all())
    ]
    return to_come, [one for one in reversed(sessions) if one not in to_come]


def _to_say_of(trainer: Person) -> QuerySet[Substitution]:
    """Dates that they lead in somebody's place, or somebody else in theirs."""
    mine = Substitution.objects.filter(Q(substitute=trainer) | Q(replaces=trainer))
    rows = mine.select_related("meeting__occurrence", "substitute", "replaces")
    return rows.order_by("meeting__occurrence__start")


def _ends_for(trainer: Person, session: Session) -> datetime:
    if trainer in session.trainers.all():
        return session.ends_at
    return max(meeting.ends_at for meeting in session.series.in_order)


def count_enrolled() -> Combinable:
    """Count of who holds a seat, as a subquery: a join with the trainers would count everybody twice."""
    seats = (
        Enrolment.objects.filter(session=OuterRef("pk"), state__in=HOLD_A_SEAT)
        .order_by()
        .values("session")
    )
    return Coalesce(models.Subquery(seats.annotate(n=models.Count("pk")).values("n")), 0)


def _meetings_of(*, with_sheet: bool = False, led_by_person: Person | None = None) -> Prefetch:
    meetings = Meeting.objects.in_time_order()
    if led_by_person:
        meetings = meetings.filter(led_by(led_by_person))
    if with_sheet:
        meetings = meetings.select_related("sheet")
    return Prefetch("series__meetings", meetings, to_attr="in_order")


def trainers_working_for(providers: Iterable[Organisation]) -> QuerySet[Person]:
    """Persons who are trainers of one of them today."""
    held = Membership.objects.current().filter(person=OuterRef("pk"), role=Role.TRAINER)
    works = Exists(held.filter(organisation__in=[one.pk for one in providers]))
    return Person.objects.filter(works, is_active=True)


def who_may_lead(session: Session) -> QuerySet[Person]:
    """Trainers of the session's providers, and those who lead it already, even if they left since."""
    lent = trainers_working_for(providers_of(session)).values("pk")
    leads = Session.trainers.through.objects.filter(session=session, person=OuterRef("pk"))
    return Person.objects.filter(Q(pk__in=lent) | Exists(leads))


def meetings_with_sheets(session: Session) -> list[Meeting]:
    """All of them, cancelled ones too, each with its sheet and its substitution if it has one."""
    meetings = Meeting.objects.filter(series=session.series_id).in_time_order()
    return list(meetings.select_related("sheet", "missed_date", *WITH_SUBSTITUTION))


def dates_after(meeting: Meeting, meetings: Iterable[Meeting], *, now: datetime) -> list[Meeting]:
    """Those to come after this one that aren't cancelled."""
    return [
        one
        for one in meetings
        if one.starts_at > max(meeting.starts_at, now) and not one.is_cancelled
    ]


def dates_to_go_on(
    session: Session, *, count: int, leave_out_days_off: bool, now: datetime
) -> list[PlannedDate]:
    """The next dates of the session's rhythm; days off are Sundays, bank holidays and the holidays
    of zone B.
    """
    dates = further_dates(session.series, session.meetings, count=count + MOST_DAYS_OFF, after=now)
    if leave_out_days_off:
        dates = apart_from_days_off(dates, day_of=lambda date: date.day)
    return dates[:count]


def count_told(session: Session) -> int:
    """Whom a change is told: seats, turns, trainers and who leads one date in their place."""
    leading = everybody_leading(session, session.meetings.going_on())
    return session.open_enrolments().count() + len(leading)


def concerned(session: Session) -> QuerySet[Person]:
    """Teachers who hold a seat or wait, and the trainers: those who are told of another language."""
    enrolled = Q(enrolments__session=session, enrolments__state__in=STILL_OPEN)
    to_come = Q(meeting__occurrence__end__gt=timezone.now())
    instead = Substitution.objects.filter(
        to_come, working("substitute", "session__"), session=session
    ).values("substitute")
    trainers = [one.pk for one in working_trainers_of(session)]
    who = enrolled | Q(pk__in=trainers) | Q(pk__in=instead)
    return Person.objects.filter(who).distinct().order_by("pk")


def readers_of_a_message(session: Session, *, also_waiting: bool) -> QuerySet[Person]:
    """Teachers who hold a seat, and those who wait if wanted."""
    states = STILL_OPEN if also_waiting else HOLD_A_SEAT
    return Person.objects.filter(
        enrolments__session=session, enrolments__state__in=states
    ).order_by("family_name", "given_name", "pk")


@dataclass
class Clash:
    """A trainer's other meeting at the same time."""

    trainer: Person
    meeting: Meeting
    title: str


def clashes_of_trainers(
    trainers: list[Person], hours: list[Hours], *, apart_from: Session | None = None
) -> list[Clash]:
    """Return the meetings that the trainers already lead at these hours.

    A warning, not a refusal: an adviser may know better.
    """
    at_these_hours = Q()
    for one in hours:
        at_these_hours |= Q(occurrence__start__lt=one.ends_at, occurrence__end__gt=one.starts_at)
    if not trainers or not hours:
        return []
    wanted = {trainer.pk: trainer for trainer in trainers}
    meetings = (
        Meeting.objects.going_on()
        .in_time_order()
        .filter(at_these_hours, series__training_session__trainers__in=wanted)
        .exclude(series__training_session__state=SessionState.CANCELLED)
        .select_related("series__training_session__training")
        .annotate(led_by=models.F("series__training_session__trainers"))
    )
    if apart_from:
        meetings = meetings.exclude(series=apart_from.series_id)
    found = {
        (m.pk, m.led_by): Clash(wanted[m.led_by], m, m.series.training_session.title)
        for m in meetings
        if m.led_by in wanted
    }
    overlapping = Meeting.objects.going_on().filter(at_these_hours)
    instead = Substitution.objects.filter(meeting__in=overlapping)
    for other in instead.select_related("meeting__occurrence", "session__training"):
        found.pop((other.meeting_id, other.replaces_id), None)
        is_elsewhere = apart_from is None or other.session_id != apart_from.pk
        if is_elsewhere and (who := wanted.get(other.substitute_id)):
            found[other.meeting_id, who.pk] = Clash(who, other.meeting, other.session.title)
    return sorted(found.values(), key=lambda clash: (clash.meeting.starts_at, clash.meeting.pk))


def seats_and_offers(session: Session) -> tuple[int, int]:
    """How many people come, and how many seats wait for an answer: offered, or held for somebody of
    another date.
    """
    to_answer = session.enrolments.filter(state__in=TO_ANSWER)
    return session.enrolments.holding_a_seat().count(), to_answer.count()


def count_on_other_dates(session: Session) -> tuple[int, int]:
    """Return for how many of its people a seat of another date is held, and how many have taken
    one.
    """
    there = Enrolment.objects.filter(instead_of__session=session)
    return there.held().count(), there.holding_a_seat().count()


def cancels_with_it(session: Session, *, now: datetime) -> list[Meeting]:
    """The dates that are cancelled with the whole session: those that aren't over."""
    return [meeting for meeting in session.meetings.going_on() if meeting.ends_at > now]


def has_held_dates(session: Session, *, now: datetime) -> bool:
    """What is cancelled is the rest of the session: what was held counts. A date to which no trainer
    came is cancelled.
    """
    return session.meetings.going_on().filter(occurrence__end__lte=now).exists()


def cancelled_with(session: Session) -> list[Meeting]:
    """The dates that were cancelled with the whole session; those that were cancelled alone before
    have a change of their own, those to which no trainer came a `MissedDate`.
    """
    alone = session.changes.filter(starts_at=None).values("meeting")
    others = session.meetings.exclude(pk__in=alone).filter(missed_date=None)
    return [meeting for meeting in others if meeting.is_cancelled]


def log_of_offers(session: Session) -> list[SeatOffer]:
    """Every offer of a seat that was made, newest first, with whom it was made to."""
    return list(SeatOffer.objects.of_session(session).select_related("enrolment__teacher"))
