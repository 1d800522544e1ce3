"""Why a survey can't be answered, begun or accepted. Pure."""

import datetime
from collections.abc import Iterable

from continuity.equipment.exceptions import (
    AnotherSurvey,
    ProposalGone,
    SurveyEndsBeforeItBegins,
    SurveyInThePast,
    SurveyNotOpen,
    SurveyTooLong,
)
from continuity.models import SurveyCampaign, SurveyProposal
from courses.exceptions import Refusal

LONGEST_SURVEY_DAYS = 60


def why_not_answer(campaign: SurveyCampaign, *, today: datetime.date) -> Refusal | None:
    if campaign.is_open_on(today):
        return None
    return SurveyNotOpen(first=campaign.opens_on, last=campaign.closes_on)


def why_not_these_days(
    opens_on: datetime.date, closes_on: datetime.date, *, today: datetime.date
) -> Refusal | None:
    """`opens_on` may have passed where a survey is running; its last day may not."""
    if closes_on < opens_on:
        return SurveyEndsBeforeItBegins()
    if closes_on < today:
        return SurveyInThePast(day=closes_on)
    if (closes_on - opens_on).days >= LONGEST_SURVEY_DAYS:
        return SurveyTooLong(days=LONGEST_SURVEY_DAYS)
    return None


def why_not_begin(
    opens_on: datetime.date,
    closes_on: datetime.date,
    *,
    today: datetime.date,
    others: Iterable[SurveyCampaign],
) -> Refusal | None:
    """`others`: the school's other surveys. Two of them never share a day."""
    if opens_on < today:
        return SurveyInThePast(day=opens_on)
    return why_not_these_days(opens_on, closes_on, today=today) or why_not_beside(
        opens_on, closes_on, others
    )


def why_not_beside(
    opens_on: datetime.date, closes_on: datetime.date, others: Iterable[SurveyCampaign]
) -> Refusal | None:
    for other in others:
        if other.opens_on <= closes_on and opens_on <= other.closes_on:
            return AnotherSurvey(first=other.opens_on, last=other.closes_on)
    return None


def why_not_accept(proposal: SurveyProposal, *, today: datetime.date) -> Refusal | None:
    if proposal.withdrawn_at is not None or proposal.closes_on < today:
        return ProposalGone()
    return None
