"""Hand-ins by students of the classes in use: most on time, some late, some missing, one cut off
halfway.

Pages and PDFs are drawn once each and shared, so that a thousand hand-ins weigh as much as a dozen
photos.
"""

import datetime
import hashlib
import uuid
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.utils import timezone

from continuity.demo import papers
from continuity.demo.plans import typeset
from continuity.demo.recordings import silence
from continuity.demo.silence import silent_ones, silent_since
from continuity.demo.texts import content_of
from continuity.enums import HandInState, PartKind, Returns
from continuity.handins.services.handins import next_receipt_number
from continuity.homework.queries.due import due_dates_by_student
from continuity.models import Assignment, HandIn, HandInPage, HandInPart
from continuity.storage import private
from courses.documents import services as documents
from courses.documents.values import JPEG, BoundSheet, Picture

HOUR, MINUTE = datetime.timedelta(hours=1), datetime.timedelta(minutes=1)
HANDED_IN, LATE, EARLY = (
    80,
    10,
    25,
)  # of a hundred: before the date, after it; and of those whose date is still to come
MESSAGES = content_of("messages")["handin"]


@dataclass
class Drawn:
    """One page, kept."""

    name: str
    picture: Picture
    checksum: str


SPOKEN_SECONDS = 58
SPOKEN = silence(SPOKEN_SECONDS)
SPOKEN_CHECKSUM = hashlib.sha256(SPOKEN).hexdigest()


class Press:
    """Draws each page and binds each PDF once."""

    def __init__(self, rng):
        self.rng = rng
        self.pages: dict[str, list[Drawn]] = {}
        self.bound: dict[tuple[str, int, int], tuple[str, bytes]] = {}

    def choose(self, of: Assignment) -> tuple[str, int, int]:
        """A family of pages, the first of them, and how many."""
        family = papers.family(of.teaching.subject.code)
        if family not in self.pages:
            self.pages[family] = [self._drawn(text) for text in papers.WRITTEN[family]]
        first = self.rng.randrange(len(self.pages[family]))
        return family, first, min(self.rng.choice([1, 2, 2, 3]), len(self.pages[family]))

    def _drawn(self, text: str) -> Drawn:
        picture = documents.upright(papers.photo(text, self.rng))
        name = private().save("handin-parts/page.jpg", ContentFile(picture.content))
        return Drawn(name, picture, hashlib.sha256(picture.content).hexdigest())

    def pages_of(self, chosen) -> list[Drawn]:
        family, first, count = chosen
        drawn = self.pages[family]
        return [drawn[(first + number) % len(drawn)] for number in range(count)]

    def pdf_of(self, chosen) -> tuple[str, bytes]:
        if chosen not in self.bound:
            sheets = [BoundSheet(page.picture.content, JPEG) for page in self.pages_of(chosen)]
            content = documents.bind_images(sheets, title="Travail rendu")
            self.bound[chosen] = private().save("handins/work.pdf", ContentFile(content)), content
        return self.bound[chosen]


def load(world, say) -> None:
    press = Press(world.rng)
    handins: list[HandIn] = []
    chosen: list[tuple | None] = []
    for given in assignments(world):
        for student, at, is_late in who_hands_in(given, world):
            is_text = given.homework.returns == Returns.TEXT
            pages = (
                None if is_text or given.homework.returns == Returns.SOUND else press.choose(given)
            )
            text = typeset(world.rng.choice(MESSAGES["texts" if is_text else "words"]))
            handins.append(_handin(given, student, at, is_late=is_late, text=text))
            chosen.append(pages)
    order = sorted(
        range(len(handins)), key=lambda n: (handins[n].handed_in_at, handins[n].student_id)
    )
    for n in order:
        _finish(handins[n], chosen[n], press)
    HandIn.objects.bulk_create([handins[n] for n in order])
    parts = [
        (part, chosen[n])
        for n in order
        if chosen[n]
        for part in _parts(handins[n], chosen[n], press, world)
    ]
    recordings = [
        _recording(handins[n], world)
        for n in order
        if handins[n].assignment.homework.returns == Returns.SOUND
    ]
    HandInPart.objects.bulk_create([*(part for part, _pages in parts), *recordings])
    HandInPage.objects.bulk_create(_pictures(parts, press))
    halves = cut_off(world, press)
    late = sum(handin.is_late for handin in handins)
    say(f"{len(handins)} hand-ins, {late} of them late, {halves} cut off halfway")


def assignments(world) -> list[Assignment]:
    given = Assignment.objects.published().filter(
        teaching__school_class__in=world.in_use, given_at__lte=world.now
    )
    wanted = given.exclude(homework__returns=Returns.NOTHING).select_related(
        "homework", "teaching__subject", "teaching__school_class__school"
    )
    return list(wanted.order_by("due_at", "pk"))


