"""Answers to a survey: given one question at a time, withdrawn, or not wished for."""

import datetime

from django.db import transaction
from django.utils import timezone

from continuity.enums import HELP_FIELDS, AnswerOrigin, Connection, Device, Speaker
from continuity.equipment import rules
from continuity.equipment.values.questions import NOTHING, QUESTIONS, SKIP, Question
from continuity.models import SurveyAnswer, SurveyCampaign, SurveyPause
from courses.people.models import Person

LATER = datetime.timedelta(days=7)


def answer(
    *,
    campaign: SurveyCampaign,
    student: Person,
    origin: str,
    speaker: str,
    by: Person,
    question: Question,
    value: str,
    adds: bool = False,
) -> SurveyAnswer:
    """Saves one answer; `value` is an option of the question, or `SKIP`. The last question ends it.

    `adds`: one more thing that would help, beside those there. Holds the answer's row until commit.
    Raises a `Refusal`.
    """
    now = timezone.now()
    with transaction.atomic():
        campaign = SurveyCampaign.objects.get(pk=campaign.pk)
        if refusal := rules.why_not_answer(campaign, today=timezone.localdate(now)):
            raise refusal
        made, _is_new = SurveyAnswer.objects.get_or_create(
            campaign=campaign, student=student, origin=origin, speaker=speaker, answered_by=by
        )
        found = SurveyAnswer.objects.select_for_update().get(pk=made.pk)
        _write(found, question, value, adds=adds)
        found.answered_at = now
        if question == Question.HELP and found.finished_at is None:
            found.finished_at = now
        found.save()
        if origin == AnswerOrigin.STUDENT:
            SurveyPause.objects.filter(campaign=campaign, student=student).delete()
    return found


def _write(found: SurveyAnswer, question: Question, value: str, *, adds: bool) -> None:
    if question == Question.HELP:
        _write_help(found, value, adds=adds)
        return
    chosen: str | int | None = "" if value == SKIP else value
    if question == Question.SHARED:
        chosen = None if value == SKIP or found.device != Device.SHARED else int(value)
    if question == Question.RUNS_OUT and found.connection == Connection.NONE:
        chosen = ""
    setattr(found, QUESTIONS[question].column, chosen)
    if found.device != Device.SHARED:
        found.shared_with = None
    if found.connection == Connection.NONE:
        found.runs_out = ""


def _write_help(found: SurveyAnswer, value: str, *, adds: bool) -> None:
    before = set(found.helps or ()) if adds else set()
    after = before | ({value} - {NOTHING, SKIP})
    for name in HELP_FIELDS:
        setattr(found, name, None if value == SKIP else name in after)


def withdraw(*, campaign: SurveyCampaign, student: Person) -> None:
    """Deletes what the student answered, also in calls. The student isn't invited again."""
    with transaction.atomic():
        SurveyAnswer.objects.filter(
            campaign=campaign, student=student, speaker=Speaker.STUDENT
        ).delete()
        _pause(campaign, student, until=None)


def withdraw_guardians(*, campaign: SurveyCampaign, student: Person, guardian: Person) -> None:
    """Deletes what this guardian answered; the student's and another guardian's answers stay."""
    SurveyAnswer.objects.filter(
        campaign=campaign, student=student, origin=AnswerOrigin.GUARDIAN, answered_by=guardian
    ).delete()


def pass_on(school_id: int, student_id: int, *, before_id: int, after_id: int) -> None:
    """A guardian has another account: one voice still, the later one of two. May run twice."""
    given = SurveyAnswer.objects.filter(
        campaign__school=school_id, student=student_id, origin=AnswerOrigin.GUARDIAN
    )
    with transaction.atomic():
        for old in given.filter(answered_by=before_id):
            own = given.filter(campaign=old.campaign_id, answered_by=after_id)
            if own.filter(answered_at__gt=old.answered_at).exists():
                old.delete()
                continue
            own.delete()
            old.answered_by_id = after_id
            old.save(update_fields=["answered_by"])


def put_off(*, campaign: SurveyCampaign, student: Person) -> None:
    """The invitation comes back after a week, if the survey is open then."""
    _pause(campaign, student, until=timezone.localdate() + LATER)


def decline(*, campaign: SurveyCampaign, student: Person) -> None:
    """No further invitation. Nobody else reads it."""
    _pause(campaign, student, until=None)


def _pause(campaign: SurveyCampaign, student: Person, *, until: datetime.date | None) -> None:
    SurveyPause.objects.update_or_create(
        campaign=campaign, student=student, defaults={"until": until, "paused_at": timezone.now()}
    )
