"""Whose seats, people and dates a month's numbers are counted from, and the day that notes say of it."""

import pytest
from django.urls import reverse
from django.utils import timezone
from schedule.models import Occurrence

from tests.factories.catalogue import ResourceFactory
from tests.factories.deliveries import content_of, delivered, delivered_over, present_on
from tests.factories.people import (
    OfficerFactory,
    OrganisationFactory,
    PlannerFactory,
    TrainerFactory,
)
from tests.journeys.test_numbers_of_people_have_one_moment import (
    OCTOBER,
    at,
    attested,
    closed_by,
    of,
    told,
)
from training.enums import EnrolmentState, SessionState
from training.models import (
    DeliveryNote,
    Enrolment,
    MissedDate,
    MonthNoShows,
    Participation,
    Session,
    Sheet,
)
from training.queries.figures import figures
from training.services import deliveries, no_shows
from training.values import FiguresAsked

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-12T12:00")]


@pytest.fixture
def school():
    return OrganisationFactory(uai="0141000A", department="14")


@pytest.fixture
def resource():
    return ResourceFactory()


@pytest.fixture
def trainer(resource):
    return TrainerFactory(works_for=resource.provider)


@pytest.fixture
def other_trainer():
    """Of another provider."""
    return TrainerFactory()


def provider_of(trainer):
    return trainer.memberships.get().organisation


def no_trainer_comes_to(session) -> None:
    meeting = session.meetings.get()
    Occurrence.objects.filter(meeting=meeting).update(cancelled=True)
    MissedDate.objects.create(meeting=meeting, session=session, by=PlannerFactory())


def text_of(client, note) -> str:
    client.force_login(OfficerFactory(language="en"))
    answer = client.get(reverse("training:delivery_note", args=[note.public_id]))
    return " ".join(answer.content.decode().split())


# Seats


@pytest.mark.parametrize("given_back", [1, 2, 5])
def test_few_seats_of_one_date_hide_the_resource(resource, trainer, school, given_back):
    """Nobody was absent, so that the seats of a date are the people there."""
    people = of(school, 5)
    session = delivered_over(
        resource,
        trainer,
        {"2026-10-06": people, "2026-10-13": people[given_back:]},
        seats=people,
    )
    gone = Participation.objects.filter(
        enrolment__session=session, enrolment__teacher__in=people[:given_back]
    )
    last = session.meetings.order_by("occurrence__start").last()
    gone.filter(meeting=last).update(is_withdrawn=True)

    no_shows.close_month(OCTOBER)

    assert told() == ({} if given_back == 5 else {resource: None})


def test_seats_given_back_before_it_began_are_no_seats_of_an_open_session(
    resource, trainer, school
):
    delivered(resource, trainer, "2026-10-06", present=of(school, 9))
    few = delivered(resource, trainer, "2026-10-07", present=of(school, 7), is_closed=False)
    given_back = Enrolment.objects.filter(session=few)[:4]
    for seat in given_back:
        seat.state = EnrolmentState.CANCELLED
        seat.save()

    no_shows.close_month(OCTOBER)

    assert told() == {resource: None}


def test_few_seats_at_one_provider_hide_the_resource_whatever_another_offers(
    resource, trainer, other_trainer, school
):
    delivered(resource, trainer, "2026-10-06", present=of(school, 9))
    delivered(
        resource, other_trainer, "2026-10-07", capacity=4, provider=provider_of(other_trainer)
    )

    no_shows.close_month(OCTOBER)

    assert told() == {resource: None}


def test_few_seats_of_a_date_without_a_trainer_hide_nothing(resource, trainer, school):
    delivered(resource, trainer, "2026-10-06", present=of(school, 9))
    missed = delivered(resource, trainer, "2026-10-07", present=of(school, 3), is_closed=False)
    no_trainer_comes_to(missed)

    no_shows.close_month(OCTOBER)

    assert told() == {}


# People


def test_five_absences_of_three_people_of_a_school_are_of_few_people(resource, trainer, school):
    three, others = of(school, 3), of(OrganisationFactory(uai="0141001A", department="14"), 9)
    there = {"2026-10-06": others[5:], "2026-10-13": others[5:] + three[:1]}
    delivered_over(resource, trainer, there, seats=three + others)

    no_shows.close_month(OCTOBER)

    rows = MonthNoShows.objects.filter(resource=resource)
    assert rows.get(school=None, department="").shown == 15
    assert [row.shown for row in rows.filter(school=school)] in ([], [None])


