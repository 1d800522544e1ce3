"""A student's lists beside the week."""

from dataclasses import fields

from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from continuity.addresses import address
from continuity.homework.queries.own import handed_in_apart
from continuity.permissions import student_shown
from continuity.plans.views.opening import opens_the_week
from continuity.week.documents import words
from continuity.week.queries import student_lists as queries
from continuity.week.queries.student_items import MyItem, items_for
from continuity.week.queries.to_hand_in import ToHandIn
from continuity.week.queries.to_hand_in import to_hand_in as to_hand_in_of
from continuity.week.views.week_rows import class_parts
from courses.people.models.classes import school_year_began
from courses.people.permissions import PersonRequest, is_student, requires


@require_safe
@requires(is_student)
@opens_the_week
def to_hand_in(request: PersonRequest):
    """List of work to hand in, by the student's own due dates, and of work handed in lately."""
    student, now = student_shown(request), timezone.now()
    found = to_hand_in_of(items_for(student, now, load=class_parts), now)
    context: dict[str, object] = {
        field.name: [row(mine, now) for mine in getattr(found, field.name)]
        for field in fields(found)
    }
    context |= {"lead": lead_of(found), "older_words": words.older_in_words(len(found.older))}
    context["apart"] = handed_in_apart(student, school_year_began(timezone.localdate(now)))
    return render(request, "continuity/week/to_hand_in.html", context)


def lead_of(found: ToHandIn) -> str:
    """Numbers of works to do again, ahead, to hand in when possible, and late, without zeros."""
    said = []
    if number := len(found.again):
        said.append(
            ngettext("%(number)s to do again", "%(number)s to do again", number)
            % {"number": number}
        )
    if number := len(found.ahead):
        word = ngettext("%(number)s piece of work ahead", "%(number)s pieces of work ahead", number)
        said.append(word % {"number": number})
    late = len(found.all_late)
    if number := len(found.when_possible) + len(found.older) - (late - len(found.late)):
        word = ngettext("%(number)s when you can", "%(number)s when you can", number)
        said.append(word % {"number": number})
    if number := late:
        said.append(ngettext("%(number)s late", "%(number)s late", number) % {"number": number})
    return ", ".join(said) or _("Nothing waits for you.")


def row(mine: MyItem, now) -> dict:
    detail = words.detail_of(mine, timezone.localdate(now))
    if mine.look.is_again:
        detail = ""
    elif mine.look.is_late and not mine.look.is_handed_in:
        detail = words.was_due(mine)
    return {
        "mine": mine,
        "title": words.title_of(mine.item),
        "marked_title": words.marked_title_of(mine.item),
        "detail": detail,
        "states": words.states_of(mine),
        "url": address("homework", mine.item.assignment),
        "hand_in": address("hand_in", mine.item.assignment),
    }


@require_safe
@requires(is_student)
@opens_the_week
def my_classes(request: PersonRequest):
    """The student's classes: teachers, the class tutor, the hours of this week; lessons and weeks
    of before.
    """
    today = timezone.localdate()
    mine = queries.my_classes(student_shown(request), today)
    for one in mine.classes:
        one.replaced = [words.stand_in_in_words(row, today) for row in one.stand_ins]
    return render(request, "continuity/week/my_classes.html", {"mine": mine})
