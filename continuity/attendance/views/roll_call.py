"""The roll: the list of hours, one roll to take and close, a closed one to correct."""

import datetime
import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from continuity.attendance.exceptions import RollClosed
from continuity.attendance.forms.roll_call import RollCorrectionForm, RollForm
from continuity.attendance.queries.roll_call import ONE_DAY, RollHour, RollStage, hours_for
from continuity.attendance.queries.rolls import (
    away_in,
    corrections_of,
    earlier_that_day,
    left_off,
    lines_for,
)
from continuity.attendance.rules import why_not_take
from continuity.attendance.services import roll_call as rolls
from continuity.attendance.views.roll_rows import carry_over, rows_of, said, tallies
from continuity.enums import Mode
from continuity.models import RollCall, RollLine, Stranger
from continuity.models.roll_call import FINISHED_FOR
from continuity.permissions import (
    RollRights,
    is_staff_of_a_school,
    leads_school_of,
    looks_after_somebody_on,
    writes_in,
)
from courses.dates import day_asked
from courses.exceptions import Refusal, StaleSheet
from courses.people.models import Teaching
from courses.people.permissions import (
    PersonRequest,
    is_teacher,
    keeps_what_was_typed,
    posted_from,
    requires,
)

WINDOW = FINISHED_FOR


@require_safe
@requires(is_teacher)
def roll_list(request: PersonRequest) -> HttpResponse:
    """Today's hours, then those of two weeks: not taken first."""
    now, today = timezone.now(), timezone.localdate()
    last = min(day_asked(request.GET.get("until")) or today, today)
    hours = hours_for(request.user, last - WINDOW + ONE_DAY, last)
    of_today = [hour for hour in hours if hour.day == today]
    past = [hour for hour in reversed(hours) if hour.day < today]
    context = {
        "today": today if last == today else None,
        "of_today": [_shown(hour, now) for hour in of_today],
        "not_taken": [_shown(hour, now) for hour in past if hour.stage(now) == RollStage.NOT_TAKEN],
        "taken": [_shown(hour, now) for hour in past if hour.stage(now) == RollStage.TAKEN],
        "first": last - WINDOW + ONE_DAY,
        "last": last,
        "earlier": last - WINDOW,
        "later": min(last + WINDOW, today) if last < today else None,
    }
    return render(request, "continuity/attendance/rolls.html", context)


def _shown(hour: RollHour, now: datetime.datetime) -> dict:
    stage = hour.stage(now)
    return {
        "hour": hour,
        "stage": stage.name,
        "can_begin": stage != RollStage.TAKEN and why_not_take(hour.starts_at, now=now) is None,
    }


@require_POST
@requires(is_teacher)
def begin_roll(request: PersonRequest) -> HttpResponse:
    """Make the roll of one hour of the list: a teaching's, beginning at an instant."""
    hour = _hour(request)
    try:
        roll = rolls.begin(hour=hour)
    except Refusal as refusal:
        messages.warning(request, refusal.reason)
        return redirect("continuity:rolls")
    return redirect("continuity:roll", roll.public_id)


def _hour(request: PersonRequest) -> RollHour:
    try:
        starts_at = datetime.datetime.fromisoformat(request.POST.get("starts_at", ""))
        day = timezone.localdate(starts_at)
    except (ValueError, OverflowError):  # no instant, of no zone, before or after all days
        raise Http404 from None
    if day_asked(day.isoformat()) is None:
        raise Http404
    asked = request.POST.get("teaching")
    hours = [one for one in hours_for(request.user, day, day) if one.starts_at == starts_at]
    if exact := next((one for one in hours if one.teaching.public_id == asked), None):
        return exact
    # A page read before its hour and a video class that was left over became one.
    given = get_object_or_404(Teaching, public_id=asked)
    same = (given.school_class_id, given.subject_id)
    for hour in hours:
        if (hour.teaching.school_class_id, hour.teaching.subject_id) == same:
            return hour
    raise Http404


@require_safe
@requires(is_staff_of_a_school)
def roll(request: PersonRequest, public_id: str) -> HttpResponse:
    """A roll: its teacher takes it, those who look after its students read it."""
    return render(request, "continuity/attendance/roll.html", _context(request, _roll(public_id)))


@posted_from("continuity:roll")
@requires(is_staff_of_a_school)
@keeps_what_was_typed
def save_roll(request: PersonRequest, public_id: str) -> HttpResponse:
    return _write(request, public_id, rolls.save)


@posted_from("continuity:roll")
@requires(is_staff_of_a_school)
@keeps_what_was_typed
def close_roll(request: PersonRequest, public_id: str) -> HttpResponse:
    return _write(request, public_id, rolls.close)


def _write(request: PersonRequest, public_id: str, service) -> HttpResponse:
    """Save or close the roll. An invalid or outdated form is shown again with the typed values."""
    found = _roll(public_id)
    if not writes_in(request.user, found):
        raise Http404
    form = RollForm(list(found.lines.all()), request.POST)
    if not found.is_closed and not form.is_valid():
        messages.error(request, _("This can’t be saved yet: see what is missing below."))
        found.revision = form.revision  # an outdated form stays one
        return render(
            request,
            "continuity/attendance/roll.html",
            _context(request, found, form),
            status=422,
        )
    try:
        written = service(
            roll=found,
            marks=form.marks,
            strangers=form.strangers,
            revision=form.revision,
            by=request.user,
        )
    except (StaleSheet, RollClosed) as refusal:
        messages.warning(request, refusal.reason)
        return render(
            request,
            "continuity/attendance/roll.html",
            _context(request, _roll(public_id), form),
            status=409,
        )
    except Refusal as refusal:
        messages.warning(request, refusal.reason)
    else:
        _say(request, written, wanted_to_close=service is rolls.close)
    return redirect("continuity:roll", public_id)


