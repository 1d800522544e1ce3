"""The demo's sessions: when, for how many, and what became of each.

Days are counted from the demo's today, or are days of a month before it.
"""

import tomllib
from dataclasses import dataclass
from enum import Enum

from training.demo.catalogue import CONTENT


class SessionFate(Enum):
    TO_COME = "to come"
    DRAFT = "draft"
    MOVED = "moved"
    DATE_CANCELLED = "one date moved, one cancelled"
    OFFERED = "a seat was given back, and is offered to the head of the waiting list"
    CANCELLED = "cancelled"
    RUNNING = "running right now"
    SOON = "the room is open, the meeting is about to begin"
    REPLACED = "another trainer leads its first date"
    ENTERED_LATE = "begun, and somebody is enrolled for the dates to come"
    MISSED = "no trainer came, and another date is owed"
    HELD = "held, not closed"
    CLOSED = "closed, with certificates"


IN_CLASS = "in class"
TEXTS = tomllib.loads((CONTENT / "sessions.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Story:
    """`day` is moved to a school day; `dates` are a week apart; `seats` are taken, `waiting` come
    after them.

    `front` are logins that are enrolled before all others, `heads` those who wait first. `led_by`
    is 0 or 1: the demo has two trainers for each resource; the other one replaces. With IN_CLASS it
    lies in the first class hour of `in_class_of` from that day on: enrolling there opens a plan for
    the class. `reason` is said when it is cancelled, moved or missed, in the session's language; when
    somebody enters late, by the planner. `absent`: how many don't come to a session that is over, at most half
    of all, and people of few schools; if it isn't said, one in nine: a number of people that is hidden.
    """

    training: str
    day: int
    hour: str
    minutes: int
    capacity: int
    seats: int
    fate: SessionFate = SessionFate.TO_COME
    language: str = "fr"
    dates: int = 1
    waiting: int = 0
    led_by: int = 0
    front: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    reason: str = ""
    note: str = ""
    in_class_of: str = ""
    absent: int | None = None
    months_ago: int = 0


STORIES = [
    # Last month
    Story(
        "programme",
        -30,
        "17:00",
        90,
        24,
        20,
        SessionFate.CLOSED,
        front=("prof.demo", "prof.attente"),
        absent=9,
    ),
    Story(
        "documentation",
        -27,
        "17:30",
        60,
        20,
        9,
        SessionFate.CLOSED,
        front=("prof.demo",),
        absent=0,
    ),
    Story("magazine", -25, "13:30", 90, 16, 8, SessionFate.CLOSED, led_by=1),
    Story(
        "redaction", -24, "17:00", 75, 14, 8, SessionFate.CLOSED, dates=3, front=("prof.attente",)
    ),
    Story(
        "extrait",
        -20,
        "17:00",
        60,
        16,
        6,
        SessionFate.CLOSED,
        language="en",
        led_by=1,
        front=("prof.deux",),
    ),
    Story("differencier", -13, "17:00", 60, 15, 7, SessionFate.CLOSED, front=("prof.deux",)),
    Story("grand-oral", -12, "17:30", 60, 24, 9, SessionFate.HELD, dates=2, front=("prof.demo",)),
    Story(
        "revisions",
        -8,
        "18:00",
        60,
        20,
        7,
        SessionFate.CANCELLED,
        reason=TEXTS["reason"]["trainer_is_ill"],
    ),
    Story("langues", -5, "17:00", 60, 12, 7, SessionFate.HELD, front=("prof.deux",)),
    Story("programme", -1, "17:00", 90, 20, 9, SessionFate.HELD, front=("prof.attente",)),
    # Today
    Story(
        "extrait",
        0,
        "now",
        75,
        15,
        10,
        SessionFate.RUNNING,
        front=("prof.demo", "prof.deux"),
        note=TEXTS["note"]["headphones"],
    ),
    Story("magazine", 0, "soon", 45, 16, 6, SessionFate.SOON, front=("prof.attente",)),
    Story("documentation", 0, "later", 60, 20, 8, language="en", led_by=1),
    # To come
    Story("programme", 2, "17:00", 90, 12, 12, waiting=4, heads=("prof.attente",)),
    Story("dossier", 3, "17:30", 60, 4, 4, SessionFate.OFFERED, waiting=2, heads=("prof.attente",)),
    Story("langues", 4, "17:00", 60, 18, 2, language="en", led_by=1),
    Story("revisions", 5, "18:00", 60, 24, 4),
    Story("documentation", 6, "13:30", 60, 20, 14, front=("prof.demo", "prof.attente")),
    Story(
        "redaction",
        8,
        "17:00",
        75,
        14,
        11,
        SessionFate.DATE_CANCELLED,
        dates=4,
        note=TEXTS["note"]["computers"],
        reason=TEXTS["reason"]["staff_meetings"],
    ),
    Story(
        "grand-oral",
        9,
        "17:30",
        60,
        24,
        12,
        SessionFate.MOVED,
        dates=2,
        led_by=1,
        front=("prof.demo",),
        reason=TEXTS["reason"]["jury"],
    ),
    Story("extrait", 10, "17:00", 60, 16, 7, language="en", led_by=1, front=("prof.deux",)),
    Story("magazine", 18, "13:30", 90, 16, 4),  # where seats of the next one are held
    Story(
        "magazine",
        12,
        "13:30",
        90,
        16,
        8,
        SessionFate.CANCELLED,
        front=("prof.demo",),
        reason=TEXTS["reason"]["maintenance"],
    ),
    Story("differencier", 14, "17:00", 60, 8, 8, waiting=2, front=("prof.deux",)),
    Story("programme", 17, "17:30", 90, 20, 6, SessionFate.REPLACED, language="en", led_by=1),
    Story("dossier", 8, IN_CLASS, 55, 20, 5, in_class_of="prof.demo"),
    Story("magazine", 28, "13:30", 90, 16, 4),
    Story("redaction", 33, "17:00", 75, 14, 5, dates=6, led_by=1),
    Story("langues", 40, "17:00", 60, 18, 6),
    Story("revisions", 45, "18:00", 60, 20, 0, SessionFate.DRAFT, language="en"),
    Story("grand-oral", 52, "17:30", 60, 24, 0, SessionFate.DRAFT, dates=2),
    # Two days ago
    Story(
        "documentation",
        -2,
        "17:30",
        60,
        20,
        6,
        SessionFate.MISSED,
        led_by=1,
        reason=TEXTS["reason"]["train_stood_still"],
    ),
    # Last week and the next two
    Story(
        "dossier",
        -6,
        "17:00",
        60,
        20,
        5,
        SessionFate.ENTERED_LATE,
        dates=4,
        led_by=1,
        reason=TEXTS["reason"]["new_at_school"],
    ),
    # The months before, of which the Region has delivery notes: numbers of people that are told beside hidden
    # ones; in the third two dates of one provider, one of which was closed late. No public holiday falls on
    # these days, nor on the Friday before where one is a Sunday.
    Story("documentation", 7, "18:15", 60, 20, 10, SessionFate.CLOSED, absent=0, months_ago=2),
    Story("redaction", 18, "18:15", 75, 14, 9, SessionFate.CLOSED, led_by=1, months_ago=2),
    Story("magazine", -58, "13:30", 90, 16, 7, SessionFate.CLOSED),
    Story("programme", -64, "17:00", 90, 20, 20, SessionFate.CLOSED, led_by=1, absent=9),
    Story("differencier", -70, "17:00", 60, 15, 8, SessionFate.CLOSED),
    Story("documentation", 5, "18:15", 60, 20, 9, SessionFate.CLOSED, absent=0, months_ago=3),
    Story("documentation", 18, "18:15", 60, 20, 6, SessionFate.CLOSED, absent=0, months_ago=3),
    Story("extrait", 7, "18:15", 60, 16, 8, SessionFate.CLOSED, months_ago=3),
]
