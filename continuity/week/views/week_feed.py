"""The week in a calendar program: an address of one's own, and what it answers."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from continuity.models import FeedKey
from continuity.permissions import student_shown
from continuity.plans.views.opening import opens_the_week
from continuity.week.documents.calendar import week_ics
from continuity.week.queries.student_items import items_for
from continuity.week.views.week_rows import edition
from courses.agenda.feeds import calendar_answer, webcal
from courses.agenda.services import calendar_feed as feeds
from courses.people.enums import Role
from courses.people.models import Membership
from courses.people.permissions import PersonRequest, is_student, open_to_anyone, requires


@require_safe
@requires(is_student)
@opens_the_week
def feed(request: PersonRequest):
    """The feed's address, if there is one; how to make, renew and stop it."""
    key = FeedKey.objects.filter(student=student_shown(request)).first()
    address = (
        f"{settings.SITE_ADDRESS}{reverse('continuity_open:week_feed', args=[key.secret])}"
        if key
        else ""
    )
    context = {
        "key": key,
        "address": address,
        "subscribe": webcal(address),
        "open_feed": reverse("continuity:open_feed"),
        "renew_feed": reverse("continuity:renew_feed"),
        "close_feed": reverse("continuity:close_feed"),
    }
    return render(request, "continuity/week/week_feed.html", context)


@require_POST
@requires(is_student)
def open_feed(request: PersonRequest):
    feeds.open_feed(FeedKey.objects, student=student_shown(request))
    return redirect("continuity:feed")


@require_POST
@requires(is_student)
def renew_feed(request: PersonRequest):
    feeds.renew_feed(FeedKey.objects, student=student_shown(request))
    messages.success(request, _("There is a new address. The old one answers nothing any more."))
    return redirect("continuity:feed")


@require_POST
@requires(is_student)
def close_feed(request: PersonRequest):
    feeds.close_feed(FeedKey.objects, student=student_shown(request))
    messages.success(request, _("The address is gone. Calendars that had it get nothing any more."))
    return redirect("continuity:feed")


@require_safe
@open_to_anyone
def week_feed(request: HttpRequest, secret: str):
    """Calendar feed for programs, which have no login: the secret is in the address. No sign of
    life: the program asks by itself.

    404 for a person who is no student any more.
    """
    key = get_object_or_404(
        FeedKey.objects.select_related("student"), secret=secret, student__is_active=True
    )
    get_object_or_404(Membership.objects.current(), person=key.student, role=Role.STUDENT)
    now = timezone.now()
    items = items_for(key.student, now)
    return calendar_answer(
        request,
        says=[items, timezone.localdate(now), key.student.language, edition()],
        calendar=lambda: week_ics(items, key.student.language),
        filename="semaine.ics",
    )
