"""The catalogue, as a list and as a month: open to anyone."""

import calendar
import datetime
from dataclasses import replace

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.agenda.models import Meeting
from courses.dates import day
from courses.people.permissions import is_teacher, open_to_anyone
from training.enums import NOT_HELD
from training.forms.catalogue import CatalogueForm
from training.permissions import reads_seats
from training.queries.catalogue import (
    ONE_DAY,
    CatalogueFilter,
    CatalogueResults,
    months_with_sessions,
    sessions_with_entitlement_for,
    subjects_to_choose,
)
from training.views import rows

ON_A_PAGE = 20


@open_to_anyone
def catalogue(request: HttpRequest) -> HttpResponse:
    """Sessions to come, those open to the reader first, or the past ones."""
    form, wanted = asked(request)
    now = timezone.now()
    found, ways_out = narrowed(
        sessions_with_entitlement_for(request.user, wanted, now=now), wanted, now
    )
    page = Paginator(found.keys, ON_A_PAGE).get_page(request.GET.get("page"))
    shown = rows.rows(found.lines(page.object_list), person=request.user, now=now)
    context = {
        "page": page,
        "count": found.held,
        "cancelled": len(found.keys) - found.held,
        "ways_out": [way_out(request, form, name, count) for name, count in ways_out],
        "groups": grouped(shown, is_apart=is_teacher(request.user) and not wanted.past),
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
    wanted = replace(wanted, days=(None, None))  # the month has days of its own
    now = timezone.now()
    first = form.cleaned_data.get("month") or timezone.localdate(now).replace(day=1)
    grid = weekdays(first)
    found = sessions_with_entitlement_for(
        request.user, wanted, now=now, on_days=(grid[0], max(grid[-1], last_of(first)))
    )
    found, _ways_out = narrowed(found, wanted, now)
    lines = rows.rows(found.lines(found.keys), person=request.user, now=now)
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
    person = request.user
    return form, form.wanted(for_teacher=is_teacher(person), reads_seats=reads_seats(person))


def narrowed(
    found: CatalogueResults, wanted: CatalogueFilter, now: datetime.datetime
) -> tuple[CatalogueResults, list]:
    """Return those with the seats that the reader asks for; and if nothing is left, how many
    sessions each filter alone keeps away, most first.
    """
    if wanted.with_seats:
        among = {key for keys in [found.keys, *found.without.values()] for key in keys}
        free = {line.session.pk for line in found.light_lines(among) if rows.has_a_seat(line, now)}
        without = {
            "free": found.keys,
            **{name: [key for key in keys if key in free] for name, keys in found.without.items()},
        }
        found = found.narrowed_to(free)
    else:
        without = found.without
    if found.keys:
        return found, []
    counts = [(name, len(keys)) for name, keys in without.items() if keys]
    return found, sorted(counts, key=lambda way: -way[1])


def common(
    request: HttpRequest, form: CatalogueForm, wanted: CatalogueFilter, found: CatalogueResults
) -> dict:
    subjects = subjects_to_choose()
    names = {"resource": dict(found.resources), "subject": dict(subjects)}
    return {
        "form": form,
        "wanted": wanted,
        "may_enrol": is_teacher(request.user),
        "reads_seats": reads_seats(request.user),
        "chips": chips(request, form, wanted, names),
        "resources_at_hand": found.resources,
        "is_empty": not found.keys,
        "meant": found.meant,
        "subjects": subjects,
        "query": kept(request, "page"),
    }


def chips(
    request: HttpRequest,
    form: CatalogueForm,
    wanted: CatalogueFilter,
    names: dict[str, dict[str, str]],
) -> list[dict]:
    """Each filter that is set, with the address without it."""
    said, subject = form.cleaned_data, wanted.subject
    set_now = [("resource", slug, names["resource"].get(slug, slug)) for slug in wanted.resources]
    set_now += [("subject", subject, names["subject"].get(subject, subject))] if subject else []
    set_now += [("level", level, form.label_of("level", level)) for level in wanted.levels]
    set_now += [("language", code, form.label_of("language", code)) for code in wanted.languages]
    if wanted.days != (None, None):
        set_now += days_set(said, form)
    if length := said.get("length"):
        set_now.append(("length", length, form.label_of("length", length)))
    set_now += [("q", wanted.words, f"« {wanted.words} »")] if wanted.words else []
    for name, value, is_set in (
        ("free", "on", wanted.with_seats),
        ("mine", "on", wanted.open_to_me),
        ("training", wanted.training, bool(wanted.training)),
    ):
        set_now += [(name, value, str(form.fields[name].label))] if is_set else []
    return [
        {"label": label, "url": without(request, name, value)} for name, value, label in set_now
    ]


def days_set(said: dict, form: CatalogueForm) -> list[tuple[str, str, str]]:
    set_now = []
    if soon := said.get("days"):
        set_now.append(("days", soon, form.label_of("days", soon)))
    if first := said.get("since"):
        set_now.append(("since", first.isoformat(), _("From %(day)s") % {"day": day(first)}))
    if last := said.get("until"):
        set_now.append(("until", last.isoformat(), _("Until %(day)s") % {"day": day(last)}))
    return set_now


OF_A_FILTER = {"days": ("days", "since", "until")}


def way_out(request: HttpRequest, form: CatalogueForm, name: str, count: int) -> dict:
    """A filter, and where so many sessions are found without it."""
    names = OF_A_FILTER.get(name, (name,))
    label = _("Resource") if name == "resource" else str(form.fields[name].label)
    return {
        "label": label,
        "count": count,
        "url": f"?{kept(request, 'page', *names)}",
    }


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
    """Group rows by month; for a teacher those that aren't open to them stand last, under a heading
    of their own.
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
