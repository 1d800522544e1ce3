"""What becomes of timetables from files when a school goes on as another."""

from typing import Any

from django.db.models import QuerySet

from courses.people.exceptions import FileWaits
from courses.people.services.mergers import Follows, Merger, follow_unless_there
from courses.timetables.enums import TimetableState
from courses.timetables.models import TimetableImport


def _nothing_waits(rows: QuerySet[Any], name: str, merger: Merger) -> None:
    """What was imported stays with the school as it was, and is erased in its time."""
    both = [merger.old, merger.into]
    waiting = TimetableImport.objects.filter(school__in=both, state=TimetableState.WAITING)
    if one := waiting.select_related("school").first():
        raise FileWaits(school=one.school)


MERGERS = [
    Follows("courses.TimetableImport.school", _nothing_waits),
    Follows("courses.TimetableWord.school", follow_unless_there("kind", "word")),
]
