"""Why no photo is added to a loan."""

from continuity.enums import PhotoOf
from continuity.equipment.exceptions import (
    FewerPhotosFit,
    NothingBackYet,
    PhotosAreEnough,
    ThingsCameBack,
)
from courses.exceptions import Refusal

MOST_PHOTOS = 4  # of one state, and of the sheet


def why_not_photograph(shows: str, *, is_back: bool) -> Refusal | None:
    """`is_back`: something of the loan has come back."""
    if shows == PhotoOf.BACK and not is_back:
        return NothingBackYet()
    if shows == PhotoOf.HANDED and is_back:
        return ThingsCameBack()
    return None


def why_not_so_many(new: int, *, there: int) -> Refusal | None:
    room = MOST_PHOTOS - there
    if new <= room:
        return None
    return (
        FewerPhotosFit(room=room, most=MOST_PHOTOS) if room else PhotosAreEnough(most=MOST_PHOTOS)
    )
