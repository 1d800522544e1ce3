"""What a leader reads of a student's class before it is changed, and afterwards."""

import datetime
from collections.abc import Iterable

from django.utils.translation import gettext as _

from courses.dates import date_words
from courses.people.models import ClassMembership, Person
from courses.people.models.classes import holds
from courses.people.rules.class_changes import ClassChange

ONE_DAY = datetime.timedelta(days=1)


def said_of_places(places: Iterable[ClassMembership], day: datetime.date) -> str:
    """The whole class of that day and those to come, in sentences."""
    whole = [place for place in places if place.school_class.is_a_whole_class]
    of_today = [place for place in whole if holds(place.since, place.until, day)]
    coming = sorted((p for p in whole if p.since > day), key=lambda place: place.since)
    said = [_said(_("In %(class)s since %(day)s."), place) for place in of_today]
    said = said or [_("In no class today.")]
    return " ".join(said + [_said(_("From %(day)s on in %(class)s."), place) for place in coming])


def said_of_change(
    student: Person, change: ClassChange, day: datetime.date, *, asked: datetime.date
) -> str:
    """What a leader's press did on that day; `asked`: the first day that the leader gave."""
    place = change.place
    begun = place.since <= day
    if not change.changes_something:
        said = (
            _("%(student)s is in %(class)s since %(day)s: nothing has changed.")
            if begun
            else _("%(student)s will be in %(class)s from %(day)s on: nothing has changed.")
        )
    elif begun:
        said = _("%(student)s is in %(class)s since %(day)s. What was done before is kept.")
    else:
        said = _("%(student)s will be in %(class)s from %(day)s on. What was done before is kept.")
    names = {
        "student": student.display_name,
        "class": place.school_class.name,
        "day": date_words(place.since),
    }
    cancelled = [
        _("The change to %(class)s on %(day)s is cancelled.")
        % {"class": stay.school_class.name, "day": date_words(stay.since)}
        for stay in change.cancelled(day)
    ]
    return " ".join([said % names, *cancelled, *_remedy(change, day, asked)])


def _remedy(change: ClassChange, day: datetime.date, asked: datetime.date) -> list[str]:
    """The way to a later first day of a class that has begun: it is undone first."""
    place, left = change.place, change.left_for_it()
    if change.changes_something or not place.since <= min(day, asked - ONE_DAY) or left is None:
        return []
    said = _(
        "A class that has begun doesn’t begin later: first choose %(left)s from %(day)s on, then"
        " enter this change again."
    )
    return [said % {"left": left.school_class.name, "day": date_words(place.since)}]


def _said(sentence: str, place: ClassMembership) -> str:
    return sentence % {"class": place.school_class.name, "day": date_words(place.since)}
