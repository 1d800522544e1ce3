"""Wishes as numbers: for a leader those of the school, for a trainer those of the provider's
resources, for a training planner all.
"""

from dataclasses import dataclass

from django.utils import timezone

from courses.people.enums import Role
from courses.people.models import Person
from courses.people.permissions import is_planner
from training.models import ResourceWish
from training.queries.providers import provider_address


@dataclass(frozen=True)
class WishRow:
    resource: str
    school: str
    teachers: int
    provider: str = ""
    provider_address: str = ""


def wishes_for(reader: Person) -> list[WishRow]:
    """Return wishes by resource and school, in one query beside those of the reader's roles. A
    provider reads how many teachers of how many schools, not of which schools: `school` is empty
    then.
    """
    wishes = ResourceWish.objects.unfulfilled(timezone.localdate())
    if is_planner(reader):
        return [_row(one) for one in wishes.numbers()]
    schools = [place.pk for place in reader.places_as(Role.LEADER)]
    rows = [_row(one) for one in wishes.filter(school__in=schools).numbers()] if schools else []
    providers = [place.pk for place in reader.places_as(Role.TRAINER)]
    if providers:
        of_provider = wishes.filter(resource__provider__in=providers).teachers_by_resource()
        rows += [WishRow(name, "", count) for name, count in of_provider]
    return rows


def _row(one: dict) -> WishRow:
    school = ", ".join(name for name in (one["school__name"], one["school__city"]) if name)
    public_id, provider = one["resource__provider__public_id"], one["resource__provider__name"]
    return WishRow(
        one["resource__name"],
        school,
        one["teachers"],
        provider,
        provider_address(public_id, provider),
    )
