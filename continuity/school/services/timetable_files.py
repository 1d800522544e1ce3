"""A timetable from files is applied or undone; students' weeks and drafts of plans follow it."""

from django.db import transaction

from continuity.models import ContinuityPlan
from continuity.plans.services import cover, plans
from continuity.school.queries.timetable import hours_built_on
from courses.agenda.queries import monday_of
from courses.people.models import Person, today
from courses.templatetags.passerelle import hour as hour_words
from courses.timetables.exceptions import HoursAreBuiltOn
from courses.timetables.models import TimetableImport
from courses.timetables.services import applying, undoing

NAMED = 5  # hours in the sentence


def apply(one: TimetableImport, *, by: Person, shown: str) -> None:
    """As `applying.apply`."""
    with transaction.atomic():
        _follow(applying.apply(one, by=by, shown=shown))


def undo(one: TimetableImport, *, by: Person) -> None:
    """As `undoing.undo`, as long as nothing was built on its hours from today on. Raises a
    `Refusal`.
    """
    with transaction.atomic():
        if built_on := hours_built_on(one, today()):
            names = [
                f"{hour.teaching}, {hour.get_weekday_display()} {hour_words(hour.begins)}"
                for hour in built_on[:NAMED]
            ]
            raise HoursAreBuiltOn(hours=" · ".join(names + ["…"] * (len(built_on) > NAMED)))
        _follow(undoing.undo(one, by=by))


def _follow(touched: applying.Touched) -> None:
    classes, teachers = touched
    plans.changed(
        *ContinuityPlan.objects.filter(school_class__in=classes, monday__gte=monday_of(today()))
    )
    cover.follow_teachers(*teachers)
