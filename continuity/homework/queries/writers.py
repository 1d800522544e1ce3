"""Who changes the text of a homework, its files and its correction."""

from collections import defaultdict

from continuity.models import Assignment, Homework
from courses.people.models import Person, StandIn, Teaching, today


def writer_of(homework: Homework, reader: Person) -> Person:
    """The reader, if they teach all of its classes. Where classes of several teachers have it: its
    author, else whoever teaches the class that had it first, of those whose class reaches somebody;
    and who stands in for all of their classes. Five queries at most.
    """
    given = homework.assignments.select_related("teaching__teacher").order_by("pk")
    teachings = [one.teaching for one in given]
    open_to = Assignment.objects.filter(homework=homework).open_to(reader)
    mine = set(open_to.values_list("teaching", flat=True))
    if all(one.pk in mine for one in teachings):
        return reader
    reaching = Teaching.objects.reaching_somebody(today()).filter(assignments__homework=homework)
    reached = set(reaching.values_list("pk", flat=True))
    there = [one for one in teachings if one.pk in reached] or teachings
    writer = next(
        (o.teacher for o in there if o.teacher_id == homework.author_id), there[0].teacher
    )
    theirs = {one.pk for one in there if one.teacher_id == writer.pk}
    return reader if theirs <= mine else _who_stands_in(theirs) or writer


def _who_stands_in(theirs: set[int]) -> Person | None:
    """For all of these teachings, today."""
    taken = defaultdict(set)
    for one in StandIn.objects.on(today()).filter(teaching__in=theirs).select_related("teacher"):
        taken[one.teacher].add(one.teaching_id)
    return next((teacher for teacher, those in taken.items() if those == theirs), None)
