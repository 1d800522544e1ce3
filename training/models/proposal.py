"""Dates that a provider proposes for a session; proposing publishes nothing."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from courses.agenda.values import Hours
from courses.documents.values import public_id
from courses.people.enums import Role
from courses.people.models import Membership
from training.enums import ProposalState

LONGEST_TITLE = 120
LONGEST_PROPOSAL = 500
LONGEST_ANSWER = 300


class DateProposalQuerySet(models.QuerySet):
    def of_provider_of(self, person):
        """Proposals of the providers whose trainer this person is today: their colleagues' ones,
        too.
        """
        held = Membership.objects.current().filter(
            person=person, person__is_active=True, role=Role.TRAINER
        )
        return self.filter(provider__in=held.values("organisation"))

    def waiting(self, now: datetime):
        """Those that the académie may still answer in time: their last date isn't over."""
        return self.filter(state=ProposalState.OPEN, ends_at__gt=now)

    def passed(self, now: datetime):
        """Those whose last date is over, and which nobody answered."""
        return self.filter(state=ProposalState.OPEN, ends_at__lte=now)


class DateProposal(models.Model):
    """A training, or a title in words, with one or more dates. `ends_at` is the end of the last.

    It belongs to the provider that had the resource when it was proposed: any trainer of it today
    reads and withdraws it, also when the resource has another provider since.
    `title` is kept in case the training is deleted. `session` is the draft that a planner made of it.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    resource = models.ForeignKey("courses.Resource", models.CASCADE, related_name="date_proposals")
    provider = models.ForeignKey(
        "courses.Organisation", models.PROTECT, related_name="+", editable=False
    )
    training = models.ForeignKey(
        "training.Training", models.SET_NULL, related_name="date_proposals", null=True, blank=True
    )
    title = models.CharField(_("title"), max_length=LONGEST_TITLE)
    words = models.CharField(
        _("what the académie should know"), max_length=LONGEST_PROPOSAL, blank=True
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=ProposalState, default=ProposalState.OPEN)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    answer = models.CharField(_("answer"), max_length=LONGEST_ANSWER, blank=True)
    session = models.OneToOneField(
        "training.Session", models.SET_NULL, related_name="date_proposal", null=True, blank=True
    )
    key = models.UUIDField(unique=True, help_text="The form's own key: posted twice is one.")

    objects = DateProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="date_proposal_has_a_title"),
            models.CheckConstraint(
                condition=Q(state=ProposalState.OPEN, answered_at__isnull=True)
                | (~Q(state=ProposalState.OPEN) & Q(answered_at__isnull=False)),
                name="date_proposal_answered_once",
            ),
            models.CheckConstraint(
                condition=~Q(state=ProposalState.DECLINED) | ~Q(answer=""),
                name="date_proposal_declined_with_a_word",
            ),
        ]

    def __str__(self) -> str:
        return self.shown_title

    @property
    def shown_title(self) -> str:
        return self.training.title if self.training else self.title

    @property
    def training_to_plan(self):
        """Its training, unless the resource of that has another provider since."""
        is_theirs = self.training and self.training.resource.provider_id == self.provider_id
        return self.training if is_theirs else None

    @property
    def hours(self) -> list[Hours]:
        return [one.hours for one in self.dates.all()]

    @property
    def is_open(self) -> bool:
        return self.state == ProposalState.OPEN

    @property
    def is_given_up(self) -> bool:
        """A draft was made of it and deleted since, and it doesn't wait again."""
        return self.state == ProposalState.PLANNED and self.session_id is None

    @property
    def shown_state(self) -> str:
        if self.is_given_up:
            return pgettext("proposed dates", "Draft deleted")
        return str(ProposalState(self.state).label)

    def is_waiting_at(self, now: datetime) -> bool:
        """The same as `DateProposalQuerySet.waiting`."""
        return self.is_open and self.ends_at > now


class ProposedDate(models.Model):
    proposal = models.ForeignKey(DateProposal, models.CASCADE, related_name="dates")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_at", "ends_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "starts_at", "ends_at"], name="proposed_date_once"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="proposed_date_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%d/%m/%Y %H:%M}"

    @property
    def hours(self) -> Hours:
        return Hours(self.starts_at, self.ends_at)
