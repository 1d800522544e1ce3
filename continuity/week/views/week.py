"""The student's week: the page that opens at 22.30 on a phone.

Read with few queries, or answered with a 304.
"""

import datetime
import hashlib
from functools import partial

from django.contrib import messages
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import Http404, HttpRequest, JsonResponse
from django.shortcuts import redirect, render
from django.template import Engine, RequestContext
from django.utils import timezone, translation
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_POST, require_safe

from continuity.addresses import address
from continuity.equipment.queries.standing import has_to_sign
from continuity.models import PlanItem
from continuity.permissions import student_shown
from continuity.plans.views.opening import opens_the_week
from continuity.week.documents import words
from continuity.week.documents.sections import (
    WeekSection,
    anchor_of,
    older_of,
    section_of,
    sections_of,
)
from continuity.week.queries import week as weeks
from continuity.week.queries.marks import CameBack
from continuity.week.queries.week import Week, WeekDay
from continuity.week.services import week as services
from continuity.week.views.week_rows import WeekRow, class_parts, edition, room
from continuity.writing.views import outbox
from courses.agenda.queries import ONE_WEEK, monday_of
from courses.people.enums import ClassKind
from courses.people.permissions import PersonRequest, is_student, requires
from courses.required import required
from courses.templatetags.passerelle import SHORT_WEEKDAYS, duration

PAGE = "continuity/week/week.html"
NO_BREAK = "\N{NO-BREAK SPACE}"  # a class's name, as "2de 3", stays on one line
FARTHEST = 60 * ONE_WEEK  # weeks beyond a school year have no page


class WeekRequest(PersonRequest):
    """Request with the page of the week, once it is read: see `page_of`."""

    week_page: dict


def etag_of(request: WeekRequest, monday: str = "") -> str | None:
    """ETag of the page's content and its reader. None while a message waits: it is shown once."""
    if len(messages.get_messages(request)):
        return None
    person, headers = request.user, request.headers
    reader = (person.pk, person.display_name, sorted(person.roles), request.META.get("CSRF_COOKIE"))
    frame = (
        request.get_full_path(),
        translation.get_language(),
        request.COOKIES.get("theme"),
        headers.get("Save-Data"),
    )
    release = (edition(), getattr(staticfiles_storage, "manifest_hash", ""))
    said = repr([reader, frame, release, banners_above(request), page_of(request, monday)])
    return f'W/"{hashlib.sha256(said.encode()).hexdigest()[:32]}"'


@require_safe
@requires(is_student)
@opens_the_week
@cache_control(private=True, no_cache=True)
@condition(etag_func=etag_of)
def week(request: WeekRequest, monday: str = ""):
    """The week that is due, or that of the given Monday."""
    return render(request, PAGE, page_of(request, monday))


def page_of(request: WeekRequest, monday: str) -> dict:
    """The page as words and plain values, whose `repr` says all of it.

    Read once a request, for ETag and view.
    """
    if not hasattr(request, "week_page"):
        now = timezone.now()
        shown = monday_from(monday, now)
        # A browser that is told to reload everything gets everything anew.
        anew = request.headers.get("Cache-Control") == "no-cache"
        mine = weeks.week_of(
            student_shown(request), shown, now, load=partial(class_parts, anew=anew)
        )
        request.week_page = {
            **dates_of(mine),
            "classes": classes_in_words(mine),
            "lead": lead_of(mine),
            **days_of(mine, now),
            "back": back_of(mine),
            "survey_until": mine.marks.survey_until,
            "loan_late": mine.marks.loan_late,
            "is_to_sign": mine.marks.is_to_sign and has_to_sign(student_shown(request)),
        }
    return request.week_page


def monday_from(written: str, now: datetime.datetime) -> datetime.date:
    """Any day of a week stands for its Monday; what is no day, or is years away, isn't there."""
    if not written:
        return weeks.week_first_shown(now)
    try:
        day = datetime.date.fromisoformat(written)
    except ValueError:
        raise Http404 from None
    if abs(day - timezone.localdate(now)) > FARTHEST:
        raise Http404
    return monday_of(day)


def banners_above(request: HttpRequest) -> str:
    """The urgent banners of this moment: each ends by its own time, without a write."""
    context = RequestContext(request)
    with context.bind_template(Engine.get_default().get_template(PAGE)):
        return str(context["banners"])


def dates_of(mine: Week) -> dict:
    """The week's first and last day, and the weeks that the page links to."""
    return {
        "monday": mine.monday,
        **words.ends_in_words(mine.monday, mine.friday),
        "earlier": mine.monday - ONE_WEEK,
        "later": mine.monday + ONE_WEEK,
        "this_monday": monday_of(mine.today),
        "weekday": (
            mine.today.isoweekday()
            if mine.is_this_week and mine.today.isoweekday() <= weeks.FRIDAY
            else 0
        ),
    }


