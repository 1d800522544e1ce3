"""Students of a school whose account has the key of a new student of its set: the school linked their
login by an ENT (`signin.services.link`) before any set named them.
"""

from collections.abc import Collection
from typing import Any

from courses.people.models import Identity, Organisation, Person
from courses.people.queries.students import students_of
from courses.roster.exceptions import KeyOfAnotherName
from courses.roster.models import StagedStudent
from courses.roster.values import SaidStudent, plain


def linked_students(
    school: Organisation, namespace: str, keys: Collection[str]
) -> dict[str, Person]:
    """By key of that directory, the school's students of today who have it. One query."""
    here = students_of([school]).filter(is_active=True)
    held = Identity.objects.filter(namespace=namespace, value__in=keys, person__in=here)
    return {one.value: one.person for one in held.select_related("person")}


def why_not_theirs(account: Person, said: SaidStudent | StagedStudent) -> KeyOfAnotherName | None:
    """A login may have been linked to somebody else's account: with another name a person looks."""
    if _names(account.given_name, account.family_name) == _names(said.given_name, said.family_name):
        return None
    return KeyOfAnotherName(login=account.login)


def linked_note(account: Person, said: SaidStudent) -> dict[str, Any]:
    """What the change of a new student says of that account, as long as it waits."""
    refusal = why_not_theirs(account, said)
    return {
        "done": {"same": True, "linked": True},
        "refusal": refusal.as_kept() if refusal else None,
    }


def _names(given_name: str, family_name: str) -> tuple[str, str]:
    return plain(given_name), plain(family_name)
