"""Who comes to a session, for an adviser: the list on screen, on paper, as a file; writing
to them, and the dates of one of them.
"""

import uuid
from collections.abc import Mapping
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from courses.agenda.models import Meeting
from courses.agenda.queries import series_in_words
from courses.dates import day_and_hour
from courses.exceptions import Refusal
from courses.fields import replace_sent
from courses.people.permissions import (
    PersonRequest,
    is_planner,
    is_trainer_or_planner,
    keeps_what_was_typed,
    requires,
)
from courses.tables.services.files import write_rows
from training.forms.participants import MessageForm
from training.forms.reasons import DatesOfSomebodyForm
from training.models import Enrolment, MissedDate, Participation, Session
from training.queries import filling, participants
from training.queries.attendance import attested_dates
from training.queries.ending_memberships import ending_memberships
from training.queries.late_entry import late_entry
from training.queries.leading import is_led_by_dates
from training.queries.proposals import proposal_of
from training.rules import (
    dates_as_read,
    is_date_owed,
    percent_of_date,
    percent_within_reach,
    what_comes_next,
    why_not_place,
    why_not_take_date_again,
    why_not_undo_missed,
)
from training.services import one_date, session_messages
from training.values import AttestedDate
from training.views.planning import find, find_led_or_planned, how_a_session_stands
from training.views.trainer import unseen_of


@requires(is_planner)
def session_people(request: PersonRequest, public_id: str) -> HttpResponse:
    """The session as its adviser sees it: dates, who comes and since when, what was changed and
    written.
    """
    now = timezone.now()
    session = find(request, public_id)
    rows = participants.participants(session)
    meetings = filling.meetings_with_sheets(session)
    missed = [one for m in meetings if (one := getattr(m, "missed_date", None))]
    late = late_entry(session, now=now)
    trainers = list(session.trainers.all())
    held, moved_on = filling.count_on_other_dates(session) if session.is_cancelled else (0, 0)
    context = {
        "session": session,
        "in_words": series_in_words(session.series, meetings),
        "standing": how_a_session_stands(session, now),
        "meetings": meetings,
        "trainers": trainers,
        "ending": ending_memberships(now, among=[session]),
        "is_led_by_dates": not trainers and is_led_by_dates(session, now=now),
        "seated": [row for row in rows if row.enrolment.holds_a_seat],
        "waiting": [row for row in rows if row.is_in_the_list],
        "gone": [row for row in rows if not row.enrolment.holds_a_seat and not row.is_in_the_list],
        "offers": filling.log_of_offers(session) if any(r.has_waited for r in rows) else [],
        "what_comes_next": what_comes_next(session, now=now),
        "held_elsewhere": held,
        "moved_on": moved_on,
        "changes": list(session.changes.select_related("by")),
        "messages_sent": list(session.messages.select_related("by")),
        "returning": sum(
            row.person.returns_mail
            for row in rows
            if row.enrolment.holds_a_seat or row.is_in_the_list
        ),
        "is_over": session.ends_at <= now,
        "unseen": unseen_of(session, meetings, now),
        "undoable": [one for one in missed if _can_undo(session, one, now)],
        "owes": any(is_date_owed(session, one) for one in missed),
        "has_begun": session.starts_at <= now,
        "can_enrol": session.is_open and why_not_place(session, late=late, now=now) is None,
        "with_dates": _with_dates_to_change(session, rows, meetings, now),
        "cancellable": {row.enrolment.pk for row in rows if row.enters_at and now < row.enters_at},
        "proposal": proposal_of(session) if session.is_draft else None,
        "now": now,
    }
    return render(request, "training/planning/people.html", context)


def _with_dates_to_change(
    session: Session,
    rows: list[participants.Participant],
    meetings: list[Meeting],
    now: datetime,
) -> set[int]:
    """Return a series' seats whose dates to come can be changed."""
    to_come = [one for one in meetings if not one.is_cancelled and one.starts_at > now]
    if session.is_cancelled or session.is_draft or len(meetings) < 2 or not to_come:
        return set()
    return {row.enrolment.pk for row in rows if row.enrolment.holds_a_seat}


def _can_undo(session: Session, missed: MissedDate, now: datetime) -> bool:
    return why_not_undo_missed(session, missed=missed, now=now) is None


