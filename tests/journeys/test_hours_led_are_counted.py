"""Hours led by school year, from closed sheets: a trainer's own, and by provider."""

import datetime
from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from courses.live import services as live
from courses.live.enums import RoomRole
from tests.factories.attendance import absent, held_session, seated, was_there, yesterday
from tests.factories.catalogue import ResourceFactory
from tests.factories.people import PlannerFactory, TrainerFactory
from tests.factories.training import SessionFactory
from training.documents.certificate import certificate_content
from training.models import Sheet, Substitution
from training.queries.attendance import SessionTally
from training.queries.hours_led import by_provider, by_year, dates_led
from training.queries.leading import everybody_who_led
from training.services import attendance, sessions

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]

YEAR = datetime.timedelta(days=364)


@pytest.fixture
def resource():
    return ResourceFactory(name="Madmagz")


def trainer_of(resource, name):
    return TrainerFactory(works_for=resource.provider, family_name=name, language="en")


def led(
    trainer, resource, *, ago=datetime.timedelta(), minutes=(0, 90), is_closed=True, with_two=None
):
    """A date of an hour and a half; its sheet closed by its trainer, unless told otherwise."""
    session = held_session(led_by=trainer, resource=resource, starts_at=yesterday() - ago)
    if with_two:
        session.trainers.add(with_two)
    meeting = session.meetings.get()
    was_there(meeting, trainer, minutes)
    sheet = attendance.prefill(meeting.pk)
    if is_closed:
        attendance.close(sheet=sheet, by=trainer, revision=sheet.revision, decisions=absent(sheet))
    return session


def substituted(meeting, trainer, colleague):
    session = meeting.series.training_session
    Substitution.objects.create(
        session=session, meeting=meeting, replaces=trainer, substitute=colleague, by=trainer
    )


def read(client, name) -> str:
    """The page, its no-break spaces as plain ones."""
    return client.get(reverse(f"training:{name}")).text.replace("\N{NO-BREAK SPACE}", " ")


def test_the_real_minutes_of_closed_sheets_by_school_year(client, resource):
    trainer, other = trainer_of(resource, "Vasseur"), trainer_of(resource, "Quesnel")
    led(trainer, resource, minutes=(0, 75))
    led(trainer, resource)
    led(trainer, resource, is_closed=False)
    led(trainer, resource, ago=YEAR, minutes=(0, 60))
    led(other, resource)

    found = by_year(dates_led(trainer))
    client.force_login(trainer)
    page = read(client, "my_hours_led")

    assert [(year.name, year.minutes, len(year.dates)) for year in found] == [
        ("2026-2027", 165, 2),
        ("2025-2026", 60, 1),
    ]
    assert "In all: 3 h 45 min" in page
    assert "School year 2025-2026: 1 h" in page


def test_a_date_counts_for_who_led_it_and_not_for_who_was_replaced(resource):
    trainer, colleague = trainer_of(resource, "Absente"), trainer_of(resource, "Relais")
    session = held_session(led_by=trainer, resource=resource)
    meeting = session.meetings.get()
    substituted(meeting, trainer, colleague)
    live.give_pass(meeting=meeting, person=colleague, role=RoomRole.MODERATOR)
    was_there(meeting, colleague, (0, 90))
    sheet = attendance.prefill(meeting.pk)
    attendance.close(sheet=sheet, by=colleague, revision=sheet.revision)

    assert [(one.person, one.minutes) for one in dates_led()] == [(colleague, 90)]
    assert dates_led(trainer) == []


def test_a_closed_sheet_keeps_who_led_when_another_trainer_takes_the_session_over(resource):
    first, heir = trainer_of(resource, "Absente"), trainer_of(resource, "Relais")
    session = led(first, resource)
    session.trainers.set([heir])
    content = certificate_content(
        seated(session),
        session,
        SessionTally(meetings=list(session.meetings)),
        90,
        led_by=everybody_who_led(session, session.meetings),
        issued_at=timezone.now(),
    )

    assert [(one.person, one.minutes) for one in dates_led()] == [(first, 90)]
    assert (len(dates_led(first)), dates_led(heir)) == (1, [])
    assert content["fr"]["led_by"] == first.display_name


