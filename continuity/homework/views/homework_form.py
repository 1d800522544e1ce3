"""A homework is written, for one class or several, and edited; the load is looked at while a due
date is chosen.
"""

import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from continuity.homework.forms import DatesForm, HomeworkForm
from continuity.homework.queries.writers import writer_of
from continuity.homework.services import homework as homeworks
from continuity.homework.views.due_day_checks import checks_of, minutes_from
from continuity.homework.views.homework import words_of_saving
from continuity.models import Assignment, Homework, PlanPart
from continuity.plans.values.plans import SIX_IN_THE_EVENING
from continuity.plans.views.weeks import address_of
from continuity.writing import services as attachments
from continuity.writing.forms.attachments import FilesForm
from continuity.writing.views.files_given import say_what_is_missing
from courses.agenda.queries import ONE_DAY, ONE_WEEK, class_hours, school_days
from courses.documents.values import public_id
from courses.exceptions import Refusal, StaleSheet
from courses.fields import replace_sent
from courses.people.models import Person, Teaching
from courses.people.permissions import PersonRequest, is_teacher, keeps_what_was_typed, requires

CONFLICT = 409
# No sooner than that many days after it is given, where a due date is proposed.
AT_LEAST, AT_MOST = 2, 28


@require_http_methods(["GET", "HEAD", "POST"])
@requires(is_teacher)
@keeps_what_was_typed
def new_homework(request: PersonRequest, public_id: str) -> HttpResponse:
    """Write a homework from the planner, on a day of a part's week."""
    part = get_object_or_404(
        PlanPart.objects.open_to(request.user).select_related(
            "plan", "teaching__school_class__school", "teaching__subject"
        ),
        public_id=public_id,
    )
    day = _day_in(part, request.GET.get("day", ""))
    teachings = _together(request.user, part.teaching)
    first = {
        teaching: _proposed(teaching, day) | {"given": teaching == part.teaching}
        for teaching in teachings
    }
    page = HomeworkWriting(
        request, teachings, first, HomeworkForm.base_fields["minutes"].initial, part=part, day=day
    )
    if request.method != "POST" or page.only_looks():
        return page.show()
    if not page.is_valid():
        return page.show()
    try:
        key = page.form.cleaned_data["key"]
        given = homeworks.give(
            by=request.user,
            subject=part.teaching.subject,
            text=page.form.text,
            classes=page.classes,
            key=key,
        )
    except Refusal as refusal:
        messages.warning(request, f"{refusal.reason} {refusal.advice}".strip())
        return page.show()
    messages.success(request, _("The homework is in the plan."))
    if page.left_to_say(given):
        return redirect("continuity:homework_files", given.public_id)
    return redirect(address_of(part))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(is_teacher)
@keeps_what_was_typed
def edit_homework(request: PersonRequest, public_id: str) -> HttpResponse:
    """The text, by its writer (`writer_of`); else the dates of one’s own classes.

    Saved meanwhile by somebody: both are shown.
    """
    homework = get_object_or_404(
        Homework.objects.standing().kept_by(request.user).select_related("subject"),
        public_id=public_id,
    )
    mine = set(
        Assignment.objects.open_to(request.user)
        .filter(homework=homework)
        .values_list("teaching", flat=True)
    )
    page = _writing_of(request, homework, mine)
    if request.method != "POST" or page.only_looks() or not page.is_valid():
        return page.show()
    try:
        text = page.form.text if page.writes_text else None
        revision = page.form.cleaned_data["revision"] or 0
        homeworks.edit(
            homework=homework, revision=revision, by=request.user, text=text, classes=page.classes
        )
    except StaleSheet as stale:
        messages.warning(request, stale.reason)
        return page.show(saved=Homework.objects.get(pk=homework.pk))
    except Refusal as refusal:
        messages.warning(request, f"{refusal.reason} {refusal.advice}".strip())
        return page.show()
    if page.writes_text:
        page.left_to_say(homework)
    left = [row.teaching for row in page.rows if row.teaching.pk in mine and not row.is_chosen]
    messages.success(request, words_of_saving([one.school_class.name for one in left]))
    shown = homework.assignments.filter(teaching__in=mine).order_by("due_at").first()
    return (
        redirect("continuity:homework", shown.public_id)
        if shown
        else redirect("continuity:classes")
    )


