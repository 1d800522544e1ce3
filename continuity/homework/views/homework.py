"""A homework's page, for those who are asked for it and for those who ask; a class's list; deleted
and brought back.
"""

import datetime
from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from continuity.enums import HandInState, Returns
from continuity.homework.forms import HomeworkSearchForm
from continuity.homework.queries import homework as homework_queries
from continuity.homework.queries.due import due_dates_of
from continuity.homework.queries.own import own_assignment
from continuity.homework.queries.writers import writer_of
from continuity.homework.services import homework as homeworks
from continuity.homework.values import differences
from continuity.models import Assignment, Extension, HandIn, Homework
from continuity.permissions import (
    in_a_school,
    is_staff_of_a_school,
    is_tutor_of,
    may_read_plans_of,
    student_shown,
)
from continuity.plans.views.opening import opens_the_week
from continuity.plans.views.weeks import readable_class
from courses.agenda.queries import school_days
from courses.digest import queries as digest
from courses.digest.values import ResourceTile
from courses.exceptions import Refusal
from courses.people.models import Person
from courses.people.permissions import PersonRequest, is_teacher, leads, requires

ON_A_PAGE = 20
SHOWN_WITH = (
    "homework__author",
    "teaching__subject",
    "teaching__teacher",
    "teaching__school_class__school",
)


@require_safe
@requires(in_a_school)
@opens_the_week
def homework(request: PersonRequest, public_id: str) -> HttpResponse:
    """Page of an assignment. Its students read what to do; staff read who has done it."""
    now, student = timezone.now(), student_shown(request)
    asked = own_assignment(student, public_id, *SHOWN_WITH)
    if asked is not None:
        page = own_page(asked, student, now)
        context = {"page": page, "assignment": asked, **files_of(asked.homework)}
        context["tiles"] = _tiles_of(asked, request.user, now)
        return render(request, "continuity/homework/homework.html", context)
    assignment = _visible(request, public_id)
    if assignment is None:
        return withdrawn(request, public_id)
    context = staff_page(assignment, request.user, now)
    context["tiles"] = _tiles_of(assignment, request.user, now)
    return render(request, "continuity/homework/homework_staff.html", context)


def _tiles_of(assignment: Assignment, reader: Person, now: datetime.datetime) -> list[ResourceTile]:
    return list(digest.tiles(assignment.homework.tiles, reader, now).values())


def files_of(text: Homework) -> dict:
    """Files of the text, and of its correction. One query."""
    there = list(text.attachments.all())
    return {
        "files": [one for one in there if not one.is_correction],
        "correction_files": [one for one in there if one.is_correction],
    }


def _visible(request: PersonRequest, public_id: str) -> Assignment | None:
    found = Assignment.objects.visible_to(request.user).select_related(*SHOWN_WITH)
    return found.filter(public_id=public_id).first()


def withdrawn(request: PersonRequest, public_id: str) -> HttpResponse:
    """Say to its student that the homework isn't given any more, with the text that they had
    written; 404 to everybody else.
    """
    student = student_shown(request)
    found = homework_queries.withdrawn_from(student)
    assignment = get_object_or_404(found, public_id=public_id)
    handed_in = HandIn.objects.handed_in().filter(student=student)
    context = {
        "assignment": assignment,
        "handin": handed_in.filter(assignment__homework=assignment.homework_id).first(),
        "typed": request.POST.get("text", ""),
    }
    page = "continuity/homework/homework_withdrawn.html"
    return render(request, page, context, status=410)


# For a student


