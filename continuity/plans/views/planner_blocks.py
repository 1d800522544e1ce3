"""A planner's days in words.

What every item has for its writer is drawn once for a language, then filled for each with what is
its own.
"""

import datetime
from collections.abc import Container
from dataclasses import dataclass
from functools import cache

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template import Context, Engine
from django.utils import dates, timezone, translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from continuity.addresses import address
from continuity.enums import ItemKind
from continuity.models import ItemChange, PlanItem
from continuity.plans.forms.plans import AddForm
from continuity.plans.queries.planner import ICONS, Block, PlannerDay, PlannerWeek, left_behind
from courses.dates import number_of_day
from courses.live.values import OPENS_BEFORE
from courses.people.models import Teaching
from courses.people.permissions import PersonRequest
from courses.required import required
from courses.templatetags.passerelle import day_short, day_without_year, duration, hour, icon, state

MORE, ADD = "continuity/plans/planner/more.html", "continuity/plans/planner/add.html"


@dataclass(frozen=True, slots=True)
class ShownBlock:
    """One item, as its template needs it."""

    id: str
    title: str
    address: str
    icon: SafeString
    kind: str
    tone: str
    facts: str
    note: str
    subject: str  # where all subjects stand together
    teacher: str
    draft: str
    while_away: str
    changes: list[ItemChange]
    seen: str
    move: str  # this and what follows: for its writer alone
    release: str
    enter: str  # the room, while it is open
    more: str


@dataclass(frozen=True, slots=True)
class BlocksDay:
    iso: str
    name: str
    tone: str
    is_today: bool
    said: str
    blocks: list[ShownBlock]
    add: str


def shown_days(
    request: PersonRequest, week: PlannerWeek, *, moved: str, today: datetime.date
) -> list[BlocksDay]:
    writing = PlannerForms(request, week, week.teaching, moved) if week.teaching else None
    answered = set() if writing else left_behind(week, request.user)
    return [
        BlocksDay(
            iso=day.day.isoformat(),
            name=f"{capfirst(str(dates.WEEKDAYS[day.day.weekday()]))} {number_of_day(day.day)}",
            tone="now" if day.day == today else "wait" if day.off else "",
            is_today=day.day == today,
            said=said_of(day, each_hour=week.teaching is not None),
            blocks=[shown(block, writing, answered) for block in day.blocks],
            add=writing.add_to(day.day) if writing else "",
        )
        for day in week.days
    ]


def said_of(day: PlannerDay, *, each_hour: bool) -> str:
    if day.off:
        return day.why_off
    if not day.hours:
        return _("No class")
    if each_hour:
        return ", ".join(hour(dated.hour.begins) for dated in day.hours)
    return ngettext("%(hours)s hour", "%(hours)s hours", len(day.hours)) % {"hours": len(day.hours)}


def shown(
    block: Block, writing: "PlannerForms | None", answered: Container[int] = ()
) -> ShownBlock:
    """`answered`: the teachings of which the reader holds the video classes without writing there."""
    item, absence, can_write = block.item, block.absence, writing is not None and block.can_write
    kind = item.get_kind_display()
    taught = None if writing else item.part.teaching
    return ShownBlock(
        id=item.public_id,
        title=item.title,
        address=address_of(
            block,
            can_write=can_write
            or (item.kind == ItemKind.VIDEO and item.part.teaching_id in answered),
        ),
        icon=icon(block.icon),
        kind=(
            f"{kind}, {hour(item.class_hour.begins)}"
            if item.class_hour and not block.has_its_own_date
            else kind
        ),
        tone=block.tone,
        facts=facts_of(block),
        note=item.note if item.kind in (ItemKind.NOTE, ItemKind.RESOURCE) else "",
        subject=str(taught.subject) if taught else "",
        teacher=taught.teacher.display_name if taught else "",
        draft=state("wait", "pencil", _("Draft")) if taught and not item.part.is_published else "",
        while_away=(
            _("While you are away: %(reason)s") % {"reason": absence.reason} if absence else ""
        ),
        changes=block.changes,
        seen=str(block.seen),
        move=address("move_item", item.public_id) if can_write else "",
        enter=(
            address("enter_video", required(item.meeting).public_id)
            if can_write and is_open(item, timezone.now())
            else ""
        ),
        release=address("release_item", item.public_id) if can_write and item.is_held_back else "",
        more=writing.more(block) if writing and can_write else "",
    )


def is_open(item: PlanItem, now: datetime.datetime) -> bool:
    """The room of a video class: from a quarter of an hour before, while it lasts."""
    if item.kind != ItemKind.VIDEO:
        return False
    meeting = required(item.meeting)
    return not meeting.is_cancelled and meeting.starts_at - OPENS_BEFORE <= now < meeting.ends_at


