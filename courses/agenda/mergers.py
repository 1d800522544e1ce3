"""What becomes of a school's days when it goes on as another."""

import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import ngettext

from courses.agenda.models import Closure
from courses.people.models import today
from courses.people.services.mergers import Follows, Merger, follow_unless_there


def _past_days(rows: QuerySet[Any], name: str, merger: Merger) -> None:
    """Days that are over, so that nothing is missing of them. Those to come are days of a building:
    the other school has class on them.
    """
    day: datetime.date = today()
    follow_unless_there("first_day", "last_day")(rows.filter(last_day__lt=day), name, merger)
    if number := Closure.objects.filter(school=merger.old, last_day__gte=day).count():
        merger.notes.append(
            ngettext(
                "%(n)s day or period without class that isn’t over doesn’t follow: enter it at the"
                " other school if it is meant for everybody.",
                "%(n)s days or periods without class that aren’t over don’t follow: enter at the other"
                " school those that are meant for everybody.",
                number,
            )
            % {"n": number}
        )


MERGERS = [
    Follows("courses.SchoolCalendar.school", follow_unless_there()),
    Follows("courses.Closure.school", _past_days),
]
