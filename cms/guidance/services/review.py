"""Draft, review, publication:

Wagtail's workflow with our two steps, and the letters that each step sends.
"""

import datetime
from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import (
    Comment,
    CommentReply,
    Page,
    Task,
    TaskState,
    Workflow,
    WorkflowPage,
    WorkflowState,
    WorkflowTask,
)

from cms.guidance.enums import SOURCE_LANGUAGE, STEPS, EditorialRole, Letters
from cms.guidance.models import BilingualPage, EditorialTask, HomePage, Scope
from cms.guidance.models.editorial import writers_of
from courses.mail import services as outbox
from courses.people.models import Person

SAID_TOGETHER = datetime.timedelta(minutes=10)  # comments come in handfuls


def keep_workflow() -> Workflow:
    """Both trees go through review, then publication.

    Wagtail's own workflow, which knows no topics, steps down.
    """
    with translation.override(
        SOURCE_LANGUAGE
    ):  # rows have one language: that of the pages, whoever runs this
        names = {EditorialRole.REVIEWER: _("Review"), EditorialRole.PUBLISHER: _("Publication")}
        whole = _("Review, then publication")
    with transaction.atomic():
        step = EditorialTask.objects.filter(active=True).first()
        workflow = step.active_workflows.first() if step else None
        if workflow is None:
            workflow = Workflow.objects.create(name=whole)
            for order, role in enumerate(STEPS):
                task = EditorialTask.objects.create(name=names[role], role=role)
                WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=order)
        Workflow.objects.filter(pk=workflow.pk).update(name=whole)
        for role in STEPS:
            Task.objects.filter(editorialtask__role=role, workflow_tasks__workflow=workflow).update(
                name=names[role]
            )
        for home in HomePage.objects.filter(depth=2):
            WorkflowPage.objects.update_or_create(page=home, defaults={"workflow": workflow})
        others = Workflow.objects.filter(active=True).exclude(pk=workflow.pk)
        if not others.filter(workflow_states__status=WorkflowState.STATUS_IN_PROGRESS).exists():
            others.update(active=False)
            Task.objects.filter(active=True).exclude(workflow_tasks__workflow=workflow).update(
                active=False
            )
    return workflow


def ask_for_the_step(state: TaskState) -> int:
    """A text has come to a step: whoever may act there is told, apart from those who wrote it. Says
    how many.

    When nobody has the role, the chief advisers are who acts; with none of them either, the page
    waits and the author sees it.
    """
    page = page_of(state.workflow_state)
    task = state.task.specific
    if page is None or not isinstance(task, EditorialTask):
        return 0
    people = who_acts(page, task.role)
    for person in people:
        outbox.post(
            Letters.STEP_ASKED, about=state, to=person, key=f"review:{state.pk}:{person.pk}"
        )
    return len(people)


def send_back(workflow_state: WorkflowState) -> int:
    """A text was sent back: its words go to who asked for the review and to everybody who had
    approved it before.
    """
    state = workflow_state.current_task_state
    page = page_of(workflow_state)
    if page is None:
        return 0
    approved = workflow_state.task_states.filter(status=TaskState.STATUS_APPROVED)
    concerned = writers_of(page) | set(approved.values_list("finished_by", flat=True))
    people = Person.objects.filter(pk__in=concerned - {state.finished_by_id, None}, is_active=True)
    for person in people:
        outbox.post(
            Letters.SENT_BACK, about=state, to=person, key=f"sent-back:{state.pk}:{person.pk}"
        )
    return len(people)


def tell_of_publication(workflow_state: WorkflowState) -> int:
    """The text is online: who asked for it is told, once."""
    person = workflow_state.requested_by
    state = workflow_state.current_task_state
    if (
        person is None
        or not person.is_active
        or person.pk == state.finished_by_id
        or page_of(workflow_state) is None
    ):
        return 0
    outbox.post(
        Letters.PUBLISHED, about=workflow_state, to=person, key=f"published:{workflow_state.pk}"
    )
    return 1


def tell_of_the_end(workflow_state: WorkflowState, *, by: Person | None) -> int:
    """A review that waited for somebody was called off: who asked for it is told, unless they did it
    themselves. `by` is None for what the server does by itself.
    """
    person = workflow_state.requested_by
    called_off = workflow_state.task_states.filter(
        pk=workflow_state.current_task_state_id, status=TaskState.STATUS_CANCELLED
    )
    if (
        person is None
        or not person.is_active
        or person == by
        or page_of(workflow_state) is None
        or not called_off.exists()  # sent back before, which was told
    ):
        return 0
    outbox.post(
        Letters.REVIEW_ENDED,
        about=workflow_state,
        to=person,
        key=f"review-ended:{workflow_state.pk}",
        details={"by": by.pk if by else None},
    )
    return 1


def tell_of_comments(
    page: Page, threads: Iterable[Comment], by: Person, now: datetime.datetime | None = None
) -> int:
    """Something was said beside the text: its writers and those in the same threads are told, at
    most once an hour, of all of it.
    """
    now = now or timezone.now()
    threads = [thread.pk for thread in threads if thread.pk]
    replied = CommentReply.objects.filter(comment__in=threads).values_list("user", flat=True)
    began = Comment.objects.filter(pk__in=threads).values_list("user", flat=True)
    concerned = {*replied, *began, *writers_of(page)}
    people = Person.objects.filter(pk__in=concerned - {by.pk}, is_active=True)
    for person in people:
        key = f"comments:{page.pk}:{person.pk}:{now:%Y%m%d%H}"
        outbox.post(
            Letters.COMMENTED,
            about=page,
            to=person,
            key=key,
            details={"by": by.pk},
            not_before=now + SAID_TOGETHER,
        )
    return len(people)


