"""Letters to those who come to a session, with what their calendars are told."""

from collections.abc import Iterable

from courses.agenda import services as agenda
from courses.agenda.enums import CalendarMethod
from courses.agenda.models import Meeting
from courses.mail import services as mail
from courses.people.models import Person
from training.enums import Letters
from training.models import Participation, Session, SessionChange


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
    """One letter each for trainers, for those expected at these dates, and for those who wait or have
    an offer.
    """
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
    for enrolment in session.enrolments.in_the_list().select_related("teacher"):
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
    """One letter, with what the calendar is told of each meeting."""
    for meeting in meetings:
        agenda.tell(
            meeting=meeting,
            person=person,
            method=CalendarMethod.CANCEL if meeting.is_cancelled else CalendarMethod.REQUEST,
        )
    post_about(session, person, letter, key=key, meetings=meetings, changes=changes)


def post_about(
    session: Session,
    person: Person,
    letter: str,
    *,
    key: str,
    meetings: Iterable[Meeting] = (),
    changes: Iterable[SessionChange] = (),
) -> None:
    details = {
        "meetings": [meeting.pk for meeting in meetings],
        "changes": [change.pk for change in changes],
    }
    mail.post(letter, about=session, to=person, key=key, details=details)
