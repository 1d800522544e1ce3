"""The words for rooms."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RoomRole(models.TextChoices):
    MODERATOR = "moderator", _("moderator")
    MEMBER = "member", _("member")


class RoomEventKind(models.TextChoices):
    """Kind of event that event_sync reports: the last part of its address."""

    ROOM_CREATED = "room/created"
    OCCUPANT_JOINED = "occupant/joined"
    OCCUPANT_LEFT = "occupant/left"
    ROOM_DESTROYED = "room/destroyed"
