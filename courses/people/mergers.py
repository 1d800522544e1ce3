"""What becomes of the rows about people when a school goes on as another."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.people.models import Guardianship, today
from courses.people.models.classes import LONGEST_CLASS_NAME
from courses.people.services.mergers import (
    Follows,
    Merger,
    all_follow,
    memberships_join,
    pass_on,
    renamed,
)


def _guardianships(rows: QuerySet[Any], name: str, merger: Merger) -> None:
    """One of a student is open once in a school: the old one ends, its links go to the other."""
    theirs = Guardianship.objects.filter(school=merger.into, until=None)
    there = {(one.guardian_id, one.student_id): one for one in theirs}
    for one in rows.filter(until=None):
        if to := there.get((one.guardian_id, one.student_id)):
            pass_on(one, to=to)
            rows.filter(pk=one.pk).update(until=today())
    rows.update(school=merger.into)


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
