"""A month of a provider becomes a delivery note: frozen, and numbered without holes."""

import datetime

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from courses.exceptions import Refusal
from tests.factories.catalogue import ResourceFactory
from tests.factories.deliveries import OCTOBER, content_of, day_at, delivered, pressed
from tests.factories.people import OfficerFactory, PlannerFactory, TeacherFactory, TrainerFactory
from training.exceptions import (
    MonthHasOpenSheets,
    MonthNotOver,
    NothingDelivered,
)
from training.models import DeliveryNote
from training.services import deliveries, missed_dates

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-12T12:00")]


@pytest.fixture
def resource():
    return ResourceFactory(name="Educ’Arte")


@pytest.fixture
def trainer(resource):
    return TrainerFactory(works_for=resource.provider, family_name="Leroy", given_name="Claire")


@pytest.fixture
def teachers():
    return TeacherFactory.create_batch(9)


def test_a_month_becomes_a_note_with_dates_hours_trainers_and_numbers_of_people(
    resource, trainer, teachers
):
    absent_ones = TeacherFactory.create_batch(5, works_at=teachers[0].schools[0])
    delivered(resource, trainer, "2026-10-06", present=teachers[:6], absent_ones=absent_ones)
    delivered(resource, trainer, "2026-10-13", present=teachers[:7], minutes=(0, 60))
    delivered(resource, trainer, "2026-11-03", present=teachers)
    delivered(ResourceFactory(), TrainerFactory(), "2026-10-07", present=teachers)

    note = deliveries.make(provider=resource.provider, month=OCTOBER)

    content = content_of(note)
    assert [(one.start.day, one.minutes, one.led_by) for one in content.dates] == [
        (6, 90, ["Claire Leroy"]),
        (13, 60, ["Claire Leroy"]),
    ]
    assert (content.sessions, content.minutes, content.not_counted) == (2, 150, [])
    assert [(one.resource, one.dates, one.minutes, one.present) for one in content.resources] == [
        (resource.pk, 2, 150, 6 + 7)
    ]
    assert content.followed_minutes == {resource.pk: 13 * 75}
    assert list(note.leaders.all()) == [trainer]


def test_fewer_than_five_people_of_a_resource_are_hidden(resource, trainer, teachers):
    delivered(resource, trainer, "2026-10-06", present=teachers[:5])
    delivered(resource, trainer, "2026-10-13", present=teachers[:6])
    alone = ResourceFactory(provider=resource.provider)
    delivered(alone, trainer, "2026-10-20", present=teachers[:2], absent_ones=teachers[2:])

    content = content_of(deliveries.make(provider=resource.provider, month=OCTOBER))

    assert {one.resource: one.present for one in content.resources} == {
        resource.pk: 11,
        alone.pk: None,
    }
    assert content.followed_minutes == {resource.pk: 11 * 90, alone.pk: None}


def test_a_date_without_a_closed_sheet_or_without_trainer_is_named_and_not_counted(
    resource, trainer, teachers
):
    delivered(resource, trainer, "2026-10-06", present=teachers[:6])
    delivered(resource, trainer, "2026-10-13", present=teachers[:6], is_closed=False)
    with time_machine.travel(day_at("2026-10-20") + datetime.timedelta(minutes=20), tick=False):
        missed = delivered(resource, trainer, "2026-10-20", is_closed=False, minutes=None)
        missed_dates.record(
            session=missed, meeting=missed.meetings.get(), words="", by=PlannerFactory()
        )

    content = content_of(deliveries.make(provider=resource.provider, month=OCTOBER))

    assert [one.start.day for one in content.dates] == [6]
    assert [(one.start.day, one.no_trainer_came) for one in content.not_counted] == [
        (13, False),
        (20, True),
    ]


@pytest.mark.parametrize(
    ("at", "is_closed", "made"),
    [
        pytest.param("2026-11-02T04:00", True, 0, id="the second: too early"),
        pytest.param("2026-11-03T04:00", True, 1, id="the third, all sheets closed"),
        pytest.param("2026-11-09T04:00", False, 0, id="the ninth, a sheet is open"),
        pytest.param("2026-11-10T04:00", False, 1, id="the tenth, a sheet is open"),
    ],
)
def test_the_tick_makes_the_note_once_the_month_is_settled(
    resource, trainer, teachers, at, is_closed, made
):
    delivered(resource, trainer, "2026-10-06", present=teachers[:6])
    delivered(resource, trainer, "2026-10-13", present=teachers[:6], is_closed=is_closed)
    now = timezone.make_aware(datetime.datetime.fromisoformat(at))

    first, again = deliveries.make_due(now), deliveries.make_due(now)

    assert (first, again, DeliveryNote.objects.count()) == (made, 0, made)


