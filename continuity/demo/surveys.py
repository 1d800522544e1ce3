"""The demo's surveys: one half answered in the first school, those of the other pilots over, and a
proposal of the region that nobody has answered. All invented.
"""

import datetime

from django.utils import timezone

from continuity.enums import (
    HELP_FIELDS,
    AnswerOrigin,
    Connection,
    Device,
    Printer,
    QuietPlace,
    RunsOut,
    Speaker,
)
from continuity.models import SurveyAnswer, SurveyCampaign, SurveyProposal
from courses.agenda.queries import ONE_DAY
from courses.people.enums import ClassKind, Role
from courses.people.models import Membership
from courses.required import required

NOT_YET = {"eleve.demo"}
DEVICES = [Device.OWN] * 5 + [Device.SHARED] * 3 + [Device.PHONE] * 3 + [Device.NONE]


def load(world, say) -> None:
    today, first = world.today, world.pilots[0]
    running = SurveyCampaign.objects.create(
        school=first,
        opens_on=today - 5 * ONE_DAY,
        closes_on=today + 9 * ONE_DAY,
        begun_by=leader_of(first),
    )
    given = answers_of(world, running, share=2)
    for school in world.pilots[1:]:
        if any(one.school_id == school.pk for one in world.classes):
            over = SurveyCampaign.objects.create(
                school=school,
                opens_on=today - 30 * ONE_DAY,
                closes_on=today - 16 * ONE_DAY,
                begun_by=leader_of(school),
            )
            given += answers_of(world, over, share=6)
    SurveyAnswer.objects.bulk_create(given)
    guardian_says_otherwise(world, running)
    SurveyProposal.objects.create(
        opens_on=today + 20 * ONE_DAY,
        closes_on=today + 34 * ONE_DAY,
        proposed_by=world.people["conseil.demo"],
    )
    say(f"{len(given)} answers to surveys on equipment")


def leader_of(school):
    led = Membership.objects.filter(organisation=school, role=Role.LEADER)
    return required(led.first()).person


def answers_of(world, campaign: SurveyCampaign, share: int) -> list[SurveyAnswer]:
    """Of whole classes; one student in `share` hasn't answered."""
    students = [
        student
        for school_class in world.classes
        if school_class.school_id == campaign.school_id and school_class.kind == ClassKind.CLASS
        for student in world.students[school_class.pk]
    ]
    return [
        one_answer(world, campaign, student)
        for place, student in enumerate(students)
        if place % share and student.login not in NOT_YET
    ]


def one_answer(world, campaign: SurveyCampaign, student) -> SurveyAnswer:
    rng, device = world.rng, world.rng.choice(DEVICES)
    connection = rng.choice([Connection.HOME] * 4 + [Connection.PHONE] * 3 + [Connection.NONE])
    at = timezone.make_aware(
        datetime.datetime.combine(campaign.opens_on + ONE_DAY, datetime.time(18, 30))
    )
    wanted = {
        "help_computer": device not in (Device.OWN, Device.SHARED),
        "help_connection": connection != Connection.HOME,
    }
    return SurveyAnswer(
        campaign=campaign,
        student=student,
        origin=AnswerOrigin.STUDENT,
        speaker=Speaker.STUDENT,
        answered_by=student,
        answered_at=at,
        finished_at=at,
        device=device,
        shared_with=rng.randint(1, 4) if device == Device.SHARED else None,
        connection=connection,
        runs_out="" if connection == Connection.NONE else rng.choice(RunsOut.values),
        printer=rng.choice(Printer.values),
        quiet_place=rng.choice(["", *QuietPlace.values]),
        **{name: wanted.get(name, False) for name in HELP_FIELDS},
    )


def guardian_says_otherwise(world, campaign: SurveyCampaign) -> None:
    """In a call with the class tutor: both answers stand beside each other."""
    about = campaign.answers.filter(device=Device.OWN).first() or campaign.answers.first()
    if about is None:
        return
    at = world.now - ONE_DAY
    SurveyAnswer.objects.create(
        campaign=campaign,
        student=about.student,
        origin=AnswerOrigin.CALL,
        speaker=Speaker.GUARDIAN,
        answered_by=world.people["pp.demo"],
        answered_at=at,
        finished_at=at,
        device=Device.PHONE,
        connection=about.connection,
        **dict.fromkeys(HELP_FIELDS, False) | {"help_computer": True},
    )
