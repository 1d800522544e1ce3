"""The register erases what delivery notes were made from after three years; they are kept for ten."""

import datetime

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from cms.register.services.erasing import erase_what_is_over
from courses.agenda.values import Hours
from courses.people.models import Membership
from tests.factories.attendance import absent, held_session, was_there
from tests.factories.catalogue import ResourceFactory
from tests.factories.deliveries import (
    OCTOBER,
    content_of,
    day_at,
    delivered,
    present_on,
    pressed,
)
from tests.factories.people import OfficerFactory, PlannerFactory, TeacherFactory, TrainerFactory
from training.exceptions import MonthErased
from training.models import DeliveryNote, MissedDate, MonthNoShows, Sheet, SheetLine
from training.queries.deliveries import corrected_delivery
from training.rules import is_outdated
from training.services import attendance, deliveries, missed_dates

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-12T12:00")]

MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def resource():
    return ResourceFactory()


@pytest.fixture
def trainer(resource):
    return TrainerFactory(works_for=resource.provider)


@pytest.fixture
def officer():
    return OfficerFactory(language="en")


def missed(resource, trainer, day: str, **more):
    """No trainer came to the first date of a session, on that day."""
    with time_machine.travel(day_at(day) + 20 * MINUTE, tick=False):
        session = delivered(resource, trainer, day, is_closed=False, minutes=None, **more)
        meeting = session.meetings.order_by("occurrence__start").first()
        missed_dates.record(session=session, meeting=meeting, words="", by=PlannerFactory())
    return session


@pytest.fixture
def note(resource, trainer, officer):
    """Found right. Six people were there on 6 October, no trainer came on the 20th."""
    delivered(resource, trainer, "2026-10-06", present=TeacherFactory.create_batch(6))
    missed(resource, trainer, "2026-10-20")
    made = deliveries.make(provider=resource.provider, month=OCTOBER)
    deliveries.find_right(note=made, by=officer)
    return made


@pytest.mark.parametrize("day", ["2029-11-20", "2036-11-10"])
def test_a_note_stays_up_to_date_whatever_the_register_erases(note, trainer, day):
    """It named a date to which no trainer came, and would have said something else after three years."""
    Membership.objects.filter(person=trainer).update(until=datetime.date(2027, 8, 31))

    with time_machine.travel(day_at(day), tick=False):
        erase_what_is_over(timezone.now())

    trainer.refresh_from_db()
    assert trainer.erased_at
    assert not MissedDate.objects.exists()
    assert not SheetLine.objects.exists()
    assert corrected_delivery(note).content.stands_on_it() == content_of(note).stands_on_it()


def test_a_correction_after_three_years_keeps_the_date_without_a_trainer(note, officer):
    with time_machine.travel(day_at("2029-11-20"), tick=False):
        erase_what_is_over(timezone.now())
        Sheet.objects.update(real_minutes=60)
        deliveries.contest(note=note, reason="An hour was held", by=officer)
        later = deliveries.correct(note=note, by=officer)

    assert content_of(later).not_counted == content_of(note).not_counted
    assert [one.no_trainer_came for one in content_of(later).not_counted] == [True]
    assert [one.minutes for one in content_of(later).dates] == [60]


def test_dates_of_one_hour_of_which_one_is_erased_keep_a_note_up_to_date(
    resource, trainer, officer
):
    """The register erases in batches: the other one goes in the night after."""
    delivered(resource, trainer, "2026-10-06", present=TeacherFactory.create_batch(6))
    _first, second = (missed(resource, trainer, "2026-10-20") for _ in range(2))
    note = deliveries.make(provider=resource.provider, month=OCTOBER)
    deliveries.find_right(note=note, by=officer)

    MissedDate.objects.filter(session=second).delete()

    note.refresh_from_db()
    assert not is_outdated(note, corrected_delivery(note).content)


