"""Publications and ends that advisers planned: done by the tick, each alone, so that one that fails
stops no other.
"""

import datetime
import logging
from collections.abc import Callable
from typing import Any

from django.db import transaction
from wagtail.models import Page, Revision, TaskState

from cms.guidance.enums import Letters
from cms.guidance.models import EditorialTask, Pair
from cms.guidance.queries.planned import ends_that_are_due, publications_that_are_due
from cms.guidance.services import review
from courses.exceptions import Refusal
from courses.mail import services as outbox
from courses.people.models import Person

logger = logging.getLogger(__name__)


def follow(now: datetime.datetime) -> str:
    """The tick's: what was to end, then what was to begin, as Wagtail's own `publish_scheduled`
    does. Two queries where nothing is due.
    """
    ended = sum(attempt(end, page) for page in ends_that_are_due(now))
    begun = sum(attempt(publish, revision) for revision in publications_that_are_due(now))
    return f"{begun} pages published and {ended} taken down as planned"


def attempt(act: Callable[[Any], object], thing: Any) -> bool:
    try:
        with transaction.atomic():
            act(thing)
    except Refusal as refusal:
        give_up(thing, refusal)
        return False
    except Exception:  # a sweep: the others must still happen, and this one is tried again
        logger.exception("%s failed for %r", act.__name__, thing)
        if isinstance(thing, Revision):
            tell_failed(thing, reason="")
        return False
    return True


def publish(revision: Revision) -> None:
    """Raises a `Refusal` when the text may not go out as it is."""
    revision.publish(log_action="wagtail.publish.scheduled")


def give_up(revision: Revision, refusal: Refusal) -> None:
    """The same text will be refused each minute: its plan is taken back, the draft stays, and its
    people are told why, once.
    """
    with transaction.atomic():
        Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=None)
        tell_failed(revision, reason=f"{refusal.reason} {refusal.advice}".strip())


def tell_failed(revision: Revision, *, reason: str) -> None:
    page = Page.objects.filter(pk=revision.object_id).first()
    if page is None:
        return
    for person in people_of(page, revision.user):
        details = {"reason": reason}
        outbox.post(
            Letters.NOT_PUBLISHED,
            about=page,
            to=person,
            key=f"not-published:{revision.pk}:{person.pk}",
            details=details,
        )


def end(page: Page) -> None:
    """Take a page down at its planned end.

    A correction under review stays as it is, and who waits for it is told.
    """
    state = page.current_workflow_state
    page.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
    if state is None:
        return
    told = [*people_of(page, state.requested_by), *reviewers(state.current_task_state, page)]
    for person in dict.fromkeys(told):
        key = f"ended-in-review:{page.pk}:{state.pk}:{page.expire_at:%Y%m%d%H%M}:{person.pk}"
        outbox.post(Letters.ENDED_IN_REVIEW, about=page, to=person, key=key)


def people_of(page: Page, writer: Person | None) -> list[Person]:
    """The page's owner, and who wrote or planned it."""
    pair = Pair.objects.select_related("owner").filter(translation_key=page.translation_key).first()
    return list(
        dict.fromkeys(
            person for person in (pair and pair.owner, writer) if person and person.is_active
        )
    )


def reviewers(state: TaskState | None, page: Page) -> list[Person]:
    """Persons who act at the step that the page waits at."""
    task = state.task.specific if state else None
    return review.who_acts(page, task.role) if isinstance(task, EditorialTask) else []
