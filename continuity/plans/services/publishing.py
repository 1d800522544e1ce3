"""A part of a week is shown to its students: now, or at a moment that was chosen."""

import datetime
import logging

from django.db import transaction
from django.utils import timezone

from continuity.enums import PartState
from continuity.models import PlanPart
from continuity.plans.rules.plans import why_not_publish, why_not_publish_later
from continuity.plans.services import plans
from courses.exceptions import Refusal
from courses.people.models import Person

logger = logging.getLogger(__name__)


def publish(
    *, part: PlanPart, by: Person | None = None, now: datetime.datetime | None = None
) -> PlanPart:
    """Publish the part: from now on students see it, and changes in it with old and new value.
    Idempotent.

    Holds the plan. Raises a `Refusal` when there is nothing in it.
    """
    now = now or timezone.now()
    with transaction.atomic():
        part = plans.held_part(part)
        if part.is_published:
            return part
        if refusal := why_not_publish(part, items=part.items.standing().count()):
            raise refusal
        part.state, part.published_at, part.publish_at = PartState.PUBLISHED, now, None
        part.save(update_fields=["state", "published_at", "publish_at"])
        plans.saved(part, by=by or part.saved_by, now=now)
    return part


def publish_later(
    *, part: PlanPart, at: datetime.datetime, by: Person, now: datetime.datetime | None = None
) -> PlanPart:
    """The tick publishes it at that instant.

    Another moment replaces the one before. Raises a `Refusal`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        part = plans.held_part(part)
        if refusal := why_not_publish_later(
            part, at=at, items=part.items.standing().count(), now=now
        ):
            raise refusal
        part.publish_at = at
        part.save(update_fields=["publish_at"])
        plans.saved(part, by=by, now=now)
    return part


def keep_as_draft(*, part: PlanPart, by: Person, now: datetime.datetime | None = None) -> PlanPart:
    """It isn't published by itself any more. Nothing happens to one that is published already."""
    with transaction.atomic():
        part = plans.held_part(part)
        if part.publish_at:
            part.publish_at = None
            part.save(update_fields=["publish_at"])
            plans.saved(part, by=by, now=now)
    return part


def publish_what_is_due(now: datetime.datetime) -> int:
    """For the tick: publish the parts that are due. May run twice, and concurrently.

    Return how many. An empty one stays a draft, and its planned time is removed.
    """
    count = 0
    for part in PlanPart.objects.filter(state=PartState.DRAFT, publish_at__lte=now).select_related(
        "plan", "saved_by"
    ):
        try:
            publish(part=part, now=now)
        except Refusal as refusal:
            logger.info("Part %s isn't published: %s", part.public_id, type(refusal).__name__)
            PlanPart.objects.filter(pk=part.pk, state=PartState.DRAFT, publish_at__lte=now).update(
                publish_at=None
            )
        else:
            count += 1
    return count
