"""A label's code, read in a photo."""

from django.core.files.base import File

from continuity.equipment.queries.pool import numbers_by_codes
from continuity.equipment.rules.reading import why_not_read
from courses.documents import services as documents
from courses.people.models import Organisation, Person


def number_in(photo: File, *, school: Organisation, by: Person) -> str:
    """The number of the school's one thing whose label is in the photo, which isn't kept. Raises a
    `Refusal`.
    """
    codes = documents.codes_in(documents.photo_sent(photo), person_id=by.pk)
    numbers = numbers_by_codes(school, codes)
    if refusal := why_not_read(codes, numbers):
        raise refusal
    return numbers[0]
