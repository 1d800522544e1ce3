"""A student's lists beside the week."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from continuity import documents as words
from continuity.queries import student_lists as queries
from continuity.queries.week import MyItem
from continuity.views.week_rows import address
from courses.people.permissions import is_student, requires


@require_safe
@requires(is_student)
def to_hand_in(request):
    """What is to be given back, by the student's own due dates; what was, lately."""
    now = timezone.now()
    found = queries.to_hand_in(request.user, now)
    context = {
        "late": [row(mine, now) for mine in found.late],
        "ahead": [row(mine, now) for mine in found.ahead],
        "done": [row(mine, now) for mine in found.done],
    }
    return render(request, "continuity/to_hand_in.html", context)


def row(mine: MyItem, now) -> dict:
    late = mine.look.is_late and not mine.look.is_handed_in
    return {
        "mine": mine,
        "title": words.title_of(mine.item),
        "detail": words.was_due(mine) if late else words.detail_of(mine, timezone.localdate(now)),
        "url": address("homework", mine.item.assignment),
        "hand_in": address("hand_in", mine.item.assignment),
    }


@require_safe
@requires(is_student)
def my_classes(request):
    """Who teaches what, the class tutor, the hours of this week; lessons and weeks of before."""
    return render(request, "continuity/my_classes.html", {"mine": queries.my_classes(request.user, timezone.localdate())})
