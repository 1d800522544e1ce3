"""Content of notices of dates that moved or were cancelled: to whom, of which meetings; and what
pages say of them.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from courses.agenda.models import Meeting
from courses.mail.enums import LetterState
from courses.mail.models import Letter
from courses.people.models import Person
from training.enums import Letters, OfferState
from training.models import Enrolment, Participation, SeatOffer, Session, SessionChange
from training.queries.leading import is_trainer_in, meetings_led
from training.values import CHANGES_WAIT, MOVES_TOLD_FOR, DateChange, MovesTold

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
    part = _Part(_by_meeting(changes, meetings_of_person(session, person)))
    letters = _letters_about([session] if part.is_back else [], person)
    return [date for date, _rows in part.dates(letters[session.pk])]


def _by_meeting(
    changes: Iterable[SessionChange], concerned: set[int] | None
) -> list[list[SessionChange]]:
    """The changes of each of these meetings; None stands for all."""
    found: dict[int, list[SessionChange]] = {}
    for change in changes:
        if concerned is None or change.meeting_id in concerned:
            found.setdefault(change.meeting_id, []).append(change)
    return list(found.values())


@dataclass(frozen=True)
class _Part:
    """Changes that are told together, by meeting. `is_sent`: their notice has gone, or waits; None
    without one. `until`: when it was written at the latest, None if it isn't yet.
    """

    by_meeting: list[list[SessionChange]]
    is_sent: bool | None = None
    until: datetime.datetime | None = None

    @property
    def is_back(self) -> bool:
        """A meeting is back at its hours: what is said of it depends on other letters."""
        return any(_from_to(rows[0], rows[-1]).is_none for rows in self.by_meeting)

    def dates(
        self, letters: Iterable[datetime.datetime]
    ) -> list[tuple[DateChange, list[SessionChange]]]:
        """`dates_changed`, each with the changes that it sums up; `letters`: when others went."""
        found = []
        for rows in self.by_meeting:
            whole = _from_to(rows[0], rows[-1])
            if whole.is_none and any(
                rows[0].at <= at and (self.until is None or at < self.until) for at in letters
            ):
                whole = _from_to(rows[-1], rows[-1])
            if not whole.is_none:
                found.append((whole, rows))
        return sorted(found, key=lambda one: (one[0].was_starts_at, one[0].meeting_id))


def moves_told(
    sessions: Iterable[Session],
    person: Person | AnonymousUser,
    mine: Mapping[int, Enrolment],
    *,
    led: Mapping[int, set[int]] | None = None,
    now: datetime.datetime,
) -> dict[int, MovesTold]:
    """Session → what its page and its row in a list say of moved dates to come, for those that
    have any. Who is in it (`mine`: session → enrolment), or leads dates of it (`led`: session →
    meetings), reads what the notices to them say, and nothing of what was told before they came;
    others the changes as they would be told. Nobody reads those of a draft.

    One query, two more where a session of `mine` moved, one of `led`, four more where one is back
    at its hours.
    """
    by_pk = {session.pk: session for session in sessions if not session.is_draft}
    changes: dict[int, list[SessionChange]] = defaultdict(list)
    recent = SessionChange.objects.filter(session__in=by_pk, at__gt=now - MOVES_TOLD_FOR)
    for change in recent.order_by("pk"):
        if not _is_of_a_draft(change, by_pk[change.session_id]):
            changes[change.session_id].append(change)
    came_at = {pk: mine[pk].asked_at if pk in mine else None for pk in {*mine, *(led or {})}}
    notices = _notices_to(person, {pk: came_at[pk] for pk in changes if pk in came_at})
    expected = _expected_at([mine[pk] for pk in changes if pk in mine])
    concerned = {**expected, **(led or {})}
    parts = {
        pk: _by_notice(rows, notices[pk], concerned.get(pk)) if pk in came_at else _by_window(rows)
        for pk, rows in changes.items()
    }
    back = [by_pk[pk] for pk in parts if pk in came_at and any(one.is_back for one in parts[pk])]
    letters = _letters_about(back, person)
    told = {pk: _told(of_one, letters[pk], now) for pk, of_one in parts.items()}
    return {pk: moves for pk, moves in told.items() if moves}


def _is_of_a_draft(change: SessionChange, session: Session) -> bool:
    """What was changed before the opening is told to nobody."""
    return session.opened_at is not None and change.at < session.opened_at


def _told(
    parts: list[_Part], letters: list[datetime.datetime], now: datetime.datetime
) -> MovesTold | None:
    """Of each meeting the last part that says anything of it."""
    last: dict[int, tuple[DateChange, list[SessionChange], bool | None]] = {}
    for part in parts:
        for date, rows in part.dates(letters):
            last[date.meeting_id] = date, rows, part.is_sent
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


def _by_window(changes: list[SessionChange]) -> list[_Part]:
    """Changes that one notice would tell: those of ten minutes."""
    parts: list[list[SessionChange]] = []
    for change in changes:
        if not parts or change.at - parts[-1][0].at >= CHANGES_WAIT:
            parts.append([])
        parts[-1].append(change)
    return [_Part(_by_meeting(part, None)) for part in parts]


type Notice = tuple[int, str, datetime.datetime | None]


def _by_notice(
    changes: list[SessionChange], notices: list[Notice], concerned: set[int] | None
) -> list[_Part]:
    """The changes that each notice tells, and whether it has gone; None if it won't."""
    ends = [since for since, _state, _until in notices[1:]]
    parts = []
    for (since, state, until), end in zip(notices, [*ends, None], strict=False):
        told = [one for one in changes if since <= one.pk and (end is None or one.pk < end)]
        is_sent = True if state == LetterState.SENT else False if state in STILL_WAITS else None
        parts.append(_Part(_by_meeting(told, concerned), is_sent, until))
    return parts


