"""The second step of a login: who takes it off, how many wrong codes are too many."""

import datetime
import re
from textwrap import wrap

from courses.exceptions import Refusal
from courses.people.enums import Role
from courses.people.exceptions import OwnSecondFactor, SuperusersAlone, TooManyCodes
from courses.people.models import Person, SecondFactor

CODE_DIGITS, RECOVERY_DIGITS = 6, 12
MOST_WRONG = 5
WRONG_MEMORY = datetime.timedelta(minutes=15)
NOT_A_DIGIT = re.compile(r"[^0-9]")


def typed_digits(code: str) -> str:
    """Spaces and hyphens are how a code is read, not part of it."""
    return NOT_A_DIGIT.sub("", code)


def in_groups(text: str, size: int) -> str:
    """As it is read aloud and typed."""
    return " ".join(wrap(text, size))


def why_not_try(factor: SecondFactor, now: datetime.datetime) -> Refusal | None:
    """After five wrong codes within a quarter of an hour none is looked at until that is over."""
    if factor.wrong_since is None or factor.wrong_codes < MOST_WRONG:
        return None
    left = factor.wrong_since + WRONG_MEMORY - now
    if left <= datetime.timedelta(0):
        return None
    return TooManyCodes(minutes=-(-left // datetime.timedelta(minutes=1)))


def why_not_take_off(*, by: Person, of: Person) -> Refusal | None:
    """Why a registrar doesn't take off somebody's second step."""
    if by.pk == of.pk:
        return OwnSecondFactor()
    if not by.is_superuser and (of.is_superuser or Role.REGISTRAR in of.roles):
        return SuperusersAlone()
    return None
