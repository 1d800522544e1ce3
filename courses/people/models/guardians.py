"""Guardians: who follows which student, in what legal quality; and students who are of age."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.documents.values import public_id
from courses.people.enums import GuardianQuality, Role
from courses.people.models.classes import holds_on
from courses.people.models.organisations import Organisation
from courses.people.models.persons import Membership, today


class GuardianshipQuerySet(models.QuerySet):
    def on(self, day: datetime.date):
        return self.filter(holds_on(day))

    def running(self):
        """Entered and not ended, whatever is shown."""
        return self.on(today())

    def left_over(self):
        """Ended because the student left the school, and isn't there again. They open nothing; the
        school can still withdraw them.
        """
        there = Membership.objects.filter(
            Q(until=None) | Q(until__gt=OuterRef("until")),
            person=OuterRef("student"),
            organisation=OuterRef("school"),
            role=Role.STUDENT,
            since__lte=today(),
        )
        return self.filter(~Exists(there), ended_by_leaving=True)

    def in_force(self):
        """Those that open something today: the guardian's account is active, the school has switched
        guardians on, the student belongs to it, and is under age or wants it.
        """
        there = Membership.objects.current().filter(
            person=OuterRef("student"), organisation=OuterRef("school"), role=Role.STUDENT
        )
        return self.running()._wanted().filter(Exists(there), student__is_active=True)

    def in_force_until_leaving(self):
        """Those of `left_over` that were in force until then. They aren't meant any more once the
        guardian is ended elsewhere since.
        """
        after, on_the_day = Q(until__gt=OuterRef("until")), Q(until=OuterRef("until"))
        elsewhere = ~Q(school=OuterRef("school"))
        withdrawn = Guardianship.objects.filter(
            after | on_the_day & elsewhere,
            guardian=OuterRef("guardian"),
            student=OuterRef("student"),
            ended_by_leaving=False,
        )
        return self.left_over()._wanted().filter(~Exists(withdrawn.order_by()))

    def _wanted(self):
        wanted = Q(student__coming_of_age=None) | Q(student__coming_of_age__shares=True)
        return self.filter(wanted, guardian__is_active=True, school__with_guardians=True)

    def visible_to(self, guardian):
        """A guardian's own. Another guardian of the same student has their own row."""
        return self.in_force().filter(guardian=guardian)

    def kept_by(self, person):
        """Those of the schools that the person leads."""
        return self.filter(school__in=person.places_as(Role.LEADER))


class Guardianship(models.Model):
    """A guardian of a student in a school, from a day until before another. No family situation
    and no reason is stored.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    guardian = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="guardianships"
    )
    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="guardians")
    school = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    quality = models.CharField(_("legal quality"), max_length=9, choices=GuardianQuality)
    since = models.DateField(_("from"), default=today)
    until = models.DateField(
        _("until"),
        null=True,
        blank=True,
        help_text=_("The first day on which it no longer applies."),
    )
    ended_by_leaving = models.BooleanField(
        default=False,
        db_default=False,
        help_text="The student left the school; nobody withdrew it.",
    )

    objects = GuardianshipQuerySet.as_manager()

    class Meta:
        ordering = ["student", "since", "pk"]
        indexes = [models.Index(fields=["guardian", "until"], name="guardianship_of_guardian")]
        constraints = [
            models.UniqueConstraint(
                fields=["guardian", "student", "school"],
                condition=Q(until__isnull=True),
                name="guardianship_open_once",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="guardianship_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=~Q(guardian=F("student")), name="guardianship_of_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.guardian}, {self.student}"


class ComingOfAge(models.Model):
    """The student is of age, as the school entered it: then the student decides whether guardians
    see anything. No date of birth is stored.
    """

    student = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="coming_of_age"
    )
    shares = models.BooleanField(_("guardians may go on seeing the week"), default=False)
    decided_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.student}"


class GuardianLinkQuerySet(models.QuerySet):
    def open(self):
        """Those that still open something today."""
        return self.filter(
            ends_on__gte=today(), guardianship__in=Guardianship.objects.in_force().order_by()
        )


class GuardianLink(models.Model):
    """A personal address that shows one child without an account. Only a hash of its secret part
    is stored: the address is shown once, when it is made. Renewed, the old one opens nothing.
    """

    guardianship = models.OneToOneField(Guardianship, models.CASCADE, related_name="link")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    ends_on = models.DateField(_("last day"))

    objects = GuardianLinkQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.guardianship}"
