"""Where a rule is asked of the database for many rows and in Python for one, both pass the same
cases.
"""

from datetime import timedelta

import pytest
from django.utils import timezone

from courses.people.models import Membership
from tests.factories.catalogue import LicenceFactory
from tests.factories.people import (
    MembershipFactory,
    OrganisationFactory,
    TeacherFactory,
    TrainerFactory,
)
from tests.factories.training import SessionFactory
from training.enums import EnrolmentState
from training.models import Enrolment, Session, Sheet, Substitution
from training.queries import filling
from training.queries.rights import rights_of, rights_of_reader
from training.queries.sessions import count_seats, session_page, turns_of
from training.rules import substitute_has_access

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("capacity", "taken", "begins_in", "few"),
    [
        pytest.param(8, 2, timedelta(days=1), False, id="a quarter is enough"),
        pytest.param(9, 2, timedelta(days=1), True, id="just below a quarter"),
        pytest.param(20, 0, timedelta(days=10), True, id="nobody, on the last of the days"),
        pytest.param(20, 0, timedelta(days=10, seconds=1), False, id="later than that"),
        pytest.param(20, 0, timedelta(0), False, id="it begins now"),
        pytest.param(20, 0, timedelta(hours=-1), False, id="it has begun"),
    ],
)
def test_a_session_with_few_people(capacity, taken, begins_in, few):
    now = timezone.now().replace(microsecond=0)
    session = SessionFactory(capacity=capacity, starts_at=now + begins_in)
    for _seat in range(taken):
        Enrolment.objects.create(
            session=session,
            teacher=TeacherFactory(),
            state="confirmed",
            school=OrganisationFactory(),
        )
    counted = Session.objects.with_seats().get(pk=session.pk)

    assert filling.lacks_people(counted, now) is few
    assert filling.without_enough_people(now).filter(pk=session.pk).exists() is few


@pytest.mark.parametrize(
    ("capacity", "can_press"),
    [pytest.param(3, True, id="a seat is free"), pytest.param(2, False, id="full")],
)
def test_who_is_in_line_before_a_free_seat(capacity, can_press):
    now = timezone.now()
    sessions = [SessionFactory(capacity=capacity, school_quota=quota) for quota in (None, 1)]
    for session in sessions:
        school = OrganisationFactory()
        for state, at in (
            ("confirmed", school),
            ("confirmed", OrganisationFactory()),
            ("waiting", OrganisationFactory()),
            ("waiting", school),
        ):
            Enrolment.objects.create(
                session=session, teacher=TeacherFactory(), state=state, school=at, asked_at=now
            )
    quiet = SessionFactory(capacity=capacity)

    by_database = dict(Session.objects.with_seats().values_list("pk", "in_line"))
    shown = list(Session.objects.order_by("pk"))
    count_seats(shown)

    assert by_database == {sessions[0].pk: 2, sessions[1].pk: 1, quiet.pk: 0}
    assert {one.pk: one.in_line for one in shown} == {
        pk: number if can_press else 0 for pk, number in by_database.items()
    }


def test_seats_are_counted_by_one_statement_as_by_another(django_assert_num_queries):
    now, hour = timezone.now(), timedelta(hours=1)
    free, full, _quiet = (SessionFactory(capacity=capacity) for capacity in (9, 2, 1))
    for session in (free, full):
        for state in EnrolmentState:
            for hours in (2, 1):
                Enrolment.objects.create(
                    session=session,
                    teacher=TeacherFactory(),
                    state=state,
                    school=OrganisationFactory(),
                    asked_at=now,
                    offer_ends_at=now + hours * hour if state == "offered" else None,
                    held_until=now + hour if state == "held" else None,
                    right_ended_at=now if state == "to_confirm" else None,
                )
    counts = ["pk", "seats_taken", "turns", "offers", "first_offer_ends_at", "in_line"]

    by_database = list(Session.objects.with_seats().order_by("pk").values_list(*counts))
    shown = list(Session.objects.order_by("pk"))
    with django_assert_num_queries(2):
        count_seats(shown)

    read = [tuple(getattr(one, name) for name in counts) for one in shown]
    assert by_database[0][1:] == (8, 2, 2, now + hour, 2)
    assert by_database[1][-1] == 2
    assert read == [by_database[0], (*by_database[1][:-1], 0), by_database[2]]


