"""Letters to those who come to a session, with what their calendars are told."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from courses.agenda import services as agenda
from courses.agenda.enums import CalendarMethod
from courses.agenda.models import CalendarEntry, Meeting
from courses.mail import services as mail
from courses.mail.models import Letter
from courses.people.models import Person
from training.enums import Letters
from training.models import Participation, Session, SessionChange
from training.queries.leading import leaders_of
from training.rules import is_told_at_once
from training.values import CHANGES_WAIT


def who_comes(session: Session, meetings: list[Meeting]) -> dict[Person, list[Meeting]]:
    """Who leads these meetings, and who is expected in them; each with theirs, earliest first."""
    coming: dict[Person, list[Meeting]] = {}
    leading = leaders_of(session, meetings)
    for meeting in meetings:
        for leader in leading[meeting.pk]:
            coming.setdefault(leader, []).append(meeting)
    expected = Participation.objects.filter(
        meeting__in=meetings, is_withdrawn=False, enrolment__in=session.enrolments.holding_a_seat()
    ).select_related("enrolment__teacher")
    by_pk = {meeting.pk: place for place, meeting in enumerate(meetings)}
    for participation in sorted(expected, key=lambda p: by_pk[p.meeting_id]):
        coming.setdefault(participation.enrolment.teacher, []).append(
            meetings[by_pk[participation.meeting_id]]
        )
    return coming


def tell_of_moves(session: Session, changes: list[SessionChange], *, now: datetime) -> None:
    """One notice each for trainers, for those expected at these dates, and for those who wait, have
    an offer or a seat that is held. Called under the session's lock.

    It goes after ten minutes: a further change until then is in the same notice, which tells all
    changes since its first one (`queries.changes`). A change of a date that begins soon goes at
    once, with those that waited.
    """
    moved = list(session.meetings.filter(pk__in=[change.meeting_id for change in changes]))
    coming = who_comes(session, moved)
    for person, theirs in coming.items():
        tell_calendar(person, theirs)
    others = session.enrolments.without_a_seat_yet().select_related("teacher")
    people = [*coming, *(enrolment.teacher for enrolment in others)]
    at_once = is_told_at_once([start for one in changes for start in one.starts], now=now)
    waiting = waiting_notices(_notices_of(session), people)
    if at_once:
        mail.withdraw(keys=[notice.key for notice in waiting.values()])
    for person in people:
        notice = waiting.get(person.pk)
        if notice and not at_once:
            continue
        mail.post(
            Letters.SESSION_MOVED,
            about=session,
            to=person,
            key=f"{_notices_of(session)}{changes[0].pk}:{person.pk}",
            details={"since": notice.details["since"] if notice else changes[0].pk},
            not_before=None if at_once else now + CHANGES_WAIT,
        )


def changes_not_told(
    session: Session, changes: list[SessionChange]
) -> list[tuple[list[SessionChange], set[int]]]:
    """These, after those of which a notice waits still, with the people to whom that is so: of some
    a notice may have gone, while that of others waits.
    """
    people = list(session.enrolments.still_open().values_list("teacher", flat=True))
    waiting = waiting_notices(_notices_of(session), people)
    by_first: dict[int, set[int]] = defaultdict(set)
    for person in people:
        notice = waiting.get(person)
        by_first[notice.details["since"] if notice else changes[0].pk].add(person)
    since = list(session.changes.filter(pk__gte=min(by_first, default=0)).order_by("pk"))
    return [
        ([one for one in since if one.pk >= first], people_of)
        for first, people_of in sorted(by_first.items())
    ]


def take_back_notices(session: Session) -> None:
    """Notices of moves that haven't gone: the session is cancelled, which a letter of its own says."""
    mail.withdraw(key_prefix=_notices_of(session))


def _notices_of(session: Session) -> str:
    """Prefix of the keys of all notices of moves of the session."""
    return f"moves:{session.pk}:"


def waiting_notices(prefix: str, people: Iterable[Person | int]) -> dict[int, Letter]:
    """Those whose keys begin so, by person, also those put by for a summary. The rows are held until
    commit: a worker takes one before, and then it isn't among these, or after, and then it reads
    what this transaction wrote.
    """
    waiting = Letter.objects.may_still_grow().filter(key__startswith=prefix, to__in=people)
    return {one.to_id: one for one in waiting.select_for_update().order_by("pk")}


def post_with_calendar(
    session: Session,
    person: Person,
    meetings: list[Meeting],
    letter: str,
    *,
    key: str,
) -> None:
    """One letter, with what the calendar is told of each meeting."""
    tell_calendar(person, meetings)
    post_about(session, person, letter, key=key, meetings=meetings)


def tell_calendar(person: Person, meetings: Iterable[Meeting]) -> list[CalendarEntry]:
    """Tell the person's calendar what holds of each of these meetings."""
    told = [
        agenda.tell(
            meeting=meeting,
            person=person,
            method=CalendarMethod.CANCEL if meeting.is_cancelled else CalendarMethod.REQUEST,
        )
        for meeting in meetings
    ]
    return [entry for entry in told if entry]


def post_about(
    session: Session,
    person: Person,
    letter: str,
    *,
    key: str,
    meetings: Iterable[Meeting] = (),
) -> None:
    details = {"meetings": [meeting.pk for meeting in meetings]}
    mail.post(letter, about=session, to=person, key=key, details=details)
