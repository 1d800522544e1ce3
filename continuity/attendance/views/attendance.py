"""Pages on closed rolls: the rolls of a day for those who look after classes, the school's
register, a student's history.
"""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from continuity.attendance.forms.register import RegisterForm
from continuity.attendance.queries.roll_call import ONE_DAY, RollStage, classes_of_tutor, hours_at
from continuity.attendance.queries.rolls import (
    absences_by_class,
    absent_students,
    history_of,
    register,
    students_seen_by,
    tallies_of,
    tally_of,
)
from continuity.attendance.services import roll_call as rolls
from continuity.attendance.views.roll_rows import SIGNS, TONES, RollTally, counted, said
from continuity.enums import Mode, Status
from continuity.models import RollLine
from continuity.permissions import is_staff_of_a_school, student_shown
from courses.dates import day_asked
from courses.people.models import SchoolClass
from courses.people.permissions import PersonRequest, is_leader, is_student, requires
from courses.tables.services.files import write_rows

A_PAGE = 50
REFUSED = 422


def _classes(person):
    """Those that the person leads or looks after; for anybody else there is no such page."""
    led = SchoolClass.objects.of_year().filter(
        pk__in=SchoolClass.objects.led_by(person).values("pk")
    )
    classes = led | SchoolClass.objects.of_year().filter(
        pk__in=classes_of_tutor(person).values("pk")
    )
    if not classes.exists():
        raise Http404
    return classes


@require_safe
@requires(is_staff_of_a_school)
def rolls_of_day(request: PersonRequest) -> HttpResponse:
    """Missing and taken rolls of a day, for a leader's school or a tutor's class."""
    return _day_page(request, _classes(request.user))


def _day_page(request: PersonRequest, classes, form: RegisterForm | None = None) -> HttpResponse:
    now, today = timezone.now(), timezone.localdate()
    day = min(day_asked(request.GET.get("day")) or today, today)
    hours = [(hour, hour.stage(now)) for hour in hours_at(classes, day, day)]
    month = {"first": day.replace(day=1), "last": day}
    taken = [(hour, hour.roll) for hour, stage in hours if stage == RollStage.TAKEN and hour.roll]
    counts = tallies_of([roll for _hour, roll in taken], request.user)
    context = {
        "day": day,
        "not_taken": [hour for hour, stage in hours if stage == RollStage.NOT_TAKEN],
        "taken": [(hour, _tallies(counts.get(roll.pk, {}))) for hour, roll in taken],
        "absences": absences_by_class(request.user, day),
        "absent": absent_students(request.user, day).count(),
        "leads": is_leader(request.user),
        "to_come": sum(stage in (RollStage.TO_COME, RollStage.NOW) for _hour, stage in hours),
        "before": day - ONE_DAY,
        "after": day + ONE_DAY if day < today else None,
        "form": form or RegisterForm(classes=classes, initial=month),
    }
    return render(
        request, "continuity/attendance/rolls_of_day.html", context, status=REFUSED if form else 200
    )


def _tallies(counts: dict[str, int]) -> list[RollTally]:
    return [counted(status, counts[status]) for status in Status if status in counts]


@require_safe
@requires(is_staff_of_a_school)
def export_rolls(request: PersonRequest) -> HttpResponse:
    """The register as a file that a French spreadsheet opens. Who took it is logged."""
    classes = _classes(request.user)
    form = RegisterForm(request.GET, classes=classes)
    if not form.is_valid():
        return _day_page(request, classes, form)
    first, last = form.cleaned_data["first"], form.cleaned_data["last"]
    if chosen := form.cleaned_data["school_class"]:
        classes = classes.filter(pk=chosen.pk)
    lines = register(request.user, classes, first, last)
    content = write_rows(_headings(), [_cells(line, counts) for line, counts in lines])
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{_("register")}-{first}-{last}.csv"'
    for school in {school_class.school for school_class in classes.select_related("school")}:
        rolls.record_export(
            school=school, by=request.user, first=first, last=last, lines=len(lines)
        )
    return response


def _headings() -> list[str]:
    return [
        *(
            _("Day"),
            _("Begins"),
            _("Ends"),
            _("Class"),
            pgettext("taught", "Subject"),
            _("Teacher"),
            _("Family name"),
            _("First name"),
        ),
        *(
            _("Status"),
            _("How the student was there"),
            _("Minutes late"),
            _("Minutes before the end"),
            _("Reason"),
            _("Status at closing"),
            _("Corrected on"),
        ),
    ]


def _cells(line: RollLine, counts) -> list[str]:
    roll, student = line.roll_call, line.student
    begins, ends = timezone.localtime(roll.starts_at), timezone.localtime(roll.ends_at)
    is_corrected = counts is not line
    return [
        f"{begins:%d/%m/%Y}",
        f"{begins:%H:%M}",
        f"{ends:%H:%M}",
        str(roll.teaching.school_class),
        str(roll.teaching.subject),
        roll.closed_by_name
        or str(roll.closed_by),  # who took it: a stand-in, or who had the class then
        line.closed_family_name or student.last_name,
        line.closed_given_name or student.given_name,
        str(Status(counts.status).label),
        str(Mode(counts.mode).label) if counts.mode else "",
        str(counts.minutes_late or ""),
        str(counts.minutes_early or ""),
        counts.reason,
        str(Status(line.status).label) if is_corrected else "",
        f"{timezone.localtime(counts.corrected_at):%d/%m/%Y}" if is_corrected else "",
    ]


@require_safe
@requires(is_staff_of_a_school)
def attendance(request: PersonRequest, public_id: str) -> HttpResponse:
    """A student's history over all classes: whole for the class tutor and leaders, a teacher's own
    rolls for that teacher.
    """
    student = get_object_or_404(students_seen_by(request.user), public_id=public_id)
    return _history(request, student, RollLine.objects.visible_to(request.user), is_own=False)


@require_safe
@requires(is_student)
def my_attendance(request: PersonRequest) -> HttpResponse:
    """A student's own history, from closed rolls only."""
    return _history(request, student_shown(request), RollLine.objects.all(), is_own=True)


def _history(request: HttpRequest, student, lines, *, is_own: bool) -> HttpResponse:
    history = history_of(student, lines)
    page = Paginator(history, A_PAGE).get_page(request.GET.get("page"))
    counts = tally_of(lines.on_closed_rolls().filter(student=student))
    context = {
        "student": student,
        "is_own": is_own,
        "page": page,
        "rows": [_row(line) for line in page],
        "tallies": _tallies(counts),
    }
    return render(request, "continuity/attendance/attendance.html", context)


def _row(line: RollLine) -> dict:
    corrections = list(line.corrections.all())
    counts = corrections[-1] if corrections else line
    return {
        "line": line,
        "said": said(line),
        "corrections": [(said(one), one) for one in corrections],
        "tone": TONES[counts.status],
        "sign": SIGNS[counts.status],
        "counts": counts,
    }
