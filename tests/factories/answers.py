"""Pages of a hand-in, answers, words: plain, valid, no surprises."""

import datetime
import uuid

from django.core.files.base import ContentFile
from django.utils import timezone

from continuity.enums import HandInState, PartKind
from continuity.models import Feedback, HandIn, HandInPage, HandInPart, HelpRequest
from tests.factories.continuity import assignment, handed_in
from tests.factories.pictures import photo

HOUR = datetime.timedelta(hours=1)


def page_of(
    handin: HandIn,
    *,
    position: int = 1,
    kind=PartKind.PHOTO,
    pages: int = 1,
    content: bytes | None = None,
) -> HandInPart:
    content = content if content is not None else photo(90, 120)
    file = ContentFile(content, name="page.jpg" if kind == PartKind.PHOTO else "page.pdf")
    fields = {
        "kind": kind,
        "position": position,
        "pages": pages,
        "file": file,
        "size_bytes": len(content),
        "checksum": "0" * 64,
    }
    return HandInPart.objects.create(
        handin=handin, key=uuid.uuid4(), width=900, height=1200, **fields
    )


def drawn(part: HandInPart, number: int = 1) -> HandInPage:
    """The picture of a page of a PDF."""
    return HandInPage.objects.create(
        part=part,
        number=number,
        file=ContentFile(photo(90, 120), name="page.jpg"),
        width=90,
        height=120,
    )


def waiting(teaching, student, *, hours_ago: float = 5, given=None) -> HandIn:
    """Handed in some hours ago, with one page."""
    given = given or assignment(teaching)
    handin = handed_in(given, student, timezone.now() - hours_ago * HOUR)
    page_of(handin)
    return handin


def draft(handin: HandIn, *, by=None, comment: str = "Bien.", **fields) -> Feedback:
    by = by or handin.assignment.teaching.teacher
    return Feedback.objects.create(handin=handin, comment=comment, written_by=by, **fields)


def returned(handin: HandIn, *, by=None, comment: str = "Bien.", **fields) -> Feedback:
    by = by or handin.assignment.teaching.teacher
    return draft(
        handin, by=by, comment=comment, returned_at=timezone.now(), returned_by=by, **fields
    )


def half_sent(
    teaching, student, *, arrived: int = 2, expected: int = 3, hours_ago: float = 2
) -> HandIn:
    """Stopped halfway (case C8)."""
    then = timezone.now() - hours_ago * HOUR
    fields = {"state": HandInState.COLLECTING, "expected_parts": expected, "touched_at": then}
    handin = HandIn.objects.create(assignment=assignment(teaching), student=student, **fields)
    for position in range(1, arrived + 1):
        page_of(handin, position=position)
    return handin


def asks_for_help(
    teaching, student, *, hours_ago: float = 5, text: str = "Je bloque à la question 3."
) -> HelpRequest:
    return HelpRequest.objects.create(
        student=student, teaching=teaching, text=text, asked_at=timezone.now() - hours_ago * HOUR
    )


def form(revision: int = 0, comment: str = "Bien.", verdict: str = "", pins=(), **more) -> dict:
    """What the answer's page sends: `pins` are (key, page, x in percent, y in percent, text)."""
    said = {
        "revision": revision,
        "comment": comment,
        "verdict": verdict,
        "pin": [f"p{n}" for n, _pin in enumerate(pins)],
        **more,
    }
    for n, (key, page, x, y, text) in enumerate(pins):
        said |= {
            f"p{n}-key": key,
            f"p{n}-page": page,
            f"p{n}-x": x,
            f"p{n}-y": y,
            f"p{n}-text": text,
        }
    return said
