"""Where a rule is asked of the database for many rows and in Python for one, both pass the same
cases.
"""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories.catalogue import LicenceFactory
from tests.factories.people import OrganisationFactory, TeacherFactory
from tests.factories.training import SessionFactory
from training.models import Enrolment, Session
from training.queries import filling
from training.queries.sessions import session_page, turns_of

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
