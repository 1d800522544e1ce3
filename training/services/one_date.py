"""One date of a seat in a series: given back alone, and taken again."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from courses.agenda import services as agenda
from courses.agenda.enums import CalendarMethod
from courses.agenda.models import Meeting
from courses.live import services as live
from courses.live.enums import RoomRole
from courses.mail.services import post
from training.enums import Letters
from training.models import Enrolment, Participation
from training.rules import why_not_give_back_date, why_not_take_date_again
from training.services import absences
from training.services.enrolment import locked


def give_back(
    *, enrolment: Enrolment, meeting: Meeting, now: datetime | None = None
) -> Participation:
    """The seat stays for the other dates: no way into this one's room, CANCEL for the calendar, and
    no absence from class. Twice is once.

    Holds the session's row. Raises a `Refusal`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        one, others = _held(enrolment, meeting)
        if one.is_withdrawn:
            return one
        if refusal := why_not_give_back_date(one, others, now=now):
            raise refusal
        one.is_withdrawn = True
        one.save(update_fields=["is_withdrawn"])
        live.take_back_pass(meeting=one.meeting, person=one.enrolment.teacher)
        _tell(one, CalendarMethod.CANCEL, Letters.MEETING_WITHDRAWN, now=now)
    return one


def take_again(
    *, enrolment: Enrolment, meeting: Meeting, now: datetime | None = None
) -> Participation:
    """Expected again on a date that was given back, until it begins. As `give_back`."""
    now = now or timezone.now()
    with transaction.atomic():
        one, _others = _held(enrolment, meeting)
        if not one.is_withdrawn:
            return one
        if refusal := why_not_take_date_again(one, now=now):
            raise refusal
        one.is_withdrawn = False
        one.save(update_fields=["is_withdrawn"])
        live.give_pass(meeting=one.meeting, person=one.enrolment.teacher, role=RoomRole.MEMBER)
        _tell(one, CalendarMethod.REQUEST, Letters.MEETING_INVITATION, now=now)
    return one


def _held(enrolment: Enrolment, meeting: Meeting) -> tuple[Participation, list[Participation]]:
    """As they are now, the session held: the date's own, and those of the seat's other dates."""
    locked(enrolment.session)
    rows = Participation.objects.filter(enrolment=enrolment).select_related(
        "meeting__occurrence", "enrolment__teacher", "enrolment__session__training"
    )
    found = {row.meeting_id: row for row in rows}
    one = found.pop(meeting.pk)
    return one, list(found.values())


def _tell(one: Participation, method: CalendarMethod, letter: str, *, now: datetime) -> None:
    teacher = one.enrolment.teacher
    entry = agenda.tell(meeting=one.meeting, person=teacher, method=method)
    if entry:
        key = f"date:{one.pk}:{entry.sequence}"
        details = {"meetings": [one.meeting_id], "seat_stays": True}
        post(letter, about=one.enrolment, to=teacher, key=key, details=details)
    absences.follow([one], now=now)
