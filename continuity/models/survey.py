"""The survey on equipment: campaigns of a school, and what students and guardians answer."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
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
from courses.documents.values import public_id
from courses.people.enums import Role
from courses.people.models import Membership

MOST_SHARING = 4  # "4 or more"


class SurveyProposal(models.Model):
    """What the region proposes to all schools. Nothing opens by itself: leaders accept it or not."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    opens_on = models.DateField()
    closes_on = models.DateField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now, editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-opens_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")), name="survey_proposal_has_a_day"
            ),
            models.UniqueConstraint(
                fields=["opens_on", "closes_on"],
                condition=Q(withdrawn_at__isnull=True),
                name="survey_proposal_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opens_on}, {self.closes_on}"


class DeclinedProposal(models.Model):
    """A school's leader doesn't accept a proposal: it isn't shown to the school again."""

    proposal = models.ForeignKey(SurveyProposal, models.CASCADE, related_name="declined")
    school = models.ForeignKey("courses.Organisation", models.CASCADE, related_name="+")
    declined_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    declined_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "school"], name="survey_proposal_declined_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.school}, {self.proposal}"


class SurveyCampaignQuerySet(models.QuerySet):
    def open_on(self, day: datetime.date):
        return self.filter(opens_on__lte=day, closes_on__gte=day)

    def over_on(self, day: datetime.date):
        return self.filter(closes_on__lt=day)

    def of_student(self, person, day: datetime.date):
        """Those of the schools in which the person is a student on that day."""
        places = Membership.objects.on(day).filter(person=person, role=Role.STUDENT)
        return self.filter(school__in=places.values("organisation"))

    def inviting(self, person, day: datetime.date):
        """Open, and neither answered to the end, nor declined, nor put off beyond that day."""
        answered = SurveyAnswer.objects.filter(
            campaign=OuterRef("pk"),
            student=person,
            origin=AnswerOrigin.STUDENT,
            finished_at__isnull=False,
        )
        stopped = SurveyPause.objects.filter(
            Q(until__isnull=True) | Q(until__gt=day), campaign=OuterRef("pk"), student=person
        )
        return self.open_on(day).of_student(person, day).filter(~Exists(answered), ~Exists(stopped))


