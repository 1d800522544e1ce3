"""Content of notices of dates that moved or were cancelled: to whom, of which meetings."""

from collections.abc import Iterable

from django.db.models import Q

from courses.agenda.models import Meeting
from courses.mail.enums import LetterState
from courses.mail.models import Letter
from courses.people.models import Person
from training.enums import OfferState
from training.models import Enrolment, SeatOffer, Session, SessionChange
from training.queries.leading import is_trainer_in, meetings_led
from training.values import DateChange


def changes_of_notice(session: Session, details: dict) -> list[SessionChange]:
    """List the changes in the order in which they were made: all since the one that the notice
    begins with. Rows of version 0.2.0 name each.
    """
    changes = session.changes.order_by("pk")
    if "since" in details:
        return list(changes.filter(pk__gte=details["since"]))
    return list(changes.filter(pk__in=details["changes"]))


def dates_changed(
    session: Session, person: Person, changes: Iterable[SessionChange]
) -> list[DateChange]:
    """One row a meeting, the first of its changes to the last, in the order of the old dates.

    Of the meetings that the person is expected at, or leads; who waits or has an offer reads all,
    who left the session nothing. A meeting that is back at its hours is left out, unless another
    letter about the session went to the person in between: then the hours of that time are what
    was.
    """
    concerned = _meetings_of(session, person)
    by_meeting: dict[int, list[SessionChange]] = {}
    for change in changes:
        if concerned is None or change.meeting_id in concerned:
            by_meeting.setdefault(change.meeting_id, []).append(change)
    found = []
    for one in by_meeting.values():
        whole = _from_to(one[0], one[-1])
        if whole.is_none and _was_written_to(session, person, one[0]):
            whole = _from_to(one[-1], one[-1])
        if not whole.is_none:
            found.append(whole)
    return sorted(found, key=lambda date: (date.was_starts_at, date.meeting_id))


def offer_lost(
    session: Session, person: Person, changes: Iterable[SessionChange]
) -> SeatOffer | None:
    """The offer that these changes withdrew, if the person waits again since."""
    lost = SeatOffer.objects.of_session(session).filter(
        enrolment__teacher=person,
        state=OfferState.WITHDRAWN,
        answered_at__in={change.at for change in changes},
    )
    return lost.filter(enrolment__in=session.enrolments.waiting()).first()


def _from_to(first: SessionChange, last: SessionChange) -> DateChange:
    return DateChange(
        first.meeting_id, first.was_starts_at, first.was_ends_at, last.starts_at, last.ends_at
    )


def _meetings_of(session: Session, person: Person) -> set[int] | None:
    """None stands for all."""
    if is_trainer_in(person, session):
        return set(meetings_led(person, session).values_list("pk", flat=True))
    enrolment = session.enrolments.still_open().filter(teacher=person).first()
    if enrolment is None:
        return set()
    if not enrolment.holds_a_seat:
        return None
    expected = enrolment.participations.filter(is_withdrawn=False)
    return set(expected.values_list("meeting", flat=True))


def _was_written_to(session: Session, person: Person, since: SessionChange) -> bool:
    """Another letter about the session, such as that of a seat, went to the person since."""
    about = Q(about_model=Session._meta.label, about_pk=str(session.pk))
    rows = (
        (Enrolment, session.enrolments.filter(teacher=person)),
        (
            SeatOffer,
            SeatOffer.objects.filter(enrolment__session=session, enrolment__teacher=person),
        ),
        (Meeting, Meeting.objects.filter(series=session.series_id)),
    )
    for model, chosen in rows:
        keys = [str(pk) for pk in chosen.order_by().values_list("pk", flat=True)]
        about |= Q(about_model=model._meta.label, about_pk__in=keys)
    sent = Letter.objects.filter(about, to=person, state=LetterState.SENT)
    return sent.filter(sent_at__gte=since.at).exists()
