"""From which set a school's delta sets go on, and a delta set made complete by it."""

from dataclasses import replace

from courses.people.models import Identity, Organisation, today
from courses.people.models.classes import school_year
from courses.roster.enums import ImportState
from courses.roster.exceptions import DeltaSaidAlready, DeltaTooLate, DeltaWithoutBase
from courses.roster.models import LastSaid, LastSaidOfGuardian, LastSaidOfTeacher, RosterImport
from courses.roster.services.aaf_delta import DeltaSet, SaidBefore, complete
from courses.roster.services.aaf_delta_guardians import GuardiansBefore
from courses.roster.services.knowing import known_students
from courses.roster.services.staging_teachers import known_teachers
from courses.roster.values import DeltaBase, SchoolRoster, relation_of

OVER = [ImportState.APPLIED, ImportState.NOTHING]


def base_of(school: Organisation) -> DeltaBase | None:
    """None where no complete AAF set was applied in this school year, or an import was undone since.
    Five queries at most.
    """
    sets = RosterImport.objects.filter(school=school, state__in=OVER)
    complete_set = sets.exclude(base={}).first()
    if complete_set is None or school_year(complete_set.day) != school_year(today()):
        return None
    last = sets.filter(received_at__gte=complete_set.received_at).order_by("-day").first()
    held = Identity.objects.filter(namespace=complete_set.namespace)
    known = {
        key
        for rows in (LastSaid, LastSaidOfTeacher)
        for key in rows.objects.filter(school=school, identity__in=held).values_list(
            "identity__value", flat=True
        )
    }
    said = LastSaidOfGuardian.objects.filter(school=school, identity__in=held)
    of_guardians = said.values_list("key", flat=True) if school.with_guardians else []
    base = complete_set.base
    return DeltaBase(
        complete_set.namespace,
        base["prefix"],
        base["structure"],
        complete_set.day,
        (last or complete_set).day,
        base["labels"],
        frozenset(known),
        frozenset(of_guardians),
    )


def completed(school: Organisation, delta: DeltaSet, digest: str) -> SchoolRoster:
    """What the delta set says with what was said before. The school's row is held by the caller.
    Raises `DeltaWithoutBase`, `DeltaSaidAlready`, `DeltaTooLate`.
    """
    base = base_of(school)
    if base is None or base.structure != delta.base.structure:
        raise DeltaWithoutBase
    read = RosterImport.objects.filter(school=school, state__in=OVER, day=base.day, digest=digest)
    day = delta.one.day
    if day <= base.complete_day:
        raise DeltaSaidAlready(day=day, last=base.complete_day)
    if day <= base.day and not read.exists():
        raise DeltaTooLate(day=day, last=base.day)
    held = Identity.objects.filter(namespace=base.namespace, value__in=delta.without_names)
    names = held.filter(value__in=base.known).values_list(
        "value", "person__given_name", "person__family_name"
    )
    students = known_students(school, base.namespace)
    teachers = known_teachers(school, base.namespace) if delta.staff is not None else {}
    before = SaidBefore(
        students,
        teachers,
        {key: (given, name) for key, given, name in names},
        _guardians(school, base) if delta.guardians is not None else GuardiansBefore(),
    )
    return complete(replace(delta, base=base), before, today())


def _guardians(school: Organisation, base: DeltaBase) -> GuardiansBefore:
    """Two queries."""
    said = LastSaidOfGuardian.objects.filter(school=school, identity__namespace=base.namespace)
    relations = said.values_list("identity__value", "key")
    names = said.exclude(guardianship=None).values_list(
        "key", "guardianship__guardian__given_name", "guardianship__guardian__family_name"
    )
    return GuardiansBefore(
        frozenset(relation_of(student, key) for student, key in relations),
        {key: (given, family) for key, given, family in names},
    )


def keep_base(one: RosterImport) -> None:
    """The import is over: later delta sets go on from it alone, if it is a complete AAF set."""
    if not one.is_delta:
        _forget(one.school, but=one.pk)


def forget_base(school: Organisation) -> None:
    """An import is undone: what was said isn't so any more, until a complete set says it."""
    _forget(school)


def _forget(school: Organisation, *, but: int = 0) -> None:
    RosterImport.objects.filter(school=school).exclude(base={}).exclude(pk=but).update(base={})
