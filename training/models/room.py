"""Where a session takes place other than in our room, and where people go when that fails."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from training.values import RoomFields, RoomSaid

LONGEST_ADDRESS = 500


class RoomPlan(models.Model):
    """The provider's own tool and plan B: of one meeting, or of all that have no plan of their own.

    `address` is empty where it is our room. Both addresses are secrets: the join page alone leads
    there, in its hours, those who are enrolled.
    """

    session = models.ForeignKey("training.Session", models.CASCADE, related_name="room_plans")
    meeting = models.OneToOneField(
        "courses.Meeting", models.CASCADE, related_name="room_plan", null=True, blank=True
    )
    address = models.CharField(_("address of the room"), max_length=LONGEST_ADDRESS, blank=True)
    tool = models.CharField(_("name of the tool"), max_length=60, blank=True)
    learns = models.CharField(_("what the tool learns"), max_length=300, blank=True)
    plan_b_address = models.CharField(
        _("address of plan B"), max_length=LONGEST_ADDRESS, blank=True
    )
    plan_b_words = models.CharField(_("plan B in words"), max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    revision = models.PositiveIntegerField(
        default=0, help_text="Rises with every save: one over a newer one is refused."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session"],
                condition=Q(meeting__isnull=True),
                name="room_plan_once_per_session",
            ),
            models.CheckConstraint(
                condition=Q(address="") | Q(address__startswith="https://"),
                name="room_plan_address_is_https",
            ),
            models.CheckConstraint(
                condition=Q(plan_b_address="") | Q(plan_b_address__startswith="https://"),
                name="room_plan_b_address_is_https",
            ),
            models.CheckConstraint(
                condition=Q(address="", tool="", learns="")
                | ~Q(address="") & ~Q(tool="") & ~Q(learns=""),
                name="room_plan_says_what_the_tool_learns",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session}: {self.tool or 'Passerelle'}"

    @property
    def is_elsewhere(self) -> bool:
        return bool(self.address)

    @property
    def said(self) -> RoomSaid:
        return RoomSaid(self.tool, self.learns)

    def keeps(self, fields: RoomFields) -> bool:
        return all(getattr(self, name) == value for name, value in fields.as_kept.items())

    @property
    def stamp(self) -> str:
        """Primary key and revision, which a form sends back to say what it was filled in over."""
        return f"{self.pk}-{self.revision}"

    @property
    def has_plan_b(self) -> bool:
        return bool(self.plan_b_address or self.plan_b_words)


class PlanBAnnouncement(models.Model):
    """Plan B holds for a meeting: everybody was written to, and the join page says so."""

    meeting = models.OneToOneField("courses.Meeting", models.CASCADE, related_name="plan_b")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.meeting)
