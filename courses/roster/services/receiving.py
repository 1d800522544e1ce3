"""A set is received: read, staged, compared; it then waits for a yes."""

import dataclasses
import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from courses.people.enums import ClassKind
from courses.people.models import (
    Identity,
    Organisation,
    Person,
    SchoolClass,
)
from courses.people.rules.memberships import why_not_there
from courses.roster import rules
from courses.roster.enums import OPEN, ImportState, RosterChangeKind, RosterChangeState
from courses.roster.exceptions import AnotherDirectory, ImportWaits, OlderSet, SameArchive
from courses.roster.models import RosterChange, RosterImport, StagedStudent
from courses.roster.services import (
    delta_bases,
    other_directories,
    staging_guardians,
    staging_teachers,
)
from courses.roster.services.delta_bases import completed
from courses.roster.services.knowing import known_students
from courses.roster.services.linked_accounts import linked_note, linked_students
from courses.roster.services.parts import SchoolPart, digest_of
from courses.roster.services.reading import read_school
from courses.roster.values import (
    MOST_BAD_SHOWN,
    Proposal,
    SchoolRoster,
)

IN_ONE_STATEMENT = 500
LEFT_OUT = (RosterChangeState.KEPT, RosterChangeState.REFUSED)


def receive(
    *,
    school: Organisation,
    data: bytes | SchoolPart,
    by: Person | None,
    now: datetime.datetime | None = None,
) -> RosterImport:
    """Read the archive and keep what it would change; nothing else is written. `by`: nobody, where
    it came into the school's folder.

    Holds the school's row until commit. Raises a `Refusal`: then nothing is stored.
    """
    now = now or timezone.now()
    digest = digest_of(data)
    day = timezone.localdate(now)
    _may_come(school, digest, day)
    base = delta_bases.base_of(school)
    read = read_school(
        data,
        uai=school.uai,
        school=school.name,
        today=day,
        with_guardians=school.with_guardians,
        base=base,
    )
    with transaction.atomic():
        school = Organisation.objects.select_for_update().get(pk=school.pk)
        if refusal := why_not_there(school):
            raise refusal
        last = _may_come(school, digest, day)
        roster = read if isinstance(read, SchoolRoster) else completed(school, read, digest)
        if refusal := rules.why_not_this_day(roster.day, today=day):
            raise refusal
        former = last.namespace if last and last.namespace != roster.namespace else ""
        if former and not other_directories.is_chosen(school, roster.namespace):
            raise AnotherDirectory(now=roster.namespace, was=former)
        if last and roster.day < last.day:
            raise OlderSet(day=roster.day, last=last.day)
        return _stage(school, roster, digest, by, now, former)


def _may_come(school: Organisation, digest: str, day: datetime.date) -> RosterImport | None:
    """The last set that was applied and not undone. Raises `ImportWaits`, `SameArchive`: only of an
    archive that was applied last, whole. One that changed nothing may change something once an
    import before it is undone.
    """
    held = RosterImport.objects.filter(school=school).exclude(state=ImportState.REFUSED)
    latest = held.first()
    if latest and latest.state in OPEN:
        raise ImportWaits
    if (
        latest
        and latest.state == ImportState.APPLIED
        and rules.is_same_archive(latest, digest, day=day)
        and latest.reads_guardians >= school.with_guardians
        and not latest.changes.filter(state__in=LEFT_OUT).exists()
    ):
        raise SameArchive(day=timezone.localdate(latest.received_at))
    return held.filter(state=ImportState.APPLIED).first()


def _without_classes(school: Organisation, roster: SchoolRoster) -> None:
    """A group that has the name of a class, here or in the set, is passed over: nobody is in both."""
    held = SchoolClass.objects.of_year().filter(school=school, kind=ClassKind.CLASS)
    names = {name.casefold() for name in held.values_list("name", flat=True)}
    names |= {said.school_class.casefold() for said in roster.students}
    roster.students = [
        dataclasses.replace(
            said, groups=tuple(name for name in said.groups if name.casefold() not in names)
        )
        for said in roster.students
    ]


