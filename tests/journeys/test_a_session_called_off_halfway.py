"""A session is called off after its first date: what was held is delivered, paid and counted."""

import datetime

import pytest
import time_machine
from django.utils import timezone, translation
from django.utils.html import strip_tags

from courses.agenda.values import Hours
from courses.catalogue.models import Resource
from tests.factories.attendance import absent, held_session, seated, was_there
from tests.factories.catalogue import ResourceFactory
from tests.factories.deliveries import day_at, delivered
from tests.factories.people import OfficerFactory, PlannerFactory, TeacherFactory, TrainerFactory
from training.exceptions import NothingToCorrect
from training.models import DeliveryNote, MonthNoShows, Session
from training.queries import deliveries as notes
from training.queries.deliveries import providers_without_note
from training.queries.figures import figures
from training.queries.month_sheets import has_open_sheets
from training.services import attendance, deliveries, sessions
from training.values import Delivery, FiguresAsked

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-12T12:00")]

OCTOBER = datetime.date(2026, 10, 1)
LENGTH = datetime.timedelta(minutes=90)


@pytest.fixture
def resource():
    return ResourceFactory(name="Arte")


@pytest.fixture
def trainer(resource):
    return TrainerFactory(works_for=resource.provider)


def session_of_two_dates(resource, trainer):
    """On 6 October nine people were there and five with a seat weren't; on 24 November it goes on."""
    first, second = day_at("2026-10-06"), day_at("2026-11-24")
    session = held_session(
        led_by=trainer,
        resource=resource,
        hours=[Hours(first, first + LENGTH), Hours(second, second + LENGTH)],
    )
    held = session.meetings.order_by("ordinal").first()
    was_there(held, trainer, (0, 90))
    came = TeacherFactory.create_batch(9)
    for teacher in [*came, *TeacherFactory.create_batch(5, works_at=came[0].schools[0])]:
        seated(session, teacher)
    for teacher in came:
        was_there(held, teacher, (0, 90))
    return session, attendance.prefill(held.pk)


def close(sheet, trainer):
    attendance.close(sheet=sheet, by=trainer, revision=sheet.revision, decisions=absent(sheet))


def content_of(note) -> Delivery:
    return Delivery.from_json(DeliveryNote.objects.get(pk=note.pk).content)


def line_of(resource):
    found = figures(
        FiguresAsked(year=2026),
        resources=list(Resource.objects.all()),
        notes=notes.notes(),
        now=timezone.now(),
    )
    return next(line for line in found.lines if line.label == resource.name)


def test_a_date_held_before_its_session_was_called_off_is_delivered(resource, trainer):
    session, sheet = session_of_two_dates(resource, trainer)
    close(sheet, trainer)

    sessions.cancel(session=session, by=PlannerFactory(), reason="The trainer is ill.")

    assert providers_without_note(OCTOBER) == [resource.provider]
    assert deliveries.make_due(timezone.now()) == 1
    content = content_of(DeliveryNote.objects.get())
    line, absent_ones = (
        line_of(resource),
        MonthNoShows.objects.get(resource=None, school=None, department=""),
    )
    assert [(one.start.day, one.minutes) for one in content.dates] == [(6, 90)]
    assert [one.present for one in content.resources] == [9]
    assert content.not_counted == []
    assert (line.held, line.minutes, line.followed_minutes) == (1, 90, 9 * 90)
    assert (absent_ones.number, absent_ones.is_hidden) == (5, False)


def test_a_corrected_note_keeps_the_date_of_a_session_called_off_since(resource, trainer):
    planner, officer = PlannerFactory(), OfficerFactory()
    session, sheet = session_of_two_dates(resource, trainer)
    close(sheet, trainer)
    note = deliveries.make(provider=resource.provider, month=OCTOBER)

    sessions.cancel(session=session, by=planner, reason="The trainer is ill.")

    with pytest.raises(NothingToCorrect):
        deliveries.correct(note=note, by=officer)


def test_an_open_sheet_of_a_session_called_off_holds_up_the_month(resource, trainer):
    """Its trainer still closes it, and the date is counted."""
    session, sheet = session_of_two_dates(resource, trainer)

    sessions.cancel(session=session, by=PlannerFactory(), reason="The trainer is ill.")

    assert has_open_sheets(OCTOBER)
    sheet.refresh_from_db()
    close(sheet, trainer)
    assert not has_open_sheets(OCTOBER)
    content = content_of(deliveries.make(provider=resource.provider, month=OCTOBER))
    assert [one.start.day for one in content.dates] == [6]


