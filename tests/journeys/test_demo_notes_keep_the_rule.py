"""The demo's delivery notes are those that the sweep would have made: of settled months alone."""

import datetime
from types import SimpleNamespace

import pytest
from django.utils import timezone

from tests.factories.catalogue import ResourceFactory
from tests.factories.deliveries import content_of, delivered
from tests.factories.people import OfficerFactory, TeacherFactory, TrainerFactory
from training.demo.deliveries import OFFICER, deliver
from training.enums import DeliveryState, SheetState
from training.models import DeliveryNote, MonthNoShows, Sheet

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-12-10T12:00")]

RIGHT, TO_CHECK = DeliveryState.RIGHT, DeliveryState.TO_CHECK


@pytest.mark.parametrize(
    ("now", "is_sheet_open", "notes"),
    [
        pytest.param(
            "2026-12-01T12:00",
            True,
            {"2026-09-01": ("2026-10-03", RIGHT), "2026-10-01": ("2026-11-03", TO_CHECK)},
            id="the first, a sheet of November is open",
        ),
        pytest.param(
            "2026-12-02T12:00",
            False,
            {"2026-09-01": ("2026-10-03", RIGHT), "2026-10-01": ("2026-11-03", TO_CHECK)},
            id="the second, all sheets are closed",
        ),
        pytest.param(
            "2026-12-03T12:00",
            False,
            {
                "2026-09-01": ("2026-10-03", RIGHT),
                "2026-10-01": ("2026-11-03", RIGHT),
                "2026-11-01": ("2026-12-03", TO_CHECK),
            },
            id="the third, all sheets are closed",
        ),
        pytest.param(
            "2026-12-09T12:00",
            True,
            {"2026-09-01": ("2026-10-03", RIGHT), "2026-10-01": ("2026-11-03", TO_CHECK)},
            id="the ninth, a sheet of November is open",
        ),
        pytest.param(
            "2026-12-10T12:00",
            True,
            {
                "2026-09-01": ("2026-10-03", RIGHT),
                "2026-10-01": ("2026-11-03", RIGHT),
                "2026-11-01": ("2026-12-10", TO_CHECK),
            },
            id="the tenth, a sheet of November is open",
        ),
    ],
)
def test_the_demo_makes_notes_of_settled_months_alone(now, is_sheet_open, notes):
    resource = ResourceFactory()
    trainer = TrainerFactory(works_for=resource.provider)
    teachers = TeacherFactory.create_batch(6)
    for day in ("2026-09-15", "2026-10-13", "2026-11-10"):
        delivered(resource, trainer, day, present=teachers)
    delivered(resource, trainer, "2026-11-24", present=teachers, is_closed=not is_sheet_open)
    at = timezone.make_aware(datetime.datetime.fromisoformat(now))
    world = SimpleNamespace(today=at.date(), now=at, people={OFFICER: OfficerFactory()})

    assert deliver(world) == len(notes)

    assert {
        str(note.month): (str(timezone.localdate(note.issued_at)), note.state)
        for note in DeliveryNote.objects.all()
    } == notes
    counted = set(MonthNoShows.objects.values_list("month", flat=True))
    assert {str(month) for month in counted} == set(notes)  # none before the first session


def test_the_demo_corrects_a_note_whose_date_was_closed_late():
    """One of two dates of a provider's October; a corrected note waits to be checked."""
    resource = ResourceFactory()
    trainer = TrainerFactory(works_for=resource.provider)
    teachers = TeacherFactory.create_batch(6)
    delivered(resource, trainer, "2026-10-06", present=teachers)
    late = delivered(resource, trainer, "2026-10-13", present=teachers[:5])
    delivered(resource, trainer, "2026-11-10", present=teachers)
    now = timezone.now()
    world = SimpleNamespace(today=now.date(), now=now, people={OFFICER: OfficerFactory()})

    assert deliver(world) == 3

    first, corrected = DeliveryNote.objects.of_month(resource.provider, datetime.date(2026, 10, 1))
    assert [len(content_of(one).dates) for one in (first, corrected)] == [1, 2]
    assert (first.reason != "", corrected.state) == (True, TO_CHECK)
    assert Sheet.objects.get(session=late).state == SheetState.CLOSED