@pytest.mark.parametrize("is_other_open", [False, True], ids=["own sheet", "another provider’s"])
def test_no_note_is_offered_while_the_press_would_be_refused(
    client, resource, trainer, teachers, is_other_open
):
    delivered(resource, trainer, "2026-10-06", present=teachers[:6])
    other, leads = ResourceFactory(), TrainerFactory()
    late_resource, late_trainer = (other, leads) if is_other_open else (resource, trainer)
    delivered(late_resource, late_trainer, "2026-10-13", present=teachers[:7], is_closed=False)
    officer, page = OfficerFactory(language="en"), reverse("training:delivery_notes")
    client.force_login(officer)

    with time_machine.travel(day_at("2026-11-09"), tick=False):
        ninth = client.get(page).text
        made = pressed(
            client, officer, "make_delivery_note", resource.provider.public_id, month="2026-10"
        )
        there = DeliveryNote.objects.count()
    with time_machine.travel(day_at("2026-11-10"), tick=False):
        tenth = client.get(page).text

    words = str(MonthHasOpenSheets(day=datetime.date(2026, 11, 10)).reason)
    assert (words in ninth, words in made.text, there) == (True, True, 0)
    assert "Make the note" not in ninth
    assert "A note made now leaves these dates out" not in ninth
    assert tenth.count("Make the note") == 1  # the other provider has no closed sheet
    assert words not in tenth
    assert ("A note made now leaves these dates out" in tenth) is not is_other_open
    assert ("No date of this month has a closed sheet" in tenth) is is_other_open


def test_a_month_without_dates_says_so_and_leads_forward(client, resource, trainer, teachers):
    delivered(resource, trainer, "2026-10-06", present=teachers[:6])
    client.force_login(OfficerFactory(language="en"))
    page = reverse("training:delivery_notes")

    september = client.get(page, {"month": "2026-09"}).text
    october = client.get(page).text

    assert "No date in this month." in september
    assert "Every provider with dates in this month has its note." not in september
    assert 'href="?month=2026-10"' in september
    assert 'href="?month=2026-11"' not in october


@pytest.mark.parametrize(
    ("month", "refusal"),
    [
        pytest.param(datetime.date(2026, 11, 1), MonthNotOver, id="this month"),
        pytest.param(datetime.date(2026, 9, 1), NothingDelivered, id="a month without a date"),
    ],
)
def test_no_note_without_a_month_that_is_over_and_a_date(
    resource, trainer, teachers, month, refusal
):
    delivered(resource, trainer, "2026-11-03", present=teachers[:6])

    with pytest.raises(Refusal) as caught:
        deliveries.make(provider=resource.provider, month=month)

    assert type(caught.value) is refusal
    assert not DeliveryNote.objects.exists()


def test_refused_notes_leave_no_hole_in_the_numbers(resource, trainer, teachers):
    delivered(resource, trainer, "2026-10-06", present=teachers[:6])
    other = ResourceFactory()
    delivered(other, TrainerFactory(works_for=other.provider), "2026-10-06", present=teachers[:6])

    deliveries.make(provider=resource.provider, month=OCTOBER)
    with pytest.raises(Refusal):
        deliveries.make(provider=resource.provider, month=OCTOBER)
    deliveries.make(provider=other.provider, month=OCTOBER)

    numbers = DeliveryNote.objects.order_by("pk").values_list("number", flat=True)
    assert list(numbers) == ["2026-0001", "2026-0002"]


def test_a_refused_note_of_another_month_leads_back_to_that_month(client, resource):
    refused = pressed(
        client, OfficerFactory(), "make_delivery_note", resource.provider.public_id, month="2026-08"
    )

    assert refused.redirect_chain == [
        (reverse("training:delivery_notes", query={"month": "2026-08"}), 302)
    ]


def test_nothing_but_hidden_numbers_have_no_day_of_counting(client, resource, trainer, teachers):
    """ "Isn’t in their numbers" stood above hidden ones alone."""
    other, leads = ResourceFactory(), TrainerFactory()
    delivered(resource, trainer, "2026-10-06", present=teachers[:2])
    delivered(other, leads, "2026-10-06", present=teachers[:6])
    with time_machine.travel(day_at("2026-11-04"), tick=False):
        deliveries.make(provider=other.provider, month=OCTOBER)
    hidden = deliveries.make(provider=resource.provider, month=OCTOBER)
    client.force_login(OfficerFactory(language="en"))

    page = client.get(reverse("training:delivery_note", args=[hidden.public_id])).text

    assert content_of(hidden).people_told_on == "2026-11-04"
    assert "hidden-cell" in page
    assert "People were counted on" not in page
