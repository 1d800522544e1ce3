"""What a student's page of the survey needs; who is invited; who may enter answers for whom."""

import datetime
from collections.abc import Collection

from django.db import models
from django.db.models import Exists, OuterRef, Q

from continuity.enums import AnswerOrigin, Speaker
from continuity.models import DeclinedProposal, SurveyAnswer, SurveyCampaign, SurveyProposal
from courses.people.enums import ClassKind, GuardianQuality, Role
from courses.people.models import Guardianship, Organisation, Person, SchoolClass


def campaign_of(
    student: Person, day: datetime.date, *, school: Organisation | None = None
) -> SurveyCampaign | None:
    """The one that is open; without one, the newest that was. One query. `school`: of this one of
    the student's alone.
    """
    began = SurveyCampaign.objects.of_student(student, day).filter(opens_on__lte=day)
    if school is not None:
        began = began.filter(school=school)
    return began.select_related("school").order_by("-closes_on", "-pk").first()


def campaign_inviting(student: Person, day: datetime.date) -> SurveyCampaign | None:
    """One query."""
    return SurveyCampaign.objects.inviting(student, day).order_by("closes_on", "pk").first()


def own_answer(student: Person, campaign: SurveyCampaign) -> SurveyAnswer | None:
    return SurveyAnswer.objects.filter(
        campaign=campaign, student=student, origin=AnswerOrigin.STUDENT
    ).first()


def guardians_answer(
    student: Person, campaign: SurveyCampaign, guardian: Person
) -> SurveyAnswer | None:
    return SurveyAnswer.objects.filter(
        campaign=campaign, student=student, origin=AnswerOrigin.GUARDIAN, answered_by=guardian
    ).first()


def with_surveys(
    guardianships: models.QuerySet[Guardianship], day: datetime.date
) -> models.QuerySet[Guardianship]:
    """`survey_asks`: a survey of the school is open, and the guardian holds authority, so may
    answer; `survey_finished`: and has answered it.
    """
    running = SurveyCampaign.objects.open_on(day).filter(school=OuterRef("school"))
    finished = SurveyAnswer.objects.filter(
        campaign__school=OuterRef("school"),
        campaign__opens_on__lte=day,
        campaign__closes_on__gte=day,
        student=OuterRef("student"),
        origin=AnswerOrigin.GUARDIAN,
        answered_by=OuterRef("guardian"),
        finished_at__isnull=False,
    )
    return guardianships.annotate(
        survey_asks=Q(Exists(running), quality=GuardianQuality.AUTHORITY),
        survey_finished=Exists(finished),
    )


def surveys_for(guardianships: Collection[Guardianship], day: datetime.date) -> dict[int, bool]:
    """Of those that a survey asks, by the guardianship's pk, whether it is answered. One query;
    none where one was read `with_surveys`.
    """
    read = list(guardianships)
    if not all(hasattr(one, "survey_asks") for one in read):
        pks = [one.pk for one in read]
        read = list(with_surveys(Guardianship.objects.filter(pk__in=pks), day))
    found = [vars(one) for one in read]
    return {one["id"]: one["survey_finished"] for one in found if one["survey_asks"]}


def answer_in_call(
    student: Person, campaign: SurveyCampaign, *, speaker: str, by: Person
) -> SurveyAnswer | None:
    return SurveyAnswer.objects.filter(
        campaign=campaign,
        student=student,
        origin=AnswerOrigin.CALL,
        speaker=speaker,
        answered_by=by,
    ).first()


def entered_in_calls(student: Person, campaign: SurveyCampaign) -> models.QuerySet[SurveyAnswer]:
    """What staff entered in the student's name, latest first."""
    return SurveyAnswer.objects.filter(
        campaign=campaign, student=student, origin=AnswerOrigin.CALL, speaker=Speaker.STUDENT
    ).select_related("answered_by")


def classes_surveyed_by(person: Person, day: datetime.date) -> models.QuerySet[SchoolClass]:
    """Whole classes that the person looks after, and those of the school that the person leads."""
    led = SchoolClass.objects.led_by(person).values("pk")
    tutored = SchoolClass.objects.tutored_by(person, day).values("pk")
    return SchoolClass.objects.of_year(day).filter(
        Q(pk__in=led) | Q(pk__in=tutored), kind=ClassKind.CLASS
    )


def looks_after_a_class(person: Person, day: datetime.date) -> bool:
    return bool(person.places_as(Role.LEADER)) or classes_surveyed_by(person, day).exists()


def proposals_for(
    schools: list[Organisation], day: datetime.date
) -> list[tuple[SurveyProposal, Organisation]]:
    """What the region proposes to these schools, neither begun nor declined there. One query a
    school; a leader has one or two.
    """
    found = []
    for school in schools:
        begun = SurveyCampaign.objects.filter(proposal=OuterRef("pk"), school=school)
        declined = DeclinedProposal.objects.filter(proposal=OuterRef("pk"), school=school)
        standing = SurveyProposal.objects.filter(
            ~Exists(begun), ~Exists(declined), withdrawn_at__isnull=True, closes_on__gte=day
        )
        found += [(proposal, school) for proposal in standing.order_by("opens_on")]
    return found
