"""Seats at risk: the right of those who hold them has ended."""

from datetime import datetime

from django.db import models
from django.db.models import OuterRef, Subquery

from courses.exceptions import refusal_kept
from training.enums import EnrolmentState, SessionState
from training.models import Enrolment, EnrolmentStep


def seats_at_risk(now: datetime) -> models.QuerySet[Enrolment]:
    """Return the seats to confirm of sessions to come, soonest first, each with the refusal as it
    was kept: one query.
    """
    steps = EnrolmentStep.objects.filter(
        enrolment=OuterRef("pk"), state=EnrolmentState.TO_CONFIRM
    ).order_by("-at", "-pk")
    return (
        Enrolment.objects.to_confirm()
        .filter(session__state=SessionState.OPEN, session__starts_at__gt=now)
        .annotate(refusal=Subquery(steps.values("refusal")[:1]))
        .select_related("teacher", "school", "session__training__resource__provider")
        .order_by("session__starts_at", "session", "school__name", "teacher__family_name", "pk")
    )


def why_at_risk(enrolment: Enrolment) -> str:
    """The sentence, for an enrolment of `seats_at_risk`."""
    kept = getattr(enrolment, "refusal", None)
    return refusal_kept(kept).reason if kept else ""
