"""The import that is worked at; its end."""

import datetime

from wagtail.log_actions import log

from courses.people.models import Organisation, Person, SchoolClass
from courses.timetables.enums import TimetableState
from courses.timetables.models import TimetableImport


def held_import(pk: int) -> TimetableImport:
    """With its school and the school's classes, all locked until commit: hours of a class are
    written under its lock.

    `no_key`: a teacher who holds one class's plan and begins another class's needn't wait for the
    second row, which would be a deadlock, since plans are drawn anew at the end.
    """
    school = TimetableImport.objects.values_list("school", flat=True).get(pk=pk)
    Organisation.objects.select_for_update(no_key=True).get(pk=school)
    held_classes = SchoolClass.objects.select_for_update(no_key=True)
    classes = held_classes.filter(school=school).order_by("pk")
    list(classes.values_list("pk", flat=True))
    held = TimetableImport.objects.select_for_update(of=("self",))
    return held.select_related("school").get(pk=pk)


def close(
    one: TimetableImport,
    state: TimetableState,
    by: Person | None,
    now: datetime.datetime,
    *,
    counts: dict[str, int] | None = None,
) -> None:
    """What was staged goes, and so do the names of the files, which may name a teacher."""
    one.staged.all().delete()
    one.state, one.closed_at, one.told_by, one.files = state, now, by, []
    if counts is not None:
        one.counts = counts
    one.save()
    log(
        instance=one.school,
        action=f"timetables.{state}",
        user=by,
        data={"import": one.public_id, **one.counts},
    )
