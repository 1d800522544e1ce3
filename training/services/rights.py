"""A right that ends between enrolment and session: the seat is to confirm, held, and then given on;
a right that is renewed.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import translation

from courses.exceptions import Refusal
from courses.mail.services import post
from courses.people.enums import Role
from courses.people.models import Person
from training.enums import HOLD_A_SEAT, EnrolmentState, Letters, SessionState
from training.exceptions import ForOtherSchools, NoSchool
from training.models import Enrolment, Session
from training.queries.rights import may_enrol_through, rights_of_all
from training.queries.role_holders import holders_of
from training.rules import state_by_right, why_no_right
from training.services import elsewhere, one_seat, waiting_list
from training.services import enrolment as enrolments
from training.values import RIGHT_ASKED_FROM

A_DAY_MORE = timedelta(days=1)  # by a clock in Paris fifteen days may be an hour longer


def follow(now: datetime) -> int:
    """For the tick: ask the right again for the seats of the next fifteen days. Says how many
    changed.

    The rights of all are read in a few queries, without a lock. Where something changes, the
    session's row is held and the rule asked again. May run twice, and two ticks at once.
    """
    asked = list(_seats_to_ask(now))
    rights = rights_of_all(Person.objects.filter(pk__in={one.teacher_id for one in asked}))
    changing: dict[Session, list[Enrolment]] = defaultdict(list)
    for one in asked:
        entitlement, standing = rights[one.teacher_id].of(one.session)
        refusal = why_no_right(one.session, entitlement=entitlement, standing=standing)
        if _state_of(one, refusal, now):
            changing[one.session].append(one)
    return sum(_follow(session, seats, now) for session, seats in changing.items())


def _seats_to_ask(now: datetime) -> QuerySet[Enrolment]:
    """Seats, and those that were given on and could be asked for again. Not of those to whom a
    planner opened the session.
    """
    soon = now + RIGHT_ASKED_FROM + A_DAY_MORE
    is_given_on = Q(state=EnrolmentState.CANCELLED, right_ended_at__isnull=False)
    is_at_risk = Q(state=EnrolmentState.TO_CONFIRM)
    return (
        Enrolment.objects.filter(
            Q(state__in=HOLD_A_SEAT, session__starts_at__lte=soon) | is_given_on | is_at_risk,
            session__state=SessionState.OPEN,
            session__starts_at__gt=now,
            is_admitted=False,
        )
        .select_related("teacher", "session__training__resource__provider")
        .order_by("session", "pk")
    )


def _state_of(one: Enrolment, refusal: Refusal | None, now: datetime) -> EnrolmentState | None:
    return state_by_right(
        one.session, state=one.state, ended_at=one.right_ended_at, refusal=refusal, now=now
    )


def _follow(session: Session, seats: Iterable[Enrolment], now: datetime) -> int:
    """Write the changes of one session under its lock. Says how many."""
    told: list[tuple[Enrolment, Refusal]] = []
    changed, is_freed = 0, False
    with transaction.atomic():
        session = enrolments.locked(session)
        had_a_seat = waiting_list.has_a_free_seat(session, now)
        keys = [one.pk for one in seats]
        for one in session.enrolments.filter(pk__in=keys).select_related("teacher", "school"):
            one.session = session
            with translation.override(one.teacher.language):  # names of subjects are part of it
                entitlement, standing = may_enrol_through(session, one.teacher)
            refusal = why_no_right(session, entitlement=entitlement, standing=standing)
            state = _state_of(one, refusal, now) if session.is_open else None
            if state is None or one.is_admitted:
                continue
            if state == EnrolmentState.TO_CONFIRM and refusal:
                _to_confirm(one, refusal, now)
                told.append((one, refusal))
            elif state == EnrolmentState.CONFIRMED:
                one_seat.make_sure(one, by=None, now=now)
                key = f"right:{one.pk}:renewed:{now.isoformat()}"
                post(Letters.RIGHT_RENEWED, about=one, to=one.teacher, key=key)
            elif state == EnrolmentState.CANCELLED:
                one_seat.leave(one, by=None, now=now, refusal=refusal, keeps_first_refusal=True)
                is_freed = True
            elif not _waits_as_the_first(one, now):
                continue
            changed += 1
        _tell_others(session, told, now)
        waiting_list.promote(session, now, has_another_seat=is_freed)
        _tell_of_turns(session, keys, now)
        if waiting_list.has_a_free_seat(session, now) != had_a_seat:
            elsewhere.session_changed(session)
    return changed


def _to_confirm(one: Enrolment, refusal: Refusal, now: datetime) -> None:
    one.state, one.right_ended_at = EnrolmentState.TO_CONFIRM, now
    one.save(update_fields=["state", "right_ended_at"])
    one_seat.record(one, by=None, now=now, refusal=refusal)
    key = f"right:{one.pk}:{now.isoformat()}"
    details = {"refusal": refusal.as_kept()}
    post(Letters.RIGHT_ENDS, about=one, to=one.teacher, key=key, details=details)


def _waits_as_the_first(one: Enrolment, now: datetime) -> bool:
    """Somebody whose seat was given on, and who hasn't enrolled again since."""
    if one.session.enrolments.still_open().filter(teacher=one.teacher).exists():
        return False
    one.state = EnrolmentState.WAITING
    one.save(update_fields=["state"])
    one_seat.record(one, by=None, now=now)
    return True


def _tell_of_turns(session: Session, keys: list[int], now: datetime) -> None:
    """Who waits as the first, where no seat was free."""
    first = session.enrolments.waiting().filter(pk__in=keys, right_ended_at__isnull=False)
    for one in first.select_related("teacher"):
        key = f"right:{one.pk}:first:{one.right_ended_at:%Y%m%dT%H%M%S}"
        post(Letters.ON_THE_WAITING_LIST, about=one, to=one.teacher, key=key)


def _tell_others(session: Session, told: list[tuple[Enrolment, Refusal]], now: datetime) -> None:
    """The training planners, once; the leaders of each school whose subscription ends, by a number,
    without names.
    """
    if not told:
        return
    for planner in holders_of(Role.PLANNER):
        key = f"right:{session.pk}:{planner.pk}:{now.isoformat()}"
        post(Letters.SEATS_AT_RISK, about=session, to=planner, key=key)
    schools = {
        one.school_id
        for one, refusal in told
        if not isinstance(refusal, NoSchool | ForOtherSchools)
    }
    for school in sorted(schools):
        for leader in holders_of(Role.LEADER, school):
            key = f"right:{session.pk}:{school}:{leader.pk}:{now.isoformat()}"
            details = {"school": school}
            post(Letters.RIGHT_ENDS_AT_SCHOOL, about=session, to=leader, key=key, details=details)
