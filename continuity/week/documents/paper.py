"""The week on paper."""

import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from continuity.week.documents.sections import WeekSection, older_of, sections_of
from continuity.week.documents.words import (
    ON_ANY_DAY,
    cancelled_in_words,
    changes_of,
    closed_in_words,
    detail_of,
    ends_in_words,
    states_of,
    title_of,
    was_due,
)
from continuity.week.queries.student_items import MyItem
from continuity.week.queries.week import Week, week_of
from courses.documents.models import Paper
from courses.documents.registry import PaperKind, PaperPage
from courses.documents.services import pdf
from courses.people.models import Person
from courses.required import required
from courses.templatetags.passerelle import day, day_without_year, duration, hour


def _draw(paper: Paper) -> bytes:
    return week_pdf(paper, week_of(required(paper.owner), monday_of_paper(paper), paper.asked_at))


def _page(paper: Paper, reader: Person) -> PaperPage | None:
    """The student's alone."""
    if paper.owner_id != reader.pk:
        return None
    monday = monday_of_paper(paper)
    asked = {"day": day_without_year(paper.asked_at), "hour": hour(paper.asked_at)}
    return PaperPage(
        heading=_("The week on paper"),
        lead=_("Week of %(day)s") % {"day": day(monday)},
        content=_(
            "A4, in black and white, with boxes to tick: the week as it was on %(day)s at %(hour)s."
        )
        % asked,
        instead=_(
            "The week itself is all there: print its page from the browser, or ask once more later."
        ),
        back_url=reverse("continuity:week_of", args=[monday.isoformat()]),
        back_label=_("My week"),
        file_name=f"semaine-{monday.isoformat()}.pdf",
    )


def monday_of_paper(paper: Paper) -> datetime.date:
    return datetime.date.fromisoformat(paper.about.partition(" ")[2])


ON_PAPER = PaperKind("continuity.week", _draw, _page)


def week_pdf(paper: Paper, week: Week) -> bytes:
    """A4, black and white, a box to tick at each thing. Raises `PdfUnavailable`."""
    with translation.override(paper.language):
        return pdf(
            "continuity/week/documents/week.html",
            paper_context(paper, week),
            stylesheet="documents.css",
        )


def paper_context(paper: Paper, week: Week) -> dict:
    student = required(paper.owner)
    older = older_of(week)
    sections = [_part(section) for section in [*sections_of(week), *([older] if older else [])]]
    return {
        "language": paper.language,
        **ends_in_words(week.monday, week.friday),
        "monday": week.monday,
        "student": student.display_name,
        "classes": ", ".join(
            place.name
            for place in week.places
            if place.kind == "class" and place.holds_between(week.monday, week.friday)
        ),
        "school": str(week.marks.days.school) if week.marks.days and week.marks.days.school else "",
        "minutes": duration(week.minutes_left) if week.minutes_left else "",
        "printed": (
            _("%(day)s, %(hour)s")
            % {
                "day": day_without_year(paper.asked_at),
                "hour": hour(paper.asked_at),
            }
        ),
        "sections": [section for section in sections if section["lines"] or section["note"]],
        "closed": closed_in_words(week),
        "address": settings.SITE_ADDRESS.partition("://")[2],
        "is_demo": settings.ONE_CLICK_LOGINS,
    }


def _part(section: WeekSection) -> dict:
    lines = [_line(mine) for mine in section.items if not mine.look.is_exempt]
    return {"heading": section.heading, "note": section.aside, "lines": lines}


def _line(mine: MyItem) -> dict:
    """Days by their name: a sheet is read on another one."""
    item, look = mine.item, mine.look
    if item.is_cancelled:
        detail = cancelled_in_words(item)
    elif look.is_handed_in:
        detail = _("Handed in, late") if look.is_late else _("Handed in")
    else:
        detail = was_due(mine) if look.is_late and mine.due_at else detail_of(mine, ON_ANY_DAY)
    return {
        "title": title_of(item),
        "detail": "\n".join(words for words in (detail, *states_of(mine)) if words),
        "note": "" if item.is_gone else item.note,
        "changes": changes_of(item.changes),
        "has_box": item.is_work or bool(item.starts_at and not item.is_cancelled),
        "is_done": mine.is_finished,
        "is_gone": item.is_gone or bool(item.is_cancelled),
        "due": _due(mine),
    }


def _due(mine: MyItem) -> str:
    if mine.item.starts_at:
        return hour(mine.item.starts_at)
    if mine.waits_for_hand_in and mine.due_at and not mine.look.is_again:
        return _("%(day)s, %(hour)s") % {
            "day": day_without_year(mine.due_at),
            "hour": hour(mine.due_at),
        }
    return ""
