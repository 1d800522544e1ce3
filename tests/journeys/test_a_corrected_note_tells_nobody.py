"""Numbers of people are told once: a corrected delivery note repeats those of the first one."""

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from schedule.models import Occurrence

from tests.factories import attendance as sheets
from tests.factories.catalogue import ResourceFactory
from tests.factories.deliveries import OCTOBER, content_of, delivered, present_on
from tests.factories.markup import shows
from tests.factories.people import (
    OfficerFactory,
    OrganisationFactory,
    PlannerFactory,
    TeacherFactory,
    TrainerFactory,
)
from training.exceptions import NothingToCorrect
from training.models import Sheet, SheetLine
from training.services import attendance, deliveries

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-12T12:00")]


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


def closed_late(session, trainer) -> None:
    sheet = Sheet.objects.get(session=session)
    attendance.close(
        sheet=sheet, by=trainer, revision=sheet.revision, decisions=sheets.absent(sheet)
    )


@pytest.mark.parametrize("corrected", [1, 5, 10], ids=["one", "five", "ten"])
def test_corrected_presences_change_no_number_and_make_no_note(
    resource, trainer, planner, corrected
):
    """Nine were there and ten weren't. Of these some were, by telephone."""
    people = of_one_school(19)
    session = delivered(resource, trainer, "2026-10-06", present=people[:9], absent_ones=people[9:])
    note = deliveries.make(provider=resource.provider, month=OCTOBER)

    attest(session, people[9 : 9 + corrected], 90, planner)
    with pytest.raises(NothingToCorrect):
        deliveries.correct(note=note, by=planner)
    Sheet.objects.filter(session=session).update(real_minutes=60)
    later = deliveries.correct(note=note, by=planner)

    assert (present_on(note), present_on(later)) == ([9], [9])
    assert [one.minutes for one in content_of(later).dates] == [60]
    assert [one.minutes for one in content_of(later).resources] == [60]
    assert content_of(later).followed_minutes == {}  # nine people of one day, an hour of another


@pytest.mark.parametrize(
    ("there", "away"), [(0, 0), (1, 5), (2, 7), (9, 2), (9, 0)], ids=lambda number: str(number)
)
def test_a_date_closed_late_comes_to_the_note_without_its_people(
    client, resource, trainer, planner, there, away
):
    """Whoever was there, both notes have the same number: nothing is read from it."""
    people = of_one_school(19)
    delivered(resource, trainer, "2026-10-06", present=people[:9])
    late = delivered(
        resource,
        trainer,
        "2026-10-13",
        present=people[:there],
        absent_ones=people[there : there + away],
        is_closed=False,
    )
    first = deliveries.make(provider=resource.provider, month=OCTOBER)
    closed_late(late, trainer)

    later = deliveries.correct(note=first, by=planner)

    assert [one.start.day for one in content_of(later).dates] == [6, 13]
    assert (present_on(first), present_on(later)) == ([9], [9])
    client.force_login(OfficerFactory(language="en"))
    address = reverse("training:delivery_note", args=[later.public_id])
    page = client.get(address, headers={"Accept-Language": "en"}).text
    assert shows(
        page,
        f"numbers of people are told once a month and stay those of delivery note no. {first.number},"
        " counted on 12 November 2026.",
    )


def test_the_table_of_a_corrected_note_has_its_dates_and_hours_beside_the_first_ones_people(
    client, resource, trainer, planner
):
    """On the page and on paper; a resource that came since has a reason in the place of a number, one of
    which no date is left keeps its people.
    """
    people = of_one_school(9)
    new, gone = ResourceFactory.create_batch(2, provider=resource.provider)
    delivered(resource, trainer, "2026-10-06", present=people)
    delivered(gone, trainer, "2026-10-08", present=people)
    late = [
        delivered(one, trainer, day, present=people, is_closed=False)
        for one, day in ((resource, "2026-10-13"), (new, "2026-10-20"))
    ]
    first = deliveries.make(provider=resource.provider, month=OCTOBER)
    for session in late:
        closed_late(session, trainer)
    Occurrence.objects.filter(meeting__sheet__session__training__resource=gone).update(
        cancelled=True
    )

    later = deliveries.correct(note=first, by=planner)

    content = content_of(later)
    told = {one.name: (one.dates, one.minutes, one.present) for one in content.resources}
    assert told == {resource.name: (2, 180, 9), new.name: (1, 90, None), gone.name: (0, 0, 9)}
    assert sum(one.minutes for one in content.resources) == content.minutes == 270
    client.force_login(OfficerFactory(language="en"))
    page = client.get(
        reverse("training:delivery_note", args=[later.public_id]), headers={"Accept-Language": "en"}
    ).text
    with translation.override("en"):
        paper = render_to_string(
            "training/documents/delivery_note.html", {"note": later, "content": content}
        )
    for told in (page, paper):
        assert shows(told, f"Present, by delivery note no. {first.number}")
        assert shows(told, f"not told on note no. {first.number}")
        assert "hidden-cell" not in told
        _table, behind = told.split(f"Present, by delivery note no. {first.number}</th>")
        assert shows(
            behind.split("<h2")[0].split("<h1")[0], "Dates and hours are those of this note"
        )


def test_a_third_note_has_the_numbers_of_the_first(resource, trainer, planner):
    people = of_one_school(9)
    delivered(resource, trainer, "2026-10-06", present=people)
    late = [
        delivered(resource, trainer, day, present=people, is_closed=False)
        for day in ("2026-10-13", "2026-10-20")
    ]
    note = deliveries.make(provider=resource.provider, month=OCTOBER)
    first = note.number

    for session in late:
        closed_late(session, trainer)
        note = deliveries.correct(note=note, by=planner)

    content = content_of(note)
    assert ([one.present for one in content.resources], content.people_of) == ([9], first)
    with pytest.raises(NothingToCorrect):
        deliveries.correct(note=note, by=planner)


def test_a_training_that_moves_to_another_resource_leaves_its_people_where_they_were(
    resource, trainer, planner
):
    people, other = of_one_school(9), ResourceFactory()
    delivered(resource, trainer, "2026-10-06", present=people)
    moved = delivered(resource, trainer, "2026-10-13", present=people)
    note = deliveries.make(provider=resource.provider, month=OCTOBER)

    moved.training.resource = other
    moved.training.save()
    later = deliveries.correct(note=note, by=planner)

    told = {one.name: (one.dates, one.minutes, one.present) for one in content_of(later).resources}
    assert told == {resource.name: (1, 90, 18), other.name: (1, 90, None)}
    assert [one.resource_name for one in content_of(later).dates] == [resource.name, other.name]
