"""What becomes of sets of a directory when a school goes on as another."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from courses.people.exceptions import FileWaits
from courses.people.models import SchoolClass
from courses.people.services.mergers import (
    Follows,
    Merger,
    all_stay,
    follow_once,
    follow_unless_there,
)
from courses.roster.enums import OPEN, ImportState
from courses.roster.models import RosterImport
from courses.roster.values import duty_kept, plain


def _nothing_waits(rows: QuerySet[Any], name: str, merger: Merger) -> None:
    """Sets stay with the school as it was, and can't be undone any more."""
    both = RosterImport.objects.filter(school__in=[merger.old, merger.into])
    if one := both.filter(state__in=OPEN).select_related("school").first():
        raise FileWaits(school=one.school)
    if rows.filter(state=ImportState.APPLIED).exists():
        merger.notes.append(
            _("Sets that were applied at %(old)s can’t be undone any more.") % {"old": merger.old}
        )


def _words_of_students(rows: QuerySet[Any], name: str, merger: Merger) -> None:
    """A class that has another name now is said by that: a set that says the old name means the one
    of the other school.
    """
    now = _places(merger)
    for row in rows if merger.new_names else ():
        row.school_class = now(row.school_class, row.school_year)
        row.groups = sorted(now(group, row.school_year) for group in row.groups)
        row.save(update_fields=["school_class", "groups"])
    follow_unless_there("identity")(rows, name, merger)


def _words_of_teachers(rows: QuerySet[Any], name: str, merger: Merger) -> None:
    now = _places(merger)
    for row in rows if merger.new_names else ():
        for words in (row.duties, row.begun):
            duties = [duty_kept(text) for text in words]
            words[:] = [
                replace(one, place=now(one.place, row.school_year)).as_kept for one in duties
            ]
        row.save(update_fields=["duties", "begun"])
    follow_unless_there("identity")(rows, name, merger)


def _places(merger: Merger) -> Callable[[str, int], str]:
    """The name of a class or group after the merger, by the one that sets say, and the year."""
    renamed = {
        (plain(was), year): now
        for (model, was, year), now in merger.new_names.items()
        if model is SchoolClass
    }
    return lambda word, year: renamed.get((plain(word), year), word)


def _words_of_guardians(rows: QuerySet[Any], name: str, merger: Merger) -> None:
    """Who ends because the old school shows guardians nothing may come by a set of the other again."""
    if merger.shows_guardians_more:
        rows.delete()
    follow_unless_there("identity", "key")(rows, name, merger)


MERGERS = [
    Follows("courses.LastSaid.school", _words_of_students),
    Follows("courses.LastSaidOfTeacher.school", _words_of_teachers),
    Follows("courses.LastSaidOfGuardian.school", _words_of_guardians),
    Follows("courses.RosterImport.school", _nothing_waits),
    Follows("courses.SchoolRefusal.school", all_stay),
    Follows("courses.ChosenDirectory.school", follow_unless_there()),
    Follows("courses.RosterFolder.school", follow_once()),
]
