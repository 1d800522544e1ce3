"""A student's week on one page: what is due now, today, on the other days, late, and what came
back.
"""

import datetime
import re

import pytest
import time_machine
from django.urls import reverse
from django.utils import translation

from continuity.enums import ItemKind
from continuity.models import PlanItem, Tick
from courses.agenda.models import Closure
from courses.people.models import Person, StandIn
from tests.factories.catalogue import ResourceFactory
from tests.factories.continuity import (
    MONDAY,
    SchoolClassFactory,
    StudentFactory,
    at,
    class_hour,
    homework_item,
    lesson_item,
    note_item,
    part_of,
    tutor_of,
)
from tests.factories.markup import shows
from tests.factories.people import TeacherFactory
from tests.factories.weeks import page, teaching, video_item

pytestmark = pytest.mark.django_db

TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (MONDAY + datetime.timedelta(days=n) for n in (1, 2, 3, 4))


@pytest.fixture
def part():
    return part_of(teaching(SchoolClassFactory(name="2de 4")))


@pytest.fixture
def student(part, client):
    student = StudentFactory(in_class=part.teaching.school_class)
    client.force_login(student)
    return student


def test_the_week_stands_in_time_order(client, student, part):
    lesson_item(part, WEDNESDAY, title="Aujourd’hui")
    lesson_item(part, THURSDAY, title="Demain")
    homework_item(part, day=MONDAY, due_at=at(TUESDAY, 20), title="En retard")
    lesson_item(part, MONDAY, title="Lundi")

    with time_machine.travel(at(WEDNESDAY, 10), tick=False):
        shown = page(client)

    places = [
        shown.index(word)
        for word in ("Aujourd’hui</a>", "En retard</a>", "Demain</a>", "Lundi</a>")
    ]
    assert places == sorted(places)
    assert "It was due on Tuesday 1 December. Your teacher still takes it." in shown


def test_what_a_teacher_wrote_carries_its_language_where_the_page_has_another(
    client, student, part
):
    Person.objects.filter(pk=part.teaching.teacher_id).update(language="fr")
    item = lesson_item(part, MONDAY, title="Le sonnet")
    given = homework_item(
        part, day=MONDAY, due_at=at(TUESDAY, 20), title="Dire le sonnet"
    ).assignment
    note = PlanItem.objects.create(
        part=part, kind=ItemKind.NOTE, day=MONDAY, title="À savoir", note="Salle B204"
    )

    with time_machine.travel(at(MONDAY, 8), tick=False):
        week = page(client)
        lesson = client.get(reverse("continuity:lesson", args=[item.lesson.public_id])).text
        homework = client.get(reverse("continuity:homework", args=[given.public_id])).text
        with translation.override("fr"):
            in_french = page(client)

    assert '<span lang="fr">Le sonnet</span></a>' in week
    assert f'<p class="soft" lang="fr">{note.note}</p>' in week
    assert '<span lang="fr">Le sonnet</span></h1>' in lesson
    assert '<span lang="fr">Dire le sonnet</span></h1>' in homework
    assert not shows(in_french, 'lang="fr">Le sonnet')


def test_a_tick_is_kept_once_and_taken_back(client, student, part):
    item = lesson_item(part, MONDAY)
    address = reverse("continuity:tick")

    with time_machine.travel(at(MONDAY, 8), tick=False):
        for _ in range(2):
            response = client.post(address, {"done": item.public_id, "monday": MONDAY.isoformat()})
            assert response.status_code == 302
            assert response.url.endswith(f"#i-{item.public_id}")
        ticked = page(client)
        assert Tick.objects.count() == 1
        client.post(address, {"undone": item.public_id, "monday": MONDAY.isoformat()})
        after = page(client)

    assert 'name="undone"' in ticked
    assert 'name="undone"' not in after
    assert "20\xa0min of work left" in after
    assert ItemKind(item.kind) == ItemKind.LESSON


@pytest.mark.parametrize(
    ("when", "button", "word"),
    [
        (at(MONDAY, 9, 44), False, None),
        (at(MONDAY, 9, 45), True, "Soon"),
        (at(MONDAY, 10, 1), True, "Now"),
        (at(MONDAY, 10, 55), False, None),
    ],
    ids=["before", "15 minutes before", "while it goes on", "over"],
)
def test_one_button_for_the_room_from_a_quarter_of_an_hour_before(
    client, student, part, when, button, word
):
    video_item(part, at(MONDAY, 10))

    with time_machine.travel(when, tick=False):
        shown = page(client)

    assert shown.count("Enter the room") == button
    assert word is None or f"</svg>{word}</span>" in shown
    assert "Video class, from 10:00 to 10:55" in shown


def test_addresses_in_a_note_and_of_a_resource_are_links(client, student, part):
    resource = ResourceFactory(name="Educ’Arte", url="https://www.educarte.fr/")
    item = PlanItem.objects.create(
        part=part, kind=ItemKind.RESOURCE, day=MONDAY, title="Un film", resource=resource
    )
    item.note = "Puis https://example.org/carte et la suite."
    item.save()

    with time_machine.travel(at(MONDAY, 8), tick=False):
        shown = page(client)

    assert re.findall(r'<a[^>]*href="(https:[^"]*)"', shown) == [
        "https://example.org/carte",
        "https://www.educarte.fr/",
    ]
    assert "Open Educ’Arte" in shown


def test_a_note_that_takes_time_is_work_and_a_word_is_not(client, student, part):
    note_item(part, MONDAY, title="Un mot")
    long = note_item(part, MONDAY, title="Calcul mental")
    PlanItem.objects.filter(pk=long.pk).update(minutes=10)

    with time_machine.travel(at(MONDAY, 8), tick=False):
        shown = page(client)

    assert "10\xa0min of work left" in shown
    assert shown.count('class="tick"') == 1


