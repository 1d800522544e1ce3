"""Sessions, resources and choices of rooms and products, asked once for all that a page shows. No
product, no answer.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from wagtail import hooks

from courses.digest.enums import Hook
from courses.digest.values import ResourceTile, Upcoming


def live(
    subjects: Iterable[str], person: AbstractBaseUser | AnonymousUser, now: datetime.datetime
) -> dict[str, list[Upcoming]]:
    """Each subject with what is ahead of it, soonest first; a subject that nobody knows is left
    out.
    """
    asked = frozenset(subjects)
    found: dict[str, list[Upcoming]] = defaultdict(list)
    if asked:
        for answer in hooks.get_hooks(Hook.LIVE):
            for subject, ahead in answer(asked, person, now).items():
                found[subject] += ahead
    return {
        subject: sorted(ahead, key=lambda one: one.starts_at) for subject, ahead in found.items()
    }


def live_subjects() -> list[tuple[str, str]]:
    """List an adviser's choices for a live block, in the active language."""
    return [subject for answer in hooks.get_hooks(Hook.LIVE_SUBJECTS) for subject in answer()]


def tiles(
    slugs: Iterable[str], person: AbstractBaseUser | AnonymousUser, now: datetime.datetime
) -> dict[str, ResourceTile]:
    """Tiles of these resources for one reader by slug, in the order of the slugs; without those that
    the reader doesn't have.
    """
    asked = list(dict.fromkeys(slugs))
    found: dict[str, ResourceTile] = {}
    if asked:
        for answer in hooks.get_hooks(Hook.TILES):
            found |= answer(frozenset(asked), person, now)
    return {slug: found[slug] for slug in asked if slug in found}


def tile_choices() -> list[tuple[str, str]]:
    """Slug and name of each resource whose tile a page may hold."""
    return [choice for answer in hooks.get_hooks(Hook.TILE_CHOICES) for choice in answer()]
