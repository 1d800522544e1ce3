"""Hours led: a trainer's own, and by provider for training planners. Printable."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from courses.people.permissions import PersonRequest, is_planner, is_trainer, requires
from training.queries.hours_led import by_provider, by_year, dates_led
from training.values import certificate_year


@require_safe
@requires(is_trainer)
def my_hours_led(request: PersonRequest) -> HttpResponse:
    dates = dates_led(request.user)
    context = {"years": by_year(dates), "minutes": sum(one.minutes for one in dates)}
    return render(request, "training/trainer/hours.html", context)


@require_safe
@requires(is_planner)
def hours_led(request: PersonRequest) -> HttpResponse:
    """One school year: the one asked for, else the newest in which somebody led."""
    years = by_year(dates_led())
    asked = request.GET.get("year", "")
    this_year = certificate_year(timezone.localdate())
    wanted = int(asked) if asked.isdecimal() and len(asked) == 4 else this_year
    shown = next((one for one in years if one.year == wanted), years[0] if years else None)
    context = {
        "years": years,
        "shown": shown,
        "providers": by_provider(shown.dates) if shown else [],
    }
    return render(request, "training/planning/hours_led.html", context)
