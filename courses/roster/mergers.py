"""What becomes of sets of a directory when a school goes on as another."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
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
    of the other school. Of who is at both, the groups of both were said.
    """
    now = _places(merger)
    for row in rows if merger.new_names else ():
        row.school_class = now(row.school_class, row.school_year)
        row.groups = sorted(now(group, row.school_year) for group in row.groups)
        row.save(update_fields=["school_class", "groups"])
    for row, to in _said_by_both(rows, merger):
        to.school_class = to.school_class or row.school_class
        to.groups = sorted({*to.groups, *row.groups})
        to.save(update_fields=["school_class", "groups"])
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
    for row, to in _said_by_both(rows, merger):
        to.duties = sorted({*to.duties, *row.duties})
        to.begun = sorted({*to.begun, *row.begun})
        to.save(update_fields=["duties", "begun"])
    follow_unless_there("identity")(rows, name, merger)


def _who_left_gives_way(
    rows: QuerySet[Any], merger: Merger, over: str, same: tuple[str, ...] = ("identity",)
) -> None:
    """Where a set has ended somebody at the other school, what is said of them at the old one counts."""
    still = rows.filter(**{over: None}, **{key: OuterRef(key) for key in same})
    left = rows.model._default_manager.filter(school=merger.into).exclude(**{over: None})
    left.filter(Exists(still)).delete()


def _said_by_both(rows: QuerySet[Any], merger: Merger) -> Iterable[tuple[Any, Any]]:
    """Rows of the old school, each with that of the other school in the same school year."""
    _who_left_gives_way(rows, merger, "gone_at")
    theirs = rows.model._default_manager.filter(school=merger.into, gone_at=None)
    there = {(to.identity_id, to.school_year): to for to in theirs}
    for row in rows.filter(gone_at=None):
        if to := there.get((row.identity_id, row.school_year)):
            yield row, to


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
    _who_left_gives_way(rows, merger, "ended_at", ("identity", "key"))
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
