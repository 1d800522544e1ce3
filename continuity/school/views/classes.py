"""Classes: a person's own, and one of them with its students, teachers and ways."""

from collections import defaultdict

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from continuity.enums import ExemptionKind
from continuity.models import Exemption
from continuity.permissions import is_staff_of_a_school, may_read_plans_of
from continuity.school.queries.classes import (
    classes_for,
    left_waiting,
    places_in,
    students_seen,
    teachings_of,
)
from continuity.school.queries.exemptions import holding_on
from continuity.school.queries.left_over import opened_by_nobody
from courses.agenda.models import Meeting
from courses.agenda.queries import ONE_WEEK, monday_of, school_days
from courses.people.enums import Role
from courses.people.models import Person, SchoolClass, Teaching
from courses.people.permissions import PersonRequest, leads, requires
from courses.people.values import in_register_order


@require_safe
@requires(is_staff_of_a_school)
def classes(request: PersonRequest) -> HttpResponse:
    """One's own classes, groups and options; for a leader the school's, with what is kept there."""
    today = timezone.localdate()
    rows = classes_for(request.user, today)
    context = {
        "mine": [row for row in rows if row.mine or row.is_tutored],
        "others": [row for row in rows if not row.mine and not row.is_tutored],
        "led": request.user.places_as(Role.LEADER),
        "monday": monday_of(today),
        "today": today,
    }
    return render(request, "continuity/school/classes.html", context)


def class_of_staff(request: PersonRequest, public_id: str) -> SchoolClass:
    """Return a class that the person sees as staff, or 404; their own class as a student isn't
    among them.
    """
    mine = SchoolClass.objects.of_student(request.user)
    return get_object_or_404(
        SchoolClass.objects.visible_to(request.user).exclude(pk__in=mine).select_related("school"),
        public_id=public_id,
    )


@require_safe
@requires(is_staff_of_a_school)
def school_class(request: PersonRequest, public_id: str) -> HttpResponse:
    found, today = class_of_staff(request, public_id), timezone.localdate()
    students = sorted(students_seen(request.user, found, today), key=in_register_order)
    teachings = teachings_of(found, today)
    exempt = defaultdict(list)
    for exemption in holding_on(students, today):
        if concerns(exemption, {teaching.subject_id for teaching in teachings}):
            exempt[exemption.student_id].append(exemption)
    homes = places_in(students, today) if not found.is_a_whole_class else {}
    mine = {
        teaching.pk
        for teaching in Teaching.objects.open_to(request.user, today).filter(school_class=found)
    }
    is_led = leads(request.user, found.school)
    this_one = SchoolClass.objects.filter(pk=found.pk)
    unopened: dict[Teaching, list[Meeting]] = {}
    for meeting in opened_by_nobody(this_one) if is_led else []:
        unopened.setdefault(meeting.series.video_class.teaching, []).append(meeting)
    tutors = tutors_of(found)
    context = {
        "school_class": found,
        "students": [
            (student, homes.get(student.pk, ""), exempt[student.pk]) for student in students
        ],
        "in_all": len(students) if mine or is_led else found.students_on(today).count(),
        "teachings": [(teaching, teaching.pk in mine) for teaching in teachings],
        "followed": {teaching.subject_id for teaching in teachings if teaching.since > today},
        "today": today,
        "teaches": bool(mine),
        "tutors": tutors,
        "looks_after": found.is_a_whole_class and (is_led or request.user in tutors),
        "leads": is_led,
        "left_waiting": (left_waiting(this_one, today).filter(until__lte=today) if is_led else []),
        "unopened": unopened,
        "reads_plan": may_read_plans_of(request.user, found),
        "letter": school_days(found.school).week_letter(today),
        "monday": monday_of(today),
        "next_monday": monday_of(today) + ONE_WEEK,
    }
    return render(request, "continuity/school/school_class.html", context)


def concerns(exemption: Exemption, subjects: set[int]) -> bool:
    """Whether it is about a subject that is taught here; a leave always is."""
    own = {subject.pk for subject in exemption.subjects.all()}
    return exemption.kind == ExemptionKind.LEAVE or not own or bool(own & subjects)


def tutors_of(found: SchoolClass) -> list[Person]:
    return [
        tutorship.teacher
        for tutorship in found.tutorships.on(timezone.localdate()).select_related("teacher")
    ]


def led_class(request: PersonRequest, public_id: str) -> SchoolClass:
    """Return a class of the schools that the person leads, or 404."""
    return get_object_or_404(
        SchoolClass.objects.led_by(request.user).select_related("school"), public_id=public_id
    )
