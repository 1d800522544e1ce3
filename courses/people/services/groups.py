"""Wagtail's groups, derived from memberships: nobody edits both.

A group is named after its role.
"""

from collections import defaultdict
from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q
from wagtail import hooks

from courses.digest.enums import Hook
from courses.people.enums import Role
from courses.people.models import Membership, Person
from courses.people.signals import roles_changed


def derive_groups(*people: Person) -> None:
    """Give these people the groups of the roles held today, take back those of others, and tell who
    else goes by roles. May run twice. As many statements as for one.
    """
    pks = {person.pk for person in people}
    with transaction.atomic():
        groups = {group.name: group for group in Group.objects.filter(name__in=Role.values)}
        if missing := permissions_of_roles().keys() - groups.keys():
            groups |= set_up_groups(missing)
        _put_right(groups, Q(person__in=pks))
        transaction.on_commit(lambda: roles_changed.send_robust(sender=None, person_ids=pks))


def sweep_groups() -> int:
    """Put everybody's groups right, and what each may do: memberships begin and end by themselves.

    Says how many it changed.
    """
    with transaction.atomic():
        return _put_right(set_up_groups(permissions_of_roles()), Q())


def _put_right(groups: dict[str, Group], whose: Q) -> int:
    """`whose`: a condition on rows that have a person. Says how many it changed."""
    by_pk = {group.pk: role for role, group in groups.items()}
    current = Membership.objects.current().filter(whose, role__in=groups)
    held = set(current.values_list("person_id", "role"))
    through = Person.groups.through
    wrong, right = [], set()
    for row in through.objects.filter(whose, group__name__in=Role.values):
        pair = (row.person_id, by_pk.get(row.group_id, ""))
        if pair in held:
            right.add(pair)
        else:
            wrong.append(row.pk)
    if wrong:
        through.objects.filter(pk__in=wrong).delete()
    missing = [
        through(person_id=person, group=groups[role]) for person, role in sorted(held - right)
    ]
    through.objects.bulk_create(missing, ignore_conflicts=True)
    return len(wrong) + len(missing)


def lacks_groups() -> bool:
    """Whether a role that packages give permissions has no group yet."""
    wanted = permissions_of_roles().keys()
    return Group.objects.filter(name__in=wanted).count() < len(wanted)


def permissions_of_roles() -> dict[str, set[str]]:
    """Return each role's permissions in the admin, of all packages, as "app_label.codename"."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for answer in hooks.get_hooks(Hook.PERMISSIONS):
        for role, names in answer().items():
            wanted[str(role)].update(names)
    return dict(wanted)


def set_up_groups(roles: Iterable[str]) -> dict[str, Group]:
    """The groups of these roles, with exactly the permissions that the packages name.

    A name that doesn't exist is a fault.
    """
    wanted = permissions_of_roles()
    names = {name for role in roles for name in wanted[role]}
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.filter(
            codename__in={name.partition(".")[2] for name in names}
        ).select_related("content_type")
    }
    if unknown := names - known.keys():
        raise LookupError(f"permissions that don't exist: {', '.join(sorted(unknown))}")
    groups = {}
    for role in roles:
        groups[role], _made = Group.objects.get_or_create(name=role)
        groups[role].permissions.set([known[name] for name in wanted[role]])
    return groups
