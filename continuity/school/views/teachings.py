"""Pages for a school's leaders on a class: who gives which subject, and who stands in."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from continuity.school.forms.classes import (
    StandInForm,
    TeacherForm,
    TeachingForm,
)
from continuity.school.queries.classes import (
    teachers_from,
    teachers_of,
)
from continuity.school.queries.left_over import days_left_over
from continuity.school.services import school
from continuity.school.views.class_keeping import back_to, page_of
from continuity.school.views.classes import led_class
from continuity.school.views.form_page import form_page
from courses.dates import day_asked
from courses.exceptions import Refusal
from courses.notices import warn_of_saved
from courses.people.enums import Role
from courses.people.exceptions import HasEnded
from courses.people.models import SchoolClass, StandIn, Teaching
from courses.people.permissions import PersonRequest, is_leader, requires
from courses.people.rules.memberships import is_there, last_day_there
from courses.people.services import teachings
from courses.templatetags.passerelle import day as day_words
from courses.templatetags.passerelle import day_short


def led_teaching(request: PersonRequest, public_id: str) -> Teaching:
    led = SchoolClass.objects.led_by(request.user)
    found = Teaching.objects.filter(school_class__in=led).select_related(
        "school_class__school", "subject", "teacher"
    )
    return get_object_or_404(found, public_id=public_id)


@require_http_methods(["GET", "POST"])
@requires(is_leader)
def give_teaching(request: PersonRequest, public_id: str) -> HttpResponse:
    school_class = led_class(request, public_id)

    def act(given):
        teaching = school.give_teaching(school_class=school_class, by=request.user, **given)
        said = _("%(teacher)s gives %(subject)s in %(class)s from %(day)s on.")
        values = {
            "teacher": teaching.teacher.display_name,
            "subject": teaching.subject,
            "class": school_class.name,
        }
        messages.success(request, said % {**values, "day": day_words(given["since"])})
        if not teaching.hours.exists():
            messages.info(request, _("It has no hours yet: enter them in the class’s timetable."))
        _say_when_they_leave(request, teaching)
        return redirect(page_of(school_class))

    page = back_to(school_class, _("A subject and its teacher"), _("Give the subject"), icon="plus")
    teachers = teachers_from(school_class.school, timezone.localdate())
    return form_page(
        request,
        page,
        TeachingForm(
            request.POST or None,
            teachers=teachers,
            initial={
                "subject": request.GET.get("subject", ""),
                "since": day_asked(request.GET.get("since")) or timezone.localdate(),
            },
        ),
        act,
    )


@require_http_methods(["GET", "POST"])
@requires(is_leader)
def hand_over(request: PersonRequest, public_id: str) -> HttpResponse:
    """Somebody else has it from today, with all that hangs on it."""
    teaching = led_teaching(request, public_id)
    school_class = teaching.school_class
    if request.method == "GET" and _says_it_has_ended(request, teaching):
        return redirect(page_of(school_class))

    def act(given):
        held = school.hand_over(teaching=teaching, to=given["teacher"], by=request.user)
        said = _("%(teacher)s has %(subject)s in %(class)s from %(day)s on.")
        if held.until:
            said = _("%(teacher)s has %(subject)s in %(class)s from %(day)s until %(last)s.")
        days = {
            "day": day_words(max(held.since, timezone.localdate())),
            "last": day_words(held.last_day),
        }
        messages.success(request, said % {**_named(held), **days})
        _say_when_they_leave(request, held)
        return redirect(page_of(school_class))

    lead = _(
        "From now on the other teacher has the hours, plans, homework and what waits for an answer."
        " What %(teacher)s wrote stays under that name."
    )
    page = back_to(
        school_class,
        _("Hand over: %(subject)s") % {"subject": teaching.subject},
        _("Hand over"),
        icon="arrow-right",
        lead=lead % {"teacher": teaching.teacher.display_name},
    )
    teachers = teachers_of(school_class.school, timezone.localdate())
    if request.method != "POST":  # pressed twice, it is theirs already
        teachers = teachers.exclude(pk=teaching.teacher_id)
    return form_page(request, page, TeacherForm(request.POST or None, teachers=teachers), act)


def _says_it_has_ended(request: PersonRequest, teaching: Teaching) -> bool:
    """Warn if the teaching has ended: its form could only be refused."""
    if teaching.until is None or teaching.until > timezone.localdate():
        return False
    refusal = HasEnded(
        teacher=teaching.teacher.display_name,
        subject=teaching.subject.title,
        school_class=teaching.school_class.name,
    )
    messages.warning(request, f"{refusal.reason} {refusal.advice}".strip())
    return True


def _say_when_they_leave(request: PersonRequest, given: Teaching) -> None:
    """Warn if the teacher's last day at the school is known: nobody gives the subject after it."""
    school, first = given.school_class.school, max(given.since, timezone.localdate())
    last = last_day_there(Role.TEACHER, school, first, list(given.teacher.memberships.all()))
    if last and (given.last_day is None or last < given.last_day):
        said = _(
            "%(teacher)s is a teacher of %(school)s until %(day)s: give the subject to whoever"
            " follows from the day after on."
        )
        values = {"teacher": given.teacher.display_name, "school": school.name}
        warn_of_saved(request, said % {**values, "day": day_words(last)})


