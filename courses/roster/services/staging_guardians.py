"""Guardians of a set that is received: compared with the last one, staged, proposed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from courses.people.enums import Role
from courses.people.models import Guardianship, Identity, Membership, Organisation, Person, today
from courses.people.models.classes import holds
from courses.people.models.guardians import GuardianshipQuerySet
from courses.people.rules.guardians import is_named
from courses.roster.enums import GuardianTrouble, ImportState, RelationState, RosterChangeKind
from courses.roster.models import (
    LastSaidOfGuardian,
    RosterChange,
    RosterImport,
    StagedGuardian,
)
from courses.roster.rules import compare_relations
from courses.roster.values import (
    MOST_BAD_SHOWN,
    KnownGuardian,
    KnownStudent,
    RelationChanges,
    SaidGuardian,
    SchoolRoster,
    plain,
    relation_of,
)

Kind = RosterChangeKind
IN_ONE_STATEMENT = 500


@dataclass
class GuardianComparison:
    """What is proposed; by relation: what the last set said, who each new guardian may be, and why
    others can't be brought in.
    """

    changes: RelationChanges = field(default_factory=lambda: RelationChanges([], [], [], []))
    known: dict[str, KnownGuardian] = field(default_factory=dict)
    same: dict[str, Person] = field(default_factory=dict)
    troubles: dict[str, tuple[GuardianTrouble, SaidGuardian]] = field(default_factory=dict)

    @property
    def brings(self) -> list[SaidGuardian]:
        return [one for one in self.changes.new if one.relation not in self.troubles]

    @property
    def has_changes(self) -> bool:
        return bool(self.brings or self.changes.changed or self.changes.ended)


def known_guardians(school: Organisation, namespace: str) -> dict[str, KnownGuardian]:
    """By relation, what the last set said. Three queries."""
    latest, rows = _latest(school), LastSaidOfGuardian.objects.filter(school=school)
    by_a_set = set(rows.exclude(ended_at=None).values_list("guardianship", flat=True))
    rows = rows.filter(identity__namespace=namespace)
    found = {}
    for row in rows.select_related("identity", "guardianship").order_by("pk"):
        held = row.guardianship and latest.get(
            (row.guardianship.guardian_id, row.identity.person_id)
        )
        if held and holds(held.since, held.until, today()):
            state = RelationState.HERE
        elif held.ended_by_leaving or held.pk in by_a_set if held else row.ended_at:
            state = RelationState.ENDED
        else:
            state = RelationState.AWAY
        brought = row.brought and held == row.guardianship
        relation = relation_of(row.identity.value, row.key)
        found[relation] = KnownGuardian(row.quality, state, brought)
    return found


def _latest(school: Organisation) -> dict[tuple[int, int], Guardianship]:
    """By guardian and student: the one of today, else the last, whoever ended it. One query."""
    found = Guardianship.objects.filter(school=school)
    held = sorted(found, key=lambda one: (holds(one.since, one.until, today()), one.pk))
    return {(one.guardian_id, one.student_id): one for one in held}


def compare_guardians(
    school: Organisation,
    roster: SchoolRoster,
    students: Mapping[str, KnownStudent],
    accounts: Mapping[str, int],
) -> GuardianComparison:
    """Nothing where the set says nothing of guardians, or the school has switched them off.
    `accounts`: by key, of new students whose account is known by name.
    """
    if roster.guardians is None or not school.with_guardians:
        return GuardianComparison()
    known = known_guardians(school, roster.namespace)
    there = {
        one.key for one in roster.students if not (was := students.get(one.key)) or not was.away
    }
    said = _with_own_address(roster.guardians)
    changes = compare_relations(said, known, students=there, unread=roster.guardians_unread)
    same = _same(school, roster.namespace, changes.new, accounts)
    asked = _troubles(school, roster, [one for one in changes.new if one.relation not in same])
    return GuardianComparison(changes, known, same, asked)


def _with_own_address(said: Sequence[SaidGuardian]) -> list[SaidGuardian]:
    """An address opens one account: where guardians of several names share it, they come without."""
    names: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for one in said:
        names[one.email].add(_words(one))
    return [replace(one, email="") if len(names[one.email]) > 1 else one for one in said]


def _words(one: SaidGuardian) -> tuple[str, str]:
    return plain(one.given_name), plain(one.family_name)


def not_of_sets(school: Organisation, namespace: str) -> GuardianshipQuerySet:
    """Those of today that no set of the directory knows: a person entered them, or a directory before."""
    told = LastSaidOfGuardian.objects.filter(school=school, identity__namespace=namespace)
    told = told.filter(ended_at=None).exclude(guardianship=None)
    held = Guardianship.objects.running().filter(school=school)
    return held.exclude(pk__in=told.values("guardianship")).select_related("guardian")


def _same(
    school: Organisation,
    namespace: str,
    new: Sequence[SaidGuardian],
    accounts: Mapping[str, int],
) -> dict[str, Person]:
    """By relation, who is entered for the student under the guardian's name. Two queries."""
    keys = {one.student for one in new}
    held_by = Identity.objects.filter(namespace=namespace, value__in=keys)
    students = dict(accounts) | dict(held_by.values_list("value", "person"))
    held = not_of_sets(school, namespace).filter(student__in=students.values())
    by_student: dict[int | None, list[Guardianship]] = defaultdict(list)
    for one in held.order_by("pk"):
        by_student[one.student_id].append(one)
    found = {}
    for said in new:
        here = by_student[students.get(said.student)]
        for kept in here:
            if is_named(kept.guardian, said.given_name, said.family_name):
                found[said.relation] = kept.guardian
                here.remove(kept)
                break
    return found


