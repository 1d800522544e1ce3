"""Teachers of a set that is received: compared with the last one, staged, proposed."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Max
from django.utils import timezone

from courses.people.enums import Role
from courses.people.models import (
    Identity,
    Membership,
    Organisation,
    Person,
    Subject,
    today,
)
from courses.people.models.classes import school_year
from courses.roster.enums import ImportState, RosterChangeKind, TeacherTrouble
from courses.roster.models import (
    LastSaidOfTeacher,
    RosterChange,
    RosterImport,
    StagedTeacher,
)
from courses.roster.services import former_teachers
from courses.roster.services.comparing_teachers import (
    Account,
    NotBrought,
    TeacherComparison,
    compare,
    may_join,
    subject_codes,
    whose_accounts,
    with_known_duties,
    with_unsure_duties,
)
from courses.roster.services.other_directories import with_latest_words_of_teachers
from courses.roster.services.placing import PlaceNames
from courses.roster.values import (
    MOST_BAD_SHOWN,
    TUTOR,
    KnownTeacher,
    Proposal,
    SaidTeacher,
    SchoolRoster,
)

Kind = RosterChangeKind
IN_ONE_STATEMENT = 500


@dataclass
class TeacherMemberships:
    """The memberships of some people that haven't ended, and those as teachers of one school."""

    school: Organisation
    people: list[int]
    by_person: dict[int, list[Membership]]

    def here(self, pk: int) -> list[Membership]:
        """Those as a teacher of the school that hold today and don't end with it."""
        return [
            one
            for one in self.by_person.get(pk, [])
            if one.organisation_id == self.school.pk
            and one.role == Role.TEACHER
            and one.since <= today()
            and one.until != today()
        ]

    def is_alone_here(self, person: Person) -> bool:
        """True if the account is that of a teacher of the school and nothing else: its leader may say
        whose it is. An account of others isn't opened by a school's yes.
        """
        held = self.by_person.get(person.pk, [])
        alone = all(
            (one.organisation_id, one.role) == (self.school.pk, Role.TEACHER) for one in held
        )
        return bool(self.here(person.pk)) and alone and person.is_active and not person.is_superuser


def memberships_of(people: Iterable[int], school: Organisation) -> TeacherMemberships:
    """One query."""
    found: dict[int, list[Membership]] = {pk: [] for pk in people}
    for one in Membership.objects.filter(person__in=found).exclude(until__lt=today()):
        found[one.person_id].append(one)
    return TeacherMemberships(school, list(found), found)


def known_teachers(school: Organisation, namespace: str) -> dict[str, KnownTeacher]:
    """By key, what the last set said. Three queries."""
    rows = LastSaidOfTeacher.objects.filter(school=school, identity__namespace=namespace)
    said = list(rows.select_related("identity__person", "membership").order_by("pk"))
    with_latest_words_of_teachers(said, school, namespace)
    held = memberships_of([row.identity.person_id for row in said], school)
    ever = Membership.objects.teaching().filter(organisation=school, person__in=held.people)
    last = dict(ever.values_list("person").annotate(Max("since")))
    return {row.identity.value: _known(row, held, last) for row in said}


def _known(
    row: LastSaidOfTeacher, held: TeacherMemberships, last: Mapping[int, datetime.date]
) -> KnownTeacher:
    """`last`: by person, when their latest membership there began: one that began after a set ended
    the last was a person's.
    """
    person, year = row.identity.person, school_year(today())
    there = held.here(person.pk) if person.is_active else []
    gone_on = timezone.localdate(row.gone_at) if row.gone_at else None
    return KnownTeacher(
        key=row.identity.value,
        duties=frozenset(row.of_year(year)[0]),
        here=bool(there),
        gone=gone_on is not None and not there and last.get(person.pk, gone_on) <= gone_on,
        brought=row.membership_id in {one.pk for one in there},
    )


def compare_teachers(school: Organisation, roster: SchoolRoster) -> TeacherComparison:
    """Nothing where the set says nothing of teachers."""
    if roster.teachers is None:
        return TeacherComparison()
    known = known_teachers(school, roster.namespace)
    said, troubles = _with_known_duties(school, roster)
    said = [with_unsure_duties(one, known.get(one.key)) for one in said]
    new = [one for one in said if one.key not in known]
    same, not_brought = _accounts(school, roster.namespace, new)
    left_out = {
        one.key: NotBrought(not_brought[one.key], one.file, one.line, key=one.key)
        for one in new
        if one.key in not_brought
    }
    proposals, staying = compare(
        [one for one in said if one.key not in left_out],
        known,
        unread=roster.unread,
        nobody_leaves=roster.teacher_without_key,
        gone=roster.gone,
    )
    former = former_teachers.former_rows(school, roster.namespace)
    held = memberships_of([row.identity.person_id for row in former], school)
    brought = {one.pk for person in held.people for one in held.here(person)}
    owners = Identity.objects.filter(
        namespace=roster.namespace, value__in=[one.key for one in said], person__in=held.people
    )
    with_key = set(owners.values_list("person", flat=True)) if held.people else set()
    leaving = former_teachers.leaving(former, said, brought=brought, with_key=with_key)
    return TeacherComparison(
        proposals + leaving,
        {one.key: one for one in said},
        same,
        [*left_out.values(), *troubles],
        staying,
        known=sum(was.here for was in known.values())
        + sum(row.membership_id in brought for row in former),
    )


