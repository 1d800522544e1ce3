"""Surveys on equipment: a campaign that is open, and answers as services write them."""

import datetime

from django.utils import timezone

from continuity.enums import HELP_FIELDS, AnswerOrigin, Connection, Device, Speaker
from continuity.models import SurveyAnswer, SurveyCampaign
from tests.factories.continuity import LeaderFactory

ONE_DAY = datetime.timedelta(days=1)


def campaign_of(school, *, first: int = -2, last: int = 10, by=None) -> SurveyCampaign:
    """`first`, `last`: days from today."""
    today = timezone.localdate()
    return SurveyCampaign.objects.create(
        school=school,
        opens_on=today + first * ONE_DAY,
        closes_on=today + last * ONE_DAY,
        begun_by=by or LeaderFactory(leads=school),
    )


def answered(campaign, student, *, by=None, origin=None, speaker=Speaker.STUDENT, **fields):
    """Finished. Without `by`: by the student; with it, in a call."""
    now = timezone.now()
    values = {
        "device": Device.OWN,
        "connection": Connection.HOME,
        "answered_at": now,
        "finished_at": now,
        **dict.fromkeys(HELP_FIELDS, False),
    }
    return SurveyAnswer.objects.create(
        campaign=campaign,
        student=student,
        origin=origin or (AnswerOrigin.CALL if by else AnswerOrigin.STUDENT),
        speaker=speaker,
        answered_by=by or student,
        **values | fields,
    )
