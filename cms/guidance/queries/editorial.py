"""Editorial work by person: texts to review or to publish, texts sent back, urgent publications to
review afterwards.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef
from wagtail.models import Page, TaskState, WorkflowState

from cms.guidance.enums import EditorialRole
from cms.guidance.models import Scope, UrgentNotice
from cms.guidance.models.editorial import writings
from courses.people.models import Person


@dataclass(frozen=True)
class Waiting:
    """A text at a step where this person may act."""

    page: Page
    role: str
    state: TaskState


def scopes_of(person: Person) -> list[Scope]:
    return list(
        Scope.objects.current()
        .filter(person=person)
        .select_related("topic__french", "topic__english")
    )


def holds(scopes: Iterable[Scope], role: str, page: Page) -> bool:
    """Does one of these scopes give the role for this page?

    Asks nothing of the database: `scopes` come with their topics' pages.
    """
    return any(
        scope.role in (role, EditorialRole.CHIEF)
        and scope.language in ("", page.locale.language_code)
        and (
            scope.topic is None
            or any(
                page.path.startswith(top.path)
                for top in (scope.topic.french, scope.topic.english)
                if top
            )
        )
        for scope in scopes
    )


def waiting_for(person: Person, scopes: list[Scope]) -> list[Waiting]:
    """Oldest first; a text of their own isn't there. Four queries, whatever the number of pages."""
    states = list(
        TaskState.objects.filter(
            status=TaskState.STATUS_IN_PROGRESS, task__editorialtask__isnull=False
        )
        .annotate(role=F("task__editorialtask__role"))
        .select_related("workflow_state__requested_by")
        .order_by("started_at")
    )
    pages = pages_of(state.workflow_state for state in states)
    mine = written_by(person, pages.values())
    found = []
    for state in states:
        page = pages.get(state.workflow_state.object_id)
        if (
            page is None
            or state.workflow_state.requested_by_id == person.pk
            or not holds(scopes, state.role, page)
        ):
            continue
        since = page.live_revision.created_at if page.live_revision else None
        if any(since is None or at > since for at in mine.get(page.pk, [])):
            continue
        found.append(Waiting(page, state.role, state))
    return found


def sent_back_to(person: Person) -> list[tuple[Page, WorkflowState]]:
    """Pages that this person submitted and got back with a comment."""
    states = list(
        WorkflowState.objects.filter(status=WorkflowState.STATUS_NEEDS_CHANGES, requested_by=person)
        .select_related("current_task_state__finished_by")
        .order_by("created_at")
    )
    pages = pages_of(states)
    return [(pages[state.object_id], state) for state in states if state.object_id in pages]


def urgent_for(person: Person, scopes: list[Scope]) -> list[UrgentNotice]:
    """The last urgent publication of each page that nobody has looked at yet, if the person
    published nothing of what is to review.
    """
    run = UrgentNotice.objects.run(OuterRef("page"), OuterRef("pk"))
    notices = (
        UrgentNotice.objects.to_review()
        .filter(~Exists(run.filter(published_by=person)))
        .select_related("page__locale", "published_by")
    )
    return [
        notice
        for notice in notices.order_by("starts_at")
        if holds(scopes, EditorialRole.REVIEWER, notice.page)
    ]


def pages_of(states: Iterable[WorkflowState]) -> dict[str, Page]:
    """Pages by their number, as a workflow writes it."""
    numbers = {state.object_id for state in states}
    pages = (
        Page.objects.filter(pk__in=numbers)
        .select_related("locale", "live_revision")
        .defer("live_revision__content")
    )
    return {str(page.pk): page for page in pages}


def written_by(person: Person, pages: Iterable[Page]) -> dict[int, list[Any]]:
    """Times when this person saved each of these pages, other than as a reviewer of it."""
    rows = writings().filter(object_id__in=[str(page.pk) for page in pages], user=person)
    found: dict[int, list[Any]] = {}
    for number, at in rows.values_list("object_id", "created_at"):
        found.setdefault(int(number), []).append(at)
    return found
