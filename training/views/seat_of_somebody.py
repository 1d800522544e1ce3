"""One seat in a planner's hand: somebody is enrolled, or loses a seat or turn, with a reason."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.exceptions import Refusal
from courses.people.models import Person
from courses.people.permissions import PersonRequest, is_planner, keeps_what_was_typed, requires
from training.forms.participants import EnrolSomebodyForm, TeacherSearchForm
from training.forms.reasons import ReasonForOneForm
from training.models import Enrolment, Session
from training.queries.attendance import attested_for_nobody
from training.queries.late_entry import enters_at, late_entry_for
from training.queries.rights import may_enrol_through
from training.queries.sessions import schools_at_quota
from training.queries.teachers import teachers_found, teachers_of_today
from training.rules import (
    has_seat_for_late_entry,
    what_late_entry_gives,
    where_a_seat_goes,
    why_no_right,
    why_not_admit,
    why_not_cancel,
    why_not_place,
)
from training.services import adviser_enrolment, waiting_list
from training.services import enrolment as enrolments
from training.views.planning import find


@requires(is_planner)
def enrol_somebody(request: PersonRequest, public_id: str) -> HttpResponse:
    """Find a teacher, read whether the rule lets them in, enrol them with a reason.

    Never over capacity in silence.
    """
    session = find(request, public_id)
    search = TeacherSearchForm(request.GET if "q" in request.GET else None)
    chosen_id = request.POST.get("teacher") or request.GET.get("teacher")
    teacher = get_object_or_404(teachers_of_today(), public_id=chosen_id) if chosen_id else None
    context = {"session": session, "search": search, "teacher": teacher, "found": None}
    if teacher:
        facts = _how_they_stand(session, teacher)
        can_wait = facts["already"] is None or facts["already"].is_waiting
        form = EnrolSomebodyForm(
            request.POST or None,
            initial={"teacher": teacher.public_id},
            over_by=facts["over_by"] if can_wait else 0,
            is_refused=facts["may_be_admitted"],
            is_late=facts["late"] is not None,
        )
        if request.method == "POST" and form.is_valid() and _enrol(request, session, teacher, form):
            return redirect("training:session_people", session.public_id)
        context |= {"form": form, **_how_they_stand(session, teacher)}
    elif search.is_bound and search.is_valid():
        context["found"] = teachers_found(search.cleaned_data["q"])
    return render(request, "training/planning/enrol.html", context)


def _how_they_stand(session: Session, teacher: Person) -> dict[str, Any]:
    """Return this teacher's refusal, and whether a planner may open the session to them."""
    now = timezone.now()
    already = session.open_enrolments().filter(teacher=teacher).select_related("school").first()
    late = late_entry_for(teacher, session, now=now)
    days = late.days if late else ()
    too_late = why_not_place(session, late=late, now=now)
    entitlement, standing = may_enrol_through(session, teacher, days)
    is_admitted = already is not None and already.is_admitted
    refusal = too_late
    if not refusal and not is_admitted:
        refusal = why_no_right(session, entitlement=entitlement, standing=standing, days=days)
    has_late_seat = late is not None and already is not None and already.holds_a_seat
    school = already.school if already else entitlement and entitlement.school
    is_at_quota = school and (session.pk, school.pk) in schools_at_quota([session])
    return {
        "refusal": None if has_late_seat else refusal,
        "may_be_admitted": refusal is not None
        and too_late is None
        and not has_late_seat
        and why_not_admit(refusal) is None,
        "late": late,
        "what_is_left": (
            what_late_entry_gives(
                late,
                threshold_percent=session.threshold_percent,
                attested=attested_for_nobody(session),
            )
            if late and too_late is None and not has_late_seat
            else []
        ),
        "entitlement": entitlement,
        "already": already,
        "over_by": _over_by(session),
        "is_at_quota": is_at_quota and not (already and already.holds_a_seat),
    }


def _over_by(session: Session) -> int:
    """How many people more than seats there would be with one more; 0 while a seat is free for
    whoever comes next, after the start for whoever enters late.
    """
    now, taken = timezone.now(), session.count_seats_taken()
    if session.starts_at <= now:
        is_free = has_seat_for_late_entry(session, taken=taken)
    else:
        is_free = waiting_list.has_a_free_seat(session, now)
    return 0 if is_free else max(taken + 1 - session.capacity, 1)


def _enrol(
    request: PersonRequest, session: Session, teacher: Person, form: EnrolSomebodyForm
) -> bool:
    said = form.cleaned_data
    over = said.get("full") == EnrolSomebodyForm.OVER or said.get("one_more", False)
    waited = session.enrolments.waiting().filter(teacher=teacher).exists()
    had_a_seat = session.enrolments.holding_a_seat().filter(teacher=teacher).exists()
    try:
        enrolment = adviser_enrolment.enrol_by_adviser(
            session=session,
            teacher=teacher,
            by=request.user,
            reason=said["reason"],
            over_capacity=over,
            all_the_same=said["all_the_same"],
        )
    except Refusal as refusal:
        messages.warning(request, f"{refusal.reason} {refusal.advice}".strip())
        return False
    if enrolment.is_waiting:
        is_told = _("%(name)s is in the waiting list, and is told.")
        stays = _("%(name)s is in the waiting list already: nothing has changed.")
        messages.info(request, (stays if waited else is_told) % {"name": teacher.display_name})
    elif had_a_seat and said["all_the_same"]:
        kept = _("%(name)s keeps the seat, and is told.")
        messages.success(request, kept % {"name": teacher.display_name})
    elif enrolment.over_capacity:
        over_now = session.count_seats_taken() - session.capacity
        said_so = _("%(name)s has a seat, over capacity by %(n)s, and is invited.")
        messages.success(request, said_so % {"name": teacher.display_name, "n": over_now})
    else:
        messages.success(
            request, _("%(name)s has a seat, and is invited.") % {"name": teacher.display_name}
        )
    return True


@requires(is_planner)
@keeps_what_was_typed
def cancel_for_somebody(request: PersonRequest, public_id: str) -> HttpResponse:
    """Take back somebody's seat or turn, with a reason that they read."""
    enrolment = get_object_or_404(
        Enrolment.objects.still_open().select_related("teacher", "school"), public_id=public_id
    )
    session = find(request, enrolment.session.public_id)
    enrolment.session = session
    form = ReasonForOneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            enrolments.cancel(
                enrolment=enrolment, by=request.user, reason=form.cleaned_data["reason"]
            )
        except Refusal as refusal:
            messages.warning(request, refusal.reason)
        else:
            messages.success(
                request,
                _("%(name)s no longer has a seat or a turn, and is told.")
                % {"name": enrolment.teacher.display_name},
            )
        return redirect("training:session_people", session.public_id)
    now = timezone.now()
    had_a_seat = enrolment.holds_a_seat or enrolment.is_offered or enrolment.is_held
    taken, waiting = session.count_seats_taken(), session.enrolments.waiting().count()
    context = {
        "session": session,
        "enrolment": enrolment,
        "form": form,
        "refusal": why_not_cancel(enrolment, now=now, enters_at=enters_at(enrolment)),
        "where_the_seat_goes": (
            where_a_seat_goes(session, taken=taken, waiting=waiting, now=now) if had_a_seat else ""
        ),
    }
    return render(request, "training/planning/cancel_enrolment.html", context)
