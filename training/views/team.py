"""A planner enrols a team at once, from a list of logins: what became of each is said."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.exceptions import Refusal
from courses.people.models import Person
from courses.people.permissions import PersonRequest, is_planner, keeps_what_was_typed, requires
from training.forms.participants import EnrolTeamForm
from training.models import Enrolment, Session
from training.queries.attendance import attested_for_nobody
from training.queries.late_entry import late_entry
from training.queries.rights import seats_by_school
from training.queries.teachers import teachers_named
from training.rules import what_late_entry_gives, why_not_place
from training.services import adviser_enrolment
from training.views.planning import find


@dataclass(frozen=True)
class TeamOutcome:
    """Outcome for one name of the list; `tone` and `sign` are those of a state's badge."""

    name: str
    tone: str
    sign: str
    words: str
    why: str = ""
    is_settled: bool = True


@requires(is_planner)
@keeps_what_was_typed
def enrol_team(request: PersonRequest, public_id: str) -> HttpResponse:
    """Each by the same rule as alone. Who couldn't be enrolled stays in the box, with the reason."""
    session, now = find(request, public_id), timezone.now()
    late = late_entry(session, now=now)
    is_late = late is not None
    form, outcomes = EnrolTeamForm(request.POST or None, is_late=is_late), []
    if request.method == "POST" and form.is_valid():
        names, reason = form.cleaned_data["people"], form.cleaned_data["reason"]
        one_more = form.cleaned_data.get("one_more", False)
        outcomes = _enrolled(
            session, names, reason=reason, is_late=is_late, one_more=one_more, by=request.user
        )
        left = [one.name for one in outcomes if not one.is_settled]
        form = EnrolTeamForm(
            initial={"people": "\n".join(left), "reason": reason, "one_more": one_more},
            is_late=is_late,
        )
    why_not = why_not_place(session, late=late, now=now)
    context = {
        "session": find(request, public_id),
        "form": form,
        "outcomes": outcomes,
        "why_not": why_not,
        "what_is_left": (
            what_late_entry_gives(
                late,
                threshold_percent=session.threshold_percent,
                attested=attested_for_nobody(session),
            )
            if late and why_not is None
            else []
        ),
        "settled": sum(one.is_settled for one in outcomes),
    }
    return render(request, "training/planning/team.html", context)


def _enrolled(
    session: Session,
    names: list[str],
    *,
    reason: str,
    is_late: bool,
    one_more: bool,
    by: Person,
) -> list[TeamOutcome]:
    """`is_late`: who waited for a seat until the start has one by this."""
    teachers = teachers_named(names)
    enrolled = session.enrolments.holding_a_seat() if is_late else session.open_enrolments()
    here = set(enrolled.values_list("teacher", flat=True))
    outcomes = []
    for name in names:
        teacher = teachers.get(name.casefold())
        if teacher is None:
            outcomes.append(_unknown(name))
        elif teacher.pk in here:
            words = _("Enrolled already") if is_late else _("Enrolled or waiting already")
            outcomes.append(TeamOutcome(teacher.display_name, "calm", "check", words))
        else:
            here.add(teacher.pk)  # login and address of one person
            outcomes.append(
                _one(session, teacher, name=name, reason=reason, one_more=one_more, by=by)
            )
    return outcomes


def _unknown(name: str) -> TeamOutcome:
    why = _("No teacher has this login or email address today.")
    return TeamOutcome(name, "warn", "circle-alert", _("Not found"), why, is_settled=False)


def _one(
    session: Session, teacher: Person, *, name: str, reason: str, one_more: bool, by: Person
) -> TeamOutcome:
    try:
        enrolment = adviser_enrolment.enrol_by_adviser(
            session=session, teacher=teacher, by=by, reason=reason, over_capacity=one_more
        )
    except Refusal as refusal:
        why = _("%(name)s: %(why)s") % {"name": teacher.display_name, "why": refusal.reason}
        return TeamOutcome(name, "warn", "circle-alert", _("Not enrolled"), why, is_settled=False)
    if enrolment.is_waiting:
        return TeamOutcome(teacher.display_name, "wait", "hourglass", _("In the waiting list"))
    why = _beyond_the_quota(session, enrolment)
    return TeamOutcome(teacher.display_name, "done", "circle-check", _("Has a seat"), why)


def _beyond_the_quota(session: Session, enrolment: Enrolment) -> str:
    """A planner may go beyond it: it is said, as in the form for one."""
    quota = session.school_quota
    taken = seats_by_school([session.pk]).get((session.pk, enrolment.school_id), 0) if quota else 0
    if not quota or taken <= quota:
        return ""
    said = ngettext(
        "%(school)s has %(taken)s seats with this one: a school can have %(count)s seat.",
        "%(school)s has %(taken)s seats with this one: a school can have %(count)s seats.",
        quota,
    )
    return said % {"school": enrolment.school, "taken": taken, "count": quota}
