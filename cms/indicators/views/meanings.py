"""What each measure counts, and what it doesn't say: each version as it was frozen."""

from itertools import groupby

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cms.indicators.permissions import reads_figures, reads_figures_of_the_region
from cms.indicators.queries.pages import definitions
from courses.people.permissions import PersonRequest, requires


@require_safe
@requires(reads_figures)
def definition_list(request: PersonRequest) -> HttpResponse:
    """A measure with several versions shows them beside each other."""
    known = definitions()
    context = {
        "measures": [list(versions) for _code, versions in groupby(known, lambda one: one.code)],
        "is_of_the_region": reads_figures_of_the_region(request.user),
    }
    return render(request, "indicators/definitions.html", context)
