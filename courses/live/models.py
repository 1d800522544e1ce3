"""Where: video rooms, who may be in them under which code, and the stays that the room's events
tell of.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from courses.live.enums import RoomEventKind, RoomRole


class Room(models.Model):
    """The room of one meeting.

    Its name can't be guessed, and is lower case, as the server keeps it.
    """

    meeting = models.OneToOneField("courses.Meeting", models.PROTECT, related_name="room")
    name = models.CharField(max_length=60, unique=True)
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name


class RoomPass(models.Model):
    """Pseudonym and code under which a person is known in one room; the sheet and the provider see
    the same.
    """

    room = models.ForeignKey(Room, models.CASCADE, related_name="passes")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="room_passes")
    subject = models.CharField(
        max_length=40, unique=True, help_text="The token's context.user.id: opaque, a string."
    )
    code = models.CharField(
        max_length=4, help_text="Shown beside the first name, as in « Emma, E5R1 »."
    )
    role = models.CharField(max_length=10, choices=RoomRole)
    is_withdrawn = models.BooleanField(
        default=False, help_text="The seat was given back: no entry, the code stays known."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "person"], name="room_pass_once_per_person"),
            models.UniqueConstraint(fields=["room", "code"], name="room_pass_code_once"),
        ]

    def __str__(self) -> str:
        return f"{self.display_name} in {self.room}"

    @property
    def display_name(self) -> str:
        """First name and code: all that a room and a provider see of a person."""
        return f"{self.person.given_name}, {self.code}"

    @property
    def is_moderator(self) -> bool:
        return self.role == RoomRole.MODERATOR


class RoomEvent(models.Model):
    """A request of event_sync as it came.

    The fingerprint makes a repeat the same row. Gone after thirty days.
    """

    kind = models.CharField(max_length=20, choices=RoomEventKind)
    room_name = models.CharField(max_length=200, db_index=True)
    body = models.JSONField()
    fingerprint = models.CharField(max_length=64, unique=True)
    received_at = models.DateTimeField(default=timezone.now, db_index=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["received_at", "pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.room_name}"


class Stay(models.Model):
    """One connection in the room, from an instant to an instant.

    Key: facts/Jitsi, an occupant may have several stays.
    """

    room = models.ForeignKey(Room, models.CASCADE, related_name="stays")
    room_jid = models.CharField(max_length=200)
    breakout_id = models.CharField(max_length=200, blank=True)
    occupant_jid = models.CharField(max_length=200)
    subject = models.CharField(
        max_length=200, blank=True, help_text="context.user.id of the token; empty for a guest."
    )
    shown_name = models.CharField(max_length=200, blank=True)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)
    is_estimated = models.BooleanField(
        default=False, help_text="The end was set by rule: the real one was lost."
    )

    class Meta:
        ordering = ["joined_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["room_jid", "breakout_id", "occupant_jid", "joined_at"], name="stay_once"
            ),
            models.CheckConstraint(
                condition=Q(left_at__isnull=True) | Q(left_at__gte=models.F("joined_at")),
                name="stay_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shown_name or self.occupant_jid} from {self.joined_at:%H:%M}"


class PracticeLine(models.Model):
    """A connection to the practice room, as its server remembers it while the room exists. Nobody
    else reads it.

    Lines of people who left stay until the room ends: its last event names everybody who was there.
    """

    room = models.ForeignKey(Room, models.CASCADE, related_name="practice_lines")
    occupant_jid = models.CharField(max_length=200, unique=True)
    subject = models.CharField(max_length=200, blank=True)
    shown_name = models.CharField(max_length=200, blank=True)
    is_moderator = models.BooleanField(default=False)
    room_opened_at = models.DateTimeField()
    joined_at = models.DateTimeField()
    dropped_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["joined_at", "pk"]

    def __str__(self) -> str:
        return f"{self.shown_name or self.occupant_jid} in {self.room}"
