"""Content of notices of dates that moved or were cancelled: to whom, of which meetings; and what
pages say of them.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from courses.agenda.models import Meeting
from courses.mail.enums import LetterState
from courses.mail.models import Letter
from courses.people.models import Person
from training.enums import Letters, OfferState
from training.models import Enrolment, Participation, SeatOffer, Session, SessionChange
from training.queries.leading import is_trainer_in, meetings_led
from training.values import CHANGES_WAIT, DateChange, MovesTold

STILL_WAITS = (LetterState.WAITING, LetterState.GATHERED, LetterState.SUMMED_UP)


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
    concerned = meetings_of_person(session, person)
    return [date for date, _rows in _first_to_last(session, person, changes, concerned=concerned)]


def _first_to_last(
    session: Session,
    person: Person | None,
    changes: Iterable[SessionChange],
    *,
    concerned: set[int] | None,
) -> list[tuple[DateChange, list[SessionChange]]]:
    """`dates_changed` of these meetings (None: all), each with the changes that it sums up."""
    by_meeting: dict[int, list[SessionChange]] = {}
    for change in changes:
        if concerned is None or change.meeting_id in concerned:
            by_meeting.setdefault(change.meeting_id, []).append(change)
    found = []
    for rows in by_meeting.values():
        whole = _from_to(rows[0], rows[-1])
        if whole.is_none and person and _was_written_to(session, person, rows[0]):
            whole = _from_to(rows[-1], rows[-1])
        if not whole.is_none:
            found.append((whole, rows))
    return sorted(found, key=lambda one: (one[0].was_starts_at, one[0].meeting_id))


def moves_told(
    sessions: Iterable[Session],
    person: Person | AnonymousUser,
    mine: Mapping[int, Enrolment],
    *,
    now: datetime.datetime,
) -> dict[int, MovesTold]:
    """Session → what its page and its row in a list say of moved dates to come, for those that
    have any. Who is in it (`mine`: session → enrolment) reads what the notices to them say, and
    nothing of what was changed before they came; others the changes as they would be told.

    One query, two more where a session of `mine` moved.
    """
    by_pk = {session.pk: session for session in sessions}
    changes: dict[int, list[SessionChange]] = defaultdict(list)
    for change in SessionChange.objects.filter(session__in=by_pk).order_by("pk"):
        changes[change.session_id].append(change)
    theirs = [mine[pk] for pk in changes if pk in mine]
    notices = _notices_to(person, theirs)
    expected = _expected_at(theirs)
    found = {}
    for pk, rows in changes.items():
        seat = mine.get(pk)
        reader = person if seat and isinstance(person, Person) else None
        concerned = expected[pk] if seat and seat.holds_a_seat else None
        parts = _by_notice(rows, notices[pk]) if seat else _by_window(rows)
        if told := _told(by_pk[pk], reader, parts, concerned=concerned, now=now):
            found[pk] = told
    return found


type Part = tuple[list[SessionChange], bool | None]


def _told(
    session: Session,
    person: Person | None,
    parts: list[Part],
    *,
    concerned: set[int] | None,
    now: datetime.datetime,
) -> MovesTold | None:
    """Of each meeting the last part that says anything of it."""
    last: dict[int, tuple[DateChange, list[SessionChange], bool | None]] = {}
    for changes, is_sent in parts:
        for date, rows in _first_to_last(session, person, changes, concerned=concerned):
            last[date.meeting_id] = date, rows, is_sent
    shown = [one for one in last.values() if one[0].is_to_come_at(now)]
    if not shown:
        return None
    shown.sort(key=lambda one: (one[0].was_starts_at, one[0].meeting_id))
    sent = [is_sent for _date, _rows, is_sent in shown]
    newest, its_rows, _sent = max(shown, key=lambda one: one[1][-1].pk)
    reasons = [row.reason for _date, rows, _sent in shown for row in rows if row.reason]
    return MovesTold(
        [date for date, _rows, _sent in shown],
        newest,
        its_rows[-1].at,
        list(dict.fromkeys(reasons)),
        False if False in sent else None if None in sent else True,
    )


def _by_window(changes: list[SessionChange]) -> list[Part]:
    """Changes that one notice would tell: those of ten minutes."""
    parts: list[list[SessionChange]] = []
    for change in changes:
        if not parts or change.at - parts[-1][0].at >= CHANGES_WAIT:
            parts.append([])
        parts[-1].append(change)
    return [(part, None) for part in parts]


def _by_notice(changes: list[SessionChange], notices: list[tuple[int, str]]) -> list[Part]:
    """The changes that each notice tells, and whether it has gone; None if it won't."""
    ends = [since for since, _state in notices[1:]]
    return [
        (
            [one for one in changes if since <= one.pk and (end is None or one.pk < end)],
            True if state == LetterState.SENT else False if state in STILL_WAITS else None,
        )
        for (since, state), end in zip(notices, [*ends, None], strict=False)
    ]


def _notices_to(
    person: Person | AnonymousUser, seats: Iterable[Enrolment]
) -> dict[int, list[tuple[int, str]]]:
    """Session → the first change that each notice to the person tells, and the notice's state,
    without those taken back before they were written.
    """
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    keys = [str(seat.session_id) for seat in seats]
    if not keys:
        return found
    letters = Letter.objects.filter(
        kind=Letters.SESSION_MOVED,
        about_model=Session._meta.label,
        about_pk__in=keys,
        to=person.pk,
    ).exclude(state=LetterState.WITHDRAWN, attempts=0)
    for session, details, state in letters.values_list("about_pk", "details", "state"):
        since = details["since"] if "since" in details else min(details["changes"])
        found[int(session)].append((since, state))
    for notices in found.values():
        notices.sort()
    return found


def _expected_at(seats: Iterable[Enrolment]) -> dict[int, set[int]]:
    """Session → the meetings that the holder of the seat is expected at."""
    found: dict[int, set[int]] = defaultdict(set)
    held = [seat.pk for seat in seats if seat.holds_a_seat]
    if held:
        rows = Participation.objects.filter(enrolment__in=held, is_withdrawn=False)
        for session, meeting in rows.values_list("enrolment__session", "meeting"):
            found[session].add(meeting)
    return found


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


def meetings_of_person(session: Session, person: Person) -> set[int] | None:
    """Those that the person leads, or is expected at; None stands for all, of who waits or has an
    offer.
    """
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
