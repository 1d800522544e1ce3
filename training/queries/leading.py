"""Who leads the meetings of a session. Pages, permissions, letters, calendars and certificates ask
here, or the database by `models.leading.led_by`.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import Combinable
from django.utils.translation import gettext as _

from courses.agenda.models import Meeting
from courses.dates import paris_day
from courses.mail.enums import LetterState
from courses.mail.models import Letter
from courses.people.enums import Role
from courses.people.models import Membership, Organisation, Person
from courses.people.permissions import is_planner
from training.enums import HOLD_A_SEAT, Letters, SessionState
from training.models import Participation, Session, Sheet, Substitution
from training.models.leading import led_by, stays, substitute_stays, working, working_by
from training.models.session import SessionQuerySet

WITH_SUBSTITUTION = ("substitution__substitute", "substitution__replaces")  # of a meeting


def leaders_of(session: Session, meetings: Iterable[Meeting]) -> dict[int, list[Person]]:
    """Return the leaders by the meeting's primary key, those who work for the provider today. Two
    queries.
    """
    instead = substitutions_of(session)
    gone = [one.substitute for one in instead.values() if not one.is_working]
    return _by_meeting(working_trainers_of(session), instead, meetings, gone)


def named_leaders_of(session: Session, meetings: Iterable[Meeting]) -> dict[int, list[Person]]:
    """As `leaders_of`, with those who left the provider since: who led a date that is over. Two
    queries, one if the trainers are there already.
    """
    return _by_meeting(list(session.trainers.all()), substitutions_of(session), meetings)


def leaders_on_the_day(session: Session, meeting: Meeting) -> list[Person]:
    """As `leaders_of` this meeting, with those who will work for the provider on its day: in whose
    place somebody else may lead it. Two queries.
    """
    works = working_by(paris_day(meeting.starts_at), "substitute", "session__")
    found = session.substitutions.filter(meeting=meeting).annotate(works_then=works)
    instead = found.select_related("substitute").first()
    works = working_by(paris_day(meeting.starts_at), "person", "session__")
    leading = _leading(_trainers_who(works, session), instead)
    gone = instead and not instead.works_then and instead.substitute
    return [one for one in leading if one != gone]


def working_trainers_of(session: Session) -> list[Person]:
    """The session's own, those who work for the provider today. One query."""
    return _trainers_who(working("person", "session__"), session)


def _trainers_who(work: Combinable | Q, session: Session) -> list[Person]:
    rows = Session.trainers.through.objects.filter(work, session=session)
    by_name = rows.order_by("person__family_name", "person__given_name", "pk")
    return [row.person for row in by_name.select_related("person")]


def count_told_of_leading(session: Session, *, since: datetime) -> int:
    """How many are told since then that they lead the session or no longer do: who knew of no date
    of it, as after a gap between two memberships, or has no email address, isn't.
    """
    posted = Letter.objects.filter(
        kind=Letters.TRAINER_INVITATION,
        about_model=session._meta.label,
        about_pk=session.pk,
        posted_at__gte=since,
    )
    return posted.exclude(state=LetterState.FAILED).values("to").distinct().count()


def providers_leading(session: Session) -> list[Organisation]:
    """The providers for which those work who lead the session today, and so read what is written in
    it: the one for which it was planned or the one that has its resource, or both, by name. While
    nobody works for either, the first. No query unless its resource has another provider since: one,
    or two while nobody does. The session comes with its resource's provider.
    """
    if session.provider_id == session.resource.provider_id:
        return [session.resource.provider]
    of_session = Session.objects.filter(pk=session.pk)
    instead = Substitution.objects.filter(session=session).values("substitute")
    held = Membership.objects.current().filter(
        Q(person__in=of_session.values("trainers")) | Q(person__in=instead),
        organisation=OuterRef("pk"),
        person__is_active=True,
        role=Role.TRAINER,
    )
    mine = Q(pk__in=[session.provider_id, session.resource.provider_id])
    found = Organisation.objects.filter(mine, Exists(held)).order_by("name")
    return list(found) or [session.provider]


def led_for(session: Session) -> str:
    """The names of `providers_leading`."""
    return names_of(providers_leading(session))


def names_of(providers: list[Organisation]) -> str:
    """Of one provider, or two."""
    first, *others = [one.name for one in providers]
    return _("%(first)s and %(last)s") % {"first": first, "last": others[0]} if others else first


def providers_of(session: Session) -> list[Organisation]:
    """Whose trainers may lead it: the one for which it was planned and the one that has its resource,
    by name. No query unless these are two.
    """
    if session.provider_id == session.resource.provider_id:
        return [session.resource.provider]
    return sorted((session.provider, session.resource.provider), key=lambda one: one.name)


def lenders(session: Session, *, to: Person) -> list[Organisation]:
    """The providers whose trainers this person may name for a date: a planner of `providers_of` the
    session; a trainer of those of them for which they work, as nobody reads who works for another
    provider.
    """
    theirs = to.places_as(Role.TRAINER)
    return [one for one in providers_of(session) if is_planner(to) or one in theirs]


def one_of(providers: list[Organisation]) -> str:
    """Their names, where either will do; no provider has none."""
    first, *others = [one.name for one in providers] or [""]
    return _("%(first)s or %(last)s") % {"first": first, "last": others[0]} if others else first


def is_trainer_of(person: Person, session: Session) -> bool:
    """Whether the person leads the whole session, not one date in somebody's place."""
    return Session.objects.led_by(person).filter(pk=session.pk).exists()


