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


def _words(rows: QuerySet[Any], name: str, merger: Merger) -> None:
    """What a word of the old school's files means says nothing of files that the other school has: its
    “DUPONT M.” may be another teacher. There a person is asked anew.
    """
    if not TimetableImport.objects.filter(school=merger.into).exists():
        follow_unless_there("kind", "word")(rows, name, merger)


MERGERS = [
    Follows("courses.TimetableImport.school", _nothing_waits),
    Follows("courses.TimetableWord.school", _words),
]
