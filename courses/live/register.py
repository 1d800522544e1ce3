"""Personal data in video rooms: under which code people enter, and when they came and left."""

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courses.digest.register import (
    THIRTY_DAYS,
    Category,
    Controller,
    Holding,
    Register,
    Whose,
    before,
)

MEETING_ENDS = "room__meeting__occurrence__end"

REGISTER = Register(
    categories=(
        Category(
            key="presence",
            title=_("When you came into a video room and left it"),
            purpose=_(
                "To prefill the roll, which keeps minutes, or the attendance sheet, which keeps the"
                " hours. No picture and no sound is kept."
            ),
            readers=_(
                "You. The teacher of a class reads them beside your name, in the roll, and the"
                " académie’s training planners in the sheet of a training. A provider’s trainer reads"
                " a first name and a code."
            ),
            controller=Controller.SCHOOL,
            whose=(Whose.STUDENTS, Whose.STAFF, Whose.TRAINERS),
            period=THIRTY_DAYS,
            child_title=pgettext_lazy("to a child", "When you were in a video class"),
            child_text=pgettext_lazy(
                "to a child",
                "The hour you came and the hour you left, for the roll. No picture and no sound is"
                " kept.",
            ),
            order=30,
        ),
    ),
    holdings=(
        Holding(
            "courses.RoomEvent",
            "presence",
            secret=("body",),  # a whole room's; each person's part of it is in the stays
            other=("kind", "room_name", "received_at", "settled_at"),
            past=before("received_at"),
        ),
        Holding(
            "courses.PracticeLine",
            "presence",
            secret=(
                "occupant_jid",
                "subject",
                "shown_name",
                "is_moderator",
                "joined_at",
                "dropped_at",
                "left_at",
            ),
            other=("room", "room_opened_at"),
            past=before("joined_at"),
        ),
        Holding(
            "courses.Stay",
            "presence",
            about=("room__passes__person",),
            shown=Q(
                room__passes__subject=F("subject")
            ),  # the person's own pseudonym: others were in the room, too
            fields=("room", "shown_name", "joined_at", "left_at", "is_estimated"),
            other=("room_jid", "breakout_id", "occupant_jid", "subject"),
            past=before(MEETING_ENDS, "joined_at"),
        ),
        Holding(
            "courses.RoomPass",
            "presence",
            about=("person",),
            fields=("room", "code", "role", "is_withdrawn"),
            secret=("subject",),
            other=("person",),
            past=before(MEETING_ENDS),
            leaving=Q(),
        ),
    ),
    unrelated=("courses.Room",),
)
