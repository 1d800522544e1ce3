"""Log exports of personal data."""

from typing import IO

from django.utils import timezone
from wagtail.log_actions import log

from cms.register import documents
from cms.register.enums import EXPORTED
from courses.people.models import Person


def export(*, person: Person, by: Person) -> IO[bytes]:
    """The person's data as an open ZIP file.

    The person reads on their page who had it made, and when.
    """
    file = documents.export(person, by=by, now=timezone.now())
    log(instance=person, action=EXPORTED, user=by)
    return file
