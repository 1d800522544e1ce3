"""Our additions to the page editor's menu, and actions refused there."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.action_menu import (
    ActionMenuItem,
    CancelWorkflowMenuItem,
    PublishMenuItem,
    RestartWorkflowMenuItem,
    SubmitForModerationMenuItem,
)
from wagtail.models import WorkflowState

from cms.guidance import services
from cms.guidance.enums import EditorialRole
from cms.guidance.exceptions import NotReviewedYet
from cms.guidance.models import BilingualPage
from cms.guidance.permissions import has_role, may_publish_urgently
from courses.people.permissions import PersonRequest


class PublishUrgently(ActionMenuItem):
    """Leads to our page that asks once more."""

    label = _("Publish urgently…")
    name = "action-urgent"
    icon_name = "warning"

    def is_shown(self, context):
        page = context.get("page")
        return (
            context["view"] == "edit"
            and isinstance(page, BilingualPage)
            and may_publish_urgently(context["request"].user, page)
        )

    def get_url(self, parent_context):
        page = parent_context["page"]
        address = reverse("guidance:urgent", args=[services.pair_of(page).public_id])
        return f"{address}?language={page.locale.language_code}"


class SubmitForReview(SubmitForModerationMenuItem):
    """Submit button in the reader's language: the name of a workflow, which Wagtail puts on the
    button, has one only.
    """

    label = _("Submit for review")
    again = _("Submit again for review")

    def get_context_data(self, parent_context):
        return super().get_context_data(parent_context) | {
            "label": self.again if was_sent_back(parent_context) else self.label
        }


class StopTheReview(CancelWorkflowMenuItem):
    label = _("Stop the review")


class ReviewFromTheStart(RestartWorkflowMenuItem):
    """Hidden beside "Submit again": that is the one way on from a text that was sent back."""

    label = _("Review from the first step")

    def is_shown(self, context):
        return super().is_shown(context) and not was_sent_back(context)


def was_sent_back(context) -> bool:
    page = context.get("page")
    state = page.current_workflow_state if page else None
    return state is not None and state.status == WorkflowState.STATUS_NEEDS_CHANGES


IN_OUR_WORDS = {
    SubmitForModerationMenuItem: SubmitForReview,
    CancelWorkflowMenuItem: StopTheReview,
    RestartWorkflowMenuItem: ReviewFromTheStart,
}


def only_what_may_be_done(menu_items, request, context) -> None:
    """Publishing without a review is the chief advisers'; everybody else submits, or publishes
    urgently.
    """
    ours = [
        IN_OUR_WORDS[type(item)](order=item.order) if type(item) in IN_OUR_WORDS else item
        for item in menu_items
    ]
    menu_items[:] = [
        item for item in ours if not isinstance(item, ReviewFromTheStart) or item.is_shown(context)
    ]
    page = context.get("page") or context.get("parent_page")
    if page is not None and not has_role(request.user, page, EditorialRole.CHIEF):
        menu_items[:] = [item for item in menu_items if not isinstance(item, PublishMenuItem)]


def before_publishing(request: PersonRequest, page):
    """Refuse to publish without a review. The text has been saved: nothing is lost."""
    if has_role(request.user, page, EditorialRole.CHIEF):
        return None
    services.keep_as_a_draft(page)
    messages.warning(request, NotReviewedYet().reason)
    return redirect("wagtailadmin_pages:edit", page.pk)


def before_publishing_several(request: PersonRequest, action_type: str, pages, action):
    if action_type != "publish" or all(
        has_role(request.user, page, EditorialRole.CHIEF) for page in pages
    ):
        return None
    messages.warning(request, NotReviewedYet().reason)
    return redirect("wagtailadmin_home")


def tell_of_comments(view, changes) -> None:
    """Replace the editor's own mails, which would leave in the midst of saving.

    Set by `cms/apps.py`.
    """
    threads = [*changes["new_comments"], *(thread for thread, _replies in changes["new_replies"])]
    if threads:
        services.tell_of_comments(view.page, threads, view.request.user)
