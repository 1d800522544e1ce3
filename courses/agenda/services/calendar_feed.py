"""A person's secret address for calendar programs: made, renewed, closed.

Each product has its own table of addresses; it passes the manager and the field that names the
owner, as in `open_feed(CalendarFeed.objects, person=person)`.
"""

from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone

from courses.agenda.values import feed_secret


def open_feed[Feed: models.Model](feeds: models.Manager[Feed], **owner: Any) -> Feed:
    """The owner's address. Called twice, it gives the same one."""
    return feeds.get_or_create(**owner)[0]


def renew_feed[Feed: models.Model](
    feeds: models.Manager[Feed], *, now: datetime | None = None, **owner: Any
) -> Feed:
    """A new secret. The old address answers nothing any more."""
    facts = {"secret": feed_secret(), "made_at": now or timezone.now()}
    return feeds.update_or_create(**owner, defaults=facts)[0]


def close_feed[Feed: models.Model](feeds: models.Manager[Feed], **owner: Any) -> None:
    """Delete the address, if there is one."""
    feeds.filter(**owner).delete()