@require_http_methods(["GET", "HEAD", "POST"])
@requires(is_planner)
@keeps_what_was_typed
def dates_of_somebody(request: PersonRequest, public_id: str) -> HttpResponse:
    """Choose on which dates to come the holder of a seat is expected, with a reason
    that they read.
    """
    enrolment = get_object_or_404(
        Enrolment.objects.holding_a_seat().select_related("teacher", "school"), public_id=public_id
    )
    enrolment.session = session = find(request, enrolment.session.public_id)
    now = timezone.now()
    dates = list(enrolment.participations.select_related("meeting__occurrence"))
    dates.sort(key=lambda one: one.meeting.starts_at)
    for one in dates:
        one.enrolment = enrolment
    to_come = [one for one in dates if why_not_take_date_again(one, now=now) is None]
    meetings, attested = list(session.meetings), attested_dates(enrolment)
    form = DatesOfSomebodyForm(
        request.POST or None,
        choices=[
            (one.meeting.public_id, _date_to_choose(one, meetings, attested)) for one in to_come
        ],
        initial={
            "dates": [one.meeting.public_id for one in to_come if not one.is_withdrawn],
            "read": dates_as_read(dates),
        },
    )
    if form.is_valid():
        chosen = [
            one.meeting for one in to_come if one.meeting.public_id in form.cleaned_data["dates"]
        ]
        try:
            changed = one_date.change_for_somebody(
                enrolment=enrolment,
                expected=chosen,
                by=request.user,
                reason=form.cleaned_data["reason"],
                read=form.cleaned_data["read"],
            )
        except Refusal as refusal:
            form.add_error(None, f"{refusal.reason} {refusal.advice}".strip())
            replace_sent(form, "read", dates_as_read(dates))
        else:
            said = (
                _("The dates of %(name)s are changed: they are told by email.")
                if changed
                else _("Nothing changed for %(name)s.")
            )
            messages.success(request, said % {"name": enrolment.teacher.display_name})
            return redirect("training:session_people", session.public_id)
    context = {
        "session": session,
        "enrolment": enrolment,
        "form": form,
        "to_come": to_come,
        "within_reach": percent_within_reach(
            meetings,
            [one.meeting for one in dates if not one.is_withdrawn],
            attested,
        ),
    }
    return render(
        request,
        "training/planning/dates_of_somebody.html",
        context,
        status=422 if form.is_bound else 200,
    )


def _date_to_choose(
    one: Participation, meetings: list[Meeting], attested: Mapping[int, AttestedDate]
) -> str:
    """Return the date with its share of the length of all dates, which a certificate asks for, and
    with why it was given back or taken away: what the form changes is what the planner reads.
    """
    when = _("%(when)s (%(percent)s %%)") % {
        "when": day_and_hour(one.meeting.starts_at),
        "percent": percent_of_date(one.meeting, meetings, attested),
    }
    if not one.is_withdrawn:
        return when
    said = {"when": when, "reason": one.reason}
    if one.decided_by_id:
        return _("%(when)s: taken away by a planner, “%(reason)s”") % said
    if not one.reason:
        return _("%(when)s: given back") % said
    return _("%(when)s: given back, “%(reason)s”") % said


@requires(is_planner)
def export_people(request: PersonRequest, public_id: str) -> HttpResponse:
    """The list as a file that a French spreadsheet opens. Who took it is logged."""
    session = find(request, public_id)
    headings = [
        _("Family name"),
        _("First name"),
        _("School"),
        "UAI",
        _("State"),
        _("Turn"),
        _("Enrolled on"),
        _("How enrolled"),
        _("Email address"),
        _("Dates given back"),
        _("Entered late, for the dates from"),
    ]
    content = write_rows(headings, [cells(row) for row in participants.participants(session)])
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="session-{session.public_id}.csv"'
    session_messages.record_export(session=session, by=request.user)
    return response


def cells(row: participants.Participant) -> list[str]:
    enrolment, person = row.enrolment, row.person
    return [
        person.last_name,
        person.given_name,
        str(enrolment.school),
        enrolment.school.uai or "",
        enrolment.get_state_display(),
        str(row.turn or ""),
        f"{timezone.localtime(enrolment.asked_at):%d/%m/%Y %H:%M}",
        enrolment.get_origin_display(),
        person.email or "",
        ", ".join(
            f"{timezone.localtime(one.meeting.starts_at):%d/%m/%Y}" for one in row.given_back
        ),
        f"{timezone.localtime(row.enters_at):%d/%m/%Y}" if row.enters_at else "",
    ]


@requires(is_trainer_or_planner)
@keeps_what_was_typed
def message_people(request: PersonRequest, public_id: str) -> HttpResponse:
    """Write, see it as it will be and to whom it goes, then send. Sending is idempotent.

    A trainer writes to those who have a seat, and reads how many they are, without names.
    """
    session, plans = find_led_or_planned(request.user, public_id), is_planner(request.user)
    form = MessageForm(request.POST or None, initial={"key": uuid.uuid4()})
    if not plans:
        del form.fields["also_waiting"]
    is_valid = request.method == "POST" and form.is_valid()
    if is_valid and request.POST.get("step") == "send":
        session_messages.message(session=session, by=request.user, **form.cleaned_data)
        also_waiting = form.cleaned_data.get("also_waiting", False)
        count = filling.readers_of_a_message(session, also_waiting=also_waiting).count()
        messages.success(
            request,
            ngettext("One person gets an email.", "%(count)s people get an email.", count)
            % {"count": count},
        )
        page = "training:session_people" if plans else "training:my_session"
        return redirect(page, session.public_id)
    also_waiting = is_valid and form.cleaned_data.get("also_waiting", False)
    readers = filling.readers_of_a_message(session, also_waiting=also_waiting)
    context = {
        "session": session,
        "form": form,
        "is_preview": is_valid,
        "plans": plans,
        "readers": list(readers) if plans else [],
        "number": readers.count(),
        "writer": request.user.display_name,
    }
    return render(request, "training/planning/message.html", context)