@dataclass(frozen=True)
class OwnPage:
    """A homework as one student has it."""

    due_at: datetime.datetime
    extension: Extension | None  # a personal one that makes the date, with its reason
    is_extended: bool
    handin: HandIn | None
    collecting: HandIn | None
    edits: list
    is_past_due: bool
    is_never_late: bool
    is_former: bool  # of a class that was left by then: optional, never late
    shows_correction: bool
    corrected_from: datetime.datetime
    answer_url: str
    is_again: bool = False  # returned with "do again"

    @property
    def is_late(self) -> bool:
        return self.handin is not None and self.handin.is_late and not self.is_again

    @property
    def is_late_now(self) -> bool:
        """Whether it would be marked late, if it were handed in now."""
        return self.is_past_due and not self.is_never_late and not self.is_former


@dataclass(frozen=True)
class Edit:
    edited_at: datetime.datetime
    passages: list


def own_page(assignment: Assignment, student: Person, now: datetime.datetime) -> OwnPage:
    due, decides = due_dates_of(student), assignment.deciding or assignment
    due_at = due.of(decides)
    same = HandIn.objects.filter(assignment__homework=assignment.homework_id, student=student)
    # For whichever class it was handed in, it is one work; what was for this one comes first.
    mine = sorted(
        same.select_related("feedback").order_by("-version", "-pk"),
        key=lambda one: one.assignment_id != assignment.pk,
    )
    handin = next((one for one in mine if one.state == HandInState.HANDED_IN), None)
    corrected_from = max(assignment.corrected_from, due_at)
    edits = homework_queries.edits_since(assignment.homework, handin)
    return OwnPage(
        due_at=due_at,
        extension=due.extension_for(decides),
        is_extended=due_at > decides.due_at,
        handin=handin,
        collecting=next((one for one in mine if one.state == HandInState.COLLECTING), None),
        edits=[Edit(edit.edited_at, differences(edit.was, edit.now)) for edit in edits],
        is_past_due=due_at < now,
        is_never_late=due.is_never_late(decides),
        is_former=assignment.is_former,
        shows_correction=corrected_from <= now,
        corrected_from=corrected_from,
        answer_url=_answer_of(mine),
        is_again=handin is not None and handin.is_asked_again,
    )


def _answer_of(mine: list[HandIn]) -> str:
    """The latest answer that was returned."""
    for handin in mine:
        feedback = getattr(handin, "feedback", None)
        if feedback and feedback.returned_at:
            return reverse("continuity:answer", args=[handin.public_id])
    return ""


# For staff


def staff_page(assignment: Assignment, person: Person, now: datetime.datetime) -> dict:
    students = homework_queries.own_students(person, assignment)
    standing = homework_queries.standing_of(assignment, now, students=students)
    classes = list(
        Assignment.objects.visible_to(person)
        .filter(homework=assignment.homework_id)
        .exclude(pk=assignment.pk)
        .select_related("teaching__school_class")
        .order_by("due_at", "pk")
    )
    same = Assignment.objects.open_to(person).filter(homework=assignment.homework_id)
    answered = set(same.values_list("pk", flat=True))
    keeps = assignment.pk in answered
    days = school_days(assignment.teaching.school_class.school)
    closed = homework_queries.due_on_days_off([assignment], days)
    return {
        "assignment": assignment,
        "standing": standing,
        "is_part": students is not None,
        "classes": classes,
        "keeps": keeps,
        "answered": answered,
        "writes": keeps and writer_of(assignment.homework, person) == person,
        "reads_class": may_read_plans_of(person, assignment.teaching.school_class),
        "closed": closed[0] if closed else None,
        "is_past_due": assignment.due_at <= now,
        "is_corrected": assignment.corrected_from <= now,
        "is_shown": Assignment.objects.published().filter(pk=assignment.pk).exists(),
        "hands_in": assignment.homework.returns != Returns.NOTHING,
        "to_answer": homework_queries.to_answer_in(assignment) if keeps else 0,
        "edits": list(assignment.homework.edits.select_related("edited_by")[:5]),
        **files_of(assignment.homework),
    }


