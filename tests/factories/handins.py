"""Work on its way to a teacher: put together, handed in, bound."""

import contextlib
import functools
import time
import uuid

from continuity.handins import tasks
from continuity.handins.services import handins, parts
from continuity.models import Assignment, HandIn, HandInPart
from courses.documents.exceptions import TryAgain
from tests.factories.pictures import photo


@functools.cache
def a_photo(seed: int = 1) -> bytes:
    return photo(300, 400, seed=seed)


def add(
    assignment: Assignment, student, content: bytes | None = None, *, key=None, **more
) -> HandInPart:
    """As a telephone sends it: again, where the server has too much to do."""
    key = key or uuid.uuid4()
    for _try in range(100):
        with contextlib.suppress(TryAgain):
            return parts.add_part(
                assignment=assignment,
                student=student,
                key=key,
                content=content or a_photo(),
                **more,
            )
        time.sleep(0.1)
    raise TimeoutError


def put_together(assignment: Assignment, student, *, photos: int = 1, **more) -> HandIn:
    """Not handed in yet."""
    for number in range(photos):
        part = add(assignment, student, a_photo(number + 1), **more)
    return part.handin


def hand_in(assignment: Assignment, student, **more) -> HandIn:
    return handins.hand_in(
        assignment=assignment,
        student=student,
        receipt_key=more.pop("key", None) or uuid.uuid4(),
        **more,
    )


def handed_in(assignment: Assignment, student, *, photos: int = 1, **more) -> HandIn:
    put_together(
        assignment, student, photos=photos, **({"now": more["now"]} if "now" in more else {})
    )
    return hand_in(assignment, student, **more)


def bound(handin: HandIn) -> HandIn:
    """As the worker leaves it."""
    tasks.bind_photos.func(handin.pk)
    handin.refresh_from_db()
    return handin
