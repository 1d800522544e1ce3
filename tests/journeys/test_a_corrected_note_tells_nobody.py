"""What a corrected delivery note may say beside all earlier ones, which have been read."""

import contextlib
import datetime

import pytest
from django.urls import reverse

from tests.factories import attendance as sheets
from tests.factories.catalogue import ResourceFactory
from tests.factories.deliveries import content_of, delivered, present_on
from tests.factories.markup import shows
from tests.factories.people import (
    OfficerFactory,
    OrganisationFactory,
    PlannerFactory,
    TeacherFactory,
    TrainerFactory,
)
from training.exceptions import NothingToCorrect
from training.models import Participation, Sheet, SheetLine
from training.services import attendance, deliveries

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-12T12:00")]

OCTOBER = datetime.date(2026, 10, 1)


@pytest.fixture
def resource():
    return ResourceFactory()


@pytest.fixture
def trainer(resource):
    return TrainerFactory(works_for=resource.provider)


@pytest.fixture
def planner():
    return PlannerFactory()


def of_one_school(number: int) -> list:
    return TeacherFactory.create_batch(number, works_at=OrganisationFactory())


def attest(session, teachers, minutes: int, by) -> None:
    lines = SheetLine.objects.participants().filter(sheet__session=session)
    for line in lines.filter(participation__enrolment__teacher__in=teachers):
        attendance.correct(line=line, minutes=minutes, reason="By telephone", by=by)


def gave_the_date_back(session, teachers) -> None:
    """Nobody expected them: whether or not they came, they are no no-shows."""
    given = Participation.objects.filter(enrolment__session=session)
    given.filter(enrolment__teacher__in=teachers).update(is_withdrawn=True)


def test_a_number_hidden_for_another_s_sake_stays_hidden_once_that_one_has_grown(
    resource, trainer, planner
):
    """Two were absent at another provider's date, so the resource isn't told. Five more absent at the other
    one would show it; what the month hid stays hidden, on a later date too.
    """
    school = OrganisationFactory()
    other, there = TrainerFactory(), TeacherFactory.create_batch(14, works_at=school)
    absent = TeacherFactory.create_batch(6, works_at=school)
    delivered(resource, trainer, "2026-10-06", present=there[:9], absent_ones=absent)
    elsewhere = delivered(
        resource,
        other,
        "2026-10-07",
        present=there,
        absent_ones=TeacherFactory.create_batch(2, works_at=school),
        provider=other.memberships.get().organisation,
    )
    note = deliveries.make(provider=resource.provider, month=OCTOBER)

    attest(elsewhere, there[9:], 0, planner)
    delivered(resource, trainer, "2026-10-13", present=there[:9])
    later = deliveries.correct(note=note, by=planner)

    assert present_on(note) == [None]
    assert present_on(later) == [None]


def test_a_third_note_is_compared_with_the_first_too(resource, trainer, planner):
    """Ten, sixteen, eleven: five less than on the second, one more than on the first."""
    people = of_one_school(16)
    session = delivered(
        resource, trainer, "2026-10-06", present=people[:10], absent_ones=people[10:]
    )
    gave_the_date_back(session, people[10:])
    first = deliveries.make(provider=resource.provider, month=OCTOBER)

    attest(session, people[10:], 90, planner)
    second = deliveries.correct(note=first, by=planner)
    attest(session, people[11:], 0, planner)
    with pytest.raises(NothingToCorrect):
        deliveries.correct(note=second, by=planner)

    assert [present_on(note) for note in (first, second)] == [[10], [16]]


def test_one_fewer_present_is_left_out_where_nobody_more_was_absent(
    client, resource, trainer, planner
):
    people = of_one_school(8)
    session = delivered(resource, trainer, "2026-10-06", present=people)
    gave_the_date_back(session, people[:1])
    note = deliveries.make(provider=resource.provider, month=OCTOBER)

    attest(session, people[:1], 0, planner)
    with pytest.raises(NothingToCorrect):
        deliveries.correct(note=note, by=planner)
    Sheet.objects.filter(session=session).update(real_minutes=60)
    later = deliveries.correct(note=note, by=planner)

    assert (present_on(note), present_on(later)) == ([8], [8])
    assert [one.is_of_before for one in content_of(later).resources] == [True]
    client.force_login(OfficerFactory(language="en"))
    page = client.get(
        reverse("training:delivery_note", args=[later.public_id]), headers={"Accept-Language": "en"}
    ).text
    assert shows(page, "without the last corrections")


def test_another_provider_s_absent_cover_none_of_a_provider_s_own(resource, trainer, planner):
    """Two were absent on a date that came since, five on dates of another provider of the resource. Of the
    resource as many were absent as when the month was written.
    """
    school = OrganisationFactory()

    def some(number: int) -> list:
        return TeacherFactory.create_batch(number, works_at=school)

    other, of_other = TrainerFactory(), some(7)
    delivered(resource, trainer, "2026-10-06", present=some(9), absent_ones=some(6))
    elsewhere = delivered(
        resource,
        other,
        "2026-10-07",
        present=some(9),
        absent_ones=of_other,
        provider=other.memberships.get().organisation,
    )
    late = delivered(
        resource, trainer, "2026-10-13", present=some(9), absent_ones=some(2), is_closed=False
    )
    note = deliveries.make(provider=resource.provider, month=OCTOBER)

    attest(elsewhere, of_other[:2], 90, planner)
    sheet = Sheet.objects.get(session=late)
    attendance.close(
        sheet=sheet, by=trainer, revision=sheet.revision, decisions=sheets.absent(sheet)
    )
    later = deliveries.correct(note=note, by=planner)

    assert present_on(note) == [9]
    assert present_on(later) == [None]


def corrected(note, by) -> list[int | None]:
    """What officers read then: a corrected note, or still the one that is there."""
    with contextlib.suppress(NothingToCorrect):
        note = deliveries.correct(note=note, by=by)
    return present_on(note)


@pytest.mark.parametrize(
    ("came_after_all", "told"),
    [
        pytest.param(4, [9], id="four people are left out"),
        pytest.param(5, [14], id="five are told"),
        pytest.param(8, [None], id="with two left who were absent nothing is"),
    ],
)
def test_what_is_corrected_of_five_people_is_told(resource, trainer, planner, came_after_all, told):
    """Nine were there and ten weren't. Of these some were, by telephone."""
    people = of_one_school(19)
    session = delivered(resource, trainer, "2026-10-06", present=people[:9], absent_ones=people[9:])
    note = deliveries.make(provider=resource.provider, month=OCTOBER)

    attest(session, people[9 : 9 + came_after_all], 90, planner)

    assert corrected(note, planner) == told


def test_one_person_s_five_dates_are_no_five_people(resource, trainer, planner):
    """Somebody was there on all five dates, and the room saw it on none. Six others were missing once."""
    people = of_one_school(14)
    sessions = [
        delivered(
            resource,
            trainer,
            f"2026-10-{day:02d}",
            present=people[:7],
            absent_ones=[people[7], *(people[8:] if day == 6 else [])],
        )
        for day in (6, 7, 8, 9, 10)
    ]
    note = deliveries.make(provider=resource.provider, month=OCTOBER)

    for session in sessions:
        attest(session, people[7:8], 90, planner)

    assert corrected(note, planner) == [35]
