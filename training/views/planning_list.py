"""The planner's list of sessions with their filling: on screen and as a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from courses.agenda.queries import series_in_words
from courses.people.enums import Language
from courses.people.permissions import PersonRequest, is_planner, requires
from courses.tables.services.files import write_rows
from training.forms.planning import PlanningForm
from training.models import Session
from training.models.session import SessionQuerySet
from training.queries import filling
from training.queries.ending_memberships import EndingMembership, ending_memberships
from training.queries.proposals import count_proposals
from training.views.planning import how_a_session_stands
from training.views.rows import StateBadge

ON_A_PAGE = 25


@requires(is_planner)
def planning(request: PersonRequest) -> HttpResponse:
    """Sessions to come, past, drafts or cancelled, with seats, turns and who leads."""
    form, found, now = _asked(request)
    when = form.cleaned_data.get("when") or PlanningForm.TO_COME
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    ending = endings_by_session(now, list(page.object_list))
    context = {
        "form": form,
        "when": when,
        "page": page,
        "rows": [planned_row(one, now, ending.get(one.pk, ())) for one in page.object_list],
        "proposed": count_proposals(now),
        "tabs": tabs(request, when),
        "query": query_without(request.GET, "page"),
        "is_filtered": form.is_filtered,
        "training": form.cleaned_data.get("training"),
        "all_trainings": f"?{query_without(request.GET, 'training')}",
    }
    return render(request, "training/planning/list.html", context)


def _asked(request: PersonRequest) -> tuple[PlanningForm, SessionQuerySet, datetime]:
    """The list that the address asks for, on the page and in the file."""
    form, now = PlanningForm(request.GET), timezone.now()
    form.is_valid()
    said = form.cleaned_data
    found = filling.planned(
        request.user,
        when=said.get("when") or PlanningForm.TO_COME,
        resource=said.get("resource"),
        provider=said.get("provider"),
        training=said.get("training"),
        text=said.get("q", ""),
        days=(said.get("since"), said.get("until")),
        sort=said.get("sort", ""),
        now=now,
    )
    return form, found, now


@dataclass(frozen=True)
class PlannedRow:
    session: Session
    standing: StateBadge
    lacks_people: bool
    dates_left: int
    dates: int
    in_words: str
    ending: Sequence[EndingMembership]


def endings_by_session(now: datetime, sessions: list[Session]) -> dict[int, list[EndingMembership]]:
    """Return trainers who are to lead a date after their membership ends, by the session's primary
    key.
    """
    found: dict[int, list[EndingMembership]] = {}
    for one in ending_memberships(now, among=sessions):
        found.setdefault(one.session_id, []).append(one)
    return found


def planned_row(
    session: Session, now: datetime, ending: Sequence[EndingMembership] = ()
) -> PlannedRow:
    meetings = [meeting for meeting in session.series.in_order if not meeting.is_cancelled]
    return PlannedRow(
        session,
        how_a_session_stands(session, now),
        lacks_people=session.is_open
        and session.starts_at > now
        and filling.lacks_people(session, now),
        dates_left=sum(meeting.ends_at > now for meeting in meetings),
        dates=len(meetings),
        in_words=series_in_words(session.series, session.series.in_order),
        ending=ending,
    )


@requires(is_planner)
def export_sessions(request: PersonRequest) -> HttpResponse:
    """The same list as a file that a French spreadsheet opens. It names the trainers, no teacher."""
    _form, found, now = _asked(request)
    headings = [
        _("Training"),
        _("Resource"),
        _("Language"),
        _("First date"),
        _("Dates"),
        _("Seats"),
        _("Taken"),
        _("Waiting"),
        _("State"),
        _("Led by"),
    ]
    rows = (cells_of(planned_row(session, now)) for session in found)
    response = HttpResponse(write_rows(headings, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="sessions.csv"'
    return response


def cells_of(row: PlannedRow) -> list[str]:
    session = row.session
    return [
        session.title,
        session.resource.name,
        str(Language(session.language).label),
        f"{timezone.localtime(session.starts_at):%d/%m/%Y %H:%M}",
        str(row.dates),
        str(session.capacity),
        str(session.seats_taken),
        str(session.turns),
        str(row.standing.word),
        ", ".join(trainer.display_name for trainer in session.trainers.all()),
    ]


def tabs(request: HttpRequest, when: str) -> list[dict]:
    words = [
        (PlanningForm.TO_COME, pgettext("sessions", "To come")),
        (PlanningForm.FEW, _("Without enough people")),
        (PlanningForm.UNLED, _("Without a trainer")),
        (PlanningForm.ENDING, _("Trainer leaves before the end")),
        (PlanningForm.DRAFT, _("Drafts")),
        (PlanningForm.PAST, pgettext("sessions", "Past")),
        (PlanningForm.CANCELLED, pgettext("sessions", "Cancelled")),
    ]
    query = request.GET.copy()
    query.pop("page", None)
    entries = []
    for value, label in words:
        query["when"] = value
        entries.append(
            {"label": label, "url": f"?{query.urlencode()}", "is_current": value == when}
        )
    return entries


def query_without(given: QueryDict, name: str) -> str:
    query = given.copy()
    query.pop(name, None)
    return query.urlencode()
