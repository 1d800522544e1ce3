"""Who is of age, as a set says: yes or no, and the day while it lies in the coming 60 days. On that day
it is so without another set.
"""

import datetime
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from courses.people.models import ComingOfAge, Person
from courses.people.services import guardians
from courses.people.services.held_students import hold
from courses.roster.enums import AgeWord
from courses.roster.exceptions import StudentNotEntered
from courses.roster.models import LastSaid, RosterChange
from courses.roster.services.application import SAID, Application, Refusals, Step, planned
from courses.roster.services.saving import save_all


def write(application: Application, changes: Sequence[RosterChange]) -> Refusals:
    """As `changing.apply_all` does. What a person entered otherwise stays until the set says something
    new.
    """

    def plan(change: RosterChange) -> Step:
        if change.key not in application.identities:
            raise StudentNotEntered
        student, last = application.known(change)
        return Step(change, student, last, application.of(change))

    steps, refused = planned(changes, plan)
    now_adult = [step for step in steps if step.said.of_age == AgeWord.ADULT]
    was_adult = [
        step
        for step in steps
        if step.last.of_age == AgeWord.ADULT and step.said.of_age != AgeWord.ADULT
    ]
    changed = _set(now_adult, True, application.by) | _set(was_adult, False, application.by)
    for step in steps:
        was, now = step.last.of_age, step.said.of_age
        step.change.done = {"was": was, "now": now, "changed": step.student.pk in changed}
        step.change.person = step.student
        step.last.of_age, step.last.comes_of_age_on = now, step.said.comes_of_age_on
    save_all([step.last for step in steps], SAID)
    return refused


def _set(steps: Sequence[Step], is_of_age: bool, by: Person) -> set[int]:
    students = [step.student for step in steps]
    return guardians.set_all_of_age(students=students, is_of_age=is_of_age, by=by)


def take_back(backs: Sequence[tuple[RosterChange, LastSaid]], *, by: Person) -> set[RosterChange]:
    """Gives those that stay: the day has come since, a person changed it, or the student has decided
    who goes on seeing the week. The next set says it again.
    """
    held = ComingOfAge.objects.filter(student__in=[last.identity.person for _c, last in backs])
    rows = {one.student_id: one for one in held}
    stayed, undone = set(), []
    for change, last in backs:
        row = rows.get(last.identity.person_id)
        is_adult = change.done["now"] == AgeWord.ADULT
        is_changed = change.done["changed"]
        as_left = not is_changed or (row is not None) == is_adult
        decided = is_changed and row is not None and row.decided_at is not None
        if last.of_age != change.done["now"] or not as_left or decided:
            stayed.add(change)
        else:
            undone.append((change, last))
    for was_adult in (True, False):
        students = [
            last.identity.person
            for change, last in undone
            if change.done["changed"] and (change.done["now"] == AgeWord.ADULT) != was_adult
        ]
        guardians.set_all_of_age(students=students, is_of_age=was_adult, by=by)
    for change, last in undone:
        was = change.done["was"]
        last.of_age = was if was == AgeWord.ADULT else ""  # the day isn't kept
        last.comes_of_age_on = None
    save_all([last for _change, last in undone], ["of_age", "comes_of_age_on"])
    return stayed


def sweep(now: datetime.datetime) -> int:
    """Whose day has come. May run twice. Accounts are held before what the sets said of them, as by
    the worker that applies a set.
    """
    due = LastSaid.objects.filter(comes_of_age_on__lte=timezone.localdate(now))
    with transaction.atomic():
        hold(due.values_list("identity__person", flat=True))
        rows = list(due.select_related("identity__person"))
        students = [row.identity.person for row in rows if not row.identity.person.erased_at]
        guardians.set_all_of_age(students=students, is_of_age=True, by=None)
        due.filter(pk__in=[row.pk for row in rows]).update(
            of_age=AgeWord.ADULT, comes_of_age_on=None
        )
    return len(rows)
