"""Students leave the school, and are there again: so do their guardians."""

import datetime
from collections.abc import Collection, Iterable

from django.db import transaction
from django.utils import timezone

from courses.people.enums import Role
from courses.people.models import Guardianship, Membership, Organisation, Person, today
from courses.people.services.guardians import end_role, give_role
from courses.people.services.held_students import hold
from courses.people.services.log_lines import LogLine, log_all


def end_all_of(*, students: Collection[int], school: Organisation, by: Person | None) -> None:
    """These students leave the school: `take_back` undoes it, with the links, which open nothing
    meanwhile. Called with the students held. As many statements as for one.
    """
    running = Guardianship.objects.running().filter(student__in=students, school=school)
    ending = list(running.select_related("student", "guardian"))
    if not ending:
        return
    pks = [one.pk for one in ending]
    Guardianship.objects.filter(pk__in=pks).update(until=today(), ended_by_leaving=True)
    once = {(one.student_id, one.guardian_id): one for one in ending}
    log_all((LogLine(one.student, "people.end_guardian") for one in once.values()), by=by)
    end_role([one.guardian for one in once.values()], school, today())


def take_back(
    *,
    students: Iterable[Person],
    school: Organisation,
    on: datetime.date,
    by: Person | None,
) -> None:
    """Those that these students' leaving ended on that day, with their links; never one that was ended
    otherwise, nor somebody who is entered again. Holds the students' rows until commit. As many
    statements as for one.
    """
    with transaction.atomic():
        pks = {one.pk: one for one in students}
        hold(pks)
        of_school = Guardianship.objects.filter(student__in=pks, school=school)
        there = set(of_school.running().values_list("student", "guardian"))
        ended = of_school.filter(until=on, ended_by_leaving=True, guardian__erased_at=None)
        back: dict[tuple[int, int], Guardianship] = {}
        for one in ended.select_related("guardian").order_by("-pk"):
            if (one.student_id, one.guardian_id) not in there:
                back.setdefault((one.student_id, one.guardian_id), one)
        if not back:
            return
        Guardianship.objects.filter(pk__in=[one.pk for one in back.values()]).update(
            until=None, ended_by_leaving=False
        )
        give_role([one.guardian for one in back.values()], school, None)
        log_all((LogLine(pks[student], "people.guard") for student, _guardian in back), by=by)


def sweep(now: datetime.datetime) -> int:
    """Guardianships of students who don't belong to the school any more. May run twice."""
    there = Membership.objects.on(timezone.localdate(now)).filter(role=Role.STUDENT)
    gone = [
        one
        for one in Guardianship.objects.running().select_related("student", "guardian", "school")
        if not there.filter(person=one.student_id, organisation=one.school_id).exists()
    ]
    for school in {one.school for one in gone}:
        theirs = [one.student_id for one in gone if one.school_id == school.pk]
        with transaction.atomic():  # of each school: all at once would hold two schools' students
            hold(theirs)
            end_all_of(students=theirs, school=school, by=None)
    return len(gone)
