"""Doors of the rooms."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache

from courses.agenda.models import Meeting
from courses.people.permissions import requires, signed_in


@never_cache
@requires(signed_in)
def join(request: HttpRequest, public_id: str) -> HttpResponse:
    """The way into a meeting's room."""
    meeting = get_object_or_404(Meeting.objects.in_time_order(), public_id=public_id)
    return render(request, "live/join.html", {"meeting": meeting})
