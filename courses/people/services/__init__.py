"""Services on persons and where they belong: `services.join(...)`, `services.invite(...)`."""

from courses.people.services.accounts import (
    ask_for_address,
    ask_for_password,
    change_account,
    choose_password,
    confirm_address,
    create_person,
    invite,
    register,
)
from courses.people.services.groups import derive_groups, lacks_groups, sweep_groups
from courses.people.services.memberships import change_membership, join, leave, take_away

__all__ = [
    "ask_for_address",
    "ask_for_password",
    "change_account",
    "change_membership",
    "choose_password",
    "confirm_address",
    "create_person",
    "derive_groups",
    "invite",
    "join",
    "lacks_groups",
    "leave",
    "register",
    "sweep_groups",
    "take_away",
]
