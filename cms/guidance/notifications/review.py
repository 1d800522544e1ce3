"""Letters about review and publication."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Page, TaskState, WorkflowState

from cms.guidance.enums import EditorialRole, Letters
from cms.guidance.models import UrgentNotice
from cms.guidance.notifications.about_a_page import ABOUT_A_PAGE, editor_of
from courses.mail.documents import letter
from courses.mail.registry import writes
from courses.mail.values import Message
from courses.people.models import Person


@writes(Letters.STEP_ASKED, because=gettext_lazy("you review or publish pages of this topic"))
def step_asked(state: TaskState, *, to: Person, details: dict) -> Message | None:
    """No longer needed once somebody acted, or the review was called off."""
    page = state.workflow_state.content_object
    if state.status != TaskState.STATUS_IN_PROGRESS or page is None:
        return None
    names = {"title": page.title, "author": asked_by(state.workflow_state)}
    if state.task.specific.role == EditorialRole.PUBLISHER:
        heading = _("To publish: %(title)s") % names
        line = (
            _(
                "The text has been approved. %(author)s asked for it; you may put it online, or"
                " send it back with a comment."
            )
            % names
        )
    else:
        heading = _("To review: %(title)s") % names
        line = (
            _(
                "%(author)s asks for a review. Read the page, then approve it or send it back with"
                " a comment."
            )
            % names
        )
    why = _("You receive this because you review or publish pages of this topic.")
    context = {
        "heading": heading,
        "lines": [line],
        "url": editor_of(page),
        "label": _("Read the page"),
        "why": why,
    }
    return letter(ABOUT_A_PAGE, heading, context)


@writes(Letters.SENT_BACK, because=gettext_lazy("you wrote or approved this text"))
def sent_back(state: TaskState, *, to: Person, details: dict) -> Message | None:
    page = state.workflow_state.content_object
    if page is None:
        return None
    names = {
        "title": page.title,
        "person": state.finished_by.display_name if state.finished_by else _("A reviewer"),
    }
    heading = _("Sent back: %(title)s") % names
    if to.pk == state.workflow_state.requested_by_id:
        line = (
            _("%(person)s asks for changes before the page goes on. Your text is kept as a draft.")
            % names
        )
    else:
        line = (
            _(
                "%(person)s asks for changes in the page that you wrote or approved. It comes to"
                " review again once they are made."
            )
            % names
        )
    why = _("You receive this because you wrote or approved this text.")
    context = {
        "heading": heading,
        "lines": [line],
        "words": state.comment,
        "url": editor_of(page),
        "label": _("Open the page"),
        "why": why,
    }
    return letter(ABOUT_A_PAGE, heading, context)


@writes(Letters.PUBLISHED, because=gettext_lazy("you asked for a review"))
def published(state: WorkflowState, *, to: Person, details: dict) -> Message | None:
    page = state.content_object
    if page is None or not page.live:
        return None
    heading = _("Online: %(title)s") % {"title": page.title}
    words = state.current_task_state.comment if state.current_task_state else ""
    lines = [_("The page that you submitted has been approved and published.")]
    why = _("You receive this because you asked for the review of this page.")
    context = {
        "heading": heading,
        "lines": lines,
        "words": words,
        "url": page.specific.canonical,
        "label": _("See the page"),
        "why": why,
    }
    return letter(ABOUT_A_PAGE, heading, context)


@writes(Letters.REVIEW_ENDED, because=gettext_lazy("you asked for a review"))
def review_ended(state: WorkflowState, *, to: Person, details: dict) -> Message | None:
    """What is so of the page when the letter goes."""
    page = state.content_object
    if page is None:
        return None
    by = Person.objects.filter(pk=details["by"]).first()
    names = {"title": page.title, "person": by.display_name if by else ""}
    if _published_urgently(state, by):
        heading = _("Published urgently: %(title)s")
        lines = [
            _(
                "%(person)s published urgently the page that you submitted: the review that you"
                " asked for has ended."
            ),
            _(
                "If the page is taken back, the text is kept as a draft, and that review doesn’t go"
                " on: submit it again."
            ),
        ]
    else:
        heading = _("The review has ended: %(title)s")
        ended = _("%(person)s ended the review of the page that you submitted.")
        planned = _(
            "The review of the page that you submitted has ended, because a publication that was"
            " planned for this page has taken place."
        )
        lines = [ended if by else planned, _what_is_so(page, state)]
    why = _("You receive this because you asked for the review of this page.")
    context = {
        "heading": heading % names,
        "lines": [line % names for line in lines],
        "url": editor_of(page),
        "label": _("Open the page"),
        "why": why,
    }
    return letter(ABOUT_A_PAGE, context["heading"], context)


def _published_urgently(state: WorkflowState, by: Person | None) -> bool:
    """True if the step that was under way ended by that."""
    step = state.current_task_state
    while_under_way = (step.started_at, step.finished_at)
    found = UrgentNotice.objects.filter(page=state.object_id, published_by=by)
    return found.filter(starts_at__range=while_under_way).exists()


def _what_is_so(page: Page, state: WorkflowState) -> str:
    if page.workflow_in_progress:
        return _("It has been submitted again since.")
    submitted = state.current_task_state.revision_id
    if page.live and page.live_revision_id and page.live_revision_id >= submitted:
        return _("The page is online with your text, or with one that was saved after it.")
    if page.revisions.filter(pk__gte=submitted, approved_go_live_at__isnull=False).exists():
        return _("The text goes online on the day that is planned.")
    return _("Your text is kept as a draft. Submit it again when it is ready.")


@writes(
    Letters.COMMENTED, because=gettext_lazy("you wrote this text or commented on it"), may_wait=True
)
def commented(page: Page, *, to: Person, details: dict) -> Message | None:
    """All that others said there and that is still open; no longer needed once everything is
    settled.
    """
    threads = (
        page.wagtail_admin_comments.filter(resolved_at=None)
        .select_related("user")
        .prefetch_related("replies__user")
    )
    said = [
        (one.user, one.text)
        for thread in threads
        for one in (thread, *thread.replies.all())
        if one.user_id != to.pk
    ]
    if not said:
        return None
    heading = _("Comments: %(title)s") % {"title": page.title}
    lines = [_("Comments beside the text that are still open.")]
    words = "\n\n".join(
        _("%(person)s: %(words)s") % {"person": person.display_name, "words": text}
        for person, text in said
    )
    why = _("You receive this because you wrote this text or commented on it.")
    context = {
        "heading": heading,
        "lines": lines,
        "words": words,
        "url": editor_of(page),
        "label": _("Open the page"),
        "why": why,
    }
    return letter(ABOUT_A_PAGE, heading, context, in_short=" ".join(words.split()))


def asked_by(state: WorkflowState) -> str:
    return state.requested_by.display_name if state.requested_by else _("Somebody")