def _by_meeting(
    trainers: list[Person],
    instead: dict[int, Substitution],
    meetings: Iterable[Meeting],
    gone: Collection[Person] = (),
) -> dict[int, list[Person]]:
    found = {one.pk: _leading(trainers, instead.get(one.pk)) for one in meetings}
    return {pk: [one for one in people if one not in gone] for pk, people in found.items()}


def _leading(trainers: list[Person], instead: Substitution | None) -> list[Person]:
    if instead is None:
        return trainers
    there = [one for one in trainers if one.pk != instead.replaces_id]
    return there if instead.substitute in there else [*there, instead.substitute]


def everybody_leading(session: Session, meetings: Iterable[Meeting]) -> list[Person]:
    """Each once. Two queries."""
    by_meeting = leaders_of(session, meetings).values()
    return list({person.pk: person for people in by_meeting for person in people}.values())


def everybody_who_led(session: Session, meetings: Iterable[Meeting]) -> list[Person]:
    """Each once, in the order of the meetings: as kept on the sheet, whoever became a trainer of the
    session since; of other meetings, who was named to lead them. Four queries at most.
    """
    meetings = list(meetings)
    sheets = Sheet.objects.filter(meeting__in=meetings).prefetch_related("leaders")
    kept = {one.meeting_id: people for one in sheets if (people := list(one.leaders.all()))}
    left = [one for one in meetings if one.pk not in kept]
    by_meeting = named_leaders_of(session, left) | kept
    found = [person for one in meetings for person in by_meeting[one.pk]]
    return list({person.pk: person for person in found}.values())


def substitutions_of(session: Session) -> dict[int, Substitution]:
    """Return the substitutions by the meeting's primary key."""
    found = session.substitutions.select_related("replaces", "substitute").with_working()
    return {one.meeting_id: one for one in found}


def substitution_of(meeting: Meeting) -> Substitution | None:
    found = Substitution.objects.filter(meeting=meeting)
    return found.select_related("replaces", "substitute").first()


def meetings_led(person: Person, session: Session) -> QuerySet[Meeting]:
    """Cancelled ones too, in time order."""
    return session.meetings.filter(led_by(person))


def leads(person: Person, meeting: Meeting) -> bool:
    return Meeting.objects.filter(led_by(person), pk=meeting.pk).exists()


def has_a_seat(person: Person, meeting: Meeting) -> bool:
    """And is expected at the meeting."""
    held = Participation.objects.filter(
        meeting=meeting,
        is_withdrawn=False,
        enrolment__teacher=person,
        enrolment__state__in=HOLD_A_SEAT,
    )
    return held.exists()


def concerns(session: Session, person: Person) -> bool:
    """Whether they lead it or some date of it, or are or were enrolled: not so of a trainer who left
    the provider, to whom nothing is said of it any more.
    """
    return is_trainer_in(person, session) or session.enrolments.filter(teacher=person).exists()


def led_by_somebody_who_left(now: datetime) -> SessionQuerySet:
    """Sessions not over of which a trainer (`trainers_who_left`), or who leads a date to come in
    their place, no longer works for the provider, and isn't back on the day of that date.
    """
    rows = _rows_of_who_left(now)
    trainers = rows.filter(session=OuterRef("pk"))
    to_come = Substitution.objects.filter(session=OuterRef("pk"), meeting__occurrence__end__gt=now)
    instead = to_come.filter(~substitute_stays())
    return Session.objects.not_over(now).filter(Q(Exists(trainers)) | Q(Exists(instead)))


def trainers_who_left(session: Session, *, now: datetime) -> list[Person]:
    """The session's own who work for the provider no longer, and don't `come_back`. One query."""
    rows = _rows_of_who_left(now).filter(session=session).select_related("person")
    return [row.person for row in rows.order_by("person")]


def _rows_of_who_left(now: datetime) -> QuerySet:
    return Session.trainers.through.objects.filter(~stays("person", "session__", now))


def has_a_trainer(session: Session, *, now: datetime) -> bool:
    """One who works for the provider, or will by the dates to come."""
    return _rows_of_who_stays(now).filter(session=session).exists()


def _rows_of_who_stays(now: datetime) -> QuerySet:
    return Session.trainers.through.objects.filter(stays("person", "session__", now))


def without_trainer(now: datetime) -> SessionQuerySet:
    """Open sessions not over with a date to come that nobody leads, or without a date."""
    led = _rows_of_who_stays(now).filter(session=OuterRef("pk"))
    return Session.objects.not_over(now).filter(
        ~Exists(led), ~each_date_has_a_substitute(now), state=SessionState.OPEN
    )


def each_date_has_a_substitute(now: datetime) -> Q:
    """The condition that somebody stands in on every date of the session that isn't over, and there
    is one.
    """
    instead = Substitution.objects.filter(substitute_stays(), meeting=OuterRef("pk"))
    to_come = Meeting.objects.going_on().filter(series=OuterRef("series"), occurrence__end__gt=now)
    return Q(Exists(to_come)) & ~Q(Exists(to_come.filter(~Exists(instead))))


def is_led_by_dates(session: Session, *, now: datetime) -> bool:
    """Whether somebody stands in on each of its dates to come."""
    return Session.objects.filter(each_date_has_a_substitute(now), pk=session.pk).exists()


def is_trainer_in(person: Person, session: Session) -> bool:
    """Whether the person leads the session, or one date in somebody's place."""
    return Session.objects.with_dates_of(person).filter(pk=session.pk).exists()
