"""A delivery note is made of a month that the address names, for a provider with a closed sheet, numbered
in the year of its own day, and drawn once more where a worker was killed over it.
"""

import datetime

import pytest
import time_machine
from django.db import OperationalError, connection
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from tests.factories.catalogue import ResourceFactory
from tests.factories.deliveries import day_at, delivered
from tests.factories.people import OfficerFactory, TeacherFactory, TrainerFactory
from tests.factories.worker import run_worker
from training.models import DeliveryNote
from training.services import deliveries

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-12T12:00")]

OCTOBER = datetime.date(2026, 10, 1)


@pytest.fixture
def resource():
    return ResourceFactory()


@pytest.fixture
def trainer(resource):
    return TrainerFactory(works_for=resource.provider)


@pytest.fixture
def teachers():
    return TeacherFactory.create_batch(6)


@pytest.mark.parametrize("month", ["abc", "2026-13", "9999-12", "0001-01", ""])
def test_a_note_of_no_month_is_not_there(client, resource, trainer, teachers, month):
    """It was refused, or made, as one of the month that runs."""
    delivered(resource, trainer, "2026-10-06", present=teachers)

    client.force_login(OfficerFactory())
    address = reverse("training:make_delivery_note", args=[resource.provider.public_id])

    asked = client.post(address, {"month": month})

    assert (asked.status_code, DeliveryNote.objects.count()) == (404, 0)


def test_a_note_is_numbered_in_the_year_in_which_it_is_made(resource, trainer, teachers):
    with time_machine.travel(day_at("2027-01-04"), tick=False):
        for day in ("2026-11-03", "2026-12-08"):
            delivered(resource, trainer, day, present=teachers)
        november = deliveries.make(
            provider=resource.provider,
            month=datetime.date(2026, 11, 1),
            now=timezone.make_aware(datetime.datetime(2026, 12, 31, 23, 59)),
        )
        december = deliveries.make(
            provider=resource.provider,
            month=datetime.date(2026, 12, 1),
            now=timezone.make_aware(datetime.datetime(2027, 1, 1, 0, 1)),
        )

    assert [note.number for note in (november, december)] == ["2026-0001", "2027-0001"]


def test_the_tick_makes_no_note_for_a_provider_without_a_closed_sheet(
    resource, trainer, teachers, caplog
):
    """It would be refused, and logged as an error each minute."""
    delivered(ResourceFactory(), TrainerFactory(), "2026-10-06", present=teachers, is_closed=False)
    delivered(resource, trainer, "2026-10-06", present=teachers)

    made = deliveries.make_due(timezone.now())

    assert (made, DeliveryNote.objects.get().provider) == (1, resource.provider)
    assert [one.name for one in caplog.records if one.name == deliveries.logger.name] == []


def test_a_note_that_fails_keeps_no_other_provider_from_its_own(
    resource, trainer, teachers, caplog
):
    """The database refuses the first one; the tick makes it the next minute."""
    failing = ResourceFactory(provider__name="Aaa")
    for one, leader in ((failing, TrainerFactory(works_for=failing.provider)), (resource, trainer)):
        delivered(one, leader, "2026-10-06", present=teachers)
    left = [OperationalError("disk full")]

    def first_fails(execute, sql, params, many, context):
        if left and sql.startswith('INSERT INTO "training_deliverynote"'):
            raise left.pop()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(first_fails):
        made = deliveries.make_due(timezone.now())
    of_the_first_tick = DeliveryNote.objects.get()
    made_later = deliveries.make_due(timezone.now())

    assert (made, made_later) == (1, 1)
    assert (of_the_first_tick.provider, of_the_first_tick.number) == (
        resource.provider,
        "2026-0001",
    )
    assert f"{failing.provider.public_id} could not be made" in caplog.text


def test_notes_of_two_months_are_made_after_a_month_without_a_tick(resource, trainer, teachers):
    for day in ("2026-08-25", "2026-09-08", "2026-10-06"):
        delivered(resource, trainer, day, present=teachers)

    deliveries.make_due(timezone.now())

    months = DeliveryNote.objects.order_by("month").values_list("month", flat=True)
    assert list(months) == [datetime.date(2026, 9, 1), OCTOBER]


@pytest.mark.parametrize(("minutes", "is_drawn"), [(4, False), (6, True)])
def test_a_note_that_stays_undrawn_is_drawn_after_five_minutes(
    resource, trainer, teachers, minutes, is_drawn
):
    """Its worker was killed; until then the one that has it may still be at work."""
    delivered(resource, trainer, "2026-10-06", present=teachers)
    note = deliveries.make(provider=resource.provider, month=OCTOBER)
    DBTaskResult.objects.all().delete()

    deliveries.draw_what_is_missing(note.issued_at + datetime.timedelta(minutes=minutes))
    run_worker()

    note.refresh_from_db()
    assert bool(note.drawn_at) is is_drawn
