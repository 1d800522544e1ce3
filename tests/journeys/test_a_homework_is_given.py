"""A teacher gives a homework from the planner: to several classes, each with its date; what weighs
too much is said before.
"""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from continuity.homework.services import homework as homeworks
from continuity.models import Assignment, ContinuityPlan, Homework, PlanItem
from courses.agenda.queries import monday_of
from tests.factories.continuity import (
    SchoolClassFactory,
    StudentFactory,
    assignment,
    at,
    homework_item,
    part_of,
    teaching,
)
from tests.factories.homework_forms import DAY, FRIDAY, MONDAY, NOW, address_for, sent

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_a_monday(monkeypatch):
    """It is Monday 30 November 2026, 7:00."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)


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
