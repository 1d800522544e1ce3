"""What a first page says of surveys: a student is invited, a leader has a proposal."""

import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from continuity.equipment.queries.survey import campaign_inviting, proposals_for
from courses.dates import day
from courses.digest.values import DueItem
from courses.people.enums import Role
from courses.people.models import Person
from courses.people.permissions import is_leader, is_student


def surveys_due(person: Person, now: datetime.datetime) -> list[DueItem]:
    today = timezone.localdate(now)
    return [
        *(_invitation(person, today) if is_student(person) else []),
        *(_proposals(person, today) if is_leader(person) else []),
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