@require_safe
@requires(is_staff_of_a_school)
def class_homework(request: PersonRequest, public_id: str) -> HttpResponse:
    """All homework of a class, latest due date first; and what its teachers can bring back."""
    school_class, now = readable_class(request, public_id), timezone.now()
    form = HomeworkSearchForm(request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    sees_all = is_tutor_of(request.user, school_class) or leads(request.user, school_class.school)
    found = homework_queries.assignments_of(
        school_class, request.user, sees_all=sees_all, text=text
    )
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    closed = {
        off.assignment.pk: off
        for off in homework_queries.due_on_days_off(
            page.object_list, school_days(school_class.school)
        )
    }
    context = {
        "school_class": school_class,
        "form": form,
        "text": text,
        "page": page,
        "rows": [
            AssignmentRow(assignment, assignment.due_at <= now, closed.get(assignment.pk))
            for assignment in page.object_list
        ],
        "deleted": list(homework_queries.deleted_of(school_class, request.user, now)),
        "query": f"q={text}" if text else "",
    }
    return render(request, "continuity/homework/class_homework.html", context)


def words_of_saving(left: list[str]) -> str:
    """`left`: names of the classes that have the homework no more."""
    if not left:
        return _(
            "The homework is saved. What students had read is shown to them as it was and as it is."
        )
    return ngettext(
        "The homework is saved. %(classes)s has it no more: for thirty days it can be brought back"
        " from the class’s homework, with what was handed in. A student who has it in another"
        " class, too, keeps the later of the two dates.",
        "The homework is saved. %(classes)s have it no more: for thirty days it can be brought back"
        " from each class’s homework, with what was handed in. A student who has it in another"
        " class, too, keeps the latest of the dates.",
        len(left),
    ) % {"classes": get_text_list(left, _("and"))}


@dataclass(frozen=True)
class AssignmentRow:
    assignment: Assignment
    is_past_due: bool
    closed: homework_queries.ClosedDue | None


@require_http_methods(["GET", "HEAD", "POST"])
@requires(is_teacher)
def delete_homework(request: PersonRequest, public_id: str) -> HttpResponse:
    """Asks once more, and says what goes along."""
    text = get_object_or_404(Homework.objects.standing().kept_by(request.user), public_id=public_id)
    classes = list(
        text.assignments.select_related("teaching__school_class").order_by("due_at", "pk")
    )
    mine = set(
        Assignment.objects.open_to(request.user).filter(homework=text).values_list("pk", flat=True)
    )
    context = {
        "homework": text,
        "classes": classes,
        "is_all_mine": all(assignment.pk in mine for assignment in classes),
        "handed_in": HandIn.objects.handed_in().filter(assignment__homework=text).count(),
        "begun": HandIn.objects.collecting().filter(assignment__homework=text).count(),
    }
    if request.method != "POST" or not context["is_all_mine"]:
        return render(request, "continuity/homework/homework_delete.html", context)
    homeworks.delete(homework=text, by=request.user)
    messages.success(
        request,
        _(
            "The homework is deleted. For thirty days it can be brought back, with what was"
            " handed in."
        ),
    )
    first = next(assignment for assignment in classes if assignment.pk in mine)
    return redirect("continuity:class_homework", first.teaching.school_class.public_id)


@require_POST
@requires(is_teacher)
def restore_homework(request: PersonRequest, public_id: str) -> HttpResponse:
    text = get_object_or_404(
        Homework.objects.filter(deleted_at__isnull=False).kept_by(request.user), public_id=public_id
    )
    here = list(text.assignments.values_list("pk", flat=True))
    try:
        text = homeworks.restore(homework=text, by=request.user)
    except Refusal as refusal:
        messages.warning(request, refusal.reason)
        return redirect("continuity:classes")
    messages.success(request, _("The homework is back, with what was handed in."))
    first = (
        Assignment.objects.open_to(request.user)
        .filter(homework=text, pk__in=here)
        .order_by("due_at")
        .first()
    )
    return (
        redirect("continuity:homework", first.public_id)
        if first
        else redirect("continuity:classes")
    )