def _troubles(
    school: Organisation, roster: SchoolRoster, new: Sequence[SaidGuardian]
) -> dict[str, tuple[GuardianTrouble, SaidGuardian]]:
    """Whose key the school's sets have brought already is found by it. Three queries."""
    brought = LastSaidOfGuardian.objects.filter(
        school=school, identity__namespace=roster.namespace
    ).exclude(guardianship=None)
    by_key = set(brought.values_list("key", flat=True))
    mails = {one.email for one in new} - {""}
    owners = Person.objects.annotate_lower_email().filter(lower_email__in=mails)
    by_mail = {str(one.email).lower(): one for one in owners}
    still = Membership.objects.filter(role=Role.STUDENT, until=None, person__in=by_mail.values())
    students = set(still.values_list("person", flat=True))
    names = {one.key: (plain(one.given_name), plain(one.family_name)) for one in roster.students}
    found = {}
    for one in new:
        owner = by_mail.get(one.email)
        if _words(one) == names.get(one.student):
            found[one.relation] = (GuardianTrouble.OWN_NAME, one)
        elif owner and one.key not in by_key and _is_anothers(owner, one, students):
            found[one.relation] = (GuardianTrouble.MAIL, one)
    return found


def _is_anothers(owner: Person, one: SaidGuardian, students: set[int]) -> bool:
    return owner.pk in students or not is_named(owner, one.given_name, one.family_name)


def stage(
    one: RosterImport, found: GuardianComparison, roster: SchoolRoster, school: Organisation
) -> None:
    """Write the numbers into the import, which isn't saved."""
    one.reads_guardians = school.with_guardians
    one.says_guardians = roster.guardians is not None and school.with_guardians
    one.known_guardians = sum(
        was.state == RelationState.HERE and was.brought for was in found.known.values()
    )
    one.guardians_staying = sorted(found.changes.staying)
    one.guardian_troubles = [
        {"trouble": trouble, "file": said.file, "line": said.line, "key": relation}
        for relation, (trouble, said) in list(found.troubles.items())[:MOST_BAD_SHOWN]
    ]


def propose(one: RosterImport, found: GuardianComparison) -> None:
    """`one`: saved. Who isn't brought in is named, too, as long as it waits."""
    said = [*found.brings, *found.changes.changed]
    if one.state == ImportState.WAITING:
        said += [guardian for _trouble, guardian in found.troubles.values()]
    StagedGuardian.objects.bulk_create(
        [
            StagedGuardian(
                roster_import=one,
                key=guardian.relation,
                given_name=guardian.given_name,
                family_name=guardian.family_name,
                email=guardian.email,
                quality=guardian.quality,
            )
            for guardian in said
        ],
        IN_ONE_STATEMENT,
    )
    people = _people(one)
    RosterChange.objects.bulk_create(
        [
            RosterChange(roster_import=one, person_id=person, **change)
            for person, change in _changes(found, people)
        ],
        IN_ONE_STATEMENT,
    )


def _people(one: RosterImport) -> dict[str, int]:
    """By relation, the account that the last set named. One query."""
    rows = LastSaidOfGuardian.objects.filter(
        school=one.school, identity__namespace=one.namespace
    ).exclude(guardianship=None)
    found = rows.values_list("identity__value", "key", "guardianship__guardian")
    return {relation_of(student, key): guardian for student, key, guardian in found}


def _changes(
    found: GuardianComparison, people: Mapping[str, int]
) -> Iterable[tuple[int | None, dict]]:
    """Who ends first: the same guardian may have another key."""
    for relation in found.changes.ended:
        before = [found.known[relation].quality]
        change = {"kind": Kind.GUARDIAN_ENDED, "key": relation, "before": before}
        yield people[relation], change
    for one in found.changes.changed:
        before = [found.known[one.relation].quality]
        yield people[one.relation], _change(Kind.GUARDIAN_QUALITY, one) | {"before": before}
    for one in found.brings:
        same = found.same.get(one.relation)
        yield same.pk if same else None, _change(Kind.GUARDIAN_NEW, one)


def _change(kind: RosterChangeKind, one: SaidGuardian) -> dict:
    return {
        "kind": kind,
        "key": one.relation,
        "after": [one.quality.value],
        "file": one.file,
        "line": one.line,
    }
