"""The catalogue, as a list and as a month: open to anyone."""

import calendar
import datetime

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from courses.agenda.models import Meeting
from courses.people.permissions import is_teacher, open_to_anyone
from training.enums import NOT_HELD
from training.forms.catalogue import CatalogueForm
from training.queries.catalogue import ONE_DAY, months_with_sessions, sessions_with_entitlement_for
from training.views.rows import rows

ON_A_PAGE = 20


@open_to_anyone
def catalogue(request: HttpRequest) -> HttpResponse:
    """Sessions to come, those open to the reader first, or the past ones."""
    form, wanted = asked(request)
    now = timezone.now()
    found = sessions_with_entitlement_for(request.user, wanted, now=now)
    page = Paginator(found.keys, ON_A_PAGE).get_page(request.GET.get("page"))
    shown = rows(found.lines(page.object_list), is_teacher=is_teacher(request.user), now=now)
    context = {
        "page": page,
        "count": found.held,
        "cancelled": len(found.keys) - found.held,
        "groups": grouped(shown, is_apart=is_teacher(request.user) and not wanted.past),
        "resources_at_hand": found.resources,
        "month_url": address("training:catalogue_month", request, "page", "when"),
        "past_url": address("training:catalogue", request, "page", when="past"),
        "to_come_url": address("training:catalogue", request, "page", "when"),
    }
    return render(
        request, "training/catalogue.html", common(request, form, wanted, found) | context
    )


@open_to_anyone
def catalogue_month(request: HttpRequest) -> HttpResponse:
    """The same sessions in whole weeks of Mondays to Fridays; the meetings of the month's weekends
    stand below.
    """
    form, wanted = asked(request)
    now = timezone.now()
    first = form.cleaned_data.get("month") or timezone.localdate(now).replace(day=1)
    grid = weekdays(first)
    found = sessions_with_entitlement_for(
        request.user, wanted, now=now, on_days=(grid[0], max(grid[-1], last_of(first)))
    )
    lines = rows(found.lines(found.keys), is_teacher=is_teacher(request.user), now=now)
    days = on_days(lines)
    weekend = [day for day in sorted(days) if is_weekend_of(day, first)]
    shown = [
        cell for day in {*grid, *weekend} if day.month == first.month for cell in days.get(day, [])
    ]
    context = {
        "month": first,
        "days": [
            {"day": day, "rows": days.get(day, []), "is_other": day.month != first.month}
            for day in grid
        ],
        "weekend": [cell for day in weekend for cell in days[day]],
        "count": len(
            {row.session.pk for row, _meeting in shown if row.session.state not in NOT_HELD}
        ),
        "today": timezone.localdate(now),
        "list_url": address("training:catalogue", request, "month"),
        **neighbours(request, first, now),
    }
    return render(request, "training/month.html", common(request, form, wanted, found) | context)


def asked(request: HttpRequest):
    """The form, and what it asks for; what isn't understood is left out rather than refused."""
    form = CatalogueForm(request.GET)
    form.is_valid()
    return form, form.wanted(for_teacher=is_teacher(request.user))


def common(request: HttpRequest, form: CatalogueForm, wanted, found) -> dict:
    chosen = dict(found.resources)
    return {
        "form": form,
        "wanted": wanted,
        "may_enrol": is_teacher(request.user),
        "chips": chips(request, form, wanted, chosen),
        "resources_at_hand": found.resources,
        "query": kept(request, "page"),
    }


def chips(
    request: HttpRequest, form: CatalogueForm, wanted, resources: dict[str, str]
) -> list[dict]:
    """Each filter that is set, with the address without it."""
    set_now = [("resource", slug, resources.get(slug, slug)) for slug in wanted.resources]
    set_now += [("language", code, form.name_of_language(code)) for code in wanted.languages]
    set_now += [("q", wanted.words, f"« {wanted.words} »")] if wanted.words else []
    set_now += [("mine", "on", form.fields["mine"].label)] if wanted.open_to_me else []
    set_now += (
        [("training", wanted.training, form.fields["training"].label)] if wanted.training else []
    )
    return [
        {"label": label, "url": without(request, name, value)} for name, value, label in set_now
    ]


def kept(request: HttpRequest, *left_out: str, **changed: str) -> str:
    """The query string as it is, less and with."""
    query = request.GET.copy()
    for name in left_out:
        query.pop(name, None)
    for name, value in changed.items():
        query[name] = value
    return query.urlencode()


def address(name: str, request: HttpRequest, *left_out: str, **changed: str) -> str:
    query = kept(request, *left_out, **changed)
    return reverse(name) + (f"?{query}" if query else "")


def without(request: HttpRequest, name: str, value: str) -> str:
    query = request.GET.copy()
    query.setlist(name, [one for one in query.getlist(name) if one != value and name != "q"])
    query.pop("page", None)
    return f"?{query.urlencode()}"


def grouped(shown: list, *, is_apart: bool) -> list[dict]:
    """By month; for a teacher those that aren't open to them stand last, under a heading of their
    own.
    """
    groups: list[dict] = []
    for row in shown:
        month = timezone.localdate(row.session.starts_at).replace(day=1)
        key = None if is_apart and not row.line.is_for_me else month
        if not groups or groups[-1]["month"] != key:
            groups.append({"month": key, "rows": []})
        groups[-1]["rows"].append(row)
    return groups


def on_days(lines: list) -> dict[datetime.date, list]:
    """Day → its rows with the meeting of that day, earliest first."""
    by_series = {row.session.series_id: row for row in lines}
    days: dict[datetime.date, list] = {}
    for meeting in Meeting.objects.filter(series__in=by_series).in_time_order():
        days.setdefault(timezone.localdate(meeting.starts_at), []).append(
            (by_series[meeting.series_id], meeting)
        )
    return days


def weekdays(first: datetime.date) -> list[datetime.date]:
    """Mondays to Fridays of the weeks of that month, whole."""
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    return [
        day for week in weeks for day in week[:5] if any(d.month == first.month for d in week[:5])
    ]


def last_of(first: datetime.date) -> datetime.date:
    """The month's last day."""
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


def is_weekend_of(day: datetime.date, first: datetime.date) -> bool:
    return day.weekday() > 4 and (day.year, day.month) == (first.year, first.month)


def neighbours(request: HttpRequest, first: datetime.date, now: datetime.datetime) -> dict:
    """The months before and after; none beyond an empty one before the first or after the last
    month with sessions.
    """
    this = timezone.localdate(now).replace(day=1)
    earliest, latest = months_with_sessions(request.user) or (this, this)
    before, after = (first - ONE_DAY).replace(day=1), last_of(first) + ONE_DAY
    return {
        "before": month_link(request, before) if first >= min(earliest, this) else None,
        "after": month_link(request, after) if first <= max(latest, this) else None,
    }


def month_link(request: HttpRequest, day: datetime.date) -> dict:
    return {"day": day, "url": f"?{kept(request, month=f'{day:%Y-%m}')}"}
