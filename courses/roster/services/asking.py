"""Whether a new teacher of a set owns an account of the school: asked teacher by teacher."""

from collections.abc import Mapping
from dataclasses import dataclass

from courses.people.models import Person
from courses.roster.enums import RosterChangeState, TeacherAnswer
from courses.roster.exceptions import SayWhoTeachersAre
from courses.roster.models import RosterChange, RosterImport, StagedTeacher
from courses.roster.values import plain


@dataclass(frozen=True)
class AskedTeacher:
    """A change that waits, what the set says, and the account that may be the teacher's."""

    change: RosterChange
    said: StagedTeacher
    account: Person

    @property
    def has_address(self) -> bool:
        return bool(self.said.email) and self.said.email == str(self.account.email).lower()

    @property
    def has_name(self) -> bool:
        said, given = self.said, plain(self.account.given_name)
        family = {plain(self.account.family_name), plain(self.account.last_name)}
        return plain(said.given_name) == given and plain(said.family_name) in family


def asked_teachers(one: RosterImport) -> list[AskedTeacher]:
    """In the order of their names. Two queries at most."""
    changes = one.asked_of_teachers.select_related("person")
    accounts = {change.key: (change, change.person) for change in changes if change.person}
    if not accounts:
        return []
    said = one.staged_teachers.filter(key__in=accounts).order_by("family_name", "given_name", "pk")
    return [AskedTeacher(accounts[row.key][0], row, accounts[row.key][1]) for row in said]


def keep_answers(one: RosterImport, answers: Mapping[int, str]) -> None:
    """By the change's key. Yes: the account stays with the change. No: another account is opened.
    Later: the set changes nothing of this teacher. Raises `SayWhoTeachersAre`.
    """
    asked = list(one.asked_of_teachers)
    if any(change.pk not in answers for change in asked):
        raise SayWhoTeachersAre
    others = [change for change in asked if answers[change.pk] != TeacherAnswer.YES]
    one.changes.filter(pk__in=[change.pk for change in others]).update(person=None)
    later = [change.key for change in others if answers[change.pk] == TeacherAnswer.LATER]
    one.changes_of_teachers.filter(key__in=later).update(state=RosterChangeState.KEPT)