def trainers_become(session, *trainers, minutes_after=0):
    """Edited by a planner so long after the first date's end."""
    session.refresh_from_db()
    at = session.meetings[0].ends_at + datetime.timedelta(minutes=minutes_after)
    sessions.edit(
        session=session,
        revision=session.revision,
        by=PlannerFactory(),
        capacity=session.capacity,
        trainers=trainers,
        language=session.language,
        threshold_percent=session.threshold_percent,
        note="",
        now=at,
    )


def closed_by(person, meeting):
    """When planners may, too."""
    sheet, later = attendance.prefill(meeting.pk), timezone.now() + datetime.timedelta(days=3)
    known = {"revision": sheet.revision, "decisions": absent(sheet)}
    attendance.close(sheet=sheet, by=person, now=later, **known)


def names_led() -> list[tuple[str, int]]:
    return [(one.person.family_name, one.minutes) for one in dates_led()]


def led_in_words(session) -> str:
    counted = SessionTally(meetings=list(session.meetings))
    led_by, now = everybody_who_led(session, counted.meetings), timezone.now()
    content = certificate_content(
        seated(session), session, counted, 90, led_by=led_by, issued_at=now
    )
    return content["fr"]["led_by"]


@pytest.mark.parametrize("closes", ["heir", "planner"])
@pytest.mark.parametrize("after", [5, 16 * 60])
def test_who_led_a_date_that_is_over_stays_whoever_closes_its_sheet(resource, closes, after):
    people = {"heir": trainer_of(resource, "Relais"), "planner": PlannerFactory()}
    session = led(trainer_of(resource, "Absente"), resource, is_closed=False)
    trainers_become(session, people["heir"], minutes_after=after)
    before_closing = led_in_words(session)
    closed_by(people[closes], session.meetings.get())

    assert names_led() == [("Absente", 90)]
    assert before_closing == led_in_words(session) == "Dominique Absente"


def test_who_led_in_somebody_s_place_is_the_only_one_whoever_is_a_trainer_since(resource):
    trainer, colleague, heir = (trainer_of(resource, n) for n in ("Absente", "Relais", "Neuf"))
    session = held_session(led_by=trainer, resource=resource)
    meeting = session.meetings.get()
    substituted(meeting, trainer, colleague)
    live.give_pass(meeting=meeting, person=colleague, role=RoomRole.MODERATOR)
    was_there(meeting, colleague, (0, 90))
    trainers_become(session, heir, minutes_after=5)
    closed_by(colleague, meeting)

    assert names_led() == [("Relais", 90)]
    assert led_in_words(session) == "Dominique Relais"


def test_trainers_changed_twice_before_the_sheet_is_closed_change_nothing(resource):
    first, heir, third = (trainer_of(resource, name) for name in ("Aubry", "Relais", "Neuf"))
    session = led(first, resource, is_closed=False)
    trainers_become(session, heir, minutes_after=5)
    trainers_become(session, third, minutes_after=10)
    closed_by(third, session.meetings.get())

    assert names_led() == [("Aubry", 90)]


@pytest.mark.parametrize(
    ("seen", "counted"),
    [pytest.param("Aubry", "Aubry", id="seen"), pytest.param("Relais", "Relais", id="not seen")],
)
def test_a_date_going_on_is_led_by_who_was_seen_there_when_trainers_change(resource, seen, counted):
    """Who replaces a trainer who doesn't come is put in during the date."""
    first, heir = trainer_of(resource, "Aubry"), trainer_of(resource, "Relais")
    session = held_session(led_by=first, resource=resource)
    meeting = session.meetings.get()
    if seen == "Aubry":
        was_there(meeting, first, (0, 90))
    trainers_become(session, heir, minutes_after=-60)
    if seen == "Relais":
        was_there(meeting, heir, (30, 90))
    closed_by(heir, meeting)

    assert [name for name, _minutes in names_led()] == [counted]