def _say(request: HttpRequest, roll: RollCall, *, wanted_to_close: bool) -> None:
    if roll.is_closed:
        messages.success(request, _("The roll is closed."))
    elif wanted_to_close:
        left = roll.lines.filter(status="").count()
        sentence = ngettext(
            "Saved, and not closed yet: %(count)s student is undecided. Nobody is marked absent by"
            " default.",
            "Saved, and not closed yet: %(count)s students are undecided. Nobody is marked absent"
            " by default.",
            left,
        )
        messages.info(request, sentence % {"count": left})  # no warning: what was marked is saved
    else:
        messages.success(request, _("The roll is saved. It is still open."))


def _roll(public_id: str) -> RollCall:
    related = ("teaching__school_class", "teaching__subject")
    return get_object_or_404(RollCall.objects.select_related(*related), public_id=public_id)


def _context(request: PersonRequest, found: RollCall, form: RollForm | None = None) -> dict:
    """Template context for those who write in the roll, or read all of it or their own students;
    404 for anybody else. A closed roll counts what is in it, whatever was typed since.
    """
    form = None if found.is_closed else form
    now, person = timezone.now(), request.user
    rights = RollRights(person)
    is_theirs = writes_in(person, found, rights)
    sees_all = is_theirs or leads_school_of(person, found)
    if not sees_all and not looks_after_somebody_on(person, found):
        raise Http404
    lines = lines_for(found, person, sees_all=sees_all)
    rows = rows_of(found, lines, form)
    can_write = is_theirs and not found.is_closed and why_not_take(found.starts_at, now=now) is None
    earlier = (
        earlier_that_day(found, rights) if can_write and not found.saved_at and not form else None
    )
    is_as_earlier = earlier is not None and request.GET.get("as") == earlier.public_id
    if earlier and is_as_earlier:
        carry_over(rows, away_in(earlier))
    corrected = corrections_of([line.pk for line in lines]) if found.is_closed else {}
    for row in rows:
        row.corrections = corrected.get(row.line.pk, [])
    return {
        "roll": found,
        "rows": [row for row in rows if row.mark.status],
        "to_decide": [row for row in rows if not row.mark.status],
        "all_rows": rows,
        "tallies": tallies(rows),
        "strangers": _strangers(found, lines, form) if is_theirs else [],
        "is_theirs": is_theirs,
        "has_list": is_theirs and is_teacher(person),
        "finished_until": _finished_until(found, rights) if can_write else None,
        "is_left_to_leader": can_write and not is_teacher(person),
        "earlier": earlier,
        "is_as_earlier": is_as_earlier,
        "can_write": can_write,
        "left_off": left_off(found, lines) if can_write else [],
        "is_typed_over": form is not None and form.is_valid(),
        "modes": [
            (value, str(label)) for value, label in Mode.choices
        ],  # said once, not for each line
    }


def _finished_until(found: RollCall, rights: RollRights) -> datetime.date | None:
    """The last day on which who gave the subject on the roll's day can write in it, if they give it
    no longer.
    """
    if rights.person.pk != found.teaching.teacher_id or rights.answers(found.teaching):
        return None
    return timezone.localdate(found.starts_at) + FINISHED_FOR - ONE_DAY


def _strangers(
    found: RollCall, lines: list[RollLine], form: RollForm | None
) -> list[tuple[Stranger, str, str]]:
    """Strangers with their name and the value of their field: the typed one, else the saved one."""
    by_student: dict[int | None, str] = {line.student_id: line.public_id for line in lines}
    typed = form.strangers if form else {}
    rows = []
    for stranger in found.strangers.select_related("student", "decided_by"):
        kept = (
            by_student.get(stranger.student_id, rolls.NOT_A_STUDENT) if stranger.decided_at else ""
        )
        rows.append(
            (
                stranger,
                stranger.shown_name or _("without a name"),
                typed.get(stranger.public_id, kept),
            )
        )
    return rows


@requires(is_staff_of_a_school)
@keeps_what_was_typed
def correct_roll(request: PersonRequest, public_id: str) -> HttpResponse:
    """A correction of one line of a closed roll: its teacher's, the class tutor's, a leader's."""
    line = _line(request, public_id)
    if not line.roll_call.is_closed:
        raise Http404
    before = rolls.standing_of(line)
    initial = {"key": uuid.uuid4(), "status": before["status"], "mode": before["mode"]}
    initial |= {"late": before["minutes_late"], "early": before["minutes_early"]}
    form = RollCorrectionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        said_so = form.cleaned_data
        try:
            rolls.correct(
                line=line,
                mark=form.mark,
                by=request.user,
                key=said_so["key"],
                saw_a_document=said_so["saw_a_document"],
            )
        except Refusal as refusal:
            form.add_error(None, f"{refusal.reason} {refusal.advice}".strip())
        else:
            messages.success(request, _("The correction is added to the roll."))
            return redirect("continuity:roll", line.roll_call.public_id)
    corrections = list(line.corrections.select_related("corrected_by"))
    context = {
        "line": line,
        "roll": line.roll_call,
        "form": form,
        "first": said(line),
        "corrections": [(said(one), one) for one in corrections],
    }
    return render(
        request,
        "continuity/attendance/roll_correct.html",
        context,
        status=422 if form.is_bound else 200,
    )


def _line(request: PersonRequest, public_id: str) -> RollLine:
    related = ("roll_call__teaching__school_class", "roll_call__teaching__subject", "student")
    return get_object_or_404(
        RollLine.objects.visible_to(request.user).select_related(*related), public_id=public_id
    )
