"""Counts of people for the region: of surveys that are over, so that no line changes by one person
from one day to the next.
"""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from continuity.enums import Connection, Device
from continuity.equipment.values.small_cells import ShownTable, shown_table
from continuity.models import DeclinedProposal, SurveyAnswer, SurveyCampaign, SurveyProposal
from courses.people.models import Organisation
from courses.people.models.classes import school_year_began


@dataclass(frozen=True)
class CountedQuestion:
    """A table of the page: its columns, each with the answers counted in it."""

    column: str
    title: str | Promise
    answers: Sequence[tuple[str | Promise, tuple[str, ...]]]


COUNTED_QUESTIONS = (
    CountedQuestion(
        "device",
        _("The device"),
        (
            (_("Own computer or tablet"), (Device.OWN,)),
            (_("Shared"), (Device.SHARED,)),
            (_("Only a phone, or nothing"), (Device.PHONE, Device.NONE)),
        ),
    ),
    CountedQuestion(
        "connection",
        _("The connection"),
        (
            (_("At home, without a limit"), (Connection.HOME,)),
            (_("A phone’s data"), (Connection.PHONE,)),
            (_("None at home"), (Connection.ELSEWHERE, Connection.NONE)),
        ),
    ),
)


@dataclass(frozen=True)
class RegionTable:
    question: CountedQuestion
    table: ShownTable[Organisation]

    @property
    def lines(self) -> list[tuple[Organisation, list[tuple], int]]:
        """School, its cells each with its title, people; a hidden cell is None."""
        return [(line.key, self._titled(line.cells), line.total) for line in self.table.lines]

    @property
    def totals(self) -> list[tuple]:
        return self._titled(self.table.totals)

    def _titled(self, cells: Sequence[int] | None) -> list[tuple]:
        titles = [title for title, _values in self.question.answers]
        shown = [None] * len(titles) if cells is None else cells
        return list(zip(titles, shown, strict=True))


def region_tables(day: datetime.date) -> list[RegionTable]:
    """A table a question, by school. One query for the surveys and one a table."""
    over = SurveyCampaign.objects.over_on(day).filter(opens_on__gte=school_year_began(day))
    newest = {
        campaign.school_id: campaign
        for campaign in over.select_related("school").order_by("opens_on", "pk")
    }
    schools = {campaign.pk: campaign.school for campaign in newest.values()}
    return [
        RegionTable(question, shown_table(_counts(question, schools)))
        for question in COUNTED_QUESTIONS
    ]


def _counts(
    question: CountedQuestion, schools: dict[int, Organisation]
) -> dict[Organisation, list[int]]:
    given = (
        SurveyAnswer.objects.filter(campaign__in=schools)
        .exclude(**{question.column: ""})
        .one_a_student()
        .order_by()
        .values_list("campaign", question.column)
        .annotate(people=Count("pk"))
    )
    people: dict[int, dict[str, int]] = defaultdict(dict)
    for campaign, value, number in given:
        people[campaign][value] = number
    counts = {
        schools[campaign]: [
            sum(by_value.get(value, 0) for value in values) for _title, values in question.answers
        ]
        for campaign, by_value in people.items()
    }
    return dict(sorted(counts.items(), key=lambda item: (item[0].name, item[0].pk)))


def proposals_made(day: datetime.date) -> list[SurveyProposal]:
    """Those whose days aren't over, with `begun`, `refused` and `waiting` (without an answer): how
    many schools. One query.
    """
    found = SurveyProposal.objects.filter(withdrawn_at__isnull=True, closes_on__gte=day)
    of_it = {"proposal": OuterRef(OuterRef("pk")), "school": OuterRef("pk")}
    waiting = Organisation.objects.schools().filter(
        ~Exists(SurveyCampaign.objects.filter(**of_it)),
        ~Exists(DeclinedProposal.objects.filter(**of_it)),
    )
    number = waiting.order_by().values("kind").annotate(number=Count("pk")).values("number")
    return list(
        found.select_related("proposed_by").annotate(
            begun=Count("campaigns", distinct=True),
            refused=Count("declined", filter=Q(declined__isnull=False), distinct=True),
            waiting=Coalesce(Subquery(number), 0),
        )
    )
