"""Why not: names and passwords. Pure; the database is asked by the callers."""

import re

from courses.exceptions import Refusal
from courses.people.exceptions import (
    NameBeginsLikeAFormula,
    NameHasControls,
    NameHasMarkup,
    NameHasNoLetter,
    PasswordHoldsName,
    PasswordOfTheSlip,
)
from courses.people.models import Person
from courses.people.values import folded, has_controls
from courses.tables.values import FORMULA_SIGNS

SHORT_NAME = 3


def why_not_a_name(name: str) -> Refusal | None:
    """The first thing in the way of printing this name, as `values.tidy_name` left it; an empty one
    is the field's affair.
    """
    if not name:
        return None
    if "<" in name or ">" in name:
        return NameHasMarkup()
    if has_controls(name):
        return NameHasControls()
    if name[0] in FORMULA_SIGNS:
        return NameBeginsLikeAFormula(sign=name[0])
    if not any(character.isalpha() for character in name):
        return NameHasNoLetter()
    return None


def _as_printed(password: str) -> str:
    """“RIVI 6649 duva” as it stands on a slip: “rivi-6649-duva”. What isn't of that form stays."""
    parts = re.fullmatch(r"([a-z]+)(\d+)([a-z]+)", re.sub(r"[\W_]", "", password.lower()))
    return "-".join(parts.groups()) if parts else password


def why_not_this_password(password: str, person: Person) -> Refusal | None:
    """“alix.renard1” is Alix Renard’s name, though Django's measure of likeness lets it pass.

    A short name, such as Lou, counts where it stands alone: it is part of many words. The password
    of a slip isn't chosen as one's own: who finds the slip would know it.
    """
    if person.paper_password_ends_at and any(
        person.check_password(one) for one in {password, _as_printed(password)}
    ):
        return PasswordOfTheSlip()
    typed = folded(password)
    alone = set(re.findall(r"[a-z]+", typed))
    mail = (person.email or "").partition("@")[0]
    for name in (person.login, mail, person.given_name, person.family_name, person.usage_name):
        for part in re.findall(r"[a-z]+", folded(name)):
            if (part in alone and len(part) >= SHORT_NAME) or (
                len(part) > SHORT_NAME and part in typed
            ):
                return PasswordHoldsName()
    return None
