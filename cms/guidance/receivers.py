"""Receivers of Wagtail's signals: a page was copied, published, taken down, moved.

One line each, and a service that may run twice.
"""

from django.dispatch import receiver
from wagtail.models import TaskState, WorkflowState
from wagtail.signals import (
    copy_for_translation_done,
    page_published,
    page_unpublished,
    post_page_move,
    task_submitted,
    workflow_approved,
    workflow_cancelled,
    workflow_rejected,
)

from cms.guidance import services
from cms.guidance.models import BilingualPage, TopicPage
from cms.guidance.services import search, urgent
from courses.digest.signals import told
from courses.people.signals import roles_changed


@receiver(copy_for_translation_done)
def begin_out_of_step(sender, source_obj, target_obj, **kwargs):
    if isinstance(target_obj, BilingualPage):
        services.begin_out_of_step(target_obj)


@receiver(page_published)
@receiver(page_unpublished)
def keep_the_pair(sender, instance, **kwargs):
    if isinstance(instance, BilingualPage):
        services.follow_publication(instance)


@receiver(page_published)
def put_on_paper(sender, instance, **kwargs):
    services.ask_for_pdf(instance)


@receiver(page_unpublished)
def take_down_what_is_below(sender, instance, **kwargs):
    services.take_down_what_is_below(instance)


@receiver(page_unpublished)
def take_off_paper(sender, instance, **kwargs):
    services.take_pdf_away(instance)


@receiver(post_page_move)
def keep_the_place(sender, instance, **kwargs):
    """The page that moved comes without its own fields."""
    if issubclass(sender, BilingualPage):
        services.restate(services.pair_of(instance))


@receiver(told)
def keep_what_is_found(sender, keys, **kwargs):
    search.follow(keys)


@receiver(roles_changed)
def keep_editors(sender, **kwargs):
    services.keep_editors()


@receiver(page_published)
@receiver(post_page_move)
@receiver(copy_for_translation_done)
def keep_editors_of_a_topic(sender, **kwargs):
    """A topic that is new in a language: who may write in it."""
    if isinstance((kwargs.get("target_obj") or kwargs["instance"]).specific, TopicPage):
        services.keep_editors()


# Letters about a review go through our outbox. With the name that Wagtail gives to its own mail,
# ours stands in its place: the roof is the first of the apps, and a signal takes a name once.


@receiver(
    task_submitted,
    sender=TaskState,
    dispatch_uid="group_approval_task_submitted_email_notification",
)
def ask_for_the_step(sender, instance, **kwargs):
    services.ask_for_the_step(instance)


@receiver(
    workflow_rejected,
    sender=WorkflowState,
    dispatch_uid="workflow_state_rejected_email_notification",
)
def send_back(sender, instance, **kwargs):
    services.send_back(instance)


@receiver(
    workflow_approved,
    sender=WorkflowState,
    dispatch_uid="workflow_state_approved_email_notification",
)
def tell_of_publication(sender, instance, **kwargs):
    services.tell_of_publication(instance)


@receiver(workflow_approved, sender=WorkflowState)
def keep_what_was_urgent(sender, instance, **kwargs):
    urgent.keep_approved(instance)


@receiver(workflow_cancelled, sender=WorkflowState)
def forget_the_asking(sender, instance, **kwargs):
    services.forget_the_asking(instance)


@receiver(workflow_cancelled, sender=WorkflowState)
def tell_of_the_end(sender, instance, user, **kwargs):
    services.tell_of_the_end(instance, by=user)