NOBODY_COUNTS = (
    "Who was there is kept for 3 years. For this month that is over: people can’t be counted any more, and no"
    " first note is made. The hours of its closed sheets stay in the figures; notes that it has can still be"
    " corrected."
)


def test_a_month_whose_lines_are_erased_has_no_first_note(client, resource, trainer, officer):
    """It said that nobody had been there, and froze 0 people enrolled and absent."""
    delivered(resource, trainer, "2026-10-06", present=TeacherFactory.create_batch(6))
    make = "make_delivery_note", resource.provider.public_id

    with time_machine.travel(day_at("2029-10-07"), tick=False):
        erase_what_is_over(timezone.now())
        client.force_login(officer)
        page = client.get(reverse("training:delivery_notes", query={"month": "2026-10"})).text
        refused = pressed(client, officer, *make, month="2026-10")

    assert not SheetLine.objects.exists()
    assert (NOBODY_COUNTS in page, "Make the note" in page) == (True, False)
    assert NOBODY_COUNTS in refused.text
    assert (DeliveryNote.objects.count(), MonthNoShows.objects.count()) == (0, 0)


def test_a_month_is_written_until_the_register_reaches_its_first_day(resource, trainer):
    delivered(resource, trainer, "2026-10-06", present=TeacherFactory.create_batch(6))
    late = ResourceFactory()
    delivered(late, TrainerFactory(works_for=late.provider), "2026-10-13")

    with time_machine.travel(day_at("2029-09-30"), tick=False):
        erase_what_is_over(timezone.now())
        note = deliveries.make(provider=resource.provider, month=OCTOBER)
    with time_machine.travel(day_at("2029-10-01"), tick=False), pytest.raises(MonthErased):
        deliveries.make(provider=late.provider, month=OCTOBER)

    assert present_on(note) == [6]


def test_a_missed_date_is_kept_as_long_as_the_lines_of_its_month(resource, trainer):
    """Of a session that ends with the date before it, in September."""
    with time_machine.travel(day_at("2026-12-15") + 20 * MINUTE, tick=False):
        starts = day_at("2026-09-15"), day_at("2026-12-15")
        session = held_session(
            led_by=trainer,
            resource=resource,
            hours=[Hours(start, start + 90 * MINUTE) for start in starts],
        )
        last = session.meetings.order_by("occurrence__start").last()
        missed_dates.record(session=session, meeting=last, words="", by=PlannerFactory())
        delivered(resource, trainer, "2026-12-10", present=TeacherFactory.create_batch(6))

    with time_machine.travel(day_at("2029-11-20"), tick=False):
        erase_what_is_over(timezone.now())
        note = deliveries.make(provider=resource.provider, month=datetime.date(2026, 12, 1))

    assert [one.no_trainer_came for one in content_of(note).not_counted] == [True]


def test_a_date_that_was_held_after_all_stands_once_on_the_next_correction(
    resource, trainer, officer
):
    """“No trainer came”, undone within the hour, and its sheet closed."""
    delivered(resource, trainer, "2026-10-06", present=TeacherFactory.create_batch(6))
    session = delivered(resource, trainer, "2026-10-20", is_closed=False, minutes=None)
    first = deliveries.make(provider=resource.provider, month=OCTOBER)
    planner, meeting = PlannerFactory(), session.meetings.get()
    record = missed_dates.record(session=session, meeting=meeting, words="", by=planner)
    second = deliveries.correct(note=first, by=officer)
    assert [one.no_trainer_came for one in content_of(second).not_counted] == [True]

    missed_dates.undo(missed=record, by=planner)
    meeting.refresh_from_db()
    was_there(meeting, trainer, (0, 90))
    sheet = attendance.prefill(meeting.pk)
    attendance.close(sheet=sheet, by=trainer, revision=sheet.revision, decisions=absent(sheet))

    content = corrected_delivery(second).content
    assert [one.meeting for one in content.dates][1:] == [meeting.public_id]
    assert content.not_counted == []
