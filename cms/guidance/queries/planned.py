"""Publications and their ends that advisers planned and that are due now."""

import datetime

from django.db.models import QuerySet
from wagtail.models import Page, Revision


def ends_that_are_due(now: datetime.datetime) -> list[Page]:
    return list(
        Page.objects.filter(live=True, expire_at__lt=now).order_by("expire_at", "pk").specific()
    )


def publications_that_are_due(now: datetime.datetime) -> QuerySet[Revision]:
    return (
        Revision.page_revisions.filter(approved_go_live_at__lt=now)
        .select_related("user")
        .order_by("approved_go_live_at", "pk")
    )