def _writing_of(request: PersonRequest, homework: Homework, mine: set[int]) -> "HomeworkWriting":
    """The form of a homework that is given already.

    `mine`: the primary keys of its teachings that the person may change.
    """
    assignments = homework.assignments.select_related(
        "teaching__school_class__school", "teaching__subject"
    )
    has = {assignment.teaching: assignment for assignment in assignments}
    kept = [teaching for teaching in has if teaching.pk in mine]
    others = (
        [teaching for teaching in _together(request.user, kept[0]) if teaching not in has]
        if kept
        else []
    )
    today = timezone.localdate()
    first = {teaching: DatesForm.of(has[teaching]) for teaching in kept}
    first |= {teaching: _proposed(teaching, today) | {"given": False} for teaching in others}
    page = HomeworkWriting(
        request,
        [*kept, *others],
        first,
        homework.minutes,
        homework=homework,
        given=kept,
        writer=writer_of(homework, request.user),
        is_shared=len(kept) < len(has),
    )
    page.assignment = has[kept[0]] if kept else None
    return page


@require_safe
@requires(is_teacher)
def homework_load(request: PersonRequest) -> HttpResponse:
    """Load of the students with the chosen due dates: the part of the form that is fetched again
    when one is changed.
    """
    names = [
        name.removeprefix("class-").removesuffix("-due_on")
        for name in request.GET
        if name.endswith("-due_on")
    ]
    teachings = list(
        Teaching.objects.open_to(request.user)
        .filter(public_id__in=names)
        .select_related("school_class__school", "subject")
    )
    rows = [DatesForm(request.GET, teaching=teaching, is_given=False) for teaching in teachings]
    homework = (
        Homework.objects.kept_by(request.user)
        .filter(public_id=request.GET.get("homework", ""))
        .first()
    )
    checks = checks_of(
        rows, minutes_from(request.GET.get("minutes", "")), request.user, homework=homework
    )
    return render(request, "continuity/homework/homework_load.html", {"checks": checks})


