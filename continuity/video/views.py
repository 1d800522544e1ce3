"""Video classes: planned from a class's week, changed date by date, and the door into the room."""

import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from continuity.models import PlanPart, VideoClass
from continuity.permissions import in_a_school, teaches
from continuity.plans.views.opening import opens_by_entering
from continuity.video import queries
from continuity.video import services as videos
from continuity.video.forms import CancelVideoForm, HoursForm, MoveVideoForm, TitleForm, VideoForm
from continuity.video.rules import why_not_change, why_not_come
from courses.agenda.enums import WeeksBetween
from courses.agenda.models import ClassHour, Meeting
from courses.agenda.queries import monday_of, school_days, series_in_words
from courses.exceptions import Refusal
from courses.live.enums import RoomRole
from courses.live.exceptions import RoomNotOpenYet
from courses.live.values import OPENS_BEFORE
from courses.people.models import Teaching
from courses.people.models.classes import holds_on
from courses.people.permissions import PersonRequest, is_teacher, posted_from, requires

LOOK_AGAIN = 10  # seconds
REFUSED = 422


@require_http_methods(["GET", "HEAD", "POST"])
@requires(is_teacher)
def new_video(request: PersonRequest, public_id: str) -> HttpResponse:
    """Plan a video class from a part of the planner: once, or each week.

    The dates of a series are shown before they are planned.
    """
    parts = PlanPart.objects.open_to(request.user).select_related(
        "plan", "teaching__school_class__school", "teaching__subject"
    )
    part = get_object_or_404(parts, public_id=public_id)
    teaching = part.teaching
    form = VideoForm(request.POST or None, initial=_first_hours(request, part))
    dates = []
    if request.method == "POST" and form.is_valid():
        hours = [form.hours]
        if until := form.last_day:
            dates = queries.repeated_dates(
                form.hours,
                until,
                form.rhythm or WeeksBetween.WEEK,
                school_days(teaching.school_class.school),
            )
            chosen = set(request.POST.getlist("date"))
            hours = [date.hours for date in dates if date.day.isoformat() in chosen]
        if (not dates or request.POST.get("step") == "plan") and _planned(
            request, teaching, form, hours
        ):
            return redirect(_planner(teaching, hours[0].starts_at))
    is_chosen = request.POST.get("step") == "plan"
    context = {
        "form": form,
        "teaching": teaching,
        "back": _planner(teaching, part.plan.monday),
        "dates": [
            (
                date,
                date.day.isoformat() in request.POST.getlist("date") if is_chosen else not date.off,
            )
            for date in dates
        ],
    }
    return render(
        request, "continuity/video/video_new.html", context, status=REFUSED if form.errors else 200
    )


def _first_hours(request: HttpRequest, part: PlanPart) -> dict:
    """The asked day, and the hour of the timetable on it."""
    try:
        day = datetime.date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        day = max(part.plan.monday, timezone.localdate())
    hour = ClassHour.objects.filter(
        holds_on(day), teaching=part.teaching, weekday=day.isoweekday()
    ).first()
    initial = {"day": day, "title": _("Video class"), "hour": datetime.time(9), "minutes": 55}
    if hour:
        length = datetime.datetime.combine(day, hour.ends) - datetime.datetime.combine(
            day, hour.begins
        )
        initial |= {"hour": hour.begins, "minutes": round(length.total_seconds() / 60)}
    return initial


def _planned(request: PersonRequest, teaching: Teaching, form: VideoForm, hours: list) -> bool:
    try:
        video = videos.plan(
            teaching=teaching,
            title=form.cleaned_data["title"],
            hours=hours,
            every=form.rhythm,
            by=request.user,
        )
    except Refusal as refusal:
        messages.warning(request, f"{refusal.reason} {refusal.advice}".strip())
        return False
    left_out = len(hours) - video.meetings.count()
    if left_out > 0:
        messages.info(
            request, _("Dates that can’t be had are left out: %(count)s.") % {"count": left_out}
        )
    messages.success(request, _("The video class is in the plan."))
    return True


