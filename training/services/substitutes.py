"""Another trainer of the provider leads one date: named, and taken back until the date begins.

Each holds the session's row until commit. Who comes and who goes have one letter each, with the
iCalendar of that date; participants have none, as their calendars say nothing of who leads.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from wagtail.log_actions import log

from courses.agenda import services as agenda
from courses.agenda.enums import CalendarMethod
from courses.agenda.models import Meeting
from courses.live import services as live
from courses.live.enums import RoomRole
from courses.mail.services import post
from courses.people.models import Person
from training import rules
from training.enums import Letters
from training.models import Session, Substitution
from training.models.leading import substitute_stays
from training.queries import filling
from training.queries.leading import (
    is_trainer_of,
    leaders_on_the_day,
    lenders,
    one_of,
    substitution_of,
)
from training.services import elsewhere
from training.services.session_revisions import hold_session


def name_substitute(
    *,
    session: Session,
    meeting: Meeting,
    substitute: Person,
    replaces: Person,
    by: Person,
    now: datetime | None = None,
) -> Substitution:
    """Give the substitute the room, the list and the sheet of this date from now on, and take them
    from who is replaced.

    Idempotent for the same people. Raises a `Refusal`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        session = hold_session(session)
        meeting, known = _fresh(session, meeting), substitution_of(meeting)
        providers = lenders(session, to=by)
        if known and (known.substitute_id, known.replaces_id) == (substitute.pk, replaces.pk):
            return known
        if refusal := rules.why_not_substitute(
            session, meeting=meeting, known=known, now=now
        ) or rules.why_not_this_substitute(
            substitute=substitute,
            replaces=replaces,
            leaders=leaders_on_the_day(session, meeting),
            colleagues=filling.trainers_working_for(providers),
            provider=one_of(providers),
            has_a_place=session.open_enrolments().filter(teacher=substitute).exists(),
        ):
            raise refusal
        named = Substitution.objects.create(
            session=session,
            meeting=meeting,
            replaces=replaces,
            substitute=substitute,
            by=by,
            at=now,
        )
        live.give_pass(meeting=meeting, person=substitute, role=RoomRole.MODERATOR)
        live.take_back_pass(meeting=meeting, person=replaces)
        _tell(session, meeting, substitute, CalendarMethod.REQUEST, about=replaces)
        _tell(session, meeting, replaces, CalendarMethod.CANCEL, about=substitute)
        _log(session, meeting, "training.name_substitute", by)
        elsewhere.session_changed(session)
    return named


def take_back(
    *, session: Session, meeting: Meeting, by: Person, now: datetime | None = None
) -> bool:
    """Let who was replaced lead this date again. False if it was taken back already.

    Raises a `Refusal`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        session = hold_session(session)
        meeting, known = _fresh(session, meeting), substitution_of(meeting)
        if known is None:
            return False
        if refusal := rules.why_not_take_back_substitute(session, meeting=meeting, now=now):
            raise refusal
        _give_back(session, meeting, known)
        _log(session, meeting, "training.take_back_substitute", by)
        elsewhere.session_changed(session)
    return True


def release_unneeded_substitutes(session: Session, *, now: datetime) -> None:
    """The session's trainers lead its dates to come: who was to lead one in place of somebody who is
    no longer among them isn't needed any more, unless they are leading it. Called under the
    session's lock.
    """
    trainers = session.trainers.values("pk")
    left = session.substitutions.filter(meeting__occurrence__end__gt=now)
    left = left.exclude(replaces__in=trainers)
    left = left.exclude(meeting__sheet__leaders=F("substitute"))
    for one in left.select_related("meeting__occurrence", "substitute", "replaces"):
        _release(session, one.meeting, one)


def give_back_dates_of_who_left(session: Session, *, now: datetime) -> None:
    """Dates not over whose substitute no longer works for the provider, nor will on that day: who was
    replaced leads them again, if they do. Called under the session's lock.
    """
    left = session.substitutions.filter(~substitute_stays(), meeting__occurrence__end__gt=now)
    for one in left.select_related("meeting__occurrence", "substitute", "replaces"):
        _give_back(session, one.meeting, one)
        _log(session, one.meeting, "training.take_back_substitute", None)


def _give_back(session: Session, meeting: Meeting, known: Substitution) -> None:
    _release(session, meeting, known)
    if is_trainer_of(known.replaces, session):
        live.give_pass(meeting=meeting, person=known.replaces, role=RoomRole.MODERATOR)
        _tell(session, meeting, known.replaces, CalendarMethod.REQUEST, about=known.substitute)


def _release(session: Session, meeting: Meeting, known: Substitution) -> None:
    """The substitute goes, unless they lead the whole session by now."""
    known.delete()
    if not session.trainers.filter(pk=known.substitute_id).exists():
        live.take_back_pass(meeting=meeting, person=known.substitute)
        _tell(session, meeting, known.substitute, CalendarMethod.CANCEL, about=known.replaces)


def _fresh(session: Session, meeting: Meeting) -> Meeting:
    return session.meetings.get(pk=meeting.pk)


def _tell(
    session: Session, meeting: Meeting, person: Person, method: CalendarMethod, *, about: Person
) -> None:
    """`about` is the other of the two."""
    if entry := agenda.tell(meeting=meeting, person=person, method=method):
        key = f"substitution:{meeting.pk}:{person.pk}:{entry.sequence}"
        details = {"meetings": [meeting.pk], "method": method, "other": about.pk}
        post(Letters.SUBSTITUTION, about=session, to=person, key=key, details=details)


def _log(session: Session, meeting: Meeting, action: str, by: Person | None) -> None:
    data = {"day": f"{timezone.localdate(meeting.starts_at):%Y-%m-%d}"}
    log(instance=session, action=action, user=by, data=data)
