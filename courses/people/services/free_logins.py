"""Logins from names, that nobody has."""

import unicodedata
from collections import Counter
from collections.abc import Collection, Sequence

from courses.people.models import Person

NUMBERS = 20  # after a name, asked for at once


def free_login(given_name: str, family_name: str, taken: Collection[str] = frozenset()) -> str:
    """given.family without accents, with a number if somebody has it; `taken`: others about to be
    made.
    """
    return free_logins([(given_name, family_name)], taken)[0]


def free_logins(
    names: Sequence[tuple[str, str]], taken: Collection[str] = frozenset()
) -> list[str]:
    """One after the other, each apart from those before it."""
    bases = [_login_base(*name) for name in names]
    known, found = _known_logins(Counter(bases), taken), []
    for base in bases:
        login, number = base, 2
        while login in known:
            login, number = f"{base}{number}", number + 1
        known.add(login)
        found.append(login)
    return found


def _login_base(given_name: str, family_name: str) -> str:
    return ".".join(filter(None, (_plain(given_name), _plain(family_name))))[:50] or "personne"


def _known_logins(wanted: Counter[str], taken: Collection[str]) -> set[str]:
    """Those that somebody has of these names, with and without a number, up to the number where
    as many are free as are wanted. One query, and one for each twenty numbers.
    """

    def ask(logins: Collection[str]) -> None:
        known.update(Person.objects.filter(login__in=logins).values_list("login", flat=True))

    known, number = set(taken), 2
    ask(wanted)
    free = Counter({base: base not in known for base in wanted})
    while short := [base for base in wanted if free[base] < wanted[base]]:
        numbered = {base: [f"{base}{number + n}" for n in range(NUMBERS)] for base in short}
        ask([login for logins in numbered.values() for login in logins])
        for base, logins in numbered.items():
            free[base] += sum(login not in known for login in logins)
        number += NUMBERS
    return known


def _plain(name: str) -> str:
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "-".join("".join(c if c.isalnum() else " " for c in bare).split())
