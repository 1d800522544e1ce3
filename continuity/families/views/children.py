"""A guardian's first page: all children on one screen, and the week of one."""

import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from continuity.attendance.views.roll_rows import SIGNS, TONES
from continuity.enums import ItemKind
from continuity.equipment.queries.survey import surveys_for
from continuity.families import queries
from continuity.families.documents import places_in_words, state_of, work_in_words
from continuity.families.notifications import stop_path
from continuity.families.queries import Child, Lending, MissedHour, lending_of
from continuity.families.views.doors import FamilyDoor, FamilyRequest, by_account, by_link
from continuity.week.documents import words
from continuity.week.queries.student_items import MyItem
from continuity.week.views.week import page_of
from continuity.week.views.week_rows import SIGNS as ITEM_SIGNS
from continuity.week.views.week_rows import WeekRow, class_parts
from courses.people.permissions import PersonRequest, is_guardian, requires


@require_safe
@requires(is_guardian)
def children(request: PersonRequest) -> HttpResponse:
    """What is late, what comes next and what was missed, a child a line."""
    now = timezone.now()
    today = timezone.localdate(now)
    found = queries.children_of(
        queries.guardianships_of(request.user, today), now, today, load=class_parts
    )
    kept = [child.guardianship for child in found]
    surveys, lending = surveys_for(kept, today), lending_of(kept, today)
    context = {
        "rows": [
            child_row(child, today, surveys)
            | lending_row(FamilyDoor(child.guardianship), lending[child.guardianship.pk])
            for child in found
        ],
        "mails_url": stop_path(request.user) if request.user.email else "",
        "absences": [
            {"child": child.student.given_name, **absence_row(missed)}
            for child in found
            for missed in child.absences
        ],
    }
    return render(request, "continuity/families/children.html", context)


def child_row(child: Child, today: datetime.date, surveys: dict[int, bool]) -> dict:
    """`surveys`: as `surveys_for`; once answered the page doesn't speak of it any more."""
    following, kept = child.next, child.guardianship
    return {
        "survey_url": (
            reverse("continuity:child_survey", args=[kept.public_id])
            if surveys.get(kept.pk) is False
            else ""
        ),
        "child": child,
        "url": reverse("continuity:child_week", args=[child.guardianship.public_id]),
        "absence_url": reverse("continuity:child_absence", args=[child.guardianship.public_id]),
        "places": places_in_words(child),
        "state": state_of(child),
        "next": work_in_words(following, today) if following else "",
        "more": max(0, len(child.works.following) - 1),
    }


def lending_row(door: FamilyDoor, lending: Lending) -> dict:
    """What is to be signed, each with its address, and what isn't back in time."""
    return {
        "to_sign": [door.url("agreement", one.public_id) for one in lending.to_sign],
        "late_since": lending.late_since,
        "equipment_url": door.url("equipment"),
    }


def absence_row(missed: MissedHour) -> dict:
    return {
        "missed": missed,
        "said": missed.status.label,
        "tone": TONES[missed.status],
        "sign": SIGNS[missed.status],
    }


# One child


def _week(request: FamilyRequest, monday: str = "") -> HttpResponse:
    """The week as the student's own page reads it, to be read only."""
    now = timezone.now()
    today = timezone.localdate(now)
    page = page_of(request, monday)
    for section in [*page["sections"], *page["before"], page["older"]]:
        if section is None:
            continue
        section["rows"] = [work_row(row, today) for row in section["rows"]]
    student, kept = request.student_shown, request.door.guardianship
    has_answered = surveys_for([kept], today).get(kept.pk)
    absences = queries.absences_of([request.door.guardianship], now, within=queries.ANSWERS_WITHIN)
    context = {
        **page,
        "door": request.door,
        "student": student,
        "guardianship": request.door.guardianship,
        "by_link": bool(request.door.token),
        "answers": queries.answers_to(request.door.guardianship, now),
        "absences": [absence_row(missed) for missed in absences.get(student.pk, [])],
        "absence_url": request.door.url("absence"),
        "survey_url": "" if has_answered is None else request.door.url("survey"),
        "has_answered": has_answered,
        **lending_row(request.door, lending_of([kept], today)[kept.pk]),
        "renew_url": "" if request.door.token else request.door.url("renew"),
        "stop_url": request.door.url("stop"),
        "link": getattr(request.door.guardianship, "link", None),
        "earlier_url": request.door.url("week_of", page["earlier"].isoformat()),
        "later_url": request.door.url("week_of", page["later"].isoformat()),
        "this_url": request.door.url("week"),
    }
    return render(request, "continuity/families/week.html", context)


child_week = require_safe(by_account(_week))
link_week = require_safe(by_link(_week))


def work_row(row: WeekRow, today) -> dict:
    """As `week_rows.words_of`, for who reads about somebody else."""
    mine = row.mine
    item, look, waits = mine.item, mine.look, mine.may_hand_in
    states = []
    if look.is_exempt:
        states.append(_("Exempt: nothing to do here."))
    if look.is_again:
        states.append(_("To be done again: see the teacher’s answer."))
    if look.is_done and waits:
        states.append(_("Prepared, not handed in yet."))
    if mine.is_when_possible(today):
        states.append(_("When possible: nothing is late on that day."))
    if look.is_former:
        by_then = _("Optional: another class by then.")
        states.append(by_then if mine.due_at else _("Optional: of a class that was left."))
    if mine.is_extended and not look.is_again:
        states.append(_("With more time, until the date that is shown."))
    is_late = look.is_late and waits and not look.is_exempt
    return {
        "item": item,
        "marked_title": words.marked_title_of(item),
        "detail": "" if look.is_exempt or is_late else words.detail_of(mine, today),
        "late": _was_due(mine) if is_late else "",
        "states": states,
        "handed": _handed_in_words(mine),
        "is_finished": mine.is_finished,
        "is_off": item.is_gone or item.is_cancelled,
        "cancelled": words.cancelled_in_words(item) if item.is_cancelled else "",
        "changes": [] if look.is_exempt else words.changes_of(item.changes),
        "sign": (
            "circle-check" if mine.is_finished else ITEM_SIGNS.get(ItemKind(item.kind), "clock")
        ),
        "tone": _tone_of(mine, is_late),
    }


def _tone_of(mine: MyItem, is_late: bool) -> str:
    if mine.is_finished:
        return "done"
    if mine.item.is_cancelled or is_late or mine.look.is_again:
        return "warn"
    return "wait" if mine.waits_for_hand_in else ""


def _handed_in_words(mine: MyItem) -> str:
    if not mine.look.is_handed_in:
        return _("Done") if mine.look.is_done and not mine.item.is_to_hand_in else ""
    return _("Handed in, late") if mine.look.is_late else _("Handed in")


def _was_due(mine: MyItem) -> str:
    words_of_day = words.instant_in_words(mine.due_at, timezone.localdate()) if mine.due_at else ""
    return _("Late: it was due %(when)s, and can still be handed in.") % {"when": words_of_day}
