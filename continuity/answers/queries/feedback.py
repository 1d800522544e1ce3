"""Hand-ins and answers: whose they are to read, and what their pages show."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import (
    FETCH_PEERS,
    Case,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Value,
    When,
)

from continuity.enums import HandInState
from continuity.models import (
    Feedback,
    HandIn,
    HandInPage,
    HandInPart,
    HelpRequest,
    Pin,
    PlanItem,
    Reply,
)
from continuity.models.handin import HandInQuerySet
from courses.people.models import Person, Teaching

SHOWN = ("assignment__homework__subject", "assignment__teaching__school_class__school", "student")


def handins_to_read(person: Person) -> HandInQuerySet:
    """Hand-ins that a teacher, or a stand-in of today, may read.

    Class tutor and leader read none, unless they teach it.
    """
    handed_in = HandIn.objects.exclude(state=HandInState.COLLECTING).filter(
        assignment__homework__deleted_at__isnull=True
    )
    return handed_in.filter(
        assignment__teaching__in=Teaching.objects.answered_by(person)
    ).select_related(*SHOWN)


def answers_for(student: Person) -> QuerySet[Feedback]:
    """Answers returned to a student: unread first, then the newest."""
    returned = Feedback.objects.filter(handin__student=student, returned_at__isnull=False)
    unread = Exists(
        Reply.objects.filter(feedback=OuterRef("pk"), read_at__isnull=True).exclude(author=student)
    )
    fresh = returned.annotate(has_unread_reply=unread).select_related(
        *(f"handin__{name}" for name in SHOWN), "returned_by"
    )
    known = Case(
        When(read_at__isnull=False, has_unread_reply=False, then=Value(1)), default=Value(0)
    )
    return fresh.order_by(known, "-returned_at", "-pk").fetch_mode(FETCH_PEERS)


def how_many_came_back(student: Person) -> int:
    """Answers, and words after them, that the student hasn't seen. One query."""
    news = (
        answers_for(student)
        .order_by()
        .filter(Q(read_at__isnull=True) | Q(has_unread_reply=True))
        .values("pk")
    )
    asked = (
        HelpRequest.objects.filter(student=student, answered_at__isnull=False, read_at__isnull=True)
        .order_by()
        .values("pk")
    )
    return news.union(asked, all=True).count()


def help_waiting_of(student: Person, item: PlanItem | None) -> QuerySet[HelpRequest]:
    """A student's own questions without an answer yet: about the item, or about no item."""
    return HelpRequest.objects.filter(
        student=student, item=item, answered_at__isnull=True
    ).select_related("teaching__subject")


def help_answered_for(student: Person) -> QuerySet[HelpRequest]:
    """Answers to “I need help”, newest first."""
    asked = HelpRequest.objects.filter(student=student, answered_at__isnull=False)
    chosen = asked.select_related(
        "teaching__subject", "teaching__school_class", "item", "answered_by"
    )
    return chosen.order_by(F("read_at").desc(nulls_first=True), "-answered_at", "-pk").fetch_mode(
        FETCH_PEERS
    )


# The pages of a hand-in, as they are shown beside the answer


@dataclass
class PinMark:
    """A pin as a page shows it: its number, and how far from the left and the top."""

    number: int
    left: str
    top: str


# Pixels of a page's picture: for a phone, and for a laptop or a phone with a dense screen.
PAGE_WIDTHS = (720, 1_200)


@dataclass
class Page:
    """One page: a photo, or a page of a PDF, which the worker draws; until then, and where it can't
    be drawn, it is a link.
    """

    number: int
    part: HandInPart
    number_in_part: int = 1
    drawn: HandInPage | None = None
    marks: list[PinMark] = field(default_factory=list)

    @property
    def is_picture(self) -> bool:
        return self.part.is_photo or bool(self.drawn and self.drawn.file)

    @property
    def is_turned(self) -> bool:
        """A photo lies as it came; a page that was drawn stands upright already."""
        return bool(self.part.turned) and self.drawn is None

    @property
    def is_first_of_part(self) -> bool:
        return self.number_in_part == 1

    @property
    def is_sideways(self) -> bool:
        return self.part.turned in (90, 270)

    @property
    def width(self) -> int:
        if self.drawn:
            return self.drawn.width
        return (self.part.height if self.is_sideways else self.part.width) or 1000

    @property
    def height(self) -> int:
        if self.drawn:
            return self.drawn.height
        return (self.part.width if self.is_sideways else self.part.height) or 1414

    @property
    def narrower(self) -> list[int]:
        """The widths below its own, of which a browser takes the one that it shows."""
        return [width for width in PAGE_WIDTHS if width < self.width]

    @property
    def turning(self) -> str:
        """The SVG transform that puts the picture upright, as the student turned it."""
        width, height = self.part.width, self.part.height
        return {
            90: f"translate({height} 0) rotate(90)",
            180: f"translate({width} {height}) rotate(180)",
        }.get(self.part.turned, f"translate(0 {width}) rotate(270)")


def pages_of(handin: HandIn) -> list[Page]:
    """Pages of a hand-in in order, numbered through all parts. Two queries."""
    pages: list[Page] = []
    for part in handin.parts.prefetch_related("drawn"):
        drawn = {page.number: page for page in part.drawn.all() if page.file}
        pages += [
            Page(len(pages) + number, part, number, drawn.get(number))
            for number in range(1, max(1, part.pages) + 1)
        ]
    return pages


def marked(pages: list[Page], marks: Iterable[tuple[int, PinMark]]) -> list[Page]:
    """Add the marks to their pages; a mark on a missing page goes to the last one."""
    for number, mark in marks:
        if pages:
            pages[max(1, min(number, len(pages))) - 1].marks.append(mark)
    return pages


def marks_of(pins: Iterable[Pin]) -> list[tuple[int, PinMark]]:
    """Pins that are kept, numbered in the order of the pages."""
    return [
        (pin.page, PinMark(number, f"{pin.x / 10}%", f"{pin.y / 10}%"))
        for number, pin in enumerate(pins, 1)
    ]


def feedback_of(handin: HandIn) -> Feedback | None:
    """The answer to a hand-in, with its pins, replies and authors; None without one."""
    found = Feedback.objects.filter(handin=handin).select_related("written_by", "returned_by")
    pins = Prefetch("pins", Pin.objects.select_related("author"))
    talk = Prefetch("replies", Reply.objects.select_related("author"))
    return found.prefetch_related(pins, talk).first()


def earlier_answers(handin: HandIn) -> QuerySet[Feedback]:
    """Answers to the same student's earlier versions, newest first."""
    same = Feedback.objects.filter(
        handin__assignment=handin.assignment_id, handin__student=handin.student_id
    )
    return (
        same.filter(handin__version__lt=handin.version)
        .select_related("handin", "written_by")
        .order_by("-handin__version")
    )
