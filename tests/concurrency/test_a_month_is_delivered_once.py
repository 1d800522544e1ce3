"""Ticks and officers make the notes of a month at once: one for each provider, numbers without a hole;
a note that is corrected twice has one successor; a month is closed once.
"""

import datetime

import pytest

from courses.exceptions import Refusal
from courses.launches.models import MonthOpeners
from courses.launches.services import months
from tests.concurrency.test_certificates_are_numbered_without_holes import at_once
from tests.concurrency.threads import meanwhile
from tests.factories.catalogue import ResourceFactory
from tests.factories.deliveries import delivered
from tests.factories.people import (
    OfficerFactory,
    OrganisationFactory,
    PlannerFactory,
    TeacherFactory,
    TrainerFactory,
)
from training.enums import DeliveryState
from training.exceptions import NoteContestedMeanwhile, NoteIsReplaced
from training.models import DeliveryNote, MonthNoShows, Sheet
from training.services import attendance, deliveries, no_shows

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.at("2026-11-12T12:00")]

OCTOBER = datetime.date(2026, 10, 1)


def unless_refused(work):
    try:
        return work()
    except Refusal:
        return None


def press_right(note, officer, planner):
    deliveries.find_right(note=note, by=officer, revision=note.revision)


def press_contest(note, officer, planner):
    reason = "13 October is missing."
    deliveries.contest(note=note, reason=reason, by=officer, revision=note.revision)


def press_answer(note, officer, planner):
    deliveries.answer(note=note, words="It fell out.", by=planner, revision=note.revision)


@pytest.fixture
def contested():
    """A note, the officer who contested it, and a planner."""
    resource, officer = ResourceFactory(), OfficerFactory()
    trainer = TrainerFactory(works_for=resource.provider)
    delivered(resource, trainer, "2026-10-06", present=TeacherFactory.create_batch(6))
    note = deliveries.make(provider=resource.provider, month=OCTOBER)
    deliveries.contest(note=note, reason="An hour.", by=officer)
    note.refresh_from_db()
    return note, officer, PlannerFactory()


def test_a_month_s_notes_and_their_corrections_are_made_once():
    teachers, officer = TeacherFactory.create_batch(6), OfficerFactory()
    resources = ResourceFactory.create_batch(3)
    late = []
    for resource in resources:
        trainer = TrainerFactory(works_for=resource.provider)
        delivered(resource, trainer, "2026-10-06", present=teachers)
        late.append(
            (delivered(resource, trainer, "2026-10-13", present=teachers, is_closed=False), trainer)
        )
    providers = [resource.provider for resource in resources] * 3

    at_once(
        lambda one: unless_refused(
            lambda: deliveries.make(provider=one, month=OCTOBER, by=officer)
        ),
        providers,
    )
    first = list(DeliveryNote.objects.order_by("number"))
    for session, trainer in late:
        sheet = Sheet.objects.get(session=session)
        attendance.close(sheet=sheet, by=trainer, revision=sheet.revision, decisions={})
    at_once(lambda one: unless_refused(lambda: deliveries.correct(note=one, by=officer)), first * 3)

    numbers = DeliveryNote.objects.order_by("number").values_list("number", flat=True)
    assert [note.number for note in first] == ["2026-0001", "2026-0002", "2026-0003"]
    assert list(numbers) == [f"2026-{n:04d}" for n in range(1, 7)]
    replaced = DeliveryNote.objects.filter(version=2).values_list("replaces", flat=True)
    assert sorted(replaced) == sorted(note.pk for note in first)


@pytest.mark.parametrize("press", [press_right, press_contest, press_answer])
def test_a_note_that_is_just_being_replaced_is_not_judged(contested, press):
    note, officer, planner = contested
    Sheet.objects.update(real_minutes=80)

    pressed = meanwhile(
        lambda: deliveries.correct(note=note, by=planner, revision=note.revision),
        lambda: press(note, officer, planner),
    )

    assert isinstance(pressed, NoteIsReplaced)
    note.refresh_from_db()
    assert (note.state, note.reason, note.answer) == (DeliveryState.CONTESTED, "An hour.", "")


def test_of_two_officers_who_press_at_once_the_second_reads_what_the_first_did(contested):
    note, officer, planner = contested
    DeliveryNote.objects.update(
        state=DeliveryState.TO_CHECK, reason="", checked_by=None, checked_at=None
    )
    note.refresh_from_db()

    pressed = meanwhile(
        lambda: deliveries.contest(
            note=note, reason="13 October is missing.", by=officer, revision=note.revision
        ),
        lambda: press_right(note, OfficerFactory(), planner),
    )

    assert isinstance(pressed, NoteContestedMeanwhile)
    assert officer.display_name in pressed.reason
    note.refresh_from_db()
    assert (note.state, note.reason) == (DeliveryState.CONTESTED, "13 October is missing.")


def test_a_month_is_closed_once_by_two_ticks():
    resource = ResourceFactory()
    trainer = TrainerFactory(works_for=resource.provider)
    absent = TeacherFactory.create_batch(6, works_at=OrganisationFactory())
    delivered(resource, trainer, "2026-10-06", absent_ones=absent)

    no_shows_closed = at_once(no_shows.close_month, [OCTOBER] * 4)
    openers_closed = at_once(months.close_month, [OCTOBER] * 4)

    assert (sorted(no_shows_closed), sorted(openers_closed)) == ([False] * 3 + [True],) * 2
    whole = {"school": None, "department": "", "month": OCTOBER}
    assert MonthNoShows.objects.get(resource=None, **whole).number == 6
    assert MonthOpeners.objects.get(resource=resource, **whole).people == 0