def _planner(teaching: Teaching, day: datetime.date | datetime.datetime) -> str:
    if isinstance(day, datetime.datetime):
        day = timezone.localdate(day)
    return reverse(
        "continuity:planner", args=[teaching.school_class.public_id, monday_of(day).isoformat()]
    )


@require_safe
@requires(is_teacher)
def edit_video(request: PersonRequest, public_id: str) -> HttpResponse:
    """Its dates: those to come to move or cancel, one more, another title."""
    return _video_page(request, _mine(request, public_id))


def _video_page(
    request: PersonRequest,
    video: VideoClass,
    *,
    title: TitleForm | None = None,
    date: HoursForm | None = None,
) -> HttpResponse:
    now = timezone.now()
    meetings = list(video.meetings)
    ahead = [meeting for meeting in meetings if meeting.ends_at > now]
    further = queries.dates_until_the_summer(
        video, school_days(video.teaching.school_class.school), now=now
    )
    context = {
        "video": video,
        "in_words": series_in_words(video.series, meetings),
        "further": further,
        "last_further": further[-1] if further else None,
        "teaching": video.teaching,
        "gives_it": teaches(request.user, video.teaching),
        "gives_it_next": request.user.teachings.on(timezone.localdate())
        .filter(school_class=video.teaching.school_class_id, subject=video.teaching.subject_id)
        .exists()
        and video.teaching.teacher_id != request.user.pk,
        "ahead": ahead,
        "past": [meeting for meeting in reversed(meetings) if meeting.ends_at <= now],
        "title_form": title or TitleForm(initial={"title": video.title}),
        "date_form": date or HoursForm(auto_id="new_%s"),
        "back": _planner(video.teaching, ahead[0].starts_at if ahead else now),
        "now": now,
    }
    return render(
        request,
        "continuity/video/video_edit.html",
        context,
        status=REFUSED if title or date else 200,
    )


@posted_from("continuity:edit_video")
@requires(is_teacher)
def rename_video(request: PersonRequest, public_id: str) -> HttpResponse:
    video, form = _mine(request, public_id), TitleForm(request.POST)
    if not form.is_valid():
        return _video_page(request, video, title=form)
    videos.rename(video=video, title=form.cleaned_data["title"], by=request.user)
    messages.success(request, _("The title is changed."))
    return redirect("continuity:edit_video", public_id)


@posted_from("continuity:edit_video")
@requires(is_teacher)
def add_video_date(request: PersonRequest, public_id: str) -> HttpResponse:
    video, form = _given(request, public_id), HoursForm(request.POST, auto_id="new_%s")
    if not form.is_valid():
        return _video_page(request, video, date=form)
    try:
        videos.add_date(video=video, hours=form.hours, by=request.user)
    except Refusal as refusal:
        messages.warning(request, f"{refusal.reason} {refusal.advice}".strip())
        return _video_page(request, video, date=form)
    messages.success(request, _("The date is added, and appears in the plan."))
    return redirect("continuity:edit_video", public_id)