def _what_has_ended(held: Teaching, teaching: Teaching, *, hours: int) -> str:
    if held.until and held.until <= timezone.localdate():
        return _("%(teacher)s no longer gives %(subject)s in %(class)s.")
    if held.pk is None and hours:
        return _(
            "Taken back: %(teacher)s doesn’t give %(subject)s in %(class)s. The hours entered for it"
            " are out of the timetable, too."
        )
    if held.pk is None:
        return _("Taken back: %(teacher)s doesn’t give %(subject)s in %(class)s.")
    memberships = list(held.teacher.memberships.all())
    if not is_there(Role.TEACHER, held.school_class.school, timezone.localdate(), memberships):
        return _(
            "%(subject)s in %(class)s ends today for %(teacher)s, who is no longer at the school."
            " What was written is kept."
        )
    if hours:
        return _(
            "Today is the last day on which %(teacher)s gives %(subject)s in %(class)s. Its hours"
            " end, too; what was written is kept."
        )
    return _(
        "Today is the last day on which %(teacher)s gives %(subject)s in %(class)s. What was"
        " written is kept."
    )


def _named(teaching: Teaching) -> dict:
    return {
        "teacher": teaching.teacher.display_name,
        "subject": teaching.subject,
        "class": teaching.school_class.name,
    }


@require_POST
@requires(is_leader)
def end_teaching(request: PersonRequest, public_id: str) -> HttpResponse:
    teaching = led_teaching(request, public_id)
    hours = teaching.hours.count()
    try:
        held = school.end_teaching(teaching=teaching, by=request.user)
    except Refusal as refusal:
        messages.warning(request, f"{refusal.reason} {refusal.advice}".strip())
    else:
        messages.success(request, _what_has_ended(held, teaching, hours=hours) % _named(teaching))
        if dates := days_left_over(teaching):
            said = ngettext(
                "Students see a video class of %(subject)s on %(days)s: whoever gives the subject"
                " then can open, move or cancel it. If nobody does, it stays closed.",
                "Students see video classes of %(subject)s on %(days)s: whoever gives the subject"
                " then can open, move or cancel them. If nobody does, they stay closed.",
                len(dates),
            )
            days = get_text_list([day_short(day) for day in dates], _("and"))
            messages.info(request, said % {"subject": teaching.subject, "days": days})
    return redirect(page_of(teaching.school_class))


@require_http_methods(["GET", "POST"])
@requires(is_leader)
def stand_in(request: PersonRequest, public_id: str) -> HttpResponse:
    teaching = led_teaching(request, public_id)
    school_class = teaching.school_class
    if request.method == "GET" and _says_it_has_ended(request, teaching):
        return redirect(page_of(school_class))

    def act(given):
        teachings.stand_in(teaching=teaching, by=request.user, **given)
        said = _("%(teacher)s stands in on these days.")
        messages.success(request, said % {"teacher": given["teacher"].display_name})
        return redirect(page_of(school_class))

    lead = _("For %(teacher)s.") % {"teacher": teaching.teacher.display_name}
    page = back_to(
        school_class,
        _("A stand-in: %(subject)s") % {"subject": teaching.subject},
        _("Name the stand-in"),
        lead=lead,
    )
    teachers = teachers_from(school_class.school, timezone.localdate()).exclude(
        pk=teaching.teacher_id
    )
    return form_page(request, page, StandInForm(request.POST or None, teachers=teachers), act)


@require_POST
@requires(is_leader)
def withdraw_stand_in(request: PersonRequest, public_id: str) -> HttpResponse:
    led = Q(teaching__school_class__in=SchoolClass.objects.led_by(request.user))
    found = get_object_or_404(
        StandIn.objects.filter(led).select_related("teacher", "teaching__school_class"),
        public_id=public_id,
    )
    teachings.withdraw_stand_in(stand_in=found, by=request.user)
    messages.success(
        request, _("%(teacher)s no longer stands in.") % {"teacher": found.teacher.display_name}
    )
    return redirect(page_of(found.teaching.school_class))