def forget_the_asking(workflow_state: WorkflowState) -> int:
    """The review was called off: letters about it that haven't gone stay."""
    keys = [f"review:{pk}:" for pk in workflow_state.task_states.values_list("pk", flat=True)]
    return sum(outbox.withdraw(key_prefix=key) for key in keys)


def keep_as_a_draft(page: Page) -> None:
    """A new page that was to be published and may not be:

    Wagtail has saved it as live before it asks.
    """
    Page.objects.filter(pk=page.pk, live_revision=None, first_published_at=None).update(
        live=False, has_unpublished_changes=True
    )


def who_acts(page: Page, role: str, *, but: QuerySet | Iterable[int] = ()) -> list[Person]:
    """Those with that role for the page's topic and language; the chief advisers where nobody has
    it. Nobody who wrote the text, and none of `but`.
    """
    scopes = (
        Scope.objects.current()
        .of(role)
        .covering(page)
        .exclude(person__in=writers_of(page))
        .exclude(person__in=but)
        .select_related("person")
    )
    scopes = scopes.order_by("person__family_name", "person__given_name", "pk")
    by_role: dict[str, dict[int, Person]] = {}
    for scope in scopes:
        by_role.setdefault(scope.role, {})[scope.person_id] = scope.person
    return list((by_role.get(role) or by_role.get(EditorialRole.CHIEF) or {}).values())


def what_comes_next(workflow_state: WorkflowState, *, by: Person) -> str:
    """Sentence for a person who has just submitted a text, or approved it at the first step: who
    has it now.
    """
    state, page = workflow_state.current_task_state, page_of(workflow_state)
    if state is None or page is None:
        return ""
    role = state.task.specific.role
    acting = who_acts(page, role)
    others = [person for person in acting if person != by]
    about = {
        "title": page.draft_title or page.title,
        "names": get_text_list([person.display_name for person in others], _("and")),
    }
    return _next_step(role == EditorialRole.PUBLISHER, len(others), by in acting) % about


def _next_step(is_approved: bool, others: int, is_mine: bool) -> str:
    """The sentence for who approved or submitted a text: the others who act at the next step, and
    whether oneself does.
    """
    if is_approved:
        if others and is_mine:
            return ngettext(
                "“%(title)s” is approved. It isn’t online yet: you may publish it, and so may"
                " %(names)s, who got an email.",
                "“%(title)s” is approved. It isn’t online yet: you may publish it, and so may"
                " %(names)s, who each got an email.",
                others,
            )
        if others:
            return ngettext(
                "“%(title)s” is approved. It isn’t online yet: %(names)s may publish it and got an"
                " email.",
                "“%(title)s” is approved. It isn’t online yet: %(names)s may publish it and each"
                " got an email.",
                others,
            )
        if is_mine:
            return _("“%(title)s” is approved. It isn’t online yet: you may publish it.")
        return _("“%(title)s” is approved, but nobody may publish it yet: tell a chief adviser.")
    if others:
        return ngettext(
            "“%(title)s” is submitted. It waits for %(names)s, who got an email. You will be told"
            " by email.",
            "“%(title)s” is submitted. It waits for %(names)s, who each got an email. You will be"
            " told by email.",
            others,
        )
    if is_mine:
        return _("“%(title)s” is submitted. It waits for you: you may approve it.")
    return _("“%(title)s” is submitted, but nobody may review it yet: tell a chief adviser.")


def what_followed(task_state: TaskState) -> str:
    """Sentence for a person who has just decided on a text: its next step."""
    task_state = TaskState.objects.select_related(
        "workflow_state__requested_by", "finished_by"
    ).get(pk=task_state.pk)
    workflow_state = task_state.workflow_state
    page = page_of(workflow_state)
    if page is None:
        return ""
    about = {"title": page.draft_title or page.title}
    if task_state.status == TaskState.STATUS_REJECTED:
        author = workflow_state.requested_by
        sent_back = _(
            "“%(title)s” is sent back with your comment to %(name)s, and comes to you again when it"
            " is resubmitted."
        )
        return sent_back % (about | {"name": author.display_name if author else _("its author")})
    if workflow_state.status == WorkflowState.STATUS_IN_PROGRESS:
        step = workflow_state.current_task_state.task.specific.role
        if (
            task_state.task.specific.role == EditorialRole.PUBLISHER
            and step == EditorialRole.REVIEWER
        ):
            changed = _(
                "“%(title)s” isn’t published: its text was changed after the review. It is reviewed"
                " once more, by %(names)s."
            )
            return changed % (
                about
                | {
                    "names": (
                        ", ".join(person.display_name for person in who_acts(page, step))
                        or _("nobody yet")
                    )
                }
            )
        return what_comes_next(workflow_state, by=task_state.finished_by)
    if page.live and not page.has_unpublished_changes:
        return _("“%(title)s” is approved and online.") % about
    return _("“%(title)s” is approved. It goes online at the moment that was planned.") % about


def page_of(workflow_state: WorkflowState) -> BilingualPage | None:
    """The page under review, as one of ours."""
    page = workflow_state.content_object
    specific = page.specific if page else None
    return specific if isinstance(specific, BilingualPage) else None