class HomeworkWriting:
    """The form as it was opened or sent: the text, and a row of dates for each class."""

    def __init__(
        self,
        request: PersonRequest,
        teachings: list[Teaching],
        first: dict[Teaching, dict],
        minutes: int,
        *,
        part: PlanPart | None = None,
        homework: Homework | None = None,
        given=(),
        writer: Person | None = None,
        is_shared: bool = False,
        day: datetime.date | None = None,
    ):
        self.request, self.part, self.homework, self.day = request, part, homework, day
        self.writer = writer or request.user
        self.writes_text = self.writer == request.user
        self.sent = request.POST.copy() if request.method == "POST" else None
        self.minutes = minutes
        self.assignment: Assignment | None = None  # where to go back to
        self._set_a_lighter_day()
        self.form = HomeworkForm(
            self.sent,
            teaching=teachings[0] if teachings else None,
            initial=HomeworkForm.of(homework) if homework else {"key": public_id()},
        )
        there = (
            [one for one in homework.attachments.all() if not one.is_correction] if homework else []
        )
        self.files = FilesForm(self.sent, request.FILES or None, attachments=there)
        if not self.writes_text:
            self.form.fields = {"revision": self.form.fields["revision"]}
        is_alone = len(teachings) == 1 and not is_shared
        self.rows = [
            DatesForm(
                self.sent,
                initial=first[teaching],
                teaching=teaching,
                is_given=teaching in given,
                is_asked=not is_alone,
            )
            for teaching in teachings
        ]

    @property
    def step(self) -> str:
        return self.sent.get("step", "") if self.sent else ""

    def only_looks(self) -> bool:
        """Whether only the load, or another day, is asked for: nothing is validated or saved."""
        return self.step.startswith(("load", "day:"))

    def _set_a_lighter_day(self) -> None:
        """The button of the day that was offered: `day:<class>:<day>`."""
        if self.sent is not None and self.step.startswith("day:"):
            _kind, name, day = self.step.split(":", 2)
            self.sent[f"class-{name}-due_on"] = day

    def is_valid(self) -> bool:
        return all(
            [self.form.is_valid(), self.files.is_valid(), *(row.is_valid() for row in self.rows)]
        )

    def left_to_say(self, homework: Homework) -> bool:
        """Keeps the pictures and files that were sent; whether one wasn't taken, or isn't described
        yet.
        """
        not_taken = attachments.change(of=homework, files=self.files.wanted, by=self.request.user)
        undescribed = say_what_is_missing(
            self.request, homework.attachments.filter(is_correction=False), not_taken
        )
        return bool(not_taken or undescribed)

    @property
    def classes(self) -> dict:
        return {row.teaching: row.dates for row in self.rows if row.is_chosen}

    def show(self, *, saved: Homework | None = None) -> HttpResponse:
        form, rows = self.form, self.rows
        if saved is not None:
            # Saving again is then a decision over what was just shown, not an accident.
            replace_sent(form, "revision", saved.revision)
        minutes = minutes_from(
            self.sent.get("minutes", self.minutes) if self.sent else self.minutes
        )
        looks = self.only_looks()
        if self.request.FILES:
            messages.info(
                self.request,
                _("Choose the pictures and files once more: the form couldn’t keep them."),
            )
        context = {
            "form": form.not_judged() if looks else form,
            "rows": [row.not_judged() for row in rows] if looks else rows,
            "files": self.files,
            "is_judged": not looks and form.is_bound,
            "checks": checks_of(rows, minutes, self.request.user, homework=self.homework),
            "part": self.part,
            "homework": self.homework,
            "writes_text": self.writes_text,
            "writer": self.writer,
            "saved": saved,
            "day": self.day,
            "back": address_of(self.part) if self.part else "",
            "assignment": self.assignment,
        }
        name = (
            "continuity/homework/homework_edit.html"
            if self.homework
            else "continuity/homework/homework_new.html"
        )
        return render(self.request, name, context, status=CONFLICT if saved else 200)


def _day_in(part: PlanPart, written: str) -> datetime.date:
    """The day that the planner names, in the part's week; else its first day with class from today
    on.
    """
    first, last = part.plan.monday, part.plan.monday + 6 * ONE_DAY
    try:
        day = datetime.date.fromisoformat(written)
    except ValueError:
        day = min(max(first, timezone.localdate()), last)
    return min(max(day, first), last)


def _together(person: Person, teaching: Teaching) -> list[Teaching]:
    """This one, then the person's other classes in the same subject and school, which may be given
    the same text.
    """
    found = (
        Teaching.objects.open_to(person)
        .filter(subject=teaching.subject_id, school_class__school=teaching.school_class.school_id)
        .exclude(pk=teaching.pk)
        .select_related("school_class__school", "subject")
        .order_by("school_class__name", "pk")
    )
    return [teaching, *found]


def _proposed(teaching: Teaching, day: datetime.date) -> dict:
    """Due at the beginning of a lesson to come, never in holidays (case C5); where there is no
    timetable, a week later in the evening.
    """
    today = timezone.localdate()
    from_day = max(day, today)
    days = school_days(teaching.school_class.school)
    lessons = class_hours(
        [teaching], from_day + AT_LEAST * ONE_DAY, from_day + AT_MOST * ONE_DAY, days
    )
    if lessons:
        due_on, due_hour = lessons[0].day, lessons[0].hour.begins
    else:
        due_on, due_hour = days.next_day_with_class(from_day + ONE_WEEK), SIX_IN_THE_EVENING
    return {"day": day, "due_on": due_on, "due_hour": due_hour}