def _stage(
    school: Organisation,
    roster: SchoolRoster,
    digest: str,
    by: Person | None,
    now: datetime.datetime,
    former: str,
) -> RosterImport:
    known = known_students(school, roster.namespace)
    roster.students = rules.with_unread_groups(roster, known)
    _without_classes(school, roster)
    proposals = rules.compare(roster.students, known, roster.unread, roster.gone)
    teachers = staging_teachers.compare_teachers(school, roster)
    said = {student.key: student for student in roster.students}
    new = [said[change.key] for change in proposals if change.kind == RosterChangeKind.NEW]
    linked = linked_students(school, roster.namespace, [one.key for one in new])
    found = other_directories.recognise(
        [one for one in new if one.key not in linked],
        other_directories.without_key(school, roster.namespace),
        other_directories.former_rows(school, roster.namespace),
        {account.pk for account in linked.values()},
    )
    proposals += found.leaving
    guardians = staging_guardians.compare_guardians(school, roster, known, found.same)
    one = RosterImport(
        school=school,
        by=by,
        former=former or found.former,
        received_at=now,
        namespace=roster.namespace,
        day=roster.day,
        digest=digest,
        students=len(roster.students),
        known=sum(was.is_here for was in known.values()) + found.known,
        namesakes=found.namesakes,
        missing_classes=rules.missing_classes(known.values(), roster.students, roster.unread),
        class_names=sorted({said.school_class for said in roster.students} - {""}),
        without_key=roster.without_key,
        after=roster.after,
        base=roster.base,
        bad=len(roster.bad),
        bad_records=[
            {"file": bad.file, "line": bad.line, "field": bad.field, "fault": bad.fault}
            for bad in roster.bad[:MOST_BAD_SHOWN]
        ],
    )
    staging_teachers.stage(one, teachers, roster)
    staging_guardians.stage(one, guardians, roster, school)
    if not (proposals or teachers.proposals or guardians.has_changes):
        one.state, one.closed_at = ImportState.NOTHING, now
    one.save()
    if one.state == ImportState.NOTHING:
        delta_bases.keep_base(one)
    named = {proposal.key for proposal in proposals if not proposal.namespace}
    if named:  # whom a person took out is named, too: it may have been a slip
        named |= {key for key, was in known.items() if was.away}
    StagedStudent.objects.bulk_create(
        [
            StagedStudent(
                roster_import=one,
                key=said.key,
                given_name=said.given_name,
                family_name=said.family_name,
                school_class=said.school_class,
                groups=list(said.groups),
                of_age=said.age.word if said.age else "",
                comes_of_age_on=said.age.day if said.age else None,
            )
            for said in roster.students
            if said.key in named
        ],
        IN_ONE_STATEMENT,
    )
    notes = {key: linked_note(account, said[key]) for key, account in linked.items()}
    _propose(one, proposals, found.same, notes)
    staging_teachers.propose(one, teachers)
    staging_guardians.propose(one, guardians)
    log(instance=school, action="roster.receive", user=by, data={"digest": digest[:16]})
    return one


def _propose(
    one: RosterImport,
    proposals: list[Proposal],
    same: dict[str, int],
    notes: dict[str, dict[str, Any]],
) -> None:
    """`notes`: by key of a new student, fields that say which account has the key already."""
    people = dict(
        Identity.objects.filter(namespace=one.namespace, last_said__school=one.school).values_list(
            "value", "person_id"
        )
    )
    order = list(RosterChangeKind)
    RosterChange.objects.bulk_create(
        [
            RosterChange(
                roster_import=one,
                kind=proposal.kind,
                key=proposal.key,
                namespace=proposal.namespace,
                person_id=proposal.person
                or people.get(proposal.key)
                or (same.get(proposal.key) if proposal.kind == RosterChangeKind.NEW else None),
                before=list(proposal.before),
                after=list(proposal.after),
                file=proposal.file,
                line=proposal.line,
                **(notes.get(proposal.key, {}) if not proposal.namespace else {}),
            )
            for proposal in sorted(proposals, key=lambda p: order.index(p.kind))
        ],
        IN_ONE_STATEMENT,
    )
