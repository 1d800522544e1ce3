"""The provider's own tool beside our room, and plan B.

Each holds the session's row until commit. `now` is aware.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from courses.agenda.models import Meeting
from courses.mail.services import post
from courses.people.models import Person
from training import rules
from training.enums import Letters
from training.models import PlanBAnnouncement, RoomPlan, Session
from training.queries.rooms import announced_in, room_plan_of, room_plans_of
from training.services.session_letters import who_comes
from training.values import RoomFields


def set_room(
    *,
    session: Session,
    meeting: Meeting | None,
    fields: RoomFields,
    by: Person,
    now: datetime | None = None,
) -> RoomPlan:
    """Say where one meeting (None: all that have no plan of their own) takes place.

    The join address stays: whoever follows it from now on is led there. Raises a `Refusal`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        session = _held(session)
        if refusal := rules.why_not_set_room(
            session, meeting=_anew(meeting), now=now
        ) or rules.why_not_these_fields(fields):
            raise refusal
        plan, _is_new = RoomPlan.objects.update_or_create(
            session=session, meeting=meeting, defaults={**fields.as_kept, "by": by, "at": now}
        )
        log(
            instance=session,
            action="training.set_room",
            user=by,
            data={"tool": plan.tool, "day": _day(meeting)},
        )
        _take_back_without_plan_b(session, by)
    return plan


def forget_date(
    *, session: Session, meeting: Meeting, by: Person, now: datetime | None = None
) -> None:
    """The meeting has no plan of its own any more: the session's counts. Raises a `Refusal`."""
    now = now or timezone.now()
    with transaction.atomic():
        session = _held(session)
        if refusal := rules.why_not_set_room(session, meeting=_anew(meeting), now=now):
            raise refusal
        if RoomPlan.objects.filter(session=session, meeting=meeting).delete()[0]:
            data = {"tool": "", "day": _day(meeting)}
            log(instance=session, action="training.set_room", user=by, data=data)
            _take_back_without_plan_b(session, by)


def announce_plan_b(
    *, session: Session, meeting: Meeting, by: Person, now: datetime | None = None
) -> PlanBAnnouncement:
    """Write to everybody who comes, at once; the join page leads to plan B from now on.

    Pressed twice is once. Raises a `Refusal`.
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
