"""What happens to a week's plan. The plan's row is the parent: held first, its version raised by whatever students see."""

from django.db.models import F

from continuity.models import ContinuityPlan


def hold(plan: ContinuityPlan) -> ContinuityPlan:
    """The plan as it is now, its row held until commit."""
    return ContinuityPlan.objects.select_for_update().get(pk=plan.pk)


def changed(*plans: ContinuityPlan) -> None:
    """What students of these classes see in these weeks is no longer what was cached. Call it in the transaction of the change."""
    ContinuityPlan.objects.filter(pk__in=[plan.pk for plan in plans]).update(version=F("version") + 1)