def test_a_substitute_who_is_there_goes_on_when_the_trainer_is_changed_meanwhile(resource):
    trainer, colleague, heir = (trainer_of(resource, n) for n in ("Absente", "Relais", "Neuf"))
    session = held_session(led_by=trainer, resource=resource)
    meeting = session.meetings.get()
    substituted(meeting, trainer, colleague)
    live.give_pass(meeting=meeting, person=colleague, role=RoomRole.MODERATOR)
    was_there(meeting, colleague, (0, 90))
    trainers_become(session, heir, minutes_after=-60)

    assert [one.substitute for one in Substitution.objects.all()] == [colleague]
    assert colleague.room_passes.filter(is_withdrawn=False).exists()

    closed_by(colleague, meeting)

    assert names_led() == [("Relais", 90)]


def test_a_date_to_come_is_led_by_who_takes_the_session_over(resource):
    first, heir = trainer_of(resource, "Aubry"), trainer_of(resource, "Relais")
    session = held_session(led_by=first, resource=resource)
    meeting = session.meetings.get()
    trainers_become(session, heir, minutes_after=-120)
    was_there(meeting, heir, (0, 90))
    closed_by(heir, meeting)

    assert names_led() == [("Relais", 90)]


def test_the_migration_freezes_who_led_sheets_closed_before(resource):
    one, two, colleague = (trainer_of(resource, name) for name in ("Aubry", "Leroy", "Relais"))
    replaced, whole = led(one, resource), led(two, resource)
    left_open = led(one, resource, is_closed=False)
    substituted(replaced.meetings.get(), one, colleague)
    Sheet.leaders.through.objects.all().delete()

    import_module("training.migrations.0029_who_led_frozen").freeze_leaders(apps, None)

    sheets = [one.sheets.get() for one in (replaced, whole, left_open)]
    assert [list(sheet.leaders.all()) for sheet in sheets] == [[colleague], [two], []]


def test_the_trainers_list_counts_the_dates_of_closed_sheets(client, resource):
    trainer = trainer_of(resource, "Vasseur")
    led(trainer, resource, is_closed=False)
    client.force_login(trainer)
    before = read(client, "my_sessions")
    led(trainer, resource)
    after = read(client, "my_sessions")

    assert "You have led" not in before
    assert "You have led 1 date: 1 h 30 min, from the closed sheets." in after


def test_two_who_lead_together_count_it_each_and_the_provider_once(client, resource):
    one, two = trainer_of(resource, "Aubry"), trainer_of(resource, "Leroy")
    led(one, resource, with_two=two)
    elsewhere = ResourceFactory()
    led(trainer_of(elsewhere, "Martin"), elsewhere)

    found = by_provider(dates_led())
    client.force_login(PlannerFactory(language="en"))
    page = read(client, "hours_led")

    ours = next(row for row in found if row.provider == resource.provider)
    assert [(who.person, who.minutes) for who in ours.trainers] == [(one, 90), (two, 90)]
    assert (ours.minutes, len(found)) == (90, 2)
    assert [row.person for row in dates_led(one)] == [one]
    assert f"{resource.provider.name}: 1 h 30 min, 1 date" in page
    assert two.display_name in page


def test_the_pages_cost_the_same_however_many_dates(
    client, resource, django_assert_num_queries, django_assert_max_num_queries
):
    trainer = trainer_of(resource, "Vasseur")
    for _one in range(3):
        led(trainer, resource)
    SessionFactory(led_by=trainer, resource=resource)

    with django_assert_num_queries(2):
        assert len(dates_led()) == 3
    client.force_login(trainer)
    client.get(reverse("training:my_hours_led"))
    with django_assert_max_num_queries(8):
        client.get(reverse("training:my_hours_led"))


def test_without_a_closed_sheet_the_pages_say_so(client, resource):
    people = {"my_hours_led": trainer_of(resource, "Vasseur"), "hours_led": PlannerFactory()}
    for name, person in people.items():
        client.force_login(person)

        assert "empty" in client.get(reverse(f"training:{name}")).text
