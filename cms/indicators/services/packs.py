"""The research pack, when somebody asks for it."""

from django.utils import translation

from cms.indicators.documents import EDITION, PACK
from cms.indicators.queries.pages import closed_calendar, pilots
from courses.documents.models import Paper
from courses.documents.services import ask_for_paper


def ask_for_pack() -> Paper:
    """In the active language. The same one for everybody, until another week is closed."""
    calendar = closed_calendar()
    return ask_for_paper(
        kind=PACK.key,
        about="pilots",
        says=(EDITION, calendar.years, [school.pk for school in pilots()]),
        language=translation.get_language() or "fr",
    )
