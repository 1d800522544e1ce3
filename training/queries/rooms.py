"""Where the meetings of a session take place."""

from django.db.models import F, Q

from courses.agenda.models import Meeting
from training.models import PlanBAnnouncement, RoomPlan, Session
from training.values import RoomSaid


def room_plan_of(meeting: Meeting) -> RoomPlan | None:
    """The meeting's own, else the session's."""
    of_all = Q(session__series=meeting.series_id, meeting=None)
    plans = RoomPlan.objects.filter(Q(meeting=meeting) | of_all)
    return plans.order_by(F("meeting").asc(nulls_last=True)).first()


def room_plan_read(session: Session, meeting: Meeting | None) -> RoomPlan | None:
    """Return the plan for a form: of one meeting, or of all that have no plan of their
    own (None).
    """
    if meeting:
        return room_plan_of(meeting)
    return RoomPlan.objects.filter(session=session, meeting=None).first()


def room_plans_of(session: Session) -> dict[int | None, RoomPlan]:
    """Return the plans by the meeting's primary key; None: the session's."""
    return {
        plan.meeting_id: plan
        for plan in RoomPlan.objects.filter(session=session).select_related("by")
    }


def rooms_said(session: Session) -> dict[int, RoomSaid]:
    """Return the words about the room of each meeting, by its primary key. Two queries."""
    plans = room_plans_of(session)
    of_all = plans.get(None)
    return {
        pk: plan.said if (plan := plans.get(pk) or of_all) else RoomSaid()
        for pk in session.meetings.values_list("pk", flat=True)
    }


def announced_in(session: Session) -> dict[int, PlanBAnnouncement]:
    """Return the announcements of plan B by the meeting's primary key."""
    found = PlanBAnnouncement.objects.filter(meeting__series=session.series_id)
    return {one.meeting_id: one for one in found.select_related("by")}


def tools_of(session: Session) -> list[RoomPlan]:
    """The tools of the provider that whoever enrols will meet, each once."""
    plans = RoomPlan.objects.filter(session=session).exclude(address="").order_by("pk")
    return list({(plan.tool, plan.learns): plan for plan in plans}.values())
