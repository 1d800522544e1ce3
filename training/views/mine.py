"""My trainings."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from courses.agenda.models import Meeting
from courses.exceptions import Refusal
from courses.live.queries import join_url
from courses.live.values import OPENS_BEFORE
from courses.people.permissions import PersonRequest, is_teacher, requires
from training.forms.participants import CancelForm
from training.models import Enrolment, Session
from training.queries.evaluations import OpenEvaluation, participants_among
from training.queries.mine import MyTrainings, my_trainings
from training.queries.sessions import taken_away
from training.rules import (
    how_long_a_seat_is_held,
    open_evaluations,
    why_not_cancel,
    why_not_enrol,
    why_not_yet,
)
from training.values import DateChange
from training.views.rows import StateBadge, how_i_stand, how_it_stands, seats_left

PAST_ON_A_PAGE = 20

type ToEvaluate = Mapping[int, OpenEvaluation]  # by the enrolment's primary key


@requires(is_teacher)
def mine(request: PersonRequest) -> HttpResponse:
    """My trainings: to come with my turn or the way in, and those that are over."""
    now = timezone.now()
    found = my_trainings(request.user, now=now)
    page = Paginator(found.past, PAST_ON_A_PAGE).get_page(request.GET.get("page"))
    mine = participants_among([*found.to_come, *page.object_list], now)
    to_evaluate = {one.enrolment.pk: one for one in open_evaluations(mine, now=now)}
    context = {
        "rows": my_rows(found, now=now, to_evaluate=to_evaluate),
        "past": past_rows(page.object_list, now=now, to_evaluate=to_evaluate),
        "page": page,
        "cancel_form": CancelForm(),
    }
    return render(request, "training/mine.html", context)


@dataclass(frozen=True)
class MyRow:
    """`join` is the way into the room, from a quarter of an hour before; `lapsed` says that the
    licence no longer covers it.
    """

    enrolment: Enrolment
    standing: StateBadge
    meetings: list[Meeting] = field(default_factory=list)
    next_meeting: Meeting | None = None
    join: str = ""
    can_cancel: bool = False
    lapsed: Refusal | None = None
    change: DateChange | None = None
    changed_at: datetime | None = None
    why_not_yet: list[str] = field(default_factory=list)
    has_offer: bool = False
    is_held: bool = False
    given_back: dict[int, bool] = field(default_factory=dict)
    held: str = ""
    evaluation: OpenEvaluation | None = None

    @property
    def session(self) -> Session:
        return self.enrolment.session

    @property
    def taken_away(self) -> set[int]:
        return taken_away(self.given_back)


def my_rows(
    found: MyTrainings, *, now: datetime, to_evaluate: ToEvaluate | None = None
) -> list[MyRow]:
    return [_my_row(found, enrolment, to_evaluate or {}, now) for enrolment in found.to_come]


def _my_row(
    found: MyTrainings, enrolment: Enrolment, to_evaluate: ToEvaluate, now: datetime
) -> MyRow:
    session = enrolment.session
    to_come = [m for m in found.meetings.get(session.series_id, []) if m.ends_at > now]
    to_come = [m for m in to_come if m.pk not in found.before_entry]  # one that goes on now
    coming = [m for m in to_come if not m.is_cancelled and m.pk not in found.given_back]
    first = coming[0] if coming else None
    is_open = (
        first is not None
        and enrolment.holds_a_seat
        and not session.is_cancelled
        and first.starts_at - OPENS_BEFORE <= now
    )
    entitlement, standing = found.rights.of(session)
    lapsed = why_not_enrol(
        session,
        entitlement=entitlement,
        standing=standing,
        is_admitted=enrolment.is_admitted,
        now=now,
    )
    told = found.moves.get(session.pk)
    return MyRow(
        enrolment,
        how_it_stands(session, now)
        or how_i_stand(
            enrolment, session, turn_in(found, enrolment), now, is_full(found, enrolment)
        ),
        why_not_yet=_why_not_yet(found, enrolment, now),
        has_offer=enrolment.has_offer_at(now) and not session.is_cancelled,
        is_held=enrolment.is_held_at(now) and not session.is_cancelled,
        meetings=to_come,
        given_back=found.given_back,
        next_meeting=first,
        join=join_url(first) if first and is_open else "",
        can_cancel=(
            why_not_cancel(enrolment, now=now, enters_at=found.enter_at.get(enrolment.pk)) is None
        ),
        lapsed=lapsed if session.is_open and session.starts_at > now else None,
        change=told.newest if told else None,
        changed_at=told.at if told else None,
        held=how_long_a_seat_is_held(enrolment, now=now) if enrolment.holds_a_seat else "",
        evaluation=to_evaluate.get(enrolment.pk),
    )


def turn_in(found: MyTrainings, enrolment: Enrolment) -> int:
    place = found.places.get(enrolment.pk)
    return place.before + 1 if place else 0


def is_full(found: MyTrainings, enrolment: Enrolment) -> bool:
    """Whether the person waits, and their school has all the seats that a school can have."""
    place = found.places.get(enrolment.pk)
    return place is not None and place.school_quota > 0


def _why_not_yet(found: MyTrainings, enrolment: Enrolment, now: datetime) -> list[str]:
    """Return sentences for those who wait in a session to come."""
    place, session = found.places.get(enrolment.pk), enrolment.session
    is_to_come = session.starts_at > now and not session.is_cancelled
    if place is None or not is_to_come or seats_left(session, now, is_full(found, enrolment)):
        return []
    return why_not_yet(session, place, now=now)


def past_rows(
    enrolments: Iterable[Enrolment], *, now: datetime, to_evaluate: ToEvaluate
) -> list[MyRow]:
    return [
        MyRow(
            e,
            how_it_stands(e.session, now) or how_i_stand(e, e.session, 0, now),
            evaluation=to_evaluate.get(e.pk),
        )
        for e in enrolments
    ]
