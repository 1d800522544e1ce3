"""Wagtail's editor of pages as ours saves: by itself only what changed, by a button what the button
says, and it tells what followed.

An autosave is a request that asks for JSON. It never acts on a review, and it never stands in the
way of a button.
"""

import json

from django.contrib.messages import add_message, get_messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import BaseObjectMixin
from wagtail.admin.views.generic.mixins import JsonPostResponseMixin
from wagtail.admin.views.pages import workflow
from wagtail.admin.views.pages.create import CreateView
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.views.pages.revisions import RevisionsRevertView
from wagtail.admin.views.pages.unpublish import UnpublishView
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.models import Page, WorkflowState

from cms.guidance.models import BilingualPage, EditorialTask
from cms.guidance.queries.versions import contradicting, saved_since
from cms.guidance.services import review
from cms.guidance.values.versions import is_same_version
from cms.guidance.views.both_trees import what_follows
from cms.guidance.views.versions import sent_by, sent_version, why_autosave_stopped

ACTIONS = {
    "action-publish",
    "action-submit",
    "action-restart-workflow",
    "action-cancel-workflow",
    "action-workflow-action",
}


class ActsOnlyWhenPressed(JsonPostResponseMixin):
    """The form's buttons are pressed by people: an autosave that carries one (it was copied from a
    form being sent) is refused.
    """

    def post(self, request, *args, **kwargs):
        if self.expects_json_response and ACTIONS & request.POST.keys():
            return self.json_error_response(
                "blocked_by_hook", _("Nothing was done: a button acts only when it is pressed.")
            )
        return super().post(request, *args, **kwargs)


class CreatePage(ActsOnlyWhenPressed, CreateView):
    def submit_action(self):
        response = super().submit_action()
        tell_of_submission(self)
        return response


class EditPage(ActsOnlyWhenPressed, EditView):
    @cached_property
    def is_out_of_date(self) -> bool:
        """Whether this autosave would hide another text, by somebody else or from another
        window.
        """
        if not super().is_out_of_date:
            return False
        if not isinstance(self.page, BilingualPage):
            return True
        real, sent = Page.objects.get(pk=self.page.pk), sent_by(self.request)
        newer = saved_since(real, sent)
        if all(
            revision.user_id != self.request.user.pk for revision in newer
        ) and not contradicting(real, sent, self.request.user):
            return False
        version = sent_version(self.request, self.page)
        return version is None or not is_same_version(
            real.latest_revision.content, version.serializable_data()
        )

    def json_error_response(self, error_code, error_message):
        """An autosave that stops says why: with whose text, from which hour, and what a press on
        the button would do.
        """
        if error_code == "invalid_revision" and isinstance(self.page, BilingualPage):
            error_message = why_autosave_stopped(
                Page.objects.get(pk=self.page.pk), sent_by(self.request), self.request.user
            )
        return super().json_error_response(error_code, error_message)

    def save_action(self):
        before = self.latest_revision and (self.latest_revision.pk, self.latest_revision.created_at)
        response = super().save_action()
        if isinstance(response, JsonResponse) and before == self._saved():
            # No revision was made. The window isn't given the number of one that it didn't write:
            # it would write over it.
            said = json.loads(response.content)
            return JsonResponse(
                {name: value for name, value in said.items() if not name.startswith("revision_")}
            )
        return response

    def _saved(self) -> tuple | None:
        latest = self.page.latest_revision
        return latest and (latest.pk, latest.created_at)

    def submit_action(self):
        response = super().submit_action()
        tell_of_submission(self)
        return response

    def restart_workflow_action(self):
        response = super().restart_workflow_action()
        tell_of_submission(self)
        return response

    def perform_workflow_action(self):
        task_state = self.page.current_workflow_task_state
        response = super().perform_workflow_action()
        if isinstance(task_state.task.specific, EditorialTask):
            say_instead(self.request, review.what_followed(task_state), self._buttons())
        return response

    def _buttons(self) -> list:
        buttons = [messages.button(self.get_edit_url(), _("Edit"))]
        page = Page.objects.get(pk=self.page.pk)
        return (
            [self.get_view_live_message_button(), *buttons] if page.live and page.url else buttons
        )


class RevertPage(ActsOnlyWhenPressed, RevisionsRevertView):
    pass


class UnpublishPage(UnpublishView):
    """Unpublish a page with all pages below it: there is nothing to tick."""

    template_name = "guidance/admin/take_down.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "live_descendant_count": 0,
            "below": what_follows(self.object),
        }


class WhoseOwnItIs(BaseObjectMixin, View):
    """What Wagtail's addresses of a review refuse, they refuse by the page's title."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        may = self.object.permissions_for_user(request.user)
        if not (may.can_edit() or may.can_publish()):
            raise PermissionDenied


class ActOnReview(WhoseOwnItIs, workflow.WorkflowActionView):
    pass


class CollectForReview(WhoseOwnItIs, workflow.CollectWorkflowActionDataView):
    pass


class PreviewForReview(WhoseOwnItIs, workflow.PreviewRevisionForTaskView):
    pass


def tell_of_submission(view) -> None:
    """Say who reads the text next, instead of Wagtail's "submitted for moderation"."""
    state = WorkflowState.objects.for_instance(view.page).active().first()
    if state is None:
        return
    button = messages.button(
        reverse("wagtailadmin_pages:edit", args=[view.page.pk]), _("Open it again")
    )
    say_instead(view.request, review.what_comes_next(state, by=view.request.user), [button])


def say_instead(request: HttpRequest, words: str, buttons: list) -> None:
    """Put our words in the place of the message that Wagtail has just left."""
    waiting = list(get_messages(request))
    for message in waiting[:-1]:
        add_message(request, message.level, message.message, message.extra_tags)
    messages.success(request, words, buttons=buttons)


class PagesViewSet(PageViewSet):
    """Replaces Wagtail's own viewset, for all pages."""

    add_view_class = CreatePage
    edit_view_class = EditPage
    revisions_revert_view_class = RevertPage
    unpublish_view_class = UnpublishPage
    workflow_action_view_class = ActOnReview
    collect_workflow_action_data_view_class = CollectForReview
    workflow_preview_view_class = PreviewForReview


pages_viewset = PagesViewSet()
