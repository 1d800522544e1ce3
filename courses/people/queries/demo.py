"""The doors of the demo's login page."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Prefetch

from courses.people.enums import Role
from courses.people.models import Membership, Person

ICONS: dict[str, str] = {
    Role.STUDENT: "school",
    Role.TEACHER: "user-round",
    Role.LEADER: "building-2",
    Role.TRAINER: "graduation-cap",
    Role.ADVISER: "book-open",
    Role.PLANNER: "calendar-days",
    Role.REGISTRAR: "users",
    Role.OFFICE: "users",
    Role.GUARDIAN: "users",
}


@dataclass(frozen=True)
class DemoAccount:
    """One of the doors of the demo's login page."""

    login: str
    name: str
    roles: str
    places: str
    icon: str


def demo_accounts() -> list[DemoAccount]:
    """List the accounts in the order of the setting; those that the demo hasn't made
    are left out.
    """
    memberships = (
        Membership.objects.current().select_related("organisation").order_by("since", "pk")
    )
    people = Person.objects.filter(
        login__in=settings.DEMO_ACCOUNTS, is_active=True
    ).prefetch_related(Prefetch("memberships", queryset=memberships, to_attr="held_now"))
    accounts = [_as_door(person) for person in people]
    return sorted(accounts, key=lambda account: settings.DEMO_ACCOUNTS.index(account.login))


def _as_door(person: Person) -> DemoAccount:
    roles = {membership.role: membership.get_role_display() for membership in person.held_now}
    return DemoAccount(
        login=person.login,
        name=person.display_name,
        roles=", ".join(roles.values()),
        places=", ".join(
            dict.fromkeys(membership.organisation.name for membership in person.held_now)
        ),
        icon=ICONS.get(next(iter(roles), ""), "user-round"),
    )
