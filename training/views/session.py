"""The session's page: its state, its dates, and whether I can enrol and why not. Open to anyone."""

from datetime import datetime
from functools import cache, partial

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from courses.agenda import services as agenda
from courses.agenda.models import Meeting
from courses.live.queries import join_url
from courses.live.values import OPENS_BEFORE
from courses.mail.documents import absolute
from courses.people.models import Person
from courses.people.permissions import is_planner, is_teacher, open_to_anyone
from training.forms.participants import CancelForm
from training.models import Enrolment, Material, ResourceWish, Session
from training.permissions import reads_seats
from training.queries.evaluations import OpenEvaluation, participants_among
from training.queries.late_entry import dates_before_entry, enters_at
from training.queries.leading import names_of, providers_leading
from training.queries.material import material_to_read
from training.queries.providers import provider_address
from training.queries.rooms import tools_of
from training.queries.sessions import (
    SessionPage,
    count_other_dates,
    given_back,
    place_in_line,
    session_for_a_page,
    session_page,
)
from training.rules import (
    evaluated_from,
    how_long_a_seat_is_held,
    is_date_owed,
    open_evaluations,
    why_not_cancel,
    why_not_enrol,
    why_not_press,
    why_not_wish,
    why_not_yet,
)
from training.values import EXCUSED_WITHIN
from training.views import rows


@open_to_anyone
def session(request: HttpRequest, public_id: str, slug: str = "") -> HttpResponse:
    shown = find(request, public_id)
    if slug != shown.slug:
        return redirect(shown, permanent=False)
    return render(request, "training/session.html", page_context(request, shown))


@open_to_anyone
def session_ics(request: HttpRequest, public_id: str) -> HttpResponse:
    """All its meetings as a file for any calendar, without those that the reader gave back, or that
    are from before they entered late.
    """
    shown = find(request, public_id)
    away: set[int] = set()
    if request.user.is_authenticated:
        seats = Enrolment.objects.visible_to(request.user).holding_a_seat()
        mine = list(seats.filter(session=shown))
        away = given_back(mine).keys() | dates_before_entry(mine)
    return ics(request, shown, [one for one in shown.meetings if one.pk not in away])


@open_to_anyone
def meeting_ics(request: HttpRequest, public_id: str) -> HttpResponse:
    """One of its meetings as a file for any calendar."""
    meeting = get_object_or_404(Meeting.objects.select_related("occurrence"), public_id=public_id)
    shown = (
        Session.objects.visible_to(request.user, also_mine=True)
        .select_related("training")
        .filter(series=meeting.series_id)
        .first()
    )
    if shown is None:
        raise Http404
    return ics(request, shown, [meeting])


def ics(request: HttpRequest, shown: Session, meetings: list[Meeting]) -> HttpResponse:
    person = request.user if request.user.is_authenticated else None
    link = absolute(shown.get_absolute_url())
    content = agenda.meeting_ics(
        meetings, summary=shown.title, description=link, url=join_url, person=person
    )
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{shown.slug}.ics"'
    return response


def find(request: HttpRequest, public_id: str) -> Session:
    try:
        return session_for_a_page(request.user, public_id)
    except Session.DoesNotExist:
        raise Http404 from None


def page_context(request: HttpRequest, shown: Session) -> dict:
    """Context of the whole page and its part `#seats`."""
    now = timezone.now()
    page = session_page(shown, request.user, now=now)
    providers = providers_leading(shown)
    return {
        "session": shown,
        "page": page,
        "tools": tools_of(shown) if shown.has_tool and shown.ends_at > now else [],
        "led_for": names_of(providers),
        "led_for_links": [
            (one.name, provider_address(one.public_id, one.name)) for one in providers
        ],
        "provider_url": provider_address(
            shown.resource.provider.public_id, shown.resource.provider.name
        ),
        "other_dates": cache(partial(count_other_dates, page, now=now)),  # if the page asks
        "others_url": shown.training.get_absolute_url(),
        "is_planner": is_planner(request.user),
        "now": now,
        **_ways_in(request.user, page, now),
        **_own_seat(request.user, page, now),
        **_dates(page, now),
    }