@require_POST
@requires(is_teacher)
def prolong_video(request: PersonRequest, public_id: str) -> HttpResponse:
    """One press: at the same rhythm until the end of the school year."""
    try:
        added = videos.prolong(video=_given(request, public_id), by=request.user)
    except Refusal as refusal:
        messages.warning(request, f"{refusal.reason} {refusal.advice}".strip())
    else:
        said = ngettext(
            "%(count)s date is added, and appears in the plan.",
            "%(count)s dates are added, and appear in the plan.",
            len(added),
        )
        messages.success(request, said % {"count": len(added)})
    return redirect("continuity:edit_video", public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(is_teacher)
def move_video(request: PersonRequest, public_id: str) -> HttpResponse:
    """One date. The class is told once, by was and is."""
    meeting = _my_meeting(request, public_id)
    start = timezone.localtime(meeting.starts_at)
    initial = {
        "day": start.date(),
        "hour": start.time(),
        "minutes": round(meeting.duration.total_seconds() / 60),
    }
    form = MoveVideoForm(request.POST or None, initial=initial)
    return _change(
        request,
        meeting,
        form,
        "continuity/video/video_move.html",
        _("The date is moved: the class reads it on its week."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(is_teacher)
def cancel_video(request: PersonRequest, public_id: str) -> HttpResponse:
    """One date. The plan of that week stays, the class is told once."""
    meeting = _my_meeting(request, public_id)
    form = CancelVideoForm(request.POST or None)
    return _change(
        request,
        meeting,
        form,
        "continuity/video/video_cancel.html",
        _("The date is cancelled: the class reads it on its week."),
    )


def _change(request: PersonRequest, meeting: Meeting, form, template: str, done) -> HttpResponse:
    video = meeting.series.video_class
    if request.method == "POST" and form.is_valid():
        try:
            if isinstance(form, MoveVideoForm):
                videos.move(
                    meeting=meeting,
                    hours=form.hours,
                    reason=form.cleaned_data["reason"],
                    by=request.user,
                )
            else:
                videos.cancel(meeting=meeting, reason=form.cleaned_data["reason"], by=request.user)
        except Refusal as refusal:
            messages.warning(request, f"{refusal.reason} {refusal.advice}".strip())
        else:
            messages.success(request, done)
            return redirect("continuity:edit_video", video.public_id)
    context = {
        "meeting": meeting,
        "video": video,
        "form": form,
        "why_not": why_not_change(meeting, now=timezone.now()),
    }
    return render(request, template, context, status=REFUSED if form.errors else 200)


@never_cache
@require_safe
@requires(in_a_school)
def enter_video(request: PersonRequest, public_id: str) -> HttpResponse:
    """The way into a video class: only for who is on the roster of that day, and for students once
    it is led.

    A link, as every way into a room: the pass is given now, and the join page makes the token.
    """
    now = timezone.now()
    meeting = get_object_or_404(queries.of_a_class(public_id))
    role = queries.role_in(meeting, request.user)
    if role is None:
        raise Http404
    if refusal := why_not_come(meeting, now=now):
        response = _not_now(request, meeting, refusal=refusal)
        if isinstance(refusal, RoomNotOpenYet):
            wait = int((meeting.starts_at - OPENS_BEFORE - now).total_seconds()) + 1
            response["Refresh"] = str(min(600, max(5, wait)))
        return response
    if role != RoomRole.MODERATOR and not queries.is_led(meeting):
        response = _not_now(request, meeting, refusal=None)
        response["Refresh"] = str(LOOK_AGAIN)
        return response
    videos.enter(meeting=meeting, person=request.user, role=role)
    opens_by_entering(request)
    return redirect(f"{reverse('live:join', args=[meeting.public_id])}?enter=1")


def _not_now(request: HttpRequest, meeting: Meeting, *, refusal: Refusal | None) -> HttpResponse:
    context = {
        "meeting": meeting,
        "teaching": meeting.series.video_class.teaching,
        "led_by": get_text_list(
            [person.display_name for person in queries.who_leads(meeting)], _("or")
        ),
        "refusal": refusal,
        "is_early": isinstance(refusal, RoomNotOpenYet),
        "look_again": LOOK_AGAIN,
    }
    return render(request, "continuity/video/video_not_now.html", context)


def _mine(request: PersonRequest, public_id: str) -> VideoClass:
    return get_object_or_404(queries.written_by(request.user), public_id=public_id)


def _given(request: PersonRequest, public_id: str) -> VideoClass:
    """Return a video class to add dates to: those of an ended teaching are planned in the week of
    who gives the subject now.
    """
    video = _mine(request, public_id)
    if not teaches(request.user, video.teaching):
        raise Http404
    return video


def _my_meeting(request: PersonRequest, public_id: str) -> Meeting:
    written = queries.written_by(request.user)
    return get_object_or_404(queries.of_a_class(public_id).filter(series__video_class__in=written))