def test_dates_called_off_with_their_session_are_in_no_month(resource, trainer):
    session = held_session(led_by=trainer, resource=resource, starts_at=day_at("2026-11-24"))
    delivered(
        ResourceFactory(), TrainerFactory(), "2026-11-10", present=TeacherFactory.create_batch(5)
    )

    sessions.cancel(session=session, by=PlannerFactory(), reason="The trainer is ill.")

    november = datetime.date(2026, 11, 1)
    assert resource.provider not in providers_without_note(november)
    assert not has_open_sheets(november)


def page_for(client, thing, reader=None) -> str:
    """The visible words of a session's or a training's page, in the active language."""
    client.logout()
    if reader:
        client.force_login(reader)
    text = client.get(thing.get_absolute_url(), headers={"Accept-Language": "en"}).text
    return " ".join(strip_tags(text.partition("<main")[2].replace("<", " <")).split())


def test_planners_count_a_session_called_off_halfway_among_those_held(client, resource, trainer):
    """As the delivery note does; one that was called off before its first date isn't held."""
    planner = PlannerFactory(language="en")
    session, sheet = session_of_two_dates(resource, trainer)
    close(sheet, trainer)
    never = held_session(
        training=session.training, resource=resource, starts_at=day_at("2026-11-24"), led_by=trainer
    )
    for one in (session, never):
        sessions.cancel(session=one, by=planner, reason="The trainer is ill.")

    page = page_for(client, session.training, planner)

    assert "Sessions held 1, 1 of them called off after some of its dates" in page
    assert "14 taken of 20" in page
    assert "64% of the dates, 14 people" in page
    later = timezone.make_aware(datetime.datetime(2026, 12, 1, 12))
    assert list(Session.objects.took_place(later)) == [session]


@pytest.mark.parametrize(
    ("dates", "words"),
    [
        pytest.param(
            ["2026-11-24", "2026-12-01"], "This session doesn’t take place", id="none was held"
        ),
        pytest.param(
            ["2026-10-06", "2026-11-24"],
            "The rest of this session doesn’t take place"
            " This date took place before it was called off: Tuesday 6 October 2026",
            id="one was held",
        ),
        pytest.param(
            ["2026-10-06", "2026-10-13", "2026-11-24"],
            "The rest of this session doesn’t take place These 2 dates took place before it was"
            " called off: Tuesday 6 October 2026 Tuesday 13 October 2026",
            id="two were held",
        ),
    ],
)
def test_its_page_says_which_dates_took_place(client, resource, trainer, dates, words):
    hours = [Hours(day_at(day), day_at(day) + LENGTH) for day in dates]
    session = held_session(led_by=trainer, resource=resource, hours=hours)

    sessions.cancel(session=session, by=PlannerFactory(), reason="The trainer is ill.")

    page = page_for(client, session)
    assert words in page
    assert ("This session doesn’t take place" in page) is (dates[0] == "2026-11-24")


@pytest.mark.parametrize(
    ("dates", "words"),
    [
        pytest.param(
            ["2026-11-24"],
            {
                "en": "This session didn’t take place",
                "fr": "Cette session n’a pas eu lieu",
            },
            id="none was held",
        ),
        pytest.param(
            ["2026-10-06", "2026-11-24"],
            {
                "en": "The rest of this session didn’t take place",
                "fr": "La suite de cette session n’a pas eu lieu",
            },
            id="one was held",
        ),
    ],
)
def test_its_page_says_once_the_days_are_past_that_it_did_not_take_place(
    client, resource, trainer, dates, words
):
    hours = [Hours(day_at(day), day_at(day) + LENGTH) for day in dates]
    session = held_session(led_by=trainer, resource=resource, hours=hours)
    sessions.cancel(session=session, by=PlannerFactory(), reason="The trainer is ill.")

    for language, expected in words.items():
        with time_machine.travel(day_at("2026-12-01"), tick=False), translation.override(language):
            assert expected in page_for(client, session)