def who_hands_in(given: Assignment, world):
    """Student, when, and whether late.

    The student of the demo is diligent, and leaves to do what is due from today on.
    """
    students = world.students[given.teaching.school_class_id]
    due = due_dates_by_student(students, given)
    silent, since = {one.pk for one in silent_ones(world)}, silent_since(world)
    for student in students:
        due_at, turn = due[student.pk].of(given), world.rng.randrange(100)
        before = due_at - world.rng.randint(20, 2_400) * MINUTE
        after = due_at + world.rng.randint(10, 1_600) * MINUTE
        is_to_come = due_at > world.now
        if student.login == "eleve.demo":
            turn = 99 if is_to_come else 0
        at = after if not is_to_come and HANDED_IN <= turn < HANDED_IN + LATE else before
        hands_in = turn < EARLY if is_to_come else turn < HANDED_IN + LATE
        is_silent = student.pk in silent and timezone.localdate(at) >= since
        if hands_in and given.given_at < at < world.now and not is_silent:
            yield student, at, due[student.pk].is_late(given, at)


def _handin(
    given: Assignment, student, at: datetime.datetime, *, is_late: bool, text: str
) -> HandIn:
    return HandIn(
        assignment=given,
        student=student,
        state=HandInState.HANDED_IN,
        text=text,
        begun_at=at - 6 * MINUTE,
        touched_at=at,
        handed_in_at=at,
        is_late=is_late,
    )


def _finish(handin: HandIn, chosen, press: Press) -> None:
    """Number, pages, checksum and PDF, in the order in which they came."""
    handin.receipt_number = next_receipt_number(timezone.localdate(handin.handed_in_at))
    pages = press.pages_of(chosen) if chosen else []
    sent = (
        [page.checksum for page in pages]
        if handin.assignment.homework.returns != Returns.SOUND
        else [SPOKEN_CHECKSUM]
    )
    told = hashlib.sha256(
        b"".join(bytes.fromhex(checksum) for checksum in sent) + handin.text.encode()
    )
    handin.checksum, handin.pages = told.hexdigest(), len(pages)
    if chosen:
        handin.pdf = press.pdf_of(chosen)[0]


def _parts(handin: HandIn, chosen, press: Press, world) -> list[HandInPart]:
    if handin.assignment.homework.returns == Returns.FILE:
        name, content = press.pdf_of(chosen)
        whole = {
            "kind": PartKind.PDF,
            "pages": handin.pages,
            "checksum": hashlib.sha256(content).hexdigest(),
        }
        return [_part(handin, 1, name, len(content), world, **whole)]
    return [
        _photo(handin, number, page, world) for number, page in enumerate(press.pages_of(chosen), 1)
    ]


def _pictures(parts, press: Press):
    """Yield the page pictures of PDFs, as the worker would draw them: the pages that these were
    bound from.
    """
    for part, pages in parts:
        if part.kind == PartKind.PDF:
            for number, page in enumerate(press.pages_of(pages), 1):
                shape = {"width": page.picture.width, "height": page.picture.height}
                yield HandInPage(part=part, number=number, file=page.name, **shape)


def _recording(handin: HandIn, world) -> HandInPart:
    """About a minute; nobody speaks."""
    name = private().save("handin-parts/recording.mp3", ContentFile(SPOKEN))
    fields = {
        "kind": PartKind.SOUND,
        "pages": 0,
        "seconds": SPOKEN_SECONDS,
        "checksum": SPOKEN_CHECKSUM,
    }
    return _part(handin, 1, name, len(SPOKEN), world, **fields)


def _photo(handin: HandIn, number: int, page: Drawn, world) -> HandInPart:
    shape = {"width": page.picture.width, "height": page.picture.height, "checksum": page.checksum}
    return _part(
        handin, number, page.name, len(page.picture.content), world, kind=PartKind.PHOTO, **shape
    )


def _part(handin: HandIn, number: int, name: str, size: int, world, **fields) -> HandInPart:
    key = uuid.UUID(int=world.rng.getrandbits(128), version=4)
    return HandInPart(
        handin=handin,
        key=key,
        position=number,
        file=name,
        size_bytes=size,
        received_at=handin.touched_at,
        **fields,
    )


def cut_off(world, press: Press) -> int:
    """One student's line was cut after the second photo of three, some hours ago (case C8); the
    demo's teacher has it, if they can.
    """
    at = world.now - 3 * HOUR
    asked = [
        one
        for one in assignments(world)
        if one.homework.returns == Returns.PHOTOS and one.given_at <= at
    ]
    asked.sort(
        key=lambda one: (one.teaching.teacher_id == world.people["prof.demo"].pk, one.due_at),
        reverse=True,
    )
    for given in asked:
        begun = set(HandIn.objects.filter(assignment=given).values_list("student", flat=True))
        students = [
            one
            for one in world.students[given.teaching.school_class_id]
            if one.pk not in begun and one.login != "eleve.demo"
        ]
        if students:
            handin = HandIn.objects.create(
                assignment=given, student=students[-1], begun_at=at, touched_at=at, expected_parts=3
            )
            family, first, _count = press.choose(given)
            two = enumerate(press.pages_of((family, first, 2)), 1)
            HandInPart.objects.bulk_create(
                _photo(handin, number, page, world) for number, page in two
            )
            return 1
    return 0
