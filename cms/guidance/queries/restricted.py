"""Pages and files that an adviser of one topic may see: those that readers see, and those that
their own roles reach.
"""

from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q, QuerySet
from wagtail.models import Page, ReferenceIndex
from wagtail.permissions import policy_registry
from wagtail.query import PageQuerySet

from courses.people.models import Person


def explorable(person: Person) -> PageQuerySet:
    """The pages of their topics and languages, with those on the way to them."""
    return policy_registry.get_by_type(Page).explorable_instances(person)


def choosable(pages: PageQuerySet, person: Person) -> PageQuerySet:
    """Pages to link to: those that readers have, and one's own drafts."""
    if person.is_superuser:
        return pages
    return pages.filter(Q(live=True) | Q(pk__in=explorable(person).values("pk")))


def visible(pairs: QuerySet, person: Person) -> QuerySet:
    """Pairs that readers have in a language, and one's own drafts."""
    if person.is_superuser:
        return pairs
    own = explorable(person).values("pk")
    return pairs.filter(
        Q(french__live=True) | Q(english__live=True) | Q(french__in=own) | Q(english__in=own)
    )


def may_choose(person: Person | AnonymousUser, file: Model) -> bool:
    """An image or a document of a collection that the person's roles reach."""
    return person.is_authenticated and policy_registry.get_by_type(
        type(file)
    ).user_has_any_permission_for_instance(person, ["choose", "change"], file)


def is_shown_to_readers(document: Model) -> bool:
    """Does a page that is online show this file, or link to it?"""
    pages = ContentType.objects.get_for_model(Page)
    numbers = (
        ReferenceIndex.get_references_to(document)
        .filter(base_content_type=pages)
        .values_list("object_id", flat=True)
    )
    return Page.objects.live().filter(pk__in=[int(number) for number in numbers]).exists()
