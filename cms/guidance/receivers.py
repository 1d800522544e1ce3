"""What Wagtail tells: a page was copied, published, taken down, moved, deleted. One line each, and a service that may run twice."""

from django.db.models.signals import post_delete
from django.dispatch import receiver
from wagtail.signals import copy_for_translation_done, page_published, page_unpublished, post_page_move

from cms.guidance import services
from cms.guidance.models import BilingualPage, TopicPage
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


@receiver(post_page_move)
def keep_the_place(sender, instance, **kwargs):
    if isinstance(instance, BilingualPage):
        services.restate(services.pair_of(instance))


@receiver(post_delete)
def keep_what_is_left(sender, instance, **kwargs):
    if isinstance(instance, BilingualPage):
        services.restate_after_deletion(instance)


@receiver(roles_changed)
def keep_editors(sender, **kwargs):
    services.keep_editors()


@receiver(page_published)
@receiver(post_page_move)
@receiver(copy_for_translation_done)
def keep_editors_of_a_topic(sender, **kwargs):
    """A topic that is new in a language: who may write in it."""
    if isinstance(kwargs.get("target_obj") or kwargs.get("instance"), TopicPage):
        services.keep_editors()