def test_minutes_corrected_before_the_month_is_written_count(resource, trainer, school):
    away = of(school, 10)
    session = delivered(resource, trainer, "2026-10-06", present=of(school, 9), absent_ones=away)
    attested(session, away[:5], 90)

    note = deliveries.make(provider=resource.provider, month=OCTOBER)

    assert (present_on(note), told()) == ([14], {resource: 5})


def test_a_cost_is_exact_where_another_provider_s_only_date_had_no_trainer(
    resource, trainer, other_trainer, school
):
    delivered(resource, trainer, "2026-10-06", present=of(school, 9))
    missed = delivered(
        resource,
        other_trainer,
        "2026-10-07",
        present=of(school, 9),
        provider=provider_of(other_trainer),
        is_closed=False,
    )
    no_trainer_comes_to(missed)
    deliveries.make(provider=resource.provider, month=OCTOBER)

    found = figures(
        FiguresAsked(year=2026),
        resources=[resource],
        notes=DeliveryNote.objects.all(),
        now=timezone.now(),
    )

    assert found.lines[0].is_at_most is False


# The day


def test_a_corrected_note_of_a_late_first_note_says_the_month_s_day(
    client, resource, trainer, school
):
    other = ResourceFactory()
    delivered(other, TrainerFactory(works_for=other.provider), "2026-10-07", present=of(school, 9))
    delivered(resource, trainer, "2026-10-06", present=of(school, 9))
    deliveries.make(provider=other.provider, month=OCTOBER, now=at(11, 2, 9))
    first = deliveries.make(provider=resource.provider, month=OCTOBER, now=at(11, 3, 9))
    Sheet.objects.filter(session__training__resource=resource).update(real_minutes=60)

    later = deliveries.correct(note=first, by=PlannerFactory())

    assert content_of(later).people_told_on == "2026-11-02"
    assert "counted on 2 November 2026" in text_of(client, later)


def test_a_corrected_note_that_tells_of_one_resource_alone_says_the_day(
    client, resource, trainer, school
):
    hidden = ResourceFactory(provider=resource.provider)
    delivered(resource, trainer, "2026-10-06", present=of(school, 9))
    delivered(hidden, trainer, "2026-10-07", present=of(school, 3))
    first = deliveries.make(provider=resource.provider, month=OCTOBER, now=at(11, 3, 9))
    Sheet.objects.filter(session__training__resource=resource).update(real_minutes=60)

    later = deliveries.correct(note=first, by=PlannerFactory())

    assert sorted(present_on(later), key=str) == [9, None]
    assert "counted on 3 November 2026" in text_of(client, later)


@pytest.mark.parametrize("is_counted", [True, False], ids=["of others", "of nobody"])
def test_a_note_of_whom_nobody_was_counted_says_no_day_of_its_own(
    client, resource, trainer, school, is_counted
):
    """Both sheets were open on the tenth. One is closed on the eleventh, and its note made; the other
    afterwards, and the note is corrected.
    """
    if is_counted:
        other = ResourceFactory()
        leader = TrainerFactory(works_for=other.provider)
        delivered(other, leader, "2026-10-07", present=of(school, 9))
    late = [
        delivered(resource, trainer, day, present=of(school, 9), is_closed=False)
        for day in ("2026-10-13", "2026-10-14")
    ]
    no_shows.close_months(at(11, 10, 4))
    closed_by(trainer, late[0])
    deliveries.make_due(at(11, 11, 4))
    first = DeliveryNote.objects.get(provider=resource.provider)
    closed_by(trainer, late[1])

    later = deliveries.correct(note=first, by=PlannerFactory())

    assert "11 November 2026, when" not in text_of(client, first)
    words = text_of(client, later)
    assert "counted on" not in words
    assert "told no number of people" in words
    assert present_on(later) == [None]


def test_months_before_a_session_that_was_deleted_are_closed(resource, trainer, school):
    """The first month that is closed holds the place of the first session."""
    early = delivered(resource, trainer, "2026-08-25", present=of(school, 9))
    no_shows.close_months(at(9, 10, 4))
    delivered(resource, trainer, "2026-10-06", present=of(school, 9))
    Session.objects.filter(pk=early.pk).update(state=SessionState.DRAFT)

    no_shows.close_months(at(11, 10, 4))

    months = MonthNoShows.objects.order_by("month").values_list("month", flat=True).distinct()
    assert [f"{month:%Y-%m}" for month in months] == ["2026-08", "2026-09", "2026-10"]