def test_from_friday_evening_the_next_week_stands_first(client, student, part):
    next_part = part_of(part.teaching, MONDAY + datetime.timedelta(days=7))
    lesson_item(next_part, MONDAY + datetime.timedelta(days=8), title="La semaine prochaine")
    lesson_item(part, THURSDAY, title="Ce qui reste")
    homework_item(part, day=MONDAY, due_at=at(TUESDAY, 20), title="En retard")

    with time_machine.travel(at(FRIDAY, 17, 59), tick=False):
        before = page(client)
    with time_machine.travel(at(FRIDAY, 18), tick=False):
        after = page(client)

    assert "From 30 November to 4 December 2026" in before
    assert "La semaine prochaine" not in before
    assert "From 7 to 11 December 2026" in after
    places = [
        after.index(word)
        for word in (
            "En retard</a>",
            "La semaine prochaine</a>",
            "Left of this week",
            "Ce qui reste</a>",
        )
    ]
    assert places == sorted(places)


def test_holidays_are_said_and_what_is_due_in_them_stays_open(client, student, part):
    """Case C5: the holidays of zone B from 19 December 2026; handing in stays open, and nothing is
    called late before its time.
    """
    holidays = datetime.date(2026, 12, 21)
    homework_item(part, day=MONDAY, due_at=at(holidays, 20), title="Pour les vacances")

    with time_machine.travel(at(holidays, 9), tick=False):
        shown = page(client)

    assert "No class this week: Vacances de Noël" in shown
    assert "Pour les vacances</a>" in shown
    assert shows(shown, "Hand in<span")
    assert "No plan published yet" not in shown


def test_a_closure_is_said_on_its_day(client, student, part):
    Closure.objects.create(
        school=part.teaching.school_class.school,
        first_day=THURSDAY,
        last_day=THURSDAY,
        reason="grève",
    )
    lesson_item(part, FRIDAY)

    with time_machine.travel(at(MONDAY, 8), tick=False):
        assert "no class: grève" in page(client)


def test_a_draft_is_nobodys_and_an_empty_week_says_what_will_stand_there(client, student, part):
    lesson_item(part_of(teaching(part.teaching.school_class), published=False), title="Brouillon")

    with time_machine.travel(at(MONDAY, 8), tick=False):
        shown = page(client)

    assert "Brouillon" not in shown
    assert "No plan published yet" in shown


def test_other_weeks_are_read_whole_and_years_away_are_not_there(client, student, part):
    lesson_item(part, MONDAY, title="De la semaine")

    with time_machine.travel(at(MONDAY + datetime.timedelta(days=14), 8), tick=False):
        assert "De la semaine" in page(client, WEDNESDAY)
        for nothing in ("not-a-day", "1999-01-04", "2026-13-01"):
            assert client.get(reverse("continuity:week_of", args=[nothing])).status_code == 404


def test_a_tick_by_script_is_answered_with_its_key(client, student, part):
    item = lesson_item(part, MONDAY)
    json = {"Accept": "application/json"}

    with time_machine.travel(at(MONDAY, 8), tick=False):
        kept = client.post(reverse("continuity:tick"), {"done": item.public_id}, headers=json)
        nowhere = client.post(reverse("continuity:tick"), {"done": "nowhere"}, headers=json)

    assert (kept.status_code, kept.json()) == (200, {"key": item.public_id})
    assert (nowhere.status_code, nowhere.json()["key"]) == (410, "nowhere")
    assert Tick.objects.get().item == item


def test_students_are_told_who_stands_in_and_until_when(client, student, part):
    standing_in = TeacherFactory(works_at=part.teaching.school_class.school)
    StandIn.objects.create(
        teaching=part.teaching, teacher=standing_in, first_day=TUESDAY, last_day=FRIDAY
    )
    said = f"{standing_in.display_name} stands in for {part.teaching.teacher.display_name}"

    with time_machine.travel(at(MONDAY, 8), tick=False):
        before = [page(client), client.get(reverse("continuity:my_classes")).text]
    with time_machine.travel(at(FRIDAY, 8), tick=False):
        during = [page(client), client.get(reverse("continuity:my_classes")).text]
    with time_machine.travel(at(FRIDAY + datetime.timedelta(days=1), 8), tick=False):
        after = [page(client), client.get(reverse("continuity:my_classes")).text]

    for shown in before:
        assert f"{said} from Tuesday 1 December to Friday 4 December." in shown
    for shown in during:
        assert f"{said} until Friday 4 December." in shown
    for shown in after:
        assert said not in shown


def test_my_classes_say_who_teaches_what_and_keep_lessons_of_before(client, student, part):
    tutor = tutor_of(part.teaching.school_class)
    lesson_item(part, MONDAY, title="Gardée")
    class_hour(part.teaching, weekday=2, place="B204")

    with time_machine.travel(at(MONDAY + datetime.timedelta(days=8), 8), tick=False):
        shown = client.get(reverse("continuity:my_classes")).text

    assert tutor.display_name in shown
    assert part.teaching.teacher.display_name in shown
    assert "B204" in shown
    assert "Gardée</a>" in shown


def test_a_tick_on_what_is_not_mine_isnt_there(client, student, part):
    item = lesson_item(part_of(teaching()))
    draft = lesson_item(part_of(teaching(part.teaching.school_class), published=False))

    for other in (item, draft):
        assert client.post(reverse("continuity:tick"), {"done": other.public_id}).status_code == 404

    assert not Tick.objects.exists()
