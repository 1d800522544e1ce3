"""No trainer came to a date: recorded, undone within the hour, settled.

Each holds the session's row until commit. The meeting is cancelled after its start, so that it is no
absence and its minutes don't count toward the certificate. Seats stay: whoever has one is expected
at the date that is added.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from courses.agenda import services as agenda
from courses.agenda.enums import CalendarMethod
from courses.agenda.models import Meeting
from courses.mail import services as mail
from courses.mail.enums import LetterState
from courses.mail.models import Letter
from courses.people.models import Person
from training import rules
from training.enums import Letters
from training.exceptions import ReasonMissing
from training.models import MissedDate, Session
from training.queries.missed_dates import trainers_seen
from training.services import certificates, elsewhere
from training.services.session_dates import (
    end_without_a_date,
    keep_date_owed,
    keep_span_and_tell,
)
from training.services.session_letters import who_comes
from training.services.session_revisions import hold_session, save_next_revision


def record(
    *, session: Session, meeting: Meeting, words: str, by: Person, now: datetime | None = None
) -> MissedDate:
    """Record that no trainer came. Those who were to come, and who was to lead, are told at once.
    Idempotent.

    Raises a `Refusal`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        session = hold_session(session)
        meeting = _fresh(session, meeting)
        if known := MissedDate.objects.filter(meeting=meeting).first():
            return known
        if refusal := rules.why_not_record_missed(
            session, meeting=meeting, is_seen=bool(trainers_seen([meeting])), now=now
        ):
            raise refusal
        missed = MissedDate.objects.create(
            session=session, meeting=meeting, words=words.strip(), by=by, at=now
        )
        with translation.override(session.language):
            reason = _("No trainer came.")  # on public pages; `words` are for who has a seat
        agenda.cancel(meeting=meeting, reason=reason)
        keep_span_and_tell(session, now=now)
        save_next_revision(session)
        for person in who_comes(session, [meeting]):
            agenda.tell(meeting=meeting, person=person, method=CalendarMethod.CANCEL)
            _post(Letters.NO_TRAINER_CAME, missed, person)
        log(instance=session, action="training.no_trainer_came", user=by, data=_day(meeting))
        elsewhere.session_changed(session)
    return missed


def undo(*, missed: MissedDate, by: Person, now: datetime | None = None) -> None:
    """Undo a record made by mistake: the date counts. Who has read of it already is told; letters
    that haven't left don't. Idempotent. Raises a `Refusal`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        session = hold_session(missed.session)
        known = MissedDate.objects.filter(pk=missed.pk).first()
        if known is None:
            return
        if refusal := rules.why_not_undo_missed(session, missed=known, now=now):
            raise refusal
        meeting = _fresh(session, known.meeting)
        mail.withdraw(key_prefix=_keys_of(known))
        agenda.restore(meeting=meeting)
        keep_span_and_tell(session, now=now)
        save_next_revision(session)
        gone = Letter.objects.filter(key__startswith=_keys_of(known))
        told = set(gone.exclude(state=LetterState.WITHDRAWN).values_list("to", flat=True))
        for person in who_comes(session, [meeting]):
            agenda.tell(meeting=meeting, person=person, method=CalendarMethod.REQUEST)
            if person.pk in told:
                _post(Letters.DATE_COUNTS_AFTER_ALL, known, person)
        known.delete()
        keep_date_owed(session)
        log(instance=session, action="training.undo_no_trainer", user=by, data=_day(meeting))
        elsewhere.session_changed(session)


def settle(*, missed: MissedDate, words: str, by: Person, now: datetime | None = None) -> None:
    """Record that no other date will be added, and why: those who were to come and who was to lead
    are told. Certificates that waited for it follow. Idempotent.

    Raises a `Refusal`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        session = hold_session(missed.session)
        if not words.strip():
            raise ReasonMissing
        owed = session.missed_dates.owed().filter(pk=missed.pk)
        if owed.update(settled_at=now, settled_by=by, settled_words=words.strip()):
            keep_date_owed(session)
            end_without_a_date(session, now=now)
            for person in who_comes(session, [missed.meeting]):
                _post(Letters.NO_OTHER_DATE, missed, person)
            data = _day(missed.meeting) | {"reason": words.strip()}
            log(instance=session, action="training.settle_missed_date", user=by, data=data)
            certificates.issue_if_complete(session, now=now)


def _fresh(session: Session, meeting: Meeting) -> Meeting:
    return session.meetings.select_related("sheet").get(pk=meeting.pk)


def _keys_of(missed: MissedDate) -> str:
    """Prefix of the keys of the letters about it."""
    return f"missed:{missed.pk}:"


def _post(letter: str, missed: MissedDate, person: Person) -> None:
    key = f"{_keys_of(missed)}{letter}:{person.pk}"
    details = {"meetings": [missed.meeting_id]}
    mail.post(letter, about=missed.session, to=person, key=key, details=details)


def _day(meeting: Meeting) -> dict:
    return {"day": f"{timezone.localdate(meeting.starts_at):%Y-%m-%d}"}
