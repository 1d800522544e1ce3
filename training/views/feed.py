"""A teacher's or trainer's dates in a calendar program: an address of one's own."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from courses.agenda.feeds import calendar_answer, webcal
from courses.agenda.services import calendar_feed as feeds
from courses.people.permissions import PersonRequest, is_teacher, open_to_anyone, requires
from training.models import CalendarFeed
from training.notifications.calendar import feed_ics
from training.permissions import attends_or_leads
from training.queries.feed import dates_of


@require_safe
@requires(attends_or_leads)
def my_feed(request: PersonRequest) -> HttpResponse:
    """The address, if there is one; how to make, renew and stop it."""
    key = CalendarFeed.objects.filter(person=request.user).first()
    path = reverse("training_open:feed", args=[key.secret]) if key else ""
    address = f"{settings.SITE_ADDRESS}{path}" if key else ""
    teaches = is_teacher(request.user)
    context = {
        "key": key,
        "address": address,
        "subscribe": webcal(address),
        "is_teacher": teaches,
        "back": reverse("training:mine" if teaches else "training:my_sessions"),
        "open_feed": reverse("training:open_feed"),
        "renew_feed": reverse("training:renew_feed"),
        "close_feed": reverse("training:close_feed"),
    }
    return render(request, "training/feed.html", context)


@require_POST
@requires(attends_or_leads)
def open_feed(request: PersonRequest) -> HttpResponse:
    feeds.open_feed(CalendarFeed.objects, person=request.user)
    return redirect("training:my_feed")


@require_POST
@requires(attends_or_leads)
def renew_feed(request: PersonRequest) -> HttpResponse:
    feeds.renew_feed(CalendarFeed.objects, person=request.user)
    messages.success(request, _("There is a new address. The old one answers nothing any more."))
    return redirect("training:my_feed")


@require_POST
@requires(attends_or_leads)
def close_feed(request: PersonRequest) -> HttpResponse:
    feeds.close_feed(CalendarFeed.objects, person=request.user)
    messages.success(request, _("The address is gone. Calendars that had it get nothing any more."))
    return redirect("training:my_feed")


@require_safe
@open_to_anyone
def feed(request: HttpRequest, secret: str) -> HttpResponseBase:
    """Serve calendar programs, which have no login: the secret is in the address."""
    keys = CalendarFeed.objects.select_related("person").filter(person__is_active=True)
    key = get_object_or_404(keys, secret=secret)
    said = feed_ics(dates_of(key.person, timezone.now()), key.person.language)
    return calendar_answer(
        request,
        says=[line for line in said.splitlines() if not line.startswith(b"DTSTAMP")],
        calendar=lambda: said,
        filename="formations.ics",
    )
