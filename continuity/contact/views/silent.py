"""The list of students of whom nobody has heard; and what a student reads of it about themselves."""

import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from continuity.contact.forms.calls import new_call_form
from continuity.contact.queries.silent import SilentLine, own_signs, silent_lines
from continuity.contact.rules import undoable
from continuity.contact.views.words import signs_in_words
from continuity.permissions import is_staff_of_a_school, student_shown
from courses.people.models import Person
from courses.people.permissions import (
    PersonRequest,
    is_leader,
    is_student,
    is_teacher,
    requires,
)


@require_safe
@requires(is_staff_of_a_school)
def silent(request: PersonRequest) -> HttpResponse:
    """Of one's own classes; of the whole school for who leads it and doesn't teach, or asks so."""
    person, now, today = request.user, timezone.now(), timezone.localdate()
    whole = is_leader(person) and ("school" in request.GET or not is_teacher(person))
    lines = silent_lines(person, now, today, whole_school=whole)
    limits = {line.silent.limit for line in lines}
    context = {
        "limit": limits.pop() if len(limits) == 1 else None,
        "rows": [row(line, person, now) for line in lines],
        "whole": whole,
        "can_switch": is_leader(person) and is_teacher(person),
        "here": request.get_full_path(),
    }
    return render(request, "continuity/contact/silent.html", context)


def row(line: SilentLine, person: Person, now: datetime.datetime) -> dict:
    mine = line.taken is not None and line.taken.caller_id == person.pk
    return {
        "line": line,
        "student": line.student,
        "signs": signs_in_words(line.silent, timezone.localdate(now)),
        "is_mine": mine,
        "form": new_call_form() if mine else None,
        "undo": undoable(line.calls, person, now),
    }


@require_safe
@requires(is_student)
def my_signs(request: PersonRequest) -> HttpResponse:
    """What is counted about the student, why, and who reads it."""
    now, today = timezone.now(), timezone.localdate()
    mine = own_signs(student_shown(request), now, today)
    context = {"mine": mine, "signs": signs_in_words(mine.silence, today)}
    return render(request, "continuity/contact/my_signs.html", context)
