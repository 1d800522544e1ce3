"""What was changed of accounts."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from courses.people.enums import AccountChangeKind
from courses.people.models.organisations import Organisation


class AccountChangeQuerySet(models.QuerySet):
    def closings(self):
        """The last one first: what closed an account that is closed."""
        return self.filter(kind=AccountChangeKind.CLOSED).order_by("-at", "-pk")


class AccountChange(models.Model):
    """One change of an account: who, when, was, is.

    Read by its owner, by registrars, and by the leaders of its school.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="account_changes"
    )
    kind = models.CharField(max_length=8, choices=AccountChangeKind)
    was = models.CharField(max_length=300, blank=True)
    now = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="Null: the server.",
    )
    at = models.DateTimeField(default=timezone.now)
    left_school = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The school whose departure closed the account. Null: a registrar, or another kind.",
    )

    objects = AccountChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["person", "-at"], name="account_change_by_person")]
        constraints = [
            models.CheckConstraint(
                condition=Q(left_school=None) | Q(kind=AccountChangeKind.CLOSED),
                name="account_change_left_school_closes",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.was} → {self.now}"
