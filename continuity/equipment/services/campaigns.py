"""Surveys begun by a school's leader, and proposals of the region to all schools."""

import datetime

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from continuity.equipment import rules
from continuity.models import DeclinedProposal, SurveyCampaign, SurveyProposal
from courses.people.models import Organisation, Person


def begin(
    *,
    school: Organisation,
    opens_on: datetime.date,
    closes_on: datetime.date,
    by: Person,
    proposal: SurveyProposal | None = None,
) -> SurveyCampaign:
    """Both days included. Begun twice with the same days is once. Holds the school's row until
    commit. Raises a `Refusal`.
    """
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=school.pk)
        others = list(school.survey_campaigns.all())
        for other in others:
            if (other.opens_on, other.closes_on) == (opens_on, closes_on):
                if proposal:  # accepted: it isn't proposed any more
                    other.proposal = proposal
                    other.save(update_fields=["proposal"])
                return other
        if refusal := rules.why_not_begin(
            opens_on, closes_on, today=timezone.localdate(), others=others
        ):
            raise refusal
        campaign = SurveyCampaign.objects.create(
            school=school, opens_on=opens_on, closes_on=closes_on, begun_by=by, proposal=proposal
        )
        log(instance=campaign, action="continuity.begin_survey", user=by)
        return campaign


def set_last_day(*, campaign: SurveyCampaign, closes_on: datetime.date, by: Person) -> None:
    """Today ends it this evening. Raises a `Refusal`."""
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=campaign.school_id)
        found = SurveyCampaign.objects.get(pk=campaign.pk)
        if found.closes_on == closes_on:
            return
        others = found.school.survey_campaigns.exclude(pk=found.pk)
        today = timezone.localdate()
        if refusal := rules.why_not_these_days(
            found.opens_on, closes_on, today=today
        ) or rules.why_not_beside(found.opens_on, closes_on, others):
            raise refusal
        found.closes_on = closes_on
        found.save(update_fields=["closes_on"])
        log(instance=found, action="continuity.change_survey", user=by)


def propose(*, opens_on: datetime.date, closes_on: datetime.date, by: Person) -> SurveyProposal:
    """To all schools. Proposed twice with the same days is once. Raises a `Refusal`."""
    if refusal := rules.why_not_begin(opens_on, closes_on, today=timezone.localdate(), others=()):
        raise refusal
    return SurveyProposal.objects.get_or_create(
        opens_on=opens_on, closes_on=closes_on, withdrawn_at=None, defaults={"proposed_by": by}
    )[0]


def withdraw_proposal(*, proposal: SurveyProposal) -> None:
    """Surveys that schools began of it go on."""
    SurveyProposal.objects.filter(pk=proposal.pk, withdrawn_at__isnull=True).update(
        withdrawn_at=timezone.now()
    )


def accept(*, proposal: SurveyProposal, school: Organisation, by: Person) -> SurveyCampaign:
    """Begins today where its first day has passed. Accepted twice is once. Raises a `Refusal`."""
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=school.pk)
        if already := school.survey_campaigns.filter(proposal=proposal).first():
            return already
        today = timezone.localdate()
        proposal = SurveyProposal.objects.get(pk=proposal.pk)
        if refusal := rules.why_not_accept(proposal, today=today):
            raise refusal
        return begin(
            school=school,
            opens_on=max(proposal.opens_on, today),
            closes_on=proposal.closes_on,
            by=by,
            proposal=proposal,
        )


def decline(*, proposal: SurveyProposal, school: Organisation, by: Person) -> None:
    DeclinedProposal.objects.get_or_create(
        proposal=proposal, school=school, defaults={"declined_by": by}
    )


def record_export(*, campaign: SurveyCampaign, by: Person, lines: int) -> None:
    log(instance=campaign, action="continuity.export_survey", user=by, data={"lines": lines})