def lead_of(mine: Week) -> str:
    """The class, and how much is left."""
    classes = classes_in_words(mine)
    left = (
        _("You have %(minutes)s of work left.") % {"minutes": duration(mine.minutes_left)}
        if mine.minutes_left
        else ""
    )
    return f" {classes}. {left}" if classes else f" {left}"


def classes_in_words(mine: Week) -> str:
    names = dict.fromkeys(place.name for place in mine.places if place.kind == ClassKind.CLASS)
    return ", ".join(name.replace(" ", NO_BREAK) for name in names)


def days_of(mine: Week, now: datetime.datetime) -> dict:
    """Planks and open rooms; today, what is late, the days to come, what is left; folded, the days
    that are over.
    """
    sections = sections_of(mine)
    before = [section_of(day) for day in mine.before if day.items]
    older = older_of(mine)
    anchors = {section.anchor for section in [*sections, *before]}
    return {
        "planks": [plank(day, anchors) for day in mine.days],
        "open_rooms": [
            room(one.item, begins_later=now < required(one.item.starts_at)) for one in mine.now
        ],
        "closed": words.closed_in_words(mine),
        "has_plan": mine.has_plan,
        "stand_ins": (
            [words.stand_in_in_words(one, mine.today) for one in mine.marks.stand_ins]
            if mine.stands_first
            else []
        ),
        "sections": [shown(section, mine.today) for section in sections],
        "before": [shown(section, mine.today) for section in before],
        "older": shown(older, mine.today) if older else None,
    }


def shown(section: WeekSection, today: datetime.date) -> dict:
    rows = [WeekRow(one, today) for one in section.items]
    return {
        "anchor": section.anchor,
        "heading": section.heading,
        "aside": section.aside,
        "rows": rows,
    }


def plank(day: WeekDay, anchors: set[str]) -> dict:
    """`anchors`: those that are on the page."""
    anchor = anchor_of(day)
    if left := day.left:
        said = pgettext("of a day's work", "%(left)s to do") % {"left": left}
    elif day.is_done:
        said = pgettext("all work of a day", "done")
    else:
        said = pgettext("a day without class", "off") if day.off else ""
    return {
        "date": day.date,
        "anchor": anchor if anchor in anchors else "",
        "name": SHORT_WEEKDAYS[day.date.weekday()],
        "is_today": day.is_today,
        "said": said,
    }


def back_of(mine: Week) -> list[dict]:
    return [answer_row(answer) for answer in mine.back] if mine.stands_first else []


def answer_row(answer: CameBack) -> dict:
    url = address("answers") if answer.kind == "help" else address("answer", answer.public_id)
    said = words.title_in_words(answer.subject, answer.title) if answer.title else answer.subject
    return {"answer": answer, "words": said, "excerpt": strip_tags(answer.excerpt), "url": url}


@require_POST
@requires(is_student)
def tick(request: PersonRequest):
    """One form for all ticks of the week: the button says which item, and whether it is done.

    The script sends it later, too.
    """
    student, done = student_shown(request), "done" in request.POST
    wanted = request.POST.get("done") or request.POST.get("undone")
    given = weeks.items_of(student).select_related("lesson", "assignment")
    item = given.filter(public_id=wanted).first()
    if item is None:
        if outbox.wants_json(request):
            return outbox.gone(wanted, _("This isn’t on your week."))
        raise Http404
    if done:
        services.tick(item=item, student=student)
    else:
        services.untick(item=item, student=student)
    if outbox.wants_json(request):
        return JsonResponse({"key": wanted})
    if "here" in request.POST and (page := page_with(item)):
        return redirect(page)
    return redirect(f"{back_to(request)}#i-{item.public_id}")


def page_with(item: PlanItem) -> str:
    """Address of its lesson or homework, where there is one."""
    if item.lesson:
        return address("lesson", item.lesson.public_id)
    return address("homework", item.assignment.public_id) if item.assignment else ""


def back_to(request: HttpRequest) -> str:
    """The week that the form stood on."""
    monday = request.POST.get("monday", "")
    try:
        return address("week_of", datetime.date.fromisoformat(monday).isoformat())
    except ValueError:
        return address("week")


@require_POST
@requires(is_student)
def ask_for_paper(request: PersonRequest, monday: str):
    """Have the sheet of this week drawn, as it stands now."""
    now = timezone.now()
    student = student_shown(request)
    week = weeks.week_of(student, monday_from(monday, now), now)
    return redirect(
        "people:paper", services.ask_for_paper(student=student, week=week, now=now).public_id
    )
