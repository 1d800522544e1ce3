"""The provider's own tool beside our room, and plan B.

Each holds the session's row until commit. `now` is aware.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from courses.agenda.models import Meeting
from courses.exceptions import StaleSheet
from courses.live.values import STAYS_OPEN_AFTER
from courses.mail.services import post, withdraw
from courses.people.models import Person
from training import rules
from training.enums import Letters
from training.models import PlanBAnnouncement, RoomPlan, Session
from training.queries.rooms import (
    announced_in,
    room_plan_of,
    room_plan_read,
    room_plans_of,
    rooms_said,
)
from training.services.session_letters import waiting_notices, who_comes
from training.values import CHANGES_WAIT, RoomFields, RoomSaid


def set_room(
    *,
    session: Session,
    meeting: Meeting | None,
    fields: RoomFields,
    by: Person,
    stamp: str | None = None,
    now: datetime | None = None,
) -> RoomPlan:
    """Say where one meeting (None: all that have no plan of their own) takes place.

    The join address stays: whoever follows it from now on is led there. Those who come are told if
    what they knew of the room has changed. `stamp` is that of the plan that was read,
    empty if there was none; raises `StaleSheet` if another one holds now, and a `Refusal`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        session = _held(session)
        if refusal := rules.why_not_set_room(
            session, meeting=_anew(meeting), now=now
        ) or rules.why_not_these_fields(fields):
            raise refusal
        plan = RoomPlan.objects.filter(session=session, meeting=meeting).first()
        if plan and plan.keeps(fields):
            return plan
        _refuse_if_stale(session, meeting, stamp)
        before = rooms_said(session)
        plan = plan or RoomPlan(session=session, meeting=meeting)
        for name, value in {**fields.as_kept, "by": by, "at": now}.items():
            setattr(plan, name, value)
        plan.revision += 1
        plan.save()
        log(
            instance=session,
            action="training.set_room",
            user=by,
            data={"tool": plan.tool, "day": _day(meeting)},
        )
        _take_back_without_plan_b(session, by)
        _tell_of_change(session, before, by=by, now=now)
    return plan


def forget_date(
    *,
    session: Session,
    meeting: Meeting,
    by: Person,
    stamp: str | None = None,
    now: datetime | None = None,
) -> None:
    """The meeting has no plan of its own any more: the session's counts. Raises as `set_room`."""
    now = now or timezone.now()
    with transaction.atomic():
        session = _held(session)
        if refusal := rules.why_not_set_room(session, meeting=_anew(meeting), now=now):
            raise refusal
        if plan := RoomPlan.objects.filter(session=session, meeting=meeting).first():
            _refuse_if_stale(session, meeting, stamp)
            before = rooms_said(session)
            plan.delete()
            data = {"tool": "", "day": _day(meeting)}
            log(instance=session, action="training.set_room", user=by, data=data)
            _take_back_without_plan_b(session, by)
            _tell_of_change(session, before, by=by, now=now)


def _refuse_if_stale(session: Session, meeting: Meeting | None, stamp: str | None) -> None:
    read = room_plan_read(session, meeting)
    if stamp is not None and stamp != (read.stamp if read else ""):
        raise StaleSheet


def _tell_of_change(
    session: Session, before: Mapping[int, RoomSaid], *, by: Person, now: datetime
) -> None:
    """One notice each for those who come to dates whose room is another one for them now: the own
    tool or ours, another tool, or one that learns something else.

    It goes after ten minutes, with what changes until then; for a date that begins soon at once. A
    notice keeps what each room was when it was posted, and is not needed if all are so again.
    """
    after = rooms_said(session)
    changed = [
        one
        for one in session.meetings.going_on()
        if one.ends_at + STAYS_OPEN_AFTER > now and before[one.pk] != after[one.pk]
    ]
    if not changed or not session.is_open:
        return
    coming = who_comes(session, changed)
    coming.pop(by, None)
    prefix = f"room:{session.pk}:"
    waiting = waiting_notices(prefix, coming)
    at_once = rules.is_told_at_once([one.starts_at for one in changed], now=now)
    if at_once:
        withdraw(keys=[notice.key for notice in waiting.values()])
    for person, theirs in coming.items():
        was = {str(one.pk): [before[one.pk].tool, before[one.pk].learns] for one in theirs}
        if notice := waiting.get(person.pk):
            was |= notice.details["was"]
            if not at_once:
                notice.details = {"was": was}
                notice.save(update_fields=["details"])
                continue
        post(
            Letters.ROOM_CHANGED,
            about=session,
            to=person,
            key=f"{prefix}{uuid4().hex}:{person.pk}",
            details={"was": was},
            not_before=None if at_once else now + CHANGES_WAIT,
        )


def announce_plan_b(
    *, session: Session, meeting: Meeting, by: Person, now: datetime | None = None
) -> PlanBAnnouncement:
    """Write to everybody who comes, at once; the join page leads to plan B from now on.

    Idempotent. Raises a `Refusal`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        session, meeting = _held(session), _fresh(meeting)
        if known := PlanBAnnouncement.objects.filter(meeting=meeting).first():
            return known
        if refusal := rules.why_not_announce(
            session, meeting=meeting, plan=room_plan_of(meeting), now=now
        ):
            raise refusal
        announced = PlanBAnnouncement.objects.create(meeting=meeting, by=by, at=now)
        for person in who_comes(session, [meeting]):
            if person != by:
                key = f"plan-b:{announced.pk}:{person.pk}"
                post(Letters.PLAN_B, about=meeting, to=person, key=key)
        log(
            instance=session,
            action="training.announce_plan_b",
            user=by,
            data={"day": _day(meeting)},
        )
    return announced


def take_back_plan_b(*, session: Session, meeting: Meeting, by: Person) -> None:
    """The first room works again: the join page leads there. Letters that haven't left don't."""
    with transaction.atomic():
        session = _held(session)
        if PlanBAnnouncement.objects.filter(meeting=meeting).delete()[0]:
            data = {"day": _day(meeting)}
            log(instance=session, action="training.take_back_plan_b", user=by, data=data)


def _take_back_without_plan_b(session: Session, by: Person) -> None:
    """A plan B that was announced holds no more once it is removed from the room."""
    plans = room_plans_of(session)
    for one in announced_in(session).values():
        plan = plans.get(one.meeting_id) or plans.get(None)
        if plan is None or not plan.has_plan_b:
            take_back_plan_b(session=session, meeting=_fresh(one.meeting), by=by)


def _held(session: Session) -> Session:
    return Session.objects.select_for_update(of=("self",)).get(pk=session.pk)


def _fresh(meeting: Meeting) -> Meeting:
    return Meeting.objects.select_related("occurrence").get(pk=meeting.pk)


def _anew(meeting: Meeting | None) -> Meeting | None:
    return meeting and _fresh(meeting)


def _day(meeting: Meeting | None) -> str:
    return f"{timezone.localdate(meeting.starts_at):%Y-%m-%d}" if meeting else ""