def address_of(block: Block, *, can_write: bool) -> str:
    """Address under its title: for its writer the form."""
    item = block.item
    if item.kind == ItemKind.LESSON:
        return address("edit_lesson" if can_write else "lesson", required(item.lesson).public_id)
    if item.kind == ItemKind.HOMEWORK:
        given = required(item.assignment)
        return (
            address("edit_homework", given.homework.public_id)
            if can_write
            else address("homework", given.public_id)
        )
    if not can_write:
        return ""
    return (
        address_of_video(block)
        if item.kind == ItemKind.VIDEO
        else address("edit_item", item.public_id)
    )


def address_of_video(block: Block) -> str:
    """None for a meeting of a training."""
    video_class = getattr(required(block.item.meeting).series, "video_class", None)
    return address("edit_video", video_class.public_id) if video_class else ""


def facts_of(block: Block) -> str:
    item, long = block.item, duration(block.item.minutes) if block.item.minutes else ""
    if item.kind == ItemKind.HOMEWORK:
        given = required(item.assignment)
        until = _("for %(day)s at %(hour)s") % {
            "day": day_without_year(given.due_at),
            "hour": hour(given.due_at),
        }
        return ", ".join(filter(None, [long, until, given.homework.get_returns_display().lower()]))
    if item.kind == ItemKind.VIDEO:
        meeting = required(item.meeting)
        if meeting.is_cancelled:
            return state("warn", "circle-x", pgettext("video class", "Cancelled"))
        return _("%(begins)s to %(ends)s") % {
            "begins": hour(meeting.starts_at),
            "ends": hour(meeting.ends_at),
        }
    if item.kind == ItemKind.LESSON:
        files = len(required(item.lesson).attachments.all())
        return ", ".join(
            filter(
                None,
                [
                    long,
                    (
                        ngettext("%(files)s file", "%(files)s files", files) % {"files": files}
                        if files
                        else ""
                    ),
                ],
            )
        )
    return ", ".join(filter(None, [item.resource.name if item.resource else "", long]))


class PlannerForms:
    """The forms that stand at each item and on each day, of one page."""

    def __init__(self, request: HttpRequest, week: PlannerWeek, teaching: Teaching, moved: str):
        self.csrf, self.moved = get_token(request), moved
        self.language = translation.get_language()
        self.teaching = teaching.public_id
        self.add_address = address("add_to_plan", week.school_class.public_id)
        self.days = [(day.day, day.day.isoformat(), day_short(day.day)) for day in week.days]
        self.options = {chosen: self.options_with(chosen) for chosen, _iso, _label in self.days}

    def options_with(self, chosen: datetime.date) -> SafeString:
        selected = mark_safe(" selected")
        rows = ((iso, selected if day == chosen else "", label) for day, iso, label in self.days)
        return format_html_join("", '<option value="{}"{}>{}</option>', rows)

    def more(self, block: Block) -> SafeString:
        item = block.item
        drawn = _more(
            self.language,
            kind=item.kind if block.goes_by_its_own_page else "",
            can_be_kept=bool(block.can_be_kept),
            is_first=block.is_first,
            is_last=block.is_last,
            is_open=self.moved == item.public_id,
        )
        way_out = ""
        if block.goes_by_its_own_page:
            way_out = (
                address("delete_homework", item.assignment.homework.public_id)
                if item.assignment
                else address_of_video(block)
            )
        return format_html(
            drawn,
            id=item.public_id,
            title=item.title,
            seen=block.seen,
            csrf=self.csrf,
            move=address("move_item", item.public_id),
            remove=address("remove_item", item.public_id),
            keep=address("keep_item", item.public_id),
            way_out=way_out,
            options=self.options[item.day],
        )

    def add_to(self, day: datetime.date) -> SafeString:
        words = {"on": day_without_year(day), "day": day.isoformat()}
        return format_html(
            _add(self.language),
            csrf=self.csrf,
            teaching=self.teaching,
            address=self.add_address,
            **words,
        )


@cache
def _more(language: str, **look) -> str:
    """Render `MORE` in that language, which is the active one: with a slot for everything that is
    an item's own.
    """
    return _with_slots(MORE, "id title seen csrf move remove keep way_out options", **look)


@cache
def _add(language: str) -> str:
    kinds = [(kind, label, ICONS.get(kind, "list")) for kind, label in AddForm.KINDS]
    return _with_slots(ADD, "csrf teaching address on day", kinds=kinds)


def _with_slots(name: str, slots: str, **context) -> str:
    """The template as a format for `format_html`, which escapes what it fills in."""
    named = {slot: mark_safe(f"{{{slot}}}") for slot in slots.split()}  # noqa: S308
    return (
        Engine.get_default()
        .get_template(name)
        .render(Context({**context, **named, "csrf_token": named["csrf"]}))
    )
