"""How often resources are opened, for the Region: by school and week, no person."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from courses.launches.permissions import sees_launches
from courses.launches.queries.counts import region_counts
from courses.people.models import today
from courses.people.permissions import PersonRequest, requires


@require_safe
@requires(sees_launches)
def counts(request: PersonRequest) -> HttpResponse:
    return render(request, "launches/counts.html", {"counts": region_counts(today())})
