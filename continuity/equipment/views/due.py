"""What a first page says of surveys, requests and loans: a student is invited, a leader has a
proposal, somebody waits for an answer, something of a loan is to be seen to.
"""

import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from continuity.equipment.queries.survey import campaign_inviting, proposals_for
from continuity.equipment.queries.to_see_to import ToSeeTo, to_see_to_in
from courses.dates import day
from courses.digest.values import DueItem
from courses.people.enums import Role
from courses.people.models import Organisation, Person
from courses.people.permissions import is_leader, is_student, keeps_students


def surveys_due(person: Person, now: datetime.datetime) -> list[DueItem]:
    today = timezone.localdate(now)
    return [
        *(_invitation(person, today) if is_student(person) else []),
        *(_proposals(person, today) if is_leader(person) else []),
    ]


def lending_due(person: Person, now: datetime.datetime) -> list[DueItem]:
    """Requests without an answer, what families said and nobody has dealt with, what is signed, what
    should be back: a line each, a school. For the leader and the office.
    """
    if not keeps_students(person):
        return []
    schools = person.keeps_students_of
    found = to_see_to_in(schools, timezone.localdate(now))
    asked = [_asked(school, found[school.pk].asked) for school in schools if found[school.pk].asked]
    return asked + [
        DueItem(words, url, None, school.name, _("Look"), icon="laptop", order=61)
        for school in schools
        for words, url in _lines(school, found[school.pk])
    ]


def _asked(school: Organisation, number: int) -> DueItem:
    words = ngettext(
        "%(number)s request for equipment to answer",
        "%(number)s requests for equipment to answer",
        number,
    )
    url = reverse("continuity:needs", args=[school.public_id])
    said = words % {"number": number}
    return DueItem(said, url, None, school.name, _("Decide"), icon="laptop", order=62)


def _lines(school: Organisation, found: ToSeeTo) -> list[tuple[str, str]]:
    out = reverse("continuity:school_loans", args=[school.public_id])
    desk = reverse("continuity:desk", args=[school.public_id])
    written = [
        (
            found.reported,
            out,
            ngettext(
                "%(number)s thing that is lent is reported broken, lost or stolen",
                "%(number)s things that are lent are reported broken, lost or stolen",
                found.reported,
            ),
        ),
        (
            found.refused,
            desk,
            ngettext(
                "%(number)s loan agreement wasn’t accepted: call the family",
                "%(number)s loan agreements weren’t accepted: call the families",
                found.refused,
            ),
        ),
        (
            found.signed,
            desk,
            ngettext(
                "%(number)s loan agreement is signed: hand the things over",
                "%(number)s loan agreements are signed: hand the things over",
                found.signed,
            ),
        ),
        (
            found.void,
            desk,
            ngettext(
                "%(number)s signed loan agreement names a thing that isn’t free any more",
                "%(number)s signed loan agreements name things that aren’t free any more",
                found.void,
            ),
        ),
        (
            found.left,
            out,
            ngettext(
                "%(number)s student has left and still has things of the school",
                "%(number)s students have left and still have things of the school",
                found.left,
            ),
        ),
        (
            found.late,
            out,
            ngettext(
                "%(number)s loan isn’t back, and its last day has passed",
                "%(number)s loans aren’t back, and their last day has passed",
                found.late,
            ),
        ),
    ]
    return [(words % {"number": number}, url) for number, url, words in written if number]


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
            pgettext("verb", "Answer"),
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
