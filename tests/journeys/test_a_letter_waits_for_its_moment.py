"""A letter for later waits, is taken back, and comes back when its reason does."""

import datetime

import pytest
import time_machine
from django.core import mail

from courses.mail import services as outbox
from courses.mail.enums import LetterState
from tests.factories.mail import NOTE
from tests.factories.people import TeacherFactory
from tests.factories.worker import run_worker

pytestmark = pytest.mark.django_db


NOW = datetime.datetime(2026, 12, 1, 9, tzinfo=datetime.UTC)

MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def clock():
    """The hour, moved by the story."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def test_a_letter_for_later_waits_and_can_be_taken_back(clock):
    teacher = TeacherFactory()
    early = outbox.post(
        NOTE,
        to=teacher,
        key="reminder:1:day",
        not_before=NOW + 60 * MINUTE,
        details={"subject": "Day"},
    )
    late = outbox.post(
        NOTE,
        to=teacher,
        key="reminder:1:hour",
        not_before=NOW + 120 * MINUTE,
        details={"subject": "Hour"},
    )
    other = outbox.post(
        NOTE,
        to=teacher,
        key="reminder:10:day",
        not_before=NOW + 120 * MINUTE,
        details={"subject": "Other"},
    )

    run_worker()
    assert mail.outbox == []
    clock.shift(61 * MINUTE)
    run_worker()
    assert outbox.withdraw(key_prefix="reminder:1:") == 1
    clock.shift(61 * MINUTE)
    run_worker()

    assert [m.subject for m in mail.outbox] == ["Day", "Other"]
    for letter in (early, late, other):
        letter.refresh_from_db()
    assert [early.state, late.state, other.state] == [
        LetterState.SENT,
        LetterState.WITHDRAWN,
        LetterState.SENT,
    ]


def test_a_letter_taken_back_comes_back_when_its_reason_does_at_its_new_time_only(clock):
    teacher = TeacherFactory()
    outbox.post(NOTE, to=teacher, key="reminder", not_before=NOW + 10 * MINUTE)
    outbox.withdraw(keys=["reminder"])

    letter = outbox.post(
        NOTE, to=teacher, key="reminder", not_before=NOW + 60 * MINUTE, details={"subject": "Back"}
    )

    clock.shift(11 * MINUTE)
    run_worker()
    assert mail.outbox == []
    clock.shift(50 * MINUTE)
    run_worker()
    letter.refresh_from_db()
    assert ([m.subject for m in mail.outbox], letter.state) == (["Back"], LetterState.SENT)