def _with_known_duties(
    school: Organisation, roster: SchoolRoster
) -> tuple[list[SaidTeacher], list[NotBrought]]:
    said = roster.teachers or []
    labels = {duty.subject for one in said for duty in one.duties} - {TUTOR}
    codes = subject_codes(labels, Subject.objects.all())
    named = {(duty.is_class, duty.place) for one in said for duty in one.duties}
    coming = {(True, one.school_class.casefold()) for one in roster.students}
    coming |= {(False, name.casefold()) for one in roster.students for name in one.groups}
    here = PlaceNames(school, {one.school_class for one in roster.students} - {""})

    def is_there(is_class: bool, name: str) -> bool:
        found = here.find(name, is_class=is_class)
        return (
            found.is_a_whole_class == is_class if found else (is_class, name.casefold()) in coming
        )

    return with_known_duties(said, codes=codes, places={one for one in named if is_there(*one)})


def _accounts(
    school: Organisation, namespace: str, new: Sequence[SaidTeacher]
) -> tuple[dict[str, Person], dict[str, TeacherTrouble]]:
    """Who the account asked about is, by key, where no account has it; and whose isn't to be joined.
    Seven queries.
    """
    held = Identity.objects.filter(namespace=namespace, value__in=[one.key for one in new])
    owner = {row.value: row.person for row in held.select_related("person")}
    theirs = memberships_of([person.pk for person in owner.values()], school)
    not_yours = {
        one.key: TeacherTrouble.NOT_YOURS
        for one in new
        if (person := owner.get(one.key))
        and not may_join(person, one.email, is_here=bool(theirs.here(person.pk)))
    }
    unknown = [one for one in new if one.key not in owner]
    if not unknown:
        return {}, not_yours
    mails = {one.email for one in unknown} - {""}
    owners = list(Person.objects.annotate_lower_email().filter(lower_email__in=mails))
    there = Membership.objects.current().teaching().filter(organisation=school)
    teachers = list(Person.objects.filter(pk__in=there.values("person"), is_active=True))
    people = {one.pk for one in [*owners, *teachers]}
    with_key = set(
        Identity.objects.filter(namespace=namespace, person__in=people).values_list(
            "person", flat=True
        )
    )
    memberships = memberships_of(people, school)

    def account(person: Person) -> Account:
        may_link = memberships.is_alone_here(person) and person.pk not in with_key
        return Account(person, bool(memberships.here(person.pk)), may_link)

    by_mail = {str(one.email).lower(): account(one) for one in owners}
    # Who has a key is known by it: another one of the same name is another person.
    here = [account(one) for one in teachers if one.pk not in with_key]
    same, troubles = whose_accounts(unknown, by_mail, here)
    return same, not_yours | troubles


def stage(one: RosterImport, found: TeacherComparison, roster: SchoolRoster) -> None:
    """Write the numbers into the import, which isn't saved."""
    one.says_teachers = roster.teachers is not None
    one.other_staff, one.known_teachers = roster.other_staff, found.known
    one.teachers_staying = sorted(found.staying)
    one.teacher_troubles = [trouble.as_kept for trouble in found.troubles[:MOST_BAD_SHOWN]]


def propose(one: RosterImport, found: TeacherComparison) -> None:
    """`one`: saved. Who isn't brought in is named, too, as long as it waits."""
    named = {proposal.key for proposal in found.proposals if not proposal.namespace}
    if one.state == ImportState.WAITING:
        named |= {trouble.key for trouble in found.troubles}
    named &= found.said.keys()
    StagedTeacher.objects.bulk_create(
        [
            StagedTeacher(
                roster_import=one,
                key=key,
                given_name=found.said[key].given_name,
                family_name=found.said[key].family_name,
                email=found.said[key].email,
                duties=[duty.as_kept for duty in found.said[key].duties],
            )
            for key in sorted(named)
        ],
        IN_ONE_STATEMENT,
    )
    known = Identity.objects.filter(
        namespace=one.namespace, last_said_of_teacher__school=one.school
    )
    people = dict(known.values_list("value", "person_id"))
    order = list(Kind)
    RosterChange.objects.bulk_create(
        [
            _change(one, proposal, people, found.same)
            # By key: two schools wait for each other's rows in one order.
            for proposal in sorted(found.proposals, key=lambda p: (order.index(p.kind), p.key))
        ],
        IN_ONE_STATEMENT,
    )


def _change(
    one: RosterImport,
    proposal: Proposal,
    people: Mapping[str, int],
    same: Mapping[str, Person],
) -> RosterChange:
    asked = same.get(proposal.key) if proposal.kind == Kind.TEACHER_NEW else None
    return RosterChange(
        roster_import=one,
        kind=proposal.kind,
        key=proposal.key,
        namespace=proposal.namespace,
        person_id=proposal.person or (asked.pk if asked else people.get(proposal.key)),
        before=list(proposal.before),
        after=list(proposal.after),
        file=proposal.file,
        line=proposal.line,
    )