def _notices_to(
    person: Person | AnonymousUser, came_at: Mapping[int, datetime.datetime | None]
) -> dict[int, list[Notice]]:
    """Session → the first change that each notice to the person tells, the notice's state, and when
    it was sent or given up; without those taken back, those of which nothing was left to say, and
    those that were sent before the person came (`came_at`: session → when, None of who leads it).
    """
    found: dict[int, list[Notice]] = defaultdict(list)
    if not came_at:
        return found
    letters = Letter.objects.filter(
        kind=Letters.SESSION_MOVED,
        about_model=Session._meta.label,
        about_pk__in=[str(pk) for pk in came_at],
        to=person.pk,
    ).exclude(state=LetterState.WITHDRAWN)
    for letter in letters.order_by("pk").defer("source"):
        details, until = letter.details, letter.sent_at
        if letter.state == LetterState.FAILED:
            until = letter.taken_at or letter.posted_at
        session, since = int(letter.about_pk), details.get("since") or min(details["changes"])
        came = came_at[session]
        if until is None or came is None or until >= came:
            found[session].append((since, letter.state, until))
    for notices in found.values():
        notices.sort(key=lambda one: one[0])
    return found


def _expected_at(seats: Iterable[Enrolment]) -> dict[int, set[int]]:
    """Session → the meetings that the holder of the seat is expected at; without those that the
    person has no seat in.
    """
    held = {seat.pk: seat.session_id for seat in seats if seat.holds_a_seat}
    found: dict[int, set[int]] = {session: set() for session in held.values()}
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


def _letters_about(
    sessions: Iterable[Session], person: Person | AnonymousUser
) -> dict[int, list[datetime.datetime]]:
    """Session → when letters about it, such as that of a seat, went to the person. Notices of moves
    aside, each of which tells the changes since the one before. Four queries, none for none.
    """
    found: dict[int, list[datetime.datetime]] = defaultdict(list)
    keys = [session.pk for session in sessions]
    if not keys:
        return found
    offers = SeatOffer.objects.filter(enrolment__session__in=keys, enrolment__teacher=person.pk)
    seats = Enrolment.objects.filter(session__in=keys, teacher=person.pk)
    meetings = Meeting.objects.filter(series__training_session__in=keys)
    of_session = {(Session._meta.label, str(pk)): pk for pk in keys}
    about = Q(about_model=Session._meta.label, about_pk__in=[str(pk) for pk in keys])
    for rows, path in (
        (seats, "session"),
        (offers, "enrolment__session"),
        (meetings, "series__training_session"),
    ):
        label = rows.model._meta.label
        theirs = {(label, str(pk)): of for pk, of in rows.order_by().values_list("pk", path)}
        of_session |= theirs
        about |= Q(about_model=label, about_pk__in=[pk for _label, pk in theirs])
    sent = Letter.objects.filter(about, to=person.pk, state=LetterState.SENT)
    others = sent.exclude(kind=Letters.SESSION_MOVED).order_by()
    for model, pk, at in others.values_list("about_model", "about_pk", "sent_at"):
        if at:
            found[of_session[model, pk]].append(at)
    return found
