"""What becomes of sets of a directory when a school goes on as another."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from courses.people.exceptions import FileWaits
from courses.people.services.mergers import Follows, Merger, all_stay, follow_unless_there
from courses.roster.enums import OPEN, ImportState
from courses.roster.models import RosterImport


def _nothing_waits(rows: QuerySet[Any], name: str, merger: Merger) -> None:
    """Sets stay with the school as it was, and can't be undone any more."""
    both = RosterImport.objects.filter(school__in=[merger.old, merger.into])
    if one := both.filter(state__in=OPEN).select_related("school").first():
        raise FileWaits(school=one.school)
    if rows.filter(state=ImportState.APPLIED).exists():
        merger.notes.append(
            _("Sets that were applied at %(old)s can’t be undone any more.") % {"old": merger.old}
        )


def _folder(rows: QuerySet[Any], name: str, merger: Merger) -> None:
    """A switch: it follows, or the other school's counts."""
    follow_unless_there()(rows, name, merger)
    rows.delete()


MERGERS = [
    Follows("courses.LastSaid.school", follow_unless_there("identity")),
    Follows("courses.LastSaidOfTeacher.school", follow_unless_there("identity")),
    Follows("courses.LastSaidOfGuardian.school", follow_unless_there("identity", "key")),
    Follows("courses.RosterImport.school", _nothing_waits),
    Follows("courses.SchoolRefusal.school", all_stay),
    Follows("courses.ChosenDirectory.school", follow_unless_there()),
    Follows("courses.RosterFolder.school", _folder),
]
