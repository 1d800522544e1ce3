"""A teacher gives a homework from the planner: to several classes, each with its date; what weighs
too much is said before.
"""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from continuity.homework.services import homework as homeworks
from continuity.models import Assignment, ContinuityPlan, Homework, PlanItem, SchoolSettings
from courses.agenda.models import Closure
from courses.agenda.queries import monday_of
from tests.factories.continuity import (
    SchoolClassFactory,
    StudentFactory,
    assignment,
    at,
    class_hour,
    homework_item,
    part_of,
    teaching,
)

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
NOW = at(datetime.date(2026, 11, 30), 7)
MONDAY = datetime.date(2026, 11, 30)
FRIDAY = MONDAY + 4 * DAY


@pytest.fixture(autouse=True)
def _on_a_monday(monkeypatch):
    """It is Monday 30 November 2026, 7:00."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def sent(*rows, **more) -> dict:
    """The form as a browser sends it; a row is a teaching, a due day and hour, and what else its
    row holds.
    """
    text = {
        "title": "Paragraphe argumenté",
        "body": "Dire **pourquoi**.",
        "minutes": 45,
        "returns": "photos",
        "correction": "",
        "step": "save",
    }
    for of, due_on, due_hour, *rest in rows:
        name = f"class-{of.public_id}"
        text |= {
            f"{name}-given": "on",
            f"{name}-day": MONDAY,
            f"{name}-due_on": due_on,
            f"{name}-due_hour": due_hour,
        }
        text |= {f"{name}-{key}": value for key, value in (rest[0] if rest else {}).items()}
    return text | more


def address_for(part) -> str:
    return reverse("continuity:new_homework", args=[part.public_id])


def test_two_classes_get_one_text_with_a_due_date_each(client):
    """Case C13."""
    of = teaching()
    teacher, other = (
        of.teacher,
        teaching(
            SchoolClassFactory(school=of.school_class.school),
            teacher=of.teacher,
            subject=of.subject,
        ),
    )
    part = part_of(of, MONDAY)
    client.force_login(teacher)

    answer = client.post(
        address_for(part), sent((of, FRIDAY, "18:00"), (other, FRIDAY + 4 * DAY, "08:00"))
    )

    assert answer.status_code == 302
    homework = Homework.objects.get()
    assert homework.body == "<p>Dire <strong>pourquoi</strong>.</p>"
    assert list(homework.assignments.values_list("teaching", "due_at")) == [
        (of.pk, at(FRIDAY, 18)),
        (other.pk, at(FRIDAY + 4 * DAY, 8)),
    ]
    assert list(
        PlanItem.objects.order_by("pk").values_list("part__teaching", "day", "title", "minutes")
    ) == [
        (of.pk, MONDAY, "Paragraphe argumenté", 45),
        (other.pk, MONDAY, "Paragraphe argumenté", 45),
    ]


def test_each_class_sees_the_correction_after_its_own_date(client, monkeypatch):
    """Case C13."""
    of = teaching()
    other = teaching(
        SchoolClassFactory(school=of.school_class.school), teacher=of.teacher, subject=of.subject
    )
    early, late = (
        StudentFactory(in_class=of.school_class),
        StudentFactory(in_class=other.school_class),
    )
    parts = part_of(of, MONDAY), part_of(other, MONDAY)
    client.force_login(of.teacher)
    rows = (
        (of, FRIDAY, "18:00"),
        (
            other,
            FRIDAY + 4 * DAY,
            "18:00",
            {"correction_on": FRIDAY + 5 * DAY, "correction_hour": "12:00"},
        ),
    )
    client.post(address_for(parts[0]), sent(*rows, correction="La réponse est douze."))

    def sees(student, when) -> bool:
        monkeypatch.setattr(timezone, "now", lambda: when)
        client.force_login(student)
        given = Assignment.objects.given_to(student).get()
        return (
            "La réponse est douze."
            in client.get(reverse("continuity:homework", args=[given.public_id])).content.decode()
        )

    assert [
        sees(early, at(FRIDAY, 17)),
        sees(early, at(FRIDAY, 18)),
        sees(late, at(FRIDAY, 18)),
    ] == [False, True, False]
    assert [sees(late, at(FRIDAY + 4 * DAY, 18)), sees(late, at(FRIDAY + 5 * DAY, 12))] == [
        False,
        True,
    ]


def test_sent_twice_is_one_homework(client):
    of = teaching()
    part = part_of(of, MONDAY)
    client.force_login(of.teacher)
    key = client.get(address_for(part)).context["form"]["key"].value()

    for _time in range(2):
        assert (
            client.post(address_for(part), sent((of, FRIDAY, "18:00"), key=key)).status_code == 302
        )

    assert list(Homework.objects.values_list("public_id", flat=True)) == [key]
    assert Assignment.objects.count() == PlanItem.objects.count() == 1


def test_sent_again_with_other_words_it_is_changed(client):
    of = teaching()
    part = part_of(of, MONDAY)
    client.force_login(of.teacher)
    key = client.get(address_for(part)).context["form"]["key"].value()
    for title in ("Sonnet", "Sonnet et rondeau"):
        client.post(address_for(part), sent((of, FRIDAY, "18:00"), key=key, title=title))

    assert Homework.objects.get().title == "Sonnet et rondeau"
    assert Assignment.objects.count() == PlanItem.objects.count() == 1


@pytest.mark.parametrize(
    ("other", "due_at", "correction_at", "day"),
    [
        pytest.param({"due_hour": "19:00"}, at(FRIDAY, 19), None, MONDAY, id="due date"),
        pytest.param(
            {"correction_on": FRIDAY + DAY, "correction_hour": "08:00"},
            at(FRIDAY, 18),
            at(FRIDAY + DAY, 8),
            MONDAY,
            id="correction date",
        ),
        pytest.param({"day": MONDAY + DAY}, at(FRIDAY, 18), None, MONDAY + DAY, id="day"),
        pytest.param(
            {"day": MONDAY + 7 * DAY, "due_on": FRIDAY + 7 * DAY},
            at(FRIDAY + 7 * DAY, 18),
            None,
            MONDAY + 7 * DAY,
            id="week",
        ),
    ],
)
def test_sent_again_with_another_date_that_date_counts(client, other, due_at, correction_at, day):
    of = teaching()
    part = part_of(of, MONDAY)
    client.force_login(of.teacher)
    key = client.get(address_for(part)).context["form"]["key"].value()
    for dates in ({}, other, other):
        client.post(address_for(part), sent((of, FRIDAY, "18:00", dates), key=key))

    assert Homework.objects.count() == 1
    given, item = Assignment.objects.get(), PlanItem.objects.get()
    assert (given.due_at, given.correction_at, item.day) == (due_at, correction_at, day)
    assert item.part.plan.monday == monday_of(day)


def test_a_file_chosen_when_the_form_is_sent_again_is_taken_once(client):
    of = teaching()
    part = part_of(of, MONDAY)
    client.force_login(of.teacher)
    key = client.get(address_for(part)).context["form"]["key"].value()
    for name in ("un.txt", "deux.txt", "deux.txt"):
        file = SimpleUploadedFile(name, b"Lire deux fois.\n")
        client.post(address_for(part), sent((of, FRIDAY, "18:00"), key=key, uploads=[file]))

    names = Homework.objects.get().attachments.values_list("name", flat=True)
    assert list(names) == ["un.txt", "deux.txt"]


def test_sent_again_after_it_was_deleted_it_is_given_once_more(client):
    of = teaching()
    part = part_of(of, MONDAY)
    client.force_login(of.teacher)
    key = client.get(address_for(part)).context["form"]["key"].value()
    client.post(address_for(part), sent((of, FRIDAY, "18:00"), key=key))
    homeworks.delete(homework=Homework.objects.get(), by=of.teacher)
    for _twice in range(2):
        client.post(address_for(part), sent((of, FRIDAY, "18:00"), key=key))

    assert Homework.objects.standing().get().author == of.teacher
    assert part.items.standing().count() == 1


def test_a_file_goes_along_and_one_that_isnt_taken_is_said(client):
    of = teaching()
    part, student = part_of(of, MONDAY), StudentFactory(in_class=of.school_class)
    client.force_login(of.teacher)
    words, program = (
        SimpleUploadedFile("consigne.txt", b"Lire deux fois.\n"),
        SimpleUploadedFile("jeu.exe", b"MZ\x90\x00" + bytes(60)),
    )

    answer = client.post(
        address_for(part), sent((of, FRIDAY, "18:00"), uploads=[words, program]), follow=True
    )

    assert "“jeu.exe” wasn’t taken." in answer.content.decode()
    client.force_login(student)
    given = Assignment.objects.get()
    assert (
        "consigne.txt"
        in client.get(reverse("continuity:homework", args=[given.public_id])).content.decode()
    )


def test_all_or_nothing_and_what_was_typed_stays(client):
    of = teaching()
    other = teaching(
        SchoolClassFactory(school=of.school_class.school), teacher=of.teacher, subject=of.subject
    )
    part = part_of(of, MONDAY)
    client.force_login(of.teacher)

    answer = client.post(
        address_for(part), sent((of, FRIDAY, "18:00"), (other, MONDAY - DAY, "18:00"))
    )

    assert not Homework.objects.exists()
    assert not PlanItem.objects.exists()
    page = answer.content.decode()
    assert "this due date is past already" in page
    assert "Paragraphe argumenté" in page
    assert "Dire" in page


def test_a_form_without_a_title_says_so_and_keeps_the_text(client):
    of = teaching()
    part = part_of(of, MONDAY)
    client.force_login(of.teacher)

    answer = client.post(address_for(part), sent((of, FRIDAY, ""), title=""))

    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.count("This field is required.") >= 2
    assert "Dire" in page
    assert not Homework.objects.exists()


@pytest.mark.parametrize(
    ("day", "hour", "instant"),
    [
        pytest.param(
            "2020-03-28",
            "23:59",
            "2020-03-28T22:59:00+00:00",
            id="the night before the clocks go forward",
        ),
        pytest.param(
            "2020-03-29", "01:59", "2020-03-29T00:59:00+00:00", id="a minute before they go"
        ),
        pytest.param(
            "2020-03-29", "02:30", "2020-03-29T01:30:00+00:00", id="an hour that isn't there"
        ),
        pytest.param("2020-03-29", "23:59", "2020-03-29T21:59:00+00:00", id="that evening"),
        pytest.param(
            "2026-10-24",
            "23:59",
            "2026-10-24T21:59:00+00:00",
            id="the night before the clocks go back",
        ),
        pytest.param(
            "2026-10-25", "02:30", "2026-10-25T00:30:00+00:00", id="an hour that is there twice"
        ),
        pytest.param("2026-10-25", "23:59", "2026-10-25T22:59:00+00:00", id="the evening after"),
    ],
)
def test_23_59_is_paris_time_also_when_the_clocks_change(client, monkeypatch, day, hour, instant):
    """Case C60: nobody gains or loses an hour, and the page says the hour that was typed."""
    given_on = datetime.date.fromisoformat(day) - 2 * DAY
    monkeypatch.setattr(timezone, "now", lambda: at(given_on, 7))
    of = teaching(since=datetime.date(2019, 9, 1))
    part = part_of(of, monday_of(given_on))
    client.force_login(of.teacher)

    client.post(address_for(part), sent((of, day, hour, {"day": given_on})))

    given = Assignment.objects.get()
    assert given.due_at.astimezone(datetime.UTC).isoformat() == instant
    page = client.get(reverse("continuity:homework", args=[given.public_id])).content.decode()
    assert (hour if (day, hour) != ("2020-03-29", "02:30") else "03:30") in page


def test_a_due_date_is_proposed_at_a_lesson_and_never_in_the_holidays(client, monkeypatch):
    """Case C5: the autumn holidays of 2026 are from 17 October to 2 November."""
    monkeypatch.setattr(timezone, "now", lambda: at(datetime.date(2026, 10, 15), 7))
    of = teaching()
    class_hour(of, weekday=2, begins=10)
    part = part_of(of, datetime.date(2026, 10, 12))
    client.force_login(of.teacher)

    page = client.get(f"{address_for(part)}?day=2026-10-15").content.decode()

    assert 'value="2026-11-03"' in page
    assert 'value="10:00"' in page
    assert not any(f'value="2026-10-{day}"' in page for day in range(17, 32))


def test_a_day_on_which_the_school_is_closed_is_flagged_and_not_moved(client):
    """Case C6."""
    of = teaching()
    Closure.objects.create(
        school=of.school_class.school,
        first_day=FRIDAY,
        last_day=FRIDAY,
        reason="Journée pédagogique",
    )
    part = part_of(of, MONDAY)
    client.force_login(of.teacher)

    looked = client.post(
        address_for(part), sent((of, FRIDAY, "18:00"), step="load")
    ).content.decode()
    client.post(address_for(part), sent((of, FRIDAY, "18:00")))

    assert "has no class on Friday 4 December: Journée pédagogique" in looked
    given = Assignment.objects.get()
    assert given.due_at == at(FRIDAY, 18)
    assert (
        "No class on Friday 4 December: Journée pédagogique"
        in client.get(reverse("continuity:homework", args=[given.public_id])).content.decode()
    )


def test_a_closure_that_comes_later_is_flagged_on_the_first_page_and_moves_nothing(client):
    """Case C6."""
    of = teaching()
    given = homework_item(part_of(of, MONDAY), due_at=at(FRIDAY, 18)).assignment
    client.force_login(of.teacher)
    before = client.get(reverse("today:home")).content.decode()

    Closure.objects.create(
        school=of.school_class.school,
        first_day=FRIDAY,
        last_day=FRIDAY,
        reason="Grève des transports",
    )

    page = client.get(reverse("today:home")).content.decode()
    assert "A due date falls on a day without class" in page
    assert "Grève des transports" in page
    assert "A due date falls on a day without class" not in before
    given.refresh_from_db()
    assert given.due_at == at(FRIDAY, 18)


def crowded(of) -> list:
    """Three of the class have an hour and a half due on Friday in another group."""
    students = StudentFactory.create_batch(5, in_class=of.school_class)
    group = SchoolClassFactory(school=of.school_class.school, kind="group")
    for student in students[:3]:
        group.memberships.create(student=student, since=datetime.date(2020, 9, 1))
    homework_item(part_of(teaching(group), MONDAY), due_at=at(FRIDAY, 12), minutes=90)
    SchoolSettings.objects.create(school=of.school_class.school, ceiling_minutes=120)
    return students


def test_a_chosen_day_says_how_many_would_pass_the_ceiling_and_offers_the_nearest_lighter_one(
    client,
):
    of = teaching()
    crowded(of)
    part = part_of(of, MONDAY)
    client.force_login(of.teacher)

    looked = client.post(
        address_for(part), sent((of, FRIDAY, "18:00"), step="load")
    ).content.decode()

    assert "3 students of 5 would pass 2\N{NO-BREAK SPACE}h" in looked
    assert "The nearest lighter day is Thursday 3 December." in looked
    assert not Homework.objects.filter(title="Paragraphe argumenté").exists()
    assert "Paragraphe argumenté" in looked

    moved = client.post(
        address_for(part), sent((of, FRIDAY, "18:00"), step=f"day:{of.public_id}:2026-12-03")
    ).content.decode()
    assert 'value="2026-12-03"' in moved
    assert "nobody would pass 2\N{NO-BREAK SPACE}h" in moved


def test_the_load_comes_by_itself_when_a_date_changes(client):
    """The fragment that htmx fetches says the same as the button."""
    of = teaching()
    crowded(of)
    client.force_login(of.teacher)
    row = f"class-{of.public_id}"

    asked = {f"{row}-given": "on", f"{row}-due_on": "2026-12-04", "minutes": "45"}
    answer = client.get(reverse("continuity:homework_load"), asked, headers={"HX-Request": "true"})

    assert "3 students of 5 would pass" in answer.content.decode()
    assert b"<html" not in answer.content


@pytest.mark.parametrize("day", ["", "4 décembre", "9999-12-31", "0001-01-01", "2026-13-41"])
def test_a_load_of_no_day_is_no_error(client, day):
    of = teaching()
    client.force_login(of.teacher)
    row = f"class-{of.public_id}"

    answer = client.get(
        reverse("continuity:homework_load"),
        {f"{row}-given": "on", f"{row}-due_on": day, "minutes": "²"},
    )

    assert answer.status_code == 200
    assert not answer.content.strip()


def test_a_class_of_somebody_else_is_neither_offered_nor_taken(client):
    of = teaching()
    foreign = teaching(subject=of.subject)
    part = part_of(of, MONDAY)
    client.force_login(of.teacher)

    client.post(address_for(part), sent((of, FRIDAY, "18:00"), (foreign, FRIDAY, "18:00")))

    assert list(Assignment.objects.values_list("teaching", flat=True)) == [of.pk]
    assert not client.get(
        reverse("continuity:homework_load"), {f"class-{foreign.public_id}-due_on": "2026-12-04"}
    ).content.strip()


def test_what_students_see_is_a_new_version_of_the_weeks_it_concerns(client):
    of = teaching()
    part = part_of(of, MONDAY)
    client.force_login(of.teacher)

    client.post(address_for(part), sent((of, FRIDAY + 4 * DAY, "18:00")))

    versions = dict(
        ContinuityPlan.objects.filter(school_class=of.school_class).values_list("monday", "version")
    )
    assert versions.keys() == {MONDAY, MONDAY + 7 * DAY}
    assert all(versions.values())


def test_a_homework_of_a_draft_isnt_there_for_students(client):
    of = teaching()
    student = StudentFactory(in_class=of.school_class)
    hidden = homework_item(part_of(of, MONDAY, published=False)).assignment
    elsewhere = assignment(teaching())
    client.force_login(student)

    assert [
        client.get(reverse("continuity:homework", args=[one.public_id])).status_code
        for one in (hidden, elsewhere)
    ] == [404, 404]
