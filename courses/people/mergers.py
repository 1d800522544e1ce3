"""What becomes of the rows about people when a school goes on as another."""

from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.people.models import GuardianLink, Guardianship, Person, today
from courses.people.models.classes import LONGEST_CLASS_NAME
from courses.people.services.guardians import end_role
from courses.people.services.mergers import (
    Follows,
    Merger,
    all_follow,
    memberships_join,
    pass_on,
    renamed,
)
from courses.people.values import plain


def _guardianships(rows: QuerySet[Any], name: str, merger: Merger) -> None:
    """One of a student is open once in a school: the old one ends, its links go to the other. Who sees
    nothing at the old school, where guardians are switched off, ends: a yes of a leader shows it.
    """
    hidden = _end_hidden(rows) if merger.shows_guardians_more else []
    theirs = Guardianship.objects.filter(school=merger.into, until=None)
    there = {(one.guardian_id, one.student_id): one for one in theirs}
    for one in rows.filter(until=None):
        if to := there.get((one.guardian_id, one.student_id)):
            pass_on(one, to=to)
            rows.filter(pk=one.pk).update(until=today())
    rows.update(school=merger.into)
    if hidden:
        end_role(hidden, merger.into, today())
        merger.notes.append(
            ngettext(
                "%(n)s guardian ends: guardians are switched off at %(old)s, and on at %(school)s,"
                " where they would see the week. Enter there who is to follow.",
                "%(n)s guardians end: guardians are switched off at %(old)s, and on at %(school)s,"
                " where they would see the week. Enter there who is to follow.",
                len(hidden),
            )
            % {"n": len(hidden), "old": merger.old, "school": merger.into}
        )


def _end_hidden(rows: QuerySet[Any]) -> list[Person]:
    """Whose guardianship ended. One that ended with a student who left doesn't come back either."""
    ending = rows.filter(Q(until=None) | Q(until__gt=today()))
    pks = list(ending.values_list("pk", flat=True))
    GuardianLink.objects.filter(guardianship__in=rows).delete()
    rows.filter(pk__in=pks).update(until=Greatest("since", today()))
    rows.update(ended_by_leaving=False)
    return list(Person.objects.filter(guardianships__in=pks).distinct())


MERGERS = [
    Follows(
        "courses.Membership.organisation",
        memberships_join,
        lambda n: (
            ngettext("%(n)s membership, with its past", "%(n)s memberships, with their past", n)
            % {"n": n}
        ),
    ),
    Follows(
        "courses.SchoolClass.school",
        renamed(
            "name",
            "school_year",
            longest=LONGEST_CLASS_NAME,
            alike=plain,
            say=lambda was, now: (
                _("The class %(was)s becomes %(now)s: both schools have one.")
                % {"was": was, "now": now}
            ),
        ),
        lambda n: ngettext("%(n)s class of all years", "%(n)s classes of all years", n) % {"n": n},
    ),
    Follows("courses.Guardianship.school", _guardianships),
    Follows("courses.AccountChange.left_school", all_follow),
    Follows("courses.CorrectionRequest.school", all_follow),
]
