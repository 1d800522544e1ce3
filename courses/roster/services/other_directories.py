"""A school goes on with another directory: accounts have keys of the one before.

Until a leader says so, such a set is refused. Then each student whom the set names and nobody knows by
key may be one whom only a directory before knows: that is asked by name, and yes writes the new key
beside the old one. Whom nobody knew again leaves.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from wagtail.log_actions import log

from courses.people.enums import ClassKind
from courses.people.models import ClassMembership, Organisation, Person, today
from courses.people.models.classes import school_year
from courses.people.queries.students import students_of
from courses.roster import rules
from courses.roster.enums import ImportState, RosterChangeKind, RosterChangeState, StudentAnswer
from courses.roster.exceptions import OneAccountTwice
from courses.roster.models import (
    ChosenDirectory,
    LastSaid,
    LastSaidOfTeacher,
    RosterChange,
    RosterImport,
    StagedStudent,
)
from courses.roster.services.saving import save_all
from courses.roster.values import Proposal, SaidStudent, plain

LAST_WORDS = ("school_year", "school_class", "groups", "name_mark", "gone_at")
LAST_WORDS_OF_TEACHERS = ("school_year", "duties", "begun", "membership", "gone_at")
type Here = tuple[int, str, str, str]  # account, first name, family name, class
type Names = tuple[str, str]


def directory_of(school: Organisation) -> str:
    """That of the last set that was applied and not undone; empty without one. One query."""
    applied = RosterImport.objects.filter(school=school, state=ImportState.APPLIED)
    return applied.values_list("namespace", flat=True).first() or ""


def choose_directory(*, school: Organisation, namespace: str, by: Person) -> None:
    """From now on sets of that directory are read, too."""
    said = {"namespace": namespace, "by": by, "at": timezone.now()}
    ChosenDirectory.objects.update_or_create(school=school, defaults=said)
    log(instance=school, action="roster.directory", user=by, data={"namespace": namespace})


def is_chosen(school: Organisation, namespace: str) -> bool:
    return ChosenDirectory.objects.filter(school=school, namespace=namespace).exists()


def former_rows(school: Organisation, namespace: str) -> QuerySet[LastSaid]:
    """What was said last of whom only another directory than this one knows, and who is a student of
    the school today.
    """
    rows = LastSaid.objects.filter(school=school)
    known = rows.filter(identity__namespace=namespace).values("identity__person")
    here = students_of([school]).filter(is_active=True)
    rows = rows.exclude(identity__namespace=namespace).exclude(identity__person__in=known)
    rows = rows.filter(gone_at=None, identity__person__in=here)
    return rows.select_related("identity__person").order_by("pk")


def without_key(school: Organisation, namespace: str) -> list[Here]:
    """The school's students whom that directory doesn't know. One query."""
    people = _unknown(school, namespace)
    return list(people.values_list("pk", "given_name", "family_name", "place"))


def _unknown(school: Organisation, namespace: str) -> QuerySet[Any, Any]:
    """With the class of this year as `place`; empty for who is in none."""
    held = ClassMembership.objects.on(today()).filter(
        student=OuterRef("pk"),
        school_class__school=school,
        school_class__kind=ClassKind.CLASS,
        school_class__school_year=school_year(today()),
    )
    unknown = students_of([school]).filter(is_active=True)
    unknown = unknown.exclude(identities__namespace=namespace)
    return unknown.annotate(
        place=Coalesce(Subquery(held.values("school_class__name")[:1]), Value(""))
    )


@dataclass(frozen=True)
class Recognition:
    """By key of new students, the account that is surely theirs; the keys of whom it is asked one by
    one; how many have the name of an account that the school entered itself; who leaves; how many
    only a directory before knows, and which it is.
    """

    same: dict[str, int]
    asked: frozenset[str]
    namesakes: int
    leaving: list[Proposal]
    known: int
    former: str


def recognise(
    new: Sequence[SaidStudent],
    here: Sequence[Here],
    former: Iterable[LastSaid],
    linked: Collection[int],
) -> Recognition:
    """`here`: students without a key of this directory; `former`: what was said of those among them
    who have one of another, and of the accounts `linked`, whose key is that of somebody in the set.
    Asks the database nothing.
    """
    last = {row.identity.person_id: row for row in former}
    directory = next((row.identity.namespace for row in last.values()), "")
    same, _number = rules.same_people(new, here)
    sure = set(same.values())
    open_names = {_names(*one[1:3]) for one in here if one[0] in last and one[0] not in sure}
    asked = {one.key for one in new if one.key not in same and _words(one) in open_names}
    by_hand = [one for one in here if one[0] not in last]
    _same, namesakes = rules.same_people([one for one in new if one.key not in asked], by_hand)
    asked_names = {_words(one) for one in new if one.key in asked}
    names = {account: _names(given, family) for account, given, family, _place in here}
    leaving = [
        Proposal(
            RosterChangeKind.SUSPENDED,
            row.identity.value,
            (row.school_class,) if row.school_class else (),
            namespace=row.identity.namespace,
            person=account,
        )
        for account, row in last.items()
        if account not in sure and account not in linked
        if names.get(account) not in asked_names
    ]
    return Recognition(same, frozenset(asked), namesakes, leaving, len(last), directory)


def _names(given_name: str, family_name: str) -> Names:
    return plain(given_name), plain(family_name)


def _words(said: SaidStudent | StagedStudent) -> Names:
    return _names(said.given_name, said.family_name)


@dataclass(frozen=True)
class QuestionOfStudent:
    """A new student who waits, what the set says, and the accounts that have the name."""

    change: RosterChange
    said: StagedStudent
    accounts: list[Person]  # with their class as `place`


def asked_students(one: RosterImport) -> list[QuestionOfStudent]:
    """In the order of their names. Four queries at most."""
    if one.state != ImportState.WAITING or not one.former:
        return []
    former = {row.identity.person_id for row in former_rows(one.school, one.namespace)}
    sure = one.changes.filter(kind=RosterChangeKind.NEW).exclude(person=None)
    unknown = _unknown(one.school, one.namespace)
    alike: dict[Names, list[Person]] = defaultdict(list)
    for person in unknown.exclude(pk__in=sure.values("person")).order_by("login"):
        alike[_names(person.given_name, person.family_name)].append(person)
    changes = {
        change.key: change for change in one.changes.filter(kind=RosterChangeKind.NEW, person=None)
    }
    said = one.staged.filter(key__in=changes).order_by("family_name", "given_name", "pk")
    found = [QuestionOfStudent(changes[row.key], row, alike[_words(row)]) for row in said]
    return [one for one in found if {person.pk for person in one.accounts} & former]


def sure_students(one: RosterImport) -> list[QuestionOfStudent]:
    """Those with the same name and class as one account alone, where any of them may be whom only a
    directory before knows. In the order of their names. Two queries at most.
    """
    if one.state != ImportState.WAITING or not one.former:
        return []
    sure = one.changes.filter(kind=RosterChangeKind.NEW).exclude(person=None)
    changes = {change.key: change for change in sure.select_related("person")}
    said = one.staged.filter(key__in=changes).order_by("family_name", "given_name", "pk")
    return [
        QuestionOfStudent(changes[row.key], row, [person])
        for row in said
        if (person := changes[row.key].person)
    ]


def keep_answers(
    one: RosterImport,
    *,
    they_are_the_same: bool,
    others: Collection[int],
    answers: Mapping[int, str],
) -> bool:
    """Of accounts that are surely the same: all, none, or all but `others` (keys of changes). Of the
    others, by the change's key, an account's key or a `StudentAnswer`; of whom nothing is said is left
    out, and asked again with the next set. Whether any are the same. Raises `OneAccountTwice`.
    """
    sure = one.changes.filter(kind=RosterChangeKind.NEW).exclude(person=None)
    asked = asked_students(one)
    (sure.filter(pk__in=others) if they_are_the_same else sure).update(person=None)
    taken: set[int] = set()
    kept = []
    for ask in asked:
        answer = answers.get(ask.change.pk, StudentAnswer.LATER)
        account = next((person for person in ask.accounts if str(person.pk) == answer), None)
        if account is None:
            if answer != StudentAnswer.NO:
                kept.append(ask.change.pk)
            continue
        if account.pk in taken:
            raise OneAccountTwice(login=account.login)
        taken.add(account.pk)
        one.changes.filter(pk=ask.change.pk).update(person=account)
    one.changes.filter(pk__in=kept).update(state=RosterChangeState.KEPT)
    return they_are_the_same or bool(taken)


def with_latest_words(rows: Iterable[LastSaid], school: Organisation, namespace: str) -> list:
    """Of a directory that is followed again: what the one between said last of the same people."""
    return _latest(LastSaid, LAST_WORDS, rows, school, namespace)


def with_latest_words_of_teachers(
    rows: Iterable[LastSaidOfTeacher], school: Organisation, namespace: str
) -> list:
    return _latest(LastSaidOfTeacher, LAST_WORDS_OF_TEACHERS, rows, school, namespace)


def _latest(
    model: type[LastSaid] | type[LastSaidOfTeacher],
    fields: Sequence[str],
    rows: Iterable,
    school: Organisation,
    namespace: str,
) -> list:
    """Changes the rows in memory, and gives those that it changed. Two queries at most."""
    followed = directory_of(school)
    if followed in ("", namespace):
        return []
    latest = model.objects.filter(school=school, identity__namespace=followed)
    said = {row.identity.person_id: row for row in latest.select_related("identity")}
    found = []
    for row in rows:
        if between := said.get(row.identity.person_id):
            for name in fields:
                setattr(row, name, getattr(between, name))
            found.append(row)
    return found


def take_over(one: RosterImport) -> None:
    """The set is to be applied: what is compared with it was said by the directory before."""
    if one.former:
        for model, fields in (
            (LastSaid, LAST_WORDS),
            (LastSaidOfTeacher, LAST_WORDS_OF_TEACHERS),
        ):
            rows = model.objects.filter(school=one.school, identity__namespace=one.namespace)
            rows = rows.select_related("identity")
            save_all(_latest(model, fields, rows, one.school, one.namespace), fields)


def keys_of(changes: Iterable[RosterChange], one: RosterImport) -> Q:
    """Identities of these changes: of the set's directory, or of one before."""
    found = Q(pk=None)
    by_directory: dict[str, list[str]] = defaultdict(list)
    for change in changes:
        by_directory[change.namespace or one.namespace].append(change.key)
    for namespace, keys in by_directory.items():
        found |= Q(namespace=namespace, value__in=keys)
    return found
