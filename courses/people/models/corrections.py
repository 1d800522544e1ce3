"""Requests of people to correct data about themselves (GDPR, article 16), and the answer."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.documents.values import public_id
from courses.people.enums import KEEPS_STUDENTS, Role
from courses.people.models.persons import Organisation, Person

LONGEST_REQUEST = 1000


class CorrectionRequestQuerySet(models.QuerySet):
    def open(self):
        return self.filter(answered_at=None)

    def answerable_by(self, person: Person):
        """A school's leader answers all of the school; its office, students alone; a registrar
        those of no school.

        Nobody answers a request of their own.
        """
        places = {
            role: [m.organisation_id for m in person.current_memberships if m.role == role]
            for role in KEEPS_STUDENTS
        }
        asked_by_students = ~Q(person__in=Person.objects.adults())
        found = Q(school__in=places[Role.LEADER]) | Q(
            asked_by_students, school__in=places[Role.OFFICE]
        )
        if person.is_superuser or Role.REGISTRAR in person.roles:
            found |= Q(school=None)
        return self.filter(found).exclude(person=person)


class CorrectionRequest(models.Model):
    """One request. `school` answers for it; without a school, the registrars of the académie."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="correction_requests"
    )
    school = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    text = models.TextField(_("what is wrong"), max_length=LONGEST_REQUEST)
    asked_at = models.DateTimeField(default=timezone.now)
    is_done = models.BooleanField(null=True)
    answer = models.TextField(_("answer"), max_length=LONGEST_REQUEST, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = CorrectionRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        indexes = [
            models.Index(fields=["school", "answered_at"], name="correction_request_of_school")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answer="", is_done__isnull=True)
                | (Q(answered_at__isnull=False, is_done__isnull=False) & ~Q(answer="")),
                name="correction_request_answered_in_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.asked_at}"
