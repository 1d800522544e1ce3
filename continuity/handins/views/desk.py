"""What a student's pages of one hand-in begin with."""

from django.http import Http404
from django.utils import timezone

from continuity.handins import rules
from continuity.handins.queries import (
    HandInDesk,
    assignment_of,
    desk_of,
    latest_answer,
)
from continuity.homework.rules import is_asked_again
from continuity.models import Assignment
from continuity.permissions import student_shown
from courses.people.permissions import (
    PersonRequest,
)


def given(request: PersonRequest, public_id: str) -> Assignment:
    assignment = assignment_of(student_shown(request), public_id)
    if assignment is None:
        raise Http404
    return assignment


def desk_for(request: PersonRequest, assignment: Assignment) -> HandInDesk:
    now = timezone.now()
    student = student_shown(request)
    desk = desk_of(assignment, student, now)
    desk.refusal = rules.why_not_begin(
        assignment.homework.returns,
        desk.standing,
        desk.answer,
        due_at=desk.due_at,
        now=now,
    )
    desk.is_again = is_asked_again(desk.answer)
    desk.is_redo = desk.standing is not None and is_asked_again(latest_answer(assignment, student))
    desk.would_be_late = desk.is_late and not desk.is_redo
    return desk
