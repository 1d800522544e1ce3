"""A school's pool: each thing by its number, its state, and everything that happened to it."""

import datetime
from collections.abc import Collection

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from continuity.enums import HOLDS_DATA, EquipmentKind, ItemState
from courses.documents.values import public_id

LONGEST_NUMBER, LONGEST_SERIAL = 12, 40
MOST_EUROS = 9_999


class EquipmentItemQuerySet(models.QuerySet):
    def kept_by(self, person):
        """Those of the schools that lend by this person's hands."""
        return self.filter(school__in=person.keeps_students_of)


class EquipmentItem(models.Model):
    """One thing that a school lends: a device, or an accessory, which is a thing of its own.

    `open_loan`: the loan in which it is out; `reserved_for`: the need for which it waits. The
    database keeps these and the state together.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    school = models.ForeignKey("courses.Organisation", models.PROTECT, related_name="equipment")
    kind = models.CharField(_("kind"), max_length=8, choices=EquipmentKind)
    number = models.CharField(_("number"), max_length=LONGEST_NUMBER)
    model = models.CharField(_("make and model"), max_length=60, blank=True)
    serial = models.CharField(_("serial number"), max_length=LONGEST_SERIAL, blank=True)
    value_euros = models.PositiveSmallIntegerField(
        _("estimated value, in euros"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(MOST_EUROS)],
    )
    goes_with = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="accessories"
    )
    state = models.CharField(max_length=10, choices=ItemState, default=ItemState.AVAILABLE)
    open_loan = models.ForeignKey(
        "continuity.Loan", models.PROTECT, null=True, blank=True, related_name="+"
    )

    reserved_for = models.OneToOneField(
        "continuity.EquipmentNeed",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reserved",
    )

    objects = EquipmentItemQuerySet.as_manager()

    class Meta:
        ordering = ["number", "pk"]
        indexes = [models.Index(fields=["school", "state"], name="equipment_by_state")]
        constraints = [
            models.UniqueConstraint(fields=["school", "number"], name="equipment_number_once"),
            models.UniqueConstraint(
                fields=["school", "serial"],
                condition=~Q(serial=""),
                name="equipment_serial_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ItemState.values), name="equipment_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state=ItemState.LENT, open_loan__isnull=False)
                | (~Q(state=ItemState.LENT) & Q(open_loan__isnull=True)),
                name="equipment_lent_in_a_loan",
            ),
            models.CheckConstraint(
                condition=Q(state=ItemState.RESERVED, reserved_for__isnull=False)
                | (~Q(state=ItemState.RESERVED) & Q(reserved_for__isnull=True)),
                name="equipment_reserved_for_a_need",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"

    def is_free_for(self, student_id: int | None, promised: Collection[str] = ()) -> bool:
        """Available, or reserved for this very student. `promised`: things in signed agreements of
        others.
        """
        if self.reserved_for:
            return self.reserved_for.student_id == student_id
        return self.state == ItemState.AVAILABLE and self.public_id not in promised

    @property
    def holds_data(self) -> bool:
        return self.kind in HOLDS_DATA


class ItemEventQuerySet(models.QuerySet):
    def standing_on(self, day: datetime.date):
        """The latest of each item at the end of that day."""
        later = ItemEvent.objects.filter(
            item=models.OuterRef("item"), pk__gt=models.OuterRef("pk"), at__date__lte=day
        )
        return self.filter(~models.Exists(later), at__date__lte=day)


class ItemEvent(models.Model):
    """An item came into a state: the newest says the present one, the first one when it was added.

    Never changed. When a loan is erased, its events stay without it.
    """

    item = models.ForeignKey(EquipmentItem, models.CASCADE, related_name="events")
    state = models.CharField(max_length=10, choices=ItemState)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    loan = models.ForeignKey(
        "continuity.Loan", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    is_erased = models.BooleanField(
        default=False, db_default=False, help_text="`by` says that nobody's data are left on it."
    )

    objects = ItemEventQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.item}, {self.state}"
