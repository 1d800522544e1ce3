"""Uses of an image, a file or a page: a removal leaves no hole in another page."""

from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db import models
from wagtail.models import Page, ReferenceIndex, get_default_page_content_type

from courses.people.models import Person


@dataclass(frozen=True)
class PagePlace:
    """A page that uses it. A draft that the person may not read is listed without its page."""

    page: Page | None
    topic: str


def places_of(thing: models.Model, person: Person) -> list[PagePlace]:
    """The pages that use it, in the order of their titles; for a page with others below it, what
    uses any of them from outside.
    """
    references = ReferenceIndex.objects.filter(base_content_type=get_default_page_content_type())
    if isinstance(thing, Page):
        family = [
            str(pk) for pk in thing.get_descendants(inclusive=True).values_list("pk", flat=True)
        ]
        references = references.filter(
            to_content_type=get_default_page_content_type(), to_object_id__in=family
        ).exclude(object_id__in=family)
    else:
        references = references.filter(
            to_content_type=ContentType.objects.get_for_model(thing), to_object_id=str(thing.pk)
        )
    users = Page.objects.filter(
        pk__in={int(pk) for pk in references.values_list("object_id", flat=True)}
    ).select_related("locale")
    return [place(page, person) for page in users.order_by("title", "pk").specific(defer=True)]


def place(page: Page, person: Person) -> PagePlace:
    may_know = page.live or page.permissions_for_user(person).can_edit()
    return PagePlace(page if may_know else None, page.get_parent().title)
