"""Services that act on a page and on its twin as well.

Permission is checked once more: the twin has its own editors.
"""

from django.db import transaction
from wagtail.actions.delete_page import DeletePageAction, DeletePagePermissionError
from wagtail.actions.move_page import MovePageAction, MovePagePermissionError
from wagtail.models import Page

from cms.guidance.exceptions import NotYoursToChange
from cms.guidance.models import HomePage
from courses.people.models import Person


def take_down(page: Page, *, by: Person) -> None:
    """Readers no longer have it, nor what is below it; their texts stay as drafts.

    Raises `NotYoursToChange`.
    """
    pages = [page, *page.get_descendants().live().specific()]
    if not all(one.permissions_for_user(by).can_unpublish() for one in pages):
        raise NotYoursToChange(title=str(page))
    with transaction.atomic():
        page.unpublish(user=by)


def take_down_what_is_below(page: Page) -> int:
    """Unpublish the pages below one that was taken down, by a person or by the clock. Return how
    many.

    No list leads there any more and the way back would be a 404. The home page is the one
    exception: below it is the whole site.
    """
    if isinstance(page, HomePage):
        return 0
    below = list(
        page.get_descendants().live().specific().order_by("-path")
    )  # a page after all that stands below it
    with transaction.atomic():
        for one in below:
            one.unpublish()
    return len(below)


def move(page: Page, there: Page, *, by: Person) -> None:
    """Move the page to the end of the pages there; the old address leads to the new one.

    Raises `NotYoursToChange`.
    """
    try:
        MovePageAction(page, there, pos="last-child", user=by).execute()
    except MovePagePermissionError as no:
        raise NotYoursToChange(title=str(page)) from no


def delete(page: Page, *, by: Person) -> None:
    """Delete a page with the pages below it. Raises `NotYoursToChange`."""
    try:
        DeletePageAction(page, user=by).execute()
    except DeletePagePermissionError as no:
        raise NotYoursToChange(title=str(page)) from no
