"""What a student's page of the survey needs; who is invited; who may enter answers for whom."""

import datetime

from django.db import models
from django.db.models import Exists, OuterRef, Q

from continuity.enums import AnswerOrigin, Speaker
from continuity.equipment.values import voices as answers_of
from continuity.models import DeclinedProposal, SurveyAnswer, SurveyCampaign, SurveyProposal
from courses.people.enums import ClassKind, Role
from courses.people.models import Organisation, Person, SchoolClass


def campaign_of(student: Person, day: datetime.date) -> SurveyCampaign | None:
    """The one that is open; without one, the newest that was. One query."""
    began = SurveyCampaign.objects.of_student(student, day).filter(opens_on__lte=day)
    return began.select_related("school").order_by("-closes_on", "-pk").first()


def campaign_inviting(student: Person, day: datetime.date) -> SurveyCampaign | None:
    """One query."""
    return SurveyCampaign.objects.inviting(student, day).order_by("closes_on", "pk").first()


def standing_answers(student: Person, campaign: SurveyCampaign) -> list[SurveyAnswer]:
    """The latest of each voice about the student. One query."""
    given = SurveyAnswer.objects.filter(campaign=campaign, student=student)
    return answers_of.voices(given.select_related("answered_by"))


def own_answer(student: Person, campaign: SurveyCampaign) -> SurveyAnswer | None:
    return SurveyAnswer.objects.filter(
        campaign=campaign, student=student, origin=AnswerOrigin.STUDENT
    ).first()


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
