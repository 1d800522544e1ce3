"""What a first page says of surveys and requests: a student is invited, a leader has a proposal,
somebody waits for an answer.
"""

import datetime

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from continuity.equipment.queries.survey import campaign_inviting, proposals_for
from continuity.models import EquipmentNeed
from courses.dates import day
from courses.digest.values import DueItem
from courses.people.enums import Role
from courses.people.models import Person
from courses.people.permissions import is_leader, is_student, keeps_students


def surveys_due(person: Person, now: datetime.datetime) -> list[DueItem]:
    today = timezone.localdate(now)
    return [
        *(_invitation(person, today) if is_student(person) else []),
        *(_proposals(person, today) if is_leader(person) else []),
    ]


def needs_due(person: Person) -> list[DueItem]:
    """One line a school that lends by this person's hands, where somebody waits for a first answer."""
    if not keeps_students(person):
        return []
    asked = EquipmentNeed.objects.open().filter(verdict="", school__in=person.keeps_students_of)
    counted = dict(asked.order_by().values_list("school").annotate(Count("pk")))
    return [
        DueItem(
            ngettext(
                "%(number)s request for equipment to answer",
                "%(number)s requests for equipment to answer",
                counted[school.pk],
            )
            % {"number": counted[school.pk]},
            reverse("continuity:needs", args=[school.public_id]),
            None,
            school.name,
            _("Decide"),
            icon="laptop",
            order=62,
        )
        for school in person.keeps_students_of
        if school.pk in counted
    ]


def _invitation(person: Person, today: datetime.date) -> list[DueItem]:
    campaign = campaign_inviting(person, today)
    if campaign is None:
        return []
    return [
        DueItem(
            _("What do you work with at home? Seven questions, less than a minute"),
            reverse("continuity:survey"),
            campaign.closes_on,
            _("Not answering has no effect."),
            _("Answer"),
            icon="list-checks",
            order=60,
            role=Role.STUDENT,
        )
    ]


def _proposals(person: Person, today: datetime.date) -> list[DueItem]:
    return [
        DueItem(
            _("The region proposes a survey on equipment"),
            reverse("continuity:surveys"),
            proposal.closes_on,
            _("%(school)s: from %(first)s to %(last)s.")
            % {
                "school": school.name,
                "first": day(proposal.opens_on),
                "last": day(proposal.closes_on),
            },
            _("Accept it or not"),
            icon="list-checks",
            order=60,
            role=Role.LEADER,
        )
        for proposal, school in proposals_for(person.places_as(Role.LEADER), today)
    ]
