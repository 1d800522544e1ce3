"""Data of a person's first page: asked of every product, sorted, grouped by role."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import Promise
from wagtail import hooks

from cms.today.enums import FIRST_STEPS, IN_THIS_ROLE, SERVED
from courses.digest.enums import Hook
from courses.digest.values import DueItem
from courses.people.enums import Role
from courses.people.models import Person


@dataclass(frozen=True)
class RolePart:
    """Items due in one role. An empty one says what will stand there, and the first step."""

    role: str
    heading: str | Promise
    items: list[DueItem]
    empty: str | Promise = ""
    first_step: str | Promise = ""  # an address, where a product has it
    first_step_word: str | Promise = ""


@dataclass(frozen=True)
class FirstPage:
    """A first page."""

    today: datetime.date
    week: int
    weekday: int  # 1 to 7, Monday first
    places: list[str]
    roles: frozenset[str]
    now: DueItem | None
    parts: list[RolePart] = field(default_factory=list)
    news: list[DueItem] = field(default_factory=list)

    @property
    def has_several_parts(self) -> bool:
        return len(self.parts) > 1

    @property
    def is_of_the_week(self) -> bool:
        """The walker stands on the rail from Monday to Friday."""
        return self.weekday <= 5


def first_page_of(person: Person) -> str:
    """The address of a product's page that is this person's first page; "" where it is the page of
    what is due.
    """
    return next(
        (address for answer in hooks.get_hooks(Hook.FIRST_PAGE) if (address := answer(person))), ""
    )


def day_of(person: Person, now: datetime.datetime) -> FirstPage:
    memberships = person.current_memberships
    served = [role for role in SERVED if role in person.roles]
    items = due_for(person, now)
    urgent = next((item for item in items if item.is_now and not item.aside), None)
    rest = [item for item in items if item is not urgent and not item.aside]
    today = timezone.localdate(now)
    return FirstPage(
        today=today,
        week=today.isocalendar().week,
        weekday=today.isoweekday(),
        places=list(dict.fromkeys(str(membership.organisation) for membership in memberships)),
        roles=person.roles,
        now=urgent,
        parts=[
            part(role, [item for item in rest if role_of(item, served) == role]) for role in served
        ],
        news=[item for item in items if item.aside],
    )


def due_for(person: Person, now: datetime.datetime) -> list[DueItem]:
    """All that the products say is due: what is now first, then by time, then in their order."""
    items = [item for answer in hooks.get_hooks(Hook.DUE) for item in answer(person, now)]
    return sorted(items, key=lambda item: (not item.is_now, instant_of(item.when, now), item.order))


def instant_of(
    when: datetime.datetime | datetime.date | None, now: datetime.datetime
) -> datetime.datetime:
    """Sort key: a day counts from its beginning; an item without a time can be done today, so it
    comes before tomorrow.
    """
    if when is None:
        return timezone.localtime(now).replace(hour=23, minute=59, second=0, microsecond=0)
    if isinstance(when, datetime.datetime):
        return when
    return datetime.datetime.combine(
        when, datetime.time.min, tzinfo=timezone.get_default_timezone()
    )


def role_of(item: DueItem, served: Sequence[str]) -> str:
    """An item that names no role, or one that the person doesn't have, stands in the first part."""
    return item.role if item.role in served else served[0]


def part(role: Role, items: list[DueItem]) -> RolePart:
    words, address, button = FIRST_STEPS[role]
    if items:
        return RolePart(role, IN_THIS_ROLE[role], items)
    try:
        return RolePart(role, IN_THIS_ROLE[role], items, words, reverse(address), button)
    except NoReverseMatch:  # the product isn't installed
        return RolePart(role, IN_THIS_ROLE[role], items, words)
