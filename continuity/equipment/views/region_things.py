"""The region: things by school, exact, on any day; how many students wait, hidden below five."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from continuity.enums import EquipmentKind, ItemState
from continuity.equipment.queries.things import things_on, waiting_on
from continuity.permissions import looks_after_the_region
from courses.dates import day_asked
from courses.people.permissions import PersonRequest, requires
from courses.tables.services.files import write_rows


def _asked(request: HttpRequest):
    """The day, not after today; the first of its month, on which who waits is counted: a number that
    changes from one day to the next would tell of one student; and the kind of thing, empty for all.
    """
    today = timezone.localdate()
    day = min(day_asked(request.GET.get("day")) or today, today)
    kind = request.GET.get("kind", "")
    return day, day.replace(day=1), kind if kind in EquipmentKind else ""


@require_safe
@requires(looks_after_the_region)
def region_things(request: PersonRequest) -> HttpResponse:
    day, first, kind = _asked(request)
    waiting = waiting_on(first)
    lines = things_on(day, kind, waiting=waiting)
    totals = [sum(column) for column in zip(*(line.cells for line in lines), strict=True)]
    context = {
        "day": day,
        "kind": kind,
        "kinds": EquipmentKind.choices,
        "first": first,
        "states": [state.label for state in ItemState],
        "rows": [
            (
                line,
                list(zip(ItemState.labels, line.cells, strict=True)),
                waiting.get(line.school.pk),
            )
            for line in lines
        ],
        "totals": list(zip(ItemState.labels, totals, strict=False)),
        "total": sum(line.total for line in lines),
    }
    return render(request, "continuity/equipment/region_things.html", context)


@require_safe
@requires(looks_after_the_region)
def export_region_things(request: PersonRequest) -> HttpResponse:
    """The same lines as a file that a French spreadsheet opens."""
    day, first, kind = _asked(request)
    waiting = waiting_on(first)
    headings = [_("UAI"), _("School"), *(str(state.label) for state in ItemState)]
    headings.append(_("Students who wait (five or more)"))
    lines = [
        [
            line.school.uai or "",
            line.school.name,
            *map(str, line.cells),
            str(waiting.get(line.school.pk, "")),
        ]
        for line in things_on(day, kind, waiting=waiting)
    ]
    response = HttpResponse(write_rows(headings, lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="passerelle-{_("things")}-{day}.csv"'
    return response
