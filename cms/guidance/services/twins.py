"""What was decided of a page and of its twin as well. Who may is checked once more: the twin has its own editors."""

from django.db import transaction
from wagtail.actions.delete_page import DeletePageAction, DeletePagePermissionError
from wagtail.actions.move_page import MovePageAction, MovePagePermissionError
from wagtail.models import Page

from cms.guidance.exceptions import NotYoursToChange


def take_down(page: Page, *, by, with_what_is_below: bool = False) -> None:
    """Readers no longer have it; its text stays as a draft. Raises `NotYoursToChange`."""
    pages = [page, *(page.get_descendants().live().specific() if with_what_is_below else [])]
    if not all(one.permissions_for_user(by).can_unpublish() for one in pages):
        raise NotYoursToChange(title=str(page))
    with transaction.atomic():
        for one in pages:
            one.unpublish(user=by)


def move(page: Page, there: Page, *, by) -> None:
    """To the end of what stands there; the old address leads to the new one. Raises `NotYoursToChange`."""
    try:
        MovePageAction(page, there, pos="last-child", user=by).execute()
    except MovePagePermissionError as no:
        raise NotYoursToChange(title=str(page)) from no


def delete(page: Page, *, by) -> None:
    """With what stands below it. Raises `NotYoursToChange`."""
    try:
        DeletePageAction(page, user=by).execute()
    except DeletePagePermissionError as no:
        raise NotYoursToChange(title=str(page)) from no