def _ways_in(person: Person | AnonymousUser, page: SessionPage, now: datetime) -> dict:
    """Whether the reader may enrol, or why not and what they can do instead."""
    shown, may_enrol, why_not = page.session, is_teacher(person), None
    if may_enrol:
        why_not = why_not_enrol(
            shown,
            entitlement=page.entitlement,
            standing=page.standing,
            is_admitted=page.enrolment is not None and page.enrolment.is_admitted,
            now=now,
        )
    too_early_or_late = None if page.enrolment else why_not_press(shown, now=now)
    why_not = why_not or (too_early_or_late if may_enrol else None)
    left, is_exact = rows.seats_left(shown, now, page.school_is_full), reads_seats(person)
    may_wish = why_not is not None and why_not_wish(why_not) is None
    return {
        "may_enrol": may_enrol,
        "why_not": why_not,
        "too_early_or_late": too_early_or_late,
        "may_wish": may_wish,
        "is_wished": may_wish
        and ResourceWish.objects.filter(person=person.pk, resource=shown.resource)
        .unfulfilled(timezone.localdate(now))
        .exists(),
        "lapsed": why_not if page.enrolment and shown.is_open and shown.starts_at > now else None,
        "standing": standing(shown, page, person, now),
        "seats_left": left,
        "seats_in_words": rows.seats_in_words(shown, left),
        "reads_seats": is_exact,
        "why_not_yet": line_in_words(shown, page, now),
    }


def _own_seat(person: Person | AnonymousUser, page: SessionPage, now: datetime) -> dict:
    enrolment = page.enrolment
    return {
        "held": (
            how_long_a_seat_is_held(enrolment, now=now)
            if enrolment and enrolment.holds_a_seat
            else ""
        ),
        "can_cancel": (
            enrolment is not None
            and why_not_cancel(enrolment, now=now, enters_at=enters_at(enrolment)) is None
        ),
        "cancel_form": CancelForm(),
        "has_offer": enrolment is not None and enrolment.has_offer_at(now),
        "evaluation": own_evaluation(page, now),
        "materials": own_material(page, person, now),
    }


def _dates(page: SessionPage, now: datetime) -> dict:
    """The session's dates, and which of them can be joined now."""
    shown, going_on = page.session, page.going_on
    open_rooms = (
        {"meeting": one, "url": join_url(one)}
        for one in going_on
        if one.starts_at - OPENS_BEFORE <= now < one.ends_at
        and one.pk not in page.given_back.keys() | page.before_entry
    )
    return {
        "awaits_date": shown.awaits_date_at(now),
        "owed": {
            meeting.pk
            for meeting in page.meetings
            if (missed := getattr(meeting, "missed_date", None)) and is_date_owed(shown, missed)
        },
        "is_past": shown.ends_at <= now,
        "is_just_over": shown.ends_at <= now < shown.ends_at + EXCUSED_WITHIN,
        "has_begun": shown.starts_at <= now,
        "dates_held": [one for one in going_on if one.ends_at <= now],
        "join": next(open_rooms, None),
        "has_dates": len(going_on) > 1,
        "opens_at": going_on[0].starts_at - OPENS_BEFORE if going_on else None,
        "planned": sum((one.duration for one in going_on), start=rows.NO_TIME),
    }


def own_evaluation(page: SessionPage, now: datetime) -> OpenEvaluation | None:
    """No query before the last minutes of the session."""
    if page.enrolment is None or now < evaluated_from(page.session):
        return None
    mine = open_evaluations(participants_among([page.enrolment], now), now=now)
    return next(iter(mine), None)


def own_material(
    page: SessionPage, person: Person | AnonymousUser, now: datetime
) -> list[Material]:
    """One query for who has a seat, none for others."""
    if not person.is_authenticated or page.enrolment is None or not page.enrolment.holds_a_seat:
        return []
    return material_to_read(page.session, person, now=now)


def line_in_words(shown: Session, page: SessionPage, now: datetime) -> list[str]:
    """Why somebody who waits must wait, and how somebody who would join the list stands."""
    if shown.starts_at <= now or shown.is_cancelled or (page.enrolment and not page.line):
        return []
    line = page.line or place_in_line(shown, before=shown.turns, school_is_full=page.school_is_full)
    return why_not_yet(shown, line, now=now)


def standing(
    shown: Session, page: SessionPage, person: Person | AnonymousUser, now: datetime
) -> rows.StateBadge:
    line = rows.SessionLine(
        shown,
        is_for_me=False,
        entitlement=page.entitlement,
        standing=page.standing,
        enrolment=page.enrolment,
        turn=page.turn,
        school_is_full=page.school_is_full,
    )
    return rows.row(line, person=person, now=now).standing
