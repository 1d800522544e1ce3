"""A child's line in words, as page and email say it."""

import datetime
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from continuity.families.queries import Child
from continuity.week.documents import words
from continuity.week.queries.student_items import MyItem


@dataclass(frozen=True)
class ChildState:
    tone: str
    sign: str
    words: str


def state_of(child: Child) -> ChildState:
    if late := len(child.works.all_late):
        said = ngettext("%(number)s late", "%(number)s late", late) % {"number": late}
        return ChildState("warn", "clock", said)
    if left := child.works.waiting:
        said = ngettext("%(number)s to hand in", "%(number)s to hand in", left) % {"number": left}
        return ChildState("wait", "upload", said)
    return ChildState("done", "circle-check", _("Up to date"))


def places_in_words(child: Child) -> str:
    return ", ".join([*child.classes, child.guardianship.school.name])


def work_in_words(mine: MyItem, today: datetime.date) -> str:
    title = words.title_of(mine.item)
    if mine.look.is_again:
        return _("%(title)s, to do again") % {"title": title}
    if mine.due_at is None:
        return title
    if mine.is_when_possible(today):
        return _("%(title)s, when possible") % {"title": title}
    when = words.instant_in_words(mine.due_at, today)
    return _("%(title)s, due %(when)s") % {"title": title, "when": when}