class SurveyCampaign(models.Model):
    """A school asks its students what they work with at home, from a day to a day (inclusive)."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    school = models.ForeignKey(
        "courses.Organisation", models.PROTECT, related_name="survey_campaigns"
    )
    proposal = models.ForeignKey(
        SurveyProposal, models.SET_NULL, null=True, blank=True, related_name="campaigns"
    )
    opens_on = models.DateField()
    closes_on = models.DateField()
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    begun_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = SurveyCampaignQuerySet.as_manager()

    class Meta:
        ordering = ["-opens_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")), name="survey_campaign_has_a_day"
            ),
            models.UniqueConstraint(
                fields=["school", "opens_on"], name="survey_campaign_once_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school}, {self.opens_on}"

    def is_open_on(self, day: datetime.date) -> bool:
        return self.opens_on <= day <= self.closes_on

    def shares_a_day_with(self, first: datetime.date, last: datetime.date) -> bool:
        return self.opens_on <= last and first <= self.closes_on


class SurveyPause(models.Model):
    """A student isn't invited again: until a day, or (`until` empty) in this whole campaign.

    Staff never read it.
    """

    campaign = models.ForeignKey(SurveyCampaign, models.CASCADE, related_name="pauses")
    student = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="survey_pauses"
    )
    until = models.DateField(null=True, blank=True)
    paused_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "student"], name="survey_pause_once_a_student"
            )
        ]

    def __str__(self) -> str:
        return f"{self.student}, {self.until or '-'}"


class SurveyAnswerQuerySet(models.QuerySet):
    def one_a_student(self):
        """The latest that the student gave; of whom only guardians answered, the latest of theirs."""
        by_student = SurveyAnswer.objects.filter(
            campaign=OuterRef("campaign"), student=OuterRef("student"), speaker=Speaker.STUDENT
        )
        later = SurveyAnswer.objects.filter(
            Q(answered_at__gt=OuterRef("answered_at"))
            | Q(answered_at=OuterRef("answered_at"), pk__gt=OuterRef("pk")),
            campaign=OuterRef("campaign"),
            student=OuterRef("student"),
            speaker=OuterRef("speaker"),
        )
        return self.filter(~Exists(later)).filter(Q(speaker=Speaker.STUDENT) | ~Exists(by_student))


def _one_of(name: str, choices: type[models.TextChoices]) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(**{f"{name}__in": ["", *choices.values]}), name=f"survey_{name}_known"
    )


class SurveyAnswer(models.Model):
    """What one person answered about one student in one campaign; changed in place.

    An empty text, or NULL, is a question that was skipped. No free text. `speaker`: who said it;
    `answered_by`: whose press it was, staff after a call.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    campaign = models.ForeignKey(SurveyCampaign, models.CASCADE, related_name="answers")
    student = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="survey_answers"
    )
    origin = models.CharField(max_length=8, choices=AnswerOrigin)
    speaker = models.CharField(max_length=8, choices=Speaker)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    device = models.CharField(max_length=9, choices=Device, blank=True)
    shared_with = models.PositiveSmallIntegerField(null=True, blank=True)
    connection = models.CharField(max_length=9, choices=Connection, blank=True)
    runs_out = models.CharField(max_length=9, choices=RunsOut, blank=True)
    printer = models.CharField(max_length=9, choices=Printer, blank=True)
    quiet_place = models.CharField(max_length=9, choices=QuietPlace, blank=True)
    help_computer = models.BooleanField(null=True, blank=True)
    help_connection = models.BooleanField(null=True, blank=True)
    help_printing = models.BooleanField(null=True, blank=True)
    help_place = models.BooleanField(null=True, blank=True)

    objects = SurveyAnswerQuerySet.as_manager()

    class Meta:
        ordering = ["-answered_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "student", "origin", "speaker", "answered_by"],
                name="survey_answer_once_a_person",
            ),
            models.CheckConstraint(
                condition=Q(origin=AnswerOrigin.STUDENT, speaker=Speaker.STUDENT)
                | Q(origin=AnswerOrigin.GUARDIAN, speaker=Speaker.GUARDIAN)
                | Q(origin=AnswerOrigin.CALL, speaker__in=Speaker.values),
                name="survey_answer_origin_and_speaker",
            ),
            models.CheckConstraint(
                condition=~Q(origin=AnswerOrigin.STUDENT) | Q(student=F("answered_by")),
                name="survey_answer_of_the_student_by_them",
            ),
            models.CheckConstraint(
                condition=Q(shared_with__isnull=True)
                | Q(device=Device.SHARED, shared_with__range=(1, MOST_SHARING)),
                name="survey_shared_only_if_shared",
            ),
            models.CheckConstraint(
                condition=Q(runs_out="") | ~Q(connection=Connection.NONE),
                name="survey_runs_out_only_if_connected",
            ),
            models.CheckConstraint(
                condition=Q(**dict.fromkeys((f"{name}__isnull" for name in HELP_FIELDS), True))
                | Q(**dict.fromkeys((f"{name}__isnull" for name in HELP_FIELDS), False)),
                name="survey_help_all_or_none",
            ),
            _one_of("device", Device),
            _one_of("connection", Connection),
            _one_of("runs_out", RunsOut),
            _one_of("printer", Printer),
            _one_of("quiet_place", QuietPlace),
        ]

    def __str__(self) -> str:
        return f"{self.student}, {self.get_origin_display()}"

    @property
    def helps(self) -> list[str] | None:
        """Names of the fields of what would help; None: no answer."""
        if self.help_computer is None:
            return None
        return [name for name in HELP_FIELDS if getattr(self, name)]
