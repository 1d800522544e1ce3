"""The import that is worked at, with its school."""

import datetime

from django.db.models import Q

from courses.people.models import Identity, Organisation, Person
from courses.roster import rules
from courses.roster.enums import OF_GUARDIANS, ImportState
from courses.roster.models import RosterChange, RosterImport
from courses.roster.values import keys_of


def held_import(pk: int) -> RosterImport:
    """With its school, both locked until commit. Not the school's key: rows that refer to it, as of a
    guardian whose page holds the student, can be written meanwhile.
    """
    school = RosterImport.objects.values_list("school", flat=True).get(pk=pk)
    Organisation.objects.select_for_update(no_key=True).get(pk=school)
    held = RosterImport.objects.select_for_update(of=("self",))
    return held.select_related("school", "told_by").get(pk=pk)


def last_import(school: Organisation) -> RosterImport | None:
    """The one that could be undone: nothing was applied after it, and nothing waits."""
    over = [ImportState.REFUSED, ImportState.NOTHING, ImportState.UNDONE]
    return RosterImport.objects.filter(school=school).exclude(state__in=over).first()


def waits_before_undoing(one: RosterImport, now: datetime.datetime) -> RosterImport | None:
    """The set that has to be set aside or applied before this one, the last, can be undone."""
    if rules.why_not_undo(one, one, now=now):
        return None
    later = RosterImport.objects.filter(school=one.school, received_at__gte=one.received_at)
    later = later.filter(state__in=[ImportState.WAITING, ImportState.APPLIED]).exclude(pk=one.pk)
    found = list(later.order_by("-pk")[:2])
    return found[0] if [other.state for other in found] == [ImportState.WAITING] else None


def keys_in(change: RosterChange) -> tuple[str, ...]:
    """Of the people of a change; of a guardian's, the student's first."""
    return keys_of(change.key) if change.kind in OF_GUARDIANS else (change.key,)


def hold_people(one: RosterImport, changes: list[RosterChange]) -> None:
    """The accounts of these changes, locked in the order in which others hold them."""
    keys = [key for change in changes for key in keys_in(change)]
    known = Identity.objects.filter(namespace=one.namespace, value__in=keys).values("person")
    here = [change.person_id for change in changes if change.person_id]
    held = Person.objects.select_for_update(no_key=True).filter(Q(pk__in=known) | Q(pk__in=here))
    list(held.order_by("pk").values_list("pk"))
