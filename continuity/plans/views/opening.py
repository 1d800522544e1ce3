"""Pages of a student's own week, its lessons and its homework are a sign of life on the first view
of the day.
"""

import datetime
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.cache import caches
from django.http import HttpResponseBase
from django.utils import timezone

from continuity.permissions import student_shown
from continuity.plans.services import opening
from courses.people.models import Person
from courses.people.permissions import PersonRequest, is_student
from courses.writable import noted_if_writable

A_DAY = 24 * 60 * 60  # seconds


def opens_the_week(view: Callable) -> Callable:
    """Note that the student opened their week today. Stands outside of `condition`: a page that is
    answered with 304 was opened, too.

    Only the student's own look counts, and what a browser fetches in advance isn't one.
    """

    @wraps(view)
    def door(request: PersonRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer = view(request, *args, **kwargs)
        if _is_a_look(request, answer):
            _note(request.user, timezone.localdate())
        return answer

    return door


def opens_by_entering(request: PersonRequest) -> None:
    """A student who enters a video class, by whatever link, is there today: the roll, which says so
    once it is closed, may stay open for days.
    """
    if is_student(request.user) and _asks_for_it(request):
        _note(request.user, timezone.localdate())


def _note(student: Person, day: datetime.date) -> None:
    """Later views of the day that reach the same process ask the database nothing. The session
    isn't written: each write of it would make the login last longer.
    """
    key = f"week-opened:{student.public_id}:{day}"
    if key not in caches["week_openings"]:
        with noted_if_writable():
            opening.note(student=student, day=day)
            caches["week_openings"].set(key, True, A_DAY)


def _is_a_look(request: PersonRequest, answer: HttpResponseBase) -> bool:
    return (
        request.method == "GET"
        and answer.status_code in (200, 304)
        and _asks_for_it(request)
        and is_student(request.user)
        and student_shown(request) == request.user
    )


def _asks_for_it(request: PersonRequest) -> bool:
    """What a browser fetches in advance, nobody looks at yet."""
    return "prefetch" not in request.headers.get("Sec-Purpose", "")