def test_the_turn_in_a_waiting_list():
    session, now = SessionFactory(capacity=1), timezone.now()
    LicenceFactory(resource=session.training.resource)
    hour = timedelta(hours=1)
    asked = [(now, None), (now - hour, None), (now, None), (now + hour, None), (now - hour, now)]
    waiting = [
        Enrolment.objects.create(
            session=session,
            teacher=TeacherFactory(),
            state="waiting",
            school=OrganisationFactory(),
            asked_at=at,
            set_back_at=set_back_at,  # an offer expired
        )
        for at, set_back_at in asked
    ]
    elsewhere = SessionFactory()
    Enrolment.objects.create(
        session=elsewhere,
        teacher=TeacherFactory(),
        state="waiting",
        school=OrganisationFactory(),
        asked_at=now,
    )

    turns = turns_of(waiting)

    counted = Session.objects.with_seats().get(pk=session.pk)
    pages = [session_page(counted, one.teacher, now=now) for one in waiting]
    assert [turns[one.pk] for one in waiting] == [2, 1, 3, 5, 4]
    assert [page.turn for page in pages] == [2, 1, 3, 5, 4]


@pytest.mark.parametrize(
    ("ended", "sheet", "closed", "has_access"),
    [
        pytest.param(timedelta(hours=-1), "", None, True, id="before its end"),
        pytest.param(timedelta(days=7, seconds=-1), "", None, True, id="no sheet, a week"),
        pytest.param(timedelta(days=7), "", None, False, id="no sheet, longer"),
        pytest.param(timedelta(days=7, seconds=-1), "open", None, True, id="open, a week"),
        pytest.param(timedelta(days=7), "open", None, False, id="open, longer"),
        pytest.param(timedelta(days=3), "closed", timedelta(hours=23), True, id="closed today"),
        pytest.param(timedelta(days=3), "closed", timedelta(days=1), False, id="closed a day ago"),
        pytest.param(timedelta(days=8), "closed", timedelta(hours=23), False, id="closed late"),
    ],
)
def test_how_long_a_substitute_has_access(ended, sheet, closed, has_access):
    now = timezone.now().replace(microsecond=0)
    session = SessionFactory(starts_at=now - ended - timedelta(minutes=90))
    meeting, replaced = session.meetings.get(), session.trainers.get()
    closed_at = now - closed if closed else None
    if sheet:
        Sheet.objects.create(session=session, meeting=meeting, state=sheet, closed_at=closed_at)
    Substitution.objects.create(
        session=session,
        meeting=meeting,
        replaces=replaced,
        substitute=TrainerFactory(),
        by=replaced,
    )

    said = substitute_has_access(ended_at=meeting.ends_at, closed_at=closed_at, now=now)

    assert said is has_access
    assert Substitution.objects.with_access(now).exists() is has_access


@pytest.mark.parametrize(
    ("since", "until", "holds"),
    [
        pytest.param(0, None, True, id="the first day, without an end"),
        pytest.param(1, None, False, id="the day before"),
        pytest.param(-1, 0, True, id="the last day"),
        pytest.param(-2, -1, False, id="the day after"),
    ],
)
def test_a_membership_holds_on_its_first_and_its_last_day(since, until, holds):
    day = timezone.localdate()
    membership = MembershipFactory(
        since=day + timedelta(days=since),
        until=None if until is None else day + timedelta(days=until),
    )

    assert membership.holds_on(day) is holds
    assert Membership.objects.on(day).filter(pk=membership.pk).exists() is holds


@pytest.mark.parametrize(
    ("role", "has_right"), [pytest.param("teacher", True), pytest.param("leader", False)]
)
def test_the_right_of_a_pages_reader_is_that_of_teachers_alone(role, has_right):
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource)
    reader = MembershipFactory(organisation=licence.school, role=role).person
    MembershipFactory(person=reader)

    for rights in (rights_of(reader), rights_of_reader(reader)):
        entitlement, _standing = rights.of(session)
        assert (entitlement is not None) is has_right
